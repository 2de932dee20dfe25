"""Open studies: readers against constructed files, and against the real ones read by others."""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd
import pytest

from loyaltystudy.errors import SurveyError
from loyaltystudy.explain._frame import model_frame
from loyaltystudy.scales._score import score
from loyaltystudy.survey import _download as download
from loyaltystudy.survey._codebook import load_codebook
from loyaltystudy.survey._download import at_hand, folder
from loyaltystudy.survey._open_studies import SOURCES
from loyaltystudy.survey._shipped import data_folder
from loyaltystudy.survey._study import list_studies, load_study

sys.path.insert(0, str(Path(__file__).parents[2]))  # tools are no part of the package
from tools.raw_rows import READERS

from tools import raw_rows, ship_rows

HERE = Path(__file__).parents[1]
FIRST = [
    "airport-2017",
    "mcdonalds-au",
    "star-wars-2014",
    "stack-overflow-2016",
    "gss-2006-reading",
    "gss-2016-work",
    "gss-2018-work",
]
SECOND = [
    "open-source-2017",
    "stack-overflow-2018",
    "stack-overflow-2017",
    "acsi-2015",
    "bank-spain",
    "department-store",
    "travel-agencies",
    "pilgrim-bank",
    "gss-2016-affiliation",
    "gss-2018-affiliation",
    "bath-soap",
    "card-holders",
    "haskell-2018",
    "haskell-2019",
    "r-users-2019",
    "fans-2021",
    "students",
    "e-mail-test",
]
NEED_FILES = {
    "mobile-reputation": "sem-in-r--seminr--corp_rep_data.rda",
    "airport-2017": "ronyarmon--SFO--2017_SFO_Customer_Survey_20250817.csv",
    "star-wars-2014": "fivethirtyeight--data--StarWars.csv",
    "stack-overflow-2016": "dgrtwo--stacksurveyr--stack_survey.rda",
    "open-source-2017": "staeiou--github-survey-analysis--data_for_public_release.zip",
    "stack-overflow-2018": raw_rows._SO_2018,
    "bank-spain": "cran--pathmox--csibank.rda",
    "card-holders": "cran--fsdaR--loyalty.rda",
    "haskell-2018": raw_rows._HASKELL.format("2018-11-18-2018"),
    "haskell-2019": raw_rows._HASKELL.format("2019-11-16"),
    "r-users-2019": "rstudio--r-community-survey--survey_Combined.tsv",
}
_loaded: dict = {}


def study(name):
    """The study, read once for all tests: some files take half a minute."""
    if not (SOURCES[name].shipped or SOURCES[name].here):
        pytest.skip(f"the file of {name} is not at hand")
    if name not in _loaded:
        _loaded[name] = load_study(name)
    return _loaded[name]


# ---- what every study promises


@pytest.mark.parametrize("name", FIRST)
def test_the_readme_opens_with_the_limits_and_says_how_many_are_complete(name):
    text = (data_folder() / name / "README.md").read_text(encoding="utf-8")
    headings = [line for line in text.splitlines() if line.startswith("#")]
    assert headings[0].startswith(f"# {name}: ")
    wanted = ["## Limits first", "## Origin and licence", "## Mapped, and why", "## Claims"]
    assert [h for h in headings if h in wanted] == wanted
    assert headings[1] == "## Limits first"
    assert "complete" in text.split("## Origin")[0]


@pytest.mark.parametrize("name", SECOND)
def test_the_readme_of_a_later_study_says_what_had_been_seen(name):
    text = (data_folder() / name / "README.md").read_text(encoding="utf-8")
    assert text.startswith(f"# {name}: ") and text.split("## ")[1].startswith("Limits first")
    limits = text.split("## Origin")[0]
    assert "A first plain regression had been seen when this study was chosen" in limits
    assert "## Claims" in text


@pytest.mark.parametrize("name", [*FIRST, *SECOND])
def test_nothing_is_mapped_without_a_wording_and_no_outcome_is_a_predictor(name):
    book = load_codebook(data_folder() / name)
    for scale in book.scales.values():
        assert all(book.items[item].wording for item in scale.items), scale.name
    from loyaltystudy.survey._codebook import constructs

    for members in book.blocks.values():
        for member in members:
            entry = book.scales.get(member) or book.variables[member]
            measured = [*filter(None, [entry.construct]), *entry.stands_in_for]
            assert all(constructs()[c]["block"] != "outcomes" for c in measured), member


def test_without_the_files_the_list_says_what_can_be_fetched(monkeypatch, tmp_path):
    monkeypatch.setenv("LOYALTYSTUDY_DATA", str(tmp_path))
    table = list_studies().set_index("name")
    assert [*table.index] == [*SOURCES]
    others = {"mobile-reputation", "mobile-ecsi", "nordic-simulated"}
    given = {path.parent.name for path in data_folder().glob("*/provenance.yaml")}
    assert {*FIRST, *SECOND} | others == {*table.index} - given
    for name, source in SOURCES.items():
        ships = "moments" if (data_folder() / name / "moments.csv").is_file() else "fetch"
        assert table.loc[name, "available"] == ("rows" if source.shipped else ships), name
    sizes = {
        "mobile-reputation": 344,
        "airport-2017": 2831,
        "open-source-2017": 5495,
        "acsi-2015": 8239,
        "pilgrim-bank": 31634,
        "nordic-simulated": 1000,
    }
    assert table["n"][[*sizes]].to_dict() == sizes
    assert table["licence"].str.len().gt(2).all()


