"""XLSX: one table on one sheet, values as they are stored."""

from __future__ import annotations

import datetime
import warnings
from pathlib import Path

import pandas as pd

from loyaltystudy.errors import SurveyError
from loyaltystudy.survey._files.cells import to_frame
from loyaltystudy.survey._files.exports import qualtrics_wording

MOST_CELLS = 50_000_000  # a stray cell in the last row would otherwise make billions


def read_spreadsheet(path: Path, *, sheet: str | None = None) -> pd.DataFrame:
    """Numbers as numbers, text as text, dates as ISO text (so that none passes for a number)."""
    table = _sheet(_load(path, values=False), sheet, path.name)
    problems, formulas = _faults(table)
    if formulas and not problems:
        values = _sheet(_load(path, values=True), table.title, path.name)
        problems += [
            f"cell {cell} is a formula without a stored value; open the file in a spreadsheet "
            "and save it, or paste the values."
            for cell in formulas
            if values[cell].value is None
        ]
        table = values
        problems += _faults(table)[0]
    if problems:
        raise SurveyError(problems, heading=f"{path.name}, sheet {table.title!r}")
    rows = [[_plain(cell) for cell in row] for row in table.iter_rows(values_only=True)]
    while rows and all(cell in (None, "") for cell in rows[-1]):
        rows.pop()
    if not rows:
        raise SurveyError(f"{path.name}: sheet {table.title!r} is empty.")
    return _frame(rows, f"{path.name}, sheet {table.title!r}")


def _frame(rows: list[list], name: str) -> pd.DataFrame:
    header, body = rows[0], rows[1:]
    blank = [n for n, row in enumerate(body, 2) if all(cell in (None, "") for cell in row)]
    if blank and len(header) > 1:
        raise SurveyError(
            [f"row {n} of the sheet is empty; remove it." for n in blank[:20]], heading=name
        )
    told = [["" if cell is None else str(cell) for cell in row] for row in body[:2]]
    wording = qualtrics_wording(["" if c is None else str(c) for c in header], told)
    frame = to_frame(header, body[2:] if wording else body, name)
    if wording:
        frame.attrs["wording"] = wording
    return frame


def _load(path: Path, *, values: bool):
    import openpyxl

    try:
        with warnings.catch_warnings():  # it warns of styles and validation lists it leaves out
            warnings.simplefilter("ignore")
            return openpyxl.load_workbook(path, data_only=values)
    except Exception as error:  # damaged files raise whatever the broken part leads to
        raise SurveyError(
            f"{path.name}: not readable as XLSX ({type(error).__name__}): damaged, truncated or "
            "protected. Save it again as XLSX without a password, or as CSV UTF-8."
        ) from None


def _sheet(book, sheet: str | None, name: str):
    tables = {table.title: table for table in book.worksheets}
    if sheet is not None:
        if sheet not in tables:
            raise SurveyError(f"{name}: no sheet {sheet!r}. Sheets: {[*tables]}.")
        chosen = tables[sheet]
    else:
        full = [t for t in tables.values() if t._cells and _has_values(t)]
        if len(full) > 1:
            raise SurveyError(
                f"{name}: {len(full)} sheets hold cells: {[t.title for t in full]}. Say which: "
                "read_table(path, sheet=...)."
            )
        if not full:
            raise SurveyError(f"{name}: the file is empty.")
        chosen = full[0]
    if (chosen.max_row or 0) * (chosen.max_column or 0) > MOST_CELLS:
        raise SurveyError(
            f"{name}: sheet {chosen.title!r} reaches row {chosen.max_row}, column "
            f"{chosen.max_column}: a stray cell far out? Remove it, or save as CSV."
        )
    return chosen


def _has_values(table) -> bool:
    return any(cell.value is not None for cell in table._cells.values())


def _faults(table) -> tuple[list[str], list[str]]:
    """What is wrong, and the cells that hold formulas."""
    problems = [
        f"cells {area} are merged; unmerge them, with one row of column names at the top."
        for area in map(str, table.merged_cells.ranges)
    ]
    formulas, errors = [], []
    for cell in table._cells.values():
        if cell.data_type == "f":
            formulas.append(cell.coordinate)
        elif cell.data_type == "e":
            errors.append(f"cell {cell.coordinate} holds the error {cell.value}; put it right.")
    return problems + errors[:20], formulas


def _plain(value):
    if isinstance(value, (datetime.datetime, datetime.date, datetime.time)):
        return value.isoformat()
    if value is None or isinstance(value, (str, int, float)):
        return value
    return str(value)
