"""The complete answers to one scale's items, as every statistic of a scale needs them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from loyaltystudy.errors import SurveyError
from loyaltystudy.scales._alpha_intervals import influence
from loyaltystudy.scales._design import Design, check_units, design_of
from loyaltystudy.survey import Study

FEWEST = 3  # respondents


@dataclass(frozen=True, eq=False)
class ScaleItems:
    """Keyed items of a scale over the respondents who answered all of them.

    Attributes
    ----------
    names : tuple of str
    values : ndarray, shape (n, k)
    design : Design
        Of these rows.
    """

    names: tuple[str, ...]
    values: np.ndarray
    design: Design

    @property
    def n(self) -> int:
        return len(self.values)

    @cached_property
    def mean(self) -> np.ndarray:
        """Weighted means."""
        return np.average(self.values, axis=0, weights=self.design.weights)

    @cached_property
    def covariance(self) -> np.ndarray:
        """Weighted covariances, divisor n."""
        away, w = self.values - self.mean, self.design.weights
        return (away * w[:, None]).T @ away / w.sum()

    def totals(self, slopes: np.ndarray) -> np.ndarray:
        """What each unit of the design adds to the error of a function of the covariances."""
        own = influence(slopes, self.values - self.mean, self.design.weights)
        return self.design.totals(own[:, None])[:, 0]

    @property
    def problem(self) -> str:
        """Why there is no statistic of these items; empty where there is."""
        if self.n < FEWEST:
            return (
                f"{self.n} respondents answered all of {[*self.names]}; "
                f"at least {FEWEST} are needed."
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


def scale_items(study: Study, items: tuple[str, ...]) -> ScaleItems:
    """The complete answers to some items of a study, reversed ones turned."""
    design, rows = design_of(study)
    keyed = study.keyed(items)[rows]
    complete = keyed.notna().all(axis=1).to_numpy()
    return ScaleItems(tuple(items), keyed[complete].to_numpy(float), design.of(complete))