# ---- reading .rda files


# ---- reshaping, on constructed files


# ---- the real files


def csv(file, **options):
    if not at_hand(file):
        pytest.skip("the raw file is not at hand")
    return pd.read_csv(folder() / file, dtype=str, keep_default_na=False, **options)


@pytest.mark.needs_files
@pytest.mark.parametrize("name", READERS)
def test_rows_that_ship_are_those_of_the_raw_file(name):
    if name in NEED_FILES and not at_hand(NEED_FILES[name]):
        pytest.skip("the raw file is not at hand")
    pd.testing.assert_frame_equal(
        study(name).answers.reset_index(drop=True), ship_rows.coded(name), check_dtype=False
    )


@pytest.mark.needs_files
@pytest.mark.parametrize("name", [*FIRST, *SECOND])
def test_every_study_loads_whole(name):
    loaded = study(name)
    book = loaded.codebook
    assert loaded.n == book.respondents
    assert repr(loaded) == (
        f"Study '{name}': {loaded.n} respondents, {len(book.columns)} columns, "
        f"population {book.population}"
    )
    assert loaded.answers.index.is_unique
    for entry in book.columns.values():
        given = loaded.answers[entry.name].dropna()
        assert given.between(entry.low, entry.high).all() and len(given), entry.name
    ways = ("rows",) if SOURCES[name].shipped else ("fetched",)
    assert list_studies().set_index("name").loc[name, "available"] in ways


@pytest.mark.needs_files
def test_airport_against_the_file():
    answers = study("airport-2017").answers
    raw = csv("ronyarmon--SFO--2017_SFO_Customer_Survey_20250817.csv").set_index("RESPNUM")
    said = raw["NETPRO"].replace({"11": None, "": None}).dropna().astype(int)
    assert len(said) == 2746
    pd.testing.assert_series_equal(
        answers["netpro"].dropna().value_counts().sort_index(),
        said.value_counts().sort_index(),
        check_names=False,
        check_index_type=False,
    )
    assert answers["overall"].isna().sum() == (raw["Q7ALL"] == "Blank").sum() == 143
    assert answers["age"].isna().sum() == raw["Q19AGE"].isin(["0", "8"]).sum() == 96
    assert answers["gender"].isna().sum() == raw["Q20GENDER"].isin(["0", "4"]).sum() == 168
    assert answers["income"].isna().sum() == (raw["Q21INCOME"] == "0").sum() == 531
    assert answers["weight"].mean() == pytest.approx(1, abs=1e-6)
    frame = model_frame(study("airport-2017"), "loyalty", ["demographics"])
    assert len(frame.rows) == 2199 and frame.n_dropped == 632
    assert frame.weights is not None and frame.clusters.max() + 1 == 210


@pytest.mark.needs_files
def test_mcdonalds_against_the_file():
    answers = study("mcdonalds-au").answers
    raw = csv("riya-maurya--Mc_Donald_Market_segmentation--mcdonalds.csv")
    number = raw["Like"].str.extract(r"([+-]?\d+)$")[0].astype(int)
    assert answers["like"].tolist() == number.tolist()
    assert (number == 5).sum() == 143 and (number == -5).sum() == 152
    for item in ("yummy", "disgusting"):
        assert answers[item].tolist() == (raw[item] == "Yes").astype(float).tolist()
    table = pd.crosstab(raw["VisitFrequency"], answers["visits_a_year"].to_numpy())
    assert {(row, int(c)) for row in table.index for c in table if table.loc[row, c]} == {
        ("Never", 0),
        ("Once a year", 1),
        ("Every three months", 4),
        ("Once a month", 12),
        ("Once a week", 52),
        ("More than once a week", 104),
    }
    assert answers["visits_a_year"].corr(answers["visit_frequency"], "spearman") > 0.999


@pytest.mark.needs_files
def test_star_wars_against_the_file():
    answers = study("star-wars-2014").answers
    raw = csv("fivethirtyeight--data--StarWars.csv", header=None, encoding="cp1252").iloc[2:]
    assert (answers["fan"] == 1).sum() == (raw[2] == "Yes").sum() == 552
    assert answers["fan"].notna().sum() == 836
    assert (answers["universe_fan"] == 1).sum() == (raw[31] == "Yes").sum() == 99
    assert (answers["universe_fan"] == 0).sum() == (raw[31] == "No").sum() + 615 == 729
    ticks = (raw[[3, 4, 5, 6, 7, 8]] != "").to_numpy()
    films = answers[[f"film_{n}" for n in range(1, 7)]]
    assert films.sum().tolist() == ticks.sum(axis=0).tolist() == [673, 571, 550, 607, 758, 738]
    assert films.isna().all(axis=1).tolist() == (~ticks.any(axis=1)).tolist()
    assert score(study("star-wars-2014"))["devotion"].notna().sum() == 828
    assert answers["own_education"].mean() == pytest.approx(
        (7 * 1 + 105 * 2 + 328 * 3 + 321 * 4 + 275 * 5) / 1036
    )


