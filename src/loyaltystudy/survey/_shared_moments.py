"""Moments of groups of people as a table: what ships where answers may not."""

from __future__ import annotations

import numpy as np
import pandas as pd

from loyaltystudy.rsquared import Moments
from loyaltystudy.survey._atomic import write_whole


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
