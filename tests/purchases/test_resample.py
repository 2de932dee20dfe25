"""Resampled households."""

import numpy as np
import pandas as pd
import pytest

from loyaltystudy.purchases._describe import brand_measures, describe_purchases
from loyaltystudy.purchases._simulate import simulate_counts

TABLE = pd.DataFrame({"a": [4, 0, 1, 6, 0], "b": [0, 2, 1, 0, 0], "c": [1, 0, 0, 0, 3]})


def test_bootstrap_of_penetration_is_the_binomials():
    table = simulate_counts(2.0, 1.0, {"a": 0.5, "b": 0.5}, households=600, seed=2)
    described = describe_purchases(table, resamples=2000, seed=1)
    row = described.category.set_index("measure").loc["penetration"]
    width = 2 * 1.96 * np.sqrt(row["estimate"] * (1 - row["estimate"]) / 600)
    assert row["high"] - row["low"] == pytest.approx(width, rel=0.08)
    # non-buyers as rows or as a number: the same distribution
    buyers = table[table.sum(axis=1) > 0]
    beside = describe_purchases(buyers, non_buyers=600 - len(buyers), resamples=2000, seed=1)
    other = beside.category.set_index("measure").loc["penetration"]
    assert other["estimate"] == row["estimate"]
    assert other["high"] - other["low"] == pytest.approx(width, rel=0.08)


def test_bootstrap_agrees_with_resampling_one_household_at_a_time():
    table = simulate_counts(3.0, 1.0, {"a": 0.6, "b": 0.4}, households=150, seed=8)
    row = describe_purchases(table, resamples=1500, seed=0).table.query(
        "brand == 'a' and measure == 'share_of_requirements'"
    )
    rng = np.random.default_rng(5)
    slow = [
        brand_measures(table.iloc[rng.integers(0, 150, 150)]).loc["a", "share_of_requirements"]
        for _ in range(600)
    ]
    assert row["low"].item() == pytest.approx(np.quantile(slow, 0.025), abs=0.02)
    assert row["high"].item() == pytest.approx(np.quantile(slow, 0.975), abs=0.02)


def test_seed_fixes_the_intervals():
    one, two, other = (describe_purchases(TABLE, resamples=50, seed=s).table for s in (1, 1, 2))
    pd.testing.assert_frame_equal(one, two)
    assert not one.equals(other)
