"""A study whose answers come in partitions: each checked, counted and scored for itself."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import pandas as pd

from loyaltystudy.errors import SurveyError, refuse
from loyaltystudy.outofcore._duplicates import places_of
from loyaltystudy.outofcore._engine import Batch, Partitions, Totals, open_partitions
from loyaltystudy.outofcore._problems import Problems
from loyaltystudy.survey import (
    BaseStudy,
    Codebook,
    GroupedMoments,
    GroupedSums,
    ItemSums,
    Study,
    as_written,
    assemble,
    check_columns,
    columns_used,
    hashed,
    is_blank,
    match_columns,
    no_respondent,
    plain,
    respondent_column,
    stands_twice,
    stored_attrs,
)


@dataclass(frozen=True, eq=False)
class PartitionedStudy(BaseStudy):
    """Checked answers that are never all in memory, and their codebook.

    Made by :func:`read_study` from a Dask DataFrame or a folder of Parquet files. Each result is
    that of a :class:`Study` of some rows, added up over all of them in their order.

    Attributes
    ----------
    codebook : Codebook
    partitions : Partitions
    found : dict
        Declared name to the column of the data.
    respondent : str or None
        The column that names the respondents; without one a row's place is its name.
    unused : tuple of str
        Columns of the data that the codebook does not mention.
    """

    codebook: Codebook
    partitions: Partitions
    found: dict[str, str]
    respondent: str | None = None
    unused: tuple[str, ...] = ()

    @property
    def n(self) -> int:
        """Respondents."""
        return self.partitions.rows

    @property
    def answered(self) -> Collection[str]:
        return self.found

    def scores(self):
        """A Dask DataFrame, respondent x scale, which is worked out when it is used."""
        names = [name for name in self.codebook.scales if self.has_answers(name)]
        work, ids = self._work(Study.scores, names), _Ids.of(self.partitions.meta, self.respondent)
        kind = "int64" if ids is None or ids.whole else "str"
        nobody = pd.Index([], dtype=kind, name="respondent")
        meta = pd.DataFrame({name: np.zeros(0) for name in names}, index=nobody)
        return self.partitions.map(work, meta, columns=work.columns)

    def item_moments(self, scales: Iterable[str]) -> dict[str, GroupedMoments]:
        work = ItemSums.of(self.codebook, scales)
        needed = [*work.scales, *work.columns]
        return work.finished(self._added(partial(_item_totals, work), needed), self.n)

    def item_rows(self, items: Iterable[str]) -> None:
        """None: they are not in memory."""

    def rows(self, names: Iterable[str]) -> None:
        """None: they are not in memory."""

    def moments(self, names: Iterable[str]) -> GroupedMoments:
        work = GroupedSums.of(self.codebook, list(names))
        return work.finished(self._added(work, work.needed), self.n)

    def has_moments(self, name: str) -> bool:
        """Never: moments of groups are made here, not shared."""
        return False

    @property
    def answers(self) -> pd.DataFrame:
        """Not there: what asks for single answers needs all of them in memory."""
        return self.in_memory().answers

    def in_memory(self) -> BaseStudy:
        raise SurveyError(
            f"Study '{self.name}' comes in partitions, and this call needs all answers in memory. "
            "Read one of its files, or a sample of the rows as a DataFrame."
        )

    def _added(self, function: Callable[[Study], object], names: Iterable[str]):
        """``function`` of a study of some rows, added up over all; ``names`` are what it needs."""
        work = self._work(function, names)
        return self.partitions.reduce(work, columns=work.columns)

    def _work(self, function: Callable[[Study], object], names: Iterable[str]) -> _Checked:
        book = self._codebook_of(names)
        found = {n: c for n, c in self.found.items() if n in book.columns}
        return _Checked(function, book, found, _Ids.of(self.partitions.meta, self.respondent))

    def _codebook_of(self, names: Iterable[str]) -> Codebook:
        """The codebook of some scales and variables alone."""
        names, book = list(names), self.codebook
        columns = {*self.columns_of(names)}
        return replace(
            book,
            items={n: e for n, e in book.items.items() if n in columns},
            variables={n: e for n, e in book.variables.items() if n in columns},
            scales={n: e for n, e in book.scales.items() if n in names},
            blocks={},
        )

    def __repr__(self) -> str:
        count = len(self.partitions.partitions)
        rows = f"{self.n} respondents in {count} partitions, {len(self.found)} columns"
        absent = [c for c in self.codebook.columns if c not in self.found]
        return self.described(rows, {"Not at hand": absent})


def _item_totals(sums: ItemSums, study: Study) -> Totals:
    """Moments of the items of scales, added by scale."""
    return Totals(sums(study))


def open_study(answers, book: Codebook) -> PartitionedStudy:
    """Check every row against the codebook and count them; see :func:`read_study`.

    One pass over all declared columns; only where respondents stand twice is the column that
    names them read again, to say in which rows.
    """
    if book.design.wave:
        raise SurveyError(
            f"`design: wave: {book.design.wave}` needs all answers in memory, to put the rows of a "
            "person side by side. Read the waves as one file, or each by itself without `wave`."
        )
    if book.design.margins:
        raise SurveyError(
            "`design: margins:` needs all answers in memory, to rake them and every replicate. "
            "Read the answers in memory: read_study(pandas.read_parquet(FOLDER), codebook). If "
            "they do not fit, weight the file first and declare its column as `weight:`."
        )
    partitions = open_partitions(answers)
    meta = partitions.meta
    for stored in meta.attrs.get("stored", ()):
        book = as_written(stored_attrs(stored), book)
    faults = _file_faults(meta, book)
    found, problems = match_columns(meta, book, optional=True)
    respondent = respondent_column(meta, book)
    if respondent is not None and respondent not in meta:
        problems.append(f"column {respondent!r}, which names the respondents, is missing.")
    refuse([*problems, *faults], heading=partitions.name)
    columns = [*found.values(), *([respondent] if respondent else [])]
    ids = _Ids.of(meta, respondent)
    totals, twice = partitions.reduce_keyed(partial(_check, book, found, ids), columns=columns)
    totals = totals or Totals()
    faults = totals.pop("faults", Problems())
    partitions = partitions.with_rows(totals)
    if not partitions.rows:
        raise SurveyError(f"{partitions.name}: no respondents; one row at least is needed.")
    if ids is not None and not faults:
        faults = _repeated(partitions, ids, twice)
    refuse(faults.lines(), heading=f"{partitions.name} (row 1 is the first of its partition)")
    known = columns_used(meta, book)
    unused = tuple(str(c) for c in meta.columns if c not in known)
    return PartitionedStudy(book, partitions, found, respondent, unused)


def _file_faults(meta: pd.DataFrame, book: Codebook) -> list[str]:
    """What the files' own labels say otherwise than the codebook."""
    faults = []
    for stored in meta.attrs.pop("stored", ()):
        meta.attrs.update(stored_attrs(stored))
        found, _ = match_columns(meta, book, optional=True)
        faults += [fault.line() for fault in check_columns(meta, book, found)[1]]
    return [*dict.fromkeys(faults)]


