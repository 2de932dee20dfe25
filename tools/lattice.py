"""Whole rows out of moments: every row on the grid of answers lies in an ellipsoid.

Every row *v* of the people behind *G* has v' G^-1 v <= 1. All rows on the grid of possible answers
inside that ellipsoid are listed, and a whole-number programme says which of them stand in every set
of people that adds up to *G*. Used by ``tools.attack``.
"""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np

MOST_CANDIDATES = 5000
FEW = 10  # people
DENOMINATORS = (1, 2, 3, 4, 5, 6, 8, 10, 12)


def steps(p) -> np.ndarray:
    """What each column's answers are whole multiples of (as a denominator); 0 if not known."""
    found = np.zeros(len(p.g), dtype=int)
    for j in range(len(p.g)):
        for d in DENOMINATORS:
            sums = np.array([p.g[0, j] * d, p.g[j, j] * d * d])
            if (np.abs(sums - np.round(sums)) < 2e-4 + 3e-11 * np.abs(sums)).all():
                found[j] = d
                break
    return found


class TooMany(Exception):
    """More candidate rows than can be listed."""


def known_grid(p):
    """The columns whose answers are known multiples; money and shares are left out."""
    kept = np.flatnonzero(steps(p) > 0)
    names = tuple(p.columns[j - 1] for j in kept[1:])
    return replace(p, columns=names, g=p.g[np.ix_(kept, kept)])


def candidates(p, seconds: float) -> np.ndarray:
    """All rows on the grid of answers inside the ellipsoid v' G^-1 v <= 1.

    Raises :class:`TooMany` past the time or the number.
    """
    grid = steps(p)
    if len(p.columns) == 0:
        raise TooMany("no column is on a known grid")
    size = np.sqrt(np.maximum(np.diag(p.g), 1e-300))
    factor, pivot = _factor(p.g / np.outer(size, size))
    search = _Search(p, grid, size, factor, pivot, time.monotonic() + seconds)
    search.descend(1, 0.0 if not pivot[0] else (1 / size[0] / factor[0, 0]) ** 2)
    return np.array(search.found).reshape(-1, len(p.g))


def _given_up(rows: int, columns: int, n: int) -> str:
    """Whole rows are not told apart where far more can be than there are equations."""
    equations = columns * (columns + 1) // 2
    return f"over {rows:,} candidate rows for {n:,} people and {equations} equations"


def _factor(a: np.ndarray):
    """Cholesky with columns that others determine left without a pivot."""
    m = len(a)
    factor, pivot = np.zeros((m, m)), np.zeros(m, dtype=bool)
    for i in range(m):
        for j in range(i):
            if pivot[j]:
                factor[i, j] = (a[i, j] - factor[i, :j] @ factor[j, :j]) / factor[j, j]
        left = a[i, i] - factor[i, :i] @ factor[i, :i]
        pivot[i] = left > 1e-7
        factor[i, i] = np.sqrt(left) if pivot[i] else 0.0
    return factor, pivot


class _Search:
    """Depth first over columns, the part of the quadratic form that is used up carried along."""

    def __init__(self, p, grid, size, factor, pivot, until):
        self.p, self.grid, self.size = p, grid, size
        self.factor, self.pivot, self.until = factor, pivot, until
        self.variable = {j: js for js in p.nominal.values() for j in js}
        self.row, self.z = np.zeros(len(p.g)), np.zeros(len(p.g))
        self.row[0] = 1.0
        self.z[0] = 1 / size[0] / factor[0, 0]
        self.found: list[np.ndarray] = []

    def descend(self, j: int, used: float) -> None:
        if time.monotonic() > self.until:
            raise TooMany(f"time was up with {len(self.found):,} candidate rows listed")
        if len(self.found) > MOST_CANDIDATES:
            raise TooMany(_given_up(len(self.found), len(self.row), self.p.n))
        if j == len(self.row):
            self.found.append(self.row.copy())
            return
        for value in self.choices(j, used):
            rest = value / self.size[j] - self.factor[j, :j] @ self.z[:j]
            if self.pivot[j]:
                self.z[j] = rest / self.factor[j, j]
            elif abs(rest) > 3e-5:
                continue
            more = used + (self.z[j] ** 2 if self.pivot[j] else 0.0)
            if more <= 1 + 1e-6:
                self.row[j] = value
                self.descend(j + 1, more)
        self.row[j] = self.z[j] = 0.0

    def choices(self, j: int, used: float) -> np.ndarray:
        if j in self.variable:  # a dummy: at most one of its variable's is 1
            earlier = [k for k in self.variable[j] if k < j]
            return np.array([0.0]) if self.row[earlier].any() else np.array([0.0, 1.0])
        centre = self.size[j] * (self.factor[j, :j] @ self.z[:j])
        if not self.pivot[j]:
            return np.round(centre * self.grid[j], 0)[None] / self.grid[j]
        reach = self.size[j] * self.factor[j, j] * np.sqrt(max(0.0, 1 - used))
        low, high = (centre - reach) * self.grid[j], (centre + reach) * self.grid[j]
        return np.arange(np.ceil(low - 1e-9), np.floor(high + 1e-9) + 1) / self.grid[j]


def certain_rows(p, seconds: float) -> tuple[str, int]:
    """What came of it, and how many people stand in every set of candidates that adds up to G.

    Rows that ten people have are nobody's; of two variables the file says outright how many have
    which answers.
    """
    if p.weighted:
        return "weighted: whole rows are not tried", 0
    p, until = known_grid(p), time.monotonic() + seconds
    if len({c.split("=")[0] for c in p.columns}) < 3 and p.n >= FEW:
        return "fewer than three variables on a known grid", 0
    try:
        rows = candidates(p, seconds / 2)
    except TooMany as stopped:
        return str(stopped), 0
    said = f"{len(rows):,} candidate rows for {p.n:,} people"
    cover = _Cover(p, rows, steps(p), until)
    sure = cover.solve(np.zeros(len(rows)))
    if sure is None:
        return f"{said}, no solution in time", 0
    for _ in range(20):  # another set that keeps as few of the sure ones as it can
        other = cover.solve((sure > 0).astype(float))
        if other is None:
            return f"{said}, not settled", 0
        kept = np.minimum(sure, other)
        if kept.sum() == sure.sum():
            break
        sure = kept
    return said, int(sure[sure < FEW].sum())


class _Cover:
    """Whole numbers z >= 0 with sum z v v' = G."""

    def __init__(self, p, rows, grid, until: float):
        i, j = np.triu_indices(len(p.g))
        whole = np.round(rows * grid)
        self.a = (whole[:, i] * whole[:, j]).T
        self.b = np.round(p.g * np.outer(grid, grid))[i, j]
        self.n, self.until = p.n, until

    def solve(self, cost: np.ndarray) -> np.ndarray | None:
        from scipy.optimize import Bounds, LinearConstraint, milp

        left = self.until - time.monotonic()
        if not self.a.size or left <= 0:
            return None
        scale = np.maximum(1, np.abs(self.a).max(axis=1))
        wanted = self.b / scale
        limits = LinearConstraint(self.a / scale[:, None], wanted - 1e-7, wanted + 1e-7)
        found = milp(
            cost,
            constraints=[limits],
            integrality=np.ones(len(cost)),
            bounds=Bounds(0, self.n),
            options={"time_limit": left},
        )
        if found.x is None or np.abs(self.a @ np.round(found.x) - self.b).max() > 1e-6:
            return None
        return np.round(found.x)
