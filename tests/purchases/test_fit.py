"""fit_dirichlet: the published example, the likelihoods, recovery, and what it says of misfit."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import optimize, stats

from loyaltystudy.errors import SurveyError
from loyaltystudy.purchases._aggregates import Aggregates
from loyaltystudy.purchases._counts import purchase_table
from loyaltystudy.purchases._fit import fit_dirichlet
from loyaltystudy.purchases._likelihood import (
    count_buyers,
    dirichlet_loglik,
    fit_nbd,
    nbd_loglik,
    start_alpha,
)
from loyaltystudy.purchases._reading import read_panel
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


@pytest.fixture(scope="module")
def table():
    return simulate_counts(4.0, 0.8, ALPHA, households=1500, seed=7)


@pytest.fixture(scope="module")
def fitted(table):
    return fit_dirichlet(table)


def toothpaste(pooling):
    return fit_dirichlet(Aggregates(0.56, 2.6, TOOTHPASTE), pooling=pooling)


def wide(fit, column="expected"):
    return fit.table.pivot_table(index="brand", columns="measure", values=column)


# -- published numbers -------------------------------------------------------------------------


def test_toothpaste_parameters_as_published():
    fit = toothpaste("share")
    assert fit.value("M") == pytest.approx(1.456, abs=1e-12)
    assert round(fit.value("K"), 2) == 0.78
    assert round(fit.value("S"), 2) == 1.55


def test_toothpaste_without_outlying_brands_as_published():
    fit = toothpaste("notch")
    assert round(fit.value("S"), 3) == 1.295
    (note,) = fit.notes
    assert note.startswith("Left out of S: Macleans: its own S, ")
    reasons = dict(part.split(": ", 1) for part in note.removeprefix("Left out of S: ").split("; "))
    assert list(reasons) == ["Macleans", "Boots Priv. Label", "Sainsbury Priv. Lab."]
    own = fit.params[fit.params["parameter"] == "own_s"].set_index("brand")["estimate"]
    for brand, reason in reasons.items():
        assert reason.startswith(f"its own S, {own[brand]:.2f}, lies above ")


@pytest.mark.parametrize(
    ("penetration", "reason"),
    [
        (0.02, "so few buyers for its share (0.02)"),
        (0.52, "more buyers (0.52) than its share allows"),
    ],
)
def test_a_brand_without_an_own_s_is_left_out_with_the_reason(penetration, reason):
    brands = pd.DataFrame(
        {"share": [0.5, 0.3, 0.1], "penetration": [0.4, 0.25, penetration]}, index=["a", "b", "odd"]
    )
    (note,) = fit_dirichlet(Aggregates(0.56, 2.6, brands)).notes
    assert note.startswith(f"Left out of S: odd: {reason}")


def test_toothpaste_theoretical_table_as_published():
    """The user guide of NBDdirichlet prints these for its S of 1.295, to two digits."""
    fit = toothpaste("notch")
    expected = wide(fit).loc[BRANDS].round(2)
    assert expected["penetration"].tolist() == [0.20, 0.16, 0.09, 0.09, 0.08, 0.07, 0.03, 0.02]
    assert expected["purchase_rate"].tolist() == [1.82, 1.76, 1.68, 1.68, 1.67, 1.66, 1.62, 1.61]
    published = [3.16, 3.22, 3.30, 3.30, 3.31, 3.32, 3.37, 3.38]
    assert expected["category_rate"].tolist() == published
    duplication = fit.duplication.query("brand == 'Colgate DC'")["expected"].round(2)
    assert duplication.tolist() == [0.19, 0.10, 0.10, 0.09, 0.08, 0.03, 0.02]


def test_own_s_meets_each_brands_penetration():
    fit = toothpaste("share")
    own = fit.params.query("parameter == 'own_s'").set_index("brand")["estimate"]
    for brand in BRANDS:
        alone = fit_dirichlet(Aggregates(0.56, 2.6, TOOTHPASTE.loc[[brand]]))
        assert alone.value("S") == pytest.approx(own[brand])
        assert wide(alone).loc[brand, "penetration"] == pytest.approx(
            TOOTHPASTE.loc[brand, "penetration"], abs=1e-9
        )


# -- likelihoods -------------------------------------------------------------------------------


def test_tallied_likelihoods_are_scipys_up_to_a_constant(table):
    counts = table.to_numpy()[:300]
    n = counts.sum(axis=1)
    t = count_buyers(counts)

    def scipys(alpha):
        return sum(
            stats.dirichlet_multinomial.logpmf(row, alpha, total)
            for row, total in zip(counts, n, strict=True)
            if total
        )

    one, two = np.array([0.6, 0.4, 0.2]), np.array([1.1, 0.3, 0.5])
    ours = dirichlet_loglik(one, t) - dirichlet_loglik(two, t)
    assert ours == pytest.approx(scipys(one) - scipys(two))
    difference = [stats.nbinom.logpmf(n, k, k / (k + m)).sum() for m, k in ((4.0, 0.8), (3.0, 1.5))]
    assert nbd_loglik(4.0, 0.8, t) - nbd_loglik(3.0, 1.5, t) == pytest.approx(
        difference[0] - difference[1]
    )


def test_truncated_likelihood_is_scipys_given_a_purchase(table):
    n = table.sum(axis=1).to_numpy()
    n = n[n > 0][:400]
    t = count_buyers(n[:, None])

    def scipys(m, k):
        p = k / (k + m)
        return (stats.nbinom.logpmf(n, k, p) - np.log(stats.nbinom.sf(0, k, p))).sum()

    assert nbd_loglik(4.0, 0.8, t) - nbd_loglik(3.0, 1.5, t) == pytest.approx(
        scipys(4.0, 0.8) - scipys(3.0, 1.5)
    )


def test_betabinomial_special_case_against_scipys_optimum():
    counts = simulate_counts(5.0, 1.0, {"a": 0.9, "b": 0.5}, households=400, seed=3)
    n = counts.sum(axis=1)

    def loss(theta):
        a, b = np.exp(theta)
        return -stats.betabinom.logpmf(counts["a"], n, a, b).sum()

    best = optimize.minimize(loss, [0.0, 0.0], method="Nelder-Mead", options={"xatol": 1e-8})
    assert fit_dirichlet(counts).alpha.tolist() == pytest.approx(np.exp(best.x), rel=1e-4)


@pytest.mark.parametrize("zeros", [True, False])
def test_newton_finds_the_optimum_and_the_information_is_its_curvature(table, zeros):
    counts = table.to_numpy()
    t = count_buyers(counts if zeros else counts[counts.sum(axis=1) > 0])
    (m, k), covariance, found = fit_nbd(t)
    assert found

    def loss(theta):
        return -nbd_loglik(*np.exp(theta), t)

    best = optimize.minimize(
        loss, np.log([m, k]) + 0.1, method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-9}
    )
    assert [m, k] == pytest.approx(np.exp(best.x), rel=1e-5)
    step, at = 1e-4, np.log([m, k])
    hessian = np.empty((2, 2))
    for i, e in enumerate(np.eye(2) * step):
        for j, f in enumerate(np.eye(2) * step):
            corners = loss(at + e + f) - loss(at + e - f) - loss(at - e + f) + loss(at - e - f)
            hessian[i, j] = corners / (4 * step**2)
    assert covariance == pytest.approx(np.linalg.inv(hessian), rel=1e-3, abs=1e-8)


def test_interval_of_s_is_the_profile_likelihoods(fitted, table):
    """Twice the fall of the profile log likelihood at the limits is near chi-square's 3.84."""
    t = count_buyers(table.to_numpy())
    top = dirichlet_loglik(fitted.alpha.to_numpy(), t)
    s = fitted.params.set_index("parameter").loc["S"]
    for limit in (s["low"], s["high"]):

        def loss(logits, limit=limit):
            share = np.exp(np.append(logits, 0.0))
            return -dirichlet_loglik(limit * share / share.sum(), t)

        best = optimize.minimize(loss, [1.0, 0.7], method="Nelder-Mead")
        assert 2 * (top + best.fun) == pytest.approx(3.84, abs=0.35)


