"""The model frame of data in parts: one pass over the rows, from which moments of groups come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from loyaltystudy.errors import ROWS, SurveyError
from loyaltystudy.outofcore._duplicates import rows_twice
from loyaltystudy.outofcore._engine import Batch, Parts, Tally
from loyaltystudy.outofcore._exact_sums import ExactSums, Grid, exact_sums
from loyaltystudy.outofcore._keys import GROUPS, groups_of, hashed, mixed
from loyaltystudy.outofcore._moments import numbers
from loyaltystudy.outofcore._study import LargeStudy, step_of
from loyaltystudy.rsquared import Moments, check_weights
from loyaltystudy.scales import score
from loyaltystudy.survey import Codebook, Study

MOST_LEVELS = 200  # categories of one column, each a column of the moments
UNKEYED = (
    f"The index of the Dask DataFrame must name each row once; labels stand twice in {ROWS}. Make "
    "the column that names the rows the index of every partition, data.map_partitions(lambda part: "
    "part.set_index('member')), or read the data with a codebook that names the respondents, or "
    "give the folder of Parquet files itself."
)


@dataclass(frozen=True)
class Line:
    """One column of the moments: a scale, variable or column, or one category of it."""

    source: str
    name: str
    step: float = 0.0
    level: object = None

    @classmethod
    def category(cls, source: str, level) -> Line:
        """Whether the value is this category: 1 or 0."""
        code = f"{level:.15g}" if isinstance(level, (int, float, np.number)) else str(level)
        return cls(source, f"{source}={code}", 1.0, level)

    def of(self, values) -> np.ndarray:
        """Its numbers; NaN where missing."""
        if self.level is None:
            return values if isinstance(values, np.ndarray) else numbers(values)
        hit = np.asarray(values == self.level, dtype=float)
        hit[pd.isna(values)] = np.nan
        return hit


def study_moments(study: LargeStudy, names: Sequence[str]) -> tuple[Moments, np.ndarray | None]:
    """Moments of groups of complete rows, every declared category a column; strata of the groups.

    Groups are made by a hash of the respondent, or of the whole cluster; where the codebook
    declares no more clusters than ``GROUPS``, each is a group. With strata the groups of each
    stratum are its own.
    """
    book, design = study.codebook, study.codebook.design
    text = [n for n in names if n in book.variables and book.variables[n].kind == "text"]
    if text:
        raise SurveyError(f"Open text cannot be compared: {text}. Code it first.")
    lines = tuple(line for name in names for line in _lines(book, name))
    grid = _grid(lines, weighted=bool(design.weight))
    extra = [c for c in (design.weight, design.cluster, design.strata) if c]
    used = list(dict.fromkeys([*names, *extra]))
    groups = _Groups.of(book)
    work = _StudySums(study.part_of_codebook(used), lines, grid, groups)
    return _outcome(study.reduce(work, used), groups.stratum)


def frame_moments(parts: Parts, names: Sequence[str]) -> tuple[Moments, int]:
    """The same for columns without a codebook, and how many rows there were.

    Groups are made by a hash of what names a row: its label in the index of a Dask DataFrame, in a
    folder its place among all rows, which the files' footers tell. Both are known before the rows
    are read, so one pass does. (The place in a Dask DataFrame is not, and groups of every so-many-
    th row, which would do without, are too much alike where rows are sorted: intervals would be too
    narrow.) Labels that do not tell rows apart are refused: they would change with the partitions.
    """
    absent = [n for n in names if n not in parts.meta]
    if absent:
        raise SurveyError(f"Not in the data: {absent}. Columns: {[*parts.meta.columns][:20]}.")
    lines = tuple(line for name in names for line in _frame_lines(parts.meta[name]))
    found, twice = parts.reduce_keyed(_FrameSums(lines, _grid(lines)), columns=names)
    if found is None:
        raise SurveyError(f"{parts.name}: no rows.")
    if problems := rows_twice(parts, twice, names[:1], _labels, UNKEYED):
        raise SurveyError(problems.told())
    empty = [n for n, given in found["given"].items() if not given]
    if empty:
        raise SurveyError(f"Columns without any value: {empty}. Leave them out.")
    return _outcome(found["sums"], None)[0], found["rows"]


def dummies_within(m: Moments, name: str) -> list[str]:
    """The columns of a name: itself, or its categories that occur, but the first."""
    if name in m.columns:
        return [name]
    share = dict(zip(m.columns, (m.weight @ m.mean), strict=True))
    levels = [c for c in m.columns if c.startswith(f"{name}=") and share[c] > 0]
    if len(levels) < 2:
        only = [c.removeprefix(f"{name}=") for c in levels]
        raise SurveyError(f"Column {name!r} has one category only, {only}; leave it out.")
    return levels[1:]


def _lines(book: Codebook, name: str) -> list[Line]:
    entry = book.variables.get(name)
    if entry is None or entry.kind != "nominal":
        return [Line(name, name, step_of(book, name))]
    return [Line.category(name, code) for code in _codes(entry)]


def _grid(lines: Sequence[Line], *, weighted: bool = False) -> Grid:
    return Grid(tuple(line.name for line in lines), tuple(line.step for line in lines), weighted)


def _codes(entry) -> list[float]:
    """The declared codes of a nominal variable."""
    if not entry.answers.range:
        codes = sorted({float(code) for code in entry.answers.codes} - {*entry.missing})
    elif entry.answers.whole:
        codes = [*np.arange(np.ceil(entry.low), np.floor(entry.high) + 1)]
    else:
        codes = []
    if not 0 < len(codes) <= MOST_LEVELS:
        raise SurveyError(
            f"Variable {entry.name!r}: in data in parts a nominal variable needs declared codes, "
            f"at most {MOST_LEVELS}; it has {len(codes) or 'none'}. Declare fewer, or leave it out."
        )
    return codes


def _frame_lines(column: pd.Series) -> list[Line]:
    """A column without codebook, by what it is declared to hold: itself, or its categories."""
    if pd.api.types.is_numeric_dtype(column) or pd.api.types.is_bool_dtype(column):
        return [Line(column.name, str(column.name))]
    levels = column.cat.categories if isinstance(column.dtype, pd.CategoricalDtype) else ()
    if not len(levels) or "__UNKNOWN_CATEGORIES__" in levels:
        raise SurveyError(
            f"Column {column.name!r} is neither numeric nor of known categories. Make it so with "
            f"frame.categorize([{column.name!r}]), or read the data with a codebook."
        )
    return [Line.category(column.name, level) for level in levels]


@dataclass(frozen=True)
class _Groups:
    """How rows are put into groups: by respondent or cluster, within strata."""

    cluster: str | None = None
    strata: str | None = None
    clusters: tuple[float, ...] = ()
    levels: tuple[float, ...] = ()

    @classmethod
    def of(cls, book: Codebook) -> _Groups:
        cluster, strata = book.design.cluster, book.design.strata
        if cluster and strata:
            raise SurveyError(
                "Strata with clusters are not supported for data in parts. Leave the strata out "
                "of the design: intervals then are somewhat wide."
            )
        levels = tuple(_codes(book.variables[strata])) if strata else ()
        clusters: tuple[float, ...] = ()
        if cluster and _few(book.variables[cluster]):
            clusters = tuple(_codes(book.variables[cluster]))
        return cls(cluster, strata, clusters, levels)

    @property
    def within(self) -> int:
        """Groups of each stratum."""
        return max(2, GROUPS // len(self.levels)) if self.levels else GROUPS

    @property
    def count(self) -> int:
        return self.within * max(1, len(self.levels))

    @property
    def stratum(self) -> np.ndarray | None:
        """The stratum of each group."""
        return np.repeat(np.array(self.levels), self.within) if self.levels else None

    def __call__(self, table: dict[str, np.ndarray], keys: np.ndarray, rows) -> np.ndarray:
        """The groups of some of the rows of a table."""
        if self.clusters:
            return np.searchsorted(self.clusters, table[self.cluster][rows])
        keys = hashed(pd.Series(table[self.cluster][rows])) if self.cluster else keys[rows]
        group = groups_of(keys, self.within)
        if self.levels:
            group += np.searchsorted(self.levels, table[self.strata][rows]) * self.within
        return group


def _few(entry) -> bool:
    answers = entry.answers
    if entry.kind == "text":
        return False
    many = entry.high - entry.low + 1 if answers.range and answers.whole else np.inf
    return (many if answers.range else len(answers.codes)) <= GROUPS


@dataclass(frozen=True)
class _StudySums:
    book: Codebook
    lines: tuple[Line, ...]
    grid: Grid
    groups: _Groups

    def __call__(self, answers: pd.DataFrame, keys: np.ndarray) -> ExactSums:
        scores = score(Study(self.book, answers))
        table = {
            **{n: scores[n].to_numpy() for n in scores},
            **{n: answers[n].to_numpy() for n in self.book.variables},
        }
        lines = [line.of(table[line.source]) for line in self.lines]
        complete = _complete([*lines, *(table[c] for c in _design(self.book))])
        weight = self.book.design.weight
        w = check_weights(table[weight][complete], int(complete.sum())) if weight else None
        groups = self.groups(table, keys, complete)
        rows = [line[complete] for line in lines]
        return exact_sums(self.grid, rows, groups, self.groups.count, w)


def _design(book: Codebook) -> list[str]:
    design = book.design
    return [c for c in (design.weight, design.cluster, design.strata) if c]


def _complete(columns) -> np.ndarray:
    complete = np.ones(len(columns[0]), dtype=bool)
    for column in columns:
        complete &= ~pd.isna(column)
    return complete


@dataclass(frozen=True)
class _FrameSums:
    lines: tuple[Line, ...]
    grid: Grid

    def __call__(self, batch: Batch) -> tuple[Tally, np.ndarray]:
        lines = [line.of(batch.frame[line.source]) for line in self.lines]
        given = {line.source: batch.frame[line.source].count() for line in self.lines}
        complete = _complete(lines)
        if batch.labels is None:
            keys = mixed(np.arange(batch.position, batch.position + len(batch.frame)))
            told = keys[:0]  # places never come twice
        else:
            keys = told = hashed(batch.labels.to_series())
        rows = [line[complete] for line in lines]
        sums = exact_sums(self.grid, rows, groups_of(keys[complete]), GROUPS)
        return Tally(given=Tally(given), rows=len(keys), sums=sums), told


def _labels(batch: Batch):
    """What :func:`~loyaltystudy.outofcore.rows_twice` asks for."""
    labels = batch.labels.to_series()
    plain = labels.astype(object).where(labels.notna(), None)  # NaN is not equal to NaN
    return np.arange(len(labels)), hashed(labels), lambda rows: plain.iloc[rows]


def _outcome(sums: ExactSums, strata: np.ndarray | None):
    if not sums.n.any():
        raise SurveyError("0 complete rows. Take fewer columns, or more respondents.")
    return sums.moments(), None if strata is None else strata[sums.n > 0]
