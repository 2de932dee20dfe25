"""Alpha, omega and item analysis against psych and lavaan, and by hand."""

from pathlib import Path

import numpy as np
import pandas as pd
import pingouin as pg
import pytest
from scipy.special import stdtrit

import loyaltystudy as ls
from loyaltystudy.errors import SurveyError, SurveyWarning
from loyaltystudy.scales._alpha_intervals import alpha_of, omega_of
from loyaltystudy.scales._one_factor import fit_one_factor, one_factor
from loyaltystudy.scales._scale_items import scale_items
from loyaltystudy.survey._codebook import make_codebook

REFERENCE = Path(__file__).parents[1] / "reference"
SCALES = pd.read_csv(REFERENCE / "reliability.csv")
ITEMS = pd.read_csv(REFERENCE / "reliability_items.csv")
ADF = pd.read_csv(REFERENCE / "reliability_adf.csv")
ADF_DATA = pd.read_csv(REFERENCE / "reliability_adf_data.csv")
CLOSE = {"clustered": (1e-6, 0.2), "stratified": (0.02, 0.05)}
STUDIES = ["mobile-reputation", "mobile-ecsi"]


@pytest.fixture(scope="module")
def studies():
    return {name: ls.load_study(name, source="shipped") for name in STUDIES}


@pytest.mark.parametrize("name", STUDIES)
def test_reliability_agrees_with_psych_and_lavaan(studies, name):
    expected = SCALES[SCALES["study"] == name].set_index("scale")
    found = ls.reliability(studies[name], interval="feldt").set_index("scale").loc[expected.index]
    alphas = ["alpha", "alpha_low", "alpha_high"]
    np.testing.assert_allclose(found[alphas], expected[alphas], atol=1e-9)
    np.testing.assert_allclose(found["omega"], expected["omega"], atol=1e-5)
    assert found["n"].tolist() == expected["n"].tolist()


@pytest.mark.parametrize("name", STUDIES)
def test_interval_of_omega_has_lavaans_standard_error(studies, name):
    expected = SCALES[SCALES["study"] == name].dropna().set_index("scale")
    found = ls.reliability(studies[name], interval="feldt").set_index("scale").loc[expected.index]
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
    found = ls.reliability(study(data), interval="feldt").iloc[0]
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
    with pytest.raises(SurveyError, match="a level between 0 and 1 is needed"):
        ls.reliability(study(pd.DataFrame({"a": [1.0, 2, 3]})), confidence=confidence)


def test_a_bad_scale_leaves_the_others_alone():
    items = pd.DataFrame({"a": [1.0, 2, 3, 5], "b": [2.0, 2, 2, 2], "c": [1.0, np.nan, np.nan, 2]})
    items["d"], items["e"] = 6 - items["a"], [1.0, 3, 3, 4]
    book = {
        "study": "s",
        "title": "S",
        "population": "customers",
        "items": {c: {"answers": {"range": [-20, 20], "whole": False}} for c in items},
        "scales": {
            "still": {"items": ["a", "b"]},
            "empty": {"items": ["a", "c"]},
            "mirror": {"items": ["a", "d"]},
            "good": {"items": ["a", "e"]},
        },
    }
    made = ls.read_study(items, make_codebook(book))
    with pytest.warns(SurveyWarning) as warned:
        table = ls.reliability(made).set_index("scale")
    assert "Scale 'still': everyone gave the same answer to ['b']" in str(warned[0].message)
    assert table["alpha"].isna().tolist() == [True, True, True, False]
    assert table["note"]["empty"].startswith("2 respondents answered all of ['a', 'c']; at least 3")
    assert table["note"]["mirror"].startswith("the items sum to a constant")
    assert table["note"]["good"] == ""
    assert list(table.index) == ["still", "empty", "mirror", "good"]


def test_items_of_a_bad_scale_are_refused():
    with pytest.raises(SurveyError, match=r"everyone gave the same answer to \['b'\]"):
        ls.item_analysis(study(pd.DataFrame({"a": [1.0, 2, 3], "b": [2.0, 2, 2]})), "trust")
    with pytest.raises(SurveyError, match="2 respondents answered all of"):
        ls.item_analysis(study(pd.DataFrame({"a": [1.0, 2, np.nan], "b": [2.0, 1, 2]})), "trust")
    with pytest.raises(SurveyError, match="No scale 'x'. Scales: "):
        ls.item_analysis(study(pd.DataFrame({"a": [1.0, 2, 3]})), "x")


