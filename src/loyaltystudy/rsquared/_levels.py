"""Two levels: moments within clusters and of their means; the intraclass correlation."""

from dataclasses import replace

import numpy as np


def within(clusters):
    r"""Moments of the deviations from each cluster's means.

    .. math:: W = \sum_c \sum_i w_{ci} (x_{ci} - \bar x_c)(x_{ci} - \bar x_c)'

    The R² of subsets from them is that of the variance within clusters. Sums and differences stay
    exact, so a cluster is left out by subtraction as ever.

    Parameters
    ----------
    clusters : Moments
        One cluster each on the first axis.

    Returns
    -------
    Moments
        The same with all means at zero.

    Examples
    --------
    Two brands, one above the other in everything: nothing is left within them.

    >>> import pandas as pd
    >>> from loyaltystudy.rsquared import group_moments
    >>> x, brand = np.array([[1., 2.], [1., 2.], [5., 6.], [5., 6.]]), np.array([0, 0, 1, 1])
    >>> clusters = group_moments(x, np.ones(4), brand, ("trust", "loyalty"))
    >>> within(clusters).total().cross
    array([[0., 0.], [0., 0.]])
    >>> between(clusters).total().cross
    array([[16., 16.], [16., 16.]])
    """
    return replace(clusters, mean=np.zeros_like(clusters.mean))


def between(clusters):
    r"""Moments of the clusters' means as observed, each weighted by its cluster.

    .. math:: B = \sum_c w_c (\bar x_c - \bar x)(\bar x_c - \bar x)'

    With :func:`within` they add up to the moments of all rows: W + B. The means still hold the
    sampling error of each cluster's people; taking that out (latent between) gives an impossible
    matrix for most samples of under 50 clusters, and is not done.
    """
    return replace(clusters, cross=np.zeros_like(clusters.cross))


def intraclass_correlation(clusters, column: int, confidence: float = 0.95):
    r"""Share of a column's variance that lies between clusters, ICC(1), with an *F* interval.

    .. math:: ICC = \frac{MSB - MSW}{MSB + (n_0 - 1) MSW}, \qquad
              n_0 = \frac{n - \sum_c n_c^2 / n}{J - 1}

    The interval inverts *F* = MSB / MSW with *J* - 1 and *n* - *J* degrees of freedom (exact for
    normal data and clusters of one size). Weights are scaled to a mean of 1.

    Parameters
    ----------
    clusters : Moments
        One cluster each on the first axis, at least two of them, with more rows than clusters.
    column : int
    confidence : float

    Returns
    -------
    estimate, low, high : float
        Below zero where clusters are more alike than chance; NaN without rows to spare.

    References
    ----------
    Donner & Wells (1986), Biometrics 42, 401-412. R: ``psych::ICC``, ``ICC::ICCest``.
    """
    from scipy.special import fdtri

    scale = clusters.n.sum() / clusters.weight.sum()
    sizes, j = clusters.weight * scale, len(clusters.n)
    n = float(sizes.sum())
    if n <= j:
        return np.nan, np.nan, np.nan
    spread = [
        float(part.total().cross[column, column]) * scale
        for part in (between(clusters), within(clusters))
    ]
    ratio = (spread[0] / (j - 1)) / (spread[1] / (n - j)) if spread[1] > 0 else np.inf
    # n0: the size that clusters of unequal size count as in the expectation of MSB
    n0, tail = (n - (sizes**2).sum() / n) / (j - 1), (1 - confidence) / 2
    f_high, f_low = (fdtri(j - 1, n - j, level) for level in (1 - tail, tail))
    return tuple(_icc(r, n0) for r in (ratio, ratio / f_high, ratio / f_low))


def _icc(ratio: float, size: float) -> float:
    return 1.0 if np.isinf(ratio) else float((ratio - 1) / (ratio - 1 + size))
