"""What a survey's design does to standard errors: weights, clusters and strata of its rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from loyaltystudy.errors import SurveyError
from loyaltystudy.survey import Raking, Study, unit_totals


@dataclass(frozen=True, eq=False)
class RowDesign:
    """Weights, clusters and strata of some rows.

    ``weights`` (n,): mean 1; ``clusters``, ``strata`` (n,): number of the cluster and of the
    stratum of each row; ``weighted``: whether the codebook declares a weight; ``raking``: of
    weights raked to margins, what these leave of a variance.
    """

    weights: np.ndarray
    clusters: np.ndarray | None = None
    strata: np.ndarray | None = None
    weighted: bool = False
    raking: Raking | None = None

    @property
    def simple(self) -> bool:
        """A simple random sample: nothing is declared."""
        return not self.weighted and self.clusters is None and self.strata is None

    @property
    def units(self) -> np.ndarray:
        """The number of the unit, a cluster or a row, that each row belongs to."""
        return np.arange(len(self.weights)) if self.clusters is None else self.clusters

    @property
    def freedom(self) -> int:
        """Degrees of freedom of a variance: units less strata."""
        if self.raking is not None:
            return self.raking.freedom
        return len(self.strata_of_units()) - (
            1 if self.strata is None else len(np.unique(self.strata))
        )

    def of(self, rows: np.ndarray) -> RowDesign:
        """The design of some of the rows, numbered anew."""

        def renumbered(codes):
            return None if codes is None else np.unique(codes[rows], return_inverse=True)[1]

        kept = self.weights[rows]
        mean = kept.mean() if len(kept) else 1.0
        clusters, strata = renumbered(self.clusters), renumbered(self.strata)
        raking = None if self.raking is None else self.raking.of(rows)
        return RowDesign(kept / mean, clusters, strata, self.weighted, raking)

    def totals(self, influence: np.ndarray) -> np.ndarray:
        """What each unit adds to the error of the weighted mean of *u*, by linearisation."""
        rows, strata = influence * self.weights[:, None], self.strata_of_units()
        return unit_totals(rows, self.clusters, strata, self.raking) / self.weights.sum()

    def covariance(self, influence: np.ndarray) -> np.ndarray:
        """Covariance of the weighted mean of influence functions (rows x statistics)."""
        totals = self.totals(influence)
        return totals.T @ totals

    def gamma(self, influence: np.ndarray) -> np.ndarray:
        """n times the covariance; for a simple sample with divisor n, as likelihood has it."""
        if self.simple:
            return influence.T @ influence / len(influence)
        return len(influence) * self.covariance(influence)

    def description(self) -> str:
        """The design in words, for the first line of a result; empty for a simple sample."""
        found = ["weighted"] if self.weighted else []
        if self.raking is not None:
            found = [f"weighted to margins of {', '.join(self.raking.variables)}"]
        if self.clusters is not None:
            found.append(f"{self.clusters.max() + 1} clusters")
        if self.strata is not None:
            found.append(f"{self.strata.max() + 1} strata")
        return ", ".join(found)

    def strata_of_units(self) -> np.ndarray:
        """The stratum number of each unit."""
        if self.clusters is None:
            return np.zeros(len(self.weights), dtype=int) if self.strata is None else self.strata
        first = np.unique(self.clusters, return_index=True)[1]
        return np.zeros(len(first), dtype=int) if self.strata is None else self.strata[first]


def simple_design(n: int) -> RowDesign:
    """The design of n rows of which nothing is declared."""
    return RowDesign(np.ones(n))


def design_of(study: Study) -> tuple[RowDesign, np.ndarray]:
    """The design that the codebook declares, over the rows for which it is known, and these rows.

    A weight that is missing, zero or negative leaves its row out, as a missing answer does, and so
    does a missing cluster or stratum.
    """
    declared, n = study.codebook.design, len(study.answers)
    known = np.ones(n, dtype=bool)
    weights = np.ones(n)
    if declared.weight:
        weights = study.answers[declared.weight].to_numpy(float)
        known &= weights > 0
    for column in filter(None, (declared.cluster, declared.strata)):
        known &= study.answers[column].notna().to_numpy()
    codes = [
        None if not column else _numbered(study.answers[column][known])
        for column in (declared.cluster, declared.strata)
    ]
    kept, raking = weights[known], study.raking_of(study.answers.index[known])
    kept = kept / (kept.mean() if len(kept) else 1.0)
    return RowDesign(kept, *codes, bool(declared.weight), raking), known


def check_units(design: RowDesign) -> None:
    """Refuse a design from which no variance can be estimated."""
    if design.clusters is not None and design.clusters.max(initial=-1) < 1:
        raise SurveyError(
            "design: all rows lie in one cluster, so nothing tells how clusters differ. "
            "Take `cluster` out of the codebook's design, or take more clusters."
        )
    if design.strata is None:
        return
    strata_of = pd.Series(design.strata).groupby(design.units).nunique()
    if (strata_of > 1).any():
        raise SurveyError(
            f"design: {int((strata_of > 1).sum())} clusters lie in several strata. "
            "Number clusters anew within each stratum."
        )
    alone = np.bincount(design.strata_of_units()) < 2
    if alone.any():
        raise SurveyError(
            f"design: {int(alone.sum())} strata have one unit only. Join each with a similar one."
        )


def _numbered(column: pd.Series) -> np.ndarray:
    return pd.factorize(column, sort=True)[0]
