"""Writing back: the same answers, their labels, and where the scores come from."""

from __future__ import annotations

import csv
from dataclasses import replace

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pyreadstat
import pytest
import yaml
from hypothesis import HealthCheck, given, settings, strategies as st

from loyaltystudy.errors import SurveyError
from loyaltystudy.scales._score import score
from loyaltystudy.simulation._simulate import simulate_study
from loyaltystudy.survey._codebook import make_codebook
from loyaltystudy.survey._files import read_table
from loyaltystudy.survey._files.write import WRITERS, takes_name
from loyaltystudy.survey._study import Study, load_study, read_study
from loyaltystudy.survey._write import codebook_hash, provenance_of, write_study

AGREE = {
    "range": [1, 5],
    "codes": {1: {"en": "Disagree", "nb": "Uenig"}, 5: {"en": "Agree", "nb": "Enig " + "å" * 130}},
}
RAW = {
    "study": "mine",
    "title": "Mine",
    "population": "customers",
    "languages": ["en", "nb"],
    "items": {
        "t1": {"answers": AGREE, "wording": {"en": "I trust it", "nb": "Jeg stoler på det"}},
        "t2": {"answers": AGREE, "reversed": True, "column": "How far? [I doubt it]"},
        "t3": {"answers": AGREE, "recode": {"5": 1, "1": 5, "4": 2, "2": 4, "NA": None}},
    },
    "scales": {"trust": {"items": ["t1", "t2", "t3"], "minimum_answered": 0.66}},
    "variables": {
        "spend": {"kind": "numeric", "answers": {"range": [0, 1e6]}},
        "why": {"kind": "text"},
    },
    "design": {"respondent": "id"},
}
BOOK = make_codebook(RAW)
TEXTS = ["=SUM(A1)", "'=x", "None", 'å,;"\n', "-5", "@", "", "\tx"]


def study(texts=TEXTS, seed=1) -> Study:
    rng, n = np.random.default_rng(seed), len(texts)
    answers = rng.integers(1, 6, (n, 3)).astype(float)
    answers[rng.random((n, 3)) < 0.2] = np.nan
    frame = pd.DataFrame(answers, columns=["t1", "How far? [I doubt it]", "t3"])
    frame["spend"] = rng.lognormal(5, 1, n)
    frame["why"], frame["id"] = texts, [f"={place}" for place in range(n)]
    return read_study(frame, BOOK)


@pytest.mark.parametrize("suffix", WRITERS)
def test_reading_back_gives_the_same_answers_and_scores(suffix, tmp_path):
    first = study()
    path = write_study(first, tmp_path / f"a{suffix}")
    again = read_study(path, BOOK)
    pd.testing.assert_frame_equal(again.answers, first.answers, check_exact=True)
    assert np.array_equal(score(again)["trust"], score(first)["trust"], equal_nan=True)
    raw = read_table(path)
    written = pd.to_numeric(raw["trust_score"]).to_numpy()
    assert np.array_equal(written, score(first)["trust"], equal_nan=True)
    answered = first.answers[["t1", "t2", "t3"]].notna().sum(axis=1)
    assert pd.to_numeric(raw["trust_n"]).tolist() == answered.tolist()


@pytest.mark.parametrize("suffix", WRITERS)
def test_provenance_comes_along(suffix, tmp_path):
    first = study()
    path = write_study(first, tmp_path / f"a{suffix}")
    lines = read_table(path).attrs["provenance"]
    assert lines == provenance_of(first)
    assert lines["codebook"]["sha256"] == codebook_hash(BOOK)
    scale = lines["scales"]["trust"]
    assert scale["reversed"] == ["t2"]
    assert scale["minimum_answered"] == 0.66
    assert scale["range"] == [1, 5]
    assert scale["scored"] == score(first)["trust"].notna().sum()
    assert scale["answers"] == first.answers[["t1", "t2", "t3"]].notna().sum().sum()
    assert lines["version"]


def test_a_changed_codebook_has_another_hash():
    same = make_codebook({**RAW})
    other = make_codebook({**RAW, "items": {**RAW["items"], "t1": {"answers": {"range": [1, 5]}}}})
    assert codebook_hash(same) == codebook_hash(BOOK) != codebook_hash(other)


