"""Moments of groups of people as a table: what ships where answers may not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from loyaltystudy.errors import SurveyError
from loyaltystudy.rsquared import Moments
from loyaltystudy.survey._atomic import write_whole

_COUNTS = ("group", "n", "weight", "weight2", "variable", "mean")


def write_moments(m: Moments, path) -> None:
    """Moments of groups as ``moments.csv``: a row for each group and variable.

    Columns: group, n, weight, weight2, variable, mean, then the centred cross-products with each
    variable (lower triangle; the rest is the same by symmetry).
    """
    rows = []
    for g in range(len(m.n)):
        for i, variable in enumerate(m.columns):
            counts = {"n": m.n[g], "weight": m.weight[g], "weight2": m.weight2[g]}
            row = {"group": g + 1, **counts, "variable": variable, "mean": m.mean[g, i]}
            rows.append(row | {c: m.cross[g, i, j] for j, c in enumerate(m.columns[: i + 1])})
    table = pd.DataFrame(rows)
    write_whole(path, table.to_csv(index=False, float_format="%.12g", lineterminator="\n"))


def moments_table(path) -> pd.DataFrame:
    """The table that :func:`write_moments` wrote, whole and of numbers, or one error.

    Raises
    ------
    SurveyError
        If the file is no such table: columns or rows are missing, a group has other variables
        than the first, or a count, mean or sum of squares cannot be.
    """
    path = Path(path)
    try:
        table = pd.read_csv(path)
    except (ValueError, OSError, pd.errors.ParserError) as error:
        raise SurveyError(
            f"{path.name}: not readable as moments ({type(error).__name__})."
        ) from None
    absent = [name for name in _COUNTS if name not in table]
    if absent or not len(table):
        raise SurveyError(f"{path.name}: no table of moments; columns missing: {absent}.")
    fault = _fault(table)
    if fault:
        raise SurveyError(f"{path.name}: {fault} Fetch or write it again.")
    return table


def _fault(table: pd.DataFrame) -> str:
    first = table.loc[table["group"] == table["group"].iloc[0], "variable"]
    variables = [str(name) for name in first]
    groups = table["group"].nunique(dropna=False)
    if list(table["variable"].astype(str)) != variables * groups:
        return "the groups do not have the same variables in the same order."
    absent = [name for name in variables if name not in table]
    if absent or len(set(variables)) < len(variables):
        return f"cross-products of {absent or 'a variable that stands twice'} are missing."
    numbers = table[["n", "weight", "weight2", "mean", *variables]]
    if not all(dtype.kind in "iuf" for dtype in numbers.dtypes):
        return "some cells hold no numbers."
    lower = table[variables].to_numpy(float).reshape(groups, len(variables), len(variables))
    known = numbers[["n", "weight", "weight2", "mean"]].to_numpy(float)
    if (
        not np.isfinite(lower[:, np.tri(len(variables), dtype=bool)]).all()
        or not np.isfinite(known).all()
    ):
        return "some cells that must hold a number are empty."
    squares = np.diagonal(lower, axis1=1, axis2=2)
    return (
        "a count or a sum of squares is below 0."
        if (squares < 0).any() or (known[:, 0] < 1).any()
        else ""
    )


def read_moments(table: pd.DataFrame) -> Moments:
    """Moments of groups from the table that :func:`write_moments` wrote."""
    first = table.drop_duplicates("group")
    columns = tuple(table.loc[table["group"] == first["group"].iloc[0], "variable"])
    g, p = len(first), len(columns)
    lower = table[list(columns)].to_numpy().reshape(g, p, p)
    lower = np.where(np.tri(p, dtype=bool), lower, 0.0)
    cross = lower + np.swapaxes(lower, 1, 2) * ~np.eye(p, dtype=bool)
    counts = (first[name].to_numpy() for name in ("n", "weight", "weight2"))
    return Moments(columns, *counts, table["mean"].to_numpy().reshape(g, p), cross)
