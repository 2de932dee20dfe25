"""Tiers followed into the next period: who stays, and how much of the lead was luck."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from loyaltystudy.display import Display, Shown
from loyaltystudy.purchases._likelihood import count_buyers, fit_nbd
from loyaltystudy.purchases._panel import Panel, period_labels
from loyaltystudy.purchases._resample import intervals, resampled_sums
from loyaltystudy.purchases._tiers import activity, assign_tiers, check_rule, need_times, tier_value

CLASSES = ((0, 0), (1, 1), (2, 2), (3, 3), (4, 4), (5, 9), (10, 19), (20, np.inf))


@dataclass(frozen=True, eq=False, repr=False)
class TierStability(Shown):
    """Tiers of one period followed into the next.

    ``table``: tier, households, first and second (mean purchases in each period), adjusted
    (second, divided by the growth of all purchases), expected (by the NBD), luck_observed with low
    and high, luck_expected, spend_first, spend_second. ``movement``: tier, next_tier (``none`` for
    no purchase), households, share. ``trend``: purchases in the first period, households, second,
    adjusted, low, high, expected. ``m``, ``k``: the NBD of the first period; ``growth``: all
    purchases of the second period over those of the first.
    """

    table: pd.DataFrame
    movement: pd.DataFrame
    trend: pd.DataFrame
    m: float
    k: float
    growth: float
    rule: str
    n: int
    notes: tuple[str, ...]

    def _shown(self) -> Display:
        head = (
            f"Tiers by {self.rule}, {self.n} buyers of the first period; NBD M {self.m:.3f}, "
            f"K {self.k:.3f}; growth {self.growth:.3f}"
        )
        return Display(head, [("", self.table)], self.notes)


def follow_tiers(
    panel: Panel,
    *,
    rule: str = "spend",
    shares: dict[str, float] | None = None,
    confidence: float = 0.95,
    resamples: int = 999,
    seed: int = 0,
) -> TierStability:
    r"""Follow the tiers of the first half of a panel's time into the second half.

    Part of what lifts a household into gold is chance, and chance does not come back. If
    purchases are NBD and nothing changes, a household with x purchases in the first period is
    expected to make, in an equally long second,

    .. math:: E[y \mid x] = \frac{K + x}{K + M} M

    (conditional trend analysis), so the share K / (K + M) of every lead over the mean M is luck
    and will be gone. ``luck_observed`` is (first - adjusted) / (first - M1), with M1 the observed
    mean of all households in the first period and *adjusted* the second period's mean divided by
    the growth of all purchases. NaN where a tier lies within a tenth of M1.

    Parameters
    ----------
    panel : Panel
        With times. With a receipt column a purchase is a receipt, else a row.
    rule : {"spend", "rfm", "purchases"}
        What tiers go by: money, the sum of the three RFM scores (ties by spend), or purchases.
    shares : dict
        Share of buyers by tier, see :func:`assign_tiers`.
    confidence, resamples, seed
        Household bootstrap of the observed figures; 0 resamples for none.

    Returns
    -------
    TierStability
        Tiers are of the households that bought in the first period; in the second period they
        are assigned anew among its buyers.

    Raises
    ------
    SurveyError
        If the panel has no times, or no spend where the rule needs it.

    References
    ----------
    Goodhardt & Ehrenberg (1967), *Conditional trend analysis: a breakdown by initial purchasing
    level*, Journal of Marketing Research 4, 155-161.

    Examples
    --------
    >>> import pandas as pd
    >>> from loyaltystudy.purchases import follow_tiers, read_panel
    >>> bought = pd.DataFrame({"card": [1, 1, 1, 2, 2, 3], "maker": list("ababab"),
    ...                        "week": [1, 2, 9, 1, 8, 10]})
    >>> columns = {"household": "card", "brand": "maker", "time": "week"}
    >>> panel = read_panel(bought, {"name": "ours", "title": "", "columns": columns})
    >>> tiers = follow_tiers(panel, rule="purchases", shares={"low": 0.5, "top": 0.5}, resamples=0)
    >>> tiers.table[["tier", "households", "first", "second"]]
      tier  households  first  second
    0  low           1    1.0     1.0
    1  top           1    2.0     1.0
    """
    check_rule(rule)
    need_times(panel, "follow_tiers", spend=rule != "purchases")
    done = activity(panel.purchases, period_labels(panel, periods=2))
    both = [done.loc[p] for p in (0, 1)]
    tiers = [assign_tiers(tier_value(part, rule), shares=shares) for part in both]
    people = both[0].index.union(both[1].index)
    x, y = (part["purchases"].reindex(people, fill_value=0).to_numpy() for part in both)
    households = panel.spec.panel_size
    absent = None if households is None else households - len(people)
    none = None if absent is None else absent + int((x == 0).sum())
    t = count_buyers(x[x > 0][:, None], non_buyers=none)
    (m, k), _, found = fit_nbd(t)
    everybody = len(people) if households is None else households
    growth = y.sum() / x.sum()
    tier = tiers[0].reindex(people)
    groups = [(tier == name).to_numpy() for name in tier.cat.categories]
    boot = (everybody - len(people), resamples, seed, confidence)
    table = _tier_rows(groups, x, y, boot).assign(expected=0.0)
    table.insert(0, "tier", list(tier.cat.categories))
    table["expected"] = expected_next(table["first"], m, k)
    table["luck_expected"] = k / (k + m)
    for name, part in zip(("spend_first", "spend_second"), both, strict=True):
        spend = part["spend"].reindex(people, fill_value=0).to_numpy(float)
        table[name] = [spend[g].mean() if g.any() else np.nan for g in groups]
    notes = []
    if absent is None:
        notes.append(
            "The number of households without purchase is not known: zero-truncated NBD; M1 is the "
            "mean of those who bought in either period."
        )
    if not found:
        notes.append("K runs to its limit; what the NBD expects here is not to be trusted.")
    return TierStability(
        table,
        _movement(*tiers),
        _trend(x, y, m, k, boot),
        float(m),
        float(k),
        float(growth),
        rule,
        len(both[0]),
        tuple(notes),
    )


def expected_next(x, m: float, k: float):
    """Purchases expected in the next, equally long period after x in this one: (K + x) M / (K + M).

    Examples
    --------
    >>> from loyaltystudy.purchases import expected_next
    >>> expected_next(0, m=3.0, k=1.0)
    0.75
    """
    return (k + x) * m / (k + m)


def _tier_rows(groups, x, y, boot) -> pd.DataFrame:
    """First, second, adjusted and observed luck of each group, with intervals of the luck."""
    non_buyers, resamples, seed, confidence = boot
    member = np.column_stack(groups).astype(float)
    plan = np.hstack([member, member * x[:, None], member * y[:, None], x[:, None], y[:, None]])
    sums = resampled_sums(lambda: iter([plan]), len(x), non_buyers, resamples, seed)
    size, first, second = np.split(sums[:, :-2], 3, axis=1)
    all_x, all_y = sums[:, [-2]], sums[:, [-1]]
    mean = all_x / (len(x) + non_buyers)
    with np.errstate(invalid="ignore", divide="ignore"):
        first, second = first / size, second / size
        adjusted = second * all_x / all_y
        lead = first - mean
        luck = np.where(np.abs(lead) > 0.1 * mean, (first - adjusted) / lead, np.nan)
    low, high = intervals(luck[1:], confidence)
    low, high = (np.where(np.isnan(luck[0]), np.nan, limit) for limit in (low, high))
    return pd.DataFrame(
        {
            "households": size[0].astype(int),
            "first": first[0],
            "second": second[0],
            "adjusted": adjusted[0],
            "luck_observed": luck[0],
            "low": low,
            "high": high,
        }
    )


def _trend(x, y, m, k, boot) -> pd.DataFrame:
    non_buyers, resamples, seed, confidence = boot
    groups = [(x >= low) & (x <= high) for low, high in CLASSES]
    kept = [(c, g) for c, g in zip(CLASSES, groups, strict=True) if g.any()]
    member = np.column_stack([g for _, g in kept]).astype(float)
    plan = np.hstack([member, member * y[:, None], x[:, None], y[:, None]])
    sums = resampled_sums(lambda: iter([plan]), len(x), 0, resamples, seed)
    size, second = np.split(sums[:, :-2], 2, axis=1)
    # households without any purchase are in the class of 0 too, with y = 0
    size = size + np.where([c[0] == 0 for c, _ in kept], non_buyers, 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        second = second / size
        adjusted = second * sums[:, [-2]] / sums[:, [-1]]
    low, high = intervals(adjusted[1:], confidence)
    names = [f"{a}" if a == b else f"{a}-{b}" if b < np.inf else f"{a}+" for (a, b), _ in kept]
    first = np.array([x[g].mean() for _, g in kept])
    return pd.DataFrame(
        {
            "purchases": names,
            "households": size[0].astype(int),
            "first": first,
            "second": second[0],
            "adjusted": adjusted[0],
            "low": low,
            "high": high,
            "expected": expected_next(first, m, k),
        }
    )


def _movement(first, second) -> pd.DataFrame:
    after = second.astype(object).reindex(first.index).fillna("none")
    order = pd.CategoricalDtype(["none", *first.cat.categories], ordered=True)
    pairs = pd.DataFrame({"tier": first, "next_tier": after.astype(order)})
    long = pairs.groupby(["tier", "next_tier"], observed=False).size().rename("households")
    long = long.reset_index()
    sizes = long.groupby("tier", observed=False)["households"].transform("sum")
    return long.assign(share=long["households"] / sizes)
