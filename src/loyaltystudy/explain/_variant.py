"""R² of every subset under one set of assumptions, and the union of several."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from loyaltystudy.explain._imputation import pool_subsets
from loyaltystudy.explain._left_out import LeftOut
from loyaltystudy.rsquared import Estimates, stack


@dataclass(frozen=True, eq=False)
class Variant:
    """Estimates of every subset of blocks under one set of assumptions.

    Attributes
    ----------
    found : Estimates
    adjusted : ndarray, shape (2**k,)
        The points that are shown; NaN where there is none.
    ranks : ndarray, shape (2**k,)
        Columns behind the R² of each subset, controls in.
    left_out : callable or None
        Gives moments with their jackknife, one for each imputation, for what is no sum of R². It
        holds rows, and is not stored when a result is pickled.
    """

    found: Estimates
    adjusted: np.ndarray
    ranks: np.ndarray
    left_out: Callable[[], list[LeftOut]] | None = field(default=None, repr=False)

    def __getstate__(self) -> dict:
        return {**self.__dict__, "left_out": None}

    def limits(self, of: Callable, confidence: float, *, steady=0.0, few=None) -> np.ndarray:
        """Limits of a measure that is never negative."""
        width = np.maximum(of(self.ranks), 1)
        return self.found.interval(of, width, confidence, steady=steady, few=few)

    def estimates(self, statistic: Callable, measures) -> Estimates:
        """Any function of moments with its error, pooled over imputations."""
        lefts = self.left_out()
        tables = [left.estimates(statistic, measures) for left in lefts]
        if len(tables) == 1:
            return tables[0]
        whole = stack([left.whole for left in lefts])
        return pool_subsets(tables, statistic(whole.average()))


def united(tables: Sequence[pd.DataFrame], point: str = "adjusted") -> pd.DataFrame:
    """The first table with the union of the intervals of all; points that differ are no points.

    With several tables the columns ``point_low`` and ``point_high`` say from where to where the
    points go.
    """
    if len(tables) == 1:
        return tables[0]
    low = np.min([table["low"] for table in tables], axis=0)
    high = np.max([table["high"] for table in tables], axis=0)
    points = np.array([table[point] for table in tables])
    ends = {"point_low": points.min(axis=0), "point_high": points.max(axis=0)}
    return tables[0].assign(low=low, high=high, **ends)
