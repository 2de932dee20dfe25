"""The side file of a written CSV, and text cells that no spreadsheet may run."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd

from loyaltystudy.survey._yaml import read_yaml

_RISKY = re.compile(r"'*[=+\-@\t\r\n]")  # what a spreadsheet would run, guarded or not yet


def beside(path: Path) -> Path:
    """Where the provenance of a CSV file stands."""
    return path.with_suffix(".provenance.yaml")


def read_beside(path: Path) -> dict | None:
    """The provenance, if this CSV was written here."""
    side = beside(path)
    if side == path or not side.is_file():
        return None
    return read_yaml(side)


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
