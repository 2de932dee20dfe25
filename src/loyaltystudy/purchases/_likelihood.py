"""Likelihoods of the NBD and of the Dirichlet-multinomial, on tallies alone.

Neither needs the households: both depend on them only through how many households bought more than
i times (of the category, and of each brand), because Gamma(a + c) / Gamma(a) is the product of
a + i over i < c. So one evaluation costs (brands + 1) x (largest count) logarithms, whether the
panel holds a hundred households or a million, and gradient and Hessian are as cheap.
"""

from dataclasses import dataclass

import numpy as np

STEPS = 200
NEAR = 1e-9


@dataclass(frozen=True, eq=False)
class BuyerCounts:
    """Aggregates of a household x brand table that the likelihoods need.

    ``brands[j, i]`` and ``category[i]``: households with more than i purchases (of brand j, of the
    category); ``totals[n]``: households with n category purchases; ``zeros`` tells whether
    households without purchase were observed.
    """

    brands: np.ndarray
    category: np.ndarray
    totals: np.ndarray
    zeros: bool

    @property
    def buyers(self) -> float:
        return float(self.totals[1:].sum())

    @property
    def purchases(self) -> float:
        return float(self.category.sum())


def count_buyers(counts: np.ndarray, *, non_buyers: int | None = None) -> BuyerCounts:
    """How many bought how often, from a household x brand array of counts.

    ``non_buyers`` adds households without purchase.
    With ``non_buyers`` None and no row of zeros the panel holds buyers only.
    """
    n = counts.sum(axis=1)
    totals = np.bincount(n).astype(float)
    zeros = bool(totals[0] > 0) or non_buyers is not None
    totals[0] += non_buyers or 0
    longest = max(int(counts.max(initial=0)), 1)
    more = np.zeros((counts.shape[1], longest))
    for j in range(counts.shape[1]):
        histogram = np.bincount(counts[:, j], minlength=longest + 1)
        more[j] = _more_than(histogram)
    return BuyerCounts(more, _more_than(totals), totals, zeros)


def _more_than(histogram) -> np.ndarray:
    return np.asarray(histogram, float)[:0:-1].cumsum()[::-1]


def dirichlet_loglik(alpha: np.ndarray, t: BuyerCounts) -> float:
    r"""Log likelihood of brand counts given category counts, without its constant.

    .. math:: \sum_j \sum_i T_{ji} \ln(\alpha_j + i) - \sum_i T_i \ln(S + i)
    """
    i = np.arange(t.brands.shape[1])
    n = np.arange(len(t.category))
    brand_part = np.vdot(t.brands, np.log(alpha[:, None] + i))
    return float(brand_part - t.category @ np.log(alpha.sum() + n))


def nbd_loglik(m: float, k: float, t: BuyerCounts) -> float:
    """Log likelihood of category counts, without its constant; zero-truncated without zeros."""
    i = np.arange(len(t.category))
    none = k * np.log(k / (k + m))
    value = t.category @ np.log(k + i) + t.purchases * np.log(m / (k + m))
    if t.zeros:
        return float(value + t.totals.sum() * none)
    return float(value + t.buyers * (none - np.log(-np.expm1(none))))


def fit_nbd(t: BuyerCounts) -> tuple[np.ndarray, np.ndarray, bool]:
    """Maximum likelihood of (M, K): estimate, covariance of their logarithms, converged or not."""
    mean = t.purchases / (t.totals.sum() if t.zeros else t.buyers)
    return _newton(np.log([mean if t.zeros else max(mean - 0.8, 0.2), 1.0]), _nbd_steps, t)


def fit_alpha(t: BuyerCounts, start: np.ndarray) -> tuple[np.ndarray, np.ndarray, bool]:
    """Maximum likelihood of alpha: estimate, covariance of the logarithms, converged or not."""
    return _newton(np.log(start), _dirichlet_steps, t)


def start_alpha(t: BuyerCounts) -> np.ndarray:
    """Moments: P(two purchases at random are of one brand) = (1 + sum alpha_j^2/S) / (S + 1)."""
    share = t.brands.sum(axis=1) / t.purchases
    i, n = np.arange(t.brands.shape[1]), np.arange(len(t.category))
    alike = 2 * (t.brands @ i).sum()  # sum of c (c - 1)
    pairs = 2 * (t.category @ n)
    same = alike / pairs if pairs else 0.5
    chance = (share**2).sum()
    s = (1 - same) / max(same - chance, 1e-3)
    return share * float(np.clip(s, 0.05, 100.0))


def _newton(theta, derivatives, t):
    """Newton's method on log parameters, halving the step until the likelihood does not fall.

    The negative Hessian is made positive definite by its eigenvalues' absolute values, so that
    every step climbs; the covariance is the inverse of the plain observed information.
    """
    value, gradient, information = derivatives(theta, t)
    for _ in range(STEPS):
        roots, vectors = np.linalg.eigh(information)
        roots = np.maximum(np.abs(roots), 1e-8 * np.abs(roots).max() + 1e-300)
        step = vectors @ ((vectors.T @ gradient) / roots)
        step *= min(1.0, 2.0 / np.abs(step).max()) if np.abs(step).max() else 1.0
        gain = gradient @ step
        if gain < NEAR:
            break
        new = derivatives(theta + step, t)
        while not new[0] >= value - 1e-9 * abs(value) and np.abs(step).max() > 1e-8:
            step = step / 2
            new = derivatives(theta + step, t)
        theta, (value, gradient, information) = theta + step, new
    roots = np.linalg.eigvalsh(information)
    converged = bool(gain < NEAR and roots[0] > 1e-10 * roots[-1] and np.abs(theta).max() < 14)
    covariance = np.linalg.inv(information) if converged else np.full_like(information, np.nan)
    return np.exp(theta), covariance, converged


def _dirichlet_steps(theta, t):
    alpha = np.exp(theta)
    s = alpha.sum()
    rows = alpha[:, None] + np.arange(t.brands.shape[1])
    all_brands = s + np.arange(len(t.category))
    value = np.vdot(t.brands, np.log(rows)) - t.category @ np.log(all_brands)
    ratio = t.brands / rows
    gradient = alpha * (ratio.sum(axis=1) - (t.category / all_brands).sum())
    own = alpha**2 * (ratio / rows).sum(axis=1) - gradient
    information = np.diag(own) - np.outer(alpha, alpha) * (t.category / all_brands**2).sum()
    return value, gradient, information


def _nbd_steps(theta, t):
    m, k = np.exp(theta)
    i, total, sum_ = np.arange(len(t.category)), t.purchases, k + m
    none = k * np.log(k / sum_)
    d_none = np.array([-k / sum_, np.log(k / sum_) + m / sum_])
    d2_none = np.array([[k, -m], [-m, m * m / k]]) / sum_**2
    gradient = total * np.array([1 / m - 1 / sum_, -1 / sum_])
    gradient[1] += (t.category / (k + i)).sum()
    hessian = total * (np.full((2, 2), 1 / sum_**2) - np.diag([1 / m**2, 0]))
    hessian[1, 1] -= (t.category / (k + i) ** 2).sum()
    if t.zeros:
        weight, curve = t.totals.sum(), 0.0
    else:
        odds = -np.exp(none) / np.expm1(none)
        weight, curve = t.buyers * (1 + odds), t.buyers * odds * (1 + odds)
    gradient += weight * d_none
    hessian += weight * d2_none + curve * np.outer(d_none, d_none)
    scale = np.array([m, k])
    gradient = gradient * scale
    information = -(hessian * np.outer(scale, scale) + np.diag(gradient))
    return nbd_loglik(m, k, t), gradient, information
