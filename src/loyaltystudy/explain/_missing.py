"""Answers before scoring: completed or summed up, then made into the columns of the models."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from loyaltystudy.explain._crossvalidation import (
    FOLDS,
    REPEATS,
    Unseen,
    fold_numbers,
    folds_first,
    in_axes,
    training_weights,
)
from loyaltystudy.explain._em import em_leave_one_out
from loyaltystudy.explain._frame import Frame
from loyaltystudy.explain._imputation import IMPUTATIONS, ROUGH, impute, posterior_draw
from loyaltystudy.explain._left_out import LeftOut
from loyaltystudy.explain._patterns import Patterns, em, prepare
from loyaltystudy.rsquared import Moments, row_moments, stack
from loyaltystudy.survey import Study


@dataclass(frozen=True, eq=False)
class RawAnswers:
    """Answers before scoring, and how the columns of the models are made of them.

    The models' columns are ``table @ loading + constant``: a scale the mean of its keyed items,
    everything else itself. ``outcome`` marks the columns of the table that make the outcome.
    """

    frame: Frame
    table: pd.DataFrame
    loading: np.ndarray
    constant: np.ndarray
    outcome: np.ndarray

    def frames(self, seed: int, m: int = IMPUTATIONS) -> list[Frame]:
        """Completed frames, one for each imputation."""
        frame, columns = self.frame, self.frame.columns
        options = {"weights": frame.weights, "clusters": frame.clusters}
        return [
            replace(frame, rows=pd.DataFrame(self.scored(done), columns=columns))
            for done in impute(self.table, m=m, seed=seed, **options)
        ]

    def scored(self, completed) -> np.ndarray:
        return np.asarray(completed) @ self.loading + self.constant

    def folds(self, seed: int) -> Unseen | None:
        """Moments of the test rows and of the training rows.

        Nothing of a test row reaches the training rows: these have EM moments of their own, the
        limit of many imputations. A test row's missing predictors are set to their expectation
        from the training moments and the predictors it answered, never its outcome; rows with no
        outcome are not scored. Clusters stay in one fold.
        """
        frame, x = self.frame, self.table.to_numpy(float)
        clusters = np.arange(len(x)) if frame.clusters is None else frame.clusters
        if clusters.max() + 1 < FOLDS:
            return None
        parts, scale = prepare(x, frame.weights, tuple(map(str, self.table)))
        x = scale.do(x)
        hidden = np.where(self.outcome, np.nan, x)
        asked = Patterns.of(hidden, frame.weights, parts.columns)
        start, _ = em(parts, ROUGH)
        y, tests, trains, held = frame.rows[frame.outcome].to_numpy(), [], [], 0
        numbers = fold_numbers(int(clusters.max()) + 1, seed)[:, clusters]
        for fold in _bar(numbers, "cross-validation", len(x) > 300):
            for f in range(FOLDS):
                weights, raked = training_weights(frame, fold == f)
                held += not raked
                others = Patterns.of(x, weights, parts.columns, parts)
                theta, _ = em(others, ROUGH, start)
                guess = asked.fill(hidden, theta)
                guess = scale.back(np.where(np.isnan(guess), theta.mean, guess))
                test = self.scored(guess)
                test[:, -1] = y
                at = (fold == f) & ~np.isnan(y)
                tests.append(_scored_rows(test[at], frame.weights[at], frame.columns))
                trains.append(self._of_columns(scale.undo(theta)))
        shape = (REPEATS, FOLDS)
        test, train = (folds_first(in_axes(part, shape)) for part in (tests, trains))
        return Unseen(test, train, held)

    def _of_columns(self, m: Moments) -> Moments:
        columns = tuple(self.frame.columns)
        cross = self.loading.T @ m.cross @ self.loading  # leading axes stay
        return Moments(columns, m.n, m.weight, m.weight2, self.scored(m.mean), cross)

    def em_left_out(self) -> LeftOut:
        """EM moments of the models' columns, and without each row or cluster."""
        options = {"weights": self.frame.weights, "clusters": self.frame.clusters}
        found = map(self._of_columns, em_leave_one_out(self.table, **options))
        return LeftOut(*found, held=self.frame)

    def bootstrap(self, draws: int, seed: int) -> Moments:
        """EM moments of the models' columns in draws of rows or clusters with replacement."""
        w, x = self.frame.weights, self.table.to_numpy(float)
        parts, scale = prepare(x, w, tuple(map(str, self.table)))
        x, rng, start = scale.do(x), np.random.default_rng(seed), em(parts, ROUGH)[0]
        drawn = [
            posterior_draw(x, w, parts, start, rng, self.frame.clusters)
            for _ in _bar(range(draws), "bootstrap", draws > 20)
        ]
        return self._of_columns(scale.undo(stack(drawn)))


