"""What a comparison of blocks found, and how it is shown."""

from dataclasses import dataclass, field
from functools import partial
from itertools import combinations

import numpy as np
import pandas as pd

from loyaltystudy.display import Display, Shown
from loyaltystudy.errors import SurveyError
from loyaltystudy.explain._frame import HELD
from loyaltystudy.explain._levels import IntraclassCorrelation
from loyaltystudy.explain._order import check_order, order_name, ordered_table, registered_layers
from loyaltystudy.explain._tables import Variant, united
from loyaltystudy.rsquared import (
    STEADY,
    Estimates,
    blocks_of,
    commonality_r2,
    conditional_r2,
    unique_r2,
)

BELOW_ZERO = "an adjusted share below zero is shown as 0: less than chance would give"
ABOVE_ONE = "an adjusted share above 1 is shown as 1: the other blocks are worth less than chance"


@dataclass(frozen=True, eq=False, repr=False)
class BlockComparison(Shown):
    """What :func:`compare_blocks` found; see there for the columns.

    Attributes
    ----------
    table : DataFrame
        ``block, measure, estimate, adjusted, low, high``.
    differences : DataFrame
        ``first, second, measure, estimate, low, high``: adjusted differences.
    outcome, blocks, controls
        What was compared: block name to its columns.
    n, n_dropped : int
        Rows that every model used, and rows left out for missing answers.
    r2, r2_adjusted, r2_cv : float
        Of all blocks and controls together: raw, Ezekiel-adjusted, cross-validated.
    confidence : float
    notes : tuple of str
        What a reader must know beside the numbers.
    variants : tuple of Variant
        R² of every subset of blocks with its error; several where a reliability is assumed within
        a range: the first has the points, the intervals are the union of all.
    layers : list of list of str, or None
        The declared order.
    ordered : DataFrame or None
        ``block, layer, measure, estimate, adjusted, low, high``: ``total`` and
        ``alone_given_earlier`` of each block, ``total``, ``direct`` and ``through_later`` of each
        layer (named after its blocks).
    icc : IntraclassCorrelation or None
        Of the outcome, with at least 10 clusters.
    levels : DataFrame or None
        ``level, block, measure, estimate, adjusted, low, high``: pooled and within clusters.
    wald : DataFrame or None
        ``steps`` where *F* tests of R² do not hold.
    kind : str
        What the R² is of, for the header.

    Examples
    --------
    >>> import loyaltystudy as ls
    >>> study = ls.load_study("mobile-ecsi")
    >>> found = ls.compare_blocks(study, "loyalty", ["trust", "relationship"])
    >>> found.n, [*found.table.columns], bool(0 < found.r2_adjusted < found.r2)
    (250, ['block', 'measure', 'estimate', 'adjusted', 'low', 'high'], True)
    """

    table: pd.DataFrame
    differences: pd.DataFrame
    outcome: str
    blocks: dict[str, list[str]]
    controls: list[str]
    n: int
    n_dropped: int | None
    r2: float
    r2_adjusted: float
    r2_cv: float
    confidence: float
    notes: tuple[str, ...] = ()
    draws: np.ndarray | None = field(default=None, repr=False)
    variants: tuple[Variant, ...] = field(default=(), repr=False)
    layers: list[list[str]] | None = None
    ordered: pd.DataFrame | None = None
    icc: IntraclassCorrelation | None = None
    levels: pd.DataFrame | None = None
    wald: pd.DataFrame | None = None
    kind: str = "R²"
    restored: bool = field(default=False, repr=False)

    @property
    def found(self) -> Estimates:
        """R² of every subset of blocks (bits in the order of ``blocks``), with their errors."""
        return self.variants[0].found

    @property
    def values(self) -> np.ndarray:
        """R² of every subset, controls in; shape (2**k,)."""
        return self.found.r2

    @property
    def adjusted(self) -> np.ndarray:
        """The same adjusted: what the points that are shown are made of."""
        return self.variants[0].adjusted

    def other_orders(self, *orders) -> pd.DataFrame:
        """The same in other orders of layers, side by side: the order decides who wins.

        Parameters
        ----------
        *orders : sequence of sequence of str, or "registered"
            Each as ``order`` of :func:`compare_blocks`. Without any: the declared (or else the
            registered) order and its reverse.

        Returns
        -------
        DataFrame
            ``order`` (layers, earliest first), then the columns of ``ordered``.

        Raises
        ------
        SurveyError
            For orders that do not hold each block once; and from a comparison that was stored,
            since what runs through later layers needs the rows.
        """
        if not orders:
            first = self.layers or registered_layers([*self.blocks])
            orders = (first, first[::-1])
        checked = [check_order(order, [*self.blocks]) for order in orders]
        tables = [self._in_order(layers).assign(order=order_name(layers)) for layers in checked]
        both = pd.concat(tables, ignore_index=True)
        return both[["order", *both.columns.drop("order")]]

    def _in_order(self, layers) -> pd.DataFrame:
        if self.restored:
            raise SurveyError(
                "This comparison was stored, and the rows are not stored with it. "
                "Call compare_blocks again, with order=..."
            )
        parts = (self.blocks, self.controls, self.outcome, layers, self.confidence)
        return united([ordered_table(variant, *parts) for variant in self.variants])

    def __getstate__(self) -> dict:
        return {**self.__dict__, "restored": True}

    @property
    def commonality(self) -> pd.DataFrame:
        """All 2^k - 1 parts of R²: what only these blocks share; they sum to R².

        ``blocks, count, estimate, adjusted, low, high``. Parts of one block are its unique R²,
        with the same interval. A part of several blocks may be negative, in the population too
        (suppression): its limits are the adjusted part less and plus Student quantile times
        jackknife standard error, the one away from zero further out
        (:meth:`~loyaltystudy.rsquared._estimates.Estimates.leaning`). In
        ``benchmarks/results/coverage.md`` 95 % intervals cover .93 to .98 of clear common parts,
        .96 on average (least .92, with heteroscedastic errors or five blocks at n 150), and .95 to
        1 of those near zero, where the estimate is far less variable than its standard error says.

        Reference: Nimon & Reio (2011), Human Resource Development Review 10, 329-340.
        """
        k, names = len(self.blocks), list(self.blocks)
        sets = range(1, 1 << k)
        shared = [" & ".join(n for j, n in enumerate(names) if s >> j & 1) for s in sets]
        table = pd.DataFrame({"blocks": shared, "count": [s.bit_count() for s in sets]})
        table["estimate"] = commonality_r2(self.values)
        single = [(1 << j) - 1 for j in range(k)]
        figures = [_common_figures(v, single, self.confidence) for v in self.variants]
        table = united([table.assign(**shown) for shown in figures])
        return table.sort_values(["count"], kind="stable", ignore_index=True)

    @property
    def conditional(self) -> pd.DataFrame:
        """Conditional dominance: mean R² added to models of each size.

        ``block, others, added, adjusted, low, high``: with no others it is alone, with all others
        unique, their mean dominance, and so are the intervals. Between the ends they cover .93 to
        .98 (``benchmarks/results/coverage.md``). In the population zero means that the block adds
        nothing to any set of that many others.
        """
        k = len(self.blocks)
        entries = {"block": [block for block in self.blocks for _ in range(k)]}
        entries |= {"others": [*range(k)] * k, "added": _conditional(self.values)}
        table = pd.DataFrame(entries)
        # the means between the ends have a least value above zero, as dominance has
        steady = STEADY * np.tile((np.arange(k) > 0) & (np.arange(k) < k - 1), k)
        tables = []
        for v in self.variants:
            tails = None if v.found.tails is None else np.repeat(v.found.tails, k, axis=1)
            low, high = v.limits(_conditional, self.confidence, steady=steady, tails=tails)
            tables.append(table.assign(adjusted=_conditional(v.adjusted), low=low, high=high))
        return united(tables)

    @property
    def complete(self) -> pd.DataFrame:
        """Complete dominance of each pair: does the first add more to *every* subset of the rest?

        ``first, second, share`` (of subsets in which the first adds more), ``dominates``, and
        with ``resamples`` ``reproduced``: the share of bootstrap draws with the same answer.
        Reference: Azen & Budescu (2003), Psychological Methods 8, 129-148.
        """
        rows = []
        for (i, first), (j, second) in combinations(enumerate(self.blocks), 2):
            share = _share_of_subsets(self.values, i, j)
            row = {"first": first, "second": second, "share": float(share)}
            row["dominates"] = {1.0: first, 0.0: second}.get(float(share), "neither")
            if self.draws is not None:
                drawn = _share_of_subsets(self.draws, i, j)
                same = drawn == share if share in (0, 1) else (drawn > 0) & (drawn < 1)
                row["reproduced"] = float(np.mean(same))
            rows.append(row)
        return pd.DataFrame(rows)

    @property
    def steps(self) -> pd.DataFrame:
        """Blocks entered one after the other in their order, with tests of what each adds.

        ``step, block, r2, added, f, df1, df2, p``: F tests of R² for rows drawn independently with
        equal weights; under weights, clusters and strata, with missing answers, error-free
        variables and at one level, Wald tests of the coefficients, *F* with units less strata less
        columns as degrees of freedom (:func:`~loyaltystudy.explain._steps.steps_table`).
        """
        from scipy.stats import f

        if self.wald is not None:
            return self.wald
        rows, entered, ranks = [], 0, self.variants[0].ranks
        for step, block in enumerate(self.blocks):
            before, entered = entered, entered | 1 << step
            r2, added = self.values[entered], self.values[entered] - self.values[before]
            df1, df2 = ranks[entered] - ranks[before], self.n - ranks[entered] - 1
            ratio = added / df1 / ((1 - r2) / df2)
            row = {"step": step + 1, "block": block, "r2": r2, "added": added, "f": ratio}
            rows.append(row | {"df1": df1, "df2": df2, "p": f.sf(ratio, df1, df2)})
        return pd.DataFrame(rows)

    @property
    def shown(self) -> pd.DataFrame:
        """``table`` as it is read: an adjusted share below zero, which its interval never holds, is
        0 there (less than chance would give), one above 1 is 1, and so are the ends of a range of
        shares and of an interval; ``table`` keeps the value."""
        return _possible(self.table)

    @property
    def below_zero(self) -> bool:
        """Whether ``shown`` and ``table`` differ in a measure that is read with its interval."""
        return bool((self._read < 0).any(axis=None))

    @property
    def _read(self) -> pd.DataFrame:
        """Points that are read with their intervals."""
        return self.table.loc[self.table["low"].notna(), _points(self.table)]

    def wide(self) -> pd.DataFrame:
        """The table to read: a row a block, the adjusted estimate with its interval."""
        wide = _wide(self.shown, ["alone", "unique", "dominance"], self.confidence)
        for measure in ("alone_cv", "unique_cv"):
            part = self.table[self.table["measure"] == measure].set_index("block")
            wide[measure] = part["estimate"]
        return wide.rename_axis("block").reset_index()

    def header(self) -> str:
        """One line: the outcome, R², n and what was left out."""
        dropped = "" if self.n_dropped is None else f", {self.n_dropped} dropped"
        r2 = f"{self.kind} {self.r2:.3f} (adjusted {self.r2_adjusted:.3f}, "
        r2 += f"cross-validated {self.r2_cv:.3f})"
        held = f"; {HELD}" if HELD in self.notes else ""
        return f"{self.outcome}: {r2}, n {self.n}{dropped}{held}".replace("nan", "n/a")

    def more_tables(self) -> list[tuple[str, pd.DataFrame]]:
        """What stands below the table to read: the declared order, the level within clusters."""
        tables = []
        if self.ordered is not None:
            part = _possible(self.ordered, but="through_later")
            measures = ["total", "direct", "through_later"]
            part = _wide(part, measures, self.confidence, ["layer", "block"])
            says = f"In the declared order (assumed, not found): {order_name(self.layers)}"
            tables.append((says, part.reset_index()))
        if self.levels is not None:
            within = _possible(self.levels[self.levels["level"] == "within"])
            part = _wide(within, ["alone", "unique", "dominance"], self.confidence)
            says = f"Within clusters ({self.outcome}: {self.icc})"
            tables.append((says, part.rename_axis("block").reset_index()))
        return tables

    def _shown(self) -> Display:
        wide = self.wide()
        longest = np.nanmax([*pd.to_numeric(wide["dominance"], errors="coerce"), 1e-9])
        cells = dict.fromkeys([c for c in wide if c.endswith("%")], _unbroken)
        cells["dominance"] = partial(_bar, longest=longest)
        lines = (*self.notes, BELOW_ZERO) if self.below_zero else self.notes
        lines = (*lines, ABOVE_ONE) if (self._read > 1).any(axis=None) else lines
        if self.icc is not None and self.levels is None:
            lines = (f"{self.outcome}: {self.icc}", *lines)
        notes = tuple(f"Note: {note}." for note in lines)
        return Display(self.header(), [("", wide), *self.more_tables()], notes, html_cells=cells)


