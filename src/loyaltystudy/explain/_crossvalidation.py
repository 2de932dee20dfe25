"""Cross-validated R² from moments: a fold is a part that is subtracted from the whole."""

from collections.abc import Callable

import numpy as np

from loyaltystudy.explain._frame import Frame
from loyaltystudy.explain._registered import unseen_figures
from loyaltystudy.rsquared import Moments, stack

FOLDS = 10
REPEATS = 10
NEARLY = 1e-9  # 1 - R² of a column given those before it; below, no plain solve


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


def cross_validated_r2(folds: Moments, models: list[list[int]], outcome: int) -> np.ndarray:
    r"""R² on rows that the model has not seen.

    .. math:: R^2_{cv} = 1 - \frac{\sum_f \sum_{i \in f} w_i (y_i - \hat y_i^{(-f)})^2}
                                  {\sum_f \sum_{i \in f} w_i (y_i - \bar y^{(-f)})^2}

    averaged over repeats. Everything that is estimated (means, coefficients) comes from the
    other folds. Negative where a model predicts worse than the mean.

    ``folds``: with leading axes (repeats, folds); ``models``: columns of each model.
    """
    # all folds of all repeats at once, (folds, repeats, p, p): a hundred small solves in one call
    swapped = folds_first(folds)
    whole = swapped.total()
    train = whole - swapped
    return np.array([held_out_r2(swapped, train, columns, outcome) for columns in models])


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


def cross_validated(folds, columns_of: Callable, k: int, outcome: int, scorer=cross_validated_r2):
    """R² of all blocks, and of each alone and unique, beyond the controls; NaN without folds.

    ``columns_of`` takes a subset of blocks (bits) to the columns of its model.
    """
    if folds is None:
        return {"all": float("nan"), "alone": np.full(k, np.nan), "unique": np.full(k, np.nan)}
    full = (1 << k) - 1
    subsets = [0, full, *(1 << j for j in range(k)), *(full ^ 1 << j for j in range(k))]
    r2 = scorer(folds, [columns_of(s) for s in subsets], outcome)
    alone, unique = r2[2 : 2 + k] - r2[0], r2[1] - r2[2 + k :]
    return {"all": float(r2[1]), "alone": alone, "unique": unique}


def linear_unseen(frame: Frame, seed: int) -> dict:
    """The same of linear models: by folds, or as registered."""
    if frame.registered is not None:
        return unseen_figures(frame.registered, frame.blocks)
    k, y = len(frame.blocks), len(frame.columns) - 1
    return cross_validated(folds_of(frame, seed), linear_columns(frame), k, y)


def linear_columns(frame: Frame) -> Callable:
    """The columns of each subset's linear model."""
    at = {name: i for i, name in enumerate(frame.columns)}
    held = [at[c] for c in frame.controls]
    blocks = [[at[c] for c in block] for block in frame.blocks.values()]
    return lambda s: [*held, *(c for j, block in enumerate(blocks) if s >> j & 1 for c in block)]


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
