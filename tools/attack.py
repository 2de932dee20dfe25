"""Can a person's row be read out of moments that are given away?

    python -m tools.attack data/*/moments.csv        exit 1 if a row is found, or the rule is broken

Three attacks, none of which sees the rows. *G* is the sum of v v' over people, *v* their rows with
a one before them (with weights: w v v').

- lone: a combination of up to three categories, complements and the constant that picks out exactly
  one person: its quadratic form in *G* is 1, and *G* times it is that person's row;
- lattice: every row has v' G^-1 v <= 1, so all rows on the grid of possible answers inside that
  ellipsoid are listed, and a whole-number programme says which of them stand in every set of people
  that adds up to *G*;
- differences: two files of the same columns that differ by fewer than ten people.

Beside them what of the rule shows in a file: one group, ten people in every category, five people
for every column. A file that passes is not thereby proved safe: leverage needs the rows, and is
checked where files are written (``loyaltystudy.explain.write_release``).
"""

from __future__ import annotations

import argparse
import glob
import sys
import time
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd

FLOOR, PEOPLE = 10, 5
WHOLE = 1e-6
MOST_CANDIDATES = 5000
DENOMINATORS = (1, 2, 3, 4, 5, 6, 8, 10, 12)


@dataclass(frozen=True, eq=False)
class Products:
    """Raw products of one group of a file: the constant first, then the columns."""

    file: str
    group: str
    n: int
    weight: float
    columns: tuple[str, ...]
    g: np.ndarray

    @property
    def weighted(self) -> bool:
        return abs(self.weight - self.n) > WHOLE

    @property
    def nominal(self) -> dict[str, list[int]]:
        """Variable to the places of its dummies; the constant has place 0."""
        found: dict[str, list[int]] = {}
        for place, column in enumerate(self.columns, 1):
            if "=" in column:
                found.setdefault(column.split("=")[0], []).append(place)
        return found


def read_products(path) -> list[Products]:
    """Every group of a ``moments.csv``; a file without groups has one."""
    table = pd.read_csv(path)
    groups = table.groupby("group", sort=False) if "group" in table else [("all", table)]
    return [_products(str(path), str(name), part) for name, part in groups]


def _products(path: str, group: str, part: pd.DataFrame) -> Products:
    columns = tuple(map(str, part["variable"]))
    n, weight = int(part["n"].iloc[0]), float(part["weight"].iloc[0])
    lower = np.tril(np.nan_to_num(part[list(columns)].to_numpy(float)))
    mean = np.concatenate([[1.0], part["mean"].to_numpy(float)])
    g = weight * np.outer(mean, mean)
    g[1:, 1:] += lower + np.tril(lower, -1).T
    return Products(path, group, n, weight, columns, g)


# ---- lone rows


def indicators(p: Products) -> np.ndarray:
    """Combinations that are 0 or 1 for everybody: categories, references, yes and no, all."""
    unit = np.eye(len(p.g))
    two_valued = [j for j in range(1, len(p.g)) if abs(p.g[j, j] - p.g[0, j]) < 1e-7 * p.g[j, j]]
    categories = sorted({j for places in p.nominal.values() for j in places} | {*two_valued})
    references = [unit[0] - unit[places].sum(axis=0) for places in p.nominal.values()]
    return np.array([unit[0], *(unit[j] for j in categories), *references])


def lone_rows(p: Products) -> np.ndarray:
    """Rows of single people that sums and differences of up to three indicators give away."""
    base = indicators(p)
    c = np.concatenate([_signed(base, terms) for terms in (1, 2, 3)])
    q = np.einsum("ij,jk,ik->i", c, p.g, c)
    rows = c @ p.g
    if p.weighted:
        single = (q > 1e-9) & (np.abs(np.abs(rows[:, 0]) - q) < 1e-9 * np.maximum(q, 1))
        rows = rows[single] / rows[single, :1]
        rows = rows[(np.abs(rows - np.round(rows)) < WHOLE).all(axis=1)]
    else:
        single = (np.abs(q - 1) < WHOLE) & (np.abs(np.abs(rows[:, 0]) - 1) < WHOLE)
        rows = rows[single] * np.sign(rows[single, :1])
    return np.unique(np.round(rows, 5), axis=0)


