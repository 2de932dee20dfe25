"""A codebook that declares waves: the same people at several times are read."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import loyaltystudy as ls
from loyaltystudy import SurveyError
from loyaltystudy.report._analysis import analyse
from loyaltystudy.survey._codebook import make_codebook
from loyaltystudy.survey._write import codebook_hash

NUMBER = {"kind": "numeric", "answers": {"range": [1, 9]}}
BOOK = {
    "study": "panel",
    "title": "Panel",
    "population": "customers",
    "variables": {"time": NUMBER, "loyalty": NUMBER},
    "design": {"respondent": "id", "wave": "time"},
}


def rows(**changes):
    table = {
        "id": ["ann", "ann", "b", "b", "c"],
        "time": [1, 2, 1, 2, 1],
        "loyalty": [3, 4, 5, 6, 7],
    }
    return pd.DataFrame(table | {"loyalty": [3, 4, 5, 6, 7]} | changes)


def read(**changes):
    return ls.read_study(rows(**changes), make_codebook(BOOK))


@pytest.mark.parametrize(
    "ids", [["a", "a", "b", "b", "c"], [1, 1, 2, 2, 3], ["007", "007", "7", "7", "0007"]]
)
def test_a_respondent_may_stand_in_several_waves(ids):
    study = read(id=ids)
    assert study.n == 5 and study.answers.index.is_unique
    assert study.answers["id"].tolist() == [str(i) for i in ids]
    assert study.codebook.design.cluster == "id"
    assert study.notes[-1].startswith("3 people in waves 1, 2: n counts rows")


def test_but_not_twice_in_one():
    with pytest.raises(SurveyError) as found:
        read(time=[1, 1, 1, 2, 1])
    assert "one respondent stands in wave 1 in rows 1, 2; keep one row" in str(found.value)
    assert "ann" not in str(found.value)
    assert "'a'" not in str(found.value) and " a " not in str(found.value).replace(
        "keep one row a", ""
    )
    with pytest.raises(SurveyError, match="in wave 2 in rows 3, 4"):
        read(time=[1, 2, 2, 2, 1], id=[7, 7, 8, 8, 8])
    with pytest.raises(SurveyError, match="in wave 1 in rows 1, 5"):
        read(id=["7", "7", "8", "8", "7.0"])  # the same number, written in two ways


def test_every_row_needs_its_wave_and_person():
    with pytest.raises(SurveyError, match="no wave in row 2"):
        read(time=[1, np.nan, 1, 2, 1])
    with pytest.raises(SurveyError, match="no whole number in row 2"):
        read(time=[1, 1.5, 1, 2, 1])
    with pytest.raises(SurveyError, match="no respondent in rows 3, 4"):
        read(id=["a", "a", "", None, "c"])


@pytest.mark.parametrize(
    ("design", "says"),
    [
        ({"wave": "time"}, "without `respondent:`"),
        ({"respondent": "id", "wave": "round"}, "'round' is not among the variables"),
        ({"respondent": "id", "wave": "time", "cluster": "loyalty"}, "leave one of the two out"),
        ({"respondent": "time", "wave": "time"}, "both the person and the wave"),
        ({"respondent": "id", "cluster": "id"}, "'id' is not among the variables"),
    ],
)
def test_what_a_wave_needs(design, says):
    with pytest.raises(SurveyError, match=says):
        make_codebook(BOOK | {"design": design})


def test_one_wave_is_the_study_of_that_wave_alone():
    study = read().at_wave(2)
    assert study.answers.index.tolist() == ["ann", "b"] and study.answers.index.name == "respondent"
    assert study.answers["loyalty"].tolist() == [4, 6] and not study.notes
    assert study.codebook.design.wave is study.codebook.design.cluster is None
    assert read(id=[4, 4, 5, 5, 6]).at_wave(1).answers.index.tolist() == [4, 5, 6]
    with pytest.raises(SurveyError, match=r"no wave 3. Waves: \['1', '2'\]"):
        read().at_wave(3)
    with pytest.raises(SurveyError, match="has no waves"):
        study.at_wave(2)


def test_what_counts_people_takes_one_wave():
    for call in (ls.check_claims, analyse):
        with pytest.raises(SurveyError, match=r"several rows a person.*at_wave\(1\)"):
            call(read())
    assert (ls.check_claims(read().at_wave(1), ["would-miss"])["verdict"] == "not measured").all()


@pytest.mark.parametrize("suffix", [".csv", ".parquet", ".sav"])
def test_written_and_read_again(suffix, tmp_path):
    study = read(id=["007", "007", "7", "7", "x"])
    again = ls.read_study(ls.write_study(study, tmp_path / f"panel{suffix}"), study.codebook)
    own, others = (s.answers.astype({"id": str}) for s in (study, again))
    pd.testing.assert_frame_equal(own, others, check_dtype=False)


def test_data_in_partitions_refuse_waves(tmp_path):
    rows().to_parquet(tmp_path / "part.0.parquet")
    with pytest.raises(SurveyError, match="wave: time` needs all answers in memory"):
        ls.read_study(tmp_path, make_codebook(BOOK))


def test_codebooks_without_waves_keep_their_hash():
    plain = make_codebook(BOOK | {"design": {"respondent": "id"}})
    waves = replace(plain, design=replace(plain.design, wave="time"))
    assert codebook_hash(plain) != codebook_hash(waves)
    assert (
        codebook_hash(plain) == "97c208f9ee5ff1bb93cad6e5ba6ec83d65d2521f7563e05f39e27c261e146807"
    )
