"""What one column of a file may be: its kind, its answers, and what means no answer."""

import re
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from loyaltystudy.survey._draft.grades import are_graded
from loyaltystudy.survey._draft.shared_words import Words
from loyaltystudy.survey._draft.texts import from_texts
from loyaltystudy.survey._draft.words import is_category, is_no_answer, is_usual
from loyaltystudy.survey._headers import code_and_text

LONG_NUMBER = 1_000_000
MOST_LEVELS = 11  # of a rating without labels
LEAST_LABELS = 4  # of a scale whose labels are all of its answers
MOST_NAMED = 25  # codes of a variable that has names and shows numbers
SCALE_ENDS = (4, 5, 6, 7, 9, 10, 11, 100)
_BESIDE_NUMBER = re.compile(r"[\s()\[\].:]")  # of a label that is a number: (2), 3), 4.
_FROM_TO = re.compile(r"\b([01])\s*(?:-|–|to|through|till|til|bis|and|och|og|und)\s*(\d{1,3})\b")
NEGATIVE = {-code for code in (*range(1, 10), 77, 88, 97, 98, 99, 777, 888, 997, 998, 999, 9999)}
BEYOND = (
    {9: 7, 96: 50, 97: 87, 98: 88, 99: 89, 99999: 50000}
    | dict.fromkeys((77, 88), 20)
    | dict.fromkeys((777, 888), 200)
    | dict.fromkeys((997, 998, 999), 500)
    | dict.fromkeys((9997, 9998, 9999), 5000)
)


@dataclass
class Draft:
    """A column as it is proposed; ``why`` says why one is left out."""

    column: str
    kind: str = ""
    code: str = ""  # the question's, where the header holds it beside the text
    wording: str = ""
    codes: dict[float, str] = field(default_factory=dict)
    range: tuple[float, float] | None = None
    whole: bool = True
    by_alphabet: bool = False  # its codes are the file's words in order of their letters
    missing: dict[float, str] = field(default_factory=dict)  # code to the reason
    recode: dict[str, float | None] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    cells: np.ndarray | None = None  # codes, NaN for none
    copy_of: str = ""  # another column of which this one is a recoding
    why: str = ""

    @property
    def called(self) -> str:
        """The question's code, with a letter first, or the column's name."""
        return f"q{self.code}" if self.code[:1].isdigit() else self.code or self.column

    @property
    def low(self) -> float:
        return self.range[0] if self.range else min(self.codes)

    @property
    def high(self) -> float:
        return self.range[1] if self.range else max(self.codes)

    @property
    def steps(self) -> float:
        return self.high - self.low

    @property
    def is_rating(self) -> bool:
        """Whether it may be an item of a scale: graded whole numbers without gaps."""
        steps = self.steps if self.kind == "ordinal" else 0
        if self.range is None and self.codes:
            steps = steps if len(self.codes) == steps + 1 else 0
        return 2 <= steps <= 100 and self.whole


def draft_column(series: pd.Series, name: str, attrs: dict, shared: Words | None = None) -> Draft:
    """A proposal for a column from its cells, labels, user-missing codes and decimal mark."""
    labels = dict(attrs.get("labels", {}).get(name, {}))
    ranges = attrs.get("user_missing", {}).get(name, ())
    code, text = code_and_text(name)
    wording = attrs.get("wording", {}).get(name, "").strip()
    draft = Draft(name, code=code, wording=wording or (text if " " in name else ""))
    if series.dtype.kind in "mM":
        draft.why = "dates or times"
        return draft
    if series.dtype.kind in "iufb":
        values = series.to_numpy(dtype=float, na_value=np.nan)
        return _from_numbers(values, labels, ranges, draft)
    codes = from_texts(series, draft, attrs.get("decimal", "."), shared)
    return draft if codes is None else _from_numbers(codes, draft.codes, ranges, draft)


