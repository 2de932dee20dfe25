"""Mokken scaling: do the items form one cumulative scale?"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from loyaltystudy.errors import SurveyError
from loyaltystudy.scales._inputs import Items, check_confidence, complete_items
from loyaltystudy.survey import Study


def _scale_items(data: Study | pd.DataFrame, items: Sequence[str] | str | None) -> Items:
    """Complete answers; of a study, to the items of a scale that is named or to items listed."""
    if not isinstance(data, pd.DataFrame):
        if items is None:
            raise SurveyError(f"items: name a scale of the study: {[*data.codebook.scales]}.")
        if isinstance(items, str):
            return complete_items(data, items, least=2)
    names = list(data.columns) if items is None else list(items)
    return complete_items(data, {"items": names}, least=2)


def mokken(
    data: Study | pd.DataFrame,
    items: Sequence[str] | str | None = None,
    *,
    confidence: float = 0.95,
) -> pd.DataFrame:
    r"""Loevinger's scalability coefficients H of a scale and of its items.

    .. math::
        H_{ij} = \frac{\sigma_{ij}}{\sigma^{max}_{ij}}, \quad
        H_i = \frac{\sum_{j \ne i} \sigma_{ij}}{\sum_{j \ne i} \sigma^{max}_{ij}}, \quad
        H = \frac{\sum_{i<j} \sigma_{ij}}{\sum_{i<j} \sigma^{max}_{ij}}

    where :math:`\sigma^{max}` is the covariance of the two items sorted: the largest that their
    margins allow. Standard errors are large-sample ones from influence values, with

    .. math:: \sigma^{max}_{ij} = \sum_{s,t} \min(F_i(s), F_j(t)) - F_i(s) F_j(t)

    (steps weighted by their width) differentiated in the margins F.

    Parameters
    ----------
    data : Study or DataFrame
        Respondent by item, all keyed the same way; rows with a gap are left out. Of a study,
        weights, clusters and strata of its codebook enter.
    items : sequence of str, or the name of a scale in a study's codebook
        Default: all columns of a frame; at least two.
    confidence : float
        Level of the intervals.

    Returns
    -------
    DataFrame
        First row the whole scale (item empty): part (scale, item), item, n, h, se, low, high.
        Mokken's rule of thumb for a scale: .30 weak, .40 medium, .50 strong.

    Raises
    ------
    SurveyError
        If items are unknown or constant.

    Notes
    -----
    Where two items have the same cumulative share at some step, ``min`` has a corner there, and
    the standard error takes the middle of its two slopes.

    In R: ``mokken::coefH(answers)``.

    References
    ----------
    Mokken, R. J. (1971). A theory and procedure of scale analysis. De Gruyter.
    Kuijpers, R. E., Van der Ark, L. A. & Croon, M. A. (2013). Standard errors and confidence
    intervals for scalability coefficients in Mokken scale analysis using marginal models.
    Sociological Methodology 43, 42-69.

    Examples
    --------
    A perfect Guttman scale of three steps has H = 1:

    >>> import pandas as pd
    >>> steps = pd.DataFrame({"fan": [0, 1, 1, 1], "cult": [0, 0, 1, 1], "maker": [0, 0, 0, 1]})
    >>> mokken(steps)[["part", "item", "h"]]
        part   item    h
    0  scale         1.0
    1   item    fan  1.0
    2   item   cult  1.0
    3   item  maker  1.0
    """
    from scipy.stats import norm

    check_confidence(confidence)
    complete = _scale_items(data, items)
    values, w, p = complete.answers, complete.weights, len(complete.names)
    observed, most = np.zeros(p), np.zeros(p)  # summed over the other items
    effect, top_effect = np.zeros((p, complete.n)), np.zeros((p, complete.n))
    centred = values - np.average(values, axis=0, weights=w)
    for i in range(p):
        for j in range(i):
            product = centred[:, i] * centred[:, j]
            top, slope = _largest_covariance(values[:, i], values[:, j], w)
            mean = np.average(product, weights=w)
            for a in (i, j):
                observed[a] += mean
                most[a] += top
                effect[a] += product - mean
                top_effect[a] += slope
    z, rows = norm.ppf((1 + confidence) / 2), []
    parts = [("scale", "", slice(None))]
    parts += [("item", name, slice(i, i + 1)) for i, name in enumerate(complete.names)]
    for part, name, at in parts:
        ceiling = most[at].sum()
        h = observed[at].sum() / ceiling
        influence = (effect[at] - h * top_effect[at]).sum(axis=0) / ceiling
        se = float(np.sqrt(complete.design.gamma(influence[:, None])[0, 0] / complete.n))
        rows.append((part, name, complete.n, h, se, h - z * se, h + z * se))
    return pd.DataFrame(rows, columns=["part", "item", "n", "h", "se", "low", "high"])


def _largest_covariance(x: np.ndarray, y: np.ndarray, w: np.ndarray) -> tuple[float, np.ndarray]:
    """The comonotone covariance of two samples, and each row's influence on it."""

    def steps(v: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        codes = np.unique(v)
        below = (v[:, None] <= codes[:-1]).astype(float)  # n x steps
        return below, np.average(below, axis=0, weights=w), np.diff(codes)

    # Hoeffding: a covariance is the sum over pairs of steps of P(X <= s, Y <= t) - F G, at most
    # min(F, G) - F G; f and g (steps,) are the margins, below_x and below_y (n, steps) their rows
    (below_x, f, wide_x), (below_y, g, wide_y) = steps(x), steps(y)
    width = np.outer(wide_x, wide_y)
    value = (width * (np.minimum.outer(f, g) - np.outer(f, g))).sum()
    # slope of min(F, G) in F: 1 where F is the smaller; at a tie, where it has none, the middle
    first = np.where(f[:, None] < g, 1.0, 0.0)
    first[np.isclose(f[:, None], g)] = 0.5
    to_f = (width * (first - g)).sum(axis=1)
    to_g = (width * (1 - first - f[:, None])).sum(axis=0)
    return float(value), (below_x - f) @ to_f + (below_y - g) @ to_g


def monotonicity(
    data: Study | pd.DataFrame,
    items: Sequence[str] | str | None = None,
    *,
    smallest: float = 0.03,
    group_size: int | None = None,
) -> pd.DataFrame:
    """Does the share that passes each step of an item rise with the rest of the scale?

    Respondents are put in groups by their rest score (the sum of the other items), of at least
    ``group_size``. For each step of an item, each fall of the share between a lower and a
    higher group counts as a violation where it exceeds ``smallest``.

    Parameters
    ----------
    data, items
        As for `mokken`; at least three items.
    smallest : float
        Falls up to this size are not counted (share of respondents, 0 to 1).
    group_size : int, optional
        Default: n/10 from 500 respondents, n/5 from 250, else the larger of n/3 and 50.

    Returns
    -------
    DataFrame
        item, groups, comparisons, violations, largest (fall), z_max (largest z of a
        difference of two shares), significant (violations with z above 1.645).

    Raises
    ------
    SurveyError
        If there are too few rows for two groups, items are unknown or constant, or the study
        declares a design: the groups are made by counting respondents.

    Notes
    -----
    In R: ``mokken::check.monotonicity(answers)``, which computes its z by another formula.

    References
    ----------
    Junker, B. W. & Sijtsma, K. (2000). Latent and manifest monotonicity in item response models.
    Applied Psychological Measurement 24, 65-81.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> rng = np.random.default_rng(4)
    >>> f = rng.normal(size=(600, 1))
    >>> data = pd.DataFrame((f + rng.normal(size=(600, 4)) > 0).astype(float), columns=list("abcd"))
    >>> monotonicity(data)[["item", "violations"]]
      item  violations
    0    a           0
    1    b           0
    2    c           0
    3    d           0
    """
    complete = _scale_items(data, items)
    if not complete.design.simple:
        raise SurveyError(
            f"monotonicity counts respondents, and the codebook declares a design "
            f"({complete.design.description()}). For counts without it give the answers alone: "
            "`study.keyed(items)`."
        )
    if len(complete.names) < 3:
        raise SurveyError(f"items: {complete.names}; monotonicity needs at least three items.")
    n, values = complete.n, complete.answers
    if group_size is None:
        group_size = n // 10 if n >= 500 else n // 5 if n >= 250 else max(n // 3, 50)
    if n < 2 * group_size:
        raise SurveyError(f"{n} complete rows make no two rest-score groups of {group_size}.")
    rows = [
        (name, *_violations(values[:, i], values.sum(axis=1) - values[:, i], group_size, smallest))
        for i, name in enumerate(complete.names)
    ]
    columns = ["item", "groups", "comparisons", "violations", "largest", "z_max", "significant"]
    return pd.DataFrame(rows, columns=columns)


def _rest_groups(rest: np.ndarray, size: int) -> np.ndarray:
    """Group numbers: neighbouring rest scores joined until each group has ``size`` members."""
    scores, counts = np.unique(rest, return_counts=True)
    number, filled, labels = 0, 0, []
    for position, count in enumerate(counts):
        labels.append(number)
        filled += count
        if filled >= size and counts[position + 1 :].sum() >= size:
            number, filled = number + 1, 0
    return np.array(labels)[np.searchsorted(scores, rest)]


def _violations(item: np.ndarray, rest: np.ndarray, size: int, smallest: float):
    groups = _rest_groups(rest, size)
    n = np.bincount(groups)
    comparisons, violations, largest, z_max, significant = 0, 0, 0.0, 0.0, 0
    for step in np.unique(item)[1:]:
        share = np.bincount(groups, weights=(item >= step).astype(float)) / n
        low, high = np.triu_indices(len(n), 1)
        fall = share[low] - share[high]
        pooled = (share[low] * n[low] + share[high] * n[high]) / (n[low] + n[high])
        spread = np.sqrt(pooled * (1 - pooled) * (1 / n[low] + 1 / n[high]))
        z = np.divide(fall, spread, out=np.zeros_like(fall), where=spread > 0)
        counted = fall > smallest
        comparisons += len(fall)
        violations += int(counted.sum())
        significant += int((counted & (z > 1.645)).sum())
        if counted.any():
            largest, z_max = max(largest, fall[counted].max()), max(z_max, z[counted].max())
    return len(n), comparisons, violations, float(largest), float(z_max), significant
