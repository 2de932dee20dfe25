"""How long customers stay: hazards of leaving, and the shares still there."""

from __future__ import annotations

import numpy as np
import pandas as pd

from loyaltystudy.claims._rules import Evidence
from loyaltystudy.claims._statistics.base import LEVEL, answered, missing, needs_rows
from loyaltystudy.claims._statistics.slopes import standardised
from loyaltystudy.survey import Study


def hazard_ratio(study: Study, of: str, *, event: str, time: str, what: str = "") -> Evidence:
    """Cox hazard ratio of leaving for one standard deviation of a construct.

    The shares still there (Kaplan-Meier) of those above and below its median, at the median of
    the times observed, are told beside it.

    R: ``exp(coef(survival::coxph(Surv(time, event) ~ scale(x), ties = "efron")))``.
    """
    words = what or f"hazard ratio of {event} for one standard deviation of {of}"
    if absent := missing(study, [of, event, time]):
        return Evidence(words, missing=absent)
    table = answered(study, [of, event, time])
    if table is None:
        return needs_rows(words)
    from statsmodels.duration.hazard_regression import PHReg

    table = table[table[time] > 0]
    if table[event].nunique() < 2:
        return Evidence(words, missing=("people who left and people who stayed",))
    x = standardised(table, [of])[[of]].to_numpy()
    fit = PHReg(table[time].to_numpy(), x, status=table[event].to_numpy(), ties="efron").fit(disp=0)
    low, high = fit.conf_int(1 - LEVEL)[0]
    found = np.exp([fit.params[0], low, high])
    note = _shares_staying(table[of], table[event], table[time])
    return Evidence(words, *map(float, found), float(fit.pvalues[0]), len(table), note=note)


def still_there(event: pd.Series, time: pd.Series, at: float) -> float:
    r"""Share that has not left by a time, those who were followed for less taken into account.

    .. math:: S(t) = \prod_{t_i \le t} (1 - d_i / n_i)

    with :math:`d_i` leaving of the :math:`n_i` still followed at :math:`t_i` (Kaplan & Meier 1958).
    R: ``summary(survival::survfit(Surv(time, event) ~ 1), times = at)$surv``.

    Examples
    --------
    >>> still_there(pd.Series([1, 0, 1, 0]), pd.Series([1.0, 2, 3, 4]), 3)  # 3/4 of 1/2
    0.375
    """
    from statsmodels.duration.survfunc import SurvfuncRight

    curve = SurvfuncRight(time.to_numpy(float), event.to_numpy(float))
    steps = curve.surv_prob[curve.surv_times <= at]
    return float(steps[-1]) if len(steps) else 1.0


def _shares_staying(of: pd.Series, event: pd.Series, time: pd.Series) -> str:
    """Kaplan-Meier shares of the upper and lower half, as text."""
    upper, at = of > of.median(), float(time.median())
    if upper.all() or not upper.any():
        return ""
    high, low = (still_there(event[half], time[half], at) for half in (upper, ~upper))
    return f"still there at {at:g}: {high:.3f} of the upper half, {low:.3f} of the others"