def test_start_is_the_moment_estimate():
    t = count_buyers(simulate_counts(6.0, 1.0, ALPHA, households=50_000, seed=1).to_numpy())
    assert start_alpha(t).sum() == pytest.approx(1.2, rel=0.05)


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


def test_true_model_holds_everywhere(fitted):
    verdicts = fitted.fit.set_index("check")["verdict"]
    assert verdicts.to_dict() == {
        "category": "holds",
        "brands": "holds",
        "partition": "holds",
        "stationary shares": "not tested",  # a table knows no order
    }


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


def test_observed_category_distribution_separates_the_two_misfits():
    """Where households buy once or twenty times, penetrations fail under the NBD, not given n."""
    table = simulate_counts(6.0, 0.5, ALPHA, households=30_000, seed=5)
    n = table.sum(axis=1)
    fit = fit_dirichlet(table[(n == 1) | n.between(20, 25)])
    assert fit.fit.set_index("check").loc["category", "verdict"] == "fails"
    observed = wide(fit, "observed")["penetration"]
    nbd_off = (wide(fit)["penetration"] / observed - 1).abs().max()
    given_off = (wide(fit, "expected_given_category")["penetration"] / observed - 1).abs().max()
    assert given_off < 0.02 < 0.1 < nbd_off


def test_checks_of_brands_and_pairs_keep_their_level():
    """Of 80 panels for which the model is true, about 4 should fail each check; 12 is p < .001."""
    fails = pd.Series(0, index=["category", "brands", "partition"])
    for seed in range(80):
        table = simulate_counts(4.0, 0.8, ALPHA, households=400, seed=seed)
        checks = fit_dirichlet(table).fit.set_index("check")["verdict"]
        fails += (checks.loc[fails.index] == "fails").astype(int)
    assert (fails <= 11).all(), fails.to_dict()
    assert fails.sum() > 0


