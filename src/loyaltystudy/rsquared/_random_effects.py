"""Random effects over studies: one figure of each, or the correlations of each at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

DRAWS = 1000
GRID = 160


@dataclass(frozen=True)
class RandomEffects:
    """Mean of studies' true values and their spread; made by :func:`random_effects`.

    Attributes
    ----------
    mean, se : float
        By REML, with the standard error of Hartung & Knapp.
    low, high : float
        Interval of the mean, Student's t with k - 1 degrees of freedom.
    predict_low, predict_high : float
        Interval of the true value of a new study.
    tau2, q, i2 : float
        Variance between studies; Cochran's Q; share of variance that lies between studies.
    k : int
    """

    mean: float
    se: float
    low: float
    high: float
    predict_low: float
    predict_high: float
    tau2: float
    q: float
    i2: float
    k: int


def random_effects(y, v, *, confidence: float = 0.95, seed: int = 0) -> RandomEffects:
    r"""Random-effects mean of k studies with a prediction interval.

    .. math:: y_s \sim N(\mu, v_s + \tau^2)

    :math:`\tau^2` by restricted maximum likelihood; the standard error of the mean is that of
    Hartung and Knapp, :math:`\sum w_s (y_s - \hat\mu)^2 / ((k - 1) \sum w_s)`. The prediction
    interval takes :math:`\tau^2` by its confidence distribution
    (:func:`prediction_interval`), as the usual one with a single estimate is too narrow for few
    studies.

    Parameters
    ----------
    y, v : array, shape (k,)
        Estimates and their sampling variances.
    confidence : float
    seed : int
        Of the draws behind the prediction interval.

    Notes
    -----
    Prediction intervals cover .92 to .985 for k from 3 to 30 (``benchmarks/results/pooling.md``).
    R: ``metafor::rma(y, v, method = "REML", test = "knha")``.

    References
    ----------
    Nagashima, Noma & Furukawa (2019), Statistical Methods in Medical Research 28, 1689-1702.

    Examples
    --------
    >>> found = random_effects([0.38, 0.21, 0.55, 0.30], [0.010, 0.020, 0.008, 0.015])
    >>> round(found.mean, 3), round(found.tau2, 4)
    (0.384, 0.0097)
    """
    from scipy.special import stdtrit

    y, v = np.asarray(y, float), np.asarray(v, float)
    tau2, k = _reml(y, v), len(y)
    w = 1 / (v + tau2)
    mean = float(w @ y / w.sum())
    se = float(np.sqrt((w * (y - mean) ** 2).sum() / ((k - 1) * w.sum())))
    half = stdtrit(k - 1, (1 + confidence) / 2) * se
    below, above = prediction_interval(y, v, confidence=confidence, seed=seed)
    q, i2 = heterogeneity(y, v, tau2)
    return RandomEffects(mean, se, mean - half, mean + half, below, above, tau2, q, i2, k)


def _reml(y: np.ndarray, v: np.ndarray) -> float:
    from scipy.optimize import brentq

    def score(tau2: float) -> float:
        w = 1 / (v + tau2)
        mean = w @ y / w.sum()
        return (w**2 * (y - mean) ** 2).sum() - w.sum() + (w**2).sum() / w.sum()

    if score(0.0) <= 0:
        return 0.0
    most = 10 * (y.var() + v.max()) + 1e-12
    return float(brentq(score, 0.0, most, xtol=1e-14))


def heterogeneity(y: np.ndarray, v: np.ndarray, tau2: float) -> tuple[float, float]:
    """Cochran's Q, and I²: tau² over itself and a typical sampling variance."""
    w = 1 / v
    q = float((w * (y - w @ y / w.sum()) ** 2).sum())
    typical = (len(y) - 1) * w.sum() / (w.sum() ** 2 - (w**2).sum())
    return q, float(tau2 / (tau2 + typical))


