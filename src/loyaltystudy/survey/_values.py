"""The cells of one column as codes: numbers, labels and recoded words; the rest is named."""

import re
from difflib import get_close_matches
from functools import cache

import numpy as np
import pandas as pd

from loyaltystudy.errors import ROWS, VALUE
from loyaltystudy.survey._faults import NUMBER_DUE, Fault, positions
from loyaltystudy.survey._headers import squeeze
from loyaltystudy.survey._schema import Column

VALUES_SHOWN = 20  # of one column
NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
COMMA = re.compile(r"[+-]?[0-9]+,[0-9]+")
_NO_ANSWER = {"na", "n/a", "nan", "none", "null", "nil", "-", ".", "?", "missing", "#n/a"}
_USUAL = """
about agree all always an answer applicable bad completely day disagree do don every false
few good id in know least less little many maybe more most much neither never no nor not of
often oh one or other rarely seldom somewhat sometimes strongly sure than the true unlikely
usually very week year yes aldri aldrig alltid annat annen av bra både dårlig eller en enig
ett få helt ibland ikke inga ingen inget instämmer inte ja jag jeg kanske kanskje litt mer
mest minst mindre nej nei nesten noen nokså någon och og ofta ofte sjelden stemmer stämmer
svært sällan uenig verken vet väldigt år inf oth
"""  # words of answers, none of which is a name
_LIMESURVEY = re.compile(r"(?:A|AO|L|SQ)0*(\d{1,3})")  # its answer codes unless others are chosen
_DAY, _MONTH = r"(0?[1-9]|[12]\d|3[01])", r"(0?[1-9]|1[0-2]|[A-Za-zåäöæøÅÄÖÆØ]{3,4}\.?)"
DATE = re.compile(
    rf"\d{{4}}-\d\d-\d\d([T ].*)?|({_DAY}[./-]{_MONTH}|{_MONTH}[./-]{_DAY})([./-]\d{{2,4}})?\.?"
)


def plain(value) -> str:
    """A cell as text; a whole number without a point, as a spreadsheet would show it."""
    if isinstance(value, (float, np.floating)) and float(value).is_integer():
        return str(int(value))
    return str(value).strip()


def check_column(series: pd.Series, entry: Column, missing, user_missing=(), comma=False):
    """Values as floats with NaN for missing, and what is wrong with them.

    Codes that mean missing are those of the file, before any ``recode``.
    """
    if getattr(entry, "kind", "") == "text":
        return _open_text(series)
    numbers, faults = _numbers(series, entry, missing, comma)
    faults += _missing_faults(numbers, entry, missing, user_missing)
    gone = _among(numbers, [c for c in missing if not (entry.recode and _is_answer(c, entry))])
    if gone.any():
        numbers = np.where(gone, np.nan, numbers)
    bad = _undeclared(numbers, entry)
    if not bad.any():
        return numbers, faults
    values = np.unique(numbers[bad])
    for value in values[:VALUES_SHOWN]:
        rows, hint = positions(numbers == value), ""
        if any(low <= value <= high for low, high in user_missing):
            hint = " The file calls it missing: declare it under `missing`."
        shown = f"{VALUE}{value:g}{VALUE} is not among {_declared(entry)}, in {ROWS}.{hint}"
        faults.append(Fault(shown, rows))
    if len(values) > VALUES_SHOWN:
        faults.append(Fault(f"{len(values) - VALUES_SHOWN} more values are not declared.", []))
    return numbers, faults


def _declared(entry: Column) -> str:
    if entry.answers.range and getattr(entry, "kind", "") == "numeric":  # any number will do
        return f"{entry.low:g}..{entry.high:g}"
    return entry.answers.describe()


def _open_text(series: pd.Series):
    """Text as it stands; an empty cell is missing, the words None and NA are answers."""
    text = series.astype(object)
    odd = {type(v).__name__ for v in text if isinstance(v, (bytes, list, dict, set, np.ndarray))}
    if odd:
        return text, [Fault(f"cells hold {', '.join(sorted(odd))}; text is needed.", [])]
    shown = {value: plain(value) for value in text[text.notna()] if not isinstance(value, str)}
    if shown:
        text = text.map(lambda value: shown.get(value, value), na_action="ignore")
    blank = text.map(lambda cell: isinstance(cell, str) and not cell.strip()).to_numpy(dtype=bool)
    return text.astype(object).where(text.notna() & ~blank, np.nan), []


