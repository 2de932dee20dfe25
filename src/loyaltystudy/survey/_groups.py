"""Moments of groups of respondents: all that a comparison needs of rows it does not see at once.

Intervals of a comparison come from leaving out one group at a time. Moments of disjoint rows add,
so those of a partition's rows, and of the next one's, give those of all rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from loyaltystudy.errors import SurveyError
from loyaltystudy.rsquared import Moments, check_weights, group_moments
from loyaltystudy.survey._keys import GROUPS, groups_of, hashed
from loyaltystudy.survey._schema import Codebook, Design

MOST_LEVELS = 200  # categories of one column, each a column of the moments


@dataclass(frozen=True, eq=False)
class GroupedMoments:
    """Moments of groups of complete rows, and what an interval must know of the groups.

    Attributes
    ----------
    moments : Moments
        Groups on the first axis. A nominal variable stands in columns ``name=code``, one for each
        category but the first.
    asked : int or None
        Rows before the incomplete ones were left out, where that is known.
    note : str
        What readers of the intervals are to know of the groups.
    strata : ndarray or None
        The stratum of each group.
    clustered : bool
        Whether the groups are of whole clusters.
    """

    moments: Moments
    asked: int | None
    note: str
    strata: np.ndarray | None = None
    clustered: bool = False


@dataclass(frozen=True)
class ModelColumn:
    """One column of a model: a scale, a variable, or whether a variable is of one category."""

    source: str
    name: str
    level: object = None

    @classmethod
    def category(cls, source: str, level) -> ModelColumn:
        """Whether the value is this category: 1 or 0."""
        code = f"{level:.15g}" if isinstance(level, (int, float, np.number)) else str(level)
        return cls(source, f"{source}={code}", level)

    def of(self, values: pd.Series) -> np.ndarray:
        """Its numbers, of rows without missing values."""
        return np.asarray(values if self.level is None else values == self.level, dtype=float)


def add_groups(
    rows: pd.DataFrame, columns: Sequence[ModelColumn], groups: np.ndarray, count: int, weight=None
) -> Moments:
    """Moments of each group over some complete rows; ``weight`` names their column of weights."""
    lines = [column.of(rows[column.source]) for column in columns]
    w = check_weights(None if weight is None else rows[weight], len(rows))
    names = tuple(column.name for column in columns)
    return group_moments(np.column_stack(lines), w, groups, names, count=count)


def without_references(m: Moments, columns: Sequence[ModelColumn]) -> Moments:
    """Groups with rows, and of each nominal column its categories that occur, but the first."""
    m = m[m.n > 0]
    if not len(m.n):
        raise SurveyError("0 complete rows. Take fewer columns, or more respondents.")
    share, kept = dict(zip(m.columns, m.weight @ m.mean, strict=True)), []
    for source in dict.fromkeys(column.source for column in columns):
        own = [column for column in columns if column.source == source]
        occur = [c.name for c in own if c.level is None or share[c.name] > 0]
        if own[0].level is not None and len(occur) < 2:
            only = [name.removeprefix(f"{source}=") for name in occur]
            raise SurveyError(f"Column {source!r} has one category only, {only}; leave it out.")
        kept += occur[own[0].level is not None :]
    return m.select(kept)


@dataclass(frozen=True)
class Grouping:
    """How respondents are put into groups: by respondent or whole cluster, within strata."""

    cluster: str | None = None
    strata: str | None = None
    clusters: tuple[float, ...] = ()
    levels: tuple[float, ...] = ()

    @classmethod
    def of(cls, book: Codebook) -> Grouping:
        """By the design; where no more than ``GROUPS`` clusters are declared, each is a group."""
        cluster, strata = book.design.cluster, book.design.strata
        if cluster and strata:
            raise SurveyError(
                "Strata with clusters are not supported for data in partitions. Leave the strata "
                "out of the design: intervals then are somewhat wide."
            )
        levels = tuple(_codes(book.variables[strata])) if strata else ()
        few = bool(cluster) and _few(book.variables[cluster])
        clusters = tuple(_codes(book.variables[cluster])) if few else ()
        return cls(cluster, strata, clusters, levels)

    @property
    def within(self) -> int:
        """Groups of each stratum."""
        return max(2, GROUPS // len(self.levels)) if self.levels else GROUPS

    @property
    def count(self) -> int:
        return self.within * max(1, len(self.levels))

    def stratum(self) -> np.ndarray | None:
        """The stratum of each group."""
        return np.repeat(np.array(self.levels), self.within) if self.levels else None

    def __call__(self, table: pd.DataFrame) -> np.ndarray:
        """The group of each of some complete rows."""
        if self.clusters:
            return np.searchsorted(self.clusters, table[self.cluster].to_numpy())
        ids = table[self.cluster] if self.cluster else table.index.to_series()
        group = groups_of(hashed(ids), self.within)
        if self.levels:
            group += np.searchsorted(self.levels, table[self.strata].to_numpy()) * self.within
        return group


@dataclass(frozen=True)
class GroupedSums:
    """The work of :meth:`Study.moments`: a function of some rows of a study, whose results add."""

    names: tuple[str, ...]
    columns: tuple[ModelColumn, ...]
    grouping: Grouping
    design: Design

    @classmethod
    def of(cls, book: Codebook, names: Sequence[str]) -> GroupedSums:
        text = [n for n in names if n in book.variables and book.variables[n].kind == "text"]
        if text:
            raise SurveyError(f"Open text cannot be compared: {text}. Code it first.")
        columns = tuple(column for name in names for column in _columns(book, name))
        return cls(tuple(names), columns, Grouping.of(book), book.design)

    @property
    def needed(self) -> list[str]:
        """Scales and variables that it reads."""
        design = (self.design.weight, self.design.cluster, self.design.strata)
        return list(dict.fromkeys([*self.names, *(name for name in design if name)]))

    def __call__(self, study) -> Moments:
        """Moments of each group, every declared category a column."""
        rows = study.columns(self.needed).dropna()
        count = self.grouping.count
        return add_groups(rows, self.columns, self.grouping(rows), count, self.design.weight)

    def finished(self, sums: Moments, asked: int) -> GroupedMoments:
        """From the moments of all rows."""
        m = without_references(sums, self.columns)
        strata = self.grouping.stratum()
        strata = None if strata is None else strata[sums.n > 0]
        return by_group(m, asked, strata=strata, clustered=bool(self.design.cluster))


def by_group(m: Moments, asked: int, **more) -> GroupedMoments:
    """Moments of groups of rows, each to be left out once."""
    note = f"intervals from leaving out each of {len(m.n)} groups of rows"
    return replace(GroupedMoments(m, asked, note), **more)


def _columns(book: Codebook, name: str) -> list[ModelColumn]:
    entry = book.variables.get(name)
    if entry is None or entry.kind != "nominal":
        return [ModelColumn(name, name)]
    return [ModelColumn.category(name, code) for code in _codes(entry)]


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
            f"Variable {entry.name!r}: in data in partitions a nominal variable needs declared "
            f"codes, at most {MOST_LEVELS}; it has {len(codes) or 'none'}. Declare fewer, or leave "
            "it out."
        )
    return codes


def _few(entry) -> bool:
    answers = entry.answers
    if entry.kind == "text":
        return False
    many = entry.high - entry.low + 1 if answers.range and answers.whole else np.inf
    return (many if answers.range else len(answers.codes)) <= GROUPS
