"""Blocks of predictors compared: how much of an outcome does each explain?"""

from collections.abc import Sequence
from numbers import Real

import numpy as np

from loyaltystudy.errors import SurveyError
from loyaltystudy.explain._comparison import BlockComparison
from loyaltystudy.explain._estimation import (
    FittedComparison,
    Options,
    by_theory,
    fit,
    subset_estimates,
)
from loyaltystudy.explain._frame import Frame, model_frame
from loyaltystudy.explain._levels import at_level, levels_table, outcome_icc
from loyaltystudy.explain._missing import RawAnswers
from loyaltystudy.explain._order import check_order, ordered_table
from loyaltystudy.explain._tables import (
    Variant,
    adjusted_r2,
    differences_table,
    measures_table,
    united,
)
from loyaltystudy.rsquared import (
    Moments,
    bootstrap_groups,
    bootstrap_moments,
    row_moments,
    stack,
    wrong_confidence,
)

BY_THEORY = (
    "intervals by theory, for rows drawn independently from a multivariate normal distribution; "
    "too narrow, by up to half, where errors are heavy-tailed or of unequal variance"
)
TWO_VALUES = (
    "the outcome has two values, so these are R² of a linear probability model; "
    "compare_blocks_categorical has pseudo-R², which are another thing"
)
EXACT = "R² is 1: the predictors determine the outcome, so one of them may restate it"
TOO_FEW = "adjusted R² below -1 is not shown: the rows are too few for the columns"


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
    order=None,
    reliability=None,
    shape: str = "linear",
    level: str | None = None,
) -> BlockComparison:
    r"""Compare how much of an outcome each block of predictors explains.

    With v(S) the R² of the outcome on the blocks in *S* and the controls, *k* blocks:

    - alone: v({j}) − v(∅)
    - unique: v(all) − v(all without j), what *j* adds to all others
    - dominance: v(S with j) − v(S), averaged over all S of one size, then over the k sizes,
      general dominance (the Shapley value of the block); sums to v(all)
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
        Of the folds, draws and groups of rows (over 12 blocks).
    order : list of list of str, "registered" or None
        Blocks in layers, the earliest first, each block once: ``.ordered`` then has totals that
        sum to R², direct paths and what runs through later layers. Declared, not found;
        ``"registered"`` is :data:`~loyaltystudy.explain._order.REGISTERED_ORDER`.
    reliability : "omega", dict or None
        Compare error-free variables: by omega of each scale, or a dict of column to
        a reliability, a range (low, high) of an assumed one, or ``"omega"``. R² is then that of the
        true scores; an assumed range gives the union of the intervals and a range for the point.
    shape : {"linear", "curved"}
        ``"curved"``: a cubic with a knot for every column of over six values, powers for fewer, and
        products of every two columns (:func:`~loyaltystudy.rsquared._curved.curved_basis`).
    level : {"within", "between"} or None
        With clusters: of the deviations from their means, or of these means (from 20 clusters,
        one column for six). None pools both, and shows the level within clusters beside, with the
        intraclass correlation of the outcome, from 10 clusters on.

    Returns
    -------
    BlockComparison
        ``adjusted`` is the point to read: from the Ezekiel-adjusted R² of every subset,
        ``1 - (1 - R²)(n - 1)/(n - p - 1)``; for incomplete rows, unequal weights, clusters, strata,
        error-free variables and one level the estimate less its jackknife bias
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
        collinear columns, columns that could be taken for something else (digits kept as text,
        dates, infinite values), too few rows, weights that are not positive or leave fewer rows
        than columns, one cluster, over 20 blocks, index labels of a Dask DataFrame that stand
        twice, and options that are not made to go together.

    References
    ----------
    Budescu (1993), Psychological Bulletin 114, 542-551. Azen & Budescu (2003), Psychological
    Methods 8, 129-148. Frye, Rowat & Feige (2020), NeurIPS 33 (order). Fuller (1987),
    Measurement error models. R: ``domir::domir``, ``relaimpo::calc.relimp``.

    Examples
    --------
    >>> import loyaltystudy as ls
    >>> study = ls.load_study("mobile-reputation", source="shipped")
    >>> found = ls.compare_blocks(study, "loyalty", ["trust", "emotional_bonds"])
    >>> found.n, round(found.r2, 3)
    (336, 0.39)

    In the declared order trust comes first, and most of what it explains runs through bonds:

    >>> layers = [["trust"], ["emotional_bonds"]]
    >>> found = ls.compare_blocks(study, "loyalty", ["trust", "emotional_bonds"], order=layers)
    >>> part = found.ordered[found.ordered["block"] == "trust"]
    >>> dict(zip(part["measure"], part["adjusted"].round(2)))["through_later"]
    0.23
    """
    options = Options(missing, reliability, shape, level, seed)
    problems = [*options.problems(resamples), *wrong_numbers(confidence, resamples, seed)]
    if problems:
        raise SurveyError(problems)
    asked = model_frame(data, outcome, blocks, controls, keep_incomplete=missing != "complete")
    layers = None if order is None else check_order(order, [*asked.blocks])
    fitted = fit(data, asked, options)
    frame, first = fitted.frame, fitted.variants[0]
    tables = _tables(fitted, confidence, layers)
    icc = outcome_icc(asked, confidence) if asked.clustered and missing == "complete" else None
    levels = None
    if icc is not None and options == Options(seed=seed):
        levels = levels_table(tables["table"], _within(asked, confidence))
    drawn_fixed = fitted.raw is not None and resamples > 0
    held = frame.raking is not None and (levels is not None or drawn_fixed)
    return BlockComparison(
        **tables,
        outcome=frame.outcome,
        blocks=frame.blocks,
        controls=frame.controls,
        n=frame.n,
        n_dropped=frame.n_dropped,
        r2=float(first.found.r2[-1]),
        r2_adjusted=float(first.adjusted[-1]),
        r2_cv=fitted.cv["all"],
        confidence=confidence,
        notes=(*frame.notes, *fitted.notes, *_notes(frame, first), *[HELD_BESIDE] * held),
        draws=_bootstrap(frame, resamples, seed, fitted.raw) if resamples else None,
        variants=tuple(fitted.variants),
        layers=layers,
        icc=icc,
        levels=levels,
        wald=fitted.wald,
        kind=fitted.kind,
    )