def _is_answer(code: float, entry: Column) -> bool:
    return not bool(_undeclared(np.array([float(code)]), entry)[0])


def _undeclared(numbers: np.ndarray, entry: Column) -> np.ndarray:
    answers = entry.answers
    if not answers.range:
        return ~np.isnan(numbers) & ~_among(numbers, answers.codes)
    bad = numbers < answers.low
    bad |= numbers > answers.high
    if answers.whole and getattr(entry, "kind", "") != "numeric":
        bad |= np.floor(numbers) < numbers
    return bad


def _among(numbers: np.ndarray, codes) -> np.ndarray:
    """``np.isin`` for the few codes of a column: it would sort a million answers."""
    found = np.zeros(len(numbers), dtype=bool)
    for code in codes:
        found |= numbers == code
    return found


def _missing_faults(numbers, entry, missing, user_missing) -> list[Fault]:
    """Answers that the file calls missing and the codebook does not."""
    faults = []
    for low, high in user_missing:
        inside = (numbers >= low) & (numbers <= high) & ~_undeclared(numbers, entry)
        for value in np.unique(numbers[inside])[:VALUES_SHOWN]:
            if value not in missing:
                text = f"the file calls {value:g} missing, the codebook an answer, in {ROWS}."
                rows = positions(numbers == value)
                faults.append(Fault(f"{text} Put one of them right.", rows))
    return faults


def words_of(entry: Column, code: float) -> str:
    return " / ".join(dict.fromkeys(entry.answers.codes[code].values()))


def _numbers(series: pd.Series, entry: Column, missing, comma: bool):
    """A column as floats; every text that is no number and no label is named with its rows."""
    kind = series.dtype.kind
    if kind in "iuf" and not entry.recode:
        if isinstance(series.dtype, np.dtype):
            return series.to_numpy().astype(float, copy=False), []
        return series.to_numpy(dtype=float, na_value=np.nan), []
    try:
        codes, uniques = pd.factorize(series.astype(object), use_na_sentinel=True)
    except TypeError:  # lists, arrays, dicts
        fault = Fault("cells hold lists; one answer a cell is needed.", [])
        return np.full(len(series), np.nan), [fault]
    meaning, faults, labels = np.full(len(uniques) + 1, np.nan), [], _labels(entry)
    for place, value in enumerate(uniques):
        if comma and isinstance(value, str) and COMMA.fullmatch(value.strip()):
            value = value.strip().replace(",", ".")
        code, fault = _meaning(value, entry, labels)
        if not fault and entry.recode and _raw_missing(value, entry, missing):
            code = np.nan
        if fault and len(faults) < VALUES_SHOWN:
            faults.append(Fault(fault, positions(codes == place)))
        meaning[place] = code
    return meaning[codes], faults


def _raw_missing(value, entry: Column, missing) -> bool:
    """Whether a cell holds a code that means missing, as the file writes it: before recoding."""
    text = plain(value)
    return text not in entry.recode and bool(NUMBER.fullmatch(text)) and float(text) in missing


def thousands(series: pd.Series) -> list[Fault]:
    """In files with semicolons decimals have commas as a rule, so 1.234 may mean 1234."""
    text = series.astype(str).str.strip()
    pointed = text[text.str.contains(".", regex=False)]
    if not len(pointed) or not pointed.str.fullmatch(r"[+-]?[1-9]\d{0,2}\.\d{3}").all():
        return []
    lines = (
        f"{pointed.iloc[0]!r} may be a decimal or stand for thousands, in {ROWS}. Write thousands "
        "without a point, or separate the cells with commas if the point is a decimal one."
    )
    return [Fault(lines, positions(text.isin(pointed)))]


def _labels(entry: Column) -> dict[str, set[float]]:
    """Each declared label, in any language, to the codes that have it."""
    labels: dict[str, set[float]] = {}
    for code, words in entry.answers.codes.items():
        for label in words.values():
            labels.setdefault(squeeze(label), set()).add(float(code))
    labels.pop("", None)
    return labels


