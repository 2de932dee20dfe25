"""Moments of rows that come in parts, by exact sums: the same digits however they are cut."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from loyaltystudy.errors import SurveyError
from loyaltystudy.heart.crossproducts import Moments
from loyaltystudy.heart.exactsums import ExactSums, Grid, Measure, exact_sums
from loyaltystudy.parts import GROUPS, Batch, Parts, Tally, groups_of, mixed, open_parts

WEIGHTS = "the weights"


def moments_in_parts(data, weights=None) -> Moments:
    """:func:`~loyaltystudy.moments` of a Dask DataFrame or a folder of Parquet files.

    Two passes: the first finds the range of each column, from which the second takes its unit.
    """
    parts, weight = with_weights(data, weights), None if weights is None else WEIGHTS
    columns = [c for c in parts.meta if c != weight]
    used = [*columns, weight] if weight else columns
    text = [str(c) for c in columns if not _numeric(parts.meta[c])]
    if text:
        raise SurveyError(f"Columns that are not numeric: {text}. Code them as numbers first.")
    parts, bounds = bounds_of(parts, used)
    gaps = [str(c) for c, gap in zip(columns, bounds.gaps, strict=False) if gap]
    if gaps:
        raise SurveyError(f"Columns with missing values: {gaps}. Drop or complete those rows.")
    measures = bounds.measures(columns)
    scale = None
    if weight:
        scale = check_weight(bounds.measures(used)[-1], bounds.gaps[-1])
    sums = parts.reduce(_Sums(tuple(columns), Grid.of(measures, scale), weight), columns=used)
    return sums.total().moments()[0]


def with_weights(data, weights) -> Parts:
    """The parts, with a Dask Series of weights as one more column."""
    if weights is None:
        return open_parts(data)
    if not hasattr(data, "assign") or not hasattr(weights, "dask"):
        raise SurveyError(
            "weights: for data in parts give a column of the same Dask DataFrame "
            "(dask.dataframe.read_parquet opens a folder as one)."
        )
    return open_parts(data.assign(**{WEIGHTS: weights}))


def check_weight(weight: Measure, gaps: int = 0) -> Measure:
    """The weights' bounds, if all are positive numbers."""
    if gaps or not weight.low > 0:
        raise SurveyError(
            f"weights: {gaps} missing, the smallest is {weight.low:g}. Leave rows without a "
            "positive weight out, or give them one."
        )
    return weight


def _numeric(column: pd.Series) -> bool:
    return pd.api.types.is_numeric_dtype(column)


@dataclass(frozen=True, eq=False)
class Bounds:
    """Of each column the smallest and largest value, whether all are whole, how many miss."""

    low: np.ndarray
    high: np.ndarray
    whole: np.ndarray
    gaps: np.ndarray

    def __add__(self, other: Bounds) -> Bounds:
        return Bounds(
            np.minimum(self.low, other.low),
            np.maximum(self.high, other.high),
            self.whole & other.whole,
            self.gaps + other.gaps,
        )

    def measures(self, names) -> list[Measure]:
        """As what the exact sums need to know of each column."""
        odd = [str(n) for n, low, high in zip(names, self.low, self.high, strict=False)
               if np.isinf(high - low) and low <= high]  # fmt: skip
        if odd:
            raise SurveyError(f"Infinite values in {odd}. Recode them, or leave these rows out.")
        empty = [str(n) for n, low, high in zip(names, self.low, self.high, strict=False)
                 if low > high]  # fmt: skip
        if empty:
            raise SurveyError(f"Columns without any value: {empty}. Leave them out.")
        rows = zip(names, self.low, self.high, self.whole, strict=False)
        return [Measure(str(n), float(lo), float(hi), float(whole)) for n, lo, hi, whole in rows]


def bounds_of(parts: Parts, columns) -> tuple[Parts, Bounds]:
    """One pass: the bounds of some numeric columns, and the parts with their rows counted."""
    tally = parts.reduce(_Bounds(tuple(columns)), columns=columns)
    if tally is None:
        raise SurveyError(f"{parts.name}: no rows.")
    bounds = tally.pop("bounds")
    return parts.with_rows(tally), bounds


@dataclass(frozen=True)
class _Bounds:
    columns: tuple[str, ...]

    def __call__(self, batch: Batch) -> Tally:
        found = zip(*(_range(numbers(batch.frame[c])) for c in self.columns), strict=True)
        return Tally(
            {batch.piece.number: len(batch.frame), "bounds": Bounds(*map(np.array, found))}
        )


def _range(values: np.ndarray):
    given = values[~np.isnan(values)]
    if not len(given):
        return np.inf, -np.inf, True, len(values)
    whole = bool(np.all(np.floor(given) == given))
    return given.min(), given.max(), whole, len(values) - len(given)


def numbers(column: pd.Series) -> np.ndarray:
    """A numeric or boolean column as floats, missing ones NaN."""
    return column.to_numpy(dtype=float, na_value=np.nan)


@dataclass(frozen=True)
class _Sums:
    columns: tuple[str, ...]
    grid: Grid
    weight: str | None

    def __call__(self, batch: Batch) -> ExactSums:
        frame = batch.frame
        place = np.arange(batch.position, batch.position + len(frame))
        lines = [numbers(frame[c]) for c in self.columns]
        w = None if self.weight is None else numbers(frame[self.weight])
        return exact_sums(self.grid, lines, groups_of(mixed(place)), GROUPS, w)
