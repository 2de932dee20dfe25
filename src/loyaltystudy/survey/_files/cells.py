"""A header row and rows of cells into a frame, with what can be wrong with them."""

from __future__ import annotations

import pandas as pd

from loyaltystudy.errors import SurveyError
from loyaltystudy.survey._checks import rows_told


def to_frame(header: list, body: list, name: str) -> pd.DataFrame:
    """A frame of objects; a nameless column is left out only where all its cells are empty."""
    names = ["" if cell is None else str(cell).strip() for cell in header]
    nameless = [n for n, column in enumerate(names) if not column]
    filled = [n for n in nameless if any(row[n] not in ("", None) for row in body)]
    if filled:
        raise SurveyError(
            [
                f"column {n + 1} holds cells but has no name in the first row."
                " Name it, or remove the column (or the rows above the header)."
                for n in filled
            ],
            heading=name,
        )
    if len(nameless) == len(names):
        raise SurveyError(f"{name}: the first row is blank; it must hold the column names.")
    frame = pd.DataFrame(body, columns=range(len(names)), dtype=object)
    if nameless:
        frame = frame.drop(columns=nameless)
        names = [column for column in names if column]
    frame.columns = names
    return frame


def ragged_told(name: str, header: list, ragged: list[int], delimiter: str) -> str:
    return (
        f"{name}: the header has {len(header)} cell{'s' if len(header) != 1 else ''}, but "
        f"{rows_told(ragged)} {'have' if len(ragged) > 1 else 'has'} another number. Quote cells "
        f"that hold the delimiter {delimiter!r}, or say which delimiter it is: "
        "read_table(path, delimiter=...)."
    )
