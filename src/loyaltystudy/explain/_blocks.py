"""Blocks of predictors compared: how much of an outcome does each explain?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from loyaltystudy.errors import SurveyError
from loyaltystudy.explain._comparison import BlockComparison
from loyaltystudy.explain._crossvalidation import (
    FOLDS,
    cross_validated_r2,
    fold_moments,
    fold_numbers,
)
from loyaltystudy.explain._frame import Frame, model_frame
from loyaltystudy.explain._imputation import pool_subsets
from loyaltystudy.explain._missing import RawAnswers, averaged_r2, imputed_r2, raw_answers
from loyaltystudy.explain._tables import adjusted_r2, differences_table, measures_table
from loyaltystudy.rsquared import (
    Estimates,
    Moments,
    as_units,
    bootstrap_groups,
    bootstrap_moments,
    leave_group_out,
    leave_one_out,
    stack,
    subset_r2,
    theory,
    without_each,
    without_rounding,
)

BY_THEORY = (
    "intervals by theory, for rows drawn independently from a multivariate normal distribution; "
    "too narrow where errors are heavy-tailed or of unequal variance"
)
TWO_VALUES = (
    "the outcome has two values, so these are R² of a linear probability model; "
    "compare_blocks_categorical has pseudo-R², which are another thing"
)
MOST_BLOCKS = 12  # 4,096 subsets, each with its leave-one-out values
MOST_IMPUTED = 8  # the same for each of 20 completed tables


def compare_blocks(
    data,
    outcome: str,
    blocks=None,
    *,
    controls: Sequence[str] = (),
    missing: str = "complete",
    confidence: float = 0.95,
    resamples: int = 0,
    seed: int = 0,
) -> BlockComparison:
    r"""Compare how much of an outcome each block of predictors explains.

    With :math:`v(S)` the R² of the outcome on the blocks in *S* and the controls, *k* blocks:

    - alone: :math:`v(\{j\}) - v(\emptyset)`
    - unique: :math:`v(\text{all}) - v(\text{all} \setminus j)`, what *j* adds to all others
    - dominance: :math:`\tfrac1k \sum_s \binom{k-1}{s}^{-1} \sum_{|S|=s} [v(S \cup j) - v(S)]`,
      general dominance (the Shapley value of the block); sums to :math:`v(\text{all})`
      beyond the controls
    - share: dominance as a share of that sum
    - alone_cv, unique_cv: the first two on rows that the model has not seen, 10-fold
      cross-validation repeated 10 times

    Parameters
    ----------
    data : Study, DataFrame or Moments; or a Dask DataFrame or a folder of Parquet files
        Text, category and boolean columns become dummies that stay together. A study brings its
        weight and clusters. Data in partitions, of a study or not, become moments of 200 groups of
        rows, made by a hash of what names a row: the respondent (clusters stay whole); in a Dask
        DataFrame without codebook the label in its index, which must be the row's own; in a folder
        without, its place. Partitions are added in their order, in one pass: the same digits for
        any number of workers. R² is that of the rows in memory; intervals and bias are those of
        the same groups in memory.
    outcome : str
        A scale or variable of the study, or a numeric column.
    blocks : dict, list or None
        Block name to its scales, variables or columns; or names of the codebook's blocks; None
        takes all blocks of the codebook that are at hand.
    controls : sequence of str
        Columns in every model.
    missing : {"complete", "em", "impute"}
        ``"complete"``: rows with any missing value among the columns used are left out of every
        model, and counted. ``"em"``: scores and variables by
        :func:`~loyaltystudy.explain._em.em_moments`. ``"impute"``: items are imputed
        20 times before scoring (:func:`~loyaltystudy.explain._imputation.impute`) and R² pooled
        by Fisher's z (:func:`~loyaltystudy.explain._imputation.pool_subsets`). Both rest on
        answers missing at random given those used here, and need nominal columns complete.
    confidence : float
        Level of the intervals.
    resamples : int
        Bootstrap draws for how often a dominance pattern recurs (``.complete``); the intervals
        need none.
    seed : int
        Of the folds and draws.

    Returns
    -------
    BlockComparison
        ``adjusted`` is the point to read: from the Ezekiel-adjusted R² of every subset,
        ``1 - (1 - R²)(n - 1)/(n - p - 1)``, with the effective sample size for weighted data;
        for incomplete rows, clusters and strata the estimate less its jackknife bias
        (:func:`~loyaltystudy.explain._tables.adjusted_r2` says why).
        Intervals: jackknife with noncentral chi²
        (:func:`~loyaltystudy.rsquared._intervals.explained_interval`); differences: adjusted, plus
        or minus Student quantile times jackknife standard error. Clusters are left out whole,
        within their strata where the design has strata. From moments of groups, groups are left
        out; from moments of all rows together, such as a published correlation table, intervals
        rest on normal theory (:func:`~loyaltystudy.rsquared._normal_theory.theory`) and
        cross-validation is NaN.

    Raises
    ------
    SurveyError
        For unknown names, an outcome inside a block, a column in two blocks, constant or
        collinear columns, too few rows, weights that are not positive, index labels of a Dask
        DataFrame that stand twice.

    References
    ----------
    Budescu (1993), Psychological Bulletin 114, 542-551. Azen & Budescu (2003), Psychological
    Methods 8, 129-148. R: ``domir::domir``, ``relaimpo::calc.relimp``.

    Examples
    --------
    >>> import loyaltystudy as ls
    >>> study = ls.load_study("mobile-reputation", source="shipped")
    >>> found = ls.compare_blocks(study, "loyalty", ["trust", "emotional_bonds"])
    >>> found.n, round(found.r2, 3)
    (336, 0.39)
    """
    _check_arguments(missing, confidence, resamples)
    frame = model_frame(data, outcome, blocks, controls, keep_incomplete=missing != "complete")
    if len(frame.blocks) > MOST_BLOCKS:
        raise SurveyError(
            f"{len(frame.blocks)} blocks; at most {MOST_BLOCKS} are compared at once. Join some."
        )
    raw = None
    if missing == "complete":
        found = subset_estimates(frame)
        adjusted = adjusted_r2(frame, found)
    else:
        raw = raw_answers(data, frame, items=missing == "impute")
        frame = raw.frame
        found = raw.em_estimates() if missing == "em" else _imputed(raw, seed)
        adjusted = found.r2 - found.bias
    cv = _cross_validated(frame, seed, raw)
    unseen = {f"{measure}_cv": (cv[measure],) for measure in ("alone", "unique")}
    draws = _bootstrap(frame, resamples, seed, raw) if resamples else None
    return BlockComparison(
        table=measures_table(frame, found, adjusted, confidence, unseen),
        differences=differences_table(frame, found, adjusted, confidence),
        outcome=outcome,
        blocks=frame.blocks,
        controls=frame.controls,
        n=frame.n,
        n_dropped=frame.n_dropped,
        r2=float(found.r2[-1]),
        r2_adjusted=float(adjusted[-1]),
        r2_cv=cv["all"],
        values=found.r2,
        confidence=confidence,
        notes=(*frame.notes, *_notes(frame)),
        draws=draws,
        adjusted=adjusted,
        found=found,
    )


def _check_arguments(missing: str, confidence: float, resamples: int) -> None:
    problems = []
    if missing not in ("complete", "em", "impute"):
        problems.append(f"missing={missing!r} is not known; take 'complete', 'em' or 'impute'.")
    problems += wrong_numbers(confidence, resamples)
    if problems:
        raise SurveyError(problems)


def wrong_numbers(confidence: float, resamples: int) -> list[str]:
    problems = []
    if not 0 < confidence < 1:
        problems.append(f"confidence={confidence}: a level between 0 and 1 is needed, e.g. 0.95.")
    if resamples < 0 or int(resamples) != resamples:
        problems.append(f"resamples={resamples}: a whole number from 0 is needed.")
    return problems


def _notes(frame: Frame) -> list[str]:
    """What a reader must know of the outcome and the intervals."""
    notes = [BY_THEORY] if _by_theory(frame) else []
    if frame.rows is not None and frame.rows[frame.outcome].nunique() == 2:
        notes.append(TWO_VALUES)
    return notes


def _by_theory(frame: Frame) -> bool:
    """Neither rows nor groups to leave out."""
    return frame.rows is None and (frame.groups is None or len(frame.groups.n) == 1)


def subset_estimates(frame: Frame) -> Estimates:
    """R² of every subset with its error: by rows, clusters or groups left out, or by theory."""
    groups, strata = frame.groups, frame.strata
    names, blocks = frame.columns, list(frame.blocks.values())
    if strata is not None:
        return Estimates.from_units(*_within_strata(frame), strata)
    if _by_theory(frame):
        return theory(frame.whole, frame.outcome, blocks, frame.controls)
    if groups is not None and len(groups.n) > 1:
        left_out = leave_group_out(groups, frame.outcome, blocks, frame.controls)
        return Estimates.from_units(*left_out)
    x = frame.array
    at = {name: i for i, name in enumerate(names)}
    held = [at[c] for c in frame.controls]
    columns = [[at[c] for c in block] for block in blocks]
    left_out = leave_one_out(x[:, :-1], x[:, -1], frame.weights, columns, held, names)
    return Estimates.from_units(*left_out)


def _within_strata(frame: Frame):
    """The same for a stratified design: units left out within strata, the rest weighted up."""
    units = frame.groups
    if units is None:
        units = as_units(frame.array, frame.weights, tuple(frame.columns))
    blocks, whole = list(frame.blocks.values()), frame.whole
    values = subset_r2(whole, frame.outcome, blocks, frame.controls)
    rest = without_rounding(without_each(units, frame.strata), whole)
    return values, subset_r2(rest, frame.outcome, blocks, frame.controls, tolerant=True)


def _imputed(raw: RawAnswers, seed: int) -> Estimates:
    """R² of every subset pooled over imputations."""
    if len(raw.frame.blocks) > MOST_IMPUTED:
        raise SurveyError(
            f"{len(raw.frame.blocks)} blocks; at most {MOST_IMPUTED} with missing='impute'. "
            "Join some, or take missing='em'."
        )
    frames = raw.frames(seed)
    return pool_subsets([subset_estimates(frame) for frame in frames], averaged_r2(frames))


def _cross_validated(frame: Frame, seed: int, raw: RawAnswers | None = None) -> dict:
    """Cross-validated R² of all blocks, and of each alone and unique, beyond the controls."""
    folds = folds_of(frame, seed) if raw is None else raw.folds(seed)
    k = len(frame.blocks)
    if folds is None:
        return {"all": float("nan"), "alone": np.full(k, np.nan), "unique": np.full(k, np.nan)}
    at = {name: i for i, name in enumerate(frame.columns)}
    held = [at[c] for c in frame.controls]
    blocks = [[at[c] for c in block] for block in frame.blocks.values()]
    full = [*held, *(c for block in blocks for c in block)]
    models = [held, full, *([*held, *block] for block in blocks)]
    models += [[c for c in full if c not in block] for block in blocks]
    scorer = cross_validated_r2 if raw is None else imputed_r2
    r2 = scorer(folds, models, at[frame.outcome])
    alone, unique = r2[2 : 2 + k] - r2[0], r2[1] - r2[2 + k :]
    return {"all": float(r2[1]), "alone": alone, "unique": unique}


def folds_of(frame: Frame, seed: int) -> Moments | None:
    """Moments of every fold of every repeat, axes (repeats, folds)."""
    groups = frame.groups
    if groups is not None:
        if len(groups.n) < FOLDS:
            return None
        numbers = fold_numbers(len(groups.n), seed)
        return stack([_fold_groups(groups, fold) for fold in numbers])
    if frame.rows is None:
        return None
    x = frame.array
    x = (x - x.mean(axis=0)) / x.std(axis=0)
    return fold_moments(x, frame.weights, fold_numbers(len(x), seed), frame.columns)


def _fold_groups(groups: Moments, fold: np.ndarray) -> Moments:
    return stack([groups[np.flatnonzero(fold == f)].total() for f in range(fold.max() + 1)])


def _bootstrap(frame: Frame, resamples: int, seed: int, raw: RawAnswers | None) -> np.ndarray:
    """R² of every subset in draws of rows, clusters or groups with replacement."""
    blocks = list(frame.blocks.values())
    if raw is not None:
        drawn = raw.bootstrap(int(resamples), seed)
        return subset_r2(drawn, frame.outcome, blocks, frame.controls)
    groups = frame.groups
    if groups is None and frame.rows is None:
        raise SurveyError(
            "resamples: rows or groups are needed to draw from; these moments have none."
        )
    if groups is not None:
        drawn = bootstrap_groups(groups, draws=resamples, seed=seed)
    else:
        drawn = bootstrap_moments(
            frame.array, frame.weights, draws=resamples, seed=seed, columns=frame.columns
        )
    # a rare category may be absent from a draw; it then adds nothing
    return subset_r2(drawn, frame.outcome, blocks, frame.controls, tolerant=True)
