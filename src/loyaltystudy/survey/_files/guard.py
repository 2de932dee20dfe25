"""Text cells that no spreadsheet may run as a formula."""

import re

import pandas as pd

_RISKY = re.compile(r"'*[=+\-@\t\r\n]")  # what a spreadsheet would run, guarded or not yet


def guard_text(text: str) -> str:
    """A text cell made harmless: an apostrophe before what a spreadsheet takes for a formula."""
    return "'" + text if _RISKY.match(text) else text


def unguard_text(text: str) -> str:
    """The cell as it was before :func:`guard_text`."""
    return text[1:] if text[:1] == "'" and _RISKY.match(text) else text


def unguard(frame: pd.DataFrame) -> pd.DataFrame:
    frame = frame.map(unguard_text)
    frame.columns = [unguard_text(column) for column in frame.columns]
    return frame


def csv_text(table: pd.DataFrame, *, float_format: str | None = None) -> str:
    """A table as CSV for people: no cell and no heading of it runs in a spreadsheet.

    Examples
    --------
    >>> csv_text(pd.DataFrame({"scale": ["=SUM(A1)", "trust"], "alpha": [-0.5, 1]}))
    "scale,alpha\\n'=SUM(A1),-0.5\\ntrust,1.0\\n"
    """
    safe = table.copy()
    for place, (_, column) in enumerate(table.items()):
        if not pd.api.types.is_numeric_dtype(column.dtype):
            cells = [guard_text(c) if isinstance(c, str) else c for c in column]
            safe.isetitem(place, pd.Series(cells, index=table.index, dtype=object))
    safe.columns = [guard_text(c) if isinstance(c, str) else c for c in table.columns]
    return safe.to_csv(index=False, lineterminator="\n", float_format=float_format)
