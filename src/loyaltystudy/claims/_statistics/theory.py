"""Statistics of moments alone: no row can be left out, so their error is by normal theory."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from loyaltystudy.claims._rules import Evidence
from loyaltystudy.explain import Frame
from loyaltystudy.rsquared import (
    Moments,
    as_matrix,
    below_diagonal,
    correlation_covariance,
)

STEP = 1e-5
LEVEL = 0.95
NOTE = "from a table of correlations: error by normal theory"


def by_theory(what: str, frame: Frame, statistic: Callable[[Moments], np.ndarray]) -> Evidence:
    r"""A statistic of correlations with its interval by the delta method.

    .. math:: \operatorname{var}(\hat\theta) \approx g' V g, \quad
              g = \partial\theta / \partial r

    with *V* the covariance of the correlations of a normal sample (Olkin & Siotani 1976). For
    statistics of the correlations alone, such as standardised coefficients.
    """
    from scipy.special import ndtr, ndtri

    whole = frame.whole
    r, names = whole.correlation, whole.columns
    n = float(whole.n_effective)
    centre, estimate = below_diagonal(r), float(statistic(whole))

    def at(values: np.ndarray) -> float:
        cross = (n - 1) * as_matrix(values, len(names))
        return float(statistic(_with_cross(whole, cross)))

    steps = STEP * np.eye(len(centre))
    slope = np.array([(at(centre + e) - at(centre - e)) / (2 * STEP) for e in steps])
    se = float(np.sqrt(slope @ correlation_covariance(r, n) @ slope))
    half = ndtri((1 + LEVEL) / 2) * se
    p = float(2 * ndtr(-abs(estimate) / se)) if se > 0 else np.nan
    return Evidence(what, estimate, estimate - half, estimate + half, p, int(whole.n), note=NOTE)


def _with_cross(m: Moments, cross: np.ndarray) -> Moments:
    return Moments(m.columns, m.n, m.weight, m.weight2, m.mean, cross)