HELD_BESIDE = "within clusters and in draws with EM the raked weights are held fixed"


def _tables(fitted: FittedComparison, confidence: float, layers) -> dict:
    """Measures, differences and, with layers, the declared order; intervals over all variants."""
    frame, variants = fitted.frame, fitted.variants
    unseen = {f"{measure}_cv": (fitted.cv[measure],) for measure in ("alone", "unique")}
    made = {
        "table": [measures_table(frame.blocks, v, confidence, unseen) for v in variants],
        "differences": [differences_table(frame.blocks, v, confidence) for v in variants],
    }
    if layers is not None:
        parts = (frame.blocks, frame.controls, frame.outcome, layers, confidence)
        made["ordered"] = [ordered_table(v, *parts) for v in variants]
    points = {"differences": "estimate"}
    return {name: united(same, points.get(name, "adjusted")) for name, same in made.items()}


def _within(frame: Frame, confidence: float):
    """The comparison of the deviations from the clusters' means."""
    inside = at_level(frame, "within")
    found = subset_estimates(inside)
    variant = Variant(found, adjusted_r2(inside, found), inside.ranks)
    return measures_table(inside.blocks, variant, confidence)


def wrong_numbers(confidence, resamples, seed=0) -> list[str]:
    """What is wrong with a level, a number of draws and a seed."""
    problems = wrong_confidence(confidence)
    for name, value in (("resamples", resamples), ("seed", seed)):
        if not isinstance(value, Real) or value != value // 1 or not 0 <= value < np.inf:
            problems.append(f"{name}={value!r}: a whole number from 0 is needed.")
    return problems


def _notes(frame: Frame, variant: Variant) -> list[str]:
    """What a reader must know of the outcome and the intervals."""
    known = frame.registered is not None and variant.left_out is None
    notes = [BY_THEORY] if by_theory(frame) and not known else []
    if frame.rows is not None and frame.rows[frame.outcome].nunique() == 2:
        notes.append(TWO_VALUES)
    if variant.found.r2[-1] > 1 - 1e-9:
        notes.append(EXACT)
    if (np.abs(variant.found.r2) <= 1).all() and np.isnan(variant.adjusted).any():
        notes.append(TOO_FEW)
    return notes


def _bootstrap(frame: Frame, resamples: int, seed: int, raw: RawAnswers | None) -> np.ndarray:
    """R² of every subset in draws of rows, clusters or groups with replacement."""
    if raw is not None:
        return frame.subset_r2(raw.bootstrap(int(resamples), seed))
    groups = frame.groups
    if groups is None and frame.rows is None:
        raise SurveyError(
            "resamples: rows or groups are needed to draw from; these moments have none."
        )
    if frame.raking is not None:
        drawn = _raked_draws(frame, resamples, seed)
    elif groups is not None:
        drawn = bootstrap_groups(groups, draws=resamples, seed=seed)
    else:
        drawn = bootstrap_moments(
            frame.array, frame.weights, draws=resamples, seed=seed, columns=frame.columns
        )
    # a rare category may be absent from a draw; it then adds nothing
    return frame.subset_r2(drawn, tolerant=True)


def _raked_draws(frame: Frame, resamples: int, seed: int) -> Moments:
    """Moments of draws of rows or clusters, each raked again; where that cannot be, kept."""
    rng, units, drawn = np.random.default_rng(seed), len(frame.raking.strata), []
    for _ in range(int(resamples)):
        times = np.bincount(rng.integers(units, size=units), minlength=units)
        weights, _ = frame.raking.drawn_or_kept(times)
        used = weights > 0
        drawn.append(row_moments(frame.array[used], weights[used], tuple(frame.columns)))
    return stack(drawn)
