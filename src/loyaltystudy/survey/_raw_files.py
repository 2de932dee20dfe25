"""Raw files of open studies into columns: picked, joined and split, never interpreted.

What a column means, which answers are missing and how text becomes a code stands in the study's
codebook; the readers here take the columns that the codebook declares.
"""

import csv
import hashlib

import numpy as np
import pandas as pd

from loyaltystudy.errors import SurveyError
from loyaltystudy.survey._codebook import load_codebook
from loyaltystudy.survey._download import fetch, kept_table, registry
from loyaltystudy.survey._shipped import data_folder

WAVE2 = "_wave2"  # a column of the 2006 panel as it was asked in 2008


def declared(study: str) -> list[str]:
    """The columns that a study's codebook reads, the one that names the respondents first."""
    book = load_codebook(data_folder() / study)
    columns = [entry.column or entry.name for entry in book.columns.values()]
    return [*filter(None, [book.design.respondent]), *columns]


def read_rda(file: str, columns: list[str] | None = None) -> pd.DataFrame:
    """The one data frame of an .rda file, or some of its columns, as R stored them."""
    import warnings

    import rdata

    path = fetch(file)
    with warnings.catch_warnings():
        # rdata warns once a column for R classes it does not know (haven's labelled numbers),
        # and for value labels in cp1252
        for message in ("Missing constructor", "Unknown encoding", "Exception while decoding"):
            warnings.filterwarnings("ignore", message=message)
        parsed = rdata.parser.parse_file(path)
        if columns is not None:
            _prune(parsed.object.value[0], columns, file)
        frames = rdata.conversion.convert(parsed)
    return _plain(next(iter(frames.values())).reset_index(drop=True))


def _plain(frame: pd.DataFrame) -> pd.DataFrame:
    """Categories as text, and R's NA, a signalling NaN that warns in arithmetic, as NaN."""
    for name, dtype in frame.dtypes.items():
        if dtype == "category":
            frame[name] = frame[name].astype(object)
        elif dtype.kind == "f":
            frame[name] = frame[name].where(frame[name].notna(), np.nan)
    return frame


def _prune(table, columns: list[str], file: str) -> None:
    """Leave some columns of a parsed data frame only: converting thousands takes a minute."""
    node = table.attributes
    while _tag(node) != b"names":
        node = node.value[1]
    cells = node.value[0]
    names = [cell.value.decode() for cell in cells.value]
    absent = [column for column in columns if column not in names]
    if absent:
        raise SurveyError(f"{file}: no columns {absent}. Columns: {names[:8]}.")
    kept = [place for place, name in enumerate(names) if name in columns]
    table.value = [table.value[place] for place in kept]
    cells.value = [cells.value[place] for place in kept]


def _tag(node) -> bytes:
    symbol = node.tag.referenced_object or node.tag
    return symbol.value.value


def read_kept(file: str, columns: list[str]) -> pd.DataFrame:
    """Columns of a slow .rda file, kept as Parquet; text and numbers as they were.

    The copy is named by the file's SHA-256 and the columns, so it can never be out of date.
    """
    fetch(file)  # the copy stands for a file that is at hand and is what it should be
    key = "\n".join([registry().loc[file, "sha256"], *sorted(columns)])
    digest = hashlib.sha256(key.encode()).hexdigest()[:12]
    return kept_table(f"{file}.{digest}", lambda: read_rda(file, columns))


def read_text(file: str, encoding: str = "utf-8-sig") -> list[list[str]]:
    """The cells of a CSV file, row by row, as they were written."""
    with fetch(file).open(encoding=encoding, newline="") as lines:
        return list(csv.reader(lines))


def mcdonalds(file: str, _: str) -> pd.DataFrame:
    """The file, with the visit frequency twice: as an order of answers and as visits a year."""
    header, *rows = read_text(file)
    frame = pd.DataFrame(rows, columns=header, dtype=object)
    return frame.assign(visits_a_year=frame["VisitFrequency"])


def table(file: str, study: str, **options) -> pd.DataFrame:
    """The declared columns of a fetched text file, cells as they were written."""
    frame = pd.read_csv(fetch(file), dtype=object, keep_default_na=False, **options)
    return frame[declared(study)]


def acsi(file: str, study: str) -> pd.DataFrame:
    """The first sheet; of the zip code its first digit alone."""
    frame = pd.read_excel(fetch(file), dtype={"ZIPCODE": str}, engine="openpyxl")
    digit = frame["ZIPCODE"].str.extract(r"^(\d)\d{4}$")[0]
    return frame.assign(zip_zone=digit)[declared(study)]


def travel_agencies(file: str, study: str) -> pd.DataFrame:
    """The declared columns of the agencies' SPSS file: codes, no labels."""
    import pyreadstat

    return pyreadstat.read_sav(fetch(file))[0][declared(study)]


def students(file: str, study: str) -> pd.DataFrame:
    """The declared columns of the students' file."""
    return pd.read_csv(fetch(file), sep=";", encoding="utf-8-sig")[declared(study)]


def gss_cross_section(file: str, study: str, *, ending: str) -> pd.DataFrame:
    """One year of the 2016-2020 panel file: the columns with its ending, the ending taken off."""
    columns = declared(study)
    raw = [f"{name}{ending}" for name in columns if name != "psu"]
    frame = read_kept(file, [*raw, f"vstrat{ending}", f"vpsu{ending}"])
    frame = frame[frame[f"id{ending}"].notna()].reset_index(drop=True)
    frame.columns = [name.removesuffix(ending) for name in frame]
    return _with_psu(frame)[columns]


def gss_reading(file: str, study: str) -> pd.DataFrame:
    """The first wave (2006) of the 2006-2010 panel, joined with what was asked in 2008."""
    columns = declared(study)
    later = [name for name in columns if name.endswith(WAVE2)]
    first = [name for name in columns if name not in (*later, "psu")]
    raw = {*first, *(name.removesuffix(WAVE2) for name in later)}
    frame = read_kept(file, [*raw, "wave", "vstrat", "vpsu"])
    waves = {wave: part.set_index("firstid") for wave, part in frame.groupby("wave")}
    joined = waves[1].drop(columns=[name.removesuffix(WAVE2) for name in later])
    joined = joined.join(waves[2].add_suffix(WAVE2)[later], validate="one_to_one")
    return _with_psu(joined.reset_index())[columns]


def _with_psu(frame: pd.DataFrame) -> pd.DataFrame:
    """Sampling units are numbered within strata: one number names both."""
    return frame.assign(psu=frame["vstrat"].astype(float) * 10 + frame["vpsu"].astype(float))
