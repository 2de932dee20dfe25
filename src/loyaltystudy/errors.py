"""The one error that bad input raises."""

from __future__ import annotations

from collections.abc import Iterable
from numbers import Real

ROWS = "\0"  # where the rows stand in a problem's text; no file has this character


class SurveyError(ValueError):
    """Bad answers, codebook or arguments: says what, where, and the remedy.

    All problems found are told at once, one a line; ``problems`` keeps them apart.

    Examples
    --------
    >>> raise SurveyError("Column 't1': 9 lies outside 1..7 in row 3.")
    Traceback (most recent call last):
        ...
    loyaltystudy.errors.SurveyError: Column 't1': 9 lies outside 1..7 in row 3.
    """

    def __init__(self, problems: str | Iterable[str], heading: str = "") -> None:
        self.problems = (problems,) if isinstance(problems, str) else tuple(problems)
        lines = list(self.problems)
        if heading:
            count = f"{len(lines)} problem{'s' if len(lines) != 1 else ''}"
            lines = [f"{heading}: {count}."] + [f"- {line}" for line in lines]
        super().__init__("\n".join(lines))


class SurveyWarning(UserWarning):
    """Something a reader of the result should know; the result stands."""


def confidence_problems(confidence: float) -> list[str]:
    """What is wrong with the level of an interval: a share between 0 and 1, not a percentage."""
    if isinstance(confidence, Real) and 0 < confidence < 1:
        return []
    return [f"confidence={confidence!r}: give a share between 0 and 1, such as 0.95."]


def check_confidence(confidence: float) -> None:
    """Refuse a level that is no share between 0 and 1."""
    if problems := confidence_problems(confidence):
        raise SurveyError(problems)
