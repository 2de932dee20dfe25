"""Answers checked against a codebook: all problems named at once, nothing changed in silence."""

from collections import Counter
from difflib import get_close_matches

import numpy as np
import pandas as pd

from loyaltystudy.errors import HIDDEN, ROWS, SurveyError, refuse
from loyaltystudy.survey._faults import Fault, gathered, positions
from loyaltystudy.survey._file_labels import label_faults, other_words
from loyaltystudy.survey._headers import find_columns, respondent_column
from loyaltystudy.survey._schema import Codebook
from loyaltystudy.survey._values import (
    VALUES_SHOWN,
    check_column,
    masked_cell,
    plain,
    thousands,
)
from loyaltystudy.survey._waves import repeated_in_wave

COLUMNS_TOLD = 20  # one by one


def check_answers(
    frame: pd.DataFrame, codebook: Codebook, *, name: str = "answers", optional: bool = False
) -> pd.DataFrame:
    """Check answers against the codebook and bring them into its order and names.

    ``frame``: one row a respondent, columns named as in the file
    (:func:`~loyaltystudy.survey._headers.find_columns`). Cells are codes, or the declared labels in
    any of the codebook's languages (case and spacing do not count), or what the codebook declares
    under ``recode``. ``frame.attrs["labels"]`` and ``["user_missing"]``, as
    :func:`~loyaltystudy.survey._files.read_table` sets them, are compared with the codebook;
    ``name``: what the error calls the frame; ``optional``: whether columns declared ``optional``
    may be absent.

    Returns
    -------
    DataFrame
        Respondent x declared column, in the codebook's order, named as in the codebook; codes
        as floats, missing answers NaN, open text as text. The index is the respondent: whole
        numbers where all of them are, else text.

    Raises SurveyError listing every missing or doubled column, doubled or absent respondent, text
    where a number is due, unknown code, value out of range, label that the file and the codebook
    give to different codes, and answer that the file calls missing, each with its rows. Row 1 is
    the first respondent.

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
    index, more = _respondents(frame, codebook, checked)
    problems += [fault.line() for fault in gathered(faults) + more]
    refuse(problems, heading=f"{name} (row 1 is the first respondent)")
    return assemble(checked, index)


def check_columns(frame, codebook, found: dict[str, str]) -> tuple[dict, list[Fault]]:
    """Checked columns by declared name, and what is wrong with them.

    ``found`` are the frame's columns by declared name, as :func:`match_columns` gives them.
    """
    checked, all_faults = {}, []
    comma = frame.attrs.get("decimal") == ","
    for column, entry in ((found[n], e) for n, e in codebook.columns.items() if n in found):
        labels = frame.attrs.get("labels", {}).get(column, {})
        faults = [Fault(text, []) for text in label_faults(entry, labels)]
        faults += _cell_faults(frame, column)
        ranges = frame.attrs.get("user_missing", {}).get(column, ())
        missing = {*entry.missing, *codebook.missing}
        values, more = check_column(frame[column], entry, missing, ranges, comma)
        if frame.attrs.get("delimiter") == ";" and isinstance(values, np.ndarray):
            faults += thousands(frame[column])
        if entry.name == codebook.design.weight_of_file and isinstance(values, np.ndarray):
            values = np.where(values <= 0, np.nan, values)  # counts for nobody, as in SPSS
        all_faults += [f._replace(text=f"column {column!r}: {f.text}") for f in faults + more]
        checked[entry.name] = _kept(frame[column], values)
    return checked, all_faults


def _cell_faults(frame, column) -> list[Fault]:
    """Cells of a spreadsheet that have no value of their own."""
    texts = frame.attrs.get("cell_faults", {}).get(column, [])
    more = [Fault(f"{len(texts) - VALUES_SHOWN} more such cells.", [])]
    return [Fault(text, []) for text in texts[:VALUES_SHOWN]] + more * (len(texts) > VALUES_SHOWN)


def label_notes(frame, codebook, found: dict[str, str]) -> list[str]:
    """Codes that the file labels in other words than the codebook; none of them contradicts it."""
    notes = []
    for name, column in found.items():
        labels = frame.attrs.get("labels", {}).get(column, {})
        other = other_words(codebook.columns[name], labels)
        if other:
            code, label, own = other[0]
            more = f", and {len(other) - 1} more codes" if len(other) > 1 else ""
            notes.append(
                f"column {column!r}: code {code:g} is {masked_cell(label, [own])} in the file, "
                f"{own!r} in the codebook{more}; taken for the same answer."
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


def _respondents(frame, codebook, checked: dict) -> tuple[pd.Index, list[Fault]]:
    """The index of the answers; with waves, rows are numbered and people are a column."""
    column = respondent_column(frame, codebook)
    if column is None:
        return pd.RangeIndex(1, len(frame) + 1, name="respondent"), []
    if list(frame.columns).count(column) != 1:
        gone = f"column {column!r}, which names the respondents, is missing."
        return frame.index, [Fault(gone, [])]
    ids = identifiers(frame[column])
    blank = is_blank(ids)
    faults = [no_respondent(column, positions(blank))] if blank.any() else []
    if (wave := codebook.design.wave) in checked:
        faults += repeated_in_wave(column, ids.where(~blank), checked[wave])
        if codebook.variables[codebook.design.respondent].kind == "text":
            checked[codebook.design.respondent] = ids.astype(str).to_numpy(object)
        return pd.RangeIndex(1, len(frame) + 1, name="row"), faults
    doubled = ids[ids.duplicated(keep=False).to_numpy() & ~blank]
    for value in list(doubled.unique())[:VALUES_SHOWN]:
        faults.append(stands_twice(column, value, positions(ids == value)))
    return pd.Index(ids, name="respondent"), faults


def is_blank(ids: pd.Series) -> np.ndarray:
    """Whether each row names no respondent."""
    return ids.isna().to_numpy() | (ids == "").to_numpy()


def no_respondent(column: str, rows: list[int]) -> Fault:
    """Rows that name no respondent, as a fault."""
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
