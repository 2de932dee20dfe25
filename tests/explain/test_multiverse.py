"""The multiverse: its universes are the comparisons they say they are."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import loyaltystudy as ls
from loyaltystudy.errors import SurveyError
from loyaltystudy.explain._multiverse.factor_scores import factor_scores, with_factor_scores
from loyaltystudy.explain._multiverse.result import SpecificationCurve
from loyaltystudy.explain._multiverse.run import specification_curve
from loyaltystudy.scales._screen import screen
from loyaltystudy.survey._codebook import make_codebook
from loyaltystudy.survey._study import Study

R = pd.read_csv(Path(__file__).parents[1] / "reference" / "audit.csv")


CHECKED = ["told1", "told2"]  # attention items


def made(n=240, seed=0, holes=0.03, careless=0) -> Study:
    """A study with every choice to make: gaps, weights, an ordinal age, own education."""
    rng = np.random.default_rng(seed)
    trust, bond = rng.normal(size=(2, n))
    loyalty = 0.7 * bond + 0.3 * trust + 0.6 * rng.normal(size=n)
    columns = {
        f"{name}{i}": np.clip(np.round(4 + 1.2 * t + 0.8 * rng.normal(size=n)), 1, 7)
        for name, t in (("t", trust), ("e", bond), ("y", loyalty))
        for i in range(4)
    }
    answers = pd.DataFrame(columns).mask(rng.random((n, 12)) < holes)
    answers[CHECKED] = 4.0  # "please tick 4"
    answers.loc[: careless - 1, CHECKED] = 1.0
    answers["age"] = rng.integers(1, 6, n).astype(float)
    answers["school"] = rng.integers(1, 4, n).astype(float)
    answers["news"] = rng.integers(0, 8, n).astype(float)
    answers["plan"] = rng.integers(1, 3, n).astype(float)
    answers["w"] = rng.uniform(0.4, 2.5, n)
    likert = {"answers": {"range": [1, 7]}}
    book = make_codebook(
        {
            "study": "made",
            "title": "Made",
            "population": "simulated",
            "kind": "simulated",
            "items": {
                **dict.fromkeys(columns, likert),
                **dict.fromkeys(CHECKED, likert | {"attention": 4}),
            },
            "scales": {
                s: {"items": [f"{c}{i}" for i in range(4)]}
                for s, c in (("trust", "t"), ("bond", "e"), ("loyalty", "y"))
            },
            "variables": {
                "age": {"kind": "ordinal", "answers": {"range": [1, 5]}},
                "school": {
                    "kind": "ordinal",
                    "construct": "own_education",
                    "answers": {"range": [1, 3]},
                },
                "news": {"kind": "numeric", "answers": {"range": [0, 7]}},
                "plan": {"kind": "nominal", "answers": {"codes": {1: "prepaid", 2: "contract"}}},
                "w": {"kind": "numeric", "answers": {"range": [0, 9], "whole": False}},
            },
            "blocks": {
                "demographics": ["age"],
                "sociological_background": ["school", "news"],
                "trust": ["trust"],
                "emotional_bonds": ["bond"],
            },
            "design": {"weight": "w"},
        }
    )
    return Study(book, answers)


@pytest.fixture(scope="module")
def study() -> Study:
    return made()


@pytest.fixture(scope="module")
def curve(study) -> SpecificationCurve:
    return specification_curve(
        study, "loyalty", first="emotional_bonds", second="trust", controls=["plan"]
    )


def universe(curve, **chosen) -> pd.Series:
    table = curve.table
    for choice, level in chosen.items():
        table = table[table[choice] == level]
    assert len(table) == 1
    return table.iloc[0]


AS_IT_IS = {
    "minimum_answered": 0.75,
    "scores": "mean",
    "weights": "weighted",
    "demographics": "linear",
    "own_education": "sociological_background",
    "controls": "none",
}


def agrees(found: pd.Series, comparison, first="emotional_bonds", second="trust") -> None:
    table = comparison.table.set_index(["measure", "block"])["adjusted"]
    lines = comparison.differences.set_index(["first", "second", "measure"])
    assert found["n"] == comparison.n and found["n_dropped"] == comparison.n_dropped
    assert found["r2"] == pytest.approx(comparison.r2)
    for measure in ("alone", "unique", "dominance"):
        assert found[f"first_{measure}"] == pytest.approx(table[measure, first])
        assert found[f"second_{measure}"] == pytest.approx(table[measure, second])
        gap = lines.loc[(second, first, measure)]  # in the order of the codebook's blocks
        assert found[f"difference_{measure}"] == pytest.approx(-gap["estimate"])
        assert found[f"low_{measure}"] == pytest.approx(-gap["high"])
        assert found[f"high_{measure}"] == pytest.approx(-gap["low"])


def test_every_combination_stands_once(curve):
    assert curve.choices == {
        "minimum_answered": [0.5, 0.75, 1.0],
        "scores": ["mean", "factor"],
        "weights": ["weighted", "unweighted"],
        "demographics": ["linear", "dummies"],
        "own_education": ["sociological_background", "demographics"],
        "controls": ["none", "plan"],
    }
    assert len(curve.table) == 3 * 2**5
    assert not curve.table.duplicated(list(curve.choices)).any()


def test_the_study_as_it_is_is_its_comparison(curve, study):
    agrees(universe(curve, **AS_IT_IS), ls.compare_blocks(study, "loyalty"))


def test_controls_and_weights_off(curve, study):
    held = ls.compare_blocks(study, "loyalty", controls=["plan"])
    agrees(universe(curve, **AS_IT_IS | {"controls": "plan"}), held)
    book = replace(study.codebook, design=replace(study.codebook.design, weight=None))
    plain = ls.compare_blocks(replace(study, codebook=book), "loyalty")
    agrees(universe(curve, **AS_IT_IS | {"weights": "unweighted"}), plain)
    assert abs(plain.r2 - ls.compare_blocks(study, "loyalty").r2) > 1e-4


def test_dummies_and_own_education_moved(curve, study):
    blocks = {
        "demographics": ["age", "school"],
        "sociological_background": ["news"],
        "trust": ["trust"],
        "emotional_bonds": ["bond"],
    }
    moved = ls.compare_blocks(study, "loyalty", blocks)
    agrees(universe(curve, **AS_IT_IS | {"own_education": "demographics"}), moved)
    variables = dict(study.codebook.variables)
    variables["age"] = replace(variables["age"], kind="nominal")
    coded = replace(study, codebook=replace(study.codebook, variables=variables))
    found = ls.compare_blocks(coded, "loyalty")
    assert len(found.blocks["demographics"]) == 4
    agrees(universe(curve, **AS_IT_IS | {"demographics": "dummies"}), found)


def test_a_stricter_missing_rule_keeps_fewer(curve):
    n = [universe(curve, **AS_IT_IS | {"minimum_answered": m})["n"] for m in (0.5, 0.75, 1.0)]
    assert n[0] > n[1] > n[2]


def test_factor_scores_are_lavaans():
    reputation = ls.load_study("mobile-reputation", source="shipped")
    theirs = R[R["topic"] == "factor_score"]["value"].to_numpy()
    ours = factor_scores(reputation.keyed(["like_1", "like_2", "like_3"]), 1.0)
    assert ours[:10] == pytest.approx(theirs, abs=1e-5)


def test_factor_scores_of_gaps_condition_on_what_was_answered(study):
    """By the normal conditional mean, solved in full: f = l'S⁻¹(x - m) over answered items."""
    from loyaltystudy.scales import one_factor

    items = study.keyed(study.codebook.scales["trust"].items)
    loading, error = one_factor(items.dropna())
    gap = int(np.flatnonzero(items.isna().sum(axis=1) == 1)[0])
    given = items.iloc[gap].notna().to_numpy()
    s = np.outer(loading, loading) + np.diag(error)
    away = (items.iloc[gap] - items.dropna().mean()).to_numpy()[given]
    expected = loading[given] @ np.linalg.solve(s[np.ix_(given, given)], away)
    assert factor_scores(items, 0.75)[gap] == pytest.approx(expected)
    assert np.isnan(factor_scores(items, 1.0)[gap])


