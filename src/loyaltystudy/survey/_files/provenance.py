"""The side file of a written CSV or Stata file, and whether the file is as it was written."""

from pathlib import Path

import pandas as pd

from loyaltystudy.errors import SurveyError
from loyaltystudy.survey._yaml import read_yaml


def beside(path: Path) -> Path:
    """Where the provenance of a file stands."""
    return path.with_suffix(".provenance.yaml")


def read_beside(path: Path) -> dict | None:
    """The provenance, if this file was written here."""
    side = beside(path)
    if side == path or not side.is_file():
        return None
    return read_yaml(side)


def check_rows(frame: pd.DataFrame, provenance: dict | None, name: str) -> None:
    """A file that was cut, or grew, since it was written is refused."""
    written = (provenance or {}).get("respondents")
    if isinstance(written, int) and written != len(frame):
        raise SurveyError(
            f"{name}: holds {len(frame)} respondents, but was written with {written} (so says its "
            "provenance): cut short or changed since. Write or copy it again; to read it as it "
            "is now, remove its provenance (CSV and Stata: the .provenance.yaml beside it)."
        )