def _from_numbers(values, labels, ranges, draft: Draft) -> Draft:
    seen = np.unique(values[~np.isnan(values)])
    seen = [float(value) for value in seen if np.isfinite(value)]
    labels = {code: label for code, label in labels.items() if label.strip() or code in seen}
    draft.missing = _missing(labels, seen, ranges, draft)
    labels = {code: label for code, label in labels.items() if code not in draft.missing}
    seen = [value for value in seen if value not in draft.missing]
    for value in _conventional(seen, labels):
        draft.missing[value] = "by convention: far from the other answers, without a label"
        seen.remove(value)
    for value in _beyond_labels(labels, seen):
        draft.missing[value] = "no label, and beyond the labelled answers"
        seen.remove(value)
    draft.cells = np.where(np.isin(values, [*draft.missing]), np.nan, values)
    if not seen and len(labels) < 2:
        draft.why = "no answers"
    elif len(seen) == 1 and len(labels) < 2 and _is_constant(draft.cells):
        draft.why = "the same answer in every row"
    elif not labels and _are_telephones(draft.cells):
        draft.why = "long numbers that hardly repeat: they may point to a person"
    elif not draft.by_alphabet and _are_own_words(labels, draft.cells):
        draft.why = "labels in order of the alphabet, some of one person each: perhaps own words"
    elif labels:
        _labelled(draft, labels, seen)
        if draft.by_alphabet and len(labels) == 1:
            draft.notes.append("one answer only: blank may mean that it was not chosen")
    else:
        _unlabelled(draft, seen)
    return draft


def _is_constant(cells: np.ndarray) -> bool:
    return len(cells) > 1 and not np.isnan(cells).any()


def _are_telephones(cells: np.ndarray) -> bool:
    """Whole numbers of seven digits and more, nearly all of them different."""
    known = cells[~np.isnan(cells)]
    long = len(known) > 2 and bool((known >= LONG_NUMBER).all() and not (known % 1).any())
    return long and len(np.unique(known)) > 0.9 * len(known)


def _are_own_words(labels: dict[float, str], cells: np.ndarray) -> bool:
    """Text that a program has numbered (as SPSS's AUTORECODE does), not a question's own answers.

    Every label was used, they stand by the alphabet, and one person alone gave one of them.
    """
    words = [labels[code].strip().casefold() for code in sorted(labels)]
    if len(words) < 3 or words != sorted(words) or are_graded(labels):
        return False
    people = {code: int((cells == code).sum()) for code in labels}
    lone = [code for code, count in people.items() if count == 1 and not is_usual(labels[code])]
    return min(people.values()) > 0 and bool(lone)


def _missing(labels: dict, seen: list[float], ranges, draft: Draft) -> dict[float, str]:
    """Codes that the file calls missing, and those whose label says so."""
    found = {
        code: f"user-missing in the file{_said(labels.get(code))}"
        for code in sorted({*labels, *seen})
        if any(low <= code <= high for low, high in ranges)
    }
    unsaid = {code: label for code, label in labels.items() if is_no_answer(label)}
    answers = [code for code in labels if code not in unsaid and code not in found]
    graded = are_graded({code: labels[code] for code in answers})
    for code, label in unsaid.items():
        if graded and min(answers) < code < max(answers):
            draft.notes.append(f"{code:g} is {label!r}, in the middle of the answers: missing?")
        elif code not in found:
            found[code] = f"label {label!r}"
    return found


def _said(label) -> str:
    return f", {label!r}" if label else ""


def _conventional(seen: list[float], labels: dict) -> list[float]:
    """Codes without a label that by custom mean no answer, and stand far from the others."""
    doubtful = [v for v in seen if v not in labels and (v in NEGATIVE or v in BEYOND)]
    rest = [v for v in [*seen, *labels] if v not in doubtful]
    if len(set(rest)) < 2 or any(v % 1 for v in rest):
        return []
    least, most = min(rest), max(rest)
    below = [-v for v in doubtful if v in NEGATIVE]
    if least == 0 and len(rest) > MOST_LEVELS and len(below) > max(3, max(below, default=0) / 2):
        return []  # scores that run through zero
    return [
        v
        for v in doubtful
        if (v in NEGATIVE and least >= 0) or (v in BEYOND and least >= 0 and most <= BEYOND[v])
    ]


def _beyond_labels(labels: dict, seen: list[float]) -> list[float]:
    """Codes outside a graded scale that has a label at each of its steps: labels are the range."""
    if len(labels) < LEAST_LABELS or max(labels) - min(labels) != len(labels) - 1:
        return []
    outside = [value for value in seen if not min(labels) <= value <= max(labels)]
    few = len(outside) < len(seen) / 2 and len(outside) <= 2
    return outside if few and are_graded(labels) else []


