"""Careless responding: each sign by hand or by R, the rule by simulation."""

from __future__ import annotations

import importlib.util
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from loyaltystudy.errors import SurveyError
from loyaltystudy.scales._screen import screen, screening_rules, screening_sensitivity
from loyaltystudy.survey._codebook import make_codebook
from loyaltystudy.survey._study import Study, load_study, read_study

HERE = Path(__file__).parents[1]
NAN = np.nan
AGREE = {"range": [1, 5]}


def simulation():
    path = HERE.parent / "benchmarks/scripts/helpers/careless.py"
    spec = importlib.util.spec_from_file_location("careless", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def make(frame, **raw) -> Study:
    """A study of the given columns as items, five points each."""
    items = {n: {"answers": AGREE, **raw.get("items", {}).get(n, {})} for n in frame if n[0] == "q"}
    times = {n: {"kind": "numeric", "answers": {"range": [0, 9999]}} for n in frame if n[0] == "t"}
    rest = {k: v for k, v in raw.items() if k != "items"}
    given = {"study": "s", "title": "S", "population": "customers", "items": items}
    return read_study(frame, make_codebook({**given, "variables": times, **rest}))


def noise(n=60, k=24, seed=3, low=1, high=5) -> pd.DataFrame:
    answers = np.random.default_rng(seed).integers(low, high + 1, (n, k)).astype(float)
    return pd.DataFrame(answers, columns=[f"q{i}" for i in range(k)])


# twenty-four items of six scales
SIX = {f"s{j}": {"items": [f"q{4 * j + i}" for i in range(4)]} for j in range(6)}


# Mahalanobis


# The other signs, by hand


# The table


def test_each_sign_of_the_table():
    frame = noise()
    frame.loc[0] = 3.0  # straight line
    frame.loc[1, "q20":] = NAN
    frame.loc[3] = frame.loc[2]  # a copy
    table = screen(make(frame, scales=SIX))
    assert table["long_string"].iloc[1] < 10
    straight = table.iloc[0]
    assert straight["long_string"] == 24
    assert straight["variability"] == 0
    assert straight["points"] >= 4
    assert table["duplicates"].tolist()[:5] == [0, 0, 1, 1, 0]
    assert table["careless"].tolist()[2:4] == [True, True]
    assert table[["even_odd", "attention_failed", "seconds_per_item"]].isna().all(axis=None)
    assert table["careless"].dtype == bool
    rules = screening_rules(make(frame, scales=SIX)).set_index("sign")
    # respondent 1 answered all 24 but four: still twenty, of five scales
    assert rules.loc["long_string", ["items", "respondents"]].tolist() == [24, 60]
    assert rules.loc["attention_failed", ["items", "respondents"]].tolist() == [0, 0]
    assert rules.loc["even_odd", "items"] == 24 and rules.loc["even_odd", "respondents"] == 0
    assert table.index.name == "respondent"


def test_attention_items_are_no_items_of_content():
    frame = noise()
    frame["qa"], frame["qb"] = 2.0, 4.0
    frame.loc[4, "qa"] = 1.0
    frame.loc[5, ["qa", "qb"]] = [1.0, 5.0]
    frame.loc[6, "qa"] = NAN
    plain = screen(make(frame[[c for c in frame if c not in ("qa", "qb")]]))
    table = screen(make(frame, items={"qa": {"attention": 2}, "qb": {"attention": 4}}))
    assert table["attention_failed"].tolist()[4:7] == [1, 2, 0]
    assert (table["points"] - plain["points"]).tolist()[4:7] == [1, 2, 0]
    assert bool(table["careless"].iloc[5])
    pd.testing.assert_series_equal(table["mahalanobis"], plain["mahalanobis"])


def test_time_by_page():
    frame = noise(k=20)
    frame["time_one"], frame["time_two"] = 60.0, 40.0
    frame.loc[0, ["time_one", "time_two"]] = [12.0, 20.0]
    frame.loc[1, "time_two"] = NAN
    items = {f"q{i}": {"page": "one" if i < 12 else "two"} for i in range(20)}
    paged = screen(make(frame, items=items, pages={"one": "One", "two": "Two"}))
    assert paged["seconds_per_item"].tolist()[:3] == [32 / 20, 60 / 12, 100 / 20]
    assert paged["careless"].tolist()[:2] == [True, False]
    whole = screen(make(frame))
    assert whole["seconds_per_item"].tolist()[:3] == [32 / 20, 60 / 10, 100 / 20]


def test_asking_order_is_that_of_the_pages():
    frame = noise(k=20)
    frame.iloc[0] = [1.0, 2.0] * 10  # by pages: ten 1, then ten 2
    items = {f"q{i}": {"page": "odd" if i % 2 else "even"} for i in range(20)}
    assert screen(make(frame))["long_string"].iloc[0] == 1
    paged = screen(make(frame, items=items, pages={"even": "Even", "odd": "Odd"}))
    assert paged["long_string"].iloc[0] == 10


def test_reversed_items_are_turned_for_consistency_only():
    rng = np.random.default_rng(8)
    level = rng.integers(1, 6, (40, 12)).astype(float)
    answers = np.repeat(level, 2, axis=1)
    answers[:, 1::2] = 6 - answers[:, 1::2]
    frame = pd.DataFrame(answers, columns=[f"q{i}" for i in range(24)])
    scales = {f"s{i}": {"items": [f"q{2 * i}", f"q{2 * i + 1}"]} for i in range(12)}
    turned = {f"q{i}": {"reversed": True} for i in range(1, 24, 2)}
    assert screen(make(frame, items=turned, scales=scales))["even_odd"].to_numpy() == pytest.approx(
        1
    )
    assert screen(make(frame, scales=scales))["even_odd"].to_numpy() == pytest.approx(-1)


def test_nothing_is_deleted_or_changed():
    study = load_study("mobile-ecsi")
    before = study.answers.copy()
    table = screen(study)
    assert len(table) == study.n
    pd.testing.assert_frame_equal(study.answers, before)


def test_what_cannot_be_screened_is_told():
    study = load_study("mobile-ecsi")
    with pytest.raises(SurveyError, match="no answers of single respondents"):
        screen(replace(study, answers=study.answers.iloc[:0]))
    with pytest.raises(SurveyError, match="1 items at hand; screening needs two"):
        screen(replace(study, answers=study.answers[["CUSL1"]]))


def test_rules_name_every_sign():
    signs = set(screening_rules()["sign"])
    table = screen(load_study("mobile-ecsi"))
    assert signs == set(table) - {"mahalanobis_p", "points", "careless"}


# What results would be


@pytest.mark.parametrize(
    ("k", "scales"),
    [
        (4, {"trust": {"items": [f"q{i}" for i in range(4)]}}),
        (
            9,
            {
                "a": {"items": [f"q{i}" for i in range(5)]},
                "b": {"items": [f"q{i}" for i in range(5, 9)]},
            },
        ),
        (24, {"long": {"items": [f"q{i}" for i in range(24)]}}),
        (24, {}),
        (19, {f"s{i}": {"items": [f"q{i}"]} for i in range(19)}),
    ],
)
def test_few_questions_or_few_scales_accuse_nobody(k, scales):
    """Steady answers to four questions on one matter are no sign of carelessness."""
    frame = noise(n=300, k=k, seed=1)
    frame.iloc[:40] = 5.0
    frame.iloc[41] = [1.0, 5.0] * (k // 2) + [3.0] * (k % 2)
    study = make(frame, scales=scales)
    table = screen(study)
    assert not table["careless"].any()
    rules = screening_rules(study).set_index("sign")
    for sign in ("long_string", "variability", "mahalanobis"):
        assert rules.loc[sign, ["items", "respondents"]].tolist() == [k, 0]


def test_sensitivity_of_a_number_a_series_and_a_frame():
    frame = noise()
    frame.loc[0] = 5.0
    study = make(frame, scales=SIX)
    flagged = screen(study)["careless"]
    assert flagged.iloc[0]
    rest = study.answers[~flagged.to_numpy()]
    number = screening_sensitivity(study, lambda s: s.answers["q1"].mean())
    assert number["all"].item() == frame["q1"].mean()
    assert number["without_flagged"].item() == rest["q1"].mean()
    assert number["difference"].item() == rest["q1"].mean() - frame["q1"].mean()
    assert number["n_flagged"].item() == flagged.sum()
    series = screening_sensitivity(study, lambda s: s.answers[["q1", "q2"]].mean())
    assert series["entry"].tolist() == ["q1", "q2"]
    table = screening_sensitivity(
        study,
        lambda s: s.answers.mean().rename("mean").rename_axis("item").reset_index().head(3),
    )
    assert table[["entry", "statistic"]].to_numpy().tolist() == [
        [f"q{i}", "mean"] for i in range(3)
    ]
    np.testing.assert_allclose(table["without_flagged"], rest.mean().head(3))


def test_sensitivity_of_what_is_no_number():
    study = load_study("mobile-ecsi")
    with pytest.raises(SurveyError, match="must return numbers, a Series or a DataFrame"):
        screening_sensitivity(study, lambda s: "many")
    everyone = make(noise(n=2).assign(**{f"q{i}": 3.0 for i in range(24)}), scales=SIX)
    with pytest.raises(SurveyError, match="every respondent is flagged"):
        screening_sensitivity(everyone, lambda s: 1.0)


# The rule, on simulated respondents


@pytest.mark.parametrize(
    "world", [{}, {"points": 5}, {"loading": 0.6, "style": 0.3}, {"correlation": 0.6}]
)
def test_careless_are_found_and_careful_are_not_accused(world):
    simulate = simulation().simulate
    flagged, careful = [], []
    for seed in range(3):
        study, habit = simulate(seed, **world)
        flagged.append(screen(study)["careless"].to_numpy())
        careful.append((habit == "careful").to_numpy())
    flagged, careful = np.concatenate(flagged), np.concatenate(careful)
    assert flagged[~careful].mean() >= 0.80
    assert flagged[careful].mean() < 0.05


def test_without_careless_hardly_anyone_is_accused():
    study, habit = simulation().simulate(11, careless=0.002)  # one respondent
    table = screen(study)
    assert table.loc[habit == "careful", "careless"].mean() < 0.03