def _conditional(values: np.ndarray) -> np.ndarray:
    """Blocks and numbers of others on one axis."""
    return conditional_r2(values).reshape(*values.shape[:-1], -1)


def _common_figures(variant: Variant, single: list[int], confidence: float) -> dict:
    """Points and limits of common parts; those of single blocks are their unique R²."""
    limits = variant.found.leaning(commonality_r2, variant.adjusted, confidence)
    own = variant.limits(unique_r2, confidence)
    for limit, of_one in zip(limits, own, strict=True):
        limit[single] = of_one
    low, high = limits
    return {"adjusted": commonality_r2(variant.adjusted), "low": low, "high": high}


def _possible(table: pd.DataFrame, but: str = "") -> pd.DataFrame:
    """Points as they are read, from 0, and with an interval to 1; of the measure ``but`` as is."""
    lowest = np.where(table["measure"] == but, -np.inf, 0.0)
    highest = np.where((table["measure"] == but) | table["low"].isna(), np.inf, 1.0)
    return table.assign(**{n: table[n].clip(lowest, highest) for n in [*_points(table), "high"]})


def _points(table: pd.DataFrame) -> list[str]:
    """The adjusted share, and from where to where it goes over a range of reliabilities."""
    return [name for name in ("adjusted", "point_low", "point_high") if name in table]