def test_a_brand_with_its_own_sole_buyers_is_told():
    """Three in four households choose freely among a, b, c; the others buy d and nothing else."""
    free = simulate_counts(4.0, 0.8, {"a": 2.0, "b": 1.0, "c": 1.0}, households=750, seed=1)
    sole = simulate_counts(4.0, 0.8, {"d": 1.0}, households=250, seed=2)
    table = pd.concat([free, sole], ignore_index=True).fillna(0).astype(int)
    row = fit_dirichlet(table).fit.set_index("check").loc["brands"]
    assert row["verdict"] == "fails"


def partitioned(seed):
    """Two closed markets: every household buys a and b, or c and d."""
    left = simulate_counts(4.0, 1.0, {"a": 0.6, "b": 0.6}, households=400, seed=seed)
    right = simulate_counts(4.0, 1.0, {"c": 0.6, "d": 0.6}, households=400, seed=seed + 50)
    return pd.concat([left, right.set_axis(right.index + 400)]).fillna(0).astype(int)


def test_partition_is_told():
    row = fit_dirichlet(partitioned(1)).fit.set_index("check").loc["partition"]
    together = row["subject"] in ("a with b", "c with d")
    assert row["verdict"] == "fails"
    assert (row["statistic"] > 0) == together


def drifting(change, seed=0):
    rng = np.random.default_rng(seed)
    rows = []
    for period, shares in enumerate(([0.5, 0.5], [0.5 + change, 0.5 - change])):
        household = np.repeat(np.arange(300), 6)
        brand = rng.choice(["a", "b"], size=len(household), p=shares)
        rows.append(
            pd.DataFrame(
                {
                    "who": household,
                    "what": brand,
                    "when": period * 10 + rng.uniform(0, 10, len(household)),
                }
            )
        )
    spec = {
        "name": "x",
        "title": "x",
        "columns": {"household": "who", "brand": "what", "time": "when"},
    }
    return read_panel(pd.concat(rows, ignore_index=True), spec)


@pytest.mark.parametrize("change, verdict", [(0.0, "holds"), (0.15, "fails")])
def test_drift_of_shares_is_told(change, verdict):
    checks = fit_dirichlet(drifting(change)).fit.set_index("check")
    assert checks.loc["stationary shares", "verdict"] == verdict


def test_growth_of_purchases_is_told():
    panel = drifting(0.0)
    late = panel.purchases["time"] > 10
    fewer = panel.purchases[~late | (np.arange(len(late)) % 3 == 0)]
    spec = {
        "name": "x",
        "title": "x",
        "columns": {"household": "household", "brand": "brand", "time": "time"},
    }
    checks = fit_dirichlet(read_panel(fewer, spec)).fit.set_index("check")
    assert checks.loc["stationary purchases", "verdict"] == "fails"


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


def test_no_sole_s_is_told():
    alike = pd.DataFrame({"a": [2, 2, 2] * 20, "b": [2, 2, 2] * 20})
    fit = fit_dirichlet(alike)
    assert any(note.startswith("S runs to infinity") for note in fit.notes)
    assert fit.params.query("parameter == 'S'")["low"].isna().all()


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


def test_bad_aggregates_are_told_at_once():
    bad = pd.DataFrame({"share": [0.7, 0.6], "penetration": [0.9, 0.1]}, index=["a", "b"])
    with pytest.raises(SurveyError) as error:
        Aggregates(0.56, 0.9, bad)
    lines = str(error.value)
    assert "purchase_rate=0.9" in lines and "{'a': 0.9}" in lines and "sum to 1.3000" in lines
    with pytest.raises(SurveyError, match="no such column: \\['penetration'\\]"):
        Aggregates(0.5, 2.0, pd.DataFrame({"share": [0.1]}))
    with pytest.raises(SurveyError, match="no NBD fits"):
        Aggregates(0.9, 1.1, TOOTHPASTE)
    with pytest.raises(SurveyError, match=r"penetration=1\.0"):
        Aggregates(1.0, 3.0, TOOTHPASTE)


def test_counts_of_purchases_by_named_columns():
    panel = load_panel("yogurt")
    renamed = panel.purchases.rename(columns={"household": "who", "brand": "what"})
    fit = fit_dirichlet(renamed, household="who", brand="what")
    assert fit.value("S") == pytest.approx(fit_dirichlet(purchase_table(panel)).value("S"))


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


def test_toothpaste_is_rs_to_eight_digits(reference):
    r = reference.loc["toothpaste", "estimate"]
    for pooling in ("share", "notch"):
        assert toothpaste(pooling).value("S") == pytest.approx(r[f"S {pooling}"], rel=1e-8)
    params = toothpaste("share").params
    own = params.query("parameter == 'own_s'")["estimate"]
    assert own.tolist() == pytest.approx([r[f"own_{j}"] for j in range(1, 9)], rel=1e-8)
    assert toothpaste("share").value("K") == pytest.approx(r["K"], rel=1e-9)
