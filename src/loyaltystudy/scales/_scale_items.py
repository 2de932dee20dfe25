"""The complete answers to one scale's items, as every statistic of a scale needs them."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from loyaltystudy.errors import SurveyError
from loyaltystudy.scales._alpha_intervals import Statistic
from loyaltystudy.scales._design import RowDesign, check_units, design_of
from loyaltystudy.survey import BaseStudy, GroupedMoments, Scale

FEWEST = 3  # respondents


class ScaleItems(ABC):
    """Keyed items of a scale over the respondents who answered all of them.

    ``design``: of the rows, or of the groups of rows that stand for them; ``mean``, ``covariance``:
    weighted; covariances with divisor n.
    """

    names: tuple[str, ...]
    n: int
    design: RowDesign
    mean: np.ndarray
    covariance: np.ndarray

    @property
    @abstractmethod
    def n_effective(self) -> float:
        """Kish's effective sample size, (sum w)² / sum w²."""

    @abstractmethod
    def error(self, statistic: Statistic) -> tuple[np.ndarray, float]:
        """What each unit of the design adds to the error of a function of covariances; its bias.

        By linearisation in a simple random sample, as lavaan's robust standard errors (no bias);
        under a design by leaving out whole units: few clusters, and few people who weigh much,
        make it.
        """

    @property
    def problem(self) -> str:
        """Why there is no statistic of these items; empty where there is."""
        if self.n < FEWEST:
            return (
                f"{self.n} respondent{'s' * (self.n != 1)} answered all of {[*self.names]}; "
                f"at least {FEWEST} are needed."
            )
        if self.n_effective < FEWEST:
            return (
                f"weights: so unequal that {self.n} respondents count as {self.n_effective:.1f}; "
                f"at least {FEWEST} are needed. Trim the weights."
            )
        still = np.diag(self.covariance) <= 1e-20 * np.maximum(self.mean**2, 1e-300)
        constant = [item for item, alike in zip(self.names, still, strict=True) if alike]
        if constant and len(self.names) > 1:
            return (
                f"everyone gave the same answer to {constant}. Take these items out of the scale."
            )
        try:
            check_units(self.design)
        except SurveyError as error:
            return str(error)
        return ""

    @property
    def constant_sum(self) -> str:
        """Why alpha has no value although every item varies; empty where it has."""
        if self.covariance.sum() > 1e-12 * np.trace(self.covariance):
            return ""
        return (
            "the items sum to a constant (shares of a whole, or an item and its mirror image): "
            "alpha and omega have no value."
        )

    @property
    def repeated(self) -> bool:
        """Whether an item follows from the others exactly."""
        spread = np.sqrt(np.diag(self.covariance))
        return np.linalg.eigvalsh(self.covariance / np.outer(spread, spread))[0] < 1e-12


@dataclass(frozen=True, eq=False)
class ItemRows(ScaleItems):
    """From rows in memory, each a unit where no clusters are declared."""

    names: tuple[str, ...]
    values: np.ndarray
    design: RowDesign

    @property
    def n(self) -> int:
        return len(self.values)

    @property
    def n_effective(self) -> float:
        return float(self.design.weights.sum() ** 2 / (self.design.weights**2).sum())

    @cached_property
    def mean(self) -> np.ndarray:
        return np.average(self.values, axis=0, weights=self.design.weights)

    @cached_property
    def covariance(self) -> np.ndarray:
        away, w = self.values - self.mean, self.design.weights
        return (away * w[:, None]).T @ away / w.sum()

    def error(self, statistic: Statistic) -> tuple[np.ndarray, float]:
        away, design, bias = self.values - self.mean, self.design, 0.0
        linear = statistic.influence(away, self.covariance)
        if not design.simple:
            share, pulls = design.weights / design.weights.sum(), statistic.pulls(away)
            rows = share * np.vstack([np.ones(self.n), pulls, away.T])
            units = np.stack([np.bincount(design.units, column) for column in rows])
            beyond = statistic.beyond_linear(units[0], units[1:3], units[3:].T)
            linear, bias = linear + (beyond / units[0])[design.units], -beyond.sum()
        return design.totals(linear[:, None])[:, 0], bias


@dataclass(frozen=True, eq=False)
class ItemGroups(ScaleItems):
    """From moments of groups of rows, or of clusters: each group is a unit."""

    grouped: GroupedMoments
    weighted: bool

    @property
    def names(self) -> tuple[str, ...]:
        return self.grouped.moments.columns

    @property
    def n(self) -> int:
        return int(self.grouped.moments.n.sum())

    @property
    def n_effective(self) -> float:
        return float(self.grouped.moments.total().n_effective)

    @cached_property
    def design(self) -> RowDesign:
        """Of the groups, numbered as clusters only where they are whole clusters."""
        m, strata = self.grouped.moments, self.grouped.strata
        strata = None if strata is None else np.unique(strata, return_inverse=True)[1]
        clusters = np.arange(len(m.n)) if self.grouped.clustered else None
        return RowDesign(m.weight / m.weight.mean(), clusters, strata, self.weighted)

    @cached_property
    def mean(self) -> np.ndarray:
        return self.grouped.moments.total().mean

    @cached_property
    def covariance(self) -> np.ndarray:
        whole = self.grouped.moments.total()
        return whole.cross / whole.weight

    def error(self, statistic: Statistic) -> tuple[np.ndarray, float]:
        m, bias = self.grouped.moments, 0.0
        share, gap = m.weight / m.weight.sum(), m.mean - self.mean
        square = m.cross / m.weight[:, None, None] + gap[:, :, None] * gap[:, None, :]
        pulls = np.einsum("gij,aij->ag", square, statistic.forms)
        linear = statistic.slopes @ (pulls - pulls @ share[:, None])
        if not self.design.simple:
            beyond = statistic.beyond_linear(share, share * pulls, share[:, None] * gap)
            linear, bias = linear + beyond / share, -beyond.sum()
        return self.design.totals(linear[:, None])[:, 0], bias


def scale_items(study: BaseStudy, scales: Sequence[Scale]) -> list[ScaleItems]:
    """The complete answers to the items of each scale."""
    rows = [study.item_rows(scale.items) for scale in scales]
    if any(keyed is None for keyed in rows):
        found = study.item_moments([scale.name for scale in scales])
        weighted = bool(study.codebook.design.weight)
        return [ItemGroups(found[scale.name], weighted) for scale in scales]
    return [_of_rows(study, keyed) for keyed in rows]


def _of_rows(study, keyed: pd.DataFrame) -> ItemRows:
    design, known = design_of(study)
    complete = keyed[known].notna().all(axis=1).to_numpy()
    values = keyed[known][complete].to_numpy(float)
    return ItemRows(tuple(keyed), values, design.of(complete))
