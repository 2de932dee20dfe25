"""Where the Dirichlet does not fit, and where it does."""

import numpy as np
import pandas as pd
import pytest

from loyaltystudy.purchases._fit import fit_dirichlet
from loyaltystudy.purchases._reading import read_panel
from loyaltystudy.purchases._simulate import simulate_counts

ALPHA = {"a": 0.6, "b": 0.4, "c": 0.2}


def wide(fit, column="expected"):
    return fit.table.pivot_table(index="brand", columns="measure", values=column)


def test_true_model_holds_everywhere(fitted):
    verdicts = fitted.fit.set_index("check")["verdict"]
    assert verdicts.to_dict() == {
        "category": "holds",
        "brands": "holds",
        "partition": "holds",
        "stationary shares": "not tested",  # a table knows no order
    }


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


def test_no_sole_s_is_told():
    alike = pd.DataFrame({"a": [2, 2, 2] * 20, "b": [2, 2, 2] * 20})
    fit = fit_dirichlet(alike)
    assert any(note.startswith("S runs to infinity") for note in fit.notes)
    assert fit.params.query("parameter == 'S'")["low"].isna().all()
