"""Left-out causes, and many claims at once: what else a verdict must stand."""

from collections.abc import Sequence

import numpy as np

from loyaltystudy.claims._shared_method import explained, slopes


def robustness_value(beta: float, se: float, freedom: float, *, bound: float = 0.0, t: float = 0.0):
    r"""How strong a left-out cause must be to bring a slope's limit down to a bound.

    .. math:: f = \frac{\max((|\beta| - d) / SE - t, 0)}{\sqrt{\nu}}, \quad
              RV = \frac{\sqrt{f^4 + 4 f^2} - f^2}{2}

    the share of what is left of x, and of y, that it must explain (Cinelli & Hazlett 2020,
    Journal of the Royal Statistical Society B 82, 39-67). R: ``sensemakr::robustness_value``
    (with t at its critical value for one degree of freedom less, times
    ``sqrt(dof / (dof - 1))``).

    >>> round(robustness_value(0.3, 0.05, 500), 3)  # t = 6
    0.235
    """
    f = max((abs(beta) - bound) / se - t, 0.0) / np.sqrt(freedom)
    return float((np.sqrt(f**4 + 4 * f**2) - f**2) / 2)


def left_out_like(
    r: np.ndarray, n: float, x: int, y: int, given: Sequence[int], like: int, times: float = 1.0
) -> tuple[float, float]:
    """A slope and its standard error had a cause as strong as a control been left out.

    ``times`` as strong as control ``like`` with both x and y, after all the other controls
    (Cinelli & Hazlett 2020, their bounds on omitted variable bias). R:
    ``sensemakr::ovb_bounds``.

    ``r``: correlations; ``n``: rows behind them.
    """
    places, given = [x, *given], list(given)
    others = [j for j in given if j != like]
    full_x, part_x = _partial(r, x, given, others)
    full_y, part_y = _partial(r, y, places, [x, *others])
    with_x = times * part_x / (1 - part_x)
    inner = times * part_x**2 / ((1 - times * part_x) * (1 - part_x))
    if with_x >= 1 or not 0 <= inner < 1:
        return np.nan, np.nan
    with_y = ((np.sqrt(times) + np.sqrt(inner)) / np.sqrt(1 - inner)) ** 2 * part_y / (1 - part_y)
    with_y, freedom = min(with_y, 1.0), n - len(given) - 2
    se = np.sqrt((1 - full_y) / (1 - full_x) / freedom)
    beta = float(slopes(r, y, places)[0])
    cut = se * np.sqrt(freedom) * np.sqrt(with_y * with_x / (1 - with_x))
    wider = se * np.sqrt((1 - with_y) / (1 - with_x) * freedom / (freedom - 1))
    return float(beta - np.sign(beta) * cut), float(wider)


def _partial(r: np.ndarray, of: int, full: list[int], less: list[int]) -> tuple[float, float]:
    """R² of one column by some, and the partial R² of those that ``less`` lacks."""
    whole, without = float(explained(r, of, full)), float(explained(r, of, less))
    return whole, (whole - without) / (1 - without)


def benjamini_hochberg(p) -> np.ndarray:
    """Adjusted p values: of those called at most so large a share is false. R: ``p.adjust``.

    >>> benjamini_hochberg([0.01, 0.04, 0.03]).round(3).tolist()
    [0.03, 0.04, 0.04]
    """
    p = np.asarray(p, float)
    order = np.argsort(p)[::-1]
    adjusted = np.minimum.accumulate(p[order] * len(p) / np.arange(len(p), 0, -1))
    return np.minimum(adjusted, 1.0)[np.argsort(order)]


def holm(p) -> np.ndarray:
    """Adjusted p values: one false call at all is at most so likely. R: ``p.adjust``.

    >>> holm([0.01, 0.04, 0.03]).round(3).tolist()
    [0.03, 0.06, 0.06]
    """
    p = np.asarray(p, float)
    order = np.argsort(p)
    adjusted = np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1))
    return np.minimum(adjusted, 1.0)[np.argsort(order)]
