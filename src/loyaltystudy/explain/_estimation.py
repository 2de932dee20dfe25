"""R² of every subset of blocks with its error, by what can be left out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from loyaltystudy.errors import SurveyError
from loyaltystudy.explain._frame import Frame
from loyaltystudy.explain._imputation import pool_subsets
from loyaltystudy.explain._missing import RawAnswers, averaged_r2
from loyaltystudy.explain._registered import read_lines
from loyaltystudy.rsquared import (
    Estimates,
    as_units,
    group_moments,
    leave_group_out,
    leave_one_out,
    stack,
    subset_r2,
    theory,
    without_each,
    without_rounding,
)

MOST_BLOCKS = 20  # a million subsets
MOST_BY_ROWS = 12  # 4,096 subsets, each with its leave-one-out values; beyond, in groups of rows
GROUPS = 40
MOST_IMPUTED = 8  # 256 subsets for each of 20 completed tables


def by_theory(frame: Frame) -> bool:
    """Neither rows nor groups to leave out."""
    return frame.rows is None and (frame.groups is None or len(frame.groups.n) == 1)


def subset_estimates(frame: Frame) -> Estimates:
    """R² of every subset with its error: by units left out, as registered, or by theory."""
    blocks = list(frame.blocks.values())
    if frame.registered is not None:
        lines, parts = frame.registered, (frame.outcome, frame.blocks, frame.controls)
        return read_lines(lines, frame.whole, *parts)
    if by_theory(frame):
        return theory(frame.whole, frame.outcome, blocks, frame.controls)
    return Estimates.from_units(*without_units(frame), frame.strata)


def without_units(frame: Frame):
    """R² of every subset, and without each row, cluster or group in turn."""
    groups, names, blocks = frame.groups, frame.columns, list(frame.blocks.values())
    if frame.strata is not None:
        return _within_strata(frame)
    if groups is not None and len(groups.n) > 1:
        tolerant = frame.level is not None
        return leave_group_out(groups, frame.outcome, blocks, frame.controls, tolerant=tolerant)
    x = frame.array
    at = {name: i for i, name in enumerate(names)}
    held = [at[c] for c in frame.controls]
    columns = [[at[c] for c in block] for block in blocks]
    return leave_one_out(x[:, :-1], x[:, -1], frame.weights, columns, held, names)


def _within_strata(frame: Frame):
    """The same for a stratified design: units left out within strata, the rest weighted up."""
    units = frame.groups
    if units is None:
        units = as_units(frame.array, frame.weights, tuple(frame.columns))
    blocks, whole = list(frame.blocks.values()), frame.whole
    tolerant = frame.level is not None
    values = subset_r2(whole, frame.outcome, blocks, frame.controls, tolerant=tolerant)
    rest = without_rounding(without_each(units, frame.strata), whole)
    return values, subset_r2(rest, frame.outcome, blocks, frame.controls, tolerant=True)


def imputed(raw: RawAnswers, seed: int) -> Estimates:
    """R² of every subset pooled over imputations."""
    if len(raw.frame.blocks) > MOST_IMPUTED:
        raise SurveyError(
            f"{len(raw.frame.blocks)} blocks; at most {MOST_IMPUTED} with missing='impute'. "
            "Join some, or take missing='em'."
        )
    frames = raw.frames(seed)
    return pool_subsets([subset_estimates(frame) for frame in frames], averaged_r2(frames))


def in_groups(frame: Frame, seed: int) -> Frame:
    """The frame of many blocks: rows or clusters in 40 random groups, left out one at a time."""
    if len(frame.blocks) <= MOST_BY_ROWS or by_theory(frame):
        return frame
    if frame.strata is not None:
        raise SurveyError(
            f"{len(frame.blocks)} blocks: over {MOST_BY_ROWS} are not compared within strata. "
            "Leave the strata out of the design, or join some blocks."
        )
    rng, units = np.random.default_rng(seed), frame.groups
    count = len(frame.rows) if units is None else len(units.n)
    group = rng.permutation(np.arange(count) % GROUPS)
    if units is None:
        joined = group_moments(frame.array, frame.weights, group, frame.columns)
    elif count > GROUPS:
        joined = stack([units[np.flatnonzero(group == g)].total() for g in range(GROUPS)])
    else:
        joined = units
    note = f"intervals from leaving out each of {len(joined.n)} groups of rows"
    changes = {"rows": None, "weights": None, "moments": joined, "clusters": None}
    if frame.clusters is not None:
        changes["clusters"] = np.arange(len(joined.n))
    return replace(frame, **changes, notes=(*frame.notes, note))
