"""Intervals of alpha and omega that suppose no distribution of the answers.

Both are a function f(a, b) of two sums over the items' covariance matrix S: alpha of its trace and
its total, omega of the sums of loadings and of error variances, each with a symmetric matrix D of
slopes, da = tr(D dS). A respondent at z from the means pulls a by z'Dz - tr(DS): the fourth moments
of the answers enter through these, normality does not.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

LEAST_FREEDOM = 3.0  # of the error of a standard error, whatever the tails


class Interval(NamedTuple):
    """A reliability and its limits."""

    estimate: float
    low: float
    high: float


@dataclass(frozen=True, eq=False)
class Statistic:
    """A reliability as a function of two sums over the covariance matrix of k items.

    Attributes
    ----------
    of : callable
        The reliability from the two sums.
    sums, slopes : ndarray, shape (2,)
        The sums, and what the reliability grows by with each.
    forms : ndarray, shape (2, k, k)
        Slopes of the sums in the covariances.
    """

    of: Callable
    sums: np.ndarray
    slopes: np.ndarray
    forms: np.ndarray

    @property
    def value(self) -> float:
        return float(self.of(*self.sums))

    def pulls(self, away: np.ndarray) -> np.ndarray:
        """z'Dz of each row z, for both sums; (2, n)."""
        return np.stack([((away @ form) * away).sum(axis=1) for form in self.forms])

    def influence(self, away: np.ndarray, s: np.ndarray) -> np.ndarray:
        """Of each row at ``away`` from the means, where the covariances are ``s``."""
        return self.slopes @ (self.pulls(away) - np.sum(self.forms * s, axis=(1, 2))[:, None])

    def beyond_linear(self, share: np.ndarray, pulls: np.ndarray, gaps: np.ndarray) -> np.ndarray:
        r"""What leaving out each unit whole moves, beyond what linearisation says of it.

        With a unit's share :math:`s` of the weight, its pulls :math:`p = \sum w z'Dz` and the sum
        :math:`g = \sum w z` of its rows (weights that sum to 1), a sum without it is, exactly,

        .. math:: a_{-u} = a + \frac{\sum p - p - g'Dg / (1 - s)}{1 - s} - \sum p

        The statistic of both is then exact for alpha, and one step of its search for omega.
        """
        left, whole = 1 - share, pulls.sum(axis=1, keepdims=True)
        moved = (whole - pulls - self.pulls(gaps) / left) / left - whole
        change = self.of(*(self.sums[:, None] + moved)) - self.value
        return -change * (1 - 1 / len(share)) - self.slopes @ (pulls - share * whole)


def alpha_of(s: np.ndarray) -> Statistic:
    r"""Raw alpha, :math:`\frac{k}{k-1} (1 - a / b)`, from the trace *a* of S and its total *b*."""
    k, trace, total = len(s), np.trace(s), s.sum()
    slopes = k / (k - 1) * np.array([-1 / total, trace / total**2])
    sums, forms = np.array([trace, total]), np.stack([np.eye(k), np.ones((k, k))])
    return Statistic(lambda a, b: k / (k - 1) * (1 - a / b), sums, slopes, forms)


