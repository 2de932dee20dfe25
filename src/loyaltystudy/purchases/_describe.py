"""Describing a household x brand table: the standard measures, with household bootstrap."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from loyaltystudy.display import Display, Shown
from loyaltystudy.errors import refuse
from loyaltystudy.purchases._base import BasePanel
from loyaltystudy.purchases._counts import check_table, purchase_table
from loyaltystudy.purchases._resample import intervals, resampled_sums
from loyaltystudy.purchases._theory import MEASURES
from loyaltystudy.rsquared import wrong_confidence

LONG = 5  # purchases from which a household's repertoire can be judged
BRANDS = 60


@dataclass(frozen=True, eq=False, repr=False)
class PanelDescription(Shown):
    """Measures of a panel.

    ``table``: brand, measure, estimate, low, high. ``category``: measure, estimate, low, high.
    ``duplication``: brand, other, duplication, coefficient, low, high (of the duplication),
    coefficient_low, coefficient_high.
    ``notes``: what to beware of. ``n`` households, ``buyers`` among them.
    """

    table: pd.DataFrame
    category: pd.DataFrame
    duplication: pd.DataFrame
    notes: tuple[str, ...]
    n: int
    buyers: int

    def _shown(self) -> Display:
        wide = {
            measure: rows.set_index("brand")["estimate"]
            for measure, rows in self.table.groupby("measure", sort=False)
        }
        head = f"{self.n} households, {self.buyers} buyers of the category"
        tables = [("", pd.DataFrame(wide).rename_axis("brand")), ("", self.category)]
        return Display(head, tables, self.notes)


def describe_purchases(
    table,
    *,
    non_buyers: int | None = None,
    confidence: float = 0.95,
    resamples: int = 999,
    seed: int = 0,
) -> PanelDescription:
    r"""Describe what households bought, with percentile intervals from resampled households.

    For each brand: ``market_share`` of purchases; ``penetration``, households buying it at least
    once; ``purchase_rate``, its purchases a buyer; ``category_rate``, category purchases a buyer
    of it; ``share_of_requirements`` (share of wallet, in purchases), the first over the second;
    ``sole_buyers``, its buyers who bought nothing else; ``repeat_buyers``, its buyers who bought
    it at least twice.

    For the category: ``penetration``; ``purchase_rate``; ``repertoire_size``, brands a buyer;
    ``sole_buyers``; ``heavy_half`` and ``heavy_fifth``, the share of purchases by the heaviest
    half and fifth of the buyers. Somebody who bought once has bought one brand, so in short
    panels sole buyers look many and repertoires small. Hence ``below_five``, buyers with fewer
    than five purchases, and three corrected measures: ``sole_buyers_5plus`` among buyers with
    five purchases or more; ``sole_buyers_at_5`` and ``repertoire_at_5``, what *five* of their
    purchases drawn at random would show (so that panels of unequal length can be compared):

    .. math:: \text{repertoire at 5} =
              \frac1H \sum_h \sum_j \left[1 - \binom{n_h - c_{hj}}{5} / \binom{n_h}{5}\right]

    Parameters
    ----------
    table : DataFrame or Panel
        households x brands, whole numbers, see :func:`purchase_table`. Rows of zeros are
        households without purchase. Of a panel that records use, only what use can tell.
    non_buyers : int
        Households without purchase that are not rows of the table. With none known (a Panel may
        know), penetrations are shares of the category's buyers.
    confidence : float
        Level of the intervals.
    resamples : int
        Resamples of households; 0 for none, and NaN limits.
    seed : int
        Seed of the resampling.

    Returns
    -------
    PanelDescription

    Raises
    ------
    SurveyError
        If a cell is not a whole number from 0, a brand was never bought, there are more than
        60 brands (pool them), or an argument lies out of range.

    References
    ----------
    Ehrenberg (1988), *Repeat-Buying*, 2nd ed.

    Examples
    --------
    >>> import pandas as pd
    >>> from loyaltystudy.purchases import describe_purchases
    >>> table = pd.DataFrame({"a": [3, 0, 1, 6], "b": [0, 2, 1, 0]})
    >>> described = describe_purchases(table, resamples=0)
    >>> described.category.set_index("measure")["estimate"].round(2).head(4)
    measure
    penetration        1.00
    purchase_rate      3.25
    repertoire_size    1.25
    sole_buyers        0.75
    Name: estimate, dtype: float64
    """
    panel = table if isinstance(table, BasePanel) else None
    if panel is not None:
        table = purchase_table(panel)
        non_buyers = panel.non_buyers if non_buyers is None else non_buyers
    non_buyers = non_buyers or 0
    _check_options(non_buyers, confidence, resamples)
    counts = checked(table)
    n = counts.sum(axis=1)
    order = np.argsort(-n, kind="stable")  # heaviest first, for the heavy half
    counts, n = np.asfortranarray(counts[order]), n[order]  # brand by brand in memory
    blocks, statistic = _plan(counts, n, len(counts) + non_buyers)
    sums = resampled_sums(blocks, len(counts), non_buyers, resamples, seed)
    values = statistic(sums)
    limits = intervals(values[1:], confidence)
    tidy = pd.DataFrame({"estimate": values[0], "low": limits[0], "high": limits[1]})
    buyers = int((n > 0).sum())
    use = panel is not None and panel.spec.records == "use"
    tables = _unpack(tidy, table.columns)
    notes = _notes(n, counts, non_buyers, table.columns, long=not use)
    if use:
        kept = [t[t["measure"].isin(USE)].reset_index(drop=True) for t in tables[:2]]
        tables = (*kept, tables[2])
        notes = ("Only use is recorded, not how often: no rates, shares or repeat buying.", *notes)
    return PanelDescription(*tables, notes, len(counts) + non_buyers, buyers)


def brand_measures(table: pd.DataFrame, *, non_buyers: int = 0) -> pd.DataFrame:
    """Observed brand measures, one row a brand, columns as in :data:`theory.MEASURES`."""
    counts = checked(table)
    n = counts.sum(axis=1)
    sums = np.stack([_brand_block(counts[:, j], n).sum(axis=0) for j in range(counts.shape[1])])
    values = _brand_measures(sums, n.sum(), len(counts) + non_buyers)
    return pd.DataFrame(values, index=table.columns, columns=list(MEASURES))


def checked(table: pd.DataFrame) -> np.ndarray:
    """Counts of a table whose every brand was bought, else one SurveyError."""
    counts = check_table(table)
    never = table.columns[counts.sum(axis=0) == 0].tolist()
    problems = []
    if never:
        problems.append(f"table: brands that nobody bought: {never}. Leave their columns out.")
    if counts.shape[1] > BRANDS:
        problems.append(
            f"table: {counts.shape[1]} brands; at most {BRANDS} are compared pair by pair. "
            "Pool the small ones: pool_brands(table, keep=20)."
        )
    refuse(problems)
    return counts


CATEGORY = (
    "penetration",
    "purchase_rate",
    "repertoire_size",
    "sole_buyers",
    "sole_buyers_5plus",
    "sole_buyers_at_5",
    "repertoire_at_5",
    "below_five",
    "heavy_half",
    "heavy_fifth",
)


USE = ("penetration", "repertoire_size", "sole_buyers")  # what yes and no can tell


def _plan(counts, n, households) -> tuple[Callable[[], Iterator[np.ndarray]], Callable]:
    """Columns to be summed over (resampled) households, and the measures of such sums."""
    brands = counts.shape[1]
    first, second = np.triu_indices(brands, 1)
    starts = np.flatnonzero(np.diff(n, prepend=n[0] + 1))  # n is sorted: runs of equal totals
    sizes = n[starts]

    def blocks():
        for j in range(brands):
            yield _brand_block(counts[:, j], n)
        bought = counts > 0
        for j in range(brands - 1):  # a block a brand keeps a million households in memory
            yield _columns(bought[:, j] & bought[:, k] for k in range(j + 1, brands))
        yield _category_block(counts, bought, n)
        yield starts  # how many households have each total: summed by runs

    def statistic(sums):
        cuts = np.cumsum([5 * brands, len(first), 9])
        brand, pairs, category, runs = np.split(sums, cuts, axis=1)
        brand = brand.reshape(len(sums), brands, 5)
        measures = _brand_measures(brand, category[:, [0]], households)
        with np.errstate(invalid="ignore", divide="ignore"):
            forward = pairs / brand[:, first, 0]
            backward = pairs / brand[:, second, 0]
            coefficient = pairs * households / (brand[:, first, 0] * brand[:, second, 0])
        category = _category_measures(category, runs, sizes, households)
        flat = measures.reshape(len(sums), -1)
        return np.hstack([flat, category, forward, backward, coefficient])

    return blocks, statistic


def _brand_block(c, n):
    bought = c > 0
    return _columns((bought, c, c > 1, n * bought, bought & (c == n)))


def _columns(columns):
    """Households x columns, each column whole in memory."""
    columns = list(columns)
    out = np.empty((len(columns), len(columns[0])))
    for row, column in zip(out, columns, strict=True):
        row[:] = column
    return out.T


def _brand_measures(sums, purchases, households):
    buyers, own, twice, category, sole = (sums[..., i] for i in range(5))
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.stack(
            [
                own / purchases,
                buyers / households,
                own / buyers,
                category / buyers,
                own / category,
                sole / buyers,
                twice / buyers,
            ],
            axis=-1,
        )


def _category_block(counts, bought, n):
    brands = bought.sum(axis=1)
    long = n >= LONG
    ways = _falling(np.arange(n.max() + 1.0))  # of drawing five purchases, up to a constant
    different, alike = np.zeros(len(n)), np.zeros(len(n))
    total = n[long]
    for c in counts[long].T:
        different[long] += 1 - ways[total - c] / ways[total]
        alike[long] += ways[c] / ways[total]
    columns = (
        n,
        n > 0,
        brands,
        brands == 1,
        long,
        long & (brands == 1),
        alike,
        different,
        (n > 0) & ~long,
    )
    return _columns(columns)


def _falling(x):
    """x (x - 1) ... (x - 4): proportional to the ways of drawing five of x."""
    return np.prod([np.maximum(x - i, 0.0) for i in range(LONG)], axis=0)


def _category_measures(sums, runs, sizes, households):
    n, buyers, brands, sole, long, sole_long, alike, different, short = sums.T
    with np.errstate(invalid="ignore", divide="ignore"):
        plain = [
            buyers / households,
            n / buyers,
            brands / buyers,
            sole / buyers,
            sole_long / long,
            alike / long,
            different / long,
            short / buyers,
        ]
        heavy = [heavy_share(runs[:, sizes > 0], sizes[sizes > 0], part) for part in (0.5, 0.2)]
    return np.column_stack(plain + heavy)


def heavy_share(runs, sizes, part):
    """Share of purchases by the heaviest ``part`` of buyers; ``sizes`` fall from the heaviest."""
    before = runs.cumsum(axis=1) - runs
    taken = np.clip(part * runs.sum(axis=1, keepdims=True) - before, 0, runs)
    return (taken @ sizes) / (runs @ sizes)


def _unpack(tidy, brands):
    count, pairs = len(brands), len(brands) * (len(brands) - 1) // 2
    cuts = np.cumsum([len(MEASURES) * count, len(CATEGORY), pairs, pairs])
    table, category, forward, backward, coefficient = (
        tidy.iloc[a:b].reset_index(drop=True)
        for a, b in zip([0, *cuts], [*cuts, len(tidy)], strict=True)
    )
    table.insert(0, "brand", np.repeat(np.asarray(brands), len(MEASURES)))
    table.insert(1, "measure", list(MEASURES) * count)
    category.insert(0, "measure", CATEGORY)
    first, second = np.triu_indices(count, 1)
    names = np.asarray(brands)
    both = pd.concat([forward, backward], ignore_index=True)
    both.insert(0, "brand", np.concatenate([names[first], names[second]]))
    both.insert(1, "other", np.concatenate([names[second], names[first]]))
    both = both.rename(columns={"estimate": "duplication"})
    both.insert(3, "coefficient", np.tile(coefficient["estimate"], 2))
    both["coefficient_low"] = np.tile(coefficient["low"], 2)
    both["coefficient_high"] = np.tile(coefficient["high"], 2)
    place = np.lexsort([np.concatenate([second, first]), np.concatenate([first, second])])
    return table, category, both.iloc[place].reset_index(drop=True)


def _notes(n, counts, non_buyers, brands, long) -> tuple[str, ...]:
    notes = []
    short = float((n[n > 0] < LONG).mean())
    if long and short > 0.1:
        notes.append(
            f"Short histories: {short:.0%} of the buyers have fewer than {LONG} purchases, so "
            "sole_buyers is too high and repertoire_size too low; read the measures at 5."
        )
    if non_buyers == 0 and (n > 0).all():
        notes.append("No household without purchase is known: penetrations are among buyers.")
    buyers = (counts > 0).sum(axis=0)
    few = [str(b) for b, count in zip(brands, buyers, strict=True) if count < 10]
    if few:
        notes.append(f"Fewer than 10 buyers, so their figures hardly mean anything: {few}.")
    return tuple(notes)


def _check_options(non_buyers, confidence, resamples) -> None:
    problems = wrong_confidence(confidence)
    if non_buyers < 0:
        problems.append(f"non_buyers={non_buyers}: give a number from 0.")
    if resamples < 0:
        problems.append(f"resamples={resamples}: give a number from 0.")
    refuse(problems)
