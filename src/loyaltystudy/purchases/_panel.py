"""Purchase panels: checked purchases, cut into periods."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from loyaltystudy.errors import SurveyError
from loyaltystudy.purchases._base import BasePanel
from loyaltystudy.purchases._counts import count_rows
from loyaltystudy.purchases._spec import PanelSpec


@dataclass(frozen=True, eq=False)
class Panel(BasePanel):
    """Checked purchases under standard column names.

    ``purchases``: one row a purchase, in the order of purchase within each household; columns
    household, brand, those of time, spend, quantity, contact and receipt that there are, and what
    the specification keeps. ``households``: attributes by household, or None. ``contacts``:
    household (and time) of each contact made, or None. ``left_out``: why, rows: what the
    specification declares to be no purchase.
    """

    spec: PanelSpec
    purchases: pd.DataFrame
    households: pd.DataFrame | None = None
    contacts: pd.DataFrame | None = None
    left_out: pd.DataFrame | None = None

    @property
    def timed(self) -> bool:
        return "time" in self.purchases

    @property
    def ordered(self) -> bool:
        """Whether the order of a household's purchases is known.

        Without times it is the order of rows, unless the specification says ``order: none`` or
        the rows of every household come brand by brand, as sorting leaves them and buying does not.
        """
        return self.timed or (self.spec.order == "rows" and not _brand_by_brand(self.purchases))

    @property
    def buyers(self) -> int:
        return self.purchases["household"].nunique()

    def counts(self, household: str | None = None, brand: str | None = None) -> pd.DataFrame:
        return count_rows(self.purchases, household or "household", brand or "brand")

    def counts_by_period(self, periods: int) -> list[pd.DataFrame]:
        labels, whole = period_labels(self, periods=periods), self.counts()
        tables = []
        for period in range(periods):
            table = count_rows(self.purchases[labels == period], "household", "brand")
            tables.append(table.reindex(index=whole.index, columns=whole.columns, fill_value=0))
        return tables

    def where(self, column: str, values) -> Panel:
        """The purchases whose ``column`` holds one of ``values``, as a panel of its own.

        Households left without a purchase become non-buyers of the smaller category.
        """
        if column not in self.purchases:
            raise SurveyError(
                f"column={column!r}: no such column. Columns: {list(self.purchases.columns)}."
            )
        values = list(values) if pd.api.types.is_list_like(values) else [values]
        rows = self.purchases[self.purchases[column].isin(values)]
        if rows.empty:
            raise SurveyError(f"{column}: no purchase holds any of {values[:5]}.")
        size = self.spec.panel_size or self.buyers
        spec = self.spec.model_copy(update={"panel_size": size})
        return replace(self, spec=spec, purchases=rows.reset_index(drop=True))

    def pool_brands(self, *, keep: int, rest: str = "all others") -> Panel:
        """Keep the ``keep`` brands bought most, and call every other brand ``rest``."""
        counts = self.purchases["brand"].value_counts()
        if keep < 1 or rest in counts.index:
            raise SurveyError(f"keep={keep}, rest={rest!r}: keep at least 1, the rest a new name.")
        top = counts.sort_index(kind="stable").sort_values(ascending=False, kind="stable")
        brands = self.purchases["brand"]
        pooled = brands.where(brands.isin(top.index[:keep]), rest)
        return replace(self, purchases=self.purchases.assign(brand=pooled))

    def rename_brands(self, names: dict) -> Panel:
        """Give brands other names; brands given the same name become one (sizes, forms).

        Examples
        --------
        >>> from loyaltystudy.purchases import load_panel, purchase_table
        >>> heinz = {f"Heinz {size} oz": "Heinz" for size in (28, 32, 41)}
        >>> purchase_table(load_panel("catsup").rename_brands(heinz)).sum().to_dict()
        {'Heinz': 2491, 'Hunts 32 oz': 307}
        """
        unknown = sorted({str(n) for n in names} - set(self.purchases["brand"].astype(str)))
        if unknown:
            raise SurveyError(f"names: nobody bought {unknown}. Write brands as in the panel.")
        return replace(self, purchases=self.purchases.replace({"brand": names}))

    def __repr__(self) -> str:
        brands = self.purchases["brand"].nunique()
        order = "timed" if self.timed else "in order" if self.ordered else "in no known order"
        return self.described(len(self.purchases), brands, "", order)


def need_panel(panel, what: str) -> None:
    """Raise if purchases are no panel in memory."""
    if not isinstance(panel, Panel):
        raise SurveyError(f"{what}: expected a Panel; found {type(panel).__name__}.")


def period_labels(panel: Panel, *, periods: int = 2) -> np.ndarray:
    """The period (0, 1, ...) of every purchase.

    With times: windows of equal length from the first to the last purchase of the panel. Without:
    equal shares of each household's own purchases, in their order; these show changes in what is
    bought, never in how much.
    """
    if periods < 2:
        raise SurveyError(f"periods={periods}: give 2 or more.")
    if panel.timed:
        time = clock(panel.purchases["time"])
        return windows(time, time.min(), time.max(), periods)
    if not panel.ordered:
        raise SurveyError(
            f"Panel {panel.name!r}: the order of purchases is not known (rows are sorted by brand, "
            "or order: none), so there are no periods. Give a time column."
        )
    household = panel.purchases.groupby("household", sort=False)["household"]
    rank, size = household.cumcount().to_numpy(), household.transform("size").to_numpy()
    return rank * periods // size


def clock(time: pd.Series) -> np.ndarray:
    """Times as numbers."""
    time = time.astype("int64") if pd.api.types.is_datetime64_any_dtype(time) else time
    return time.to_numpy(float)


def windows(time: np.ndarray, first: float, last: float, periods: int) -> np.ndarray:
    """The window of equal length, from the first to the last time, that each time lies in."""
    if first == last:
        raise SurveyError("time: all purchases are of one time; there are no periods.")
    return np.minimum(((time - first) / ((last - first) / periods)).astype(int), periods - 1)


def period_tables(panel: BasePanel, *, periods: int = 2) -> list[pd.DataFrame]:
    """One household x brand table a period, all with the same households and brands."""
    panel.need_frequencies("period_tables")
    return panel.counts_by_period(periods)


def _brand_by_brand(purchases) -> bool:
    """Each household's purchases stand brand by brand, which chance would hardly do."""
    from scipy.special import gammaln

    household, brand = purchases["household"], purchases["brand"]
    runs = ((household != household.shift()) | (brand != brand.shift())).sum()
    counts = purchases.groupby(["household", "brand"], observed=True, sort=False).size()
    if runs != len(counts):
        return False
    totals = counts.groupby(level=0)
    # of all orders of a household's purchases, those brand by brand: brands! x prod count! / n!
    chance = gammaln(totals.size() + 1).sum() + gammaln(counts + 1).sum()
    return bool(chance - gammaln(totals.sum() + 1).sum() < np.log(1e-6))
