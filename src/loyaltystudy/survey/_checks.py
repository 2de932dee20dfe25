"""Answers checked against a codebook: all problems told at once, nothing changed in silence."""

from __future__ import annotations

import re
from collections import Counter
from difflib import get_close_matches
from typing import NamedTuple

import numpy as np
import pandas as pd

from loyaltystudy.errors import HIDDEN, ROWS, VALUE, SurveyError
from loyaltystudy.survey._headers import find_columns, respondent_column, squeeze
from loyaltystudy.survey._schema import Codebook, Column

ROWS_TOLD = 100  # of one problem; a file of a million rows must not print a million numbers
VALUES_TOLD = 20  # of one column
COLUMNS_TOLD = 20  # one by one
VALUES_SHOWN = 5  # of one cause
NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
COMMA = re.compile(r"[+-]?[0-9]+,[0-9]+")
_NUMBER_DUE = "is text where a number is due"
_NO_ANSWER = {"na", "n/a", "nan", "none", "null", "nil", "-", ".", "?", "missing", "#n/a"}
_LIMESURVEY = re.compile(r"(?:A|AO|L|SQ)0*(\d{1,3})")  # its answer codes unless others are chosen
_DAY, _MONTH = r"(0?[1-9]|[12]\d|3[01])", r"(0?[1-9]|1[0-2]|[A-Za-zåäöæøÅÄÖÆØ]{3,4}\.?)"
DATE = re.compile(
    rf"\d{{4}}-\d\d-\d\d([T ].*)?|({_DAY}[./-]{_MONTH}|{_MONTH}[./-]{_DAY})([./-]\d{{2,4}})?\.?"
)


def check_answers(
    frame: pd.DataFrame, codebook: Codebook, *, name: str = "answers", optional: bool = False
) -> pd.DataFrame:
    """Check answers against the codebook and bring them into its order and names.

    Parameters
    ----------
    frame : DataFrame
        One row a respondent, columns named as in the file
        (:func:`~loyaltystudy.survey._headers.find_columns`). Cells are codes, or the declared
        labels in any of the codebook's languages (case and spacing do not count), or what the
        codebook declares under ``recode``. ``frame.attrs["labels"]`` and ``["user_missing"]``, as
        :func:`~loyaltystudy.survey._files.read_table` sets them, are compared with the codebook.
    codebook : Codebook
    name : str
        What the error calls the frame.
    optional : bool
        Whether columns declared ``optional`` may be absent.

    Returns
    -------
    DataFrame
        Respondent x declared column, in the codebook's order, named as in the codebook; codes
        as floats, missing answers NaN, open text as text. The index is the respondent: whole
        numbers where all of them are, else text.

    Raises
    ------
    SurveyError
        Listing every missing or doubled column, doubled or absent respondent, text where a
        number is due, unknown code, value out of range, label that the file and the codebook
        give to different codes, and answer that the file calls missing, each with its rows.
        Row 1 is the first respondent.

    Examples
    --------
    >>> from loyaltystudy.survey import make_codebook
    >>> agree = {"codes": {1: {"en": "No", "nb": "Nei"}, 2: {"en": "Yes", "nb": "Ja"}}}
    >>> book = make_codebook({
    ...     "study": "mine", "title": "Mine", "population": "customers",
    ...     "variables": {"member": {"kind": "nominal", "answers": agree}}})
    >>> check_answers(pd.DataFrame({"member": ["Ja", "nei ", "2"]}), book)["member"].tolist()
    [2.0, 1.0, 2.0]
    """
    if len(frame) == 0:
        raise SurveyError(f"{name}: no respondents; a header and one row at least are needed.")
    found, problems = match_columns(frame, codebook, optional)
    checked, faults = check_columns(frame, codebook, found)
    index, more = _respondents(frame, codebook)
    problems += [fault.told() for fault in gathered(faults) + more]
    if problems:
        raise SurveyError(problems, heading=f"{name} (row 1 is the first respondent)")
    return assemble(checked, index)


