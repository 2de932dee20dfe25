"""Cross-validated R² of a comparison: all blocks, each alone and each beside the others."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from loyaltystudy.explain._crossvalidation import (
    FOLDS,
    cross_validated_r2,
    fold_moments,
    fold_numbers,
)
from loyaltystudy.explain._frame import Frame
from loyaltystudy.explain._registered import unseen_figures
from loyaltystudy.rsquared import Moments, stack


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
