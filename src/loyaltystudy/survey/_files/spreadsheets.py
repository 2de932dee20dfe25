"""XLSX: one table on one sheet, values as they are stored."""

import datetime
from pathlib import Path

import pandas as pd

from loyaltystudy.errors import SurveyError, refuse
from loyaltystudy.survey._files.cells import headed_frame, is_blank, without_blank
from loyaltystudy.survey._files.shared import Shared
from loyaltystudy.survey._files.sheet_xml import SheetFacts, cell_name, place, sheet_facts

_AS_IT_IS = {str, float, int}
MOST_CELLS = 50_000_000  # a stray cell in the last row would otherwise make billions
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384  # of the format


def read_spreadsheet(path: Path, *, sheet: str | None = None, limit: float = 1.0) -> pd.DataFrame:
    """Numbers as numbers, text as text, dates as ISO text (so that none passes for a number).

    Cells without a value (errors, formulas never computed, merged cells) are empty here;
    ``.attrs["cell_faults"]`` has them by column, for those columns that a codebook uses.
    """
    book = _open(path)
    name, facts, rows, merged = _chosen(book, path, sheet, limit)
    called = f"{path.name}, sheet {name!r}"
    width = max(map(len, rows), default=0)
    rows = [[c if type(c) in _AS_IT_IS else _plain(c) for c in row] for row in rows]
    rows = [row if len(row) == width else row + [None] * (width - len(row)) for row in rows]
    for cell in facts.errors:
        _clear(rows, *place(cell))
    while rows and all(is_blank(cell) for cell in rows[-1]):
        rows.pop()
    if not rows:
        raise SurveyError(f"{called} is empty.")
    faults = _faults(facts, merged)
    body, blank = without_blank(rows[1:])
    try:
        frame = headed_frame(rows[0], body, called)
    except SurveyError:
        _refuse_header_faults(faults, called)
        raise
    above, names = frame.attrs.pop("header")
    faults = [f for f in faults if above == 1 or f[0] == f[1] or f[1][0] >= above]
    _refuse_header_faults(faults, called)
    frame.attrs["blank_rows"] = tuple(blank)
    frame.attrs["cell_faults"] = Shared(_by_column(faults, names))
    return frame


def _open(path: Path):
    import python_calamine

    try:
        return python_calamine.CalamineWorkbook.from_path(path)
    except Exception as error:  # damaged files raise whatever the broken part leads to
        raise SurveyError(_unreadable(path, error)) from None


def _unreadable(path: Path, error: Exception) -> str:
    return (
        f"{path.name}: not readable as XLSX ({type(error).__name__}): damaged, truncated or "
        "protected. Save it again as XLSX without a password, or as CSV UTF-8."
    )


def _chosen(book, path: Path, sheet: str | None, limit: float):
    """The one sheet that holds cells, or the one that is asked for."""
    names = book.sheet_names
    if sheet is not None:
        if sheet not in names:
            raise SurveyError(f"{path.name}: no sheet {sheet!r}. Sheets: {names}.")
        return _table(book, path, names.index(sheet), limit)
    tables = [_table(book, path, position, limit) for position in range(len(names))]
    full = [table for table in tables if any(not is_blank(c) for row in table[2] for c in row)]
    if len(full) > 1:
        raise SurveyError(
            f"{path.name}: {len(full)} sheets hold cells: {[table[0] for table in full]}. Say "
            "which: sheet=... (--sheet)."
        )
    if not full:
        raise SurveyError(f"{path.name}: the file is empty.")
    return full[0]


def _table(book, path: Path, position: int, limit: float):
    """Name, facts, rows and merged areas of a sheet; a chart sheet has no rows."""
    name = book.sheet_names[position]
    try:
        facts = sheet_facts(path, position, len(book.sheet_names))
        _refuse_extent(path, name, facts, limit)
        table = book.get_sheet_by_index(position)
        rows = table.to_python(skip_empty_area=False)
        return name, facts, rows, table.merged_cell_ranges or []
    except SurveyError:
        raise
    except Exception as error:
        if "not found" in str(error).lower() and "worksheet" in str(error).lower():
            return name, SheetFacts(), [], []
        raise SurveyError(_unreadable(path, error)) from None


def _refuse_extent(path: Path, name: str, facts: SheetFacts, limit: float) -> None:
    if facts.rows > LAST_ROW or facts.columns > LAST_COLUMN:
        raise SurveyError(
            f"{path.name}: sheet {name!r} has a cell beyond row {LAST_ROW} or column "
            f"{LAST_COLUMN}, the last of the format: damaged. Save it again as XLSX or CSV UTF-8."
        )
    most, columns = MOST_CELLS * limit, max(facts.columns, 1)
    if max(facts.rows, 1) * columns > most:
        raise SurveyError(
            f"{path.name}: sheet {name!r} reaches row {facts.rows}, column {columns}: a stray "
            "cell far out? Remove it, save as CSV, or allow more: "
            f"limit={(more := facts.rows * columns / MOST_CELLS):.0f} (--limit {more:.0f})."
        )


def _clear(rows: list[list], row: int, column: int) -> None:
    if row < len(rows) and column < len(rows[row]):
        rows[row][column] = None


def _faults(facts: SheetFacts, merged) -> list[tuple[tuple[int, int], tuple[int, int], str]]:
    """What is wrong, with the first and the last cell that it touches."""
    faults = [
        (place(cell), place(cell), f"cell {cell} holds the error {error}; put it right.")
        for cell, error in facts.errors.items()
    ]
    faults += [
        (
            place(cell),
            place(cell),
            f"cell {cell} is a formula without a stored value; open the "
            "file in a spreadsheet and save it, or paste the values.",
        )
        for cell in facts.formulas
    ]
    for first, last in merged:
        area = f"{cell_name(*first)}:{cell_name(*last)}"
        said = f"cells {area} are merged; unmerge them, with one row of column names at the top."
        faults.append((first, last, said))
    return sorted(faults)


def _refuse_header_faults(faults, called: str) -> None:
    above = [text for first, _, text in faults if first[0] == 0]
    refuse(above, heading=called)


def _by_column(faults, header: list) -> dict[str, list[str]]:
    lines: dict[str, list[str]] = {}
    names = ["" if name is None else str(name).strip() for name in header]
    for first, last, text in faults:
        for column in range(first[1], min(last[1] + 1, len(names))):
            lines.setdefault(names[column] or f"(column {column + 1})", []).append(text)
    return lines


def _plain(value):
    if isinstance(value, (datetime.datetime, datetime.date, datetime.time)):
        return value.isoformat()
    return value if value is None or isinstance(value, bool) else str(value)
