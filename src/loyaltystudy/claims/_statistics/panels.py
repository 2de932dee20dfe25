"""What purchase panels say: buyers of one brand, and customers who never grow."""

from __future__ import annotations

import numpy as np
import pandas as pd

from loyaltystudy.claims._rules import Evidence
from loyaltystudy.claims._statistics.levels import proportion

LEAST = 5  # purchases: in shorter histories sole buyers look many
BAND = 0.10  # of a standard deviation of a household's buying, for one campaign more
PERIODS, DRAWS = 12, 500


def sole_buyers(panel) -> Evidence:
    """Share of households with five purchases or more that bought one brand only (Wilson).

    Where the panel tells sizes or forms of one maker apart, makers count as the brands. Where
    it tells only which brands are used, the share is shown and not judged.
    """
    from loyaltystudy.purchases import purchase_table

    words = f"share of sole buyers among households with {LEAST} purchases or more"
    if panel.spec.records == "use":  # a brand used often and one used once look the same
        used = purchase_table(panel) > 0
        words = "share of those who use one brand only"
        found = proportion(used.sum(axis=1) == 1)
        short = ("the number of purchases",)
        return found.but(what=words, short_of=short, note=f"{used.shape[1]} brands")
    panel, category = _one_category(panel)
    makers = panel.spec.makers
    table = purchase_table(panel.rename_brands(makers) if makers else panel)
    long = table[table.sum(axis=1) >= LEAST]
    if len(long) == 0:
        return Evidence(words, missing=(f"households with {LEAST} purchases",))
    found = proportion((long > 0).sum(axis=1) == 1)
    note = f"{table.shape[1]} brands" + (", by maker" if makers else "") + category
    return found.but(what=words, note=note)


def _one_category(panel):
    """The panel's largest category, where it has several: brands compete within one only."""
    column = panel.spec.category
    if column is None:
        return panel, ""
    largest = panel.purchases[column].value_counts().index[0]
    return panel.where(column, largest), f", the largest category: {str(largest).lower()}"


def never_growing(panel, *, seed: int = 0) -> Evidence:
    r"""Share of households whose buying does not respond to contacts, beyond a small band.

    Each household's slope of spend (in its periods, standardised over all) on contacts, with its
    own level: slopes :math:`b_i \pm s_i` vary as :math:`N(\mu, \tau^2)`, by moments (DerSimonian
    & Laird 1986); the share is
    :math:`\Phi((\delta - \mu)/\tau) - \Phi((-\delta - \mu)/\tau)` with a bootstrap interval
    over households. Contacts that a company chose by past buying make slopes look steeper.
    """
    words = f"share of households whose slope on contacts lies within {BAND:g} SD"
    if panel.contacts is None or not panel.timed or "spend" not in panel.purchases:
        return Evidence(words, missing=("dated purchases with spend, and contacts",))
    slopes, errors = _household_slopes(panel)
    if len(slopes) < 30:
        return Evidence(words, missing=("30 households whose contacts vary",))
    estimate = float(_share_in_band(slopes, errors))
    rows = np.random.default_rng(seed).integers(len(slopes), size=(DRAWS, len(slopes)))
    drawn = _share_in_band(slopes[rows], errors[rows])
    low, high = np.quantile(drawn, [0.025, 0.975])
    n = len(slopes)
    return Evidence(words, estimate, float(low), float(high), n=n, smallest=n)


def _household_slopes(panel) -> tuple[np.ndarray, np.ndarray]:
    bought, contacts = panel.purchases, panel.contacts
    edges = pd.date_range(bought["time"].min(), bought["time"].max(), periods=PERIODS + 1)
    spend = _by_period(bought, edges, bought["spend"])
    made = _by_period(contacts, edges, pd.Series(1.0, index=contacts.index))
    made = made.reindex(spend.index, fill_value=0.0)
    y = np.log1p(spend.to_numpy(float))
    y = y / y.std()
    x = made.to_numpy(float)
    x, y = x - x.mean(axis=1, keepdims=True), y - y.mean(axis=1, keepdims=True)
    spread = (x**2).sum(axis=1)
    varied = spread > 0
    x, y, spread = x[varied], y[varied], spread[varied]
    slopes = (x * y).sum(axis=1) / spread
    left = ((y - slopes[:, None] * x) ** 2).sum(axis=1) / (PERIODS - 2)
    pooled = left.mean()  # twelve periods are few for a variance of one's own
    return slopes, np.sqrt(pooled / spread)


def _by_period(rows: pd.DataFrame, edges, amount: pd.Series) -> pd.DataFrame:
    period = pd.cut(rows["time"], edges, labels=False, include_lowest=True)
    named = pd.DataFrame({"household": rows["household"], "period": period, "amount": amount})
    table = named.pivot_table("amount", "household", "period", aggfunc="sum", fill_value=0.0)
    return table.reindex(columns=range(PERIODS), fill_value=0.0)


def _share_in_band(slopes: np.ndarray, errors: np.ndarray) -> np.ndarray:
    """The share of households in the band, of slopes ``(..., households)``."""
    from scipy.special import ndtr

    w = 1 / errors**2
    whole = w.sum(axis=-1)
    fixed = (w * slopes).sum(axis=-1) / whole
    q = (w * (slopes - fixed[..., None]) ** 2).sum(axis=-1)
    freedom = slopes.shape[-1] - 1
    tau2 = np.maximum(0.0, (q - freedom) / (whole - (w**2).sum(axis=-1) / whole))
    weight = 1 / (errors**2 + tau2[..., None])
    mu = (weight * slopes).sum(axis=-1) / weight.sum(axis=-1)
    tau = np.sqrt(np.maximum(tau2, 1e-12))
    return ndtr((BAND - mu) / tau) - ndtr((-BAND - mu) / tau)


never_growing.takes_seed = True
