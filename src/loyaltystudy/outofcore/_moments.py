"""Moments of rows in partitions: those of each partition, added in their order."""

from functools import partial

import numpy as np
import pandas as pd

from loyaltystudy.errors import SurveyError, refuse
from loyaltystudy.outofcore._engine import Batch, Partitions, Totals, open_partitions
from loyaltystudy.rsquared import Moments, row_moments

WEIGHTS = "the weights"


def sum_moments(data, weights=None) -> Moments:
    """:func:`~loyaltystudy.moments` of a Dask DataFrame or a folder of Parquet files; one pass."""
    partitions, weight = _with_weights(data, weights), None if weights is None else WEIGHTS
    columns = [c for c in partitions.meta if c != weight]
    text = [str(c) for c in columns if not pd.api.types.is_numeric_dtype(partitions.meta[c])]
    if text:
        raise SurveyError(f"Columns that are not numeric: {text}. Code them as numbers first.")
    used = [*columns, weight] if weight else columns
    found = partitions.reduce(partial(_sums, columns, weight), columns=used)
    if found is None:
        raise SurveyError(f"{partitions.name}: no rows.")
    _check(found, columns)
    return found["moments"]


def _with_weights(data, weights) -> Partitions:
    """The partitions, with a Dask Series of weights as one more column."""
    if weights is None:
        return open_partitions(data)
    if not hasattr(data, "assign") or not hasattr(weights, "dask"):
        raise SurveyError(
            "weights: for data in partitions give a column of the same Dask DataFrame "
            "(dask.dataframe.read_parquet opens a folder as one)."
        )
    return open_partitions(data.assign(**{WEIGHTS: weights}))


def numbers(frame: pd.DataFrame) -> np.ndarray:
    """Numeric or boolean columns as floats, missing values NaN."""
    return frame.to_numpy(dtype=float, na_value=np.nan)


def _sums(columns: list[str], weight: str | None, batch: Batch) -> Totals:
    """Moments of a batch, if it is fit for them, and what is missing, infinite or no weight."""
    x, w = numbers(batch.frame[columns]), np.ones(len(batch.frame))
    if weight is not None:
        w = numbers(batch.frame[[weight]])[:, 0]
    found = Totals(gaps=np.isnan(x).sum(axis=0), infinite=np.isinf(x).sum(axis=0))
    found["no weight"] = np.array([np.isnan(w).sum(), (w <= 0).sum(), np.isinf(w).sum()])
    if not any(counts.any() for counts in found.values()):
        found["moments"] = row_moments(x, w, tuple(map(str, columns)))
    return found


def _check(found: Totals, columns) -> None:
    """Every row has all values and a weight."""
    gaps = [str(c) for c, gap in zip(columns, found["gaps"], strict=True) if gap]
    infinite = [str(c) for c, count in zip(columns, found["infinite"], strict=True) if count]
    missing, unfit, endless = found["no weight"]
    problems = []
    if gaps:
        problems.append(f"Columns with missing values: {gaps}. Drop or complete those rows.")
    if infinite:
        problems.append(without_end(infinite))
    if missing or unfit or endless:
        problems.append(
            f"weights: {missing} missing, {unfit} zero or negative, {endless} infinite. Leave rows "
            "without a positive weight out, or give them one."
        )
    refuse(problems)


def without_end(columns: list[str]) -> str:
    return f"Columns with infinite values: {columns}. Recode them, or leave these rows out."
