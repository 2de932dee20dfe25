"""Moments of error-free variables: reliabilities on the diagonal, and where that is impossible."""

from dataclasses import replace

import numpy as np

IMPROPER = 0.005  # least eigenvalue of a correlation matrix that is clearly not singular
CLEAR = 0.05  # below, points of single blocks are off by up to .06 (intervals hold)
LIFTED = 0.02  # what an impossible matrix is lifted to


def error_free(m, rho: np.ndarray):
    r"""Moments with each variance times its column's reliability.

    A score is :math:`x = t + e` with :math:`Var(e) = (1 - \rho) Var(x)`, errors independent of one
    another and of everything else: covariances stay, variances shrink.

    Parameters
    ----------
    m : Moments
    rho : ndarray, shape (..., p)
        Reliability of each column, 1 for facts.

    Examples
    --------
    >>> import pandas as pd
    >>> from loyaltystudy.rsquared import Moments
    >>> names = ["trust", "loyalty"]
    >>> table = pd.DataFrame([[1, .4], [.4, 1]], index=names, columns=names)
    >>> m = error_free(Moments.from_correlations(table, n=101), np.array([.8, .8]))
    >>> m.correlation[0, 1].round(3).item()
    0.5
    """
    p = len(m.columns)
    factor = np.ones((*np.broadcast_shapes(m.mean.shape, rho.shape), p))
    factor[..., range(p), range(p)] = rho
    return replace(m, cross=m.cross * factor)


def least_eigenvalue(m) -> np.ndarray:
    """Least eigenvalue of each correlation matrix; -1 where a variance is not above zero."""
    variances = np.diagonal(m.cross, axis1=-2, axis2=-1)
    real = (variances > 0).all(axis=-1)
    sd = np.sqrt(np.where(real[..., None], variances, 1.0))
    r = m.cross / (sd[..., :, None] * sd[..., None, :])
    r = np.where(real[..., None, None], r, np.eye(len(m.columns)))
    return np.where(real, np.linalg.eigvalsh(r)[..., 0], -1.0)


def surely_possible(whole, without, least: float) -> bool:
    r"""Whether no matrix without a unit can have an eigenvalue below a bound.

    By Weyl's inequality no eigenvalue moves further than the length of what changes, so that the
    eigenvalues of a thousand matrices need not be taken.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        change = without.correlation - whole.correlation
    furthest = np.sqrt(np.einsum("...ij,...ij->...", change, change)).max()
    return bool(least_eigenvalue(whole) - furthest >= least)


def lifted(m, rho: np.ndarray, least: float = LIFTED) -> np.ndarray:
    r"""Reliabilities raised just enough that the error-free moments are possible.

    Per matrix the smallest common *a* with :math:`\rho + a (1 - \rho)` giving a least eigenvalue
    of ``least``, by bisection; matrices that reach it already keep theirs.
    """
    rho = np.broadcast_to(rho, m.mean.shape)
    need = least_eigenvalue(error_free(m, rho)) < least
    low, high = np.zeros(need.shape), np.ones(need.shape)
    for _ in range(25):
        middle = (low + high) / 2
        enough = least_eigenvalue(error_free(m, _raised(rho, middle))) >= least
        low, high = np.where(enough, low, middle), np.where(enough, middle, high)
    return _raised(rho, np.where(need, high, 0.0))


def _raised(rho: np.ndarray, share: np.ndarray) -> np.ndarray:
    return rho + share[..., None] * (1 - rho)


def indistinct(m, share: float = 0.3) -> list[str]:
    """The columns that an impossible matrix cannot keep apart.

    Those with the largest entries, from ``share`` up, in the eigenvector of the least eigenvalue of
    the correlations of one set of moments; columns without variance left, if there are any.
    """
    variances = np.diag(m.cross)
    gone = [c for c, v in zip(m.columns, variances, strict=True) if not v > 0]
    if gone:
        return gone
    sd = np.sqrt(variances)
    vector = np.linalg.eigh(m.cross / np.outer(sd, sd))[1][:, 0]
    return [c for c, v in zip(m.columns, vector, strict=True) if abs(v) >= share]
