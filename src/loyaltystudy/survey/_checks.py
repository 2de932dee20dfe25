"""Answers checked against a codebook: all problems told at once, nothing changed in silence."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import NamedTuple

import numpy as np
import pandas as pd

from loyaltystudy.errors import ROWS, SurveyError
from loyaltystudy.survey._headers import find_columns, respondent_column, squeeze
from loyaltystudy.survey._schema import Codebook, Column

ROWS_TOLD = 100  # of one problem; a file of a million rows must not print a million numbers
VALUES_TOLD = 20  # of one column
NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
_NO_ANSWER = {"na", "n/a", "nan", "none", "null", "nil", "-", ".", "?", "missing", "#n/a"}
_LIMESURVEY = re.compile(r"(?:A|AO|L|SQ)0*(\d{1,3})")  # its answer codes unless others are chosen
_DAY, _MONTH = r"(0?[1-9]|[12]\d|3[01])", r"(0?[1-9]|1[0-2]|[A-Za-zåäöæøÅÄÖÆØ]{3,4}\.?)"
_DATE = re.compile(
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
    problems += [fault.told() for fault in faults + more]
    if problems:
        raise SurveyError(problems, heading=f"{name} (row 1 is the first respondent)")
    return assemble(checked, index)


class Fault(NamedTuple):
    """What is wrong and in which rows (from 1); ``text`` has ``ROWS`` where they are to stand."""

    text: str
    rows: list[int]

    def told(self) -> str:
        return self.text.replace(ROWS, rows_told(self.rows))


def check_columns(frame, codebook, found: dict[str, str]) -> tuple[dict, list[Fault]]:
    """Checked columns by declared name, and what is wrong with them.

    ``found`` are the frame's columns by declared name, as :func:`match_columns` gives them.
    """
    checked, all_faults = {}, []
    for column, entry in ((found[n], e) for n, e in codebook.columns.items() if n in found):
        labels = frame.attrs.get("labels", {}).get(column, {})
        faults = [Fault(text, []) for text in _label_faults(entry, labels)]
        ranges = frame.attrs.get("user_missing", {}).get(column, ())
        values, more = _check_column(frame[column], entry, codebook.missing, ranges)
        if frame.attrs.get("delimiter") == ";" and isinstance(values, np.ndarray):
            faults += _thousands(frame[column])
        all_faults += [f._replace(text=f"column {column!r}: {f.text}") for f in faults + more]
        checked[entry.name] = _kept(frame[column], values)
    return checked, all_faults


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
    given = list(frame.columns)
    twice = (
        [c for c in dict.fromkeys(given) if given.count(c) > 1]
        if not (frame.columns.is_unique)
        else []
    )
    problems = [
        f"column {str(c)!r} stands in the file {given.count(c)} times; keep one." for c in twice
    ]
    found, faults = find_columns(frame, codebook)
    unclear = " ".join(faults)
    for name, entry in codebook.columns.items():
        if name in found or (entry.optional and optional) or repr(name) in unclear:
            continue
        column = entry.column or name
        near = get_close_matches(column, map(str, given), n=3, cutoff=0.6)
        hint = f" Near: {near}." if near else f" Columns of the file: {given[:8]}."
        problems.append(f"column {column!r} is missing.{hint}")
    return {n: c for n, c in found.items() if c not in twice}, problems + faults


def _respondents(frame, codebook) -> tuple[pd.Index, list[Fault]]:
    column = respondent_column(frame, codebook)
    if column is None:
        return pd.RangeIndex(1, len(frame) + 1, name="respondent"), []
    if list(frame.columns).count(column) != 1:
        gone = f"column {column!r}, which names the respondents, is missing."
        return frame.index, [Fault(gone, [])]
    ids = _identifiers(frame[column])
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
    value = value if isinstance(value, str) else int(value)
    return Fault(f"column {column!r}: respondent {value!r} stands in {ROWS}; keep one.", rows)


def _identifiers(series: pd.Series) -> pd.Series:
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


def _check_column(series: pd.Series, entry: Column, missing_everywhere, user_missing=()):
    """Values as floats with NaN for missing, and what is wrong with them."""
    if getattr(entry, "kind", "") == "text":
        return _open_text(series)
    numbers, faults = _numbers(series, entry)
    missing = {*entry.missing, *missing_everywhere}
    faults += _missing_faults(numbers, entry, missing, user_missing)
    gone = _among(numbers, missing)
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
        faults.append(Fault(f"{value:g} is not among {_declared(entry)}, in {ROWS}.{hint}", rows))
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
    shown = {value: plain(value) for value in text[text.notna()] if not isinstance(value, str)}
    if shown:
        text = text.map(lambda value: shown.get(value, value), na_action="ignore")
    return text.astype(object).where(text.notna() & (text != ""), np.nan), []


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
    """Codes that the file labels otherwise than the codebook; a label cut short still agrees."""
    declared = {c: {squeeze(w) for w in words.values()} for c, words in entry.answers.codes.items()}
    faults = []
    for raw, label in labels.items():
        code = entry.recode.get(f"{raw:g}", raw)
        if code is None or code in entry.missing or not squeeze(label):
            continue
        own = declared.get(code, set())
        others = [c for c, words in declared.items() if c != code and squeeze(label) in words]
        cut = len(label.encode()) > 75 and any(words.startswith(squeeze(label)) for words in own)
        if squeeze(label) in own or cut or not (own or others):
            continue
        said = f"{_words(entry, code)!r}" if own else "without a label"
        where = f" (there {', '.join(f'{c:g}' for c in others)} has that label)" if others else ""
        faults.append(
            f"code {raw:g} is {label!r} in the file, but {said} in the codebook{where}. "
            "Correct the one that is wrong, or declare `recode`."
        )
    return faults


def _words(entry: Column, code: float) -> str:
    return " / ".join(dict.fromkeys(entry.answers.codes[code].values()))


def _numbers(series: pd.Series, entry: Column) -> tuple[np.ndarray, list[Fault]]:
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
        code, fault = _meaning(value, entry, labels)
        if fault and len(faults) < VALUES_TOLD:
            faults.append(Fault(fault, _positions(codes == place)))
        meaning[place] = code
    return meaning[codes], faults


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
        return np.nan, f"{text!r} may mean {codes}, in {ROWS}. Declare `recode`."
    if meant:
        return meant.pop(), ""
    return np.nan, _no_number(text, entry) if text else ""


def _no_number(text: str, entry: Column) -> str:
    what = "is no declared label" if entry.answers.codes else "is text where a number is due"
    hint = ""
    if text.casefold() in _NO_ANSWER:
        hint = f" If it stands for no answer, declare `recode: {{{text[:20]!r}: null}}`."
    elif re.fullmatch(r"[+-]?\d+,\d+", text):
        hint = " Write decimals with a point."
    elif _DATE.fullmatch(text):
        hint = " It reads like a date: a spreadsheet may have made one of a number."
    elif text == "-oth-":
        hint = " It is LimeSurvey's code for 'Other': declare `recode: {-oth-: null}`, or a code."
    elif digits := _LIMESURVEY.fullmatch(text):
        code = int(digits[1])
        hint = (
            f" If it is the survey tool's code for {code}, declare `recode: {{{text}: {code}, "
            "...}`, once for all with the named answers."
        )
    elif entry.answers.codes:
        known = [words for code in entry.answers.codes for words in [_words(entry, code)] if words]
        hint = f" Declared: {known[:8]}." if known else ""
    return f"{text[:60]!r} {what}, in {ROWS}.{hint}"


def _positions(mask) -> list[int]:
    return [int(n) + 1 for n in np.flatnonzero(np.asarray(mask))]


def rows_told(rows: list[int]) -> str:
    """``rows 3, 7 and 9 more``, however many there are."""
    told = ", ".join(map(str, rows[:ROWS_TOLD]))
    more = f" and {len(rows) - ROWS_TOLD} more" if len(rows) > ROWS_TOLD else ""
    return f"{'rows' if len(rows) > 1 else 'row'} {told}{more}"
