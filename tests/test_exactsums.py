"""Exact sums: against fractions worked out by hand and by Python's own, in any order."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loyaltystudy.errors import SurveyError
from loyaltystudy.heart.crossproducts import group_moments, row_moments
from loyaltystudy.heart.exactsums import Grid, Measure, exact_sums

SCORES = Measure("score", 1, 7, 1 / 12)  # means of three or four whole answers
AGE = Measure("age", 18, 99, 1)
MONEY = Measure("money", 0, 1e6)


def rows(n, seed=0):
    rng = np.random.default_rng(seed)
    answered = rng.integers(3, 5, n)
    score = rng.integers(answered, 7 * answered + 1) / answered
    return [score, rng.integers(18, 100, n).astype(float), rng.lognormal(8, 1, n).clip(0, 1e6)]


def test_scores_and_whole_numbers_are_summed_without_any_error():
    """Means and cross-products are the exact fractions, rounded once."""
    score, age, _ = rows(500)
    grid = Grid.of([SCORES, AGE])
    found = exact_sums(grid, [score, age], np.zeros(500, int), 1).moments()[0]
    exact = [Fraction(round(s * 12), 12) for s in score], [Fraction(int(a)) for a in age]
    means = [sum(column) / 500 for column in exact]
    np.testing.assert_allclose(found.mean, [float(m) for m in means], rtol=4e-16)
    for i in range(2):
        for j in range(2):
            both = zip(exact[i], exact[j], strict=True)
            cross = sum((a - means[i]) * (b - means[j]) for a, b in both)
            assert found.cross[i, j] == pytest.approx(float(cross), rel=4e-16)
    assert not grid.wide.any()  # one digit each


def test_any_numbers_and_weights_agree_with_rows_to_ten_digits():
    columns, rng = rows(4000), np.random.default_rng(1)
    w, groups = rng.lognormal(0, 0.7, 4000).clip(0.05, 12), rng.integers(0, 7, 4000)
    for weights, bounds in ((None, None), (w, Measure("w", 0.05, 12))):
        grid = Grid.of([SCORES, AGE, MONEY], bounds)
        found = exact_sums(grid, columns, groups, 7, weights).moments()
        given = np.ones(4000) if weights is None else weights
        expected = group_moments(np.column_stack(columns), given, groups, found.columns)
        sd = np.sqrt(np.diagonal(expected.cross, axis1=1, axis2=2))
        gap = (found.cross - expected.cross) / (sd[:, :, None] * sd[:, None, :])
        assert abs(gap).max() < 1e-10
        np.testing.assert_allclose(found.mean, expected.mean, rtol=1e-10)
        np.testing.assert_allclose(found.weight, expected.weight, rtol=1e-10)
        np.testing.assert_allclose(found.weight2, expected.weight2, rtol=1e-10)
        assert np.array_equal(found.n, expected.n)


@settings(max_examples=30, deadline=None)
@given(cuts=st.lists(st.integers(0, 300), max_size=5), seed=st.integers(0, 99))
def test_sums_are_the_same_bits_in_any_order_and_cut(cuts, seed):
    columns, rng = rows(300, seed), np.random.default_rng(seed)
    w, groups = rng.uniform(0.1, 4, 300), rng.integers(0, 5, 300)
    grid = Grid.of([SCORES, AGE, MONEY], Measure("w", 0.1, 4))
    whole = exact_sums(grid, columns, groups, 5, w)
    order = rng.permutation(300)
    parts = np.split(order, sorted(cuts))
    sums = [exact_sums(grid, [c[p] for c in columns], groups[p], 5, w[p]) for p in parts]
    added = sums[0]
    for part in reversed(sums[1:]):
        added = part + added
    first, second = whole.moments(), added.moments()
    for name in ("n", "weight", "weight2", "mean", "cross"):
        assert getattr(first, name).tobytes() == getattr(second, name).tobytes()


def test_the_total_of_the_groups_is_exact_and_empty_groups_are_left_out():
    columns, groups = rows(900), np.arange(900) % 3 * 2
    sums = exact_sums(Grid.of([SCORES, AGE, MONEY]), columns, groups, 5)
    assert sums.moments().n.tolist() == [300, 300, 300]
    alone = exact_sums(Grid.of([SCORES, AGE, MONEY]), columns, groups * 0, 1).moments()
    assert sums.total().moments().cross.tobytes() == alone.cross.tobytes()


def test_spread_far_from_zero_is_kept():
    """Values of 10^9 with a spread of one: rows in floating point agree only after centring."""
    x = 1e9 + np.random.default_rng(2).integers(-3, 4, 1000)
    found = exact_sums(Grid.of([Measure("x", 0, 2e9, 1)]), [x], np.zeros(1000, int), 1).moments()[0]
    expected = row_moments(x[:, None] - 1e9, np.ones(1000), ("x",))
    assert found.cross[0, 0] == pytest.approx(expected.cross[0, 0], rel=1e-15)


def test_sums_beyond_64_bits_are_kept():
    """The lower limbs of many parts overflow into the upper ones, not into each other."""
    grid = Grid.of([Measure("x", 0, 1)])
    one = exact_sums(grid, [np.ones(1 << 16)], np.zeros(1 << 16, int), 1)
    many = one
    for _ in range(20):
        many = many + many
    found = many.moments()[0]
    assert found.n == 2**36 and found.mean == 1 and found.cross[0, 0] == 0


def test_a_value_beyond_the_bounds_is_an_error():
    with pytest.raises(SurveyError, match="outside the range"):
        exact_sums(Grid.of([MONEY]), [np.array([2e6])], np.zeros(1, int), 1)
    with pytest.raises(SurveyError, match="outside the range"):
        exact_sums(Grid.of([MONEY]), [np.array([np.nan])], np.zeros(1, int), 1)
