"""Curves and interactions: a basis for every column, and products of every two."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

FEW = 6  # a column with more values gets a cubic with one knot


@dataclass(frozen=True, eq=False)
class Basis:
    """Columns made of the predictors: curves of each, products of two.

    ``made_of``: the predictors (one or two) behind each column.
    """

    x: np.ndarray
    made_of: tuple[tuple[int, ...], ...]

    def within(self, columns: Sequence[int]) -> list[int]:
        """The basis columns made of these predictors alone."""
        allowed = set(columns)
        return [b for b, made in enumerate(self.made_of) if allowed.issuperset(made)]


def curved_basis(x: np.ndarray, w: np.ndarray, variable: Sequence, *, products: bool = True):
    r"""Curves of every predictor and products of every two.

    With *z* a predictor in standard units: more than six values give
    :math:`z, z^2, z^3, (z - \text{median})_+^3`, fewer give powers up to their number less one,
    a dummy is as it is; then :math:`z_a z_b` of any two predictors, within blocks and between them,
    but of dummies of one variable. The curves come first, so that a product that restates a curve
    is the one to be dropped.

    Parameters
    ----------
    x : ndarray, shape (n, p)
    w : ndarray, shape (n,)
        Weights, of means and standard deviations.
    variable : sequence of length p
        The variable behind each predictor: dummies of one variable share it.
    products : bool

    Returns
    -------
    Basis

    Notes
    -----
    The knot lies at the median and is taken for fixed in the intervals. Spans do not depend on
    units or origin: products come beside their main effects.

    Examples
    --------
    >>> x = np.column_stack([np.arange(8.0), [0, 1, 0, 1, 0, 1, 0, 1]])
    >>> curved_basis(x, np.ones(8), ["age", "owner"]).made_of
    ((0,), (0,), (0,), (0,), (1,), (0, 1))
    """
    share = w / w.sum()
    # unit variance: cubes of an income in its own units would leave no digits for its line
    z = x - share @ x
    z /= np.sqrt(share @ z**2)
    curves = [_curves(column) for column in z.T]
    made_of = [(j,) for j, curve in enumerate(curves) for _ in curve]
    columns = [c for curve in curves for c in curve]
    if products:
        pairs = [(a, b) for a, b in combinations(range(len(z.T)), 2) if variable[a] != variable[b]]
        made_of += pairs
        columns += [z[:, a] * z[:, b] for a, b in pairs]
    return Basis(np.column_stack(columns), tuple(made_of))


def _curves(z: np.ndarray) -> list[np.ndarray]:
    values = len(np.unique(z))
    curves = [z**power for power in range(1, min(3, values - 1) + 1)]
    if values > FEW:
        curves.append(np.maximum(z - np.median(z), 0) ** 3)
    return curves


def curved_left_out(basis: Basis, y: np.ndarray, w: np.ndarray, members, clusters=None):
    r"""R² on the basis of every set of predictors, without each row (or cluster), and its rank.

    Columns of a set that restate those before them are left out of it; what they span counts once.
    One QR of the whole basis serves all sets. With :math:`A_u` a unit's rows of the orthonormal
    basis and the mean, and :math:`e_u` its residuals,

    .. math:: SSE_{-u} = SSE - e_u'e_u - e_u'A_u (I - A_u'A_u)^{-1} A_u'e_u

    Parameters
    ----------
    basis : Basis
    y, w : ndarray, shape (n,)
    members : sequence of sequence of int
        Predictors of every set.
    clusters : ndarray of int, shape (n,), optional
        Numbered from 0; without them each row is a unit.

    Returns
    -------
    values : ndarray, shape (s,)
    without : ndarray, shape (units, s)
    ranks : ndarray, shape (s,)
    """
    root = np.sqrt(w)
    mean = root / np.sqrt(w.sum())
    # the mean is one more orthonormal column, which QR of the centred columns leaves out; with it
    # their leverages are whole
    weighted = basis.x * root[:, None]
    centred = weighted - np.outer(mean, mean @ weighted)
    length = np.sqrt((centred**2).sum(axis=0))
    q, r = np.linalg.qr(centred / np.where(length > 0, length, 1.0))
    target = root * y - mean * (mean @ (root * y))
    less = _less_rows if clusters is None else _ClustersLess(clusters)
    sst = target @ target
    sst_without = sst - less(mean[:, None], target)
    values, ranks = np.zeros(len(members)), np.zeros(len(members), dtype=int)
    without = np.zeros((len(members), len(sst_without)))
    for s, columns in enumerate(members):
        own = q @ independent_basis(r[:, basis.within(columns)])
        e = target - own @ (own.T @ target)
        values[s], ranks[s] = 1 - e @ e / sst, own.shape[1]
        without[s] = 1 - (e @ e - less(np.column_stack([own, mean]), e)) / sst_without
    return values, without.T, ranks


def _less_rows(a: np.ndarray, e: np.ndarray) -> np.ndarray:
    """What the sum of squares loses with each row; nothing where a row fits itself alone."""
    left = 1 - np.einsum("ij,ij->i", a, a)
    return np.divide(e**2, left, out=np.zeros_like(e), where=left > 1e-10)


class _ClustersLess:
    """What the sum of squares loses with each cluster."""

    def __init__(self, clusters: np.ndarray) -> None:
        self.order = np.argsort(clusters, kind="stable")
        self.starts = np.flatnonzero(np.diff(clusters[self.order], prepend=-1))

    def __call__(self, a: np.ndarray, e: np.ndarray) -> np.ndarray:
        rows = np.split(self.order, self.starts[1:])
        # a unit is a stretch of rows after one sort: (units, p, p), where (n, n) would not fit
        within = np.stack([a[i].T @ a[i] for i in rows])
        pull = np.stack([a[i].T @ e[i] for i in rows])
        own = np.array([e[i] @ e[i] for i in rows])
        # what only this cluster holds has no fit from the others: the shortest solution leaves it
        inverse = np.linalg.pinv(np.eye(a.shape[1]) - within, rcond=1e-10, hermitian=True)
        return own + np.einsum("ui,uij,uj->u", pull, inverse, pull)


def independent_basis(r: np.ndarray, least: float = 1e-6) -> np.ndarray:
    """An orthonormal basis of the columns of unit length that do not restate those before them."""
    # one column at a time: which of two that restate each other goes must be the later one, as
    # in R's lm, and a pivoted QR would choose by length
    kept = np.arange(r.shape[1])
    q, upper = np.linalg.qr(r)
    while len(kept) and (bad := np.abs(np.diag(upper)) < least).any():
        kept = np.delete(kept, np.flatnonzero(bad)[0])
        q, upper = np.linalg.qr(r[:, kept])
    return q
