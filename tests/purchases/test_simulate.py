"""Drawn panels have the moments that their parameters imply."""

import numpy as np
import pytest

from loyaltystudy.errors import SurveyError
from loyaltystudy.purchases._simulate import simulate_counts

ALPHA = {"a": 0.6, "b": 0.3, "c": 0.1}


def test_means_variances_and_shares_are_those_asked_for():
    n, m, k = 200_000, 2.0, 0.8
    table = simulate_counts(m, k, ALPHA, households=n, seed=1)
    total = table.sum(axis=1)
    assert total.mean() == pytest.approx(m, abs=5 * np.sqrt((m + m**2 / k) / n))
    assert total.var() == pytest.approx(m + m**2 / k, rel=0.05)
    assert np.allclose(table.sum() / total.sum(), [0.6, 0.3, 0.1], atol=0.01)


def test_households_without_purchase_are_rows_and_the_seed_fixes_all():
    table = simulate_counts(1.0, 0.5, ALPHA, households=500, seed=2)
    assert table.index.tolist() == [*range(1, 501)] and (table.sum(axis=1) == 0).any()
    assert table.equals(simulate_counts(1.0, 0.5, ALPHA, households=500, seed=2))
    assert not table.equals(simulate_counts(1.0, 0.5, ALPHA, households=500, seed=3))


def test_brands_of_tiny_parameters_are_bought_by_few_who_buy_nothing_else():
    table = simulate_counts(5.0, 1.0, {"a": 0.01, "b": 0.01}, households=3000, seed=1)
    assert ((table > 0).sum(axis=1) == 2).mean() < 0.05


@pytest.mark.parametrize("size", [1e-2, 1e-4, 1e-6, 1e-150])
def test_the_smaller_the_parameters_the_surer_a_household_keeps_to_one_brand(size):
    n = 20_000
    alpha = {"a": 0.6 * size, "b": 0.4 * size}
    table = simulate_counts(5.0, 1.0, alpha, households=n, seed=4)
    buyers = table[table.sum(axis=1) > 0]
    # of two purchases at random: two brands with probability 2 (.6)(.4) size / (1 + size)
    assert ((buyers > 0).sum(axis=1) == 2).mean() < 6 * size + 1e-12
    assert (buyers["a"] > buyers["b"]).mean() == pytest.approx(0.6, abs=0.02)


@pytest.mark.parametrize("value", [np.nan, np.inf, 1e-250])
def test_what_is_no_number_of_use_is_refused(value):
    with pytest.raises(SurveyError, match=r"must lie above 0 .*\['b = "):
        simulate_counts(1.0, 1.0, {"a": 1.0, "b": value}, households=5, seed=1)


def test_parameters_below_zero_are_named():
    with pytest.raises(SurveyError, match=r"must lie above 0 .*: \['k = 0', 'b = -1.0'\]"):
        simulate_counts(1.0, 0, {"a": 1, "b": -1}, households=5, seed=1)
    with pytest.raises(SurveyError, match="households = 0"):
        simulate_counts(1.0, 1.0, ALPHA, households=0, seed=1)
