"""Cross-validated R² from moments: a fold is a part that is subtracted from the whole."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from loyaltystudy.explain._frame import Frame
from loyaltystudy.explain._registered import unseen_figures
from loyaltystudy.rsquared import Moments, row_moments, stack

FOLDS = 10
REPEATS = 10
NEARLY = 1e-9  # 1 - R² of a column given those before it; below, no plain solve


@dataclass(frozen=True, eq=False)
class Unseen:
    """Moments of the rows that a model has not seen, and of those it is fitted to.

    Axes (folds, repeats). ``held``: training rows, of all folds and repeats, that could not be
    raked again.
    """

    test: Moments
    train: Moments
    held: int = 0

    @classmethod
    def of(cls, folds: Moments) -> Unseen:
        """Of folds that are subtracted from the whole, axes (repeats, folds)."""
        test = folds_first(folds)
        return cls(test, test.total() - test)

    @property
    def notes(self) -> tuple[str, ...]:
        """What to say of it."""
        if not self.held:
            return ()
        rounds = f"{self.held} of {FOLDS * REPEATS} rounds of cross-validation"
        return (f"in {rounds} a margin has a group without people, and raked weights are kept",)


def fold_numbers(units: int, seed: int) -> np.ndarray:
    """Which fold each unit (row, or cluster) falls into, in every repeat; (repeats, units)."""
    rng = np.random.default_rng(seed)
    even = np.arange(units) % min(FOLDS, units)
    return np.stack([rng.permutation(even) for _ in range(REPEATS)])


def fold_moments(x: np.ndarray, w: np.ndarray, numbers: np.ndarray, columns) -> Moments:
    """Moments of every fold of every repeat, axes (repeats, folds), in a few matrix products.

    ``numbers`` as of :func:`fold_numbers`. Folds that are a row short are filled up with one of
    weight zero.
    """
    rows, weights = np.vstack([x, np.zeros(x.shape[1])]), np.append(w, 0.0)
    return stack([_one_repeat(rows, weights, fold, tuple(columns)) for fold in numbers])


def _one_repeat(rows, weights, fold: np.ndarray, columns) -> Moments:
    # (folds, most rows of a fold): row numbers by fold, filled up with that of the row of zeros of
    # no weight, so that all folds are one stack of equal matrices
    sizes = np.bincount(fold)
    place = np.arange(len(fold)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    at = np.full((len(sizes), sizes.max()), len(fold))
    order = np.argsort(fold.astype(np.uint8), kind="stable")  # eight bits are sorted in one pass
    at[fold[order], place] = order
    x, w = rows[at], weights[at]
    total = w.sum(axis=1)
    mean = (w[:, None] @ x)[:, 0] / total[:, None]
    x -= mean[:, None]
    cross = (x * w[..., None]).swapaxes(1, 2) @ x
    return Moments(columns, sizes, total, (w**2).sum(axis=1), mean, cross)


def raked_folds(x: np.ndarray, frame: Frame, numbers: np.ndarray, columns) -> Unseen:
    """The same with the weights of the training rows raked again without the test rows."""
    test, trains, held = folds_first(fold_moments(x, frame.weights, numbers, columns)), [], 0
    count = int(numbers.max()) + 1
    for f in range(count):
        for fold in numbers:
            weights, raked = training_weights(frame, fold == f)
            used, held = weights > 0, held + (not raked)
            trains.append(row_moments(x[used], weights[used], tuple(columns)))
    return Unseen(test, in_axes(trains, (count, len(numbers))), held)


def training_weights(frame: Frame, test: np.ndarray) -> tuple[np.ndarray, bool]:
    """Weights of the rows without test rows, 0 for these; False where they are not raked again.

    Those of a raking are raked to its margins without the units of the test rows.
    """
    raking = frame.raking
    if raking is None:
        return frame.weights * ~test, True
    times = np.ones(len(raking.strata))
    times[raking.units[raking.rows[test]]] = 0
    weights, raked = raking.drawn_or_kept(times)
    return np.where(test, 0.0, weights), raked


def in_axes(flat: Sequence[Moments], shape: tuple[int, ...]) -> Moments:
    """Moments one after another, on several axes."""
    m = stack(flat)
    parts = (m.n, m.weight, m.weight2, m.mean, m.cross)
    return Moments(m.columns, *(part.reshape(*shape, *part.shape[1:]) for part in parts))


def cross_validated_r2(folds: Unseen, models: list[list[int]], outcome: int) -> np.ndarray:
    r"""R² on rows that the model has not seen.

    .. math:: R^2_{cv} = 1 - \frac{\sum_f \sum_{i \in f} w_i (y_i - \hat y_i^{(-f)})^2}
                                  {\sum_f \sum_{i \in f} w_i (y_i - \bar y^{(-f)})^2}

    averaged over repeats. Everything that is estimated (means, coefficients) comes from the
    other folds, where weights are raked to margins these weights too. Negative where a model
    predicts worse than the mean. ``models``: columns of each model.
    """
    # all folds of all repeats at once, (folds, repeats, p, p): a hundred small solves in one call
    return np.array([held_out_r2(folds.test, folds.train, columns, outcome) for columns in models])


def folds_first(folds: Moments) -> Moments:
    """The same moments with axes (folds, repeats), so that their total runs over folds."""
    parts = (folds.n, folds.weight, folds.weight2, folds.mean, folds.cross)
    return Moments(folds.columns, *(np.swapaxes(part, 0, 1) for part in parts))


def held_out_r2(test: Moments, train: Moments, columns: list[int], y: int) -> float:
    # test rows are about their own means, predictions about the training means: the last term is
    # the difference of both
    shift_y = test.mean[..., y] - train.mean[..., y]
    sst = test.cross[..., y, y] + test.weight * shift_y**2
    if not columns:
        return 0.0
    xx, xy = train.cross[..., columns, :][..., columns], train.cross[..., columns, y]
    b = _solve(xx, xy)
    test_xx, test_xy = test.cross[..., columns, :][..., columns], test.cross[..., columns, y]
    shift = shift_y - ((test.mean - train.mean)[..., columns] * b).sum(-1)
    sse = (
        test.cross[..., y, y]
        - 2 * (b * test_xy).sum(-1)
        + np.einsum("...i,...ij,...j->...", b, test_xx, b)
        + test.weight * shift**2
    )
    return float(np.mean(1 - sse.sum(axis=0) / sst.sum(axis=0)))


def _solve(xx: np.ndarray, xy: np.ndarray) -> np.ndarray:
    """Coefficients; the shortest where the other folds leave columns that restate each other."""
    diagonal = np.diagonal(xx, axis1=-2, axis2=-1)
    try:
        left = np.diagonal(np.linalg.cholesky(xx), axis1=-2, axis2=-1) ** 2
    except np.linalg.LinAlgError:
        left = np.zeros_like(diagonal)
    if (left > NEARLY * diagonal).all():
        return np.linalg.solve(xx, xy[..., None])[..., 0]
    return (np.linalg.pinv(xx, rcond=1e-12, hermitian=True) @ xy[..., None])[..., 0]


def cross_validated(folds: Unseen | None, columns_of: Callable, k: int, outcome: int) -> dict:
    """R² of all blocks, and of each alone and unique, beyond the controls; NaN without folds.

    ``columns_of`` takes a subset of blocks (bits) to the columns of its model.
    """
    if folds is None:
        none = np.full(k, np.nan)
        return {"all": float("nan"), "alone": none, "unique": none, "notes": ()}
    full = (1 << k) - 1
    subsets = [0, full, *(1 << j for j in range(k)), *(full ^ 1 << j for j in range(k))]
    r2 = cross_validated_r2(folds, [columns_of(s) for s in subsets], outcome)
    alone, unique = r2[2 : 2 + k] - r2[0], r2[1] - r2[2 + k :]
    return {"all": float(r2[1]), "alone": alone, "unique": unique, "notes": folds.notes}


def linear_unseen(frame: Frame, seed: int) -> dict:
    """The same of linear models: by folds, or as registered."""
    if frame.registered is not None:
        return unseen_figures(frame.registered, frame.blocks)
    k, y = len(frame.blocks), len(frame.columns) - 1
    return cross_validated(folds_of(frame, seed), frame.members, k, y)


def folds_of(frame: Frame, seed: int) -> Unseen | None:
    """Moments of test and training rows, folds of rows or of whole clusters."""
    groups = frame.groups
    if groups is not None and len(groups.n) < FOLDS:
        return None
    if groups is not None and frame.raking is None:
        numbers = fold_numbers(len(groups.n), seed)
        return Unseen.of(stack([_fold_groups(groups, fold) for fold in numbers]))
    if frame.rows is None:
        return None
    x = frame.array
    return row_folds((x - x.mean(axis=0)) / x.std(axis=0), frame, seed, frame.columns)


def row_folds(x: np.ndarray, frame: Frame, seed: int, columns: Sequence[str]) -> Unseen:
    """The same of columns made of the frame's rows; clusters stay in one fold."""
    clusters = frame.clusters
    numbers = fold_numbers(len(x) if clusters is None else int(clusters.max()) + 1, seed)
    numbers = numbers if clusters is None else numbers[:, clusters]
    if frame.raking is not None:
        return raked_folds(x, frame, numbers, columns)
    return Unseen.of(fold_moments(x, frame.weights, numbers, columns))


def _fold_groups(groups: Moments, fold: np.ndarray) -> Moments:
    return stack([groups[np.flatnonzero(fold == f)].total() for f in range(fold.max() + 1)])
