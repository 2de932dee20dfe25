"""fit_dirichlet: the published example, the likelihoods, recovery, and what it says of misfit."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import optimize, stats

from loyaltystudy.errors import SurveyError
from loyaltystudy.purchases._aggregates import Aggregates
from loyaltystudy.purchases._fit import fit_dirichlet
from loyaltystudy.purchases._simulate import simulate_counts
from loyaltystudy.purchases._sources import load_panel

BRANDS = [
    "Colgate DC",
    "Macleans",
    "Close Up",
    "Signal",
    "ultrabrite",
    "Gibbs SR",
    "Boots Priv. Label",
    "Sainsbury Priv. Lab.",
]
TOOTHPASTE = pd.DataFrame(
    {
        "share": [0.25, 0.19, 0.10, 0.10, 0.09, 0.08, 0.03, 0.02],
        "penetration": [0.20, 0.17, 0.09, 0.08, 0.08, 0.07, 0.03, 0.02],
    },
    index=BRANDS,
)
ALPHA = {"a": 0.6, "b": 0.4, "c": 0.2}
HERE = Path(__file__).parents[1]


def toothpaste(pooling):
    return fit_dirichlet(Aggregates(0.56, 2.6, TOOTHPASTE), pooling=pooling)


def wide(fit, column="expected"):
    return fit.table.pivot_table(index="brand", columns="measure", values=column)


# -- published numbers -------------------------------------------------------------------------


# -- likelihoods -------------------------------------------------------------------------------


def test_betabinomial_special_case_against_scipys_optimum():
    counts = simulate_counts(5.0, 1.0, {"a": 0.9, "b": 0.5}, households=400, seed=3)
    n = counts.sum(axis=1)

    def loss(theta):
        a, b = np.exp(theta)
        return -stats.betabinom.logpmf(counts["a"], n, a, b).sum()

    best = optimize.minimize(loss, [0.0, 0.0], method="Nelder-Mead", options={"xatol": 1e-8})
    assert fit_dirichlet(counts).alpha.tolist() == pytest.approx(np.exp(best.x), rel=1e-4)


# -- results -----------------------------------------------------------------------------------


def test_truth_lies_in_the_intervals(fitted):
    truth = {
        ("M", None): 4.0,
        ("K", None): 0.8,
        ("S", None): 1.2,
        **{("alpha", b): a for b, a in ALPHA.items()},
    }
    for row in fitted.params.itertuples():
        brand = None if pd.isna(row.brand) else row.brand
        assert row.low < truth[row.parameter, brand] < row.high


def test_zeros_beside_the_table_are_rows_of_zeros(table, fitted):
    buyers = table[table.sum(axis=1) > 0]
    beside = fit_dirichlet(buyers, non_buyers=len(table) - len(buyers))
    pd.testing.assert_frame_equal(beside.params, fitted.params)
    pd.testing.assert_frame_equal(beside.table, fitted.table)


def test_truncated_fit_recovers_all_households_from_buyers(table, fitted):
    buyers = fit_dirichlet(table[table.sum(axis=1) > 0])
    assert buyers.base == "category buyers" and "zero-truncated" in buyers.method
    row = buyers.params.set_index("parameter").loc["M"]
    assert row["low"] < 4.0 < row["high"]
    assert buyers.value("S") == pytest.approx(fitted.value("S"))
    share = (table.sum(axis=1) > 0).mean()
    assert wide(buyers).loc["a", "penetration"] == pytest.approx(
        wide(fitted).loc["a", "penetration"] / share, rel=0.01
    )


def test_scale_of_labels_and_order_of_brands_do_not_matter(table, fitted):
    turned = fit_dirichlet(table[["c", "a", "b"]].sample(frac=1, random_state=0))
    assert turned.alpha[["a", "b", "c"]].tolist() == pytest.approx(fitted.alpha.tolist())


def test_double_jeopardy_residuals_are_from_the_line(fitted):
    points = fitted.double_jeopardy
    line = fitted.line
    on_line = np.interp(points["penetration"], line["penetration"], line["purchase_rate"])
    assert points["residual"].tolist() == pytest.approx(points["purchase_rate"] - on_line)
    assert fitted.line["penetration"].is_monotonic_increasing


# -- real panels -------------------------------------------------------------------------------

# Pinned: S, and the checks that fail. A change here is a change of results.
REAL = {
    "catsup": (3.248, {"category", "brands", "partition", "stationary shares"}),
    "cracker": (1.161, {"category", "brands", "partition", "stationary shares"}),
    "yogurt": (1.008, {"category", "brands"}),
    "tuna": (3.428, {"brands", "partition"}),
    "ketchup": (2.933, {"brands"}),
}


@pytest.mark.parametrize("name", REAL)
def test_shipped_panels_fit_and_say_where_they_fail(name):
    fit = fit_dirichlet(load_panel(name))
    s, fails = REAL[name]
    assert fit.value("S") == pytest.approx(s, abs=0.001)
    assert set(fit.fit.query("verdict == 'fails'")["check"]) == fails
    assert "zero-truncated" in fit.method
    assert np.isfinite(wide(fit)["sole_buyers"]).all()
    assert f"S {s:.3f}" in repr(fit)


def test_ketchup_is_at_the_logarithmic_limit():
    fit = fit_dirichlet(load_panel("ketchup"))
    assert np.isnan(fit.value("K"))
    assert any("logarithmic series" in note for note in fit.notes)


# -- bad input ---------------------------------------------------------------------------------


def test_one_buyer_of_a_brand_is_fitted_and_noted(table):
    rare = table.assign(d=0)
    rare.iloc[0, 3] = 1
    fit = fit_dirichlet(rare)
    assert fit.alpha["d"] < 0.01
    assert any("Fewer than 10 buyers" in note and "'d'" in note for note in fit.notes)


@pytest.mark.parametrize(
    "table, message",
    [
        (pd.DataFrame({"a": [1, 2]}), "one brand only"),
        (pd.DataFrame({"a": [1, 0], "b": [0, 1]}), "no household bought twice"),
        (pd.DataFrame({"a": [1, 2], "b": [0, 0]}), r"nobody bought: \['b'\]"),
        (pd.DataFrame({"a": [1, -2], "b": [1, 1]}), r"-2 \(household 1, brand 'a'\)"),
        (pd.DataFrame({"a": [1, 1.5], "b": [1, 1]}), r"1.5 \(household 1, brand 'a'\)"),
        (pd.DataFrame({"a": ["x", "y"], "b": [1, 1]}), "not numbers"),
    ],
)
def test_bad_counts_are_refused(table, message):
    with pytest.raises(SurveyError, match=message):
        fit_dirichlet(table)


def test_bad_options_are_refused(table):
    with pytest.raises(SurveyError, match="non_buyers=-1"):
        fit_dirichlet(table, non_buyers=-1)
    with pytest.raises(SurveyError, match="confidence=95"):
        fit_dirichlet(table, confidence=95)
    with pytest.raises(SurveyError, match="only for Aggregates"):
        fit_dirichlet(table, pooling="notch")
    with pytest.raises(SurveyError, match="choose 'share' or 'notch'"):
        toothpaste("median")


# -- R ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def reference():
    """Base R: optim and uniroot on likelihoods written out by household (purchases.R)."""
    rows = pd.read_csv(HERE / "reference" / "purchases.csv")
    return rows.set_index(["case", "parameter"])


@pytest.fixture(scope="module")
def r_counts():
    return pd.read_csv(HERE / "reference" / "purchases_counts.csv", index_col="household")


@pytest.mark.parametrize("case", ["with zeros", "truncated"])
def test_estimates_and_intervals_are_rs(case, reference, r_counts):
    table = r_counts if case == "with zeros" else r_counts[r_counts.sum(axis=1) > 0]
    params = fit_dirichlet(table).params
    names = params["parameter"] + ("_" + params["brand"].astype("string")).fillna("")
    expected = pd.concat([reference.loc[case], reference.loc["counts"]]).loc[list(names)]
    assert params["estimate"].tolist() == pytest.approx(expected["estimate"].tolist(), rel=1e-5)
    width = np.log(params["high"] / params["low"]) / (2 * stats.norm.ppf(0.975))
    assert width.tolist() == pytest.approx(expected["error_of_log"].tolist(), rel=1e-3)