class Fault(NamedTuple):
    """What is wrong and in which rows (from 1); ``text`` has ``ROWS`` where they are to stand."""

    text: str
    rows: list[int]

    def told(self) -> str:
        return self.text.replace(ROWS, rows_told(self.rows))


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
    if text.endswith(f"{_NUMBER_DUE}, in {ROWS}."):
        text += (
            " If these are the answers in words, give the words under `codes`, or declare "
            "`recode: {word: code, ...}`."
        )
    return Fault(text, sorted({row for _, fault in values for row in fault.rows}))


def check_columns(frame, codebook, found: dict[str, str]) -> tuple[dict, list[Fault]]:
    """Checked columns by declared name, and what is wrong with them.

    ``found`` are the frame's columns by declared name, as :func:`match_columns` gives them.
    """
    checked, all_faults = {}, []
    comma = frame.attrs.get("decimal") == ","
    for column, entry in ((found[n], e) for n, e in codebook.columns.items() if n in found):
        labels = frame.attrs.get("labels", {}).get(column, {})
        faults = [Fault(text, []) for text in _label_faults(entry, labels)]
        faults += _cell_faults(frame, column)
        ranges = frame.attrs.get("user_missing", {}).get(column, ())
        missing = {*entry.missing, *codebook.missing}
        values, more = _check_column(frame[column], entry, missing, ranges, comma)
        if frame.attrs.get("delimiter") == ";" and isinstance(values, np.ndarray):
            faults += _thousands(frame[column])
        if entry.name == codebook.design.weight and isinstance(values, np.ndarray):
            values = np.where(values <= 0, np.nan, values)  # counts for nobody, as in SPSS
        all_faults += [f._replace(text=f"column {column!r}: {f.text}") for f in faults + more]
        checked[entry.name] = _kept(frame[column], values)
    return checked, all_faults


def _cell_faults(frame, column) -> list[Fault]:
    """Cells of a spreadsheet that have no value of their own."""
    texts = frame.attrs.get("cell_faults", {}).get(column, [])
    more = [Fault(f"{len(texts) - VALUES_TOLD} more such cells.", [])]
    return [Fault(text, []) for text in texts[:VALUES_TOLD]] + more * (len(texts) > VALUES_TOLD)


def label_notes(frame, codebook, found: dict[str, str]) -> list[str]:
    """Codes that the file labels in other words than the codebook; none of them contradicts it."""
    notes = []
    for name, column in found.items():
        labels = frame.attrs.get("labels", {}).get(column, {})
        other = _other_words(codebook.columns[name], labels)
        if other:
            code, label, own = other[0]
            more = f", and {len(other) - 1} more codes" if len(other) > 1 else ""
            notes.append(
                f"column {column!r}: code {code:g} is {label!r} in the file, {own!r} in the "
                f"codebook{more}; taken for the same answer."
            )
    return notes


def _kept(series: pd.Series, values):
    """The file's own column if nothing in it had to change."""
    unchanged = isinstance(values, np.ndarray) and series.dtype == np.dtype(float)
    return series if unchanged and np.may_share_memory(series.to_numpy(), values) else values


def assemble(checked: dict, index: pd.Index) -> pd.DataFrame:
    """Columns side by side, uncopied: a million rows of 40 columns would take seconds.

    A column that is as it was in the file comes as the file's own Series, which pandas copies
    when either of the two is written to.
    """
    columns = {
        name: values.set_axis(index) if isinstance(values, pd.Series) else values
        for name, values in checked.items()
    }
    return pd.DataFrame(columns, index=index, copy=False)


def match_columns(frame, codebook, optional) -> tuple[dict[str, str], list[str]]:
    """Declared name to the file's column, and what is wrong with the columns."""
    given = Counter(frame.columns)
    found, faults = find_columns(frame, codebook)
    twice = [c for c in dict.fromkeys(found.values()) if given[c] > 1]
    problems = [f"column {str(c)!r} stands in the file {given[c]} times; keep one." for c in twice]
    unclear = " ".join(faults)
    absent = [
        entry.column or name
        for name, entry in codebook.columns.items()
        if name not in found and not (entry.optional and optional) and repr(name) not in unclear
    ]
    problems += _missing_columns(absent, list(given))
    return {n: c for n, c in found.items() if c not in twice}, problems + faults