def _signed(base: np.ndarray, terms: int) -> np.ndarray:
    """All sums of some of the indicators, each with either sign, the first one plus."""
    places = np.array([*combinations(range(len(base)), terms)], dtype=int).reshape(-1, terms)
    signs = np.array([(1, *s) for s in np.ndindex(*[2] * (terms - 1))]) * 2 - 1
    signs[:, 0] = 1
    return np.concatenate([(base[places] * s[None, :, None]).sum(axis=1) for s in signs])


# ---- the lattice


def steps(p: Products) -> np.ndarray:
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


def known_grid(p: Products) -> Products:
    """The columns whose answers are known multiples; money and shares are left out."""
    kept = np.flatnonzero(steps(p) > 0)
    names = tuple(p.columns[j - 1] for j in kept[1:])
    return Products(p.file, p.group, p.n, p.weight, names, p.g[np.ix_(kept, kept)])


def candidates(p: Products, seconds: float) -> np.ndarray:
    """All rows on the grid of answers inside the ellipsoid v' G^-1 v <= 1.

    Raises :class:`TooMany` past the time or the number.
    """
    grid = steps(p)
    if len(p.columns) == 0:
        raise TooMany
    size = np.sqrt(np.maximum(np.diag(p.g), 1e-300))
    factor, pivot = _factor(p.g / np.outer(size, size))
    search = _Search(p, grid, size, factor, pivot, time.monotonic() + seconds)
    search.descend(1, 0.0 if not pivot[0] else (1 / size[0] / factor[0, 0]) ** 2)
    return np.array(search.found).reshape(-1, len(p.g))


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
        if time.monotonic() > self.until or len(self.found) > MOST_CANDIDATES:
            raise TooMany
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


def certain_rows(p: Products, seconds: float) -> tuple[str, int]:
    """What came of it, and how many people stand in every set of candidates that adds up to G."""
    if p.weighted:
        return "weighted: the lattice is not tried", 0
    p = known_grid(p)
    try:
        rows = candidates(p, seconds)
    except TooMany:
        return "too many candidates", 0
    cover = _Cover(p, rows, steps(p), seconds)
    first = cover.solve(np.zeros(len(rows)))
    if first is None:
        return f"{len(rows)} candidates, no solution in time", 0
    sure = first
    for _ in range(20):  # another set that keeps as few of the sure ones as it can
        other = cover.solve((sure > 0).astype(float))
        if other is None:
            return f"{len(rows)} candidates, not settled", 0
        kept = np.minimum(sure, other)
        if kept.sum() == sure.sum():
            break
        sure = kept
    return f"{len(rows)} candidates", int(sure.sum())


class _Cover:
    """Whole numbers z >= 0 with sum z v v' = G."""

    def __init__(self, p: Products, rows, grid, seconds: float):
        i, j = np.triu_indices(len(p.g))
        whole = np.round(rows * grid)
        self.a = (whole[:, i] * whole[:, j]).T
        self.b = np.round(p.g * np.outer(grid, grid))[i, j]
        self.n, self.seconds = p.n, seconds

    def solve(self, cost: np.ndarray) -> np.ndarray | None:
        from scipy.optimize import Bounds, LinearConstraint, milp

        if not self.a.size:
            return None
        scale = np.maximum(1, np.abs(self.a).max(axis=1))
        wanted = self.b / scale
        limits = LinearConstraint(self.a / scale[:, None], wanted - 1e-7, wanted + 1e-7)
        found = milp(
            cost,
            constraints=[limits],
            integrality=np.ones(len(cost)),
            bounds=Bounds(0, self.n),
            options={"time_limit": self.seconds},
        )
        if found.x is None or np.abs(self.a @ np.round(found.x) - self.b).max() > 1e-6:
            return None
        return np.round(found.x)


