"""Bronze, silver, gold, platinum: who is in which tier, by quantiles or by RFM scores."""

import numpy as np
import pandas as pd

from loyaltystudy.errors import SurveyError, refuse
from loyaltystudy.purchases._panel import Panel, need_panel

TIERS = {"bronze": 0.50, "silver": 0.30, "gold": 0.15, "platinum": 0.05}
RULES = ("spend", "rfm", "purchases")


def assign_tiers(values: pd.Series, *, shares: dict[str, float] | None = None) -> pd.Series:
    """Put households into tiers by quantiles of ``values``.

    Parameters
    ----------
    values : Series
        Spend, purchases or a score of each household, higher for the better customer.
    shares : dict
        Share of households by tier, from the lowest tier up, summing to 1. Default: bronze .50,
        silver .30, gold .15, platinum .05.

    Returns
    -------
    Series
        Ordered categories. A household must lie *above* a threshold to pass it, so ties stay
        in the lower tier, and with many ties the upper tiers are smaller than their share.

    Raises
    ------
    SurveyError
        If values are missing, or shares do not sum to 1.

    Examples
    --------
    >>> import pandas as pd
    >>> from loyaltystudy.purchases import assign_tiers
    >>> assign_tiers(pd.Series([10, 20, 30, 40]), shares={"low": 0.5, "high": 0.5}).tolist()
    ['low', 'low', 'high', 'high']
    """
    shares = TIERS if shares is None else shares
    problems = []
    if not np.isclose(sum(shares.values()), 1) or min(shares.values()) <= 0:
        problems.append(f"shares={shares}: give positive shares that sum to 1, lowest tier first.")
    if not len(values) or values.isna().any():
        problems.append(f"values: {int(values.isna().sum())} of {len(values)} missing.")
    refuse(problems)
    cuts = np.quantile(values, np.cumsum(list(shares.values()))[:-1])
    codes = np.searchsorted(cuts, values.to_numpy(float), side="left")
    kinds = pd.CategoricalDtype(list(shares), ordered=True)
    return pd.Series(pd.Categorical.from_codes(codes, dtype=kinds), values.index, name="tier")


def rfm_scores(panel: Panel) -> pd.DataFrame:
    """Recency, frequency and monetary value of each household, scored 1 to 5 by quintiles.

    Returns
    -------
    DataFrame
        household; days since the last purchase (at the panel's last), purchases, spend; their
        scores r, f, m (5 is most recent, most often, most spent), and ``rfm``, the scores' sum.

    Raises
    ------
    SurveyError
        If the panel has no times or no spend.

    Examples
    --------
    >>> import pandas as pd
    >>> from loyaltystudy.purchases import read_panel, rfm_scores
    >>> bought = pd.DataFrame({"card": [1, 1, 2], "maker": ["a", "b", "a"], "paid": [5, 5, 30],
    ...                        "day": ["2026-01-01", "2026-01-31", "2026-01-11"]})
    >>> columns = {"household": "card", "brand": "maker", "time": "day", "spend": "paid"}
    >>> rfm_scores(read_panel(bought, {"name": "ours", "title": "", "columns": columns}))
               days  purchases  spend  r  f  m  rfm
    household
    1           0.0          2     10  5  5  1   11
    2          20.0          1     30  1  1  5    7
    """
    need_times(panel, "rfm_scores", spend=True)
    return _rfm(activity(panel.purchases, 0).loc[0])


def _rfm(activity) -> pd.DataFrame:
    frame = activity.copy()
    last = frame.pop("last")
    frame.insert(0, "days", _days(last.max() - last))
    for name, column, sign in (("r", "days", -1), ("f", "purchases", 1), ("m", "spend", 1)):
        values = sign * frame[column].to_numpy(float)
        cuts = np.quantile(values, [0.2, 0.4, 0.6, 0.8])
        frame[name] = 1 + np.searchsorted(cuts, values, side="left")
    return frame.assign(rfm=frame["r"] + frame["f"] + frame["m"])


def tier_value(part, rule: str) -> pd.Series:
    """What tiers go by, from :func:`activity` of one period."""
    if rule != "rfm":
        return part[rule]
    # a sum of three scores has at most 13 values: households of one sum are ordered by spend
    return _rfm(part)["rfm"] + part["spend"].rank() / (len(part) + 1)


def activity(purchases: pd.DataFrame, periods) -> pd.DataFrame:
    """Purchases, spend and last time by period and household, those with purchases only.

    With a receipt column a purchase is a receipt, else a row.
    """
    rows = purchases.assign(period=periods)
    grouped = rows.groupby(["period", "household"])
    count = grouped["receipt"].nunique() if "receipt" in rows else grouped.size()
    spend = grouped["spend"].sum() if "spend" in rows else np.nan
    return pd.DataFrame({"purchases": count, "spend": spend, "last": grouped["time"].max()})


def check_rule(rule: str) -> None:
    if rule not in RULES:
        raise SurveyError(f"rule={rule!r}: choose one of {list(RULES)}.")


def need_times(panel, what, *, spend) -> None:
    need_panel(panel, what)
    problems = []
    if not panel.timed:
        problems.append(f"{what}: panel {panel.name!r} has no times; tiers need a next period.")
    if spend and "spend" not in panel.purchases:
        problems.append(f"{what}: panel {panel.name!r} has no spend; use rule='purchases'.")
    refuse(problems)


def _days(gap):
    return gap.dt.total_seconds() / 86400 if hasattr(gap, "dt") else gap
