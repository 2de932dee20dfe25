"""A study whose answers come in parts: checked, counted and worked on part by part."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from math import ceil, lcm

import numpy as np
import pandas as pd

from loyaltystudy.errors import SurveyError
from loyaltystudy.outofcore._duplicates import places_of
from loyaltystudy.outofcore._engine import Batch, Parts, Tally, open_parts
from loyaltystudy.outofcore._exact_sums import MOST_STEPS
from loyaltystudy.outofcore._keys import hashed, mixed
from loyaltystudy.outofcore._problems import Problems
from loyaltystudy.survey import (
    Codebook,
    Scale,
    Variable,
    assemble,
    check_columns,
    columns_used,
    is_blank,
    match_columns,
    no_respondent,
    plain,
    respondent_column,
    stands_twice,
    stored_attrs,
)


@dataclass(frozen=True, eq=False)
class LargeStudy:
    """Checked answers that never are in memory together, and their codebook.

    Made by :func:`read_study` from a Dask DataFrame or a folder of Parquet files. ``score``,
    ``reliability`` and ``compare_blocks`` take it like a :class:`Study`.

    Attributes
    ----------
    codebook : Codebook
    parts : Parts
    found : dict
        Declared name to the column of the data.
    respondent : str or None
        The column that names the respondents; without one a row's place is its name.
    unused : tuple of str
        Columns of the data that the codebook does not mention.
    """

    codebook: Codebook
    parts: Parts
    found: dict[str, str]
    respondent: str | None = None
    unused: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return self.codebook.study

    @property
    def n(self) -> int:
        """Respondents."""
        return self.parts.rows

    @property
    def answers(self) -> pd.DataFrame:
        """Not at hand: for calls that need all rows in memory."""
        raise SurveyError(
            f"Study '{self.name}' comes in parts, and this call needs all answers in memory. "
            "Read one of its files, or a sample of the rows as a DataFrame."
        )

    def has(self, name: str) -> bool:
        """Whether a scale or variable can be computed."""
        return all(column in self.found for column in self.columns_of([name]))

    def has_moments(self, name: str) -> bool:
        """Never: moments of groups are made here, not shared."""
        return False

    def measures(self, construct: str) -> Scale | Variable | None:
        """What measures a construct here, else None."""
        entry = self.codebook.measures(construct)
        return entry if entry is not None and self.has(entry.name) else None

    def columns_of(self, names: Iterable[str]) -> list[str]:
        """The declared columns behind some scales, items and variables."""
        scales = self.codebook.scales
        return [c for name in names for c in (scales[name].items if name in scales else (name,))]

    def reduce(self, function: Callable, names: Iterable[str]):
        """``function(answers, keys)`` added up over all rows; ``names`` are what it needs.

        ``answers`` are some rows as ``Study.answers`` would hold them, ``keys`` a number of 64
        bits for each that depends on its respondent alone.
        """
        work = self._work(function, names)
        return self.parts.reduce(work, columns=work.columns)

    def map(self, function: Callable, names: Iterable[str], meta: pd.DataFrame):
        """A Dask DataFrame of what ``function(answers, keys)`` makes of the rows."""
        work = self._work(function, names)
        return self.parts.map(work, meta.set_axis(self._no_rows()), columns=work.columns)

    def part_of_codebook(self, names: Iterable[str]) -> Codebook:
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

    def _work(self, function, names) -> _Checked:
        book = self.part_of_codebook(names)
        found = {n: c for n, c in self.found.items() if n in book.columns}
        return _Checked(function, book, found, _Ids.of(self.parts.meta, self.respondent))

    def _no_rows(self) -> pd.Index:
        ids = _Ids.of(self.parts.meta, self.respondent)
        kind = "int64" if ids is None or ids.whole else "str"
        return pd.Index([], dtype=kind, name="respondent")

    def __repr__(self) -> str:
        rows = f"{self.n} respondents in {len(self.parts.pieces)} parts, {len(self.found)} columns"
        kind = " (simulated)" if self.codebook.kind == "simulated" else ""
        lines = [f"Study '{self.name}'{kind}: {rows}, population {self.codebook.population}"]
        if absent := [c for c in self.codebook.columns if c not in self.found]:
            lines.append(f"Not at hand: {', '.join(absent)}")
        if self.unused:
            lines.append(f"Not in the codebook: {', '.join(self.unused)}")
        return "\n".join(lines)


def step_of(book: Codebook, name: str) -> float:
    """The step that an item, variable or scale score keeps to by declaration; 0 if none.

    Means of 3 or 4 whole answers keep to steps of 1/12.
    """
    scale = book.scales.get(name)
    entries = [book.columns[n] for n in (scale.items if scale else (name,))]
    if not all(_whole(entry) for entry in entries):
        return 0.0
    least = max(1, ceil(scale.minimum_answered * len(entries) - 1e-9)) if scale else 1
    parts = lcm(*range(least, len(entries) + 1))
    reach = max(abs(end) for entry in entries for end in (entry.low, entry.high))
    return 1 / parts if reach * parts <= MOST_STEPS else 0.0


def _whole(entry) -> bool:
    """Whether every declared answer is a whole number."""
    answers = entry.answers
    if answers.range:
        whole = answers.whole and getattr(entry, "kind", "") != "numeric"
        return whole and answers.low.is_integer() and answers.high.is_integer()
    return all(float(code).is_integer() for code in answers.codes)


def open_large(answers, book: Codebook) -> LargeStudy:
    """Check every row against the codebook and count them; see :func:`read_study`.

    One pass over all declared columns; only where respondents stand twice is the column that
    names them read again, to say in which rows.
    """
    parts = open_parts(answers)
    meta = parts.meta
    for stored in meta.attrs.get("stored", ()):
        book = as_written(stored_attrs(stored), book)
    faults = _file_faults(meta, book)
    found, problems = match_columns(meta, book, optional=True)
    respondent = respondent_column(meta, book)
    if respondent is not None and respondent not in meta:
        problems.append(f"column {respondent!r}, which names the respondents, is missing.")
    if problems := [*problems, *faults]:
        raise SurveyError(problems, heading=parts.name)
    columns = [*found.values(), *([respondent] if respondent else [])]
    ids = _Ids.of(meta, respondent)
    tally, twice = parts.reduce_keyed(_Check(book, found, ids), columns=columns)
    tally = tally or Tally()
    faults = tally.pop("faults", Problems())
    parts = parts.with_rows(tally)
    if not parts.rows:
        raise SurveyError(f"{parts.name}: no respondents; one row at least is needed.")
    if ids is not None and not faults:
        faults = _doubled(parts, ids, twice)
    if faults:
        raise SurveyError(faults.told(), heading=f"{parts.name} (row 1 is the first of its part)")
    known = columns_used(meta, book)
    unused = tuple(str(c) for c in meta.columns if c not in known)
    return LargeStudy(book, parts, found, respondent, unused)


def as_written(attrs: dict, book: Codebook) -> Codebook:
    """Answers that we wrote as simulated stay so under any codebook."""
    provenance = attrs.get("provenance")
    if not isinstance(provenance, dict) or provenance.get("kind") != "simulated":
        return book
    return replace(book, kind="simulated", population="simulated")


def _file_faults(meta: pd.DataFrame, book: Codebook) -> list[str]:
    """What the files' own labels say otherwise than the codebook."""
    told = []
    for stored in meta.attrs.pop("stored", ()):
        meta.attrs.update(stored_attrs(stored))
        found, _ = match_columns(meta, book, optional=True)
        told += [fault.told() for fault in check_columns(meta, book, found)[1]]
    return [*dict.fromkeys(told)]


