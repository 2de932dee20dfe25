"""Moments that are given away in place of a study's rows, with errors of registered comparisons."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from loyaltystudy.errors import SurveyError
from loyaltystudy.rsquared import Moments


@dataclass(frozen=True, eq=False)
class SharedMoments(Moments):
    """Moments of all complete rows, as ``moments.csv`` and ``estimates.csv`` say them.

    Attributes
    ----------
    registered : DataFrame or None
        The lines of ``estimates.csv``: errors of registered comparisons.
    """

    registered: pd.DataFrame | None = None

    @classmethod
    def from_table(
        cls, table: pd.DataFrame, registered: pd.DataFrame | None = None
    ) -> SharedMoments:
        """Moments from the table of ``moments.csv``."""
        columns = tuple(table["variable"])
        lower = np.tril(table[list(columns)].to_numpy(float))
        cross = lower + np.tril(lower, -1).T
        counts = (np.asarray(table[name].iloc[0]) for name in ("n", "weight", "weight2"))
        return cls(columns, *counts, table["mean"].to_numpy(float), cross, registered)


_COUNTS = ("n", "weight", "weight2", "variable", "mean")


def moments_table(path) -> pd.DataFrame:
    """The table of a ``moments.csv``, whole and of numbers, or one error.

    Raises SurveyError if the file is no such table: columns or cells are missing, a variable stands
    twice, or a count or a sum of squares cannot be.
    """
    path = Path(path)
    table = shared_table(path)
    absent = [name for name in _COUNTS if name not in table]
    fault = f"columns are missing: {absent}." if absent else _fault(table)
    if fault:
        raise SurveyError(f"{path.name}: {fault} Fetch or write it again.")
    return table


def shared_table(path: Path) -> pd.DataFrame:
    """A table of numbers that was given away in place of rows."""
    try:
        return pd.read_csv(path)
    except (ValueError, OSError) as error:
        kind = type(error).__name__
        raise SurveyError(f"{path.name}: not readable as moments ({kind}).") from None


def _fault(table: pd.DataFrame) -> str:
    variables = [str(name) for name in table["variable"]]
    absent = [name for name in variables if name not in table]
    if not variables or absent or len(set(variables)) < len(variables):
        return f"no variable, or one stands twice or has no column of cross-products ({absent})."
    if rest := [name for name in table if name not in {*_COUNTS, "count", *variables}]:
        return f"columns without a row of their own: {rest}; it was cut short."
    if not all(table[c].dtype.kind in "iuf" for c in (*_COUNTS[:3], "mean", *variables)):
        return "some cells hold no numbers."
    cross = table[variables].to_numpy(float)
    lower = cross[np.tri(len(variables), dtype=bool)]
    counts = table[["n", "weight", "weight2", "mean"]].to_numpy(float)
    if not (np.isfinite(lower).all() and np.isfinite(counts).all()):
        return "some cells that must hold a number are empty."
    if (np.diagonal(cross) < 0).any() or (counts[:, 0] < 1).any() or np.ptp(counts[:, :3], 0).any():
        return "a count or a sum of squares is below what it can be, or differs between rows."
    return "" if _possible(np.tril(cross)) else "no answers can have these cross-products."


def _possible(lower: np.ndarray) -> bool:
    """Whether cross-products, given as a lower triangle, are those of any answers."""
    size = np.sqrt(np.diagonal(lower))
    unit = np.where(size > 0, size, 1.0)
    whole = (lower + np.tril(lower, -1).T) / unit[:, None] / unit
    return bool(np.linalg.eigvalsh(whole)[0] > -1e-6)
