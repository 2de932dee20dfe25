"""The one error that bad input raises."""

from __future__ import annotations

from collections.abc import Iterable

ROWS = "\0"  # where the rows stand in a problem's text; no file has this character


def did_you_mean(words: str | Iterable[str], known: Iterable[str]) -> str:
    """`` Did you mean ...?`` for misspelt names; nothing where no known name is near.

    Examples
    --------
    >>> did_you_mean("loyalti", ["trust", "loyalty"]), did_you_mean("x", ["trust"])
    (" Did you mean 'loyalty'?", '')
    """
    from difflib import get_close_matches

    known = [*map(str, known)]
    wanted = [words] if isinstance(words, str) else [*words]
    near = [
        name for word in wanted for name in get_close_matches(str(word), known, n=2, cutoff=0.6)
    ]
    found = " or ".join(repr(name) for name in dict.fromkeys(near))
    return f" Did you mean {found}?" if found else ""


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
