r"""Sums that are the same digits in any order: rows as whole numbers, added up without rounding.

Sums of floating-point numbers depend on their order, so on how data are cut and by how many
workers. But a double is a whole number times a power of two. Here each column is written in digits
of 23 bits,

.. math:: x = \sum_k d_k 2^{23k}, \qquad |d_k| \le 2^{22},

as many as some rows need, so that no range need be known before the first row. Products of digits
add up exactly, in a double and then, again cut into 23 bits, in 64. Python's whole numbers join
the places at the end, and division, the one rounding, comes last.

Where a column is known to keep to a step (means of 3 or 4 whole answers to 1/12), the digit is the
number of steps: one line instead of three or four, and thirds are exact.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from loyaltystudy.errors import SurveyError
from loyaltystudy.rsquared import Moments

BITS = 23  # of a digit; it is at most 2**22, for it has a sign
AT_A_TIME = 1 << 9  # rows of products of two digits: they stay below 2**53, exact in a double
PLACES = 10  # before and behind the binary point
LARGEST, FINEST = 2.0 ** (BITS * PLACES - 1), 2.0 ** (-BITS * PLACES)
LIMB = (1 << BITS) - 1
MOST_STEPS = 1 << BITS - 1  # a column with a step reaches no further from zero
WEIGHTS = "the weights"


@dataclass(frozen=True)
class Grid:
    """How columns are written: each with its step, or, where that is 0, in places of 23 bits.

    A weighted row is multiplied by the root of its weight, so that every sum is again a sum of
    products of two columns; these keep to no step. Before the columns comes that root (or 1),
    behind them, where there are weights, the weight.
    """

    columns: tuple[str, ...]
    steps: tuple[float, ...]
    weighted: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """Of all that is summed."""
        return (WEIGHTS, *self.columns, WEIGHTS) if self.weighted else (WEIGHTS, *self.columns)

    @property
    def units(self) -> tuple[float, ...]:
        """The step of all that is summed, or 0."""
        return (0.0,) * len(self.names) if self.weighted else (1.0, *self.steps)

    def lines(self, columns: Sequence[np.ndarray], w: np.ndarray | None = None):
        """Lines of digits by number of the column and place, and what cannot be written so."""
        if self.weighted:
            root = np.sqrt(w)
            given = [root, *(root * values for values in columns), w]
        else:
            given = [np.ones(len(columns[0])), *columns]
        found, faults = {}, set()
        for j, (name, unit, values) in enumerate(zip(self.names, self.units, given, strict=True)):
            try:
                digits = in_steps(values, unit) if unit else in_places(values)
            except SurveyError as fault:
                faults |= {f"{name}: {text}" for text in fault.problems}
            else:
                found |= {(j, place): line for place, line in digits.items()}
        return found, frozenset(faults)


def in_steps(values: np.ndarray, step: float) -> dict[int, np.ndarray]:
    """Multiples of a step as one line of whole numbers (held as floats)."""
    line = values * (1 / step)
    np.rint(line, out=line)
    if not np.abs(line).max(initial=0.0) <= MOST_STEPS:
        raise SurveyError(f"values beyond {MOST_STEPS * step:g}, of which none was declared.")
    return {0: line}


def in_places(values: np.ndarray) -> dict[int, np.ndarray]:
    """Any numbers as lines of digits by their place, from the highest down to the last needed.

    Whether a value can be written so depends on that value alone.

    Examples
    --------
    >>> in_places(np.array([3.0, -0.25]))
    {0: array([ 3., -0.]), -1: array([       0., -2097152.])}
    """
    given, lines = values, {}
    highest = np.abs(values).max(initial=0.0)
    if not highest < LARGEST:
        raise SurveyError(_faults(given))
    place = int(np.frexp(highest)[1]) // BITS  # highest < 2**(23 place + 22)
    while place >= -PLACES:
        # a power of two: neither the product nor the rest is rounded
        line = values * 2.0 ** (-BITS * place)
        lines[place] = np.rint(line, out=line)
        values = values - line * 2.0 ** (BITS * place)
        if not values.any():
            return lines
        place -= 1
    raise SurveyError(_faults(given))


def _faults(values: np.ndarray) -> list[str]:
    """Why values cannot be written in places: each for itself, so that no cut changes the list."""
    finite = values[np.isfinite(values)]
    within = finite[np.abs(finite) < LARGEST]
    told = {
        "infinite values. Recode them, or leave these rows out.": len(finite) < len(values),
        f"values of {LARGEST:.1e} or more. Change the unit.": len(within) < len(finite),
        f"values with digits below {FINEST:.1e}. Round them, say to 15 decimals.": np.any(
            np.rint(within / FINEST) != within / FINEST
        ),
    }
    return [text for text, so in told.items() if so]


@dataclass(frozen=True, eq=False)
class ExactSums:
    """Sums of products of columns by group; sums of disjoint rows add.

    ``n`` has shape ``(groups,)``; ``limbs`` ``(places, groups, m, m)``: the sum is that of
    ``limbs[k] * 2**(23 * (2 * lowest + k))``. Some rows add at most 2**29 to a limb, so 2**34 such
    sums have room. Where there are ``faults`` there are none.
    """

    grid: Grid
    n: np.ndarray
    lowest: int
    limbs: np.ndarray
    faults: frozenset[str] = frozenset()

    def __add__(self, other: ExactSums) -> ExactSums:
        n, faults = self.n + other.n, self.faults | other.faults
        if faults:
            return ExactSums(self.grid, n, 0, self.limbs[:0], faults)
        lowest = min(self.lowest, other.lowest)
        starts = [2 * (sums.lowest - lowest) for sums in (self, other)]
        ends = [start + len(sums.limbs) for start, sums in zip(starts, (self, other), strict=True)]
        limbs = np.zeros((max(ends), *self.limbs.shape[1:]), dtype=np.int64)
        for start, end, sums in zip(starts, ends, (self, other), strict=True):
            limbs[start:end] += sums.limbs
        return ExactSums(self.grid, n, lowest, limbs)

    def moments(self) -> Moments:
        """Moments of each group that has rows: the one rounding.

        Raises
        ------
        SurveyError
            Naming every column that holds an infinite value, one of 2**229 (8.6e68) or more, or
            one with binary digits below 2**-230 (5.8e-70).
        """
        if self.faults:
            raise SurveyError(sorted(self.faults), heading="Columns that cannot be summed exactly")
        kept, grid = self.n > 0, self.grid
        limbs, sums = self.limbs[:, kept].astype(object), 0
        for limb in limbs[::-1]:
            sums = sums * 2**BITS + limb
        unit = 2.0 ** (BITS * self.lowest) * np.array([step or 1.0 for step in grid.units])
        p, n = len(grid.columns), self.n[kept]
        whole, first = sums[:, 0, 0], sums[:, 0, 1 : 1 + p]
        inner = sums[:, 1 : 1 + p, 1 : 1 + p] * whole[:, None, None]
        inner = inner - first[:, :, None] * first[:, None, :]
        cross = (inner / whole[:, None, None]).astype(float)
        mean = (first / whole[:, None]).astype(float)
        inside = unit[1 : 1 + p]
        weight = whole.astype(float) * unit[0] ** 2
        weight2 = sums[:, -1, -1].astype(float) * unit[-1] ** 2 if grid.weighted else weight
        cross, mean = cross * np.outer(inside, inside), mean * (inside / unit[0])
        return Moments(grid.columns, n, weight, weight2, mean, cross)


def exact_sums(
    grid: Grid,
    columns: Sequence[np.ndarray],
    groups: np.ndarray | None = None,
    count: int = 1,
    w: np.ndarray | None = None,
) -> ExactSums:
    """Sums over some rows, at most 2**19.

    Parameters
    ----------
    grid : Grid
    columns : sequence of ndarray, shape (n,)
        Without missing values.
    groups : ndarray of int, shape (n,), optional
        The group 0..count-1 of each row; without them all rows are one group.
    count : int
    w : ndarray, shape (n,), optional
        Positive, where the grid is weighted.
    """
    rows, width = len(columns[0]), len(grid.names)
    n = np.array([rows]) if groups is None else np.bincount(groups, minlength=count)
    found, faults = grid.lines(columns, w)
    if faults:
        none = np.zeros((0, count, width, width), dtype=np.int64)
        return ExactSums(grid, n, 0, none, faults)
    order = None if groups is None else np.argsort(groups.astype(np.uint16), kind="stable")
    digits = np.empty((len(found), rows))
    for line, into in zip(found.values(), digits, strict=True):
        if order is None:
            into[:] = line
        else:  # into memory of its own: as an index this takes ten times as long
            np.take(line, order, out=into, mode="clip")
    column, place = np.array([*found]).T
    limbs = _limbs(_products(digits, n), column, place - place.min(), width)
    return ExactSums(grid, n, int(place.min()), limbs)


def _products(digits: np.ndarray, n: np.ndarray) -> np.ndarray:
    """Sums of products of lines over each of some stretches of rows."""
    products = np.zeros((len(n), len(digits), len(digits)), dtype=np.int64)
    ends = np.cumsum(n)
    for g in np.flatnonzero(n):
        for start in range(ends[g] - n[g], ends[g], AT_A_TIME):
            rows = digits[:, start : min(start + AT_A_TIME, ends[g])]
            products[g] += (rows @ rows.T).astype(np.int64)
    return products


def _limbs(products: np.ndarray, column, place, width: int) -> np.ndarray:
    """Products of lines cut into 23 bits and put where their two places together say."""
    limbs = np.zeros((2 * place.max() + 3, len(products), width, width), dtype=np.int64)
    at = [np.flatnonzero(place == k) for k in range(place.max() + 1)]
    for (k, first), (m, second) in product(enumerate(at), repeat=2):
        part, into = products[:, first[:, None], second], (column[first][:, None], column[second])
        for up, bits in enumerate((part & LIMB, part >> BITS & LIMB, part >> 2 * BITS)):
            limbs[k + m + up][:, *into] += bits
    return limbs
