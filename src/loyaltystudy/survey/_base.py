"""What every analysis asks of a study, whether its rows are in memory or in partitions."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Mapping

import pandas as pd

from loyaltystudy.survey._groups import GroupedMoments
from loyaltystudy.survey._raking import Raking
from loyaltystudy.survey._schema import Codebook, Scale, Variable


class BaseStudy(ABC):
    """Answers and their codebook, as analyses see them.

    Two classes keep this promise: :class:`Study` with all answers in memory, and
    :class:`~loyaltystudy.outofcore.PartitionedStudy`, which asks the former about the rows of each
    partition. An analysis that keeps to these methods takes both.
    """

    codebook: Codebook
    unused: tuple[str, ...]

    @property
    def name(self) -> str:
        return self.codebook.study

    @property
    @abstractmethod
    def n(self) -> int:
        """Respondents."""

    @property
    @abstractmethod
    def answered(self) -> Collection[str]:
        """The declared columns to which there are answers."""

    @abstractmethod
    def scores(self):
        """Respondent x scale, of the scales whose items have answers."""

    @abstractmethod
    def item_moments(self, scales: Iterable[str]) -> dict[str, GroupedMoments]:
        """Moments by group of each scale's keyed items, over who answered all of them."""

    @abstractmethod
    def item_rows(self, items: Iterable[str]) -> pd.DataFrame | None:
        """Answers to items, reversed ones turned; None where they are not in memory."""

    @abstractmethod
    def rows(self, names: Iterable[str]) -> pd.DataFrame | None:
        """Scores and variables, nominal ones as categories; None where they are not in memory."""

    @abstractmethod
    def moments(self, names: Iterable[str]) -> GroupedMoments:
        """Moments of groups of respondents, over those with all of some scales and variables."""

    @abstractmethod
    def in_memory(self) -> BaseStudy:
        """The study with all answers in memory; SurveyError where they do not fit."""

    def raking_of(self, people: pd.Index) -> Raking | None:
        """What rakes weights again, of some people; None without margins."""
        return None

    def columns_of(self, names: Iterable[str]) -> list[str]:
        """The declared columns behind some scales, items and variables."""
        scales = self.codebook.scales
        return [c for name in names for c in (scales[name].items if name in scales else (name,))]

    def has_answers(self, name: str) -> bool:
        """Whether there are answers to a variable, or to all items of a scale."""
        return all(column in self.answered for column in self.columns_of([name]))

    def has(self, name: str) -> bool:
        """Whether a scale or variable can be computed from what is at hand."""
        return self.has_answers(name)

    def measures(self, construct: str) -> Scale | Variable | None:
        """What measures a construct here with answers or moments at hand, else None."""
        entry = self.codebook.measures(construct)
        return entry if entry is not None and self.has(entry.name) else None

    def described(self, rows: str, lists: Mapping[str, Iterable[str]]) -> str:
        """One line about the study, then one for each list of columns that is not empty."""
        kind = " (simulated)" if self.codebook.kind == "simulated" else ""
        lines = [f"Study '{self.name}'{kind}: {rows}, population {self.codebook.population}"]
        lines += [f"{k}: {', '.join(v)}" for k, v in lists.items() if v]
        if count := len(self.unused):  # not their names, which may be people's
            plural = "s" if count > 1 else ""
            lines.append(f"Not in the codebook: {count} column{plural}, named in `unused`")
        return "\n".join(lines)
