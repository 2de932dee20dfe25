"""Alpha, omega and item analysis against psych and lavaan, and by hand."""

from pathlib import Path

import numpy as np
import pandas as pd
import pingouin as pg
import pytest

import loyaltystudy as ls
from loyaltystudy.errors import SurveyError, SurveyWarning
from loyaltystudy.scales._reliability import one_factor
from loyaltystudy.survey._codebook import make_codebook

REFERENCE = Path(__file__).parents[1] / "reference"
SCALES = pd.read_csv(REFERENCE / "reliability.csv")
ITEMS = pd.read_csv(REFERENCE / "reliability_items.csv")
STUDIES = ["mobile-reputation", "mobile-ecsi"]


@pytest.fixture(scope="module")
def studies():
    return {name: ls.load_study(name, source="shipped") for name in STUDIES}


@pytest.mark.parametrize("name", STUDIES)
def test_reliability_agrees_with_psych_and_lavaan(studies, name):
    expected = SCALES[SCALES["study"] == name].set_index("scale")
    found = ls.reliability(studies[name]).set_index("scale").loc[expected.index]
    alphas = ["alpha", "alpha_low", "alpha_high"]
    np.testing.assert_allclose(found[alphas], expected[alphas], atol=1e-9)
    np.testing.assert_allclose(found["omega"], expected["omega"], atol=1e-5)
    assert found["n"].tolist() == expected["n"].tolist()


@pytest.mark.parametrize("name", STUDIES)
def test_interval_of_omega_has_lavaans_standard_error(studies, name):
    expected = SCALES[SCALES["study"] == name].dropna().set_index("scale")
    found = ls.reliability(studies[name]).set_index("scale").loc[expected.index]
    logit = np.log(found / (1 - found[["omega", "omega_low", "omega_high"]]))
    width = logit["omega_high"] - logit["omega_low"]
    se = width / (2 * 1.959963985) * found["omega"] * (1 - found["omega"])
    np.testing.assert_allclose(se, expected["omega_se"], rtol=2e-4)


@pytest.mark.parametrize("name", STUDIES)
def test_items_agree_with_psych(studies, name):
    for scale, expected in ITEMS[ITEMS["study"] == name].groupby("scale"):
        found = ls.item_analysis(studies[name], scale)
        assert found["item"].tolist() == expected["item"].tolist()
        np.testing.assert_allclose(found["r_drop"], expected["r_drop"], atol=1e-9)
        np.testing.assert_allclose(found["alpha_drop"], expected["alpha_drop"], atol=1e-9)


def study(items: pd.DataFrame, low=-20, high=20, **flags):
    return ls.read_study(
        items,
        make_codebook(
            {
                "study": "s",
                "title": "S",
                "population": "customers",
                "items": {
                    c: {"answers": {"range": [low, high], "whole": False}, **flags.get(c, {})}
                    for c in items
                },
                "scales": {"trust": {"construct": "trust", "items": list(items)}},
            }
        ),
    )


def test_published_listwise_alpha():
    """pingouin's own data: its 9 complete rows give .8017 and Feldt [.533, .947] (also psych).

    The item-rest correlation of Q4 is zero, which rounding must not make negative: no warning.
    """
    data = pg.read_dataset("cronbach_wide_missing")
    found = ls.reliability(study(data)).iloc[0]
    assert found["n"] == 9
    assert found["alpha"] == pytest.approx(pg.cronbach_alpha(data.dropna())[0], abs=1e-14)
    rounded = found[["alpha", "alpha_low", "alpha_high"]].astype(float).round(3)
    assert rounded.tolist() == [0.802, 0.533, 0.947]


def test_one_factor_recovers_constructed_loadings():
    """Items whose covariance is exactly that of a one-factor model."""
    loadings, errors = np.array([1.0, 0.8, 0.6, 1.2]), np.array([0.5, 0.7, 0.4, 0.9])
    target = np.outer(loadings, loadings) + np.diag(errors)
    x = np.random.default_rng(3).normal(size=(50, 4))
    x -= x.mean(axis=0)
    x = x @ np.linalg.inv(np.linalg.cholesky(x.T @ x / 50)).T @ np.linalg.cholesky(target).T
    found = one_factor(pd.DataFrame(x))
    np.testing.assert_allclose(found[0], loadings, atol=1e-8)
    np.testing.assert_allclose(found[1], errors, atol=1e-8)
    omega = loadings.sum() ** 2 / (loadings.sum() ** 2 + errors.sum())
    table = ls.reliability(study(pd.DataFrame(x, columns=list("abcd"))))
    assert table["omega"].item() == pytest.approx(omega, abs=1e-8)


def test_a_flipped_item_warns_by_name_and_reversal_mends_it():
    rng = np.random.default_rng(1)
    trait = rng.normal(size=300)
    items = pd.DataFrame({c: trait + rng.normal(size=300) for c in "abcde"})
    items["c"] = -items["c"]
    with pytest.warns(SurveyWarning, match=r"Negative item-rest correlation: c \(scale trust\)"):
        ls.item_analysis(study(items), "trust")
    with pytest.warns(SurveyWarning, match="reversed: true"):
        ls.reliability(study(items))
    assert ls.reliability(study(items, c={"reversed": True}))["alpha"].item() > 0.6


def test_a_negative_alpha_is_shown():
    items = pd.DataFrame({"a": [1.0, 2, 3, 4, 5], "b": [5.0, 4, 3, 2, 2]})
    with pytest.warns(SurveyWarning):
        assert ls.reliability(study(items))["alpha"].item() < 0


def test_single_items_have_no_reliability():
    table = ls.reliability(study(pd.DataFrame({"a": [1.0, 2, 3]})))
    assert table.loc[0, ["alpha", "omega"]].isna().all() and table["n"].item() == 3


@pytest.mark.parametrize("confidence", [0, 1, 95, -0.5])
def test_confidence_must_be_a_level(confidence):
    with pytest.raises(SurveyError, match="expected a level between 0 and 1"):
        ls.reliability(study(pd.DataFrame({"a": [1.0, 2, 3]})), confidence=confidence)


def test_bad_scales():
    with pytest.raises(SurveyError, match=r"everyone gave the same answer to \['b'\]"):
        ls.reliability(study(pd.DataFrame({"a": [1.0, 2, 3], "b": [2.0, 2, 2]})))
    with pytest.raises(SurveyError, match="2 respondents answered all of"):
        ls.reliability(study(pd.DataFrame({"a": [1.0, 2, np.nan], "b": [2.0, 1, 2]})))
    with pytest.raises(SurveyError, match="No scale 'x'. Scales: "):
        ls.item_analysis(study(pd.DataFrame({"a": [1.0, 2, 3]})), "x")
