"""A learner on the whole: does a model without a form find what lines and curves miss?"""

from dataclasses import dataclass, replace

import numpy as np

from loyaltystudy.errors import SurveyError
from loyaltystudy.explain._audit.baseline import ALL, Audited, not_given, row
from loyaltystudy.explain._crossvalidation import training_weights
from loyaltystudy.explain._shape import CurvedModels
from loyaltystudy.explain._tables import adjusted_r2
from loyaltystudy.rsquared import Estimates, curved_left_out, jackknife

CHECK = "learner"
FOLDS, MOST_ROWS = 5, 20_000
BEYOND = 2.0  # standard errors
TREES = {"max_iter": 150, "learning_rate": 0.06, "max_leaf_nodes": 8, "min_samples_leaf": 20}
TREES |= {"early_stopping": False}


@dataclass(frozen=True)
class Whole:
    """R² of all columns by one kind of model, and its deviation without each unit."""

    r2: float
    without: np.ndarray


def learner(audited: Audited) -> list[dict]:
    r"""Gradient boosting on all columns, judged on unseen rows, beside lines and curves.

    Boosted trees are fitted five times to four fifths of the rows (whole clusters); their R² on the
    rest stays below what could be reached, so it is a check on the others and not a measure. If it
    lies above the adjusted R² of curves and products by more than two standard errors of the
    difference (jackknife with predictions held fixed), these miss something: steps, or interactions
    of three and more.
    """
    frame = audited.frame
    if frame.rows is None:
        return not_given(CHECK, "Needs rows to learn from; these are moments.")
    if len(frame.rows) > MOST_ROWS:
        return not_given(CHECK, f"Made for at most {MOST_ROWS} rows.")
    try:
        curved, note = curved_whole(audited)
    except SurveyError as error:
        return not_given(CHECK, f"No curves to compare with: {error}")
    boosted = boosted_whole(audited)
    unseen = f"Boosted trees on rows not seen, {FOLDS} folds."
    rows = [
        row(CHECK, "linear", "r2_adjusted", audited.comparison.r2_adjusted),
        row(CHECK, "curved", "r2_adjusted", curved.r2, f"{note[0].upper()}{note[1:]}."),
        row(CHECK, "boosted", "r2_cv", boosted.r2, unseen),
    ]
    judged = _judged(boosted, curved)
    if frame.raking is not None:
        judged["note"] += " The interval holds raked weights fixed."
    return [*rows, judged]


def _judged(boosted: Whole, curved: Whole) -> dict:
    """Whether the learner finds more than the curves."""
    gap = boosted.r2 - curved.r2
    se = float(jackknife(gap, boosted.without - curved.without)[0])
    reached = f"curves and products {curved.r2:.3f}"
    said = f"Boosted trees reach {boosted.r2:.3f} on unseen rows, {reached}"
    if gap > BEYOND * se:
        note = f"{said}: these miss something, by {gap:.3f} (standard error {se:.3f})."
    else:
        note = f"{said}: nothing is missed that the trees can find."
    return row(CHECK, ALL, "beyond_curves", gap, note, gap - BEYOND * se, gap + BEYOND * se)


def curved_whole(audited: Audited) -> tuple[Whole, str]:
    """Adjusted R² of all columns with curves and products."""
    frame = replace(
        audited.frame, blocks={"all": [c for b in audited.frame.blocks.values() for c in b]}
    )
    models = CurvedModels(frame)
    options = (frame.weights, [frame.members(1)], frame.clusters)
    values, without, ranks = curved_left_out(models.basis, frame.array[:, -1], *options)
    found = Estimates.from_units(values, without, measures=[np.asarray])
    adjusted = adjusted_r2(frame, found, ranks)
    return Whole(float(adjusted[0]), without[:, 0]), models.note


def boosted_whole(audited: Audited) -> Whole:
    """Cross-fitted R² of boosted trees on all columns, and the same without each unit's rows."""
    from sklearn.ensemble import HistGradientBoostingRegressor

    frame = audited.frame
    x, y, w = frame.array[:, :-1], frame.array[:, -1], frame.weights
    unit = np.arange(len(y)) if frame.clusters is None else frame.clusters
    fold = np.random.default_rng(audited.seed).permutation(np.arange(unit.max() + 1) % FOLDS)[unit]
    error, plain = np.empty(len(y)), np.empty(len(y))
    for f in range(FOLDS):
        train, test = fold != f, fold == f
        model = HistGradientBoostingRegressor(random_state=audited.seed, **TREES)
        own = training_weights(frame, test)[0][train]
        model.fit(x[train], y[train], sample_weight=own)
        error[test] = y[test] - model.predict(x[test])
        plain[test] = y[test] - np.average(y[train], weights=own)
    sse, sst = np.bincount(unit, w * error**2), np.bincount(unit, w * plain**2)
    without = 1 - (sse.sum() - sse) / (sst.sum() - sst)
    return Whole(float(1 - sse.sum() / sst.sum()), without)