def _scored_rows(x: np.ndarray, w: np.ndarray, columns) -> Moments:
    """Moments of test rows; of none, zeros, so that the fold adds nothing to a sum."""
    if len(x):
        return row_moments(x, w, tuple(columns))
    p, zero = len(columns), np.asarray(0.0)
    return Moments(tuple(columns), np.asarray(0), zero, zero, np.zeros(p), np.zeros((p, p)))


def _bar(rounds, label: str, long: bool):
    from tqdm import tqdm

    return tqdm(rounds, desc=label, disable=None if long else True)


def raw_answers(data, frame: Frame, *, items: bool) -> RawAnswers:
    """The answers behind a frame that kept its incomplete rows.

    With ``items`` the scales of a study are taken apart into their items; else each column stands
    for itself. Rows without any answer are left out and counted.
    """
    columns, made = {}, []
    for name in frame.columns:
        scale = data.codebook.scales.get(name) if items and isinstance(data, Study) else None
        parts = {name: (1.0, 0.0)} if scale is None else _keyed(data, scale)
        for item in parts:
            source = frame.rows[name] if scale is None else data.answers.loc[frame.rows.index, item]
            columns[item] = source
        made.append(parts)
    table, at = pd.DataFrame(columns), {name: i for i, name in enumerate(columns)}
    loading, constant = np.zeros((len(at), len(made))), np.zeros(len(made))
    for j, parts in enumerate(made):
        for item, (slope, shift) in parts.items():
            loading[at[item], j], constant[j] = slope, constant[j] + shift
    known = table.notna().any(axis=1).to_numpy()
    kept = {
        "rows": frame.rows[known],
        "weights": frame.weights[known],
        "n_dropped": frame.n_dropped + int((~known).sum()),
    }
    known_units = known
    if frame.clusters is not None:
        kept["clusters"], known_units = pd.factorize(frame.clusters[known], sort=True)
    if frame.strata is not None:
        kept["strata"] = frame.strata[known_units]
    if frame.raking is not None:
        kept["raking"] = frame.raking.of(known)
    gaps = int(table[known].isna().any(axis=1).sum())
    how = f"imputed {IMPUTATIONS} times before scoring" if items else "by EM moments"
    notes = (*frame.notes, f"missing answers {how}: {gaps} of {known.sum()} rows have some")
    if frame.strata is not None and not items:
        notes = (*notes, "strata not used, which leaves intervals wider than need be, as a rule")
    kept["notes"] = notes if items else (*notes, *frame.held)
    frame = replace(frame, **kept)
    return RawAnswers(frame, table[known], loading, constant, loading[:, -1] != 0)


def _keyed(study: Study, scale) -> dict[str, tuple[float, float]]:
    """Slope and shift of each item in the scale's score, reversed ones turned."""
    share, out = 1 / len(scale.items), {}
    for name in scale.items:
        item = study.codebook.items[name]
        out[name] = (-share, share * (item.low + item.high)) if item.reversed else (share, 0.0)
    return out


def averaged_r2(frames: Sequence[Frame]) -> np.ndarray:
    """R² of every subset from the moments averaged over completed frames."""
    return frames[0].subset_r2(stack([frame.whole for frame in frames]).average())
