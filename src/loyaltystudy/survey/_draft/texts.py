"""Columns of text: numbers written out, graded answers in words, categories, or free text."""

import re
from collections import Counter

import numpy as np
import pandas as pd

from loyaltystudy.survey._draft.grades import order_of
from loyaltystudy.survey._draft.shared_words import MOST_WORDS, Words, tally
from loyaltystudy.survey._draft.words import is_no_answer_cell, is_usual
from loyaltystudy.survey._headers import squeeze
from loyaltystudy.survey._values import COMMA, DATE, NUMBER

LONGEST_CATEGORY = 90
MOST_LED = 12
_LED = re.compile(r"\s*[(\[]?([+-]?\d{1,3})[)\].]?\s*(?:[-–=.:)\]]\s*\D.*|\s+\D.*)?", re.DOTALL)
_ENDED = re.compile(r"\s*[^\W\d].*[(\[]\s*([+-]?\d{1,3})\s*[)\]]\s*", re.DOTALL)
_TIME = re.compile(
    r"\d{1,2}:\d\d(:\d\d)?( ?[AaPp][Mm])?|\d{4}[/.-]\d{1,2}[/.-]\d{1,2}.*|"
    r"\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}( .*)?"
)
_SEVERAL = (";", ", ", " | ", ",")  # between the answers of one cell


def from_texts(series: pd.Series, draft, decimal: str, shared: Words | None) -> np.ndarray | None:
    """Codes where the cells are numbers or known words; else the draft is settled here.

    Cells that stand for no answer become ``recode`` to missing; words become ``codes``, those of
    other columns of the question (``shared``) too.
    """
    if all(isinstance(cell, (bool, np.bool_)) for cell in series.dropna()):
        return series.map(float, na_action="ignore").to_numpy(dtype=float)
    counted = tally(series)
    if counted is None:
        draft.why = "cells that hold lists"
        return None
    places, texts, counts = counted
    unsaid = [
        cell for cell in counts.index if not _is_number(cell, decimal) and is_no_answer_cell(cell)
    ]
    said = counts.drop(unsaid)
    if not len(said):
        draft.why = "no answers"
        return None
    draft.recode = dict.fromkeys(unsaid)
    own = shared or Words.of(Counter(said.to_dict()))
    for reader in (_numbers, _capped, _led_numbers, _graded, _categories):
        meaning = reader([*said.index], own, draft, decimal)
        if meaning is not None:
            found = [meaning.get(text, np.nan) for text in texts]
            return np.array([*found, np.nan])[places]
    _free(said, draft)
    return None


def _is_number(cell: str, decimal: str) -> bool:
    return bool(NUMBER.fullmatch(cell) or (decimal == "," and COMMA.fullmatch(cell)))


def _numbers(words, shared, draft, decimal) -> dict[str, float] | None:
    if not all(_is_number(word, decimal) for word in words):
        return None
    return {word: float(word.replace(",", ".")) for word in words}


def _led_numbers(words, shared, draft, decimal) -> dict[str, float] | None:
    """``1 - Not at all``, ``2``, ... ``(7) Very``, ``Very (7)``: the number is the code."""
    pool = list(dict.fromkeys([*words, *shared.written.values()]))
    led = {word: _LED.fullmatch(word) or _ENDED.fullmatch(word) for word in pool}
    if not all(led.values()) or len(pool) > MOST_LED or any(DATE.fullmatch(w) for w in pool):
        return None
    if order_of(pool) and any(len(re.findall(r"\d+", word)) > 1 for word in pool):
        return None  # ranges of numbers
    codes = {word: float(found[1]) for word, found in led.items()}
    labels = {squeeze(word): code for word, code in codes.items()}
    if len(set(labels.values())) < len(labels) or len(labels) < 2:
        return None
    draft.codes = {code: word for word, code in codes.items() if not NUMBER.fullmatch(word)}
    return {word: codes[word] for word in words}


def _capped(words, shared, draft, decimal) -> dict[str, float] | None:
    """Counts whose last answers are ranges: 0, 1, 2, ``3 or more``; 0, 1, ``2-3``, ``4+``."""
    numbers = {word: float(word) for word in words if NUMBER.fullmatch(word)}
    order = order_of(words) if 1 < len(numbers) < len(words) else None
    if order is None or len(order) > len(words) or any(code % 1 for code in numbers.values()):
        return None
    ends = sorted(words, key=lambda word: order.index(squeeze(word)))[len(numbers) :]
    if set(ends) & set(numbers):
        return None
    top = max(numbers.values())
    stated = float(re.findall(r"\d+", ends[0])[0]) if len(ends) == 1 else top
    first = stated if stated > top else top + 1
    codes = numbers | {word: first + n for n, word in enumerate(ends)}
    draft.codes = {code: word for word, code in codes.items()}
    return codes


def _graded(words, shared, draft, decimal) -> dict[str, float] | None:
    numbers = {word: float(word) for word in words if NUMBER.fullmatch(word)}
    order = order_of(word for word in shared.written if not NUMBER.fullmatch(word))
    if order is None or set(numbers.values()) & set(range(1, len(order) + 1)):
        return None
    if not {squeeze(word) for word in words if word not in numbers} <= set(order):
        return None
    draft.codes = {float(n): shared.written.get(word, word) for n, word in enumerate(order, 1)}
    draft.notes.append("numbered in the order of the words")
    graded = {w: float(order.index(squeeze(w)) + 1) for w in words if w not in numbers}
    return graded | numbers


def _categories(words, shared, draft, decimal) -> dict[str, float] | None:
    """Words numbered by the alphabet, after the numbers among them, which stay what they are."""
    written = shared.written
    few = len(written) <= MOST_WORDS and shared.answered >= 3 * len(written)
    if not few or max(map(len, words)) > LONGEST_CATEGORY or _are_dates(words) or _several(words):
        return None
    lone = [key for key, n in shared.people.items() if n == 1 and not is_usual(key)]
    if lone and len(shared.people) > 1:
        draft.notes.append(
            f"{len(lone)} of {len(shared.people)} answers come from one person alone, perhaps own "
            "words; if the question lists its answers, put them under codes"
        )
        return None
    codes = {key: float(key) for key in written if NUMBER.fullmatch(key)}
    if any(code % 1 for code in codes.values()):
        return None
    first = max(codes.values(), default=0) + 1
    codes |= {key: first + n for n, key in enumerate(sorted(set(written) - set(codes)))}
    draft.codes = {code: written[key] for key, code in sorted(codes.items(), key=lambda c: c[1])}
    draft.by_alphabet = True
    draft.notes.append("numbered by the alphabet, not by any order of the answers")
    return {word: codes[squeeze(word)] for word in words}


def _several(words) -> str:
    """The mark between answers, where cells hold several of them: most stand in other cells too."""
    for mark in _SEVERAL:
        cells = [[part.strip() for part in word.split(mark)] for word in words]
        joined = [cell for cell in cells if len(cell) > 1]
        often = Counter(part for cell in cells for part in cell)
        parts = [part for cell in joined for part in cell]
        if len(joined) > 1 and sum(often[part] > 1 for part in parts) > 0.8 * len(parts):
            return mark.strip()
    return ""


def _free(counts, draft) -> None:
    if _are_dates([*counts.index]):
        draft.why = "dates or times"
        return
    draft.kind, draft.recode = "text", {}
    if mark := _several([*counts.index]):
        draft.notes.append(f"several answers in one cell, with {mark!r} between them")


def _are_dates(words) -> bool:
    return all(DATE.fullmatch(word) or _TIME.fullmatch(word) for word in words)
