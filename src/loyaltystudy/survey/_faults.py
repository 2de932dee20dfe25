"""What is wrong with answers, in which rows, and how it is said: one line a cause."""

from typing import NamedTuple

import numpy as np

from loyaltystudy.errors import ROWS, VALUE

ROWS_SHOWN = 20  # of one problem; a file of a million rows must not print a million numbers
VALUES_SHOWN = 5  # of one cause
NUMBER_DUE = "is text where a number is due"


class Fault(NamedTuple):
    """What is wrong and in which rows (from 1); ``text`` has ``ROWS`` where they are to stand."""

    text: str
    rows: list[int]

    def line(self) -> str:
        return self.text.replace(ROWS, rows_shown(self.rows))


def gathered(faults: list[Fault]) -> list[Fault]:
    """One fault a cause: values of one column that are wrong in the same way stand in one line."""
    causes: dict[str, list[tuple[str, Fault]]] = {}
    for fault in faults:
        start, value, end = (*fault.text.split(VALUE, 2), "", "")[:3]
        causes.setdefault(start + VALUE + end, []).append((value, fault))
    return [_one(cause, values) for cause, values in causes.items()]


def _one(cause: str, values: list[tuple[str, Fault]]) -> Fault:
    first = values[0][1]
    if len(values) == 1:
        return first
    shown = ", ".join(value for value, _ in values[:VALUES_SHOWN])
    more = f" and {len(values) - VALUES_SHOWN} more" if len(values) > VALUES_SHOWN else ""
    text = cause.replace(VALUE, f"{len(values)} values ({shown}{more}): each", 1)
    if text.endswith(f"{NUMBER_DUE}, in {ROWS}."):
        text += (
            " If these are the answers in words, give the words under `codes`, or declare "
            "`recode: {word: code, ...}`."
        )
    return Fault(text, sorted({row for _, fault in values for row in fault.rows}))


def positions(mask) -> list[int]:
    return [int(n) + 1 for n in np.flatnonzero(np.asarray(mask))]


def rows_shown(rows: list[int]) -> str:
    """``rows 3, 7 and 9 more``, however many there are."""
    lines = ", ".join(map(str, rows[:ROWS_SHOWN]))
    more = f" and {len(rows) - ROWS_SHOWN} more" if len(rows) > ROWS_SHOWN else ""
    return f"{'rows' if len(rows) > 1 else 'row'} {lines}{more}"
