"""Purchases that come in partitions: each counted for itself; what comes back is one table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from sys import getsizeof

import numpy as np
import pandas as pd

from loyaltystudy.errors import ROWS, SurveyError, refuse
from loyaltystudy.outofcore._buckets import Keys, repeated_in, smallest
from loyaltystudy.outofcore._duplicates import repeated_rows
from loyaltystudy.outofcore._engine import Batch, Partitions, Totals, open_partitions
from loyaltystudy.outofcore._pairs import Counts
from loyaltystudy.outofcore._problems import Problems
from loyaltystudy.purchases import (
    REPEATED,
    BasePanel,
    PanelSpec,
    check_columns,
    check_names,
    checked_purchases,
    clock,
    windows,
)
from loyaltystudy.survey import hashed


@dataclass(frozen=True, eq=False)
class PartitionedPanel(BasePanel):
    """Checked purchases that are never all in memory, and their table of counts.

    ``table`` is the household x brand table. ``first`` and ``last`` are the times of the first and
    the last purchase (None without times), ``rows`` the purchases, ``left_out`` why and how many
    rows the specification declares to be no purchase.
    """

    spec: PanelSpec
    partitions: Partitions
    table: pd.DataFrame
    rows: int
    first: float | None
    last: float | None
    left_out: pd.DataFrame

    @property
    def timed(self) -> bool:
        return self.first is not None

    @property
    def ordered(self) -> bool:
        """By time alone: that of rows is not known across partitions."""
        return self.timed

    @property
    def buyers(self) -> int:
        return len(self.table)

    @property
    def purchases(self) -> pd.DataFrame:
        """Not there: what asks for single purchases needs all of them in memory."""
        raise SurveyError(
            f"Panel {self.name!r} comes in partitions, and this call needs all purchases in "
            "memory. Take the purchases of some households as a DataFrame."
        )

    def counts(self, household: str | None = None, brand: str | None = None) -> pd.DataFrame:
        """The table that was counted when the purchases were read."""
        if (household or "household", brand or "brand") != ("household", "brand"):
            raise SurveyError(
                f"Panel {self.name!r} comes in partitions and was counted by household and brand. "
                "For other columns count the purchases themselves."
            )
        return self.table

    def counts_by_period(self, periods: int) -> list[pd.DataFrame]:
        """One table a window of equal length; one pass."""
        if periods < 2:
            raise SurveyError(f"periods={periods}: give 2 or more.")
        if not self.timed:
            raise SurveyError(
                f"Panel {self.name!r}: the order of purchases that come in partitions is not "
                "known, so there are no periods. Give a time column."
            )
        work = partial(_by_period, self.spec, (self.first, self.last, periods))
        _, found = self.partitions.reduce_bucketed(work, Counts.joined, columns=_needed(self.spec))
        rows, tables = Counts.all_of(found).rows, []
        for period in range(periods):
            of_it = Counts(rows[rows["period"] == period]).table()
            whole = {"index": self.table.index, "columns": self.table.columns, "fill_value": 0}
            tables.append(of_it.reindex(**whole))
        return tables

    def __repr__(self) -> str:
        where = f" in {len(self.partitions.partitions)} partitions"
        order = "timed" if self.timed else "in no known order"
        return self.described(self.rows, self.table.shape[1], where, order)


def count_purchases(data, household, brand) -> pd.DataFrame:
    """:func:`~loyaltystudy.purchase_table` of a Dask DataFrame or a folder; one pass."""
    partitions = open_partitions(data)
    check_names(partitions.meta.columns, household, brand)
    columns = [household, brand]
    work = partial(_counted, columns)
    problems, found = partitions.reduce_bucketed(work, Counts.joined, columns=columns)
    if problems is None:
        raise SurveyError("panel: no purchases. Give at least one row.")
    refuse(problems.lines(), heading=partitions.name)
    return Counts.all_of(found).table().rename_axis(index=household, columns=brand)


def _counted(columns: list[str], batch: Batch) -> tuple[Problems, Counts]:
    pairs, gaps = [batch.frame[name] for name in columns], []
    for column in pairs:
        text = f"{column.name}: no value in {ROWS}; complete or remove these purchases."
        if len(rows := np.flatnonzero(column.isna()) + 1):
            gaps.append((text, rows))
    kept = [column[:0] for column in pairs] if gaps else pairs
    return Problems.of(gaps, batch), Counts.of(*kept)


def open_panel(purchases, spec: PanelSpec, households=None, contacts=None) -> PartitionedPanel:
    """:func:`read_panel` of a Dask DataFrame or a folder of Parquet files.

    One pass; only where rows repeat another are they looked at again, to say which.
    """
    if spec.records == "use" or households is not None or contacts is not None:
        raise SurveyError(
            f"Panel {spec.name!r}: use, attributes of households and contacts are read with "
            "panels in memory only."
        )
    partitions = open_partitions(purchases)
    check_columns(partitions.meta, spec)
    columns = list(partitions.meta.columns) if spec.columns.receipt else _needed(spec)
    work = partial(_read, spec)
    found, made = partitions.reduce_bucketed(work, _Bought.finished, columns=columns)
    found, twice = found or Totals(problems=Problems()), smallest([keys for _, keys in made])
    problems = found["problems"]
    partitions = partitions.with_rows(
        Totals({k: v for k, v in found.items() if isinstance(k, int)})
    )
    if not problems:
        text = f"{REPEATED[0]}, {ROWS}; {REPEATED[1]}."
        problems = repeated_rows(partitions, twice, columns, partial(_identify, spec), text)
    refuse(problems.lines(), heading=f"Panel {spec.name!r}")
    if not found.get("purchases"):
        raise SurveyError(f"Panel {spec.name!r}: no purchases. Give at least one row.")
    table, span = Counts.all_of([counts for counts, _ in made]).table(), found.get("span")
    if spec.panel_size is not None and spec.panel_size < len(table):
        raise SurveyError(
            f"Panel {spec.name!r}: panel_size: {spec.panel_size}, but {len(table)} "
            "households bought."
        )
    ends = (span.first, span.last) if span else (None, None)
    left_out = found["left out"].reset_index()
    return PartitionedPanel(spec, partitions, table, found["purchases"], *ends, left_out)


def _needed(spec: PanelSpec) -> list[str]:
    """The columns that are read: those with a meaning, and those that say what to leave out."""
    return [*spec.columns.named(), *spec.keep, *(rule.column for rule in spec.leave_out)]


def _identify(spec: PanelSpec, batch: Batch):
    """Each purchase by all its cells; rows that are left out are none."""
    rows = checked_purchases(batch.frame, spec, whole=False)[0].index.to_numpy()
    cells = batch.frame.iloc[rows]
    plain = cells.astype(object).where(cells.notna(), None)
    return rows, _keys(cells), lambda at: plain.iloc[at].itertuples(index=False, name=None)


def _keys(cells: pd.DataFrame) -> np.ndarray:
    """Alike for equal numbers, which one partition may store as whole and another not."""
    cells = cells.assign(**{name: hashed(cells[name]) for name in cells.select_dtypes("number")})
    return pd.util.hash_pandas_object(cells, index=False, categorize=False).to_numpy()


@dataclass(frozen=True)
class Span:
    """First and last time."""

    first: float
    last: float

    def __add__(self, other: Span) -> Span:
        return Span(min(self.first, other.first), max(self.last, other.last))


def _read(spec: PanelSpec, batch: Batch) -> tuple[Totals, _Bought]:
    """Checks and ends of a batch; counts, and with a receipt column keys, of its purchases."""
    tidy, left_out, bad = checked_purchases(batch.frame, spec, whole=False)
    place = tidy.index.to_numpy() + 1  # rows of the batch, with those left out counted
    faults = [
        (f"{b.what}, in {ROWS}; {b.remedy}." if b.rows else b.what, place[list(b.rows)])
        for b in bad
    ]
    totals = Totals({batch.partition.number: len(batch.frame)})
    totals["problems"] = Problems.of(faults, batch)
    totals["left out"] = left_out.set_index("why")["rows"]
    if bad:
        tidy = tidy.iloc[:0]
    totals["purchases"] = len(tidy)
    if "time" in tidy and len(tidy):
        time = clock(tidy["time"])
        totals["span"] = Span(float(time.min()), float(time.max()))
    cells = batch.frame.iloc[tidy.index if spec.columns.receipt else []]
    counts = Counts.of(tidy["household"], tidy["brand"])
    return totals, _Bought(counts, Keys(_keys(cells)))


@dataclass(frozen=True, eq=False)
class _Bought:
    """Counts and keys of purchases, each put into buckets by its own rule."""

    counts: Counts
    keys: Keys

    @classmethod
    def joined(cls, some: Sequence[_Bought]) -> _Bought:
        counts = Counts.joined([bought.counts for bought in some])
        return cls(counts, Keys.joined([bought.keys for bought in some]))

    def split(self, count: int) -> list[_Bought]:
        both = zip(self.counts.split(count), self.keys.split(count), strict=True)
        return [_Bought(*own) for own in both]

    def __sizeof__(self) -> int:
        return getsizeof(self.counts) + getsizeof(self.keys)

    @staticmethod
    def finished(some: Sequence[_Bought]) -> tuple[Counts, np.ndarray]:
        """The counts of a bucket, and its keys that came twice."""
        counts = Counts.joined([bought.counts for bought in some])
        return counts, repeated_in([bought.keys for bought in some])


def _by_period(spec: PanelSpec, ends: tuple[float, float, int], batch: Batch):
    """Counts of a batch by period; nothing else to add up."""
    tidy, _, bad = checked_purchases(batch.frame, spec, whole=False)
    if bad:
        raise SurveyError("The purchases changed since they were checked; read them again.")
    label = windows(clock(tidy["time"]), *ends)
    return Totals(), Counts.of(tidy["household"], tidy["brand"], period=label)
