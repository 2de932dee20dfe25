"""Diagonally weighted least squares on polychoric correlations, with robust statistics.

The model says rho_ij = l_i l_j phi_ab for items i, j of factors a, b (phi_aa = 1): loadings and
factor correlations are standardised already. Thresholds are saturated, so they leave the estimates
and the statistics alone, and only correlations and their asymptotic covariance are needed.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from loyaltystudy.errors import SurveyError
from loyaltystudy.scales._fit_indices import indices_from_chi_square

MOST_STEPS = 500


@dataclass(frozen=True, eq=False)
class Dwls:
    """Estimates, their covariance, and what the robust statistics are made from."""

    home: np.ndarray  # the factor of each item
    loadings: np.ndarray
    factors: np.ndarray
    covariance: np.ndarray  # of loadings, then of factor correlations (lower triangle, by rows)
    residual: np.ndarray  # observed less implied correlations, over pairs
    statistic: float  # n - 1 (as lavaan) times the weighted sum of squares
    u_gamma: np.ndarray
    n: int


def fit_dwls(correlations: np.ndarray, gamma: np.ndarray, sizes: Sequence[int], n: int) -> Dwls:
    r"""Fit one factor a scale to polychoric correlations.

    .. math::
        F = \sum_{i<j} \frac{(r_{ij} - \rho_{ij}(\theta))^2}{\gamma_{ij,ij}}, \qquad
        cov(\hat\theta) = \tfrac1{n-1} B \Gamma B', \quad B = (\Delta' W \Delta)^{-1} \Delta' W

    ``correlations`` (p (p - 1) / 2,): in the order (0, 1), (0, 2), ..., (1, 2), ...; ``gamma``:
    asymptotic covariance of sqrt(n) times the correlations; ``sizes``: items of each scale, in
    order; ``n``: respondents.

    Raises SurveyError if the model is not identified or the search does not converge.
    """
    home = np.repeat(np.arange(len(sizes)), sizes)
    # diagonal weights only: the inverse of the whole Gamma would need thousands of respondents
    root = 1 / np.sqrt(np.diag(gamma))
    theta = _minimise(correlations, root, home)
    implied, delta = _implied(theta, home)
    scaled = delta * root[:, None]
    bread = np.linalg.inv(scaled.T @ scaled) @ (scaled.T * root)
    weight = root**2
    # U = W - W D (D'WD)^-1 D'W; the statistic is distributed as eigenvalues of U Gamma times chi2
    u = np.diag(weight) - (weight[:, None] * delta) @ bread
    p = len(home)
    factors = np.eye(len(sizes))
    row, col = np.tril_indices(len(sizes), -1)
    factors[row, col] = factors[col, row] = theta[p:]
    residual = correlations - implied
    covariance = bread @ gamma @ bread.T / (n - 1)
    statistic = float((n - 1) * (residual**2 * weight).sum())
    return Dwls(home, theta[:p], factors, covariance, residual, statistic, u @ gamma, n)


def _implied(theta: np.ndarray, home: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Correlations that the model implies, and their derivatives (pairs x parameters)."""
    p, m = len(home), home[-1] + 1
    first, second = np.triu_indices(p, 1)
    row, col = np.tril_indices(m, -1)
    number = np.zeros((m, m), dtype=int)
    number[row, col] = number[col, row] = np.arange(len(row))
    # correlations of the factors, and a 1 for items of one factor; its column of derivatives goes
    # at the end
    phi = np.append(theta[p:], 1.0)
    at = np.where(home[first] == home[second], len(row), number[home[first], home[second]])
    between, a, b = phi[at], theta[first], theta[second]
    delta = np.zeros((len(first), p + len(row) + 1))
    pairs = np.arange(len(first))
    delta[pairs, first] = b * between
    delta[pairs, second] = a * between
    delta[pairs, p + at] = a * b
    return a * b * between, delta[:, :-1]


