"""Explained variance when an order of the blocks is declared: totals in layers, sums of R²."""

from collections.abc import Iterator, Sequence
from itertools import combinations
from math import comb

import numpy as np

Layers = Sequence[Sequence[int]]


def total_weights(layers: Layers) -> np.ndarray:
    r"""Weights *c* of each block's total, :math:`total_j = c_j' R^2`: asymmetric Shapley values.

    With layers :math:`L_1, \dots, L_m`, block *j* in layer *l* of *q* blocks and *E* all blocks of
    earlier layers,

    .. math:: total_j = \sum_{S \subseteq L_l \setminus j} \frac{1}{q \binom{q-1}{|S|}}
              [v(E \cup S \cup j) - v(E \cup S)]

    the mean of what *j* adds when it enters, over all orders of entry that respect the layers.

    Parameters
    ----------
    layers : sequence of sequence of int
        Each of the k blocks once, by number; the earliest layer first.

    Returns
    -------
    ndarray, shape (2**k, k)
        ``values @ total_weights(layers)`` are the totals. Their sum is v(all) - v(∅): inside a
        layer Shapley values sum to :math:`v(E \cup L_l) - v(E)`, which telescopes over layers.

    References
    ----------
    Frye, Rowat & Feige (2020), Asymmetric Shapley values, NeurIPS 33.

    Examples
    --------
    Block 0 before block 1: what they share is credited to block 0.

    >>> values = np.array([0.0, 0.3, 0.2, 0.4])
    >>> (values @ total_weights([[0], [1]])).round(3)
    array([0.3, 0.1])
    >>> (values @ total_weights([[0, 1]])).round(3)
    array([0.25, 0.15])
    """
    k = sum(map(len, layers))
    weights, earlier = np.zeros((1 << k, k)), 0
    for layer in layers:
        for j, rest in _each(layer):
            for peers in _subsets(rest):
                share = 1 / (len(layer) * comb(len(rest), len(peers)))
                _add(weights[:, j], earlier | _bits(peers), j, share)
        earlier |= _bits(layer)
    return weights


def entry_weights(layers: Layers) -> np.ndarray:
    """Weights of what each block adds to the earlier layers, v(E ∪ j) - v(E); shape (2**k, k).

    Examples
    --------
    >>> values = np.array([0.0, 0.3, 0.2, 0.4])
    >>> (values @ entry_weights([[1], [0]])).round(3)
    array([0.2, 0.2])
    """
    k = sum(map(len, layers))
    weights, earlier = np.zeros((1 << k, k)), 0
    for layer in layers:
        for j in layer:
            _add(weights[:, j], earlier, j, 1.0)
        earlier |= _bits(layer)
    return weights


def layer_weights(layers: Layers) -> np.ndarray:
    """Weights of what each layer adds to the earlier ones, v(E ∪ L) - v(E); shape (2**k, m)."""
    k = sum(map(len, layers))
    weights, earlier = np.zeros((1 << k, len(layers))), 0
    for at, layer in enumerate(layers):
        weights[earlier, at] -= 1.0
        earlier |= _bits(layer)
        weights[earlier, at] += 1.0
    return weights


def _add(column: np.ndarray, to: int, block: int, share: float) -> None:
    """The weight of what a block adds to a subset."""
    column[to | 1 << block] += share
    column[to] -= share


def _each(layer: Sequence[int]) -> Iterator[tuple[int, list[int]]]:
    for j in layer:
        yield j, [i for i in layer if i != j]


def _subsets(blocks: Sequence[int]) -> Iterator[tuple[int, ...]]:
    for size in range(len(blocks) + 1):
        yield from combinations(blocks, size)


def _bits(blocks: Sequence[int]) -> int:
    return sum(1 << j for j in blocks)