def test_labels_of_spss_and_stata(tmp_path):
    _, spss = pyreadstat.read_sav(write_study(study(), tmp_path / "a.sav", language="nb"))
    assert spss.variable_value_labels["t1"][1] == "Uenig"
    assert spss.variable_value_labels["t3"][5] == "Uenig"  # 5 in the file is 1 in the codebook
    assert spss.column_names_to_labels["t1"] == "Jeg stoler på det"
    assert spss.column_names_to_labels["trust_score"] == (
        f"Mean of 3, 66% answered, codebook {codebook_hash(BOOK)[:8]}, reversed: t2"
    )
    _, stata = pyreadstat.read_dta(write_study(study(), tmp_path / "a.dta"))
    assert stata.variable_value_labels["t1"] == {1: "Disagree", 5: "Agree"}
    assert stata.file_label.endswith(codebook_hash(BOOK)[:12])
    side = yaml.safe_load((tmp_path / "a.provenance.yaml").read_text(encoding="utf-8"))
    assert side == provenance_of(study())
    metadata = pq.read_schema(write_study(study(), tmp_path / "a.parquet")).metadata
    assert codebook_hash(BOOK).encode() in metadata[b"loyaltystudy"]


def test_no_cell_of_a_csv_starts_a_formula(tmp_path):
    path = write_study(study(), tmp_path / "a.csv")
    with path.open(encoding="utf-8", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    risky = [cell for cell in cells if cell[:1] in set("=+-@\t\r\n")]
    assert risky == []
    assert "'=SUM(A1)" in cells


@settings(
    max_examples=30,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    texts=st.lists(
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8),
        min_size=1,
        max_size=6,
    ),
    suffix=st.sampled_from([".csv", ".parquet"]),
)
def test_any_text_comes_back(texts, suffix, tmp_path):
    first = study(texts)
    path = write_study(first, tmp_path / f"a{suffix}")
    try:
        again = read_study(path, BOOK)
    except SurveyError as error:  # text that reads like damage is asked about, never changed
        assert "U+FFFD" in str(error) or "twice" in str(error)
        again = read_study(read_table(path, encoding="utf-8"), BOOK)
    pd.testing.assert_frame_equal(again.answers, first.answers)


def test_a_csv_from_elsewhere_keeps_its_apostrophes(tmp_path):
    (tmp_path / "a.csv").write_text("a,b\n'=x,1\n")
    assert read_table(tmp_path / "a.csv").iloc[0, 0] == "'=x"


def test_what_cannot_be_written_is_told(tmp_path):
    def error(*args, **options):
        with pytest.raises(SurveyError) as caught:
            write_study(*args, **options)
        return str(caught.value)

    assert error(study(), tmp_path / "a.xls") == (
        "path='a.xls': take an ending among .csv, .parquet, .sav, .dta."
    )
    assert error(study(), tmp_path / "a.csv", language="sv") == (
        "language='sv' is not in the codebook: ['en', 'nb']."
    )
    assert "could not be written" in error(study(), tmp_path / "none" / "a.csv")
    assert "zero byte" in error(study(["a\0b"]), tmp_path / "a.csv")
    odd = make_codebook(
        {**RAW, "items": {"t 1": {"answers": AGREE}}, "scales": {}, "variables": {}, "design": {}}
    )
    given = read_study(pd.DataFrame({"t 1": [1, 2]}), odd)
    assert error(given, tmp_path / "a.sav") == (
        ".sav cannot hold columns of these names: ['t 1']. Take .parquet or .csv."
    )
    taken = make_codebook({**RAW, "variables": {"trust_n": {"kind": "text"}}, "design": {}})
    columns = {"t1": [1], "How far? [I doubt it]": [1], "t3": [1], "trust_n": ["x"]}
    assert "Column 'trust_n' is an answer already" in error(
        read_study(pd.DataFrame(columns), taken), tmp_path / "a.csv"
    )
    words = make_codebook(
        {**RAW, "items": {**RAW["items"], "t3": {"answers": AGREE, "recode": {"yes": 5, "5": 1}}}}
    )
    answers = study().answers.rename(columns={"t2": "How far? [I doubt it]"})
    reading = read_study(answers.assign(t3="yes").rename_axis("id").reset_index(), words)
    assert "'t3': 5 would be read back as 1" in error(reading, tmp_path / "a.csv")