# ---- two files, and what of the rule shows


def differences(files: list[list[Products]]) -> list[str]:
    """Pairs of files of one set of columns that differ by one to nine people."""
    said = []
    for first, second in combinations([p for groups in files for p in groups], 2):
        common = [c for c in first.columns if c in second.columns]
        if first.file == second.file or len(common) < 0.75 * min(
            map(len, (first.columns, second.columns))
        ):
            continue
        gap = _among(first, common) - _among(second, common)
        gap *= np.sign(first.n - second.n)
        if 0 < abs(first.n - second.n) < FLOOR and np.linalg.eigvalsh(gap)[0] > -1e-6 * max(
            1, np.trace(gap)
        ):
            said.append(
                f"{first.file} and {second.file} differ by {abs(first.n - second.n)} people"
            )
    return said


def _among(p: Products, columns: list[str]) -> np.ndarray:
    at = [0, *(1 + p.columns.index(c) for c in columns)]
    return p.g[np.ix_(at, at)]


def broken_rules(groups: list[Products]) -> list[str]:
    """What of the release rule can be seen in a file to be broken."""
    said = [f"{len(groups)} groups, one is allowed"] if len(groups) > 1 else []
    for p in groups:
        if p.n < PEOPLE * (len(p.columns) + 1):
            said.append(f"{p.n} people for {len(p.columns)} columns")
        counts = {p.columns[j - 1]: p.g[j, j] for js in p.nominal.values() for j in js}
        left = {v: p.weight - sum(p.g[j, j] for j in js) for v, js in p.nominal.items()}
        if not p.weighted:
            said += [
                f"{c}: {x:.0f} people" for c, x in (counts | left).items() if x < FLOOR - WHOLE
            ]
    said += _thin_counts(groups[0].file)
    return [*dict.fromkeys(said)]


def _thin_counts(path: str) -> list[str]:
    """Raw counts, which weights do not hide."""
    table = pd.read_csv(path)
    if "count" not in table:
        return []
    thin = table[table["count"] < FLOOR]
    return [f"{v}: {c:.0f} people" for v, c in zip(thin["variable"], thin["count"], strict=True)]


def attack(path, seconds: float = 10.0) -> dict:
    """What the attacks find in one file."""
    groups = read_products(path)
    lone = sum(len(lone_rows(p)) for p in groups)
    outcomes = [certain_rows(p, seconds) for p in groups]
    return {
        "file": str(path),
        "groups": len(groups),
        "people": sum(p.n for p in groups),
        "lone": lone,
        "lattice": sum(rows for _, rows in outcomes),
        "how": outcomes[0][0],
        "broken": broken_rules(groups),
    }


def named(text: str) -> list[Path]:
    """The file, or those of a pattern that the shell left as it stands, which may be none."""
    if Path(text).is_file():
        return [Path(text)]
    if not glob.has_magic(text):
        raise argparse.ArgumentTypeError(f"{text} is no file")
    return [Path(found) for found in sorted(glob.glob(text))]


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Attack moments that are given away.")
    parser.add_argument("files", nargs="+", type=named)
    parser.add_argument("--seconds", type=float, default=10.0, help="for the lattice of a group")
    options = parser.parse_args(arguments)
    files = [file for several in options.files for file in several]
    if not files:
        parser.error("none of the patterns has a file")
    found = 0
    for file in files:
        result = attack(file, options.seconds)
        found += result["lone"] + result["lattice"] + len(result["broken"])
        print(*(f"{name}: {value}" for name, value in result.items() if value != []), sep="; ")
    lines = differences([read_products(file) for file in files])
    print(*lines, sep="\n", end="\n" if lines else "")
    found += len(lines)
    print(f"rows found, and breaches of the rule: {found}")
    return int(found > 0)


if __name__ == "__main__":
    sys.exit(main())