def _minimise(correlations: np.ndarray, root: np.ndarray, home: np.ndarray) -> np.ndarray:
    """Levenberg-Marquardt from each scale's first principal axis."""
    theta = _start(correlations, home)
    damping = 1e-3
    implied, delta = _implied(theta, home)
    gap = (correlations - implied) * root
    for _ in range(MOST_STEPS):
        scaled = delta * root[:, None]
        normal, slope = scaled.T @ scaled, scaled.T @ gap
        bent = normal + damping * np.diag(np.diag(normal) + 1e-12)
        step = np.linalg.solve(bent, slope)
        implied, trial_delta = _implied(theta + step, home)
        trial = (correlations - implied) * root
        if trial @ trial <= gap @ gap + 1e-15:
            theta, delta, damping = theta + step, trial_delta, damping / 10
            done = np.abs(step).max() < 1e-9
            gap = trial
            if done:
                _need_identified(normal, home)
                return theta
        else:
            damping *= 10
            if damping > 1e12:
                break
    raise SurveyError(
        f"The factor model did not converge in {MOST_STEPS} steps. Check for scales with two "
        "items, items keyed the wrong way, or items that measure something else; fit fewer scales."
    )


def _start(correlations: np.ndarray, home: np.ndarray) -> np.ndarray:
    p, m = len(home), home[-1] + 1
    matrix = np.eye(p)
    first, second = np.triu_indices(p, 1)
    matrix[first, second] = matrix[second, first] = correlations
    loadings = np.empty(p)
    for factor in range(m):
        at = np.flatnonzero(home == factor)
        axis = np.linalg.eigh(matrix[np.ix_(at, at)])[1][:, -1]
        loadings[at] = 0.7 * axis * np.sign(axis.sum() or 1.0) / np.abs(axis).max()
    return np.append(loadings, np.zeros(m * (m - 1) // 2))


def _need_identified(normal: np.ndarray, home: np.ndarray) -> None:
    scale = np.sqrt(np.maximum(np.diag(normal), 1e-300))
    if np.linalg.eigvalsh(normal / np.outer(scale, scale))[0] > 1e-9:
        return
    raise SurveyError(
        f"The factor model is not identified: items per scale {[*map(int, np.bincount(home))]}. "
        "A scale on its own needs at least three items that hang together; one with two must "
        "correlate with another scale."
    )


def scaled_shifted(statistic: float, u_gamma: np.ndarray, df: int) -> float:
    r"""The mean- and variance-adjusted statistic.

    .. math::
        T^* = a T + df - a \operatorname{tr}(U\Gamma), \qquad
        a = \sqrt{df / \operatorname{tr}(U\Gamma U\Gamma)}

    It has mean df and variance 2 df, as a chi-square of df degrees has.

    Asparouhov, T. & Muthen, B. (2010). Simple second order chi-square correction. Mplus notes.
    """
    slope = np.sqrt(df / np.sum(u_gamma * u_gamma.T))
    return float(slope * statistic + df - slope * np.trace(u_gamma))


def robust_fit(fitted: Dwls, correlations: np.ndarray, gamma: np.ndarray) -> dict[str, float]:
    """Chi-square, CFI, TLI, RMSEA (with its 90 % interval) and SRMR, as lavaan's ``.scaled``.

    The baseline model has no correlations at all. A just-identified model has chi-square 0.
    """
    p, pairs, n = len(fitted.home), len(correlations), fitted.n
    n_parameters = len(fitted.covariance)
    df = pairs - n_parameters
    chi = scaled_shifted(fitted.statistic, fitted.u_gamma, df) if df else 0.0
    weight = 1 / np.diag(gamma)
    base = float((n - 1) * (correlations**2 * weight).sum())
    base = scaled_shifted(base, weight[:, None] * gamma, pairs)
    out = {"n": n, "n_parameters": n_parameters}
    out |= indices_from_chi_square(chi, df, base, pairs, n - 1)
    return out | {"srmr": float(np.sqrt((fitted.residual**2).sum() / (p * (p + 1) / 2)))}