def _check(book: Codebook, found: dict, ids: _Ids | None, batch: Batch) -> tuple:
    """Rows and faults of a batch, and the keys of its respondents."""
    _, faults = check_columns(batch.frame, book, found)
    keys = np.zeros(0, dtype=np.uint64)
    if ids is not None:
        people = ids(batch.frame)
        rows = [int(row) + 1 for row in np.flatnonzero(is_blank(people))]
        faults += [no_respondent(ids.column, rows)] if rows else []
        keys = hashed(people)
    rows = {batch.partition.number: len(batch.frame)}
    return Totals({**rows, "faults": Problems.of(faults, batch)}), keys


@dataclass(frozen=True)
class _Checked:
    """A function of a study of some rows, as a function of a batch."""

    function: Callable
    book: Codebook
    found: dict[str, str]
    ids: _Ids | None

    @property
    def columns(self) -> list[str]:
        return [*self.found.values(), *([self.ids.column] if self.ids else [])]

    def __call__(self, batch: Batch):
        checked, faults = check_columns(batch.frame, self.book, self.found)
        changed = Problems.of(faults, batch).lines()
        refuse(changed, heading="The answers changed since they were checked")
        if self.ids is None:
            place = np.arange(batch.position, batch.position + len(batch.frame))
            index = pd.Index(place + 1)
        else:
            index = pd.Index(self.ids(batch.frame))
        return self.function(Study(self.book, assemble(checked, index.rename("respondent"))))


@dataclass(frozen=True)
class _Ids:
    """Identifiers of respondents: whole numbers where the data declare such, else text.

    Decided by what all data declare, not by how a partition stores or what it holds, so that
    a respondent is called alike in every one.
    """

    column: str
    whole: bool

    @classmethod
    def of(cls, meta: pd.DataFrame, column: str | None) -> _Ids | None:
        if column is None:
            return None
        dtype = meta[column].dtype
        return cls(column, isinstance(dtype, np.dtype) and dtype.kind in "iu")

    def __call__(self, frame: pd.DataFrame) -> pd.Series:
        ids = frame[self.column]
        kind = ids.dtype.kind
        if self.whole and (kind in "iu" or (kind == "f" and (ids % 1 == 0).all())):
            return ids.astype("int64")
        if not isinstance(ids.dtype, pd.StringDtype):
            ids = ids.astype(object).map(plain, na_action="ignore")
        return ids.astype("str").str.strip()

    def identify(self, batch: Batch):
        """What :func:`~loyaltystudy.outofcore._duplicates.places_of` asks for."""
        ids = self(batch.frame)
        return np.arange(len(ids)), hashed(ids), lambda rows: ids.iloc[rows]


def _repeated(partitions: Partitions, ids: _Ids, keys: np.ndarray) -> Problems:
    """Respondents that stand twice, in one partition or in two."""
    found = places_of(partitions, keys, [ids.column], ids.identify)
    return Problems({stands_twice(ids.column, who, []).text: at for who, at in found.items()})
