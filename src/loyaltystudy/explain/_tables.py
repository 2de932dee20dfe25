"""Estimates of subsets as the tables of a comparison: a row a block and measure, a row a pair."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np
import pandas as pd

from loyaltystudy.explain._frame import Frame
from loyaltystudy.explain._imputation import pool_subsets
from loyaltystudy.explain._left_out import LeftOut
from loyaltystudy.rsquared import MEASURES, STEADY, Estimates, dominance_r2, stack

ROUNDING = 1e-9
FIGURES = ("estimate", "adjusted", "low", "high")


def ezekiel(values: np.ndarray, ranks: np.ndarray, n: float) -> np.ndarray:
    """Adjusted R² of every subset: unbiased to order 1/n for normal data (Ezekiel 1930)."""
    return np.where(ranks == 0, 0.0, 1 - (1 - values) * (n - 1) / (n - ranks - 1))


def adjusted_r2(frame: Frame, found: Estimates, ranks: np.ndarray | None = None) -> np.ndarray:
    """R² of every subset as the points that are shown: Ezekiel's, or less the jackknife bias.

    For rows drawn independently Ezekiel's formula leaves no more bias than the jackknife and
    varies a little less. Of clusters and strata it knows nothing: at a true zero alone it leaves
    .0034 with 25 clusters of 20 and .0014 with 60 of 10, the jackknife .0004 and .0001; nor of
    weights that depend on predictors or outcome (``benchmarks/results/adjusted.md``). NaN where the
    correction lies beyond -1 or 1: the rows are too few for the columns.
    """
    by_design = getattr(found, "by_design", False) or not frame.independent
    if found.known and by_design:
        adjusted = found.r2 - found.bias
    else:
        ranks = frame.ranks if ranks is None else ranks
        adjusted = ezekiel(found.r2, ranks, frame.n_effective)
    # an outcome that its predictors make up reaches 1 but for rounding
    return np.where(np.abs(adjusted) <= 1 + ROUNDING, adjusted, np.nan)


def limits_of(variant: Variant, measure: str, confidence: float):
    """Limits of a measure of every block; those of dominance with a steady scale."""
    steady = STEADY if measure == "dominance" else 0.0
    return variant.limits(MEASURES[measure], confidence, steady=steady)


def _around(points, low, high) -> tuple[np.ndarray, np.ndarray]:
    """Limits that hold the point: with rare categories in a wide block it can lie beyond one."""
    return np.where(points < low, np.maximum(points, 0), low), np.where(points > high, points, high)


def measures_table(blocks, variant: Variant, confidence: float, more=None) -> pd.DataFrame:
    """A row a block and measure; ``more`` are measures with what figures there are of them."""
    rows, adjusted = {}, variant.adjusted
    for measure, of in MEASURES.items():
        points = of(adjusted)
        raw = np.where(np.isnan(points), np.nan, of(variant.found.r2))
        rows[measure] = (raw, points, *_around(points, *limits_of(variant, measure, confidence)))
    with np.errstate(invalid="ignore", divide="ignore"):
        rows["share"] = [dominance_r2(v) / (v[-1] - v[0]) for v in (variant.found.r2, adjusted)]
    rows |= more or {}
    blocks, gap = list(blocks), np.full(len(blocks), np.nan)
    filled = [[*given, *[gap] * (len(FIGURES) - len(given))] for given in rows.values()]
    columns = {f: np.concatenate([row[i] for row in filled]) for i, f in enumerate(FIGURES)}
    measure = [name for name in rows for _ in blocks]
    return pd.DataFrame({"block": blocks * len(rows), "measure": measure, **columns})


def differences_table(blocks, variant: Variant, confidence: float) -> pd.DataFrame:
    """Adjusted differences between each two blocks, with intervals."""
    names, pairs = list(blocks), list(combinations(range(len(blocks)), 2))
    i, j = np.array(pairs, dtype=int).reshape(-1, 2).T

    found, adjusted = variant.found, variant.adjusted
    limits = [found.gaps(of, adjusted, i, j, confidence) for of in MEASURES.values()]
    low, high = np.concatenate(limits, axis=-1)
    points = [of(adjusted) for of in MEASURES.values()]
    rows = [(names[a], names[b], measure) for measure in MEASURES for a, b in pairs]
    estimate = np.concatenate([point[i] - point[j] for point in points])
    table = pd.DataFrame(rows, columns=["first", "second", "measure"])
    return table.assign(estimate=estimate, low=low, high=high)


@dataclass(frozen=True, eq=False)
class Variant:
    """Estimates of every subset of blocks under one set of assumptions.

    ``adjusted`` (2**k,): the points that are shown; NaN where there is none; ``ranks`` (2**k,):
    columns behind the R² of each subset, controls in; ``left_out``: gives moments with their
    jackknife, one for each imputation, for what is no sum of R². It holds rows, and is not stored
    when a result is pickled.
    """

    found: Estimates
    adjusted: np.ndarray
    ranks: np.ndarray
    left_out: Callable[[], list[LeftOut]] | None = field(default=None, repr=False)

    def __getstate__(self) -> dict:
        return {**self.__dict__, "left_out": None}

    def limits(self, of: Callable, confidence: float, *, steady=0.0, tails=None) -> np.ndarray:
        """Limits of a measure that is never negative."""
        width = np.maximum(of(self.ranks), 1)
        return self.found.interval(of, width, confidence, steady=steady, tails=tails)

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