def prediction_interval(y, v, *, confidence: float = 0.95, seed: int = 0, draws: int = DRAWS):
    r"""Limits of the true value of a new study.

    :math:`\tau^2` is drawn from its confidence distribution: it solves :math:`Q(\tau^2) = u` for
    *u* at the quantiles of :math:`\chi^2_{k-1}` (zero where none does); to the mean at each are
    added Student's t of *k* - 1 times its standard error, and a normal draw times :math:`\tau`.
    """
    from scipy.stats import chi2

    y, v = np.asarray(y, float), np.asarray(v, float)
    rng, k = np.random.default_rng(seed), len(y)
    tau2 = _solved(y, v, chi2.ppf((np.arange(draws) + 0.5) / draws, k - 1))
    w = 1 / (v + tau2[:, None])
    mean = w @ y / w.sum(axis=1)
    se2 = (w * (y - mean[:, None]) ** 2).sum(axis=1) / ((k - 1) * w.sum(axis=1))
    drawn = mean + rng.standard_t(k - 1, draws) * np.sqrt(se2)
    drawn += np.sqrt(tau2) * rng.standard_normal(draws)
    tail = (1 - confidence) / 2
    low, high = np.quantile(drawn, [tail, 1 - tail])
    return float(low), float(high)


def _solved(y: np.ndarray, v: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """tau² at which Q takes the wanted values, on a grid; Q falls as tau² grows."""
    largest = 1e3 * max(float(y.var()), float(v.mean()))
    grid = np.concatenate([[0.0], np.geomspace(1e-8, 1.0, GRID) * largest])
    w = 1 / (v + grid[:, None])
    mean = w @ y / w.sum(axis=1)
    q = (w * (y - mean[:, None]) ** 2).sum(axis=1)
    return np.interp(-wanted, -q, grid)


# ---- correlations of several studies at once


def pairs_of(p: int) -> list[tuple[int, int]]:
    """Places below the diagonal, down the columns."""
    return [(i, j) for j in range(p) for i in range(j + 1, p)]


def below_diagonal(r: np.ndarray) -> np.ndarray:
    """The correlations of a matrix, down the columns."""
    return np.array([r[i, j] for i, j in pairs_of(len(r))])


def as_matrix(values: np.ndarray, p: int) -> np.ndarray:
    """The matrix of correlations given down the columns."""
    r = np.eye(p)
    for value, (i, j) in zip(values, pairs_of(p), strict=True):
        r[i, j] = r[j, i] = value
    return r


def correlation_covariance(r: np.ndarray, n: float) -> np.ndarray:
    """Large-sample covariance of the correlations of one normal sample.

    Reference: Olkin & Siotani (1976), in Ikeda (ed.), Essays in probability and statistics,
    235-251.
    """
    at = np.array(pairs_of(len(r)))
    i, j, k, m = at[:, 0, None], at[:, 1, None], at[None, :, 0], at[None, :, 1]
    squares = r[i, k] ** 2 + r[i, m] ** 2 + r[j, k] ** 2 + r[j, m] ** 2
    cov = 0.5 * r[i, j] * r[k, m] * squares + r[i, k] * r[j, m] + r[i, m] * r[j, k]
    cov -= r[i, j] * (r[i, k] * r[i, m] + r[j, k] * r[j, m])
    cov -= r[k, m] * (r[k, i] * r[k, j] + r[m, i] * r[m, j])
    return cov / n


@dataclass(frozen=True, eq=False)
class PooledCorrelations:
    """Mean correlations over studies; made by :func:`pool_correlations`.

    ``mean, se, tau2, i2`` have an entry a pair (:func:`pairs_of`); ``q`` and ``minus2ll`` are of
    all at once; ``sampling`` are the studies' sampling variances, shape (k, pairs).
    """

    mean: np.ndarray
    se: np.ndarray
    tau2: np.ndarray
    i2: np.ndarray
    q: float
    minus2ll: float
    sampling: np.ndarray


def pool_correlations(matrices: Sequence[np.ndarray], ns) -> PooledCorrelations:
    r"""Pool correlation matrices of several studies by random effects.

    .. math:: y_s \sim N(\mu, V_s + T^2), \quad T^2 \text{ diagonal}

    with :math:`y_s` the correlations of study *s*, :math:`V_s` their covariance at the mean matrix
    weighted by n, not at the study's own (which goes with its estimate); missing correlations (NaN)
    are left out of :math:`y_s`. Maximum likelihood; :math:`\mu` by generalised least squares.

    Reference: Cheung (2015), Meta-analysis: a structural equation modeling approach. R:
    ``metaSEM::tssem1(x, n, method = "REM", RE.type = "Diag", acov = "weighted")``.
    """
    from scipy.optimize import minimize

    y, n = np.array([below_diagonal(np.asarray(r, float)) for r in matrices]), np.asarray(ns, float)
    p = len(matrices[0])
    centre = np.nansum(y * n[:, None], axis=0) / (n[:, None] * ~np.isnan(y)).sum(axis=0)
    unit = correlation_covariance(as_matrix(centre, p), 1.0)
    spread = np.maximum(np.nanvar(y, axis=0) - np.diag(unit) * np.mean(1 / n), 1e-3)
    found = minimize(
        lambda log: sum(_gls(y, unit, n, np.exp(log))[2:]),
        np.log(spread),
        method="L-BFGS-B",
        bounds=[(-16, 2)] * len(spread),
        options={"maxiter": 500, "ftol": 1e-13, "gtol": 1e-7},
    )
    tau2 = np.exp(found.x)
    mean, cov, misfit, log_det = _gls(y, unit, n, tau2)
    q = _gls(y, unit, n, np.zeros_like(tau2))[2]
    sampling = np.where(np.isnan(y), np.nan, np.diag(unit) / n[:, None])
    minus2ll = misfit + log_det + (~np.isnan(y)).sum() * np.log(2 * np.pi)
    i2 = tau2 / (tau2 + _typical(sampling))
    return PooledCorrelations(mean, np.sqrt(np.diag(cov)), tau2, i2, q, float(minus2ll), sampling)


def _typical(sampling: np.ndarray) -> np.ndarray:
    w = 1 / sampling
    k, total, squares = (~np.isnan(w)).sum(axis=0), np.nansum(w, axis=0), np.nansum(w**2, axis=0)
    return (k - 1) * total / (total**2 - squares)


def _gls(y, unit, n, tau2):
    """Mean, its covariance, misfit, and log determinant, at the variances between studies."""
    a, b = np.zeros_like(unit), np.zeros(len(unit))
    misfit = log_det = 0.0
    weights = []
    for row, size in zip(y, n, strict=True):
        there = ~np.isnan(row)
        s = unit[np.ix_(there, there)] / size + np.diag(tau2[there])
        w = np.linalg.inv(s)
        a[np.ix_(there, there)] += w
        b[there] += w @ row[there]
        log_det += np.linalg.slogdet(s)[1]
        weights.append((there, w))
    cov = np.linalg.inv(a)
    mean = cov @ b
    for row, (there, w) in zip(y, weights, strict=True):
        gap = row[there] - mean[there]
        misfit += gap @ w @ gap
    return mean, cov, float(misfit), float(log_det)


def corrected_correlation(r, v, reliability, items, n):
    r"""A correlation without the noise of its scales, and its sampling variance.

    .. math:: r_c = \frac{r}{\sqrt{a_x a_y}}, \quad
              v_c = \frac{v}{a_x a_y} + \frac{r_c^2}{4}
                    \left(\frac{v_{a_x}}{a_x^2} + \frac{v_{a_y}}{a_y^2}\right), \quad
              v_a = \frac{2 m (1 - a)^2}{(m - 1) n}

    ``reliability`` and ``items`` are pairs (alphas, numbers of items); a single item's alpha is
    taken as known.
    """
    product = reliability[0] * reliability[1]
    corrected, v_corrected = r / np.sqrt(product), v / product
    for a, m in zip(reliability, items, strict=True):
        va = 2 * m * (1 - a) ** 2 / ((m - 1) * n) if m > 1 else 0.0
        v_corrected += corrected**2 / 4 * va / a**2
    return corrected, v_corrected