@pytest.mark.parametrize("unit", [1.0, 1e-6, 1e9])
def test_items_that_sum_to_a_constant_have_no_reliability(unit):
    """Shares of 100 points, an item and its mirror, a bipolar pair: minus infinity."""
    rng = np.random.default_rng(0)
    a, b = rng.integers(0, 60, 200), rng.integers(0, 40, 200)
    shares = pd.DataFrame({"price": a, "service": b, "trust": 100 - a - b}) * unit
    pair = pd.DataFrame({"warm": a / 3, "cold": (60 - a) / 3}) * unit
    for items in (shares, pair, shares.assign(own=0.5 * unit * a, other=-0.5 * unit * a)):
        with pytest.warns(SurveyWarning, match="sum to a constant"):
            found = ls.reliability(study(items, -1e15, 1e15)).iloc[0]
        assert found[["alpha", "alpha_low", "omega"]].isna().all()


def test_identical_items():
    rng = np.random.default_rng(1)
    q = rng.integers(1, 8, 200).astype(float)
    found = ls.reliability(study(pd.DataFrame({"a": q, "b": q, "c": q}))).iloc[0]
    assert found[["alpha", "alpha_low", "alpha_high"]].tolist() == pytest.approx([1, 1, 1])
    assert np.isnan(found["omega"])
    assert found["note"] == "No omega: its items repeat one another exactly."
    twice = pd.DataFrame({"a": q, "b": q, "c": rng.integers(1, 8, 200) + q})
    found = ls.reliability(study(twice)).iloc[0]
    assert 0.5 < found["alpha_low"] < found["alpha"] < 1 and np.isnan(found["omega"])


def test_heywood_cases_are_flagged():
    r = np.array([[1, 0.8, 0.7], [0.8, 1, 0.4], [0.7, 0.4, 1]])
    z = np.linalg.qr(np.random.default_rng(0).normal(size=(300, 4)))[0]
    z = np.linalg.qr(z - z.mean(axis=0))[0][:, :3] @ np.linalg.cholesky(r).T
    found = ls.reliability(study(pd.DataFrame(z, columns=list("abc")))).iloc[0]
    assert found["note"].startswith("Heywood case: error variance below zero of 'a' (")
    assert 0.88 < found["omega"] < 0.89


@pytest.mark.parametrize("name", STUDIES)
def test_distribution_free_intervals_have_lavaans_robust_standard_errors(studies, name):
    """Ours divide by n - 1 where lavaan divides by n; limits on the scale of log(1 - alpha)."""
    expected = ADF[ADF["data"] == name]
    found = ls.reliability(studies[name]).set_index("scale")
    for scale, rows in expected.groupby("scale"):
        fact, row = rows.set_index("measure")["value"], found.loc[scale]
        for kind in ("alpha", "omega"):
            low, high = (np.log(1 - row[f"{kind}_{end}"]) for end in ("low", "high"))
            assert row[kind] == pytest.approx(fact[kind], abs=1e-5)
            half = (low - high) / 2 * (1 - row[kind])
            ratio = half / fact[f"{kind}_se"]
            assert 1.96 < ratio < 2.1  # Student's quantile
            assert (low + high) / 2 == pytest.approx(np.log(1 - row[kind]), abs=1e-9)