def by_r(name):
    """Number of answers, mean and standard deviation of each column, as R read the file."""
    table = pd.read_csv(HERE / "reference" / "sources.csv", index_col=["study", "column"])
    return table.loc[name]


def agrees(answers, column, said, turned=None):
    """Turned: the sum of a code as R has it and as the codebook has it."""
    given = answers[column].dropna()
    assert len(given) == said["n"], column
    mean = said["mean"] if turned is None else turned - said["mean"]
    assert given.mean() == pytest.approx(mean, rel=1e-9), column
    assert given.std() == pytest.approx(said["sd"], rel=1e-8), column


RENAMED = {
    "age": "age",
    "sex": "gender",
    "race": "race",
    "region": "region",
    "hompop": "household_size",
    "realinc": "income",
    "educ": "own_education",
    "paeduc": "father_education",
    "maeduc": "mother_education",
    "incom16": "growing_up_economy",
    "wordsum": "vocabulary",
    "yearsjob": "tenure",
    "wtssnr": "weight",
    "wtpannr12": "weight",
    "readbook": "reading",
    "attcult": "cultural_participation",
    "gomovies": "movies",
    "lstmusic": "music",
}
TURNED = {"news": ("reading", 6), "partlsc": ("associations", 6)}


@pytest.mark.needs_files
@pytest.mark.parametrize("name", ["gss-2006-reading", "gss-2016-work", "gss-2018-work"])
def test_gss_against_r(name):
    """R: load() and as.numeric(), see tests/reference/sources.R."""
    loaded, said = study(name), by_r(name)
    for column, row in said.iterrows():
        if column in ("complete", "educ_x_readbook"):
            continue
        ours, turned = TURNED.get(column, (RENAMED.get(column, column), None))
        agrees(loaded.answers, ours, row, turned)
    headline = ("demographics", "sociological_background", "trust", "engagement", "emotional_bonds")
    blocks = [block for block in headline if block in loaded.codebook.blocks]
    assert blocks[:2] == ["demographics", "sociological_background"] and len(blocks) == 4
    frame = model_frame(loaded, "loyalty", blocks)
    assert len(frame.rows) == said.loc["complete", "n"]
    assert str(len(frame.rows)) in (data_folder() / name / "README.md").read_text(encoding="utf-8")


@pytest.mark.needs_files
def test_the_reader_of_2008_is_the_person_of_2006():
    answers, said = study("gss-2006-reading").answers, by_r("gss-2006-reading")
    product = (answers["own_education"] * answers["reading"]).to_frame("educ_x_readbook")
    agrees(product, "educ_x_readbook", said.loc["educ_x_readbook"])
    assert study("gss-2006-reading").answers["reading"].notna().sum() == 1534  # none of the '0'


@pytest.mark.needs_files
def test_scales_point_the_way_of_their_construct():
    scores = score(study("gss-2016-work"))
    said = by_r("gss-2016-work")
    assert scores["loyalty"].mean() == pytest.approx(6 - said.loc["stayorg3", "mean"])
    assert scores["satisfaction"].mean() == pytest.approx(8 - said.loc["jobsat", "mean"])
    for other in ("remain", "affective_commitment", "satisfaction", "calculative_commitment"):
        assert scores["loyalty"].corr(scores[other]) > 0.1, other
    scores = score(study("gss-2018-work"))
    for other in ("trust", "affective_commitment", "satisfaction", "calculative_commitment"):
        assert scores["loyalty"].corr(scores[other]) > 0.1, other


@pytest.mark.needs_files
def test_stack_overflow_against_r():
    answers, said = study("stack-overflow-2016").answers, by_r("stack-overflow-2016")
    names = {"To give help to others": "gives_help"}
    names["To communicate with others like me"] = "others_like_me"
    for column, row in said.iterrows():
        agrees(answers, names.get(column, column), row)
    assert answers["region"].isna().sum() == 56030 - 55390 + 1  # Antarctica


def test_the_files_of_the_sources_are_registered():
    from loyaltystudy.survey._download import registry

    files = {file for source in SOURCES.values() for file in source.files}
    assert files <= {*registry().index}
    assert not at_hand("no such file")


def test_a_file_known_by_git_alone_is_checked(tmp_path, monkeypatch):
    """git hash-object of 'hello\\n' is ce013625030ba8dba906f756967f9e9ca394464a."""
    name = "GianMan89--stackoverflow_survey_2017--survey_results_public.csv"
    (tmp_path / name).write_bytes(b"hello\n")
    monkeypatch.setenv("LOYALTYSTUDY_DATA", str(tmp_path))
    with pytest.raises(SurveyError, match="is not the file it should be"):
        download.fetch(name)
