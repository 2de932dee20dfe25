"""What a check says of an answer."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Feedback:
    """The answer to an answer; it prints as its words."""

    passed: bool
    words: str

    def __repr__(self) -> str:
        return ("Right. " if self.passed else "Not yet. ") + self.words


def right(words: str) -> Feedback:
    return Feedback(True, words)


def wrong(words: str) -> Feedback:
    return Feedback(False, words)


def unanswered(*answers) -> bool:
    """Whether any answer still is the three dots, or None."""
    return any(answer is None or answer is ... for answer in answers)


def number(answer) -> float | None:
    """An answer as a number; None where it is none (a bool, text, a table)."""
    if isinstance(answer, bool | np.bool_ | str) or np.ndim(answer) != 0:
        return None
    try:
        return float(answer)
    except (TypeError, ValueError):
        return None
