"""Moments of rows that come in parts, by exact sums: the same digits however they are cut."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from loyaltystudy.errors import SurveyError
from loyaltystudy.outofcore._engine import Batch, Parts, Tally, open_parts
from loyaltystudy.outofcore._exact_sums import WEIGHTS, Grid, exact_sums
from loyaltystudy.rsquared import Moments


def moments_in_parts(data, weights=None) -> Moments:
    """:func:`~loyaltystudy.moments` of a Dask DataFrame or a folder of Parquet files; one pass."""
    parts, weight = with_weights(data, weights), None if weights is None else WEIGHTS
    columns = [c for c in parts.meta if c != weight]
    text = [str(c) for c in columns if not pd.api.types.is_numeric_dtype(parts.meta[c])]
    if text:
        raise SurveyError(f"Columns that are not numeric: {text}. Code them as numbers first.")
    used = [*columns, weight] if weight else columns
    found = parts.reduce(_Sums(tuple(columns), weight), columns=used)
    if found is None:
        raise SurveyError(f"{parts.name}: no rows.")
    _check(found, columns)
    return found["sums"].moments()[0]


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


def numbers(column: pd.Series) -> np.ndarray:
    """A numeric or boolean column as floats, missing ones NaN."""
    return column.to_numpy(dtype=float, na_value=np.nan)


@dataclass(frozen=True)
class _Sums:
    """Sums of a batch, if it is fit for them, and what is missing or no weight."""

    columns: tuple[str, ...]
    weight: str | None

    def __call__(self, batch: Batch) -> Tally:
        lines = [numbers(batch.frame[c]) for c in self.columns]
        w = None if self.weight is None else numbers(batch.frame[self.weight])
        found = Tally(gaps=np.array([np.isnan(line).sum() for line in lines]))
        found["no weight"] = np.array([0, 0] if w is None else [np.isnan(w).sum(), (w <= 0).sum()])
        if not (found["gaps"].any() or found["no weight"].any()):
            names = tuple(map(str, self.columns))
            grid = Grid(names, (0.0,) * len(names), w is not None)
            found["sums"] = exact_sums(grid, lines, w=w)
        return found


def _check(found: Tally, columns) -> None:
    """Every row has all values and a weight."""
    gaps = [str(c) for c, gap in zip(columns, found["gaps"], strict=True) if gap]
    missing, unfit = found["no weight"]
    problems = []
    if gaps:
        problems.append(f"Columns with missing values: {gaps}. Drop or complete those rows.")
    if missing or unfit:
        problems.append(
            f"weights: {missing} missing, {unfit} zero or negative. Leave rows without a "
            "positive weight out, or give them one."
        )
    if problems:
        raise SurveyError(problems)