def omega_of(loadings: np.ndarray, errors: np.ndarray, s: np.ndarray) -> Statistic:
    r"""Omega total, :math:`a^2 / (a^2 + b)`, of a one-factor maximum likelihood model of S.

    *a* is the sum of the loadings, *b* that of the error variances. With :math:`\Sigma_i` what
    parameter i moves the model's :math:`\Sigma` by, :math:`W = \Sigma^{-1}` and
    :math:`E = W (\Sigma - S) W`, the gradient is tr(:math:`\Sigma_i` E), and a change of S moves
    the parameters by :math:`H^{-1}` tr(:math:`W \Sigma_i W` dS), where H are the second derivatives
    as observed: those expected would be wrong wherever one factor fits badly.
    """
    k, w = len(loadings), np.linalg.inv(np.outer(loadings, loadings) + np.diag(errors))
    at, moves = np.arange(k), np.zeros((2 * k, k, k))
    moves[at, at] = loadings
    moves += moves.swapaxes(1, 2)
    moves[k + at, at, at] = 1
    observed = w @ s @ w
    hessian = np.einsum("aij,bji->ab", moves @ w, moves @ (2 * observed - w))
    hessian[:k, :k] += 2 * (w - observed)
    both = np.repeat(np.eye(2), k, axis=1)  # which parameters each sum is of
    forms = w @ np.tensordot(np.linalg.solve(hessian, both.T).T, moves, axes=1) @ w
    a, b = loadings.sum(), errors.sum()
    slopes = np.array([2 * a * b, -(a**2)]) / (a**2 + b) ** 2
    return Statistic(lambda a, b: a**2 / (a**2 + b), np.array([a, b]), slopes, forms)


def adf_interval(
    estimate: float,
    totals: np.ndarray,
    freedom: float,
    confidence: float,
    *,
    weighted=False,
    bias=0.0,
) -> Interval:
    r"""Asymptotically distribution-free interval of a reliability, on the scale of log(1 - theta).

    .. math:: 1 - (1 - \hat\theta) \exp(\pm t_\nu SE / (1 - \hat\theta)), \qquad
              \nu = \min\left(\frac{2m}{\kappa - 1}, m - H\right)

    ``totals`` are what the *m* units of the design (clusters, else rows, in *H* strata) add to the
    estimate's error (`ScaleItems.error`): SE squared is the sum of their squares.
    :math:`\kappa` is their kurtosis: where few units make the variance, the variance itself is
    known badly. Never fewer than 3 degrees of freedom but by design (``freedom``, m - H).

    ``weighted``: where people count unequally, whoever counts most is seldom in the sample, and
    the truth then lies above. The interval is :math:`\hat\theta \pm t_\nu SE`; its upper limit
    starts from the estimate less its jackknife ``bias``, where that is negative, and where the
    totals are skewed to the right by :math:`\gamma` it lies
    :math:`1 + \gamma (1 + 2 z^2) / 6z` times as far away (Johnson; *z* the normal quantile).

    References
    ----------
    Maydeu-Olivares, A., Coffman, D. L. & Hartmann, W. M. (2007). Asymptotically distribution-free
    (ADF) interval estimation of coefficient alpha. Psychological Methods 12, 157-176.
    Johnson, N. J. (1978). Modified t tests and confidence intervals for asymmetrical populations.
    Journal of the American Statistical Association 73, 536-544.
    """
    from scipy.special import ndtri, stdtrit

    squares = totals**2
    if not np.isfinite(squares.sum()):
        return Interval(estimate, np.nan, np.nan)
    # identical items: nothing varies, alpha is 1 whoever answers
    if not estimate < 1 or not squares.sum() > (1e-12 * (1 - estimate)) ** 2:
        return Interval(estimate, estimate, estimate)
    # Satterthwaite: a variance made of m squares of kurtosis k is known as if from 2m / (k - 1)
    kurtosis = len(squares) * (squares**2).sum() / squares.sum() ** 2
    tails = max(2 * len(squares) / max(kurtosis - 1, 1e-9), LEAST_FREEDOM)
    se, quantile = np.sqrt(squares.sum()), stdtrit(min(tails, freedom), (1 + confidence) / 2)
    away = quantile * se
    if weighted:
        z, skewness = ndtri((1 + confidence) / 2), (totals**3).sum() / se**3
        far = away * (1 + max(skewness, 0.0) * (1 + 2 * z**2) / (6 * z))
        return Interval(estimate, estimate - away, min(1.0, estimate - min(bias, 0.0) + far))
    with np.errstate(over="ignore"):  # an estimate at 1 that is hardly known: minus infinity
        grow = np.exp(away / (1 - estimate))
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
