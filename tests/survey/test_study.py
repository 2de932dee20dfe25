"""Studies: reading one's own, loading open ones, keyed answers, scores."""

import numpy as np
import pandas as pd
import pytest

import loyaltystudy as ls
from loyaltystudy.errors import SurveyError
from loyaltystudy.survey._codebook import make_codebook


def book(**more):
    return make_codebook(
        {
            "study": "mine",
            "title": "Mine",
            "population": "customers",
            "missing": [9],
            "items": {
                "t1": {"answers": {"range": [1, 7]}},
                "t2": {"answers": {"range": [1, 7]}, "reversed": True},
                "t3": {"answers": {"range": [1, 7]}},
                "t4": {"answers": {"range": [1, 7]}},
            },
            "scales": {"trust": {"construct": "trust", "items": ["t1", "t2", "t3", "t4"]}},
            "variables": {"age": {"kind": "numeric", "answers": {"range": [15, 99]}}},
            **more,
        }
    )


def frame(**columns):
    base = {"t1": [1, 7], "t2": [7, 1], "t3": [1, 7], "t4": [1, 7], "age": [20, 41.5]}
    return pd.DataFrame(base | columns)


def test_reversal_uses_the_declared_range_not_the_observed_one():
    study = ls.read_study(frame(t2=[3, 3]), book())
    assert study.keyed(["t2"])["t2"].tolist() == [5, 5]  # 1 + 7 - 3, though 3 is all there is
    assert study.answers["t2"].tolist() == [3, 3]  # answers stay as they were given


def test_double_reversal_changes_nothing():
    study = ls.read_study(frame(), book())
    low, high = 1, 7
    assert (low + high - study.keyed(["t2"])["t2"]).tolist() == study.answers["t2"].tolist()


def test_score_by_hand_and_its_missing_rule():
    study = ls.read_study(
        frame(t1=[1, 7], t2=[7, 9], t3=[2, np.nan], t4=[1, 7]), book()
    )  # row 2: two of four answered (9 is missing)
    scores = ls.score(study)["trust"]
    assert scores.iloc[0] == (1 + 1 + 2 + 1) / 4
    assert np.isnan(scores.iloc[1])
    three = ls.read_study(frame(t1=[1, 7], t2=[7, 9], t3=[2, 5], t4=[1, 6]), book())
    assert ls.score(three)["trust"].iloc[1] == (7 + 5 + 6) / 3  # 3 in 4 is enough


def test_respondents_become_the_index_and_unused_columns_are_told():
    raw = frame(id=["a", "b"], extra=[1, 2])
    study = ls.read_study(raw, book(design={"respondent": "id"}))
    assert study.answers.index.tolist() == ["a", "b"]
    assert study.unused == ("extra",)
    assert "Not in the codebook: 1 column, named in `unused`" in repr(study)


def test_reading_from_files(tmp_path):
    frame().to_csv(tmp_path / "answers.csv", index=False)
    study = ls.read_study(tmp_path / "answers.csv", book())
    pd.testing.assert_frame_equal(study.answers, ls.read_study(frame(), book()).answers)


def test_unknown_items_and_studies():
    study = ls.read_study(frame(), book())
    with pytest.raises(SurveyError, match=r"Items not in the codebook: \['t9'\]"):
        study.keyed(["t9"])
    with pytest.raises(SurveyError, match="No study 'mobil'. Did you mean 'mobile-ecsi'. Known: "):
        ls.load_study("mobil")
    with pytest.raises(SurveyError, match="source='net' is not known"):
        ls.load_study("mobile-ecsi", source="net")


def test_shipped_studies_load_without_a_network(monkeypatch, tmp_path):
    monkeypatch.setenv("LOYALTYSTUDY_DATA", str(tmp_path))
    study = ls.load_study("mobile-reputation", source="shipped")
    assert study.n == 344 and study.has("age")
    assert study.answers.index.tolist() == list(range(1, 345))  # nobody's number
    assert not {"switch_1", "switch_4"} & set(study.codebook.columns)
    assert study.answers["cusl_1"].isna().sum() == 3  # -99 in the file
    listed = ls.list_studies().set_index("name")
    assert listed.loc["mobile-reputation", "available"] == "rows"
    assert listed.loc["gss-2016-work", "available"] == "moments"
    assert listed.loc["pilgrim-bank", "available"] == "fetch"
    assert list(listed.columns) == ["kind", "n", "title", "licence", "available"]


@pytest.mark.parametrize("name", ["mobile-reputation", "mobile-ecsi"])
def test_stated_size_is_the_loaded_size(name):
    study = ls.load_study(name, source="shipped")
    assert study.codebook.respondents == len(study.answers)


def test_measures_only_what_is_at_hand():
    study = ls.load_study("mobile-reputation", source="shipped")
    assert study.measures("trust").name == "trust"
    assert study.measures("gender") is None
