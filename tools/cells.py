"""What a few columns give away of a few people: answers that follow from their other answers.

A file of moments tells, of any of its variables, the sums of their answers and of all products of
two. For three variables and more, as many as the time allows, all answers that somebody can have
given are listed (from the codebook beside the file, else from what the sums allow); without
weights, those with v' G^-1 v > 1 left out, which no person can hold. How many people gave each,
*z*, solves sum z v v' = G. A cell is found where, by linear programmes, somebody must be in it and
fewer than ten can be, and nobody can be in the cells that differ from it in one variable alone:
whoever knows the other answers of these few people knows that one, too. That is a proof. Where no
cell is found it is shown that other answers are possible, in fractions of people: an argument in
whole numbers might still find one. Used by ``tools.attack``.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from itertools import combinations
from math import comb, lcm, prod
from pathlib import Path

import numpy as np

from loyaltystudy.survey import load_codebook
from tools.lattice import FEW, steps

MOST_ANSWERS, MOST_CELLS = 150, 30_000
SOME = 0.05  # people: above it, a cell that cannot be empty
FAINT = 1e-7


@dataclass(frozen=True)
class Cells:
    """What came of the attack on one group.

    ``found`` cells whose few people share an answer that follows, of ``tried`` subsets of up to
    ``size`` variables that were settled, ``without`` others that nobody's answers on the grid add
    up to; ``triples`` there are in all; ``fewest`` cells of a subset; variables ``left_out``.
    """

    found: int
    tried: int
    without: int
    triples: int
    size: int
    fewest: int
    left_out: tuple[str, ...]

    def __str__(self) -> str:
        said = f"none of {self.triples} triples of variables settled"
        if self.tried:
            said = f"{self.tried:,} subsets of 3 to {self.size} variables ({self.triples:,} triples"
            said += f" in all), each of {self.fewest:,} cells or more: {self.found} answers follow"
        said += f"; {self.without} subsets have no solution on the grid" if self.without else ""
        return said + (f"; not on a grid: {', '.join(self.left_out)}" if self.left_out else "")


class Unsolved(Exception):
    """No people on the cells add up, or the time is up."""


def attack_cells(p, until: float) -> Cells:
    """Cells of three variables and more whose few people share an answer that follows."""
    values = possible_answers(p)
    tried, without, found, size, fewest = 0, 0, 0, 3, MOST_CELLS
    for names in _subsets(values):
        if time.monotonic() > until:
            break
        rows = _listed(p, values, names)
        if len(rows) > MOST_CELLS:
            continue
        few = given_away(_narrowed(p, names), rows, until)
        if few is None:
            without += time.monotonic() < until
            continue
        tried, size, fewest = tried + 1, max(size, len(names)), min(fewest, len(rows))
        found += len(few)
    names = {c.split("=")[0] for c in p.columns}
    left_out = tuple(sorted(names - set(values)))
    return Cells(found, tried, without, comb(len(values), 3), size, fewest, left_out)


def _subsets(values: dict):
    """Sets of three variables, then of four and more, as long as their cells can be listed."""
    counts = {name: len(v) for name, v in values.items()}
    for size in range(3, len(values) + 1):
        sized = [
            (prod(counts[name] for name in names), names) for names in combinations(values, size)
        ]
        yield from (names for cells, names in sorted(sized) if cells <= 20 * MOST_CELLS)


def possible_answers(p) -> dict[str, np.ndarray]:
    """Variable to what its columns can hold: shape (answers, columns)."""
    book, known = _codebook(p.file), steps(p)
    found = {
        name: np.vstack([np.zeros(len(at)), np.eye(len(at))]) for name, at in p.nominal.items()
    }
    for place, name in enumerate(p.columns, 1):
        if "=" in name:
            continue
        listed = _of_codebook(book, name)
        if listed is None and known[place] and not p.weighted:
            listed = _of_sums(p, place, known[place])
        if listed is not None and 1 < len(listed) <= MOST_ANSWERS:
            found[name] = listed[:, None]
    return found


def _codebook(file: str):
    path = Path(file).with_name("codebook.yaml")
    return load_codebook(path) if path.is_file() else None


def _of_codebook(book, name: str) -> np.ndarray | None:
    """Codes or whole numbers of the range; of a scale, means of three in four items or more."""
    if book is None:
        return None
    if name in book.scales:
        items = book.scales[name].items
        answers = book.items[items[0]].answers
        several = range(int(np.ceil(0.75 * len(items))), len(items) + 1)
    elif name in book.variables:
        answers, several = book.variables[name].answers, (1,)
    else:
        return None
    codes = [float(code) for code in answers.codes or () if _number(code)]
    if not codes and not answers.range:
        return None
    low, high = (min(codes), max(codes)) if codes else (answers.low, answers.high)
    d = lcm(*several)
    return np.arange(round(low * d), round(high * d) + 1) / d


def _number(code) -> bool:
    try:
        return np.isfinite(float(code))
    except (TypeError, ValueError):
        return False


def _of_sums(p, place: int, d: int) -> np.ndarray:
    """Multiples of a step within what one person can be from the mean."""
    mean = p.g[0, place] / p.n
    reach = np.sqrt((p.n - 1) / p.n * max(p.g[place, place] - p.n * mean**2, 0.0))
    low, high = np.ceil((mean - reach) * d - 1e-9), np.floor((mean + reach) * d + 1e-9)
    return np.arange(low, high + 1) / d


def _narrowed(p, names):
    kept = [c for c in p.columns if c.split("=")[0] in names]
    at = [0, *(1 + p.columns.index(c) for c in kept)]
    return replace(p, columns=tuple(kept), g=p.g[np.ix_(at, at)])


def _listed(p, values: dict, names) -> np.ndarray:
    """Cells of some variables, one before each, that somebody can be in; in the file's order.

    With weights a light person can be anywhere.
    """
    part = _narrowed(p, names)
    grids = np.ix_(*(np.arange(len(values[name])) for name in names))
    at = [np.broadcast_to(g, [len(values[n]) for n in names]).ravel() for g in grids]
    columns = {}
    for name, places in zip(names, at, strict=True):
        own = [c for c in part.columns if c.split("=")[0] == name]
        columns |= dict(zip(own, values[name][places].T, strict=True))
    rows = np.column_stack([np.ones(len(at[0])), *(columns[c] for c in part.columns)])
    if p.weighted:
        return rows
    size = np.sqrt(np.maximum(np.diag(part.g), 1e-300))
    inverse = np.linalg.pinv(part.g / np.outer(size, size), rcond=1e-10, hermitian=True)
    scaled = rows / size
    return rows[np.einsum("ij,jk,ik->i", scaled, inverse, scaled) <= 1 + 1e-6]


def given_away(p, rows: np.ndarray, until: float) -> np.ndarray | None:
    """Cells of few people who must share an answer, whatever the answers of all others.

    None if no people on these cells add up to G, or the time is up.
    """
    solve = _programme(p, rows, until)
    try:
        few = _few_people(solve, len(rows))
        return rows[[cell for cell in few if _follows(p, solve, rows, cell)]]
    except Unsolved:
        return None


def _few_people(solve, cells: int) -> list[int]:
    """Cells in which somebody must be and fewer than ten can be."""
    people = solve(np.random.default_rng(0).random(cells))
    left = (people > SOME) & (people < FEW)  # not yet seen empty, nor with ten people
    while left.any():
        people = solve(left.astype(float))
        fewer = left & (people > SOME) & (people < FEW)
        if (fewer == left).all():
            break
        left = fewer
    sure = []
    while left.any():
        cell = int(left.argmax())
        ends = [solve(sign * (np.arange(cells) == cell)) for sign in (1.0, -1.0)]
        if all(SOME < people[cell] < FEW for people in ends):
            sure.append(cell)
        left[cell] = False
        for people in ends:
            left &= (people > SOME) & (people < FEW)
    return sure


def _follows(p, solve, rows: np.ndarray, cell: int) -> bool:
    """Whether nobody can differ from the cell in one variable alone, for some variable."""
    owner = np.array([c.split("=")[0] for c in p.columns])
    other = rows[:, 1:] != rows[cell, 1:]
    for name in dict.fromkeys(owner):
        beside = other[:, owner == name].any(axis=1) & ~other[:, owner != name].any(axis=1)
        if not beside.any() or solve(-beside.astype(float))[beside].sum() < SOME:
            return True
    return False


def _programme(p, rows: np.ndarray, until: float):
    """Solve for the people in each cell at the least cost, in standard units."""
    from scipy.optimize import linprog

    mean = p.g[0] / p.g[0, 0]
    spread = np.sqrt(np.maximum(np.diag(p.g) / p.g[0, 0] - mean**2, 1e-12))
    change = np.diag(1 / np.where(spread > 1e-6, spread, 1.0))
    change[1:, 0] = -mean[1:] * np.diag(change)[1:]
    change[0] = np.eye(len(mean))[0]
    standard = rows @ change.T
    i, j = np.triu_indices(len(mean))
    a = (standard[:, i] * standard[:, j]).T
    b = (change @ (p.g / p.g[0, 0]) @ change.T)[i, j]
    keep = np.abs(a).max(axis=1, initial=0.0) > FAINT

    def solve(cost: np.ndarray) -> np.ndarray:
        seconds = until - time.monotonic()
        if seconds <= 0:
            raise Unsolved
        limits = {"A_eq": a[keep], "b_eq": b[keep], "bounds": (0, None)}
        found = linprog(cost, **limits, method="highs", options={"time_limit": seconds})
        if found.status != 0:
            raise Unsolved
        return found.x * p.n

    return solve
