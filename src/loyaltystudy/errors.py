"""The one error that bad input raises."""

import re
from collections.abc import Iterable

ROWS = "\0"  # where the rows stand in a problem's text; no file has this character
VALUE = "\1"  # before and after a value in a problem's text; not shown
HIDDEN = "\2"  # before and after what tells two problems apart and is not to be shown
MOST_LINES = 40  # of a message; the rest is counted


def did_you_mean(words: str | Iterable[str], known: Iterable[str]) -> str:
    """`` Did you mean ...?`` for misspelt names; nothing where no known name is near.

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

    All problems found are named at once, one a line, 40 lines at most; ``problems`` keeps them all
    and apart.

    Examples
    --------
    >>> raise SurveyError("Column 't1': 9 lies outside 1..7 in row 3.")
    Traceback (most recent call last):
        ...
    loyaltystudy.errors.SurveyError: Column 't1': 9 lies outside 1..7 in row 3.
    """

    def __init__(self, problems: str | Iterable[str], heading: str = "") -> None:
        found = (problems,) if isinstance(problems, str) else problems
        self.problems = tuple(_shown(text) for text in found)
        lines = list(self.problems)
        if heading:
            count = f"{len(lines)} problem{'s' if len(lines) != 1 else ''}"
            lines = [f"{heading}: {count}."] + [f"- {line}" for line in lines]
        if len(lines) > MOST_LINES:
            lines = [*lines[: MOST_LINES - 1], f"- and {len(lines) - MOST_LINES + 1} more."]
        super().__init__("\n".join(lines))


def refuse(problems: str | Iterable[str], heading: str = "") -> None:
    """Raise a :class:`SurveyError` that names all problems, if there are any."""
    if problems:
        raise SurveyError(problems, heading)


def _shown(text: str) -> str:
    """A problem's text without its marks, and without what they hide."""
    return re.sub(f"{HIDDEN}[^{HIDDEN}]*{HIDDEN}", "", text).replace(VALUE, "")


class SurveyWarning(UserWarning):
    """Something a reader of the result should know; the result stands."""
