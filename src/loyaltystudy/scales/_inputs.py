"""Checks that stand before every statistic of a scale; all problems are told at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from loyaltystudy.errors import SurveyError

Scales = Mapping[str, Sequence[str]]


@dataclass(frozen=True, eq=False)
class Items:
    """Complete answers to the items of some scales, and how many rows that left out."""

    scales: dict[str, list[str]]
    answers: np.ndarray  # n x p, one column per item, in the order of the scales
    n_dropped: int

    @property
    def names(self) -> list[str]:
        return [item for items in self.scales.values() for item in items]

    @property
    def n(self) -> int:
        return len(self.answers)

    def index(self, scale: str) -> np.ndarray:
        """Positions of a scale's items among all items."""
        return np.array([self.names.index(item) for item in self.scales[scale]])


def complete_items(answers: pd.DataFrame, scales: Scales, *, least: int = 1) -> Items:
    """Rows with an answer to every item of ``scales``; raises where no statistic could follow.

    ``least`` is the fewest items that a scale may have.
    """
    if not isinstance(scales, Mapping) or not scales:
        raise SurveyError("scales: give a mapping of scale name to item names, at least one scale.")
    scales = {
        name: [items] if isinstance(items, str) else list(items) for name, items in scales.items()
    }
    problems = _naming_problems(answers.columns, scales, least)
    if problems:
        raise SurveyError(problems, heading="scales")
    names = [item for items in scales.values() for item in items]
    frame = answers[names]
    problems = [
        f"Item '{name}': answers are {frame[name].dtype}, not numbers. Give the codes."
        for name in names
        if not pd.api.types.is_numeric_dtype(frame[name])
    ]
    if problems:
        raise SurveyError(problems, heading="answers")
    values = frame.to_numpy(dtype=float, na_value=np.nan)
    complete = ~np.isnan(values).any(axis=1)
    kept = values[complete]
    problems = _value_problems(frame, values, kept, names)
    if problems:
        raise SurveyError(problems, heading="answers")
    return Items(scales, kept, int((~complete).sum()))


def _naming_problems(columns: pd.Index, scales: dict[str, list[str]], least: int) -> list[str]:
    problems, home = [], {}
    for scale, items in scales.items():
        if len(items) < least:
            problems.append(
                f"Scale '{scale}': {len(items)} item{'s' * (len(items) != 1)}, "
                f"this needs at least {least}. Leave the scale out."
            )
        missing = [item for item in items if item not in columns]
        if missing:
            near = [str(c) for c in columns if str(c)[:1] == str(missing[0])[:1]]
            problems.append(
                f"Scale '{scale}': items not in the answers: {missing}. "
                f"Columns starting with '{str(missing[0])[:1]}': {near}."
            )
        for item in items:
            if item in home:
                problems.append(
                    f"Item '{item}' is in scale '{home[item]}' and in scale '{scale}'. "
                    "Name scales that share no item."
                )
            home[item] = scale
    return problems


def _value_problems(
    frame: pd.DataFrame, values: np.ndarray, kept: np.ndarray, names: list[str]
) -> list[str]:
    rows, cols = np.nonzero(np.isinf(values))
    problems = [
        f"Item '{names[col]}', row {frame.index[row]!r}: {values[row, col]} is no answer."
        for row, col in zip(rows[:10], cols[:10], strict=True)
    ]
    if len(kept) < 3:
        blank = int(np.isnan(values).sum(axis=0).argmax())
        return [
            *problems,
            f"{len(kept)} rows answer all {len(names)} items, at least 3 are needed; "
            f"'{names[blank]}' is missing most often. Leave out items seldom answered.",
        ]
    constant = [name for name, column in zip(names, kept.T, strict=True) if np.ptp(column) == 0]
    problems += [
        f"Item '{name}': all {len(kept)} complete rows answer {kept[0, names.index(name)]:g}. "
        "A constant item cannot be analysed: leave it out."
        for name in constant
    ]
    return problems


def need_more_rows_than_items(n: int, names: Sequence[str], where: str = "") -> list[str]:
    """A covariance matrix of p items has full rank only with more than p rows."""
    if n > len(names):
        return []
    return [
        f"{where}{n} complete rows for {len(names)} items: a covariance matrix of that many "
        f"items needs more than {len(names)} rows. Use fewer items or more answers."
    ]


def need_positive_definite(matrix: np.ndarray, names: Sequence[str], where: str = "") -> list[str]:
    """Name the items that make a covariance or correlation matrix singular or worse."""
    spread = np.sqrt(np.diag(matrix))
    values, vectors = np.linalg.eigh(matrix / np.outer(spread, spread))
    if values[0] > 1e-8:
        return []
    culprits = [names[i] for i in np.flatnonzero(np.abs(vectors[:, 0]) > 0.1)]
    return [
        f"{where}the correlation matrix is not positive definite (smallest eigenvalue "
        f"{values[0]:.2g}): items {culprits} depend on one another. Leave one of them out."
    ]


def check_confidence(confidence: float) -> None:
    """A level is a share between 0 and 1, not a percentage."""
    if not 0 < confidence < 1:
        raise SurveyError(f"confidence={confidence!r}: give a share between 0 and 1, such as 0.95.")


def known(names: Iterable[str] | str, available: Iterable[str], what: str) -> list[str]:
    """``names`` as a list, or an error that lists what there is."""
    names, available = [names] if isinstance(names, str) else list(names), list(available)
    unknown = [name for name in names if name not in available]
    if unknown:
        raise SurveyError(f"No {what} named {unknown}. There are: {available}.")
    return names
