"""Intervals of alpha and omega that suppose no distribution of the answers.

Both are functions of the items' covariance matrix S. With the symmetric matrix D of their slopes,
d theta = tr(D dS), each respondent's influence is z'Dz - tr(DS) for deviations z from the means:
the fourth moments of the answers enter through them, normality does not.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

LEAST_FREEDOM = 3.0  # of the error of a standard error, whatever the tails


class Interval(NamedTuple):
    """A reliability and its limits."""

    estimate: float
    low: float
    high: float


def alpha_slopes(s: np.ndarray) -> np.ndarray:
    r"""Slopes of raw alpha in the covariances.

    .. math:: D = \frac{k}{k-1}
              \left(\frac{\operatorname{tr} S}{(1'S1)^2} 11' - \frac{I}{1'S1}\right)
    """
    k, total = len(s), s.sum()
    return k / (k - 1) * (np.trace(s) / total**2 * np.ones_like(s) - np.eye(k) / total)


def omega_slopes(loadings: np.ndarray, errors: np.ndarray) -> np.ndarray:
    r"""Slopes of omega total of a one-factor model fitted by maximum likelihood.

    With :math:`W = \Sigma^{-1}` the score of S is :math:`(E\lambda, \tfrac12 diag E)`,
    :math:`E = W (S - \Sigma) W`; the expected information takes it to the parameters.
    """
    w = np.linalg.inv(np.outer(loadings, loadings) + np.diag(errors))
    common, rest, ones = loadings.sum() ** 2, errors.sum(), np.ones(len(w))
    slope = np.r_[2 * loadings.sum() * rest * ones, -common * ones] / (common + rest) ** 2
    information = one_factor_information(loadings, errors)
    by_loading, by_error = np.split(np.linalg.solve(information, slope), 2)
    core = np.outer(loadings, by_loading)
    return w @ ((core + core.T) / 2 + np.diag(by_error) / 2) @ w


def influence(slopes: np.ndarray, away: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Influence of each row, at ``away`` from the means, on a function of the covariances."""
    own = ((away @ slopes) * away).sum(axis=1)
    return own - np.average(own, weights=weights)


def adf_interval(
    estimate: float, totals: np.ndarray, freedom: float, confidence: float
) -> Interval:
    r"""Asymptotically distribution-free interval of a reliability, on the scale of log(1 - theta).

    .. math:: 1 - (1 - \hat\theta) \exp(\pm t_\nu SE / (1 - \hat\theta)), \qquad
              \nu = \min\left(\frac{2m}{\kappa - 1}, m - H\right)

    ``totals`` are what the *m* units of the design (clusters, else rows, in *H* strata) add to the
    estimate's error (`Design.totals`): SE squared is the sum of their squares, by linearisation.
    :math:`\kappa` is their kurtosis: where few units make the variance, the variance itself is
    known badly. Never fewer than 3 degrees of freedom but by design (``freedom``, m - H).

    Maydeu-Olivares, A., Coffman, D. L. & Hartmann, W. M. (2007). Asymptotically distribution-free
    (ADF) interval estimation of coefficient alpha. Psychological Methods 12, 157-176.
    """
    from scipy.special import stdtrit

    squares = totals**2
    # identical items: nothing varies, alpha is 1 whoever answers
    if not estimate < 1 or not squares.sum() > (1e-12 * (1 - estimate)) ** 2:
        return Interval(estimate, estimate, estimate)
    kurtosis = len(squares) * (squares**2).sum() / squares.sum() ** 2
    tails = max(2 * len(squares) / max(kurtosis - 1, 1e-9), LEAST_FREEDOM)
    quantile = stdtrit(min(tails, freedom), (1 + confidence) / 2)
    with np.errstate(over="ignore"):  # an estimate at 1 that is hardly known: minus infinity
        grow = np.exp(quantile * np.sqrt(squares.sum()) / (1 - estimate))
    return Interval(estimate, 1 - (1 - estimate) * grow, 1 - (1 - estimate) / grow)


def feldt_interval(estimate: float, n: int, k: int, confidence: float) -> Interval:
    """Feldt's interval of alpha (F distribution): exact for normal parallel items.

    Feldt, L. S., Woodruff, D. J. & Salih, F. A. (1987). Statistical inference for coefficient
    alpha. Applied Psychological Measurement 11, 93-103.
    """
    from scipy.stats import f

    tail, df1, df2 = (1 - confidence) / 2, n - 1, (n - 1) * (k - 1)
    low = 1 - (1 - estimate) * f.isf(tail, df1, df2)
    return Interval(estimate, low, 1 - (1 - estimate) * f.ppf(tail, df1, df2))


def normal_omega_interval(
    loadings: np.ndarray, errors: np.ndarray, n: int, confidence: float
) -> Interval:
    """Interval of omega on the logit scale, from the expected information of normal theory."""
    from scipy.special import expit, logit, ndtri

    common, rest = loadings.sum() ** 2, errors.sum()
    omega, ones = common / (common + rest), np.ones(len(loadings))
    slope = np.r_[2 * loadings.sum() * rest * ones, -common * ones] / (common + rest) ** 2
    se = np.sqrt(slope @ np.linalg.solve(n * one_factor_information(loadings, errors), slope))
    half = ndtri((1 + confidence) / 2) * se / (omega * (1 - omega))
    return Interval(float(omega), expit(logit(omega) - half), expit(logit(omega) + half))


def one_factor_information(loadings: np.ndarray, errors: np.ndarray) -> np.ndarray:
    """Expected information of one row on loadings, then error variances."""
    w = np.linalg.inv(np.outer(loadings, loadings) + np.diag(errors))
    turned = w @ loadings
    cross = w * turned
    top = np.hstack([(loadings @ turned) * w + np.outer(turned, turned), cross])
    return np.vstack([top, np.hstack([cross.T, w**2 / 2])])
