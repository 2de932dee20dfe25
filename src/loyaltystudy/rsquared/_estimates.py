"""R² of every subset with their error: what every interval of a comparison is made from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from loyaltystudy.rsquared._intervals import SMALLEST, explained_interval, tails_of, worst_tails
from loyaltystudy.rsquared._measures import MEASURES

MOST_COPIED = 1 << 24  # values; a larger array is overwritten
COMPRESSED = 256  # subsets up to which the deviations are brought into a square root of that size


@dataclass(frozen=True, eq=False)
class Estimates:
    r"""R² of every subset of blocks, and what the jackknife says of their error.

    A measure is linear in them, :math:`\theta = c'R^2`, and so are its parts of the jackknife:
    the bias :math:`c'b` and, with :math:`D'D` the covariance of the R², the standard error
    :math:`|Dc|`. ``of`` below is a function that takes R² of subsets on the last axis to a
    measure: :mod:`loyaltystudy.rsquared._measures`.

    Attributes
    ----------
    r2, bias : ndarray, shape (2**k,)
    root : ndarray, shape (rows, 2**k)
        *D*. At most 2**k rows for up to 256 subsets, so that a result keeps nobody's own value.
    freedom : float
        Degrees of freedom of the standard errors: units less strata, infinite by theory.
    tails : ndarray, shape (2, k), or None
        How many units each block's errors rest on, and how skewed they are, at worst over its
        measures (:func:`~loyaltystudy.rsquared._intervals.tails_of`).
    measured : dict or None
        Measures of the root by their functions, where that takes long (many subsets).
    """

    r2: np.ndarray
    bias: np.ndarray
    root: np.ndarray
    freedom: float
    tails: np.ndarray | None = None
    measured: dict | None = None

    @classmethod
    def from_units(cls, r2, without, strata=None, *, measures=None) -> Estimates:
        r"""From the R² of every subset without each unit in turn; shape (units, 2**k).

        .. math:: SE^2 = \sum_h \frac{n_h - 1}{n_h} \sum_i (\theta_{-hi} - \bar\theta_h)^2, \qquad
                  b = \sum_h (n_h - 1)(\bar\theta_h - \hat\theta)

        over strata *h* of :math:`n_h` units (JKn); without strata all units are one. ``measures``
        are the functions that each give a value a block (alone, unique and dominance).
        Reference: Wolter (2007), Introduction to variance estimation, 2nd ed., ch. 4.
        """
        root, bias, freedom = deviations(r2, without, strata)
        measured = {of: of(root) for of in measures or MEASURES.values()}
        tails = worst_tails([tails_of(values) for values in measured.values()])
        small = compressed(root)
        return cls(r2, bias, small, freedom, tails, measured if small is root else None)

    @classmethod
    def alone(cls, r2: np.ndarray) -> Estimates:
        """R² of which no error is known: every limit is NaN."""
        return cls(r2, np.zeros_like(r2), np.empty((0, len(r2))), np.nan)

    @property
    def known(self) -> bool:
        """Whether there are errors."""
        return len(self.root) > 0

    def se(self, of: Callable = np.asarray) -> np.ndarray:
        """Standard error of a measure."""
        return np.sqrt((self._of_root(of) ** 2).sum(axis=0))

    def _of_root(self, of: Callable) -> np.ndarray:
        known = self.measured or {}
        return known[of] if of in known else of(self.root)

    def gap_se(self, of: Callable, i: np.ndarray, j: np.ndarray) -> np.ndarray:
        """Standard errors of differences between blocks *i* and *j* in a measure."""
        values = self._of_root(of)
        return np.sqrt(((values[..., i] - values[..., j]) ** 2).sum(axis=0))

    def gaps(self, of: Callable, points: np.ndarray, i, j, confidence: float = 0.95):
        """Limits of adjusted differences between blocks *i* and *j* in a measure."""
        centre = of(points)[..., i] - of(points)[..., j]
        if not self.known:
            return np.full((2, len(centre)), np.nan)
        half = self._quantile(confidence) * self.gap_se(of, i, j)
        return np.stack([centre - half, centre + half])

    def interval(self, of: Callable, width, confidence: float = 0.95, *, steady=0.0, tails=None):
        """Limits of a measure that is never negative; ``width`` are the columns behind it.

        :func:`~loyaltystudy.rsquared._intervals.explained_interval` has the method and its
        coverage. ``tails`` are needed where a measure has other than one value a block, in order.
        """
        theta = of(self.r2)
        if not self.known:
            return np.full((2, len(theta)), np.nan)
        options = {"confidence": confidence, "freedom": self.freedom, "steady": steady}
        options["tails"] = self.tails if tails is None else tails
        return explained_interval(theta, self.se(of), of(self.bias), width, **options)

    def around(self, of: Callable, points: np.ndarray, confidence: float = 0.95):
        """Adjusted points plus or minus Student quantile times standard error: for differences.

        ``points`` are adjusted R² of the subsets.
        """
        centre, half = of(points), self._quantile(confidence) * self.se(of)
        return centre - half, centre + half

    def leaning(self, of: Callable, points: np.ndarray, confidence: float = 0.95):
        r"""The same for common parts, which may be negative, yet err the more the larger they are.

        The limit away from zero is where :math:`|\theta - \hat\theta|` is *t* times the standard
        error to be expected there, its square growing half as fast as in proportion to
        :math:`\theta`, and :math:`\hat\theta` taken for at least two standard errors:

        .. math:: (\theta - \hat\theta)^2 = t^2 SE^2
                  \left[1 + \frac{|\theta - \hat\theta|}{2 \max(|\hat\theta|, 2 SE)}\right]
        """
        centre, se, t = of(points), self.se(of), self._quantile(confidence)
        lean = (t * se) ** 2 / (4 * np.maximum(np.abs(centre), np.maximum(2 * se, SMALLEST)))
        far = np.hypot(t * se, lean) + lean
        negative = centre < 0
        low, high = np.where(negative, far, t * se), np.where(negative, t * se, far)
        return centre - low, centre + high

    def _quantile(self, confidence: float) -> float:
        from scipy.special import stdtrit

        return stdtrit(self.freedom, (1 + confidence) / 2)


def deviations(r2, without, strata=None):
    """Each unit's part in the jackknife: root with the covariance ``root' root``, bias, freedom.

    The root has a row a unit; strata as in :meth:`Estimates.from_units`. Of many subsets (a million
    for 20 blocks) there is no second array.
    """
    one = np.zeros(len(without), dtype=int)
    at = one if strata is None else np.unique(strata, return_inverse=True)[1]
    sizes, bias = np.bincount(at), 0.0
    root = without.copy() if without.size <= MOST_COPIED else without
    for h, size in enumerate(sizes):
        rows = slice(None) if len(sizes) == 1 else at == h
        mean = without[rows].mean(axis=0)
        bias = bias + (size - 1) * (mean - r2)
        root[rows] -= mean
        root[rows] *= np.sqrt(1 - 1 / size)
    return root, bias, float(len(without) - len(sizes))


def compressed(root: np.ndarray) -> np.ndarray:
    """Fewer rows with the same cross-products, where that is cheap."""
    rows, subsets = root.shape
    return np.linalg.qr(root, mode="r") if subsets < rows and subsets <= COMPRESSED else root
