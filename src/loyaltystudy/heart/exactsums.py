r"""Sums that are the same digits in any order: rows as whole numbers, added up without rounding.

Sums of floating-point numbers depend on their order, so on how data are cut and by how many
workers. Here each column is written in whole numbers :math:`t = \operatorname{rint}((x - c) / u)`
of a unit *u* that comes from its declared range alone, never from the rows. Products of whole
numbers add up exactly, whatever the order; division, the one rounding, comes last.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import frexp

import numpy as np

from loyaltystudy.errors import SurveyError
from loyaltystudy.heart.crossproducts import Moments

BITS = 20  # of a digit: 2**12 rows of products of two digits stay below 2**53, exact in a double
AT_A_TIME = 1 << 12
LIMB = 30  # bits of the lower part of a sum: 2**33 parts of a file can be added up


@dataclass(frozen=True)
class Measure:
    """One column: its name, its bounds, and the step that its values keep to, if any.

    A step of 1 are whole numbers; means of 3 or 4 whole answers keep to steps of 1/12. Values
    with a step small enough are summed exactly as they are; others with an error of at most
    2**-40 of half the range each.
    """

    name: str
    low: float
    high: float
    step: float = 0.0


@dataclass(frozen=True, eq=False)
class Grid:
    """How columns are written in whole numbers: centre, unit, and which need a second digit."""

    columns: tuple[str, ...]
    centre: np.ndarray
    unit: np.ndarray
    wide: np.ndarray
    weighted: bool

    @classmethod
    def of(cls, measures: Sequence[Measure], weight: Measure | None = None) -> Grid:
        """The grid of some columns and of the rows' weights.

        A weighted row is multiplied by the root of its weight, so that every sum is again a sum of
        products of two columns; the first column is that root (or 1), the last the weight.
        """
        root = np.sqrt(weight.high) if weight else 1.0
        centres = [_centre(m) for m in measures]
        cells = [
            _cell(root * max(m.high - c, c - m.low), 0.0 if weight else m.step)
            for m, c in zip(measures, centres, strict=True)
        ]
        if weight:
            cells = [_cell(root, 0.0), *cells, _cell(weight.high, weight.step)]
        else:
            cells = [(1.0, False), *cells]
        units, wide = zip(*cells, strict=True)
        names = tuple(m.name for m in measures)
        return cls(names, np.array(centres), np.array(units), np.array(wide), weight is not None)

    def digits(self, columns: Sequence[np.ndarray], w: np.ndarray | None = None) -> np.ndarray:
        """Columns in whole numbers (held as floats): a line or two, high digit first, for each."""
        root = None if w is None else np.sqrt(w)
        lines = np.empty((len(self.unit) + self.wide.sum(), len(columns[0])))
        starts, centre = np.cumsum([0, *(1 + self.wide[:-1])]), [0.0, *self.centre, 0.0]
        given = [np.ones(len(columns[0])) if w is None else root, *columns]
        for j, values in enumerate(given if w is None else [*given, w]):
            line = np.subtract(values, centre[j], out=lines[starts[j]])
            if w is not None and 0 < j <= len(columns):
                line *= root
            line *= 1 / self.unit[j]
            np.rint(line, out=line)
            if self.wide[j]:
                high = np.rint(line / 2**BITS)
                np.subtract(line, high * 2**BITS, out=lines[starts[j] + 1])
                line[:] = high
        return lines


def _centre(m: Measure) -> float:
    if m.step:
        return m.low + m.step * np.floor((m.high - m.low) / m.step / 2)
    middle = (m.low + m.high) / 2
    return float(np.rint(middle)) if m.high - m.low >= 2 else middle


def _cell(half: float, step: float) -> tuple[float, bool]:
    """Unit of a column that reaches ``half`` from its centre, and whether it needs two digits."""
    if step and half / step <= 2**BITS:
        return step, False
    exponent = frexp(max(half, 1e-300))[1]  # half <= 2**exponent
    return 2.0 ** (exponent - 2 * BITS), True


@dataclass(frozen=True, eq=False)
class ExactSums:
    """Sums of products of a grid's whole numbers by group; sums of disjoint rows add.

    ``n`` has shape ``(groups,)``; ``limbs`` ``(2, groups, m, m)``: multiples of 2**30, and what is
    left.
    """

    grid: Grid
    n: np.ndarray
    limbs: np.ndarray

    def __add__(self, other: ExactSums) -> ExactSums:
        return ExactSums(self.grid, self.n + other.n, self.limbs + other.limbs)

    def moments(self) -> Moments:
        """Moments of each group that has rows: the one rounding."""
        kept = self.n > 0
        high, low = self.limbs[:, kept].astype(object)
        sums, grid = _folded(high * 2**LIMB + low, _places(self.grid)), self.grid
        p, n, unit = len(grid.columns), self.n[kept], grid.unit
        whole, first = sums[:, 0, 0], sums[:, 0, 1 : 1 + p]
        inner = sums[:, 1 : 1 + p, 1 : 1 + p] * whole[:, None, None]
        inner = inner - first[:, :, None] * first[:, None, :]
        cross = (inner / whole[:, None, None]).astype(float)
        mean = (first / whole[:, None]).astype(float)
        inside = unit[1 : 1 + p]
        weight = whole.astype(float) * unit[0] ** 2
        weight2 = sums[:, -1, -1].astype(float) * unit[-1] ** 2 if grid.weighted else weight
        mean = grid.centre + mean * (inside / unit[0])
        return Moments(grid.columns, n, weight, weight2, mean, cross * np.outer(inside, inside))

    def total(self) -> ExactSums:
        """All groups as one; still exact."""
        return ExactSums(self.grid, self.n.sum(keepdims=True), self.limbs.sum(1, keepdims=True))


def _places(grid: Grid) -> np.ndarray:
    """The columns of digits: which column of the grid each belongs to, and its factor."""
    owner = np.repeat(np.arange(len(grid.wide)), 1 + grid.wide)
    high = grid.wide[owner] & np.append(True, owner[1:] != owner[:-1])
    return np.stack([owner, np.where(high, 2**BITS, 1)])


def _folded(sums: np.ndarray, places: np.ndarray) -> np.ndarray:
    """Sums of digits into sums of the numbers that they write."""
    owner, factor = places
    starts = np.flatnonzero(np.append(True, owner[1:] != owner[:-1]))
    factor = factor.astype(object)
    sums = sums * factor[:, None] * factor[None, :]
    if len(starts) == len(owner):
        return sums
    return np.add.reduceat(np.add.reduceat(sums, starts, axis=1), starts, axis=2)


def exact_sums(
    grid: Grid,
    columns: Sequence[np.ndarray],
    groups: np.ndarray,
    count: int,
    w: np.ndarray | None = None,
) -> ExactSums:
    """Sums over some rows, each in one of the groups 0..count-1.

    Parameters
    ----------
    grid : Grid
    columns : sequence of ndarray, shape (n,)
        Within the bounds that the grid was made for.
    groups : ndarray of int, shape (n,)
    count : int
    w : ndarray, shape (n,), optional

    Raises
    ------
    SurveyError
        If a value lies outside the bounds.
    """
    lines = grid.digits(columns, w)
    if lines.size and not max(lines.max(), -lines.min()) <= 2**BITS:
        raise SurveyError("A value lies outside the range that was declared or found for it.")
    order = np.argsort(groups.astype(np.uint16), kind="stable")
    n, width = np.bincount(groups, minlength=count), len(lines)
    # into memory of its own: as an index this takes ten times as long
    lines = np.take(lines, order, axis=1, out=np.empty_like(lines), mode="clip")
    limbs = np.zeros((2, count, width, width), dtype=np.int64)
    ends = np.cumsum(n)
    for g in np.flatnonzero(n):
        for start in range(ends[g] - n[g], ends[g], AT_A_TIME):
            rows = lines[:, start : min(start + AT_A_TIME, ends[g])]
            limbs[1, g] += (rows @ rows.T).astype(np.int64)
    limbs[0] = limbs[1] >> LIMB
    limbs[1] &= (1 << LIMB) - 1
    return ExactSums(grid, n, limbs)
