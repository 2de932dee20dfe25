r"""Intervals for explained variance that hold, at zero too: the jackknife with noncentral chi².

An R², alone or added, is never negative, so percentile and BCa bootstrap intervals never cover a
true zero. Here the statistic :math:`\hat\theta` is taken for what it locally is, a quadratic
form, about :math:`\kappa \chi'^2_\nu(\lambda) / n`; the jackknife gives its scale and the limits
come from inverting the noncentral chi² distribution.
"""

from __future__ import annotations

import numpy as np

from loyaltystudy.crossproducts import Moments, subset_r2
from loyaltystudy.errors import SurveyError

SMALLEST = 1e-12


def leave_one_out(x: np.ndarray, y: np.ndarray, w: np.ndarray, blocks, controls, names):
    r"""R² of every subset of blocks, on all rows and without each row in turn.

    .. math:: SSE_{-i} = SSE - \frac{w_i e_i^2}{1 - h_i}, \qquad
              SST_{-i} = SST - \frac{w_i (y_i - \bar y)^2}{1 - w_i / W}

    with residuals *e* and leverages *h* from one QR decomposition of the centred columns, so
    that no row's model is fitted anew. A row with leverage 1 (a category of one person) has no
    residual and leaves SSE as it is.

    Parameters
    ----------
    x : ndarray, shape (n, p)
    y, w : ndarray, shape (n,)
    blocks : list of list of int
        Columns of each block.
    controls : list of int
        Columns in every subset.
    names : list of str
        Of the columns, for messages.

    Returns
    -------
    values : ndarray, shape (2**k,)
    without : ndarray, shape (n, 2**k)

    Raises
    ------
    SurveyError
        If a column is constant or a linear combination of others.
    """
    total = w.sum()
    q, r, target, leverage = _factor(x, y, w, names)
    sst = target @ target
    sst_without = sst - target**2 / (1 - w / total)
    values = np.empty(1 << len(blocks))
    without = np.empty((len(values), len(y)))
    for subset in range(len(values)):
        columns = [*controls, *(c for j, b in enumerate(blocks) if subset >> j & 1 for c in b)]
        basis = q @ np.linalg.qr(r[:, columns])[0]
        e = target - basis @ (basis.T @ target)
        h = np.einsum("ij,ij->i", basis, basis) + leverage
        sse = e @ e
        share = np.divide(e**2, 1 - h, out=np.zeros_like(e), where=1 - h > 1e-10)
        values[subset] = 1 - sse / sst
        without[subset] = 1 - (sse - share) / sst_without
    return values, without.T


def _factor(x, y, w, names):
    """QR of the weighted, centred, scaled columns; the target; the leverage of the mean."""
    total, root = w.sum(), np.sqrt(w)
    centred = (x - w @ x / total) * root[:, None]
    length = np.sqrt((centred**2).sum(axis=0))
    size = np.sqrt((x**2).sum(axis=0))
    constant = [names[j] for j in np.flatnonzero(length <= 1e-10 * np.maximum(size, 1e-300))]
    if constant:
        raise SurveyError(f"Constant columns explain nothing: {constant}. Leave them out.")
    target = (y - w @ y / total) * root
    if target @ target <= 1e-20 * max(y @ y, 1e-300):
        raise SurveyError("The outcome is constant: there is nothing to explain.")
    q, r = np.linalg.qr(centred / length)
    _check_rank(r, names)
    return q, r, target, w / total


def _check_rank(r: np.ndarray, names) -> None:
    for j in np.flatnonzero(np.abs(np.diag(r)) < 1e-7):
        part = np.linalg.lstsq(r[:, :j], r[:, j], rcond=1e-9)[0]
        others = [names[i] for i in np.flatnonzero(np.abs(part) > 1e-6)]
        raise SurveyError(
            f"Column {names[j]!r} is a linear combination of {others}. Leave one of them out."
        )


def leave_group_out(m: Moments, outcome: str, blocks, controls):
    """R² of every subset on all groups, and without each group in turn: moments subtracted.

    The groups (clusters of people, or parts of a file) are the leading axis of the moments.
    """
    whole = m.total()
    values = subset_r2(whole, outcome, blocks, controls)
    return values, subset_r2(whole - m, outcome, blocks, controls)


def jackknife(theta: np.ndarray, without: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Standard error and bias of a statistic from its values without each unit (first axis)."""
    units = len(without)
    mean = without.mean(axis=0)
    se = np.sqrt((units - 1) / units * ((without - mean) ** 2).sum(axis=0))
    return se, (units - 1) * (mean - theta)


def explained_interval(theta, without, width, confidence: float = 0.95):
    r"""Interval for an explained variance (alone, unique or dominance).

    With :math:`z = \operatorname{artanh}\sqrt{\hat\theta}`,
    :math:`s = SE / (2 \sqrt{\hat\theta} (1 - \hat\theta))`, :math:`T = (z/s)^2` and
    :math:`\nu = \max(q, 4 \hat\theta b / SE^2)` degrees of freedom, the limits are
    :math:`\tanh^2(s \sqrt\lambda)` with :math:`\lambda_{low}` and :math:`\lambda_{high}` the
    noncentralities at which *T* (at least :math:`\nu` for the upper one) is the upper and the
    lower tail's quantile of :math:`\chi'^2_\nu(\lambda)`.

    Parameters
    ----------
    theta : ndarray, shape (m,)
        Estimates, 0..1.
    without : ndarray, shape (units, m)
        The same without each unit (row, or cluster or group of rows).
    width : array, shape (m,)
        q, the columns of the block.
    confidence : float

    Returns
    -------
    low, high : ndarray, shape (m,)

    Notes
    -----
    Coverage by simulation, and where it falls short: ``benchmarks/coverage.md``.
    """
    from scipy.special import chndtrinc

    tail = (1 - confidence) / 2
    theta_floor = np.clip(theta, SMALLEST, 1 - SMALLEST)
    se, bias = jackknife(theta, without)
    se = np.maximum(se, SMALLEST)
    s = se / (2 * np.sqrt(theta_floor) * (1 - theta_floor))
    t = (np.arctanh(np.sqrt(theta_floor)) / s) ** 2
    freedom = np.maximum(width, 4 * theta_floor * bias / se**2)
    low = chndtrinc(t, freedom, 1 - tail)
    high = chndtrinc(np.maximum(t, freedom), freedom, tail)
    return np.tanh(s * np.sqrt(low)) ** 2, np.tanh(s * np.sqrt(high)) ** 2
