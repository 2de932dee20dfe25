"""One row a household: what it did in one period and, as outcome, in the next."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from loyaltystudy.errors import SurveyError
from loyaltystudy.purchases._panel import Panel, need_panel, period_labels, period_tables
from loyaltystudy.purchases._tiers import activity, assign_tiers, check_rule, tier_value

REPERTOIRE = ("brands_bought", "favourite_share")
PAST = ("purchases", "spend")
NEXT = ("next_purchases", "next_spend", "next_favourite_share")


@dataclass(frozen=True, eq=False)
class NextPeriod:
    """What a period says of each household, and what it did in the next.

    ``data``: households x columns, for :func:`loyaltystudy.compare_blocks`. ``blocks``: columns by
    block (tier, repertoire, demographics). ``past``: how much was bought in the first period, which
    tiers are made of. ``outcomes``: columns that tell of the second period.
    """

    data: pd.DataFrame
    blocks: dict[str, list[str]]
    past: list[str]
    outcomes: list[str]

    @property
    def n(self) -> int:
        """Households."""
        return len(self.data)

    def __repr__(self) -> str:
        parts = [f"{name}: {', '.join(columns)}" for name, columns in self.blocks.items()]
        head = f"{self.n} households; outcomes: {', '.join(self.outcomes)}"
        return "\n".join([head, *parts, f"past: {', '.join(self.past)}"])


def next_period(
    panel: Panel,
    *,
    demographics: list[str] | None = None,
    rule: str | None = None,
    shares: dict[str, float] | None = None,
    brand: str | None = None,
) -> NextPeriod:
    """What the first half of a panel says of each household, and what it does in the second.

    The households are those that bought in the first half and, where the panel describes
    households, are described. Blocks: ``tier``, by what was bought in the first half;
    ``repertoire``, the number of brands bought and the share of purchases that went to the
    favourite (of several, the first by name); ``demographics``, as the panel has them.
    Outcomes: ``next_purchases`` and ``next_spend`` (with times; 0 for a household that stays
    away) and ``next_favourite_share``, the share of second-half purchases that go to the first
    half's favourite brand (missing for who stays away). ``past``, the purchases and spend of the
    first half, is what a tier is cut from: hold it constant (``controls``) to see what a tier
    says beyond it.

    Without times the halves are equal shares of each household's own purchases, so there is
    no ``next_purchases`` to explain, the only outcome is ``next_favourite_share``, and a tier
    says no more than whose history is long.

    Parameters
    ----------
    panel : Panel
        With times or a known order of purchases.
    demographics : list of str
        Columns of ``panel.households``, ``[]`` for none; by default those that the
        specification names, or all.
    rule : {"spend", "rfm", "purchases"}
        What tiers go by, see :func:`follow_tiers`; by default spend, or purchases if the panel
        has no times or no spend.
    shares : dict
        Share of households by tier, see :func:`assign_tiers`.
    brand : str
        One company's own records: tiers, purchases, spend and outcomes are of this brand alone,
        and so are the households; the repertoire is of all brands.

    Returns
    -------
    NextPeriod

    Raises
    ------
    SurveyError
        If the order of purchases is not known, or a brand or demographic column is not there.

    Examples
    --------
    >>> import loyaltystudy as ls
    >>> from loyaltystudy.purchases import load_panel, next_period
    >>> cracker = next_period(load_panel("cracker"))
    >>> cracker
    136 households; outcomes: next_favourite_share
    tier: tier
    repertoire: brands_bought, favourite_share
    past: purchases
    >>> found = ls.compare_blocks(cracker.data, "next_favourite_share", cracker.blocks)
    >>> found.table.query("measure == 'unique'")[["block", "adjusted"]].round(2)
            block  adjusted
    2        tier     -0.01
    3  repertoire      0.54
    """
    need_panel(panel, "next_period")
    described = _demographics(panel, demographics)
    tables = period_tables(panel)
    frame = _repertoire(*tables).join(_amounts(panel, tables, brand))
    frame = frame[frame["purchases"] > 0]
    if frame.empty:
        raise SurveyError(f"brand={brand!r}: nobody bought it in the first half of the panel.")
    past = [name for name in PAST if name in frame]
    rule = rule or past[-1]  # spend, where it is known
    check_rule(rule)
    if rule not in past and not {"spend", "last"} <= set(frame):
        raise SurveyError(f"rule={rule!r}: panel {panel.name!r} has no times, or no spend.")
    frame = frame.assign(tier=assign_tiers(tier_value(frame, rule), shares=shares))
    blocks = {"tier": ["tier"], "repertoire": list(REPERTOIRE)}
    if described is not None:
        frame = frame.join(described, how="inner")
        blocks["demographics"] = list(described.columns)
    outcomes = [name for name in NEXT if name in frame]
    order = [*(c for columns in blocks.values() for c in columns), *past, *outcomes]
    return NextPeriod(frame[order], blocks, past, outcomes)


def _repertoire(first: pd.DataFrame, second: pd.DataFrame) -> pd.DataFrame:
    """Brands bought, and purchases of the first half's favourite in both halves."""
    favourite = first.to_numpy().argmax(axis=1)
    rows = np.arange(len(first))
    one, two = (table.to_numpy() for table in (first, second))
    with np.errstate(invalid="ignore", divide="ignore"):
        shares = [table[rows, favourite] / table.sum(axis=1) for table in (one, two)]
    columns = [(one > 0).sum(axis=1), *shares]
    return pd.DataFrame(dict(zip((*REPERTOIRE, NEXT[-1]), columns, strict=True)), first.index)


def _amounts(panel, tables, brand) -> pd.DataFrame:
    """Purchases, spend and last time of the first half; of the second too, where there is time."""
    households = tables[0].index
    if brand is not None and brand not in tables[0]:
        raise SurveyError(f"brand={brand!r}: nobody bought it. Write brands as in the panel.")
    if not panel.timed:
        table = tables[0] if brand is None else tables[0][[brand]]
        return table.sum(axis=1).to_frame("purchases")
    rows, labels = panel.purchases, period_labels(panel)
    if brand is not None:
        ours = (rows["brand"] == brand).to_numpy()
        rows, labels = rows[ours], labels[ours]
    both = activity(rows, labels)
    first, second = (
        both.reindex(pd.MultiIndex.from_product([[p], households])).droplevel(0) for p in (0, 1)
    )
    amounts = first.assign(next_purchases=second["purchases"], next_spend=second["spend"])
    filled = amounts.drop(columns="last").astype(float).fillna(0.0).assign(last=first["last"])
    return filled if "spend" in rows else filled.drop(columns=["spend", "next_spend"])


def _demographics(panel, columns) -> pd.DataFrame | None:
    if panel.households is None:
        if columns:
            raise SurveyError(f"demographics={columns}: panel {panel.name!r} describes nobody.")
        return None
    people = panel.households.set_index("household")
    if columns is None:
        columns = panel.spec.demographics or people.columns
    columns = list(columns)
    missing = sorted(set(columns) - set(people.columns))
    if missing:
        raise SurveyError(
            f"demographics: no such columns: {missing}. Columns: {list(people.columns)}."
        )
    if not people.index.is_unique:
        twice = people.index[people.index.duplicated()][:5].tolist()
        raise SurveyError(f"households: described twice: {twice}. Keep one row each.")
    return people[columns] if columns else None
