# ruff: noqa: PD011 (``values`` are a comparison's own)
"""Binary and ordinal outcomes: R's glm and polr, statsmodels, refits without each unit."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from loyaltystudy import read_study
from loyaltystudy.errors import SurveyError
from loyaltystudy.explain._categorical import as_problem, compare_blocks_categorical
from loyaltystudy.explain._frame import model_frame
from loyaltystudy.explain._pseudo_r2 import LABELS
from loyaltystudy.survey._codebook import make_codebook

REFERENCE = Path(__file__).parents[1] / "reference"
BIRTH = {"mother": ["age", "lwt"], "habits": ["smoke", "ftv"], "history": ["ptl", "ht", "ui"]}
ORDERED = {"a": ["a1", "a2"], "b": ["b1"], "c": ["c1", "c2"]}
ORDINAL_MEASURES = ["mcfadden", "nagelkerke", "mckelvey_zavoina"]


@pytest.fixture(scope="module")
def birth():
    return pd.read_csv(REFERENCE / "categorical_birthwt.csv")


@pytest.fixture(scope="module")
def ordered():
    return pd.read_csv(REFERENCE / "categorical_ordered.csv")


@pytest.mark.parametrize("measure", LABELS)
def test_every_subset_agrees_with_glm(birth, measure):
    expected = pd.read_csv(REFERENCE / "categorical_binary.csv")
    found = compare_blocks_categorical(birth, "low", BIRTH, measure=measure)
    np.testing.assert_allclose(found.values, expected[measure], atol=1e-10)
    np.testing.assert_allclose(found.logliks, expected["loglik"], rtol=1e-12)


@pytest.mark.parametrize("measure", ORDINAL_MEASURES)
def test_every_subset_agrees_with_polr(ordered, measure):
    expected = pd.read_csv(REFERENCE / "categorical_ordinal.csv")
    found = compare_blocks_categorical(ordered, "y", ORDERED, measure=measure)
    np.testing.assert_allclose(found.values, expected[measure], atol=2e-6)  # polr's own accuracy
    np.testing.assert_allclose(found.logliks, expected["loglik"], rtol=1e-9)


def test_one_yes_or_no_predictor_by_hand():
    """20 of 50 and 35 of 50 stay: the fitted probabilities are these shares."""
    x = np.repeat([0.0, 1.0], 50)
    y = np.concatenate([np.arange(50) < 20, np.arange(50) < 35]).astype(float)
    table = pd.DataFrame({"x": x, "other": np.tile([0.0, 1.0], 50), "y": y})
    blocks = {"x": ["x"], "other": ["other"]}
    fitted = 20 * np.log(0.4) + 30 * np.log(0.6) + 35 * np.log(0.7) + 15 * np.log(0.3)
    null = 55 * np.log(0.55) + 45 * np.log(0.45)
    gap = np.log(0.7 / 0.3) - np.log(0.4 / 0.6)
    expected = {
        "mcfadden": 1 - fitted / null,
        "nagelkerke": (1 - np.exp((null - fitted) / 50)) / (1 - np.exp(null / 50)),
        "tjur": (20 * 0.4 + 35 * 0.7) / 55 - (30 * 0.4 + 15 * 0.7) / 45,
        "mckelvey_zavoina": gap**2 / 4 / (gap**2 / 4 + np.pi**2 / 3),
    }
    for measure, value in expected.items():
        found = compare_blocks_categorical(table, "y", blocks, measure=measure)
        assert found.table.loc[0, "estimate"] == pytest.approx(value, abs=1e-12)


@pytest.mark.parametrize("outcome", ["low", "y"])
@pytest.mark.parametrize("clustered", [False, True])
def test_values_without_a_unit_come_close_to_a_refit(birth, ordered, outcome, clustered):
    data, blocks = (birth, BIRTH) if outcome == "low" else (ordered, ORDERED)
    units = np.arange(len(data)) % 30 if clustered else np.arange(len(data))
    for measure in ORDINAL_MEASURES + ["tjur"] * (outcome == "low"):
        problem = as_problem(model_frame(data, outcome, blocks), measure)
        problem = type(problem)(**{**vars(problem), "units": units})
        values, without, _ = problem.subsets(problem.y, problem.w, True)
        assert without.shape == (units.max() + 1, 8)
        moved = missed = 0.0
        for unit in (0, 3, 11, 29):
            kept = np.flatnonzero(units != unit)
            again = problem.subsets(problem.y[kept], problem.w[kept], False, kept)[0]
            moved = max(moved, np.abs(again - values).max())
            missed = max(missed, np.abs(without[unit] - again).max())
        assert missed < (0.1 if clustered else 0.05) * moved


def test_whole_weights_stand_for_repeated_rows(ordered):
    times = np.arange(len(ordered)) % 3 + 1
    names = [*ORDERED["a"], "b1", "y", "weight"]
    scales = {c: {"kind": "numeric", "answers": {"range": [-99, 99]}} for c in names}
    book = {"study": "mine", "title": "Mine", "population": "customers", "variables": scales}
    blocks = {"a": ["a1", "a2"], "b": ["b1"]}
    study = read_study(
        ordered.assign(weight=times)[names], make_codebook(book | {"design": {"weight": "weight"}})
    )
    repeated = ordered.loc[ordered.index.repeat(times)]
    for measure in ("mcfadden", "mckelvey_zavoina"):
        one = compare_blocks_categorical(study, "y", blocks, measure=measure)
        other = compare_blocks_categorical(repeated, "y", blocks, measure=measure)
        np.testing.assert_allclose(one.values, other.values, atol=1e-10)
    assert one.notes[-1] == "log-likelihood weighted"
    assert one.steps["p"].isna().all() and other.steps["p"].notna().all()
    assert (one.n, other.n) == (260, times.sum())


def test_separation_names_the_columns(birth, ordered):
    low = birth["low"]
    cases = {
        "perfect": low * 3.0 + 1,
        "quasi": ((low == 1) & (birth["age"] > 30)).astype(float),
    }
    for name, column in cases.items():
        with pytest.raises(SurveyError) as text:
            compare_blocks_categorical(
                birth.assign(**{name: column}), "low", {"a": ["age"], "s": [name]}
            )
        assert str(text.value) == (
            f"Separation: [{name!r}] tell some values of the outcome apart without error, so that "
            "their coefficients run off to infinity. Join rare categories, or leave these columns "
            "out."
        )
    top = ordered.assign(top=(ordered["y"] == 5).astype(float))
    with pytest.raises(SurveyError, match=r"Separation: \['top'\]"):
        compare_blocks_categorical(top, "y", {"a": ["a1"], "s": ["top"]})


def test_a_strong_effect_is_not_called_separation():
    rng = np.random.default_rng(3)
    x = rng.standard_normal(800)
    y = (12 * x + rng.logistic(size=800) > 0).astype(float)
    table = pd.DataFrame({"x": x, "z": rng.standard_normal(800), "y": y})
    found = compare_blocks_categorical(table, "y", {"x": ["x"], "z": ["z"]})
    assert 0.7 < found.r2 < 1


@pytest.mark.parametrize(
    ("change", "options", "message"),
    [
        ({}, {"measure": "coxsnell"}, r"measure='coxsnell' is not known; take one of \['mcfadden'"),
        ({}, {"confidence": 95}, "confidence=95: a level between 0 and 1"),
        ({}, {"resamples": -1}, "resamples=-1: a whole number from 0"),
        ({}, {"measure": "tjur"}, "measure='tjur' is of two values; 'y' has 5. Take 'mcfadden'"),
        ({"y": 1.0}, {}, "The outcome 'y' is constant"),
        ({"y": np.arange(260.0)}, {}, "The outcome 'y' has 260 values; 2 to 11 are needed"),
        ({"y": np.r_[7.0, np.arange(259) % 2]}, {}, "values given once only: 7. Join them"),
        ({"y": ["no", "yes"] * 130}, {}, "The outcome 'y' has values without an order: "),
        ({"a2": 3.0}, {}, r"Constant columns explain nothing: \['a2'\]"),
        ({"a2": lambda d: 2 * d["a1"]}, {}, "Column 'a2' is a linear combination"),
    ],
)
def test_what_cannot_be_compared_is_told(ordered, change, options, message):
    with pytest.raises(SurveyError, match=message):
        compare_blocks_categorical(ordered.assign(**change), "y", ORDERED, **options)


def test_data_of_other_kinds_and_too_many_blocks_are_told(ordered):
    with pytest.raises(SurveyError, match="data: a Study or DataFrame is needed, not ndarray"):
        compare_blocks_categorical(ordered.to_numpy(), "y", ORDERED)
    many = ordered.assign(**{f"x{i}": np.sin(i * np.arange(260.0)) for i in range(1, 10)})
    with pytest.raises(SurveyError, match="9 blocks; at most 8"):
        compare_blocks_categorical(many, "y", {f"x{i}": [f"x{i}"] for i in range(1, 10)})


def test_booleans_ordered_categories_and_missing_rows(birth, ordered):
    plain = compare_blocks_categorical(birth, "low", BIRTH)
    truth = compare_blocks_categorical(birth.assign(low=birth["low"] == 1), "low", BIRTH)
    np.testing.assert_array_equal(plain.values, truth.values)
    words = ["never", "seldom", "at times", "often", "always"]
    named = pd.Categorical.from_codes(ordered["y"] - 1, words, ordered=True)
    data = ordered.assign(y=named)
    data.loc[:9, "y"] = None
    found = compare_blocks_categorical(data, "y", ORDERED)
    assert (found.n, found.n_dropped) == (250, 10)
    again = compare_blocks_categorical(ordered[10:], "y", ORDERED)
    np.testing.assert_allclose(found.values, again.values, atol=1e-12)


def test_a_nominal_outcome_of_a_study_needs_two_values(birth):
    columns = ["low", "age", "lwt", "ftv"]
    variables = {c: {"kind": "numeric", "answers": {"range": [0, 400]}} for c in columns}
    variables |= {c: {"kind": "nominal", "answers": {"range": [0, 9]}} for c in ("low", "ftv")}
    book = {"study": "mine", "title": "Mine", "population": "customers", "variables": variables}
    study = read_study(birth[columns], make_codebook(book))
    blocks = {"age": ["age"], "weight": ["lwt"]}
    found = compare_blocks_categorical(study, "low", blocks)
    other = compare_blocks_categorical(birth, "low", blocks)
    np.testing.assert_allclose(found.values, other.values)
    with pytest.raises(SurveyError, match="The outcome 'ftv' has values without an order"):
        compare_blocks_categorical(study, "ftv", blocks)


@pytest.mark.parametrize("measure", ORDINAL_MEASURES)
def test_units_and_the_direction_of_the_outcome_change_nothing(ordered, measure):
    one = compare_blocks_categorical(ordered, "y", ORDERED, measure=measure)
    turned = ordered.assign(y=6 - ordered["y"], a1=ordered["a1"] * 1e5 - 3e6, b1=-ordered["b1"])
    other = compare_blocks_categorical(turned, "y", ORDERED, measure=measure)
    np.testing.assert_allclose(one.values, other.values, atol=1e-9)
    columns = ["adjusted", "low", "high"]
    np.testing.assert_allclose(one.table[columns], other.table[columns], atol=1e-7)


def test_measures_add_up_and_controls_are_held(ordered):
    found = compare_blocks_categorical(ordered, "y", ORDERED)
    table = found.table.set_index(["measure", "block"])
    assert table.loc["dominance", "estimate"].sum() == pytest.approx(found.r2)
    assert table.loc["dominance", "adjusted"].sum() == pytest.approx(found.r2_adjusted)
    assert table.loc["share", "estimate"].sum() == pytest.approx(1)
    assert found.commonality["estimate"].sum() == pytest.approx(found.r2)
    assert found.steps["added"].sum() == pytest.approx(found.r2)
    assert (table.loc["alone", "low"] <= table.loc["alone", "estimate"]).all()
    held = compare_blocks_categorical(
        ordered, "y", {"a": ORDERED["a"], "b": ["b1"]}, controls=ORDERED["c"]
    )
    assert held.values[0] == pytest.approx(found.values[4])
    assert held.table.loc[0, "estimate"] == pytest.approx(found.values[5] - found.values[4])


def test_steps_are_likelihood_ratio_tests(birth):
    from scipy.stats import chi2

    found = compare_blocks_categorical(birth, "low", BIRTH)
    loglik = pd.read_csv(REFERENCE / "categorical_binary.csv")["loglik"]
    ratios = 2 * np.diff(loglik[[0, 1, 3, 7]])
    assert found.steps["df"].tolist() == [2, 2, 3]
    np.testing.assert_allclose(found.steps["chi2"], ratios, rtol=1e-9)
    np.testing.assert_allclose(found.steps["p"], chi2.sf(ratios, [2, 2, 3]), rtol=1e-8)


def test_what_prints_names_the_measure_and_is_no_linear_r2(birth):
    found = compare_blocks_categorical(birth, "low", BIRTH, measure="tjur")
    lines = repr(found).splitlines()
    assert lines[0] == (
        "low (binary): Tjur's coefficient of discrimination 0.133 (adjusted "
        f"{found.r2_adjusted:.3f}; not a linear R²), n 189, 0 dropped"
    )
    assert "cv" not in lines[1]
    assert "not a linear R²" in found._repr_html_()
    assert list(found.table) == ["block", "measure", "estimate", "adjusted", "low", "high"]


def test_the_adjusted_estimate_is_unbiased_where_nothing_is_explained():
    rng = np.random.default_rng(8)
    raw, adjusted, covered = [], [], []
    for _ in range(60):
        table = pd.DataFrame(rng.standard_normal((150, 5)), columns=list("abcde"))
        table["y"] = rng.integers(0, 3, 150)
        part = compare_blocks_categorical(table, "y", {"x": list("abc"), "z": ["d", "e"]}).table
        raw.append(part.loc[0, "estimate"])
        adjusted.append(part.loc[0, "adjusted"])
        covered.append(part.loc[0, "low"] <= 1e-9)
    error = np.std(adjusted) / np.sqrt(60)
    assert np.mean(raw) > 5 * error
    assert abs(np.mean(adjusted)) < 2.5 * error
    assert np.mean(covered) > 0.9


def test_bootstrap_draws_recur_by_seed(birth):
    one, other = (
        compare_blocks_categorical(birth, "low", BIRTH, resamples=5, seed=s) for s in (1, 1)
    )
    np.testing.assert_array_equal(one.draws, other.draws)
    assert one.draws.shape == (5, 8)
    assert one.complete["reproduced"].between(0, 1).all()


def test_a_recommendation_from_0_to_10_is_that_of_polr():
    rows = pd.read_csv(REFERENCE / "order_data.csv")
    said = pd.read_csv(REFERENCE / "eleven_values.csv")["loglik"]
    blocks = {"age": ["age"], "trust": ["trust"]}
    found = compare_blocks_categorical(rows, "recommend", blocks)
    assert len(found.categories) == 11
    np.testing.assert_allclose(found.logliks[1:], said, atol=1e-6)