def _meaning(value, entry: Column, labels: dict[str, set[float]]) -> tuple[float, str]:
    """The code of one cell, or why it has none (``ROWS`` stands for where)."""
    text = plain(value)
    if text in entry.recode:
        code = entry.recode[text]
        return (np.nan if code is None else code), ""
    if isinstance(value, (bool, np.bool_)) and {*entry.answers.codes} != {0.0, 1.0}:
        return np.nan, _no_number(text, entry)
    if isinstance(value, (int, float, np.number)) and not isinstance(value, np.complexfloating):
        return float(value), ""
    meant = set(labels.get(squeeze(text), ()))
    if NUMBER.fullmatch(text):
        meant.add(float(text))
    if len(meant) > 1:
        codes = ", ".join(f"{code:g}" for code in sorted(meant))
        return np.nan, f"{VALUE}{text!r}{VALUE} may mean {codes}, in {ROWS}. Declare `recode`."
    if meant:
        return meant.pop(), ""
    return np.nan, _no_number(text, entry) if text else ""


def _no_number(text: str, entry: Column) -> str:
    what = "is no declared label" if entry.answers.codes else NUMBER_DUE
    labels = [w for words in entry.answers.codes.values() for w in words.values()]
    shown = masked_cell(text, [*labels, *entry.wording.values()])
    return f"{VALUE}{shown}{VALUE} {what}, in {ROWS}.{_hint(text, entry)}"


def _hint(text: str, entry: Column) -> str:
    if text.casefold() in _NO_ANSWER:
        return f" If it stands for no answer, declare `recode: {{{text[:20]!r}: null}}`."
    if COMMA.fullmatch(text):
        return " Write decimals with a point, or say decimal=',' (--decimal ,)."
    if DATE.fullmatch(text):
        return " It reads like a date: a spreadsheet may have made one of a number."
    if text == "-oth-":
        return " It is LimeSurvey's code for 'Other': declare `recode: {-oth-: null}`, or a code."
    if digits := _LIMESURVEY.fullmatch(text):
        code = int(digits[1])
        return (
            f" If it is the survey tool's code for {code}, declare `recode: {{{text}: {code}, "
            "...}`, once for all with the named answers."
        )
    if entry.answers.codes:
        known = [
            words for code in entry.answers.codes for words in [words_of(entry, code)] if words
        ]
        return f" Declared: {known[:8]}." if known else ""
    return ""


def masked_cell(text: str, labels=()) -> str:
    """A cell as a message shows it: whole if it reads like an answer, else its length only.

    Like an answer read numbers, dates, words that answers have in one of the three languages, and
    what is near one of the ``labels``. Names, addresses, telephone and personal numbers do not.
    """
    digits = sum(letter.isdigit() for letter in text)
    answer = bool(DATE.fullmatch(text)) or (
        len(text) <= 40
        and "@" not in text
        and digits <= 8
        and all(_usual(word) for word in re.findall(r"[^\W_]+", text))
    )
    if answer or get_close_matches(squeeze(text), map(squeeze, labels), n=1, cutoff=0.7):
        return repr(text)
    return f"a text of {len(text)} characters"


def _usual(word: str) -> bool:
    """A number, a code such as AO03, a function word, or a word of a usual answer."""
    digit = any(letter.isdigit() for letter in word)
    return digit or len(word) == 1 or word.casefold() in answer_words()


@cache
def answer_words() -> frozenset[str]:
    """Words of usual answers: those of the shipped instrument, and some more."""
    from loyaltystudy.survey._shipped import data_folder
    from loyaltystudy.survey._yaml import read_yaml

    raw = read_yaml(data_folder() / "instrument" / "codebook.yaml")
    labels = [
        label
        for form in raw["answers"].values()
        for words in form.get("codes", {}).values()
        for label in (words.values() if isinstance(words, dict) else [words])
    ]
    words = re.findall(r"[^\W\d_]+", " ".join([*map(str, labels), *_NO_ANSWER, _USUAL]))
    return frozenset(word.casefold() for word in words)