@dataclass(frozen=True)
class _Check:
    """Rows and faults of a batch, and the keys of its respondents."""

    book: Codebook
    found: dict[str, str]
    ids: _Ids | None

    def __call__(self, batch: Batch) -> tuple[Tally, np.ndarray]:
        _, faults = check_columns(batch.frame, self.book, self.found)
        keys = np.zeros(0, dtype=np.uint64)
        if self.ids is not None:
            ids = self.ids(batch.frame)
            rows = [int(row) + 1 for row in np.flatnonzero(is_blank(ids))]
            faults += [no_respondent(self.ids.column, rows)] if rows else []
            keys = hashed(ids)
        rows = {batch.piece.number: len(batch.frame)}
        return Tally({**rows, "faults": Problems.of(faults, batch)}), keys


@dataclass(frozen=True)
class _Checked:
    """A function of checked answers, as a function of a batch."""

    function: Callable
    book: Codebook
    found: dict[str, str]
    ids: _Ids | None

    @property
    def columns(self) -> list[str]:
        return [*self.found.values(), *([self.ids.column] if self.ids else [])]

    def __call__(self, batch: Batch):
        checked, faults = check_columns(batch.frame, self.book, self.found)
        if faults:
            told = Problems.of(faults, batch).told()
            raise SurveyError(told, heading="The answers changed since they were checked")
        if self.ids is None:
            place = np.arange(batch.position, batch.position + len(batch.frame))
            index, keys = pd.Index(place + 1), mixed(place)
        else:
            ids = self.ids(batch.frame)
            index, keys = pd.Index(ids), hashed(ids)
        return self.function(assemble(checked, index.rename("respondent")), keys)


@dataclass(frozen=True)
class _Ids:
    """Identifiers of respondents: whole numbers where the data declare such, else text.

    Decided by what all data declare, not by how a part stores or what it holds, so that a
    respondent is called alike in every part.
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
        """What :func:`~loyaltystudy.outofcore.places_of` asks for."""
        ids = self(batch.frame)
        return np.arange(len(ids)), hashed(ids), lambda rows: ids.iloc[rows]


def _doubled(parts: Parts, ids: _Ids, keys: np.ndarray) -> Problems:
    """Respondents that stand twice, in one part or in two."""
    found = places_of(parts, keys, [ids.column], ids.identify)
    return Problems({stands_twice(ids.column, who, []).text: at for who, at in found.items()})
