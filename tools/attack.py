"""Can a person's row be read out of moments that are given away?

    python -m tools.attack data/*/moments.csv        exit 1 if a row is found, or the rule is broken

Four attacks, none of which sees the rows. *G* is the sum of v v' over people, *v* their rows with
a one before them (with weights: w v v').

- lone: a combination of up to three categories, complements and the constant that picks out exactly
  one person: its quadratic form in *G* is 1, and *G* times it is that person's row;
- lattice: every row has v' G^-1 v <= 1, so all rows on the grid of possible answers inside that
  ellipsoid are listed, and a whole-number programme says which of them stand in every set of people
  that adds up to *G*;
- cells: answers of a few people that follow from their other answers (``tools.cells``);
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

from tools.cells import attack_cells
from tools.lattice import certain_rows

FLOOR, PEOPLE = 10, 5
WHOLE = 1e-6
SECONDS = 60.0
FINDS = ("lone", "lattice", "follow")


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


# ---- two files, and what of the rule shows


def differences(files: list[list[Products]]) -> list[str]:
    """Pairs of files with two columns in common whose people are the same but for a few."""
    said = []
    for first, second in combinations([p for groups in files for p in groups], 2):
        common = [c for c in first.columns if c in second.columns]
        apart = abs(first.n - second.n)
        if first.file == second.file or len(common) < 2 or apart >= FLOOR:
            continue
        if apart and _added(first, second, common):
            said.append(f"{first.file} and {second.file} differ by {apart} people")
        elif 0 < (some := _replaced(first, second, common)) < FLOOR:
            said.append(f"{first.file} and {second.file} differ by about {some:.0f} people")
    return said


def _added(first: Products, second: Products, common: list[str]) -> bool:
    """Whether the larger file's products are the other's and a few people's."""
    gap = _among(first, common) - _among(second, common)
    gap *= np.sign(first.n - second.n)
    size = np.sqrt(np.maximum(np.diag(_among(first, common)), 1e-300))
    return np.linalg.eigvalsh(gap / np.outer(size, size))[0] > -1e-9


def _replaced(first: Products, second: Products, common: list[str]) -> float:
    """About how many people are in one of two files alone; 0 for the same people.

    A person's share of G^-1 G is their leverage, (p + 1) / n on average.
    """
    one, other = _among(first, common), _among(second, common)
    size = np.sqrt(np.maximum(np.diag(one), 1e-300))
    values, vectors = np.linalg.eigh(one / np.outer(size, size))
    root = vectors[:, values > 1e-9] / np.sqrt(values[values > 1e-9])
    shares = np.linalg.eigvalsh(root.T @ ((one - other) / np.outer(size, size)) @ root)
    people = first.n * np.abs(shares).sum() / len(shares)
    return 0.0 if people < 1e-6 * first.n else float(max(people, 1.0))


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


def attack(path, seconds: float = SECONDS) -> dict:
    """What the attacks find in one file: half of the time for whole rows, half for cells."""
    groups, start = read_products(path), time.monotonic()
    lone = sum(len(lone_rows(p)) for p in groups)
    outcomes = [certain_rows(p, s) for p, s in _shared(groups, start + seconds / 2)]
    cells = [attack_cells(p, time.monotonic() + s) for p, s in _shared(groups, start + seconds)]
    return {
        "file": str(path),
        "groups": len(groups),
        "people": sum(p.n for p in groups),
        "lone": lone,
        "lattice": sum(rows for _, rows in outcomes),
        "how": outcomes[0][0],
        "follow": sum(c.found for c in cells),
        "cells": str(cells[0]),
        "broken": broken_rules(groups),
    }


def _shared(groups: list[Products], until: float):
    """Each group, with its share of the seconds that are left."""
    for at, p in enumerate(groups):
        yield p, max(0.0, until - time.monotonic()) / (len(groups) - at)


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
    parser.add_argument("--seconds", type=float, default=SECONDS, help="a file: %(default)s")
    options = parser.parse_args(arguments)
    files = [file for several in options.files for file in several]
    if not files:
        parser.error("none of the patterns has a file")
    found = 0
    for file in files:
        result = attack(file, options.seconds)
        found += sum(result[how] for how in FINDS) + len(result["broken"])
        print(*(f"{name}: {value}" for name, value in result.items() if value != []), sep="; ")
    lines = differences([read_products(file) for file in files])
    print(*lines, sep="\n", end="\n" if lines else "")
    found += len(lines)
    print(f"rows found, and breaches of the rule: {found}")
    return int(found > 0)


if __name__ == "__main__":
    sys.exit(main())
