"""What every check of an audit starts from, and how its findings become rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from loyaltystudy.explain._columns import variables
from loyaltystudy.explain._comparison import BlockComparison
from loyaltystudy.explain._frame import Frame
from loyaltystudy.explain._left_out import LeftOut, leave_out
from loyaltystudy.explain._tables import Variant, adjusted_r2, limits_of
from loyaltystudy.rsquared import MEASURES, Estimates, Moments
from loyaltystudy.survey import Study

COLUMNS = ["check", "block", "measure", "estimate", "low", "high", "note"]
UNITS = 500  # rows are left out one at a time up to this many, beyond in as many groups
ALL = "(all)"


@dataclass(frozen=True, eq=False)
class Audited:
    """The comparison that is audited, and what it was made from."""

    comparison: BlockComparison
    frame: Frame
    study: Study | None
    confidence: float
    seed: int

    @property
    def members(self) -> dict[str, list[str]]:
        """Block to its scales and variables, dummies put back into one."""
        return {block: sources(columns) for block, columns in self.frame.blocks.items()}

    @property
    def scales(self) -> dict[str, tuple[str, ...]]:
        """Scale to items, of the scales among outcome, controls and blocks."""
        if self.study is None:
            return {}
        book = self.study.codebook.scales
        names = sources([*self.frame.columns])
        return {name: book[name].items for name in names if name in book}

    @cached_property
    def baseline(self) -> pd.Series:
        """Adjusted dominance of each block, as compared."""
        table = self.comparison.table
        return table[table["measure"] == "dominance"].set_index("block")["adjusted"]

    @cached_property
    def apart(self) -> set[frozenset[str]]:
        """Pairs of blocks whose dominance the comparison distinguished."""
        lines = self.comparison.differences
        lines = lines[(lines["measure"] == "dominance") & (lines["low"] * lines["high"] > 0)]
        return {frozenset(pair) for pair in zip(lines["first"], lines["second"], strict=True)}

    @cached_property
    def left_out(self) -> LeftOut:
        """Moments of all rows and without each unit: clusters, rows, or 500 groups of them."""
        return leave_out(self.frame, UNITS, self.seed)

    @property
    def without(self) -> Moments | None:
        """Moments without each unit in turn; None if there are none."""
        return self.left_out.without


def sources(columns: Sequence[str]) -> list[str]:
    """Names of scales and variables; ``age=2`` and ``age=3`` both come from ``age``."""
    return [*variables(columns)]


def row(check: str, block: str, measure: str, estimate=np.nan, note="", low=np.nan, high=np.nan):
    return dict(zip(COLUMNS, (check, block, measure, estimate, low, high, note), strict=True))


def not_given(check: str, why: str) -> list[dict]:
    """The one row of a check that cannot be made."""
    return [row(check, ALL, "not_given", note=why)]


def measure_rows(check: str, frame: Frame, found: Estimates, *, confidence: float):
    """Adjusted alone, unique and dominance of every block, with intervals where errors are."""
    variant = Variant(found, adjusted_r2(frame, found), frame.ranks)
    return variant_rows(check, frame, variant, confidence)


def variant_rows(check: str, frame: Frame, variant: Variant, confidence: float) -> list[dict]:
    """The same of a comparison under other assumptions."""
    rows = []
    for measure, of in MEASURES.items():
        low, high = limits_of(variant, measure, confidence)
        shown = zip(frame.blocks, of(variant.adjusted), low, high, strict=True)
        rows += [row(check, b, measure, e, low=lo, high=hi) for b, e, lo, hi in shown]
    return rows


def moment_rows(check: str, audited: Audited, m: Moments, without: Moments | None):
    """The same from changed moments of all rows, and of all but each unit."""
    frame = audited.frame
    values = frame.subset_r2(m)
    if without is None:
        found = Estimates.alone(values)
    else:
        strata = audited.left_out.strata
        found = Estimates.from_units(values, frame.subset_r2(without), strata)
    return measure_rows(check, frame, found, confidence=audited.confidence)


def dominances(rows: list[dict], measure: str = "dominance") -> pd.Series:
    """Block to dominance among the rows of a check."""
    found = {r["block"]: r["estimate"] for r in rows if r["measure"] == measure}
    return pd.Series(found, dtype=float)


def order_row(
    check: str, what: str, new: pd.Series, audited: Audited, base: pd.Series | None = None
):
    """How many pairs of blocks turned, and in plain words which."""
    base = audited.baseline if base is None else base
    was, now = base.idxmax(), new.idxmax()
    turned = _turned(base[base.index.isin(new.index)], new)
    if was not in new.index:
        leader = f"{now} leads, as {was} is out"
    else:
        leader = f"{now} leads " + ("as before" if now == was else f"instead of {was}")
    if not turned:
        text = f"{what}: the order of the blocks stays; {leader}."
    else:
        pairs = ", ".join(f"{up} now above {down}" for up, down in turned)
        text = f"{what}: the order changes ({pairs}); {leader}. {_weight(turned, audited)}"
    return row(check, ALL, "pairs_turned", float(len(turned)), text)


def _turned(base: pd.Series, new: pd.Series) -> list[tuple[str, str]]:
    names = list(base.index)
    pairs = [(a, b) for i, a in enumerate(names) for b in names[i + 1 :]]
    pairs = [(a, b) for a, b in pairs if (base[a] - base[b]) * (new[a] - new[b]) < 0]
    return [(a, b) if new[a] > new[b] else (b, a) for a, b in pairs]


def _weight(turned, audited: Audited) -> str:
    if not audited.apart:
        return "Whether the comparison had distinguished them is not known: no intervals."
    apart = [pair for pair in turned if frozenset(pair) in audited.apart]
    if not apart:
        return "The comparison had distinguished none of these."
    return f"The comparison had distinguished: {', '.join(' and '.join(pair) for pair in apart)}."