def test_factor_scores_become_a_variable_or_the_reason_is_told(study):
    notes = []
    changed = with_factor_scores(study, ["trust", "age", "loyalty"], notes)
    assert "trust" not in changed.codebook.scales and "bond" in changed.codebook.scales
    assert changed.codebook.variables["trust"].kind == "numeric"
    assert notes == [] and "trust" not in study.answers
    ecsi = ls.load_study("mobile-ecsi")
    assert "monetary_value" in with_factor_scores(ecsi, ["monetary_value"], notes).codebook.scales
    assert notes == [
        "factor scores not made of monetary_value, its mean is kept: fewer than three items"
    ]


def test_careless_left_out_where_some_are_flagged():
    study = made(careless=6)
    assert screen(study)["careless"].to_numpy().nonzero()[0].tolist() == list(range(6))
    found = specification_curve(study, "loyalty", first="trust", second="emotional_bonds")
    assert found.choices["careless"] == ["kept", "left out"]
    by = found.table.groupby("careless")["n"].max()
    assert by["kept"] - by["left out"] == 6


def test_share_counts_universes_by_hand():
    table = pd.DataFrame({"scores": ["mean", "factor", "mean", "factor"], "n": 100, "n_dropped": 0})
    for measure, gaps in (
        ("alone", [1, 1, 1, 1]),
        ("unique", [-1, -1, 1, 1]),
        ("dominance", [3, 3, -3, 1]),
    ):
        gap = np.array(gaps, float)
        table = table.assign(
            **{f"difference_{measure}": gap, f"low_{measure}": gap - 2, f"high_{measure}": gap + 2}
        )
    share = SpecificationCurve(table, {"scores": ["mean", "factor"]}, "y", "A", "B").share
    assert share.set_index("measure").loc["dominance"].to_list() == [0.75, 0.5, 0.25]
    assert share.set_index("measure").loc["alone"].to_list() == [1.0, 0.0, 0.0]
    assert share.set_index("measure").loc["unique"].to_list() == [0.5, 0.0, 0.0]


