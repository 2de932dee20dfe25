"""Answers to items brought into the means of products that trait correlations are made of."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from loyaltystudy.claims._design import Means, SampleDesign, design_means


@dataclass(frozen=True, eq=False)
class ConstructItems:
    """The keyed answers to one construct's questions.

    ``answers`` (n, k): keyed, NaN where a question was not answered; ``signs`` (k,): +1 for a
    question as worded, -1 for a reversed one; ``method``: 1 for a rating, 0 for a fact or a record,
    -1 for a rating mirrored by the claim; ``assumed``: reliable share of one question's variance
    where there is one question only; NaN else; ``valid``: share of the reliable variance that is
    what is meant to be measured.
    """

    answers: np.ndarray
    signs: np.ndarray
    method: int = 1
    assumed: float = np.nan
    valid: float = 1.0


@dataclass(frozen=True, eq=False)
class ItemProducts:
    """Means of products of items by construct, with the covariance of these means.

    ``own``: a construct that method may colour less than the rated ones, the markers that see it,
    and the rated ones.
    """

    means: Means
    size: int
    method: np.ndarray
    assumed: np.ndarray
    valid: np.ndarray
    own: tuple[int, list[int], list[int]] | None = None

    def method_in(self, r: np.ndarray) -> np.ndarray:
        """How method enters each construct ``(..., J)``: as told, but for ``own`` as far as seen.

        Under one factor a marker correlates with a construct by the product of their loadings, so
        the ratio of two such correlations is that of two loadings; 1 at most.
        """
        if self.own is None:
            return self.method
        at, markers, rated = self.own
        seen = r[..., markers, :].mean(axis=-2)
        usual = np.maximum((seen * self.method)[..., rated].mean(axis=-1), 1e-6)
        method = np.broadcast_to(self.method, seen.shape).copy()
        method[..., at] = np.clip(seen[..., at] / usual, 0.0, 1.0)
        return method

    def matrix(self, m: np.ndarray) -> np.ndarray:
        """R ``(..., J, J)`` from means of products ``(..., q)``."""
        j, pairs = self.size, self.size * (self.size - 1) // 2
        within, variance = m[..., pairs : pairs + j], np.maximum(m[..., pairs + j :], 1e-12)
        r = np.zeros((*m.shape[:-1], j, j))
        a, b = np.triu_indices(j, 1)
        r[..., a, b] = r[..., b, a] = m[..., :pairs] / np.sqrt(variance[..., a] * variance[..., b])
        known = np.isfinite(self.assumed)
        at = np.arange(j)
        r[..., at, at] = np.where(known, self.assumed, within / variance)
        return r

    @property
    def observed(self) -> np.ndarray:
        """R ``(J, J)`` of the sample."""
        return self.matrix(self.means.value)


def item_products(
    constructs: Sequence[ConstructItems], design: SampleDesign, *, balanced: bool
) -> ItemProducts:
    """Means of products of items within and between constructs, pairwise over who answered both.

    ``balanced``: forward and reversed halves of a scale weigh the same, so that a habit of
    agreeing cancels out of every product in which one scale has both kinds (random intercept,
    equal loadings; no model is fitted).
    """
    w = design.weights / design.weights.mean()
    centred = [_centred(x.answers, w) for x in constructs]
    weights = [_item_weights(x.signs, balanced) for x in constructs]
    columns = []
    for a, b in zip(*np.triu_indices(len(constructs), 1), strict=True):
        pair = np.outer(weights[a], weights[b])
        columns.append(_product(centred[a], centred[b], pair, w))
    for x, own in zip(constructs, centred, strict=True):
        columns.append(_product(own, own, _within_weights(x.signs, balanced), w))
    for x, own in zip(constructs, centred, strict=True):
        columns.append(_product(own, own, np.eye(len(x.signs)) / len(x.signs), w))
    means = design_means(np.column_stack(columns), design)
    return ItemProducts(
        means,
        len(constructs),
        np.array([x.method for x in constructs], float),
        np.array([x.assumed for x in constructs], float),
        np.array([x.valid for x in constructs], float),
    )


def _centred(x: np.ndarray, w: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Answers about their means, zero where missing; and whether each was answered."""
    there = np.isfinite(x).astype(float)
    filled = np.where(there > 0, x, 0.0)
    return (filled - (w @ filled) / np.maximum(w @ there, 1e-12)) * there, there


def _item_weights(signs: np.ndarray, balanced: bool) -> np.ndarray:
    """How much each item counts in a scale's products."""
    forward, turned = (signs > 0).sum(), (signs < 0).sum()
    if not (balanced and forward and turned):
        return np.full(len(signs), 1 / len(signs))
    return np.where(signs > 0, 0.5 / forward, 0.5 / turned)


def _within_weights(signs: np.ndarray, balanced: bool) -> np.ndarray:
    """How much each pair of different items of one scale counts; one item stands for itself."""
    k = len(signs)
    if k == 1:
        return np.ones((1, 1))
    different = 1.0 - np.eye(k)
    alike = np.outer(signs, signs) > 0
    same, opposite = different * alike, different * ~alike
    if not balanced or not opposite.any():
        return different / different.sum()
    if not same.any():
        return opposite / opposite.sum()
    return (same / same.sum() + opposite / opposite.sum()) / 2


def _product(first, second, pair: np.ndarray, w: np.ndarray) -> np.ndarray:
    """Per row, what it adds to the weighted mean of products over the pairs of items.

    A row's value is the mean itself plus the row's influence on it, so that the weighted mean of
    the column is the mean of products over those who answered both, and its variance that of
    the linearised mean.
    """
    (x, a), (y, b) = first, second
    answered = np.maximum((a * w[:, None]).T @ b / len(w), 1e-12)
    mean = (x * w[:, None]).T @ y / len(w) / answered
    share = pair / answered
    influence = ((x @ share) * y).sum(axis=1) - ((a @ (share * mean)) * b).sum(axis=1)
    return (pair * mean).sum() + influence
