r"""Means of a sample with clusters, weights and strata, and smooth functions of such means.

Every share, mean, difference, ratio, correlation and coefficient is a smooth function of weighted
means. So one covariance of means, by linearisation over the units that were drawn, gives them all
an interval that respects the design.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from loyaltystudy.errors import SurveyError
from loyaltystudy.survey import Raking, unit_totals

STEP = 1e-3  # of a standard error, for derivatives


@dataclass(frozen=True, eq=False)
class SampleDesign:
    """How the rows were drawn: a weight each, the cluster and the stratum they belong to.

    ``clusters`` and ``strata`` are codes, or None where rows were drawn one by one, or from the
    population as a whole; ``raking`` is that of weights raked to margins.
    """

    weights: np.ndarray
    clusters: np.ndarray | None = None
    strata: np.ndarray | None = None
    raking: Raking | None = None

    @property
    def n(self) -> int:
        return len(self.weights)

    @property
    def n_effective(self) -> float:
        """Kish's effective sample size, (sum w)² / sum w²; it knows nothing of clusters."""
        return float(self.weights.sum() ** 2 / (self.weights**2).sum())

    def units(self) -> tuple[np.ndarray | None, np.ndarray]:
        """The cluster of each row, if any, and the stratum of each unit, as codes from 0 on."""
        if self.raking is not None:
            return None, self.raking.strata
        strata = np.zeros(self.n, int) if self.strata is None else _codes(self.strata)
        if self.clusters is None:
            return None, strata
        # clusters are numbered within their strata
        unit = _codes(strata * (int(np.max(_codes(self.clusters))) + 1) + _codes(self.clusters))
        first = np.unique(unit, return_index=True)[1]
        return unit, strata[first]


def _codes(x: np.ndarray) -> np.ndarray:
    return np.unique(x, return_inverse=True)[1]


@dataclass(frozen=True, eq=False)
class Means:
    """Estimates of q means, their covariance, and the degrees of freedom of that covariance."""

    value: np.ndarray
    cov: np.ndarray
    freedom: float
    n: int

    def of(self, statistic: Callable[[np.ndarray], np.ndarray]) -> tuple[np.ndarray, ...]:
        r"""A smooth function of the means: value, standard error and bias.

        With the eigenvectors :math:`v_k` and eigenvalues :math:`\lambda_k` of the covariance and
        :math:`h_k = \epsilon \sqrt{\lambda_k} v_k`,

        .. math:: SE^2 = \sum_k \left(\frac{f(m + h_k) - f(m - h_k)}{2 \epsilon}\right)^2, \quad
                  bias = \sum_k \frac{f(m + h_k) + f(m - h_k) - 2 f(m)}{2 \epsilon^2}

        ``statistic`` takes means of shape ``(..., q)`` and gives ``(...)`` or ``(..., k)``.
        """
        value, up, down = self._around(statistic)
        gradient = (up - down) / (2 * STEP)
        bias = (up + down - 2 * value).sum(axis=0) / (2 * STEP**2)
        return value, np.sqrt((gradient**2).sum(axis=0)), bias

    def joint(self, statistic: Callable[[np.ndarray], np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
        """Several functions ``(..., k)`` at once: values ``(k,)`` and covariance ``(k, k)``."""
        value, up, down = self._around(statistic)
        gradient = (up - down) / (2 * STEP)
        return value, gradient.T @ gradient

    def _around(self, statistic) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        size, axes = np.linalg.eigh(self.cov)
        steps = STEP * np.sqrt(np.maximum(size, 0.0)) * axes
        moved = self.value + np.vstack([0 * self.value, steps.T, -steps.T])
        found, q = statistic(moved), len(size)
        return found[0], found[1 : q + 1], found[q + 1 :]

    def interval(self, statistic, *, confidence: float = 0.95) -> tuple[float, float, float]:
        """Value and symmetric t interval of one smooth function."""
        value, se, _ = self.of(statistic)
        half = quantile(confidence, self.freedom) * se
        return float(value), float(value - half), float(value + half)


@lru_cache(maxsize=64)
def quantile(confidence: float, freedom: float) -> float:
    """Of Student's distribution, two-sided."""
    from scipy.special import stdtrit

    return -float(stdtrit(freedom, (1 - confidence) / 2))


def design_means(u: np.ndarray, design: SampleDesign) -> Means:
    r"""Weighted means of columns and their covariance over the units that were drawn.

    .. math:: \bar u = \frac{\sum_i w_i u_i}{W}, \quad
              z_{hc} = \sum_{i \in hc} \frac{w_i (u_i - \bar u)}{W}, \quad
              V = \sum_h \frac{n_h}{n_h - 1} \sum_c (z_{hc} - \bar z_h)(z_{hc} - \bar z_h)'

    (Taylor linearisation, units drawn with replacement). Of raked weights *z* is what the margins
    leave, of every unit of the sample. R: ``survey::svymean``.

    Raises SurveyError if a stratum has one unit only.

    >>> found = design_means(np.array([[1.0], [3.0], [2.0], [6.0]]), SampleDesign(np.ones(4)))
    >>> round(float(found.value[0]), 3), round(float(np.sqrt(found.cov[0, 0])), 3)
    (3.0, 1.08)
    """
    w = design.weights / design.weights.sum()
    value = w @ u
    unit, stratum = design.units()
    sizes = np.bincount(stratum)
    if (sizes < 2).any():
        raise SurveyError(
            f"{int((sizes < 2).sum())} of {len(sizes)} strata have one sampled unit only, which "
            "leaves no variation within them. Join each with a similar one."
        )
    z = unit_totals(w[:, None] * (u - value), unit, stratum, design.raking)
    return Means(value, z.T @ z, float(len(stratum) - len(sizes)), design.n)


def share_interval(
    yes: np.ndarray, design: SampleDesign, *, confidence: float = 0.95
) -> tuple[float, float, float, float]:
    r"""A share with its interval and its effective sample size.

    Wilson's interval at the sample size that the design is worth,
    :math:`n_e = p(1 - p) / V(p)`, with the quantile of Student's distribution for the design's
    degrees of freedom (with rows drawn one by one, and no weights, Wilson's own but for n - 1
    in place of n and the quantile). Where all or none say yes the design effect cannot be
    seen: the weights' part of it is taken, and one answer a cluster.

    R: ``survey::svyciprop(method = "wilson")`` has the normal quantile.

    >>> yes = np.repeat([1.0, 0.0], [30, 70])
    >>> [round(v, 3) for v in share_interval(yes, SampleDesign(np.ones(100)))]
    [0.3, 0.218, 0.398, 99.0]
    """
    found = design_means(yes[:, None].astype(float), design)
    p, variance = float(found.value[0]), float(found.cov[0, 0])
    seen = p * (1 - p) > 0 and variance > 0
    n = p * (1 - p) / variance if seen else min(design.n_effective, found.freedom + 1)
    t2 = quantile(confidence, found.freedom) ** 2
    middle = (p + t2 / (2 * n)) / (1 + t2 / n)
    half = np.sqrt(t2 * (p * (1 - p) / n + t2 / (4 * n**2))) / (1 + t2 / n)
    return p, float(middle - half), float(middle + half), float(n)
