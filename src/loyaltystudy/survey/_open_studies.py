"""Where each open study's answers come from: rows that ship, or files that can be fetched."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pandas as pd

from loyaltystudy.survey import _raw_files as raw
from loyaltystudy.survey._checks import check_answers
from loyaltystudy.survey._codebook import load_codebook
from loyaltystudy.survey._download import at_hand
from loyaltystudy.survey._shipped import data_folder
from loyaltystudy.survey._yaml import read_yaml


@dataclass(frozen=True)
class Source:
    """``shipped`` gives checked answers that are installed; ``full`` reads fetched ``files``."""

    shipped: Callable[[], pd.DataFrame] | None = None
    full: Callable[[], pd.DataFrame] | None = None
    files: tuple[str, ...] = ()

    @property
    def here(self) -> bool:
        """Whether the files lie in the folder of fetched ones."""
        return bool(self.files) and at_hand(*self.files)


def rows_file(name: str) -> Path:
    """The rows of a study that ship, beside its codebook."""
    return data_folder() / name / "answers.parquet"


def _rows(name: str) -> pd.DataFrame:
    """Rows whose licence lets them ship; tools/raw_rows.py made the files."""
    answers = pd.read_parquet(rows_file(name)).astype(float)
    return answers.set_axis(pd.RangeIndex(1, len(answers) + 1, name="respondent"))


def _simulated(name: str) -> pd.DataFrame:
    """Answers that were drawn lie beside their codebook as a text file."""
    answers = pd.read_csv(data_folder() / name / "answers.csv")
    return check_answers(answers, load_codebook(data_folder() / name), name=name, optional=True)


_SHIPPED = {"rows": _rows, "simulated": _simulated}


def _source(name: str, *, read: str, file: str = "", **options) -> Source:
    """What a line of ``open_studies.yaml`` says."""
    if read in _SHIPPED:
        return Source(shipped=partial(_SHIPPED[read], name))
    return Source(full=partial(getattr(raw, read), file, name, **options), files=(file,))


def _contributed() -> dict[str, Source]:
    """Studies that users gave: moments alone, in folders that say where they come from."""
    return {path.parent.name: Source() for path in sorted(data_folder().glob("*/provenance.yaml"))}


_LISTED = read_yaml(data_folder() / "open_studies.yaml")
SOURCES = {name: _source(name, **line) for name, line in _LISTED.items()} | _contributed()