def test_strong_order_holds_in_every_universe(curve):
    assert (curve.share["first_above"] == 1).all() and (curve.share["first_apart"] > 0.9).all()
    assert curve.share["second_apart"].to_list() == [0, 0, 0]


def test_repr_tells_universes_and_what_was_not_varied(curve):
    text = repr(curve)
    assert text.startswith("emotional_bonds against trust, outcome loyalty: 96 universes (96 with")
    assert "dominance        1.000" in text
    assert "Note: careless not varied: nobody is flagged as careless." in text
    assert "<table" in curve._repr_html_() and "careless not varied" in curve._repr_html_()


def test_choices_that_make_no_sense_are_left_out_and_said():
    found = specification_curve(
        ls.load_study("mobile-ecsi"), "loyalty", first="relationship", second="trust"
    )
    assert "weights" not in found.table and "own_education" not in found.table
    assert "weights not varied: the design has no weight" in found.notes
    assert "demographics not varied: no block demographics in this comparison" in found.notes
    assert "own education not varied: it is in neither block of this comparison" in found.notes
    assert "controls not varied: none were given" in found.notes


def test_single_questions_leave_no_scoring_to_choose():
    ecsi = ls.load_study("mobile-ecsi")
    blocks = {"one": ["trust"], "two": ["responsibility"]}
    found = specification_curve(ecsi, "recommend", blocks, first="one", second="two")
    assert "minimum_answered" not in found.table and "scores" not in found.table
    assert "scores not varied: no scale of three items or more in this comparison" in found.notes
    assert (
        "minimum answered not varied: no scale of two items or more in this comparison"
        in found.notes
    )
    direct = ls.compare_blocks(ecsi, "recommend", blocks)
    assert found.table["r2"].iloc[0] == pytest.approx(direct.r2)


def test_own_education_stays_where_its_block_would_be_empty(study):
    blocks = {"demographics": ["age"], "sociological_background": ["school"], "trust": ["trust"]}
    found = specification_curve(
        study, "loyalty", blocks, first="sociological_background", second="demographics"
    )
    assert "own_education" not in found.choices
    note = "own education not varied: without it nothing is left of sociological_background"
    assert note in found.notes


def test_bad_arguments_are_told_together(study):
    with pytest.raises(SurveyError) as caught:
        specification_curve(study, "loyalty", first="love", second="love")
    assert str(caught.value) == (
        "specification_curve: 3 problems.\n"
        "- block 'love' is not compared; blocks: ['demographics', 'sociological_background', "
        "'trust', 'emotional_bonds'].\n"
        "- block 'love' is not compared; blocks: ['demographics', 'sociological_background', "
        "'trust', 'emotional_bonds'].\n"
        "- first and second are both 'love'; name two blocks."
    )
    with pytest.raises(SurveyError, match="study: a Study is needed, not DataFrame"):
        specification_curve(pd.DataFrame(), "y", first="a", second="b")
    with pytest.raises(SurveyError, match="confidence=95: a level between 0 and 1"):
        specification_curve(study, "loyalty", first="trust", second="demographics", confidence=95)
