"""Moments of all rows and without each unit: the error of any function of moments."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from loyaltystudy.explain._frame import Frame
from loyaltystudy.rsquared import (
    Estimates,
    Moments,
    as_units,
    group_moments,
    theory_of,
    without_each,
    without_rounding,
)

MOST_ROWS, GROUPS = 5000, 500  # beyond so many rows, random groups of them are left out


@dataclass(frozen=True, eq=False)
class LeftOut:
    """Moments with their jackknife.

    ``whole``, ``without``: of all rows, and without each unit (first axis); ``without`` is None
    where nobody can be left out, and errors are by normal theory; ``strata``: of each unit;
    ``unit``: the unit of each row of the frame, numbered from 0.
    """

    whole: Moments
    without: Moments | None
    strata: np.ndarray | None = None
    unit: np.ndarray | None = None

    def estimates(self, statistic: Callable, measures=None) -> Estimates:
        """A function of moments (leading axes kept) with its error."""
        if self.without is None:
            return theory_of(self.whole, statistic)
        left = statistic(self.without)
        return Estimates.from_units(statistic(self.whole), left, self.strata, measures=measures)


def leave_out(frame: Frame, most: int | None = None, seed: int = 0) -> LeftOut:
    """Leave out clusters (within strata), groups or rows; rows beyond ``most`` in groups."""
    most = MOST_ROWS if most is None else most
    units, unit = frame.groups, frame.clusters
    if units is None and frame.rows is not None:
        units, unit = _units_of_rows(frame, most, seed)
    whole = frame.whole
    if units is None or len(units.n) == 1:
        return LeftOut(whole, None)
    strata = frame.strata
    without = whole - units if strata is None else without_each(units, strata)
    return LeftOut(whole, without_rounding(without, whole), strata, unit)


def _units_of_rows(frame: Frame, most: int, seed: int) -> tuple[Moments, np.ndarray]:
    x, n = frame.array, len(frame.rows)
    if n <= most or frame.strata is not None:
        return as_units(x, frame.weights, tuple(frame.columns)), np.arange(n)
    unit = np.random.default_rng(seed).permutation(np.arange(n) % GROUPS)
    return group_moments(x, frame.weights, unit, frame.columns), unit
