"""The NBD-Dirichlet's formulas against scipy's distributions, brute force and hand arithmetic."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings, strategies as st
from scipy import stats

from loyaltystudy.purchases._simulate import simulate_counts
from loyaltystudy.purchases._theory import (
    category_distribution,
    expected_joint,
    expected_measures,
    expected_repeat_rate,
    never_bought,
)

ALPHA = pd.Series({"a": 0.7, "b": 0.4, "c": 0.1})
S = 1.5  # brands not listed have 0.3


@pytest.mark.parametrize("m, k", [(1.456, 0.78), (30.0, 0.2), (0.1, 5.0)])
def test_category_distribution_is_scipys_and_whole(m, k):
    p = category_distribution(m, k)
    n = np.arange(len(p))
    assert p == pytest.approx(stats.nbinom.pmf(n, k, k / (k + m)), rel=1e-12)
    assert p.sum() == pytest.approx(1, abs=1e-10)
    assert n @ p == pytest.approx(m, rel=1e-10)


def test_truncated_distribution_divides_by_buyers():
    p = category_distribution(2.0, 0.5, buyers_only=True)
    full = stats.nbinom.pmf(np.arange(len(p)), 0.5, 0.2)
    assert p[0] == 0
    assert p[1:] == pytest.approx(full[1:] / (1 - full[0]), rel=1e-12)


def test_never_bought_is_betabinomial_at_zero():
    n = np.arange(8)
    ours = never_bought(ALPHA.to_numpy(), S, 7)
    scipys = [stats.betabinom.pmf(0, n, a, S - a) for a in ALPHA]
    assert ours == pytest.approx(np.array(scipys), rel=1e-12)


def brute_force(distribution, a, s):
    """Every measure of one brand by summing the Beta-binomial over r and n."""
    buyers = own = category = sole = twice = 0.0
    for n, p in enumerate(distribution):
        r = np.arange(n + 1)
        chance = p * stats.betabinom.pmf(r, n, a, s - a)
        buyers += chance[1:].sum()
        own += chance @ r
        category += n * chance[1:].sum()
        sole += chance[n] if n else 0
        twice += chance[2:].sum()
    return [buyers, own / buyers, category / buyers, own / category, sole / buyers, twice / buyers]


def test_measures_are_sums_over_scipys_betabinomial():
    p = category_distribution(1.5, 0.8)
    ours = expected_measures(p, ALPHA, S)
    assert ours["market_share"].tolist() == pytest.approx((ALPHA / S).tolist())
    for brand, a in ALPHA.items():
        assert ours.loc[brand].iloc[1:].tolist() == pytest.approx(brute_force(p, a, S), rel=1e-8)


def test_measures_by_hand_for_two_purchases():
    # All households buy twice; alpha = 1 of S = 2: r is uniform on 0, 1, 2.
    measures = expected_measures(np.array([0, 0, 1.0]), pd.Series({"x": 1.0}), 2.0).loc["x"]
    assert measures["penetration"] == pytest.approx(2 / 3)
    assert measures["purchase_rate"] == pytest.approx(1.5)
    assert measures["share_of_requirements"] == pytest.approx(0.75)
    assert measures["sole_buyers"] == pytest.approx(0.5)
    assert measures["repeat_buyers"] == pytest.approx(0.5)


def test_joint_buyers_of_everybody_and_of_simulated_households():
    p = category_distribution(3.0, 1.0)
    joint = expected_joint(p, ALPHA.to_numpy(), float(ALPHA.sum()))
    bought = simulate_counts(3.0, 1.0, ALPHA, households=200_000, seed=4).to_numpy() > 0
    seen = bought.T.astype(float) @ bought / len(bought)
    assert joint == pytest.approx(seen, abs=0.005)
    # two brands that are the whole category: either is bought by every buyer
    pair = expected_joint(p, np.array([0.5, 0.5]), 1.0)
    assert pair[0, 0] + pair[1, 1] - pair[0, 1] == pytest.approx(1 - p[0])


def test_repeat_rate_of_two_simulated_periods():
    rng = np.random.default_rng(2)
    households, m, k = 300_000, 2.0, 0.9
    rate = rng.gamma(k, m / k, households)
    chance = rng.beta(ALPHA["a"], S - ALPHA["a"], households)
    first, second = (rng.poisson(rate * chance) > 0 for _ in range(2))
    expected = expected_repeat_rate(m, k, ALPHA, S)["a"]
    assert (first & second).sum() / first.sum() == pytest.approx(expected, abs=0.006)


@settings(max_examples=30, deadline=None)
@given(
    m=st.floats(0.1, 20), k=st.floats(0.1, 10), s=st.floats(0.05, 50), share=st.floats(0.01, 0.6)
)
def test_measures_stay_in_their_bounds(m, k, s, share):
    p = category_distribution(m, k)
    row = expected_measures(p, pd.Series({"x": s * share, "y": s * share / 2}), s)
    x = row.loc["x"]
    assert 0 < x["penetration"] < 1 - p[0] + 1e-12
    assert 1 <= x["purchase_rate"] + 1e-9 <= x["category_rate"] + 2e-9
    assert share <= x["share_of_requirements"] + 1e-9 <= 1 + 2e-9
    # double jeopardy: the smaller brand has fewer buyers, who buy it no more often
    assert row.loc["y", "penetration"] < x["penetration"]
    assert row.loc["y", "purchase_rate"] <= x["purchase_rate"] + 1e-9
