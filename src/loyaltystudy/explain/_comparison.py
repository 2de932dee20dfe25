"""What a comparison of blocks found, and how it is shown."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import combinations

import numpy as np
import pandas as pd

from loyaltystudy.rsquared import Estimates, blocks_of, commonality_r2, conditional_r2, unique_r2


@dataclass(frozen=True, eq=False)
class BlockComparison:
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
    values : ndarray, shape (2**k,)
        R² of every subset of blocks (bits in the order of ``blocks``), controls in.
    notes : tuple of str
        What a reader must know beside the numbers.
    adjusted : ndarray, shape (2**k,)
        The same adjusted: what the points that are shown are made of.
    found : Estimates
        ``values`` with their errors, for the intervals of whatever is linear in them.
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
    values: np.ndarray
    confidence: float
    notes: tuple[str, ...] = ()
    draws: np.ndarray | None = field(default=None, repr=False)
    adjusted: np.ndarray | None = field(default=None, repr=False)
    found: Estimates | None = field(default=None, repr=False)

    @property
    def commonality(self) -> pd.DataFrame:
        """All 2^k - 1 parts of R²: what only these blocks together share; they sum to R².

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
        table = pd.DataFrame(
            {
                "blocks": [" & ".join(n for j, n in enumerate(names) if s >> j & 1) for s in sets],
                "count": [s.bit_count() for s in sets],
                "estimate": commonality_r2(self.values),
            }
        )
        if self.found is not None:
            table["adjusted"] = commonality_r2(self.adjusted)
            limits = self.found.leaning(commonality_r2, self.adjusted, self.confidence)
            single = [(1 << j) - 1 for j in range(k)]
            own = self.found.interval(unique_r2, self._widths, self.confidence)
            for side, limit, of_one in zip(("low", "high"), limits, own, strict=True):
                limit[single] = of_one
                table[side] = limit
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

        def of(values: np.ndarray) -> np.ndarray:
            return conditional_r2(values).reshape(*values.shape[:-1], -1)

        table = pd.DataFrame(
            {
                "block": [block for block in self.blocks for _ in range(k)],
                "others": [*range(k)] * k,
                "added": of(self.values),
            }
        )
        if self.found is not None:
            table["adjusted"] = of(self.adjusted)
            limits = self.found.interval(of, np.repeat(self._widths, k), self.confidence)
            table["low"], table["high"] = limits
        return table

    @property
    def _widths(self) -> np.ndarray:
        return np.array([len(columns) for columns in self.blocks.values()])

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
        """Blocks entered one after the other in their order, with F tests of what each adds.

        ``step, block, r2, added, f, df1, df2, p``.
        """
        from scipy.stats import f

        rows, entered, width = [], 0, len(self.controls)
        for step, (block, columns) in enumerate(self.blocks.items()):
            before, entered = self.values[entered], entered | 1 << step
            width += len(columns)
            r2, df1, df2 = self.values[entered], len(columns), self.n - width - 1
            ratio = (r2 - before) / df1 / ((1 - r2) / df2)
            row = {"step": step + 1, "block": block, "r2": r2, "added": r2 - before, "f": ratio}
            rows.append(row | {"df1": df1, "df2": df2, "p": f.sf(ratio, df1, df2)})
        return pd.DataFrame(rows)

    def wide(self) -> pd.DataFrame:
        """The table to read: a row a block, the adjusted estimate with its interval."""
        shown = {}
        for measure in ("alone", "unique", "dominance"):
            part = self.table[self.table["measure"] == measure].set_index("block")
            shown[measure] = part["adjusted"]
            shown[f"{measure} {self.confidence:.0%}"] = [
                f"[{low:.3f}, {high:.3f}]"
                for low, high in zip(part["low"], part["high"], strict=True)
            ]
        for measure in ("alone_cv", "unique_cv"):
            part = self.table[self.table["measure"] == measure].set_index("block")
            shown[measure] = part["estimate"]
        return pd.DataFrame(shown).rename_axis("block").reset_index()

    def header(self) -> str:
        """One line: the outcome, R², n and what was left out."""
        dropped = "" if self.n_dropped is None else f", {self.n_dropped} dropped"
        r2 = f"R² {self.r2:.3f} (adjusted {self.r2_adjusted:.3f}, cross-validated {self.r2_cv:.3f})"
        return f"{self.outcome}: {r2}, n {self.n}{dropped}".replace("nan", "n/a")

    def __repr__(self) -> str:
        body = self.wide().to_string(index=False, float_format="{:.3f}".format, na_rep="n/a")
        return "\n".join([self.header(), body, *(f"Note: {note}." for note in self.notes)])

    def _repr_html_(self) -> str:
        from html import escape

        wide = self.wide().assign(block=lambda table: table["block"].map(escape))
        longest = max(wide["dominance"].max(), 1e-9)
        body = wide.to_html(
            index=False,
            escape=False,
            border=0,
            float_format="{:.3f}".format,
            na_rep="n/a",
            formatters={"dominance": lambda value: _bar(value, longest)},
        )
        body = body.replace(", ", ",&nbsp;")  # an interval stays on its line
        notes = "".join(f"<p>Note: {escape(note)}.</p>" for note in self.notes)
        return f"<p>{escape(self.header())}</p>{body}{notes}"


def _bar(value: float, longest: float) -> str:
    """A number with its size as a bar behind it."""
    if np.isnan(value):
        return "n/a"
    share = 100 * max(value, 0) / longest
    bar = f"linear-gradient(90deg,#56B4E966 {share:.0f}%,transparent {share:.0f}%)"
    return f"<div style='background: {bar}; padding-left: 1em'>{value:.3f}</div>"


def _share_of_subsets(values: np.ndarray, first: int, second: int) -> np.ndarray:
    """Share of the subsets of the other blocks to which the first adds more than the second."""
    k = blocks_of(values)
    others = [s for s in range(1 << k) if not (s >> first & 1 or s >> second & 1)]
    more = values[..., [s | 1 << first for s in others]]
    less = values[..., [s | 1 << second for s in others]]
    return (more > less).mean(axis=-1)