def _missing_columns(absent: list[str], given: list) -> list[str]:
    """One line a column; where many are missing, one line for all."""
    if len(absent) > COLUMNS_TOLD:
        return [
            f"{len(absent)} columns are missing: {absent[:COLUMNS_TOLD]} and "
            f"{len(absent) - COLUMNS_TOLD} more. Columns of the file: {given[:8]}."
        ]
    problems = []
    for column in absent:
        near = get_close_matches(column, map(str, given), n=3, cutoff=0.6)
        hint = f" Near: {near}." if near else f" Columns of the file: {given[:8]}."
        problems.append(f"column {column!r} is missing.{hint}")
    return problems


def _respondents(frame, codebook) -> tuple[pd.Index, list[Fault]]:
    column = respondent_column(frame, codebook)
    if column is None:
        return pd.RangeIndex(1, len(frame) + 1, name="respondent"), []
    if list(frame.columns).count(column) != 1:
        gone = f"column {column!r}, which names the respondents, is missing."
        return frame.index, [Fault(gone, [])]
    ids = identifiers(frame[column])
    blank = is_blank(ids)
    faults = [no_respondent(column, _positions(blank))] if blank.any() else []
    doubled = ids[ids.duplicated(keep=False).to_numpy() & ~blank]
    for value in list(doubled.unique())[:VALUES_TOLD]:
        faults.append(stands_twice(column, value, _positions(ids == value)))
    return pd.Index(ids, name="respondent"), faults


def is_blank(ids: pd.Series) -> np.ndarray:
    return ids.isna().to_numpy() | (ids == "").to_numpy()


def no_respondent(column: str, rows: list[int]) -> Fault:
    return Fault(f"column {column!r}: no respondent in {ROWS}.", rows)


def stands_twice(column: str, value, rows: list[int]) -> Fault:
    """The identifier itself is never shown; it only keeps two respondents' faults apart."""
    who = f"{HIDDEN}{value}{HIDDEN}"
    return Fault(f"column {column!r}: one respondent{who} stands in {ROWS}; keep one row.", rows)


def identifiers(series: pd.Series) -> pd.Series:
    """Whole numbers where every identifier is one (``007`` is none), else text.

    So that a respondent is the same one whether the file is CSV, XLSX, Parquet or SPSS.
    """
    whole = isinstance(series.dtype, np.dtype) and series.dtype.kind in "iu"
    if whole and len(series) and series.min() >= 0 and series.max() < 10**16:
        return series.astype("int64")
    text = series.map(plain, na_action="ignore").astype(object)
    if text.notna().all() and text.str.fullmatch(r"(0|[1-9][0-9]{0,15})(\.0+)?").all():
        return text.str.split(".").str[0].astype("int64")
    return text.astype(object).where(text.notna(), None)


def plain(value) -> str:
    """A cell as text; a whole number without a point, as a spreadsheet would show it."""
    if isinstance(value, (float, np.floating)) and float(value).is_integer():
        return str(int(value))
    return str(value).strip()


def _check_column(series: pd.Series, entry: Column, missing, user_missing=(), comma=False):
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
    for value in values[:VALUES_TOLD]:
        rows, hint = _positions(numbers == value), ""
        if any(low <= value <= high for low, high in user_missing):
            hint = " The file calls it missing: declare it under `missing`."
        shown = f"{VALUE}{value:g}{VALUE} is not among {_declared(entry)}, in {ROWS}.{hint}"
        faults.append(Fault(shown, rows))
    if len(values) > VALUES_TOLD:
        faults.append(Fault(f"{len(values) - VALUES_TOLD} more values are not declared.", []))
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
        for value in np.unique(numbers[inside])[:VALUES_TOLD]:
            if value not in missing:
                text = f"the file calls {value:g} missing, the codebook an answer, in {ROWS}."
                rows = _positions(numbers == value)
                faults.append(Fault(f"{text} Put one of them right.", rows))
    return faults


def _label_faults(entry: Column, labels: dict) -> list[str]:
    """Codes whose label in the file is another code's in the codebook."""
    faults = []
    for raw, code, label in _labels_that_differ(entry, labels):
        others = [c for c in entry.answers.codes if c != code and _has_label(entry, c, label)]
        if others:
            own = code in entry.answers.codes and _words(entry, code)
            said = f"{_words(entry, code)!r}" if own else "without a label"
            where = ", ".join(f"{c:g}" for c in others)
            faults.append(
                f"code {raw:g} is {label!r} in the file, but {said} in the codebook (there "
                f"{where} has that label). Correct the one that is wrong, or declare `recode`."
            )
    return faults


