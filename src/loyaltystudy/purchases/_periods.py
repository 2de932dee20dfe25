"""The same measures period by period, and who buys again."""

import numpy as np
import pandas as pd

from loyaltystudy.purchases._describe import describe_purchases
from loyaltystudy.purchases._likelihood import count_buyers, fit_alpha, fit_nbd, start_alpha
from loyaltystudy.purchases._panel import Panel, period_tables
from loyaltystudy.purchases._resample import intervals, resampled_sums
from loyaltystudy.purchases._theory import MEASURES, expected_repeat_rate


def describe_periods(
    panel: Panel, *, periods: int = 2, confidence: float = 0.95, resamples: int = 999, seed: int = 0
) -> pd.DataFrame:
    """Describe each period of a panel by itself.

    Periods are windows of equal length; without times, equal shares of each household's own
    purchases (see :func:`period_labels`), whose purchase rates then mean nothing. Households that
    bought in another period only are among the households of this one. A period is shorter than
    the panel, so read sole buyers and repertoires beside ``below_five`` and at 5. Duplication by
    period: :func:`describe_purchases` of each of :func:`period_tables`.

    Parameters
    ----------
    panel : Panel
        With times or a known order of purchases.
    periods : int
        2 or more.
    confidence, resamples, seed
        See :func:`describe_purchases`.

    Returns
    -------
    DataFrame
        period (from 1), brand (``category`` for the category's own), measure, estimate, low, high,
        note. A brand that nobody bought in a period has market share and penetration 0, its other
        measures are NaN, and ``note`` says so.

    Raises
    ------
    SurveyError
        If the order of purchases is not known.

    Examples
    --------
    >>> from loyaltystudy.purchases import describe_periods, load_panel
    >>> periods = describe_periods(load_panel("cracker"), resamples=0)
    >>> share = periods.query("brand == 'Nabisco' and measure == 'market_share'")
    >>> share[["period", "estimate"]].round(3)
        period  estimate
    17       1     0.527
    55       2     0.562
    """
    tables = []
    for period, table in enumerate(period_tables(panel, periods=periods), start=1):
        bought = table.loc[:, table.sum() > 0]
        described = describe_purchases(
            bought,
            non_buyers=panel.non_buyers or 0,
            confidence=confidence,
            resamples=resamples,
            seed=seed,
        )
        whole = described.category.assign(brand="category")
        never = [_not_bought(brand) for brand in table.columns[table.sum() == 0]]
        part = pd.concat([whole, described.table, *never], ignore_index=True)
        part.insert(0, "period", period)
        part["note"] = part["note"].fillna("") if never else ""
        tables.append(part[["period", "brand", "measure", "estimate", "low", "high", "note"]])
    return pd.concat(tables, ignore_index=True)


def _not_bought(brand) -> pd.DataFrame:
    """The measures of a brand without a purchase in a period."""
    found = {"market_share": 0.0, "penetration": 0.0}
    estimate = [found.get(measure, np.nan) for measure in MEASURES]
    table = pd.DataFrame({"brand": brand, "measure": MEASURES, "estimate": estimate})
    return table.assign(low=np.nan, high=np.nan, note="nobody bought it in this period")


def repeat_rates(
    panel: Panel, *, confidence: float = 0.95, resamples: int = 999, seed: int = 0
) -> pd.DataFrame:
    """Of a brand's buyers in the first half of the panel, the share that buys it in the second.

    With times, the NBD-Dirichlet of the first half says what to expect of a market that stands
    still, (2 b1 - b2) / b1 (:func:`theory.expected_repeat_rate`); without times it cannot, and
    ``expected`` is NaN.

    Returns
    -------
    DataFrame
        brand, buyers (of the first half), repeat_rate, low, high, expected, note. A brand without
        buyers in the first half has no repeat rate, and ``note`` says so.

    Examples
    --------
    >>> from loyaltystudy.purchases import load_panel, repeat_rates
    >>> repeat_rates(load_panel("yogurt"), resamples=0)[["brand", "buyers", "repeat_rate"]].round(2)
                 brand  buyers  repeat_rate
    0           Dannon      72         0.78
    1           Hiland      16         0.38
    2  Weight Watchers      28         0.54
    3          Yoplait      59         0.81
    """
    tables = period_tables(panel)
    first, second = (table.to_numpy() > 0 for table in tables)
    kept = first.any(axis=0)
    block = np.hstack([first[:, kept], first[:, kept] & second[:, kept]]).astype(float)
    sums = resampled_sums(lambda: iter([block]), len(block), 0, resamples, seed)
    buyers, again = np.split(sums, 2, axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        rates = again / buyers
    low, high = intervals(rates[1:], confidence)
    names = tables[0].columns[kept]
    expected = _expected(tables[0].loc[:, kept], panel) if panel.timed else np.nan
    columns = {"buyers": buyers[0].astype(int), "repeat_rate": rates[0], "low": low, "high": high}
    found = pd.DataFrame(columns, index=names).assign(expected=expected, note="")
    whole = found.reindex(tables[0].columns.rename("brand"))
    whole["buyers"] = whole["buyers"].fillna(0).astype(int)
    whole["note"] = whole["note"].fillna("no buyers in the first half")
    return whole.reset_index()


def _expected(table, panel) -> np.ndarray:
    if table.shape[1] < 2:
        return np.full(table.shape[1], np.nan)
    t = count_buyers(table.to_numpy(), non_buyers=panel.non_buyers)
    (m, k), _, _ = fit_nbd(t)
    alpha, _, _ = fit_alpha(t, start_alpha(t))
    rates = expected_repeat_rate(m, k, pd.Series(alpha, table.columns), float(alpha.sum()))
    return rates.to_numpy()
