"""How long customers stay: hazards of leaving, and the shares still there."""

from __future__ import annotations

import numpy as np
import pandas as pd

from loyaltystudy.claims._design import SampleDesign, design_means, quantile
from loyaltystudy.claims._rules import LEAST_PEOPLE, Evidence
from loyaltystudy.claims._statistics.base import (
    LEVEL,
    Construct,
    behind,
    design_of,
    standardised,
    statistic,
)
from loyaltystudy.survey import Study


@statistic("hazard ratio of {event} for one standard deviation of {of}")
def hazard_ratio(
    study: Study, table: pd.DataFrame, of: Construct, *, event: Construct, time: Construct
) -> Evidence:
    """Cox hazard ratio of leaving for one standard deviation of a construct.

    Weighted partial likelihood (Breslow's ties) with the error of the weighted score residuals
    over clusters within strata (Lin & Wei 1989; Binder 1992). The shares still there
    (Kaplan-Meier) of those above and below its median, at the median of the times observed,
    stand beside it.

    R: ``survey::svycoxph(Surv(time, event) ~ scale(x), design, ties = "breslow")``.
    """
    table = table[table[time] > 0]
    if table[event].nunique() < 2:
        return Evidence("", missing=("people who left and people who stayed",))
    x = standardised(table, [of])[of].to_numpy(float)
    left, when = table[event].to_numpy(float), table[time].to_numpy(float)
    design = design_of(table)
    slope, influence = cox_slope(x, left, when, design.weights)
    means = design_means(influence[:, None], design)
    half = quantile(LEVEL, means.freedom) * float(np.sqrt(means.cov[0, 0]))
    ends = [float(v) for v in np.exp([slope, slope - half, slope + half])]
    note = _shares_staying(table[of], table[event], table[time], design)
    smallest = int(min(left.sum(), (1 - left).sum()))
    return Evidence("", *ends, n=len(table), note=note, smallest=smallest)


def cox_slope(
    x: np.ndarray, left: np.ndarray, time: np.ndarray, w: np.ndarray
) -> tuple[float, np.ndarray]:
    """Slope of one covariate on the log hazard, and each row's influence on it.

    The weighted mean of the influences is zero; the variance of their design-based mean is that
    of the slope.
    """
    order = np.lexsort((-left, time))
    x, left, time, w = x[order], left[order], time[order], w / w.mean()
    w = w[order]
    first = np.searchsorted(time, time)  # the first row of each tied time: Breslow's risk set
    beta = 0.0
    for _ in range(50):
        risk = w * np.exp(beta * x)
        s0, s1, s2 = (_still(risk * x**p)[first] for p in range(3))
        score = (w * left * (x - s1 / s0)).sum()
        information = (w * left * (s2 / s0 - (s1 / s0) ** 2)).sum()
        step = score / information
        beta += float(np.clip(step, -1.0, 1.0))
        if abs(step) < 1e-10:
            break
    risk = np.exp(beta * x)
    s0, s1 = (_still(w * risk * x**p)[first] for p in range(2))
    mean = s1 / s0
    last = np.searchsorted(time, time, side="right") - 1  # all events up to and at one's time
    hazard, drift = np.cumsum(w * left / s0)[last], np.cumsum(w * left * mean / s0)[last]
    residual = left * (x - mean) - risk * (x * hazard - drift)
    influence = np.empty_like(residual)
    influence[order] = residual * len(x) / information
    return beta, influence


def _still(values: np.ndarray) -> np.ndarray:
    """Sums over those whose time is not over, rows sorted by time."""
    return np.cumsum(values[::-1])[::-1]


def still_there(event: pd.Series, time: pd.Series, at: float, w=None) -> float:
    r"""Share that has not left by a time, those who were followed for less taken into account.

    .. math:: S(t) = \prod_{t_i \le t} (1 - d_i / n_i)

    with :math:`d_i` leaving of the :math:`n_i` still followed at :math:`t_i` (Kaplan & Meier
    1958), both weighted. R: ``summary(survival::survfit(Surv(time, event) ~ 1), times = at)$surv``.

    >>> still_there(pd.Series([1, 0, 1, 0]), pd.Series([1.0, 2, 3, 4]), 3)  # 3/4 of 1/2
    0.375
    """
    t, gone = time.to_numpy(float), event.to_numpy(float)
    w = np.ones(len(t)) if w is None else np.asarray(w, float)
    share = 1.0
    for when in np.unique(t[(gone > 0) & (t <= at)]):
        share *= 1 - w[(t == when) & (gone > 0)].sum() / w[t >= when].sum()
    return float(share)


def _shares_staying(of: pd.Series, event: pd.Series, time: pd.Series, design: SampleDesign) -> str:
    """Kaplan-Meier shares of the upper and lower half, as text; none of fewer than ten people."""
    upper, at = (of > of.median()).to_numpy(), float(time.median())
    gone = (event > 0) & (time <= at)
    if behind(gone, upper, design.weights) < LEAST_PEOPLE:
        return ""
    high, low = (
        still_there(event[half], time[half], at, design.weights[half]) for half in (upper, ~upper)
    )
    return f"still there at {at:g}: {high:.3f} of the upper half, {low:.3f} of the others"
