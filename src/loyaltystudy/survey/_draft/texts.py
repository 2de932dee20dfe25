"""Columns of text: numbers written out, graded answers in words, categories, or free text."""

import re

import numpy as np
import pandas as pd

from loyaltystudy.survey._draft.words import is_no_answer_cell, is_usual, order_of
from loyaltystudy.survey._headers import squeeze
from loyaltystudy.survey._values import COMMA, DATE, NUMBER, plain

MOST_CATEGORIES = 25
LONGEST_CATEGORY = 90
_LED = re.compile(r"\s*([+-]?\d{1,3})\s*(?:[-–=.:)\]]\s*\D.*|\s+\D.*)?", re.DOTALL)
_TIME = re.compile(
    r"\d{1,2}:\d\d(:\d\d)?( ?[AaPp][Mm])?|\d{4}[/.-]\d{1,2}[/.-]\d{1,2}.*|"
    r"\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}( .*)?"
)


def from_texts(series: pd.Series, draft, decimal: str) -> np.ndarray | None:
    """Codes where the cells are numbers or known words; else the draft is settled here.

    Cells that stand for no answer become ``recode`` to missing; words become ``codes``.
    """
    if all(isinstance(cell, (bool, np.bool_)) for cell in series.dropna()):
        return series.map(float, na_action="ignore").to_numpy(dtype=float)
    try:
        places, cells = pd.factorize(series.astype(object), use_na_sentinel=True)
    except TypeError:  # lists, arrays, dicts
        draft.why = "cells that hold lists"
        return None
    texts = [plain(cell) for cell in cells]
    tally = np.bincount(places[places >= 0], minlength=len(texts))
    counts = pd.Series(tally, dtype=int).groupby(np.array(texts, dtype=object)).sum()
    counts = counts.drop("", errors="ignore")
    if not len(counts):
        draft.why = "no answers"
        return None
    unsaid = [
        cell for cell in counts.index if not _is_number(cell, decimal) and is_no_answer_cell(cell)
    ]
    said = counts.drop(unsaid)
    if not len(said):
        draft.why = "no answers"
        return None
    draft.recode = dict.fromkeys(unsaid)
    for reader in (_numbers, _led_numbers, _graded, _categories):
        meaning = reader([*said.index], said, draft, decimal)
        if meaning is not None:
            found = [meaning.get(text, np.nan) for text in texts]
            return np.array([*found, np.nan])[places]
    _free(said, draft)
    return None


def _is_number(cell: str, decimal: str) -> bool:
    return bool(NUMBER.fullmatch(cell) or (decimal == "," and COMMA.fullmatch(cell)))


def _numbers(words, counts, draft, decimal) -> dict[str, float] | None:
    if not all(_is_number(word, decimal) for word in words):
        return None
    return {word: float(word.replace(",", ".")) for word in words}


def _led_numbers(words, counts, draft, decimal) -> dict[str, float] | None:
    """``1 - Not at all``, ``2``, ... ``7 = Very``: the number is the code, the cell its label."""
    led = {word: _LED.fullmatch(word) for word in words}
    if not all(led.values()) or len(words) > 12 or any(DATE.fullmatch(word) for word in words):
        return None
    codes = {word: float(found[1]) for word, found in led.items()}
    if len(set(codes.values())) < len(words) or len(words) < 2:
        return None
    draft.codes = {code: word for word, code in codes.items() if not NUMBER.fullmatch(word)}
    return codes


def _graded(words, counts, draft, decimal) -> dict[str, float] | None:
    numbers = {word: float(word) for word in words if NUMBER.fullmatch(word)}
    order = order_of([word for word in words if word not in numbers])
    if order is None or set(numbers.values()) & set(range(1, len(order) + 1)):
        return None
    as_written = {squeeze(word): word for word in words}
    labels = {float(n): as_written.get(word, word) for n, word in enumerate(order, 1)}
    draft.codes = labels
    draft.notes.append("numbered in the order of a known list of answers")
    graded = {w: float(order.index(squeeze(w)) + 1) for w in words if w not in numbers}
    return graded | numbers


def _categories(words, counts, draft, decimal) -> dict[str, float] | None:
    few = len(words) <= MOST_CATEGORIES and counts.sum() >= 3 * len(words)
    if not few or max(map(len, words)) > LONGEST_CATEGORY or _are_dates(words):
        return None
    people = counts.groupby(squeeze).sum()
    lone = [word for word in people.index[people == 1] if not is_usual(word)]
    if lone and len(people) > 1:
        draft.notes.append(
            f"{len(lone)} of {len(people)} answers come from one person alone, perhaps own words; "
            "if the question lists its answers, put them under codes"
        )
        return None
    kept = {}
    for word in sorted(words, key=squeeze):
        kept.setdefault(squeeze(word), word)
    numbers = {key: float(n) for n, key in enumerate(kept, 1)}
    draft.codes = {numbers[key]: word for key, word in kept.items()}
    draft.by_alphabet = True
    draft.notes.append("numbered by the alphabet, not by any order of the answers")
    return {word: numbers[squeeze(word)] for word in words}


def _free(counts, draft) -> None:
    if _are_dates([*counts.index]):
        draft.why = "dates or times"
        return
    draft.kind, draft.recode = "text", {}


def _are_dates(words) -> bool:
    return all(DATE.fullmatch(word) or _TIME.fullmatch(word) for word in words)