def test_half_codes_cannot_be_labelled_in_stata(tmp_path):
    half = {"whole": False, "range": [0, 1], "codes": {0.5: {"en": "half"}}}
    book = make_codebook(
        {**RAW, "items": {"h": {"answers": half}}, "scales": {}, "variables": {}, "design": {}}
    )
    given = read_study(pd.DataFrame({"h": [0.5, 1]}), book)
    with pytest.raises(SurveyError, match=r"'h': Stata cannot label 0\.5"):
        write_study(given, tmp_path / "a.dta")
    assert read_study(write_study(given, tmp_path / "a.sav"), book).answers["h"].tolist() == [
        0.5,
        1,
    ]


def test_real_studies_round_trip(tmp_path):
    first = load_study("mobile-reputation", source="shipped")
    for suffix in WRITERS:
        again = read_study(write_study(first, tmp_path / f"a{suffix}"), first.codebook)
        pd.testing.assert_frame_equal(score(again), score(first), check_exact=True)


@pytest.mark.parametrize(
    ("suffix", "name", "fits"),
    [
        (".sav", "t1", True),
        (".sav", "1t", False),
        (".sav", "a" * 65, False),
        (".sav", "With", False),
        (".sav", "t.", False),
        (".dta", "a" * 33, False),
        (".dta", "_t", True),
        (".dta", "å", False),
        (".csv", "any thing", True),
    ],
)
def test_names(suffix, name, fits):
    assert takes_name(suffix, name) is fits


def test_the_instrument_comes_back_from_limesurvey_and_spss_alike(tmp_path):
    from loyaltystudy.report._questionnaire.limesurvey import limesurvey_headings
    from loyaltystudy.survey._codebook import load_codebook
    from loyaltystudy.survey._shipped import data_folder

    book, rng, n = load_codebook(data_folder() / "instrument"), np.random.default_rng(1), 40
    columns = {}
    for name, entry in book.columns.items():
        if name == book.design.respondent:
            continue
        if getattr(entry, "kind", "") == "text":
            columns[name] = [f"-{place}" for place in range(n)]
            continue
        codes = [*entry.answers.codes] or [entry.low, entry.high]
        drawn = rng.choice([code for code in codes if code not in entry.missing], n)
        columns[name] = np.where(rng.random(n) < 0.08, np.nan, drawn)
    direct = read_study(pd.DataFrame({book.design.respondent: np.arange(n) + 1, **columns}), book)
    back = {name: head for head, name in limesurvey_headings(book).items()}
    tool = pd.DataFrame({back.get(name, name): values for name, values in columns.items()})
    tool = tool.assign(id=np.arange(n) + 1, lastpage=28, startlanguage="nb", submitdate="x")
    tool.to_csv(tmp_path / "survey.csv", index=False, quoting=csv.QUOTE_ALL)
    limesurvey = read_study(tmp_path / "survey.csv", book)
    spss = read_study(write_study(direct, tmp_path / "survey.sav", language="nb"), book)
    pd.testing.assert_frame_equal(limesurvey.answers, direct.answers)
    pd.testing.assert_frame_equal(spss.answers, direct.answers)
    pd.testing.assert_frame_equal(score(spss), score(limesurvey), check_exact=True)
    labelled = tool.copy()  # the same as full answers, in Norwegian
    for name, entry in book.columns.items():
        head = back.get(name, name)
        words = {code: label["nb"] for code, label in entry.answers.codes.items() if "nb" in label}
        if words and len(set(words.values())) == len(words):
            labelled[head] = tool[head].map(lambda code, words=words: words.get(code, code))
    labelled.to_csv(tmp_path / "labels.csv", index=False)
    full = read_study(tmp_path / "labels.csv", book)
    pd.testing.assert_frame_equal(full.answers, direct.answers)


def test_simulated_answers_stay_simulated_under_a_codebook_that_calls_them_real(tmp_path):
    drawn = simulate_study("all-true", n=12, seed=1)
    book = replace(drawn.codebook, kind="real", population="customers")
    for ending in (".sav", ".parquet", ".csv"):  # some scores' names are too long for Stata
        path = write_study(drawn, tmp_path / f"answers{ending}")
        read = read_study(path, book).codebook
        assert (read.kind, read.population) == ("simulated", "simulated"), ending
