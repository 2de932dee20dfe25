"""R² of every subset of blocks with its error, by what can be left out."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import pandas as pd

from loyaltystudy.errors import SurveyError
from loyaltystudy.explain._crossvalidation import (
    FOLDS,
    cross_validated,
    linear_unseen,
)
from loyaltystudy.explain._error_free import ErrorFree, error_free_versions
from loyaltystudy.explain._frame import Frame
from loyaltystudy.explain._imputation import pool_subsets
from loyaltystudy.explain._left_out import LeftOut, leave_out
from loyaltystudy.explain._levels import at_level
from loyaltystudy.explain._missing import RawAnswers, averaged_r2, raw_answers
from loyaltystudy.explain._registered import read_lines
from loyaltystudy.explain._reliabilities import find_reliabilities
from loyaltystudy.explain._shape import SHAPES, CurvedModels
from loyaltystudy.explain._steps import by_design, by_moments, steps_table
from loyaltystudy.explain._tables import Variant, adjusted_r2
from loyaltystudy.rsquared import (
    Estimates,
    Moments,
    as_units,
    group_moments,
    leave_group_out,
    leave_one_out,
    stack,
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
    if frame.registered is not None:
        lines, parts = frame.registered, (frame.outcome, frame.blocks, frame.controls)
        return read_lines(lines, frame.whole, *parts)
    if by_theory(frame):
        return theory(frame.whole, frame.outcome, list(frame.blocks.values()), frame.controls)
    if frame.raking is not None:
        return leave_out(frame).estimates(partial(_subsets, frame))
    return Estimates.from_units(*without_units(frame), frame.strata)


def _subsets(frame: Frame, m: Moments) -> np.ndarray:
    """R² of every subset; only the whole must have all its columns vary."""
    return frame.subset_r2(m, tolerant=m.n.ndim > 0)


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
    values = frame.subset_r2(frame.whole, tolerant=frame.level is not None)
    rest = without_rounding(without_each(units, frame.strata), frame.whole)
    return values, frame.subset_r2(rest, tolerant=True)


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
    if frame.raking is not None:
        raking = frame.raking.in_groups(0, GROUPS, seed)
        note = f"intervals from leaving out each of {len(raking.strata)} groups of rows"
        return replace(frame, raking=raking, notes=(*frame.notes, note))
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


MISSING = ("complete", "em", "impute")


@dataclass(frozen=True)
class Options:
    """How a comparison was asked for, beyond its columns."""

    missing: str = "complete"
    reliability: object = None
    shape: str = "linear"
    level: str | None = None
    seed: int = 0

    def problems(self, resamples: int) -> list[str]:
        """What is not known, or not made to go with another option."""
        found = []
        if self.missing not in MISSING:
            found.append(
                f"missing={self.missing!r} is not known; take 'complete', 'em' or 'impute'."
            )
        if self.shape not in SHAPES:
            found.append(f"shape={self.shape!r} is not known; take 'linear' or 'curved'.")
        asked = [f"missing={self.missing!r}"] if self.missing != "complete" else []
        asked += ["reliability"] if self.reliability is not None else []
        asked += [f"shape={self.shape!r}"] if self.shape != "linear" else []
        asked += [f"level={self.level!r}"] if self.level is not None else []
        if len(asked) > 1:
            found.append(f"{' and '.join(asked)} are not made to go together; take one of them.")
        if resamples and (self.reliability is not None or self.shape != "linear"):
            found.append(f"resamples: not made for {asked[-1]}; leave them out.")
        return found


@dataclass(frozen=True, eq=False)
class FittedComparison:
    """What a comparison is made of: the frame as used, variants, unseen rows, tests, notes."""

    frame: Frame
    variants: Sequence[Variant]
    cv: dict
    notes: tuple[str, ...] = ()
    wald: pd.DataFrame | None = None
    raw: RawAnswers | None = None
    kind: str = "R²"


def fit(data, frame: Frame, options: Options) -> FittedComparison:
    """Fit a comparison by whatever option is not the usual one."""
    k = len(frame.blocks)
    usual = options == Options(seed=options.seed)
    most = MOST_BLOCKS if usual and not by_theory(frame) else MOST_BY_ROWS
    if k > most:
        rows = "" if most == MOST_BLOCKS else " without rows or groups, or with other options,"
        raise SurveyError(f"{k} blocks; at most {most}{rows} are compared at once. Join some.")
    if options.missing != "complete":
        return _missing(data, frame, options)
    if options.reliability is not None:
        return _error_free(data, frame, options.reliability)
    if options.shape == "curved":
        return _curved(frame, options.seed)
    if options.level is not None:
        frame = at_level(frame, options.level)
    return _plain(frame, options)


def _plain(frame: Frame, options: Options) -> FittedComparison:
    grouped = in_groups(frame, options.seed)
    found = subset_estimates(grouped)
    cv = linear_unseen(frame, options.seed)
    tests = None if frame.independent or by_theory(frame) else _wald(frame, found)
    kind = {"within": "R² within clusters", "between": "R² of clusters' means"}.get(frame.level)
    several = len(frame.blocks) > MOST_BY_ROWS or frame.registered is not None
    left = None if several else partial(_left_out, frame)
    variant = Variant(found, adjusted_r2(frame, found), frame.ranks, left)
    notes = (*grouped.notes[len(frame.notes) :], *cv.get("notes", ()))
    return FittedComparison(frame, (variant,), cv, notes=notes, wald=tests, kind=kind or "R²")


def _left_out(frame: Frame) -> list[LeftOut]:
    return [leave_out(frame)]


def _wald(frame: Frame, found) -> pd.DataFrame:
    freedom = found.freedom if frame.raking is None else frame.raking.freedom
    return steps_table(frame, found.r2, by_design(frame), freedom)


def _missing(data, frame: Frame, options: Options) -> FittedComparison:
    raw = raw_answers(data, frame, items=options.missing == "impute")
    frame, seed = raw.frame, options.seed
    if options.missing == "em":
        left = raw.em_left_out()
        found = left.estimates(frame.subset_r2)
        left_out = partial(list, [left])
    else:
        found = imputed(raw, seed)
        left_out = partial(_imputations_left_out, raw, seed)
    k, y = len(frame.blocks), len(frame.columns) - 1
    cv = cross_validated(raw.folds(seed), frame.members, k, y)
    tests = steps_table(frame, found.r2, by_moments(left_out(), frame), found.freedom)
    variant = Variant(found, found.r2 - found.bias, frame.ranks, left_out)
    return FittedComparison(frame, (variant,), cv, notes=cv["notes"], wald=tests, raw=raw)


def _imputations_left_out(raw: RawAnswers, seed: int) -> list[LeftOut]:
    return [leave_out(frame) for frame in raw.frames(seed)]


def _error_free(data, frame: Frame, asked) -> FittedComparison:
    reliabilities = find_reliabilities(data, frame, asked)
    versions = error_free_versions(frame, reliabilities)
    first = versions[0]
    problems = [*dict.fromkeys(version.problem for version in versions if version.problem)]
    notes = (reliabilities.words(frame.columns), *problems[:1])
    notes = (*notes, "no error-free score is ever seen, so nothing is cross-validated")
    return FittedComparison(
        frame,
        [version.variant for version in versions],
        cross_validated(None, len, len(frame.blocks), 0),
        notes=notes,
        wald=_error_free_steps(frame, first),
        kind="error-free R²",
    )


def _error_free_steps(frame: Frame, version: ErrorFree) -> pd.DataFrame:
    found = version.variant.found
    if version.variant.left_out is None or not found.known:
        nothing = [(np.full(q, np.nan), np.full((q, q), np.nan)) for q in frame.widths]
        return steps_table(frame, found.r2, nothing, np.nan)
    freedom = min(found.freedom, frame.n - 1.0)
    return steps_table(frame, found.r2, by_moments([version.left_out], frame), freedom)


def _curved(frame: Frame, seed: int) -> FittedComparison:
    models = CurvedModels(frame)
    variant, note = models.variant()
    units = len(frame.rows) if frame.clusters is None else len(frame.groups.n)
    folds = models.folds(seed) if units >= FOLDS else None
    y = models.basis.x.shape[1]

    def columns(subset: int) -> list[int]:
        return models.basis.within(frame.members(subset))

    cv = cross_validated(folds, columns, len(frame.blocks), y)
    notes = (note, *cv["notes"])
    return FittedComparison(frame, (variant,), cv, notes=notes, kind="curved R²")
