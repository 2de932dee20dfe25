"""The total effect of a layer of blocks: its direct path, and what later layers carry."""

from collections.abc import Sequence

import numpy as np


def path_split(cross: np.ndarray, sizes: Sequence[int], held: int = 0) -> np.ndarray:
    r"""Variance that each layer explains in all, and by its direct path; as shares of Var(y).

    For a layer *J* with *E* the controls and earlier layers and *F* the later ones: with
    :math:`\Omega = Var(J \mid E)`, :math:`\beta_T` the coefficients of *J* in *y* on *E, J* and
    :math:`\beta_D` those in *y* on *E, J, F*,

    .. math:: total = \beta_T' \Omega \beta_T / \sigma^2_y = v(E \cup J) - v(E), \qquad
              direct = \beta_D' \Omega \beta_D / \sigma^2_y

    and what runs through later layers is total - direct. Where the layers are linear, complete and
    without unmeasured common causes, these are the variances under intervention: of all paths
    from the layer's own variation, and of the direct ones alone. The R² that a layer adds when all
    later ones are known would be smaller than the direct path: it is penalised by consequences of
    the layer that do nothing to the outcome.

    Both come from one Cholesky factor *U* (``cross`` = *U'U*, columns in the order of the layers):
    the total is the squared length of the outcome's entries in the rows of *J*, and
    :math:`\Omega = U_{JJ}' U_{JJ}`.

    Parameters
    ----------
    cross : ndarray, shape (..., p, p)
        Centred cross-products, covariances or correlations: controls, layers in order, outcome.
    sizes : sequence of int
        Columns of each layer.
    held : int
        Columns of controls.

    Returns
    -------
    ndarray, shape (..., m, 2)
        Total and direct path of each layer. A column without variation of its own beyond the
        columns before it (as in a part of the rows that lacks a category) adds nothing.

    Examples
    --------
    Background acts through trust alone: x -> t -> y with unit slopes and disturbances.

    >>> cross = np.array([[1., 1., 1.], [1., 2., 2.], [1., 2., 3.]])
    >>> path_split(cross, [1, 1]).round(3)
    array([[0.333, 0.   ],
           [0.333, 0.333]])
    """
    upper, usable = _cholesky(np.asarray(cross, float))
    p = upper.shape[0] - 1
    # cross = U'U: the outcome's entry in a row is the part of it that this column adds to those
    # before it, so totals are sums of squares and no model is solved for them
    total = upper[:p, p]  # (p, ...)
    slopes = _back_substitution(upper, usable)
    variance = np.einsum("i...,i...->...", upper[:, p], upper[:, p])
    out, at = [], held
    for size in sizes:
        rows = slice(at, at + size)
        direct = np.einsum("ij...,j...->i...", upper[rows, rows], slopes[rows])
        out.append([(part**2).sum(axis=0) / variance for part in (total[rows], direct)])
        at += size
    return np.moveaxis(np.array(out), (0, 1), (-2, -1))


def nested_slopes(cross: np.ndarray, sizes: Sequence[int], held: int = 0) -> np.ndarray:
    """Coefficients of each block's columns in the model with the blocks before it.

    Arguments as of :func:`path_split`; shape (..., columns of all blocks).

    Examples
    --------
    >>> cross = np.array([[1., 1., 1.], [1., 2., 2.], [1., 2., 3.]])
    >>> nested_slopes(cross, [1, 1])
    array([1., 1.])
    """
    upper, usable = _cholesky(np.asarray(cross, float))
    slopes, at = [], held
    for size in sizes:
        at += size
        entered = [*range(at), -1]
        part = upper[:at][:, entered]
        slopes.append(_back_substitution(part, usable[:at])[at - size :])
    return np.moveaxis(np.concatenate(slopes), 0, -1)


def _cholesky(cross: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Upper factors of stacked matrices, and which pivots are above rounding; matrix axes first.

    Row by row over all matrices at once: LAPACK has no batch, and a thousand small calls are slow.
    """
    left = np.moveaxis(cross, (-2, -1), (0, 1)).copy()
    p = len(left)
    upper, usable = np.zeros_like(left), np.ones(left.shape[1:], dtype=bool)
    size = np.einsum("ii...->i...", left).copy()
    for i in range(p):
        usable[i] = left[i, i] > 1e-11 * size[i]
        root = np.sqrt(np.where(usable[i], left[i, i], 1.0))
        row = np.where(usable[i], left[i, i:] / root, 0.0)
        upper[i, i:] = row
        left[i + 1 :, i + 1 :] -= row[1:, None] * row[None, 1:]
    return upper, usable


def _back_substitution(upper: np.ndarray, usable: np.ndarray) -> np.ndarray:
    """Coefficients of the outcome (last column) on all others; 0 for columns that add nothing."""
    p = upper.shape[1] - 1
    slopes, rest = np.zeros_like(upper[:p, p]), upper[:p, p].copy()
    for i in reversed(range(p)):
        slopes[i] = np.where(usable[i], rest[i] / np.where(usable[i], upper[i, i], 1.0), 0.0)
        rest[:i] -= upper[:i, i] * slopes[i]
    return slopes
