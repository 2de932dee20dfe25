r"""Trait correlations and slopes with unreliability and shared method taken out at once.

Two scales answered by one person at one sitting correlate by what they measure, and by method:
the mood of the moment, a habit of agreeing, a liking of the company. Let the mean correlations
between items be the matrix R: off the diagonal of two items of different constructs, on it of two
different items of one construct. If one factor makes a share c of every item's variance, every
entry is c too high, whatever the lengths and the reliabilities. So

.. math:: \Phi(c) = D^{-1/2} (R - c\, m m') D^{-1/2}, \quad D = \mathrm{diag}(R - c\, m m'), \quad
          \beta(c) = \Phi_{zz}^{-1} \Phi_{zy}

is corrected for both at once. At c = 0 it is HTMT and the errors-in-variables regression. ``m``
says how method enters: 1 for ratings, 0 for facts and records, -1 for a rating that a claim sets
against the outcome.

Pure functions of arrays; nothing here knows of studies or claims.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from loyaltystudy.claims._design import quantile
from loyaltystudy.claims._item_products import ItemProducts

SESOI = 0.10  # smallest effect of interest: Cohen's "small", on the trait scale
BENCHMARK = 0.18  # method share where no marker was asked (Lance et al. 2010)
FLOOR = 0.05  # no marker can certify that there is no method
SINGLE_ITEM = 0.70  # assumed reliability of one question (Wanous & Reichers 1996)
LEAST_TRAIT = 0.02  # of an item's variance; with less there is no trait left to correlate
MOST = 0.60  # the largest share that a sweep tries
LEAST_EIGENVALUE = 1e-3  # of trait correlations; below it no data can have them
VALIDITY = 0.90  # of an attitude scale for the liking of the company that colours answers
Share = Callable[[np.ndarray], np.ndarray]


def traits(r: np.ndarray, c, method: np.ndarray, valid=1.0) -> np.ndarray:
    """Correlations of the traits with a method share c taken out; NaN where no trait is left.

    ``valid``: share of each construct's reliable variance that is what is meant to be measured.

    >>> r = np.array([[0.6, 0.3], [0.3, 0.5]])
    >>> round(traits(r, 0.0, np.ones(2))[0, 1].item(), 3)  # HTMT: .3 / sqrt(.6 x .5)
    0.548
    >>> round(traits(r, 0.1, np.ones(2))[0, 1].item(), 3)  # .2 / sqrt(.5 x .4)
    0.447
    """
    both = method[..., :, None] * method[..., None, :]
    rest = r - np.asarray(c, float)[..., None, None] * both
    left = np.diagonal(rest, axis1=-2, axis2=-1) * valid
    sd = np.sqrt(np.where(left > LEAST_TRAIT, left, np.nan))
    phi = rest / (sd[..., :, None] * sd[..., None, :])
    at = np.arange(phi.shape[-1])
    phi[..., at, at] = np.where(np.isfinite(sd), 1.0, np.nan)
    return phi


def slopes(phi: np.ndarray, on: int, of: Sequence[int]) -> np.ndarray:
    """Standardised slopes of one trait on others ``(..., len(of))``.

    NaN where no trait is left, and where the others correlate so highly that no people can.
    """
    of = list(of)
    inner, outer = phi[..., of, :][..., :, of], phi[..., of, on]
    good = np.isfinite(inner).all(axis=(-2, -1)) & np.isfinite(outer).all(axis=-1)
    possible = np.where(good[..., None, None], inner, np.eye(len(of)))
    good = good & (np.linalg.eigvalsh(possible)[..., 0] > LEAST_EIGENVALUE)
    inner = np.where(good[..., None, None], inner, np.eye(len(of)))
    found = np.linalg.solve(inner, np.where(good[..., None], outer, 0.0)[..., None])[..., 0]
    return np.where(good[..., None], found, np.nan)


def explained(phi: np.ndarray, on: int, of: Sequence[int]) -> np.ndarray:
    """R² of one trait by others."""
    if not len(of):
        return np.zeros(phi.shape[:-2])
    return (slopes(phi, on, of) * phi[..., list(of), on]).sum(axis=-1)


@dataclass(frozen=True)
class Limits:
    """An estimate with its interval, standard error and bias (of second order)."""

    estimate: float
    low: float
    high: float
    se: float = np.nan
    bias: float = 0.0


def known_share(c: float) -> Share:
    """A share that does not depend on the answers."""
    return lambda r: np.full(r.shape[:-2], float(c))


def marker_share(markers: Sequence[int], scales: Sequence[int], signs=1.0) -> Share:
    """Method share from markers: the mean correlation of their items with the scales' items.

    Questions on something else altogether (a colour, a season) correlate with the scales by
    method alone. Below zero it counts as zero. ``signs``: -1 for a scale that the claim sets
    against the outcome.
    """
    markers, scales = list(markers), list(scales)

    def share(r: np.ndarray) -> np.ndarray:
        found = r[..., markers, :][..., :, scales].mean(axis=-2) * signs
        return np.maximum(found.mean(axis=-1), 0.0)

    return share


def at_least(share: Share, floor: float) -> Share:
    """A share, or the floor where it is smaller."""
    return lambda r: np.maximum(share(r), floor)


def correlation(
    data: ItemProducts, share: Share, x: int, y: int, *, confidence: float = 0.95
) -> Limits:
    r"""Trait correlation at a method share with the limits that Fieller's theorem gives.

    The limits are those bounds d at which :math:`a - d\, b` with :math:`a = r_{xy} - c` and
    :math:`b = \sqrt{(r_{xx} - c)(r_{yy} - c)}` is just one quantile of its standard error from
    zero, so that "the interval lies beyond d" and the minimum-effect test at d are one and the
    same. Where b itself may be zero the interval has no end.
    """

    def parts(m: np.ndarray) -> np.ndarray:
        r = data.matrix(m)
        rest = r - share(r)[..., None, None] * np.outer(data.method, data.method)
        a, vx, vy = rest[..., x, y], rest[..., x, x], rest[..., y, y]
        b = np.sqrt(np.where((vx > LEAST_TRAIT) & (vy > LEAST_TRAIT), vx * vy, np.nan))
        return np.stack([a, b], axis=-1)

    (a, b), cov = data.means.joint(parts)
    if not (np.isfinite(b) and np.isfinite(cov).all()):
        return Limits(np.nan, -np.inf, np.inf)
    low, high = fieller(a, b, cov, quantile(confidence, data.means.freedom))
    se = float(np.sqrt(np.array([1 / b, -a / b**2]) @ cov @ np.array([1 / b, -a / b**2])))
    return Limits(float(a / b), low, high, se)


def fieller(a: float, b: float, cov: np.ndarray, t: float) -> tuple[float, float]:
    """Limits of a ratio a / b, b positive (Fieller 1954).

    >>> [round(v, 4) for v in fieller(1.0, 2.0, np.diag([0.04, 0.0]), 2.0)]  # b known: .5 ± .2
    [0.3, 0.7]
    """
    square = b**2 - t**2 * cov[1, 1]
    if square <= 0:
        return -np.inf, np.inf
    middle = a * b - t**2 * cov[0, 1]
    root = np.sqrt(max(middle**2 - square * (a**2 - t**2 * cov[0, 0]), 0.0))
    return float((middle - root) / square), float((middle + root) / square)


def slope(
    data: ItemProducts,
    share: Share,
    of: int,
    on: int,
    given: Sequence[int] = (),
    *,
    less: int | None = None,
    confidence: float = 0.95,
) -> Limits:
    """Standardised slope of a trait beside others at a method share, with its t interval.

    Without others it is the trait correlation and has Fieller's limits. ``less`` subtracts the
    slope of another of the others.
    """
    if not len(given):
        return correlation(data, share, of, on, confidence=confidence)
    places = [of, *given]

    def beta(m: np.ndarray) -> np.ndarray:
        r = data.matrix(m)
        found = slopes(traits(r, share(r), data.method_in(r), data.valid), on, places)
        return found[..., 0] - (0.0 if less is None else found[..., places.index(less)])

    return _symmetric(data, beta, confidence)


def added(
    data: ItemProducts,
    share: Share,
    of: Sequence[int],
    on: int,
    given: Sequence[int] = (),
    *,
    less: Sequence[int] = (),
    confidence: float = 0.95,
) -> Limits:
    """R² that traits add to others at a method share, with its t interval.

    ``less`` subtracts what yet others add to all of the first in the same way (a gap of unique
    shares); with nothing ``given`` it is a gap of R² alone.
    """
    of, given, less = list(of), list(given), list(less)

    def gain(m: np.ndarray) -> np.ndarray:
        r = data.matrix(m)
        phi = traits(r, share(r), data.method_in(r), data.valid)
        first = explained(phi, on, [*of, *given]) - explained(phi, on, given)
        if not less:
            return first
        return first - (explained(phi, on, [*less, *given]) - explained(phi, on, given))

    return _symmetric(data, gain, confidence)


def _symmetric(data: ItemProducts, statistic, confidence: float) -> Limits:
    value, se, bias = (float(v) for v in data.means.of(statistic))
    if not (np.isfinite(value) and np.isfinite(se)):
        return Limits(np.nan, -np.inf, np.inf)
    half = quantile(confidence, data.means.freedom) * se
    return Limits(value, value - half, value + half, se, bias if np.isfinite(bias) else 0.0)


def tipping_point(limits: Callable[[float], Limits], *, bound: float, direction: int = 1) -> float:
    """The smallest method share at which the interval no longer lies beyond the bound.

    0 where it never does; ``MOST`` where it still does there. ``limits`` gives the interval at a
    share.
    """

    def held(c: float) -> bool:
        found = limits(c)
        return (found.low if direction > 0 else -found.high) > bound

    if not held(0.0):
        return 0.0
    grid = np.linspace(0.0, MOST, 61)
    lost = next((i for i, c in enumerate(grid) if not held(c)), None)
    if lost is None:
        return MOST
    low, high = grid[lost - 1], grid[lost]
    for _ in range(8):
        middle = (low + high) / 2
        low, high = (middle, high) if held(middle) else (low, middle)
    return float((low + high) / 2)


def tipping_closed(r_xy: float, r_xx: float, r_yy: float, bound: float = SESOI) -> float:
    r"""The share at which a correlation falls to the bound, without sampling error.

    The smaller root of
    :math:`(1 - d^2) c^2 - (2 r_{xy} - d^2 (r_{xx} + r_{yy})) c + r_{xy}^2 - d^2 r_{xx} r_{yy} = 0`;
    at d = 0 it is the mean correlation between the items itself.

    >>> round(tipping_closed(0.248, 0.475, 0.625), 3)
    0.215
    >>> round(tipping_closed(0.248, 0.475, 0.625, 0.0), 3)
    0.248
    """
    d = bound**2
    p, q = 2 * r_xy - d * (r_xx + r_yy), r_xy**2 - d * r_xx * r_yy
    root = np.sqrt(max(p * p - 4 * (1 - d) * q, 0.0))
    return float(np.clip((p - root) / (2 * (1 - d)), 0.0, 1.0))


def spill_needed(found: float, tips_at: float) -> float:
    """The share of the method that markers must catch for the claim to hold.

    The markers' own share over the tipping point: below .5 is robust, near 1 rests on the
    markers alone; infinite where the claim never holds.

    >>> spill_needed(0.10, 0.25)
    0.4
    """
    return found / tips_at if tips_at > 0 else np.inf


def inter_item(alpha: float, items: int) -> float:
    """Mean correlation between items from a scale's standardised alpha and its length.

    >>> round(inter_item(0.8, 4), 3)
    0.5
    """
    return alpha / (items - (items - 1) * alpha)


def between_items(r: float, alpha_x: float, k_x: int, alpha_y: float, k_y: int) -> float:
    """Mean correlation between items of two scales from that of their scores, of a table."""
    a, b = inter_item(alpha_x, k_x), inter_item(alpha_y, k_y)
    return r * float(np.sqrt((1 + (k_x - 1) * a) / k_x * (1 + (k_y - 1) * b) / k_y))


def share_below(r: np.ndarray, claimed: Sequence[int], others: Sequence[int], y: Sequence[int]):
    """The any-question line, of correlations between items, by their size.

    The claimed questions' mean correlation with the outcome's questions, and the share of all
    other questions whose own is lower.
    """
    own = float(abs(r[np.ix_(list(claimed), list(y))].mean()))
    rest = np.abs(r[np.ix_(list(others), list(y))].mean(axis=1))
    return own, float((rest < own).mean()) if len(rest) else np.nan