def _labelled(draft: Draft, labels: dict, seen: list[float]) -> None:
    own = [code for code, label in labels.items() if _BESIDE_NUMBER.sub("", label) == f"{code:g}"]
    if own and not draft.by_alphabet:
        _numbered(draft, labels, seen, own)
        return
    bare = [value for value in seen if value not in labels]
    within = all(min(labels) <= value <= max(labels) and value % 1 == 0 for value in bare)
    draft.codes = dict(sorted(labels.items()))
    said = {code: label for code, label in labels.items() if not is_no_answer(label)}
    graded = not draft.by_alphabet and are_graded(said)
    if not bare:
        draft.kind = "ordinal" if graded and len(labels) > 2 else "nominal"
    elif within and len(labels) > 1 and (len(labels) == 2 or graded):
        draft.kind, draft.range = "ordinal", (min(labels), max(labels))
        draft.notes.append("labels at some answers only; the range is that of the labels")
    elif len(bare) > 4 or len(bare) >= len(seen) / 2:
        draft.kind = "numeric"
        draft.range = (min([*seen, *labels]), max([*seen, *labels]))
        draft.whole = all(value % 1 == 0 for value in seen)
        draft.notes.append("observed range: labels at single values only")
        _widen(draft)
    else:
        draft.kind = "ordinal" if graded else "nominal"
        draft.codes = dict(sorted({**dict.fromkeys(bare, ""), **labels}.items()))
        shown = ", ".join(f"{value:g}" for value in bare[:8])
        draft.notes.append(f"observed without a label: {shown}")


def _numbered(draft: Draft, labels: dict, seen: list[float], own: list[float]) -> None:
    """Labels that repeat the number add nothing, but they declare the range."""
    same = {code for code in own if labels[code].strip() == f"{code:g}"}
    draft.codes = {code: label for code, label in sorted(labels.items()) if code not in same}
    draft.range = (min([*labels, *seen]), max([*labels, *seen]))
    draft.whole = all(value % 1 == 0 for value in [*labels, *seen])
    few = len(labels) <= MOST_LEVELS + 1 and draft.whole
    draft.kind = "ordinal" if few and len(labels) > 2 else "numeric"
    if len(labels) <= 2:
        draft.kind, draft.range, draft.codes = "nominal", None, dict(sorted(labels.items()))
        draft.codes |= {value: f"{value:g}" for value in seen if value not in labels}
    else:
        _widen(draft)


def _unlabelled(draft: Draft, seen: list[float]) -> None:
    whole = all(value % 1 == 0 for value in seen)
    draft.whole, draft.range = whole, (seen[0], seen[-1])
    draft.notes.append("observed range")
    category = whole and len(seen) <= MOST_NAMED and is_category(draft.column, draft.wording)
    if whole and (len(seen) <= 2 or category):
        draft.kind, draft.range = "nominal", None
        draft.codes = {value: f"{value:g}" for value in seen}
        draft.notes[-1] = "observed codes" + ", categories by what the question asks for" * category
    elif whole and len(seen) <= MOST_LEVELS and seen[0] >= -5 and seen[-1] <= MOST_LEVELS:
        draft.kind = "ordinal"
        _declared(draft, seen)
    else:
        draft.kind = "numeric"
        _declared(draft, seen)
        _hide_lone_ends(draft)
        _widen(draft)


def _declared(draft: Draft, seen: list[float]) -> None:
    """The range that the question states: on a scale from 0 to 10."""
    for found in _FROM_TO.finditer(draft.wording):
        low, high = float(found[1]), float(found[2])
        if low in (0, 1) and high in SCALE_ENDS and low <= seen[0] and seen[-1] <= high:
            draft.range = (low, high)
            draft.notes[-1] = "range from the question's wording"


def _hide_lone_ends(draft: Draft) -> None:
    """An observed end that is one person's answer is not written down: rounded outwards."""
    observed = draft.notes[-1] == "observed range"
    if observed and min((draft.cells == end).sum() for end in draft.range) == 1:
        draft.range = rounded_outwards(*draft.range)
        draft.notes[-1] += ", rounded outwards: its end was one person's answer"


def rounded_outwards(low: float, high: float) -> tuple[float, float]:
    """Round numbers around an observed range.

    >>> rounded_outwards(19, 83), rounded_outwards(112, 4_873_143), rounded_outwards(0, 100)
    ((10.0, 90.0), (0.0, 5000000.0), (0.0, 100.0))
    """
    if high <= low:
        return low, high
    place = int(np.floor(np.log10((high - low) / 2)))
    step = 10.0**place
    ends = np.floor(low / step) * step, np.ceil(high / step) * step
    return tuple(round(float(end), max(-place, 0)) for end in ends)


def _widen(draft: Draft) -> None:
    """A range must rise, and hold what it was taken from."""
    low, high = draft.range
    draft.range = (low, high if high > low else low + 1)