@pytest.mark.parametrize(("design", "column"), [("stratified", "strata"), ("clustered", "cluster")])
def test_weights_clusters_and_strata_enter_as_in_the_survey_package(design, column):
    table = ADF_DATA[ADF_DATA["design"] == design].drop(columns="design").reset_index(drop=True)
    names = ["ell", "mobility", "emer", "meals"]
    number = {"kind": "numeric", "answers": {"range": [0, 1e9], "whole": False}}
    book = {
        "study": "s",
        "title": "S",
        "population": "customers",
        "items": {c: {"answers": {"range": [0, 1000], "whole": False}} for c in names},
        "scales": {"s": {"items": names}},
        "variables": {"pw": number, "unit": number},
        "design": {"weight": "pw", column: "unit"},
    }
    made = ls.read_study(table, make_codebook(book))
    fact = ADF[ADF["data"] == design].set_index("measure")["value"]
    row = ls.reliability(made).iloc[0]
    assert row["alpha"] == pytest.approx(fact["svycralpha"], abs=1e-12)
    assert row["omega"] == pytest.approx(fact["omega"], abs=1e-5)
    (items,) = scale_items(made, [made.codebook.scales["s"]])
    omega = omega_of(*fit_one_factor(items.covariance), items.covariance)
    se = {
        "alpha": np.linalg.norm(items.error(alpha_of(items.covariance))[0]),
        "omega": np.linalg.norm(items.error(omega)[0]),
    }
    assert row["n"] == len(table)
    # clusters are left out as survey's jackknife does; in strata it weights up who is left; it fits
    # the model anew each time (one factor fits these badly), where omega here takes one step
    alpha_close, omega_close = CLOSE[design]
    assert se["alpha"] == pytest.approx(fact["alpha_se"], rel=alpha_close)
    assert se["omega"] == pytest.approx(fact["omega_se"], rel=omega_close)
    away = stdtrit(items.design.freedom, 0.975) * se["alpha"]
    assert row["alpha"] - row["alpha_low"] >= away * (1 - 1e-9)
    unweighted = ls.reliability(ls.read_study(table, make_codebook({**book, "design": {}}))).iloc[0]
    if design == "stratified":  # one weight for all in the other
        assert abs(unweighted["alpha"] - row["alpha"]) > 1e-3
    assert abs(unweighted["alpha_low"] - row["alpha_low"]) > 1e-3
    with pytest.raises(SurveyError, match="'feldt' supposes a simple random sample"):
        ls.reliability(made, interval="feldt")
    spread = ls.item_analysis(made, "s").set_index("item")["mean"]
    assert spread["ell"] == pytest.approx(np.average(table["ell"], weights=table["pw"]))


def test_one_cluster_gives_no_interval_but_a_reason(study_of):
    same = np.random.default_rng(0).integers(1, 6, (60, 1))
    items = pd.DataFrame(
        same + np.random.default_rng(1).integers(0, 3, (60, 3)), columns=list("abc")
    )
    made = study_of(items.assign(store=1.0), {"s": list("abc")}, cluster="store")
    with pytest.warns(SurveyWarning, match="all rows lie in one cluster"):
        assert np.isnan(ls.reliability(made)["alpha"].item())


def test_weights_of_a_sample_that_was_not_drawn_evenly():
    """Those who answer consistently are drawn five times too often."""
    rng = np.random.default_rng(0)
    n, often = 600, np.arange(600) < 500
    factor = rng.normal(size=n)
    table = pd.DataFrame(
        {f"q{k}": np.where(often, 0.9, 0.1) * factor + rng.normal(size=n) for k in range(4)}
    )
    names, w = list(table), np.where(often, 0.2, 5.0)
    expected = pg.cronbach_alpha(table)[0]
    book = {
        "study": "s",
        "title": "S",
        "population": "customers",
        "items": {c: {"answers": {"range": [-20, 20], "whole": False}} for c in names},
        "scales": {"s": {"items": names}},
        "design": {"weight": "w"},
        "variables": {"w": {"kind": "numeric", "answers": {"range": [0, 9], "whole": False}}},
    }
    found = ls.reliability(ls.read_study(table.assign(w=w), make_codebook(book))).iloc[0]
    c = np.cov(table.T, aweights=w)
    assert found["alpha"] == pytest.approx(4 / 3 * (1 - np.trace(c) / c.sum()), abs=1e-12)
    assert found["alpha"] < expected - 0.2


def test_weights_that_leave_nobody_beside_one_are_refused():
    rng = np.random.default_rng(2)
    table = pd.DataFrame(rng.normal(size=(40, 1)) + rng.normal(size=(40, 3)), columns=list("abc"))
    asked = {"answers": {"range": [-20, 20], "whole": False}}
    book = {
        "study": "s",
        "title": "S",
        "population": "customers",
        "items": dict.fromkeys("abc", asked),
        "scales": {"s": {"items": [*"abc"]}},
        "design": {"weight": "w"},
        "variables": {"w": {"kind": "numeric", "answers": {"range": [0, 1e12], "whole": False}}},
    }
    made = ls.read_study(table.assign(w=np.r_[1e9, np.ones(39)]), make_codebook(book))
    with pytest.warns(SurveyWarning, match=r"so unequal that 40 respondents count as 1\.0"):
        assert np.isnan(ls.reliability(made)["alpha"].item())
