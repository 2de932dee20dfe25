"""R² of every subset with their error: what every interval of a comparison is made from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from loyaltystudy.heart.intervals import explained_interval

COMPRESSED = 256  # subsets up to which the deviations are brought into a square root of that size


@dataclass(frozen=True, eq=False)
class Estimates:
    r"""R² of every subset of blocks, and what the jackknife says of their error.

    A measure is linear in them, :math:`\theta = c'R^2`, and so are its parts of the jackknife:
    the bias :math:`c'b` and, with :math:`D'D` the covariance of the R², the standard error
    :math:`|Dc|`. ``of`` below is a function that takes R² of subsets on the last axis to a
    measure: :mod:`loyaltystudy.heart.measures`.

    Attributes
    ----------
    r2, bias : ndarray, shape (2**k,)
    root : ndarray, shape (rows, 2**k)
        *D*. At most 2**k rows for up to 256 subsets, so that a result keeps nobody's own value.
    freedom : float
        Degrees of freedom of the standard errors: units less strata, infinite by theory.
    """

    r2: np.ndarray
    bias: np.ndarray
    root: np.ndarray
    freedom: float

    @classmethod
    def from_units(cls, r2, without, strata=None) -> Estimates:
        r"""From the R² of every subset without each unit in turn; shape (units, 2**k).

        .. math:: SE^2 = \sum_h \frac{n_h - 1}{n_h} \sum_i (\theta_{-hi} - \bar\theta_h)^2, \qquad
                  b = \sum_h (n_h - 1)(\bar\theta_h - \hat\theta)

        over strata *h* of :math:`n_h` units (JKn); without strata all units are one.
        Reference: Wolter (2007), Introduction to variance estimation, 2nd ed., ch. 4.
        """
        one = np.zeros(len(without), dtype=int)
        at = one if strata is None else np.unique(strata, return_inverse=True)[1]
        sizes = np.bincount(at)
        means = np.stack([without[at == h].mean(axis=0) for h in range(len(sizes))])
        bias = ((sizes - 1)[:, None] * (means - r2)).sum(axis=0)
        root = np.sqrt(1 - 1 / sizes)[at, None] * (without - means[at])
        return cls(r2, bias, compressed(root), float(len(without) - len(sizes)))

    def se(self, of: Callable = np.asarray) -> np.ndarray:
        """Standard error of a measure."""
        return np.sqrt((of(self.root) ** 2).sum(axis=0))

    def interval(self, of: Callable, width, confidence: float = 0.95):
        """Limits of a measure that is never negative; ``width`` are the columns behind it.

        :func:`~loyaltystudy.heart.intervals.explained_interval` has the method and its coverage.
        """
        options = {"confidence": confidence, "freedom": self.freedom}
        return explained_interval(of(self.r2), self.se(of), of(self.bias), width, **options)

    def around(self, of: Callable, points: np.ndarray, confidence: float = 0.95):
        """Adjusted points plus or minus Student quantile times standard error.

        For what may be negative: differences, common parts. ``points`` are adjusted R² of the
        subsets.
        """
        from scipy.special import stdtrit

        centre = of(points)
        half = stdtrit(self.freedom, (1 + confidence) / 2) * self.se(of)
        return centre - half, centre + half


def compressed(root: np.ndarray) -> np.ndarray:
    """Fewer rows with the same cross-products, where that is cheap."""
    rows, subsets = root.shape
    return np.linalg.qr(root, mode="r") if subsets < rows and subsets <= COMPRESSED else root