def _wide(table: pd.DataFrame, measures, confidence: float, index="block") -> pd.DataFrame:
    """Measures side by side: point, or the range of points, and interval."""
    shown = {}
    for measure in measures:
        part = table[table["measure"] == measure].set_index(index)
        shown[measure] = part["adjusted"]
        if "point_low" in part:
            ends = zip(part["point_low"], part["point_high"], strict=True)
            shown[measure] = pd.Series([f"{a:.3f} to {b:.3f}" for a, b in ends], part.index)
        limits = [_interval(*pair) for pair in zip(part["low"], part["high"], strict=True)]
        shown[f"{measure} {confidence:.0%}"] = pd.Series(limits, part.index, dtype=object)
    in_order = table.set_index(index).index.drop_duplicates()
    wide = pd.DataFrame(shown).reindex(in_order)
    return wide.fillna(dict.fromkeys([c for c in wide if c.endswith("%")], "n/a"))


def _interval(low: float, high: float) -> str:
    return "n/a" if np.isnan(low) else f"[{low:.3f}, {high:.3f}]"


def _unbroken(interval) -> str:
    """An interval that stays on its line."""
    return str(interval).replace(", ", ",&nbsp;")


def _bar(value, longest: float) -> str:
    """A number with its size as a bar behind it."""
    if isinstance(value, str):
        return value
    if np.isnan(value):
        return "n/a"
    share = 100 * max(value, 0) / longest
    bar = f"linear-gradient(90deg,#56B4E966 {share:.0f}%,transparent {share:.0f}%)"
    return f"<div style='background: {bar}; padding-left: 1em'>{value:.3f}</div>"


def _share_of_subsets(values: np.ndarray, first: int, second: int) -> np.ndarray:
    """Share of the subsets of the other blocks to which the first adds more than the second."""
    every = np.arange(1 << blocks_of(values))
    others = every[(every >> first & 1 == 0) & (every >> second & 1 == 0)]
    more, less = values[..., others | 1 << first], values[..., others | 1 << second]
    return (more > less).mean(axis=-1)
