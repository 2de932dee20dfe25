"""A header row and rows of cells into a frame, with what can be wrong with them."""

import pandas as pd

from loyaltystudy.errors import SurveyError
from loyaltystudy.survey._faults import rows_shown
from loyaltystudy.survey._files.exports import extra_headers
from loyaltystudy.survey._files.shared import Shared

SAMPLE = 500  # rows looked at to tell a second row of names from an answer


def headed_frame(header: list, body: list, name: str) -> pd.DataFrame:
    """A frame of objects; further header rows of survey tools are taken off and used."""
    names = ["" if cell is None else str(cell).strip() for cell in header]
    lines = [["" if cell is None else str(cell) for cell in row] for row in body[:SAMPLE]]
    extra = extra_headers(names, lines)
    frame = _frame(extra.names, body[extra.rows :], name)
    frame.attrs.update(wording=Shared(extra.wording), header=(1 + extra.rows, extra.names))
    if extra.said:
        frame.attrs["header_said"] = extra.said
    return frame


def _frame(names: list[str], body: list, name: str) -> pd.DataFrame:
    """Nameless columns without cells are left out, others called after their place."""
    blank = [n for n, column in enumerate(names) if not column]
    filled = [n for n in blank if any(not is_blank(row[n]) for row in body)]
    if len(blank) == len(names):
        raise SurveyError(f"{name}: the first row is blank; it must hold the column names.")
    if len(filled) > len(names) / 2:
        raise SurveyError(
            f"{name}: {len(filled)} of {len(names)} columns hold cells but have no name in the "
            "first row. Name them, or remove the rows above the column names."
        )
    frame = pd.DataFrame(body, columns=range(len(names)), dtype=object)
    frame = frame.drop(columns=[n for n in blank if n not in filled])
    frame.columns = [names[n] or f"(column {n + 1})" for n in frame.columns]
    return frame


def is_blank(cell) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def without_blank(body: list) -> tuple[list, list[int]]:
    """The rows that hold a cell, and the places (from 1) of those that hold none.

    A row of one column only is kept: there it may be an answer that is missing.
    """
    blank = [n for n, row in enumerate(body, 1) if all(is_blank(cell) for cell in row)]
    if not blank or len(body[0]) == 1:
        return body, []
    gone = set(blank)
    return [row for n, row in enumerate(body, 1) if n not in gone], blank


def ragged_shown(name: str, header: list, ragged: list[int], delimiter: str) -> str:
    return (
        f"{name}: the header has {len(header)} cell{'s' if len(header) != 1 else ''}, but "
        f"{rows_shown(ragged)} {'have' if len(ragged) > 1 else 'has'} another number. Quote cells "
        f"that hold the delimiter {delimiter!r}, or say which delimiter it is: "
        "delimiter=... (--delimiter)."
    )
