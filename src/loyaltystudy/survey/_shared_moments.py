"""Moments that are given away in place of a study's rows, with errors of registered comparisons."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from loyaltystudy.rsquared import Moments


@dataclass(frozen=True, eq=False)
class SharedMoments(Moments):
    """Moments of all complete rows together, as ``moments.csv`` and ``estimates.csv`` say them.

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