def _other_words(entry: Column, labels: dict) -> list[tuple[float, str, str]]:
    """Codes whose label in the file is no label of the codebook, though they have another one."""
    known = {squeeze(w) for words in entry.answers.codes.values() for w in words.values()}
    return [
        (raw, label, _words(entry, code))
        for raw, code, label in _labels_that_differ(entry, labels)
        if code in entry.answers.codes and _words(entry, code) and squeeze(label) not in known
    ]


def _labels_that_differ(entry: Column, labels: dict):
    """Raw code, code and the file's label, where the code has no such label in the codebook.

    A label cut short still agrees.
    """
    for raw, label in labels.items():
        code = entry.recode.get(f"{raw:g}", raw)
        if code is None or raw in entry.missing or not squeeze(label):
            continue
        own = [squeeze(w) for w in entry.answers.codes.get(code, {}).values()]
        cut = len(label.encode()) > 75 and any(w.startswith(squeeze(label)) for w in own)
        if squeeze(label) not in own and not cut:
            yield raw, code, label


def _has_label(entry: Column, code: float, label: str) -> bool:
    return squeeze(label) in {squeeze(w) for w in entry.answers.codes[code].values()}


def _words(entry: Column, code: float) -> str:
    return " / ".join(dict.fromkeys(entry.answers.codes[code].values()))


def _numbers(series: pd.Series, entry: Column, missing, comma: bool):
    """A column as floats; every text that is no number and no label is told with its rows."""
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
        if fault and len(faults) < VALUES_TOLD:
            faults.append(Fault(fault, _positions(codes == place)))
        meaning[place] = code
    return meaning[codes], faults


def _raw_missing(value, entry: Column, missing) -> bool:
    """Whether a cell holds a code that means missing, as the file writes it: before recoding."""
    text = plain(value)
    return text not in entry.recode and bool(NUMBER.fullmatch(text)) and float(text) in missing


def _thousands(series: pd.Series) -> list[Fault]:
    """In files with semicolons decimals have commas as a rule, so 1.234 may mean 1234."""
    text = series.astype(str).str.strip()
    pointed = text[text.str.contains(".", regex=False)]
    if not len(pointed) or not pointed.str.fullmatch(r"[+-]?[1-9]\d{0,2}\.\d{3}").all():
        return []
    told = (
        f"{pointed.iloc[0]!r} may be a decimal or stand for thousands, in {ROWS}. Write thousands "
        "without a point, or separate the cells with commas if the point is a decimal one."
    )
    return [Fault(told, _positions(text.isin(pointed)))]


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
    what = "is no declared label" if entry.answers.codes else _NUMBER_DUE
    return f"{VALUE}{masked(text)}{VALUE} {what}, in {ROWS}.{_hint(text, entry)}"


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
        known = [words for code in entry.answers.codes for words in [_words(entry, code)] if words]
        return f" Declared: {known[:8]}." if known else ""
    return ""


def masked(text: str) -> str:
    """A cell as a message shows it: whole if it reads like an answer, else its length only.

    Names, addresses, telephone and personal numbers and longer texts do not read like answers.
    """
    words = text.split()
    named = 2 <= len(words) <= 4 and all(w.isalpha() and w.istitle() for w in words)
    digits = sum(letter.isdigit() for letter in text)
    if DATE.fullmatch(text):
        return repr(text)
    if len(text) > 40 or "@" in text or len(words) > 6 or named or digits > 8:
        return f"a text of {len(text)} characters"
    return repr(text)


def _positions(mask) -> list[int]:
    return [int(n) + 1 for n in np.flatnonzero(np.asarray(mask))]


def rows_told(rows: list[int]) -> str:
    """``rows 3, 7 and 9 more``, however many there are."""
    told = ", ".join(map(str, rows[:ROWS_TOLD]))
    more = f" and {len(rows) - ROWS_TOLD} more" if len(rows) > ROWS_TOLD else ""
    return f"{'rows' if len(rows) > 1 else 'row'} {told}{more}"
