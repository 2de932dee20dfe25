"""Answers in words that columns of one question share: what one of them lacks, others show."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import pandas as pd

from loyaltystudy.survey._draft.grades import order_of
from loyaltystudy.survey._draft.stems import question_of, stem_of
from loyaltystudy.survey._draft.words import is_no_answer_cell
from loyaltystudy.survey._headers import code_and_text, squeeze
from loyaltystudy.survey._values import plain

MOST_WORDS = 25  # of a list of answers
MOST_GRADES = 11


@dataclass
class Words:
    """Answers, squeezed, as they are written most often, and how many gave each of them."""

    written: dict[str, str] = field(default_factory=dict)
    people: Counter = field(default_factory=Counter)

    @property
    def answered(self) -> int:
        return self.people.total()

    @classmethod
    def of(cls, counts: Counter) -> "Words":
        words = cls()
        for word, number in counts.most_common():
            words.written.setdefault(squeeze(word), word)
            words.people[squeeze(word)] += number
        return words


def tally(series: pd.Series) -> tuple[np.ndarray, list[str], pd.Series] | None:
    """Places, texts and counts of the different cells; None for lists and the like."""
    try:
        places, cells = pd.factorize(series.astype(object), use_na_sentinel=True)
    except TypeError:
        return None
    texts = [plain(cell) for cell in cells]
    counts = np.bincount(places[places >= 0], minlength=len(texts))
    counts = pd.Series(counts, dtype=int).groupby(np.array(texts, dtype=object)).sum()
    return places, texts, counts.drop("", errors="ignore")


def shared_words(frame: pd.DataFrame) -> dict[str, Words]:
    """Column to the answers of its question, its own included, where other columns show more."""
    questions: dict[str, dict[str, Counter]] = defaultdict(dict)
    wording = frame.attrs.get("wording", {})
    for name in frame.columns[~frame.columns.duplicated(keep=False)]:
        if isinstance(name, str) and frame[name].dtype == object:
            own = _own(frame[name])
            if own:
                questions[_question(name, wording.get(name, ""))][name] = own
    found = {}
    every = {name: columns for columns in questions.values() for name in columns}
    for name in frame.columns:
        if name in every:
            columns, own = every[name], every[name][name]
            listed = bool(question_of(wording.get(name, "") or code_and_text(name)[1]))
            found[name] = _joined([*columns.values()], own, listed or "[" in name)
    _take_from_neighbours(found)
    return found


def _take_from_neighbours(found: dict[str, Words]) -> None:
    """Graded answers that a neighbour shows more of, though its question has another name."""
    for names in ([*found], [*found][::-1]):
        for before, name in pairwise(names):
            more, own = found[before].written, found[name].written
            some = 1 < len(own) < len(more) <= MOST_GRADES and own.keys() < more.keys()
            if some and order_of(more):
                found[name] = found[before]


def _question(name: str, wording: str) -> str:
    code, text = code_and_text(name)
    return question_of(wording or text) or stem_of(code or name)


def _own(series: pd.Series) -> Counter | None:
    """The column's answers in words, if they are few."""
    counted = tally(series)
    if counted is None or len(counted[2]) > 2 * MOST_WORDS:
        return None
    said = Counter({word: n for word, n in counted[2].items() if not is_no_answer_cell(word)})
    return said if 0 < len(said) <= MOST_WORDS else None


def _joined(columns: list[Counter], own: Counter, listed: bool) -> Words:
    """All answers of the columns if they have an order; else, where the columns are ``listed``
    under one question, the longest list that holds these.
    """
    keys = {squeeze(word) for word in own}
    every = {squeeze(word) for column in columns for word in column}
    if len(every) > MOST_GRADES or order_of(every) is None:
        holding = [words for c in columns if keys <= (words := {squeeze(word) for word in c})]
        every = max(holding, key=len) if listed else keys
    words: Counter = Counter()
    for column in columns:
        if {squeeze(word) for word in column} <= every:
            words.update(column)
    return Words.of(words)
