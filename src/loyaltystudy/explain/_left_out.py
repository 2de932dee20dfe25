"""Moments of all rows and without each unit: the error of any function of moments."""

from collections.abc import Callable
from dataclasses import dataclass, replace

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
from loyaltystudy.survey import Raking

MOST_ROWS, GROUPS = 5000, 500  # beyond so many rows, random groups of them are left out
MOST_BLOCKS_BY_ROWS = 8  # with more and weights that are raked again, groups of rows


@dataclass(frozen=True, eq=False)
class LeftOut:
    """Moments with their jackknife.

    ``whole``, ``without``: of all rows, and without each unit (first axis); ``without`` is None
    where nobody can be left out, and errors are by normal theory; ``strata``: of each unit;
    ``unit``: the unit of each row of the frame, numbered from 0. ``raking``: by which the moments
    without each unit were raked again; ``held``: where raked weights are the same in them, the
    frame that calibrates statistics of these.
    """

    whole: Moments
    without: Moments | None
    strata: np.ndarray | None = None
    unit: np.ndarray | None = None
    raking: Raking | None = None
    held: Frame | None = None

    def estimates(self, statistic: Callable, measures=None) -> Estimates:
        """A function of moments (leading axes kept) with its error."""
        if self.without is None:
            return theory_of(self.whole, statistic)
        whole, left = statistic(self.whole), statistic(self.without)
        if self.held is not None:
            left = self.held.calibrated(whole, left)
        return Estimates.from_units(whole, left, self.strata, measures=measures)


def leave_out(frame: Frame, most: int | None = None, seed: int = 0) -> LeftOut:
    """Leave out clusters (within strata), groups or rows; rows beyond ``most`` in groups."""
    most = MOST_ROWS if most is None else most
    if frame.raking is not None:
        return _raked(frame, most, seed)
    units, unit = frame.groups, frame.clusters
    if units is None and frame.rows is not None:
        units, unit = _units_of_rows(frame, most, seed)
    whole = frame.whole
    if units is None or len(units.n) == 1:
        return LeftOut(whole, None)
    strata = frame.strata
    without = whole - units if strata is None else without_each(units, strata)
    return LeftOut(whole, without_rounding(without, whole), strata, unit)


def _raked(frame: Frame, most: int, seed: int) -> LeftOut:
    """The same with weights raked again; of each margin and stratum everybody is left out once."""
    raking = frame.raking.in_groups(
        most if len(frame.blocks) <= MOST_BLOCKS_BY_ROWS else 0, seed=seed
    )
    if raking is not frame.raking:
        frame = replace(frame, raking=raking)
    strata = raking.strata if raking.strata.any() else None
    unit = raking.units[raking.rows]
    return LeftOut(frame.whole, frame.raked_again, strata, unit, raking)


def _units_of_rows(frame: Frame, most: int, seed: int) -> tuple[Moments, np.ndarray]:
    x, n = frame.array, len(frame.rows)
    if n <= most or frame.strata is not None:
        return as_units(x, frame.weights, tuple(frame.columns)), np.arange(n)
    unit = np.random.default_rng(seed).permutation(np.arange(n) % GROUPS)
    return group_moments(x, frame.weights, unit, frame.columns), unit
