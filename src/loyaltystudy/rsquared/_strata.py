"""Stratified designs: the jackknife that leaves units out within their strata (JKn)."""

import numpy as np

from loyaltystudy.errors import SurveyError
from loyaltystudy.rsquared._moments import Moments, stack


def as_units(x: np.ndarray, w: np.ndarray, columns: tuple[str, ...]) -> Moments:
    """Each row as the moments of one: a mean, a weight, and no spread."""
    p = x.shape[1]
    return Moments(columns, np.ones(len(x)), w, w**2, x, np.zeros((len(x), p, p)))


def without_each(units: Moments, strata: np.ndarray) -> Moments:
    r"""Moments without each unit, the rest of its stratum weighted up to the stratum's total.

    .. math:: M_{-hi} = M - M_h + \frac{n_h}{n_h - 1} (M_h - m_{hi})

    as the replicate weights of ``survey::as.svrepdesign(type = "JKn")`` have it.

    Raises
    ------
    SurveyError
        If a stratum has one unit only.
    """
    levels, at, sizes = np.unique(strata, return_inverse=True, return_counts=True)
    if (sizes < 2).any():
        raise SurveyError(
            f"Strata with one unit only: {[*levels[sizes < 2]]}. Join each with a similar one."
        )
    whole = units.total()
    parts = stack([units[np.flatnonzero(at == h)].total() for h in range(len(levels))])
    factor = (sizes / (sizes - 1))[at]
    # weights of the rest of the stratum go up by n_h / (n_h - 1), and so do its moments
    rest_of_stratum = scaled(parts[at] - units, factor)
    if len(levels) == 1:
        return rest_of_stratum
    return (whole - parts)[at] + rest_of_stratum


def scaled(m: Moments, factor: np.ndarray) -> Moments:
    """The same rows with all weights multiplied."""
    wide = factor[..., None, None]
    return Moments(m.columns, m.n, m.weight * factor, m.weight2 * factor**2, m.mean, m.cross * wide)
