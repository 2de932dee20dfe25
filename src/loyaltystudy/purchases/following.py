"""One row a household: what it did in one period and, as outcome, in the next."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from loyaltystudy.errors import SurveyError
from loyaltystudy.purchases.panel import Panel, period_labels, period_tables
from loyaltystudy.purchases.tiers import assign_tiers


@dataclass(frozen=True, eq=False)
class NextPeriod:
    """Predictors and outcomes for a comparison of blocks.

    ``data``: households x columns, all numbers. ``blocks``: columns by block (tier, repertoire,
    demographics). ``outcomes``: columns that tell of the second period.
    """

    data: pd.DataFrame
    blocks: dict[str, list[str]]
    outcomes: list[str]

    def __repr__(self) -> str:
        parts = [f"{name}: {', '.join(columns)}" for name, columns in self.blocks.items()]
        head = f"{len(self.data)} households; outcomes: {', '.join(self.outcomes)}"
        return "\n".join([head, *parts])


def next_period(
    panel: Panel, *, demographics: list[str] | None = None, shares: dict[str, float] | None = None
) -> NextPeriod:
    """What the first half of a panel says of each household, and what it does in the second.

    The households are those that bought in the first half and, where the panel describes
    households, are described. Blocks: ``tier``, yes or no for each tier above the lowest (by
    spend, else by purchases); ``repertoire``, the number of brands bought and the share of
    purchases that went to the favourite; ``demographics``, numbers as they are and categories as
    yes or no for each but the commonest, missing values kept missing. Outcomes:
    ``next_purchases`` and ``next_spend`` (with times; 0 for a household that stays away) and
    ``next_favourite_share``, the share of second-half purchases that go to the first half's
    favourite brand (missing for who stays away). A household's repertoire and tier come from the
    same purchases, so they share what they explain.

    Without times the halves are equal parts of each household's own purchases, so there is
    no ``next_purchases`` to explain, and the only outcome is ``next_favourite_share``.

    Parameters
    ----------
    panel : Panel
        With times or a known order of purchases.
    demographics : list of str
        Columns of ``panel.households``; all by default.
    shares : dict
        Share of households by tier, see :func:`assign_tiers`.

    Returns
    -------
    NextPeriod

    Raises
    ------
    SurveyError
        If the order of purchases is not known, or a demographic column is not there.

    Examples
    --------
    >>> from loyaltystudy.purchases import load_panel, next_period
    >>> next_period(load_panel("cracker"))
    136 households; outcomes: next_favourite_share
    tier: silver, gold, platinum
    repertoire: brands_bought, favourite_share
    """
    described = _demographics(panel, demographics)
    tables = period_tables(panel)
    households = tables[0].index
    first, second = (table.to_numpy() for table in tables)
    frame = pd.DataFrame(index=households)
    favourite = first.argmax(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        rows = np.arange(len(first))
        frame["brands_bought"] = (first > 0).sum(axis=1)
        frame["favourite_share"] = first[rows, favourite] / first.sum(axis=1)
        frame["next_favourite_share"] = second[rows, favourite] / second.sum(axis=1)
    value, outcomes = _values(panel, households, first, second)
    frame = frame.assign(**outcomes)
    bought = first.sum(axis=1) > 0
    tiers = pd.get_dummies(assign_tiers(value[bought], shares=shares), dtype=float).iloc[:, 1:]
    frame = frame[bought].join(tiers)
    blocks = {"tier": list(tiers.columns), "repertoire": ["brands_bought", "favourite_share"]}
    if described is not None:
        frame = frame.join(described, how="inner")
        blocks["demographics"] = list(described.columns)
    return NextPeriod(frame.astype(float), blocks, [*outcomes, "next_favourite_share"])


def _values(panel, households, first, second) -> tuple[pd.Series, dict]:
    """What tiers go by in the first half, and the second half's amounts where there is time."""
    if not panel.timed:
        return pd.Series(first.sum(axis=1), households), {}
    outcomes = {"next_purchases": second.sum(axis=1)}
    if "spend" not in panel.purchases:
        return pd.Series(first.sum(axis=1), households), outcomes
    rows = panel.purchases.assign(period=period_labels(panel))
    spend = rows.groupby(["period", "household"])["spend"].sum()
    one, two = (spend.loc[p].reindex(households, fill_value=0.0) for p in (0, 1))
    return one, {**outcomes, "next_spend": two.to_numpy()}


def _demographics(panel, columns) -> pd.DataFrame | None:
    if panel.households is None:
        if columns:
            raise SurveyError(f"demographics={columns}: panel {panel.name!r} describes nobody.")
        return None
    people = panel.households.set_index("household")
    missing = sorted(set(columns or []) - set(people.columns))
    if missing:
        raise SurveyError(
            f"demographics: no such columns: {missing}. Columns: {list(people.columns)}."
        )
    if not people.index.is_unique:
        twice = people.index[people.index.duplicated()][:5].tolist()
        raise SurveyError(f"households: described twice: {twice}. Keep one row each.")
    parts = [_numbers(people[name]) for name in columns or people.columns]
    return pd.concat(parts, axis=1)


def _numbers(column) -> pd.DataFrame:
    if pd.api.types.is_numeric_dtype(column):
        return column.astype(float).to_frame()
    text = column.astype(object)
    known = text.notna()
    levels = text[known].value_counts().index[1:]
    dummies = {f"{column.name}: {level}": (text == level).where(known) for level in sorted(levels)}
    return pd.DataFrame(dummies, index=column.index).astype(float)
