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


def _rows(name: str) -> Source:
    return Source(shipped=lambda: _numbered(pd.read_parquet(rows_file(name)).astype(float)))


def _numbered(answers: pd.DataFrame) -> pd.DataFrame:
    return answers.set_axis(pd.RangeIndex(1, len(answers) + 1, name="respondent"))


def _simulated(name: str) -> Source:
    """Answers that were drawn lie beside their codebook as a text file."""

    def read() -> pd.DataFrame:
        raw = pd.read_csv(data_folder() / name / "answers.csv")
        return check_answers(raw, load_codebook(data_folder() / name), name=name, optional=True)

    return Source(shipped=read)


def _fetched(file: str, full: Callable[[], pd.DataFrame]) -> Source:
    return Source(full=full, files=(file,))


def _table(file: str, study: str, **options) -> Source:
    return _fetched(file, partial(raw.table, file, study, **options))


_GSS_2016_2018 = "kjhealy--gssr--gss_panel20.rda"


def _gss(study: str, ending: str) -> Source:
    return _fetched(_GSS_2016_2018, partial(raw.gss_cross_section, study, ending))


# studies whose licence lets their rows ship; tools/raw_rows.py made the files
_SHIPPED = (
    "mobile-reputation",
    "mobile-ecsi",
    "airport-2017",
    "bank-spain",
    "card-holders",
    "haskell-2018",
    "haskell-2019",
    "open-source-2017",
    "r-users-2019",
    "stack-overflow-2016",
    "stack-overflow-2018",
    "star-wars-2014",
)


def _contributed() -> dict[str, Source]:
    """Studies that users gave: moments alone, in folders that say where they come from."""
    return {path.parent.name: Source() for path in sorted(data_folder().glob("*/provenance.yaml"))}


SOURCES: dict[str, Source] = {
    **{name: _rows(name) for name in _SHIPPED},
    "acsi-2015": _fetched("tcpvss-review--TC-PVSS-PLSSEM--ACSI_Data_2015_ver2.xlsx", raw.acsi),
    "bath-soap": _table(
        "gedeck--dmba--BathSoapHousehold.csv.gz", "bath-soap", encoding="utf-8-sig"
    ),
    "department-store": _table(
        "oscarwieland--Lafayette-Case--Lafayette_Dataset.csv", "department-store"
    ),
    "e-mail-test": _table(
        "mlatinov--Hillstrom-marketing-campaign--marketing_data.csv", "e-mail-test"
    ),
    "fans-2021": _table(
        "Classifying-sports-fans--classifying-sports-fans--sports_survey_clean.csv", "fans-2021"
    ),
    "gss-2006-reading": _fetched("kjhealy--gssr--gss_panel06_long.rda", raw.gss_reading),
    "gss-2016-work": _gss("gss-2016-work", "_1a"),
    "gss-2018-work": _gss("gss-2018-work", "_1b"),
    "gss-2016-affiliation": _gss("gss-2016-affiliation", "_1a"),
    "gss-2018-affiliation": _gss("gss-2018-affiliation", "_1b"),
    "mcdonalds-au": _fetched(
        "riya-maurya--Mc_Donald_Market_segmentation--mcdonalds.csv", raw.mcdonalds
    ),
    "pilgrim-bank": _table("vjdm8--Pilgrim-Bank-Harvard-Case-Study--pilgrim.csv", "pilgrim-bank"),
    "stack-overflow-2017": _table(
        "GianMan89--stackoverflow_survey_2017--survey_results_public.csv", "stack-overflow-2017"
    ),
    "students": _fetched(
        "stat301-2-2024-winter--final-project-2-elizabethson--data.csv", raw.students
    ),
    "travel-agencies": _fetched(
        "InvestigaOnline--00.pls-seminr--agencias.sav", raw.travel_agencies
    ),
    # nobody was asked; see loyaltystudy.simulation._nordic
    "nordic-simulated": _simulated("nordic-simulated"),
    **_contributed(),
}
