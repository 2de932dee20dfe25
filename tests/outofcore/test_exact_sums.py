"""Exact sums: against Python's own fractions, in any order, on columns made to break them."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loyaltystudy.errors import SurveyError
from loyaltystudy.outofcore._exact_sums import FINEST, LARGEST, Grid, exact_sums, in_places
from loyaltystudy.rsquared._moments import group_moments, row_moments

THREE = Grid(("score", "age", "money"), (1 / 12, 1.0, 0.0))  # means of three or four whole answers
THREE_WEIGHTED = Grid(THREE.columns, THREE.steps, weighted=True)
ONE, TWO = Grid(("x",), (0.0,)), Grid(("x", "y"), (0.0, 0.0))


def rows(n, seed=0):
    rng = np.random.default_rng(seed)
    answered = rng.integers(3, 5, n)
    score = rng.integers(answered, 7 * answered + 1) / answered
    return [score, rng.integers(18, 100, n).astype(float), rng.lognormal(8, 1, n).clip(0, 1e6)]


def exact_moments(columns):
    """Means and centred cross-products of fractions, rounded once."""
    n, p = len(columns[0]), range(len(columns))
    means = [sum(column) / n for column in columns]
    off = [[x - m for x in column] for column, m in zip(columns, means, strict=True)]
    cross = [[sum(a * b for a, b in zip(off[i], off[j], strict=True)) for j in p] for i in p]
    return [float(m) for m in means], [[float(c) for c in line] for line in cross]


def hostile(n=60, seed=4):
    """Columns whose sums in floating point lose most or all of their digits."""
    rng = np.random.default_rng(seed)
    sign = rng.choice([-1.0, 1.0], n)
    return {
        "1e-9 beside 1e9": np.where(rng.random(n) < 0.5, 1e9, 1e-9) * sign * rng.random(n),
        "thirds": rng.integers(-9, 9, n) / 3,
        "zeros of both signs": np.where(np.arange(n) == 7, 1e-30, -0.0),
        "one spread far from zero": 2.0**52 + rng.integers(0, 2, n),
        "near both ends": np.where(sign > 0, LARGEST * 0.99, FINEST * 3),
        "nothing": np.zeros(n),
    }


def test_sums_of_hostile_columns_are_the_fractions_rounded_once():
    columns = hostile()
    grid = Grid(tuple(columns), (0.0,) * len(columns))
    found = exact_sums(grid, [*columns.values()]).moments()[0]
    mean, cross = exact_moments([[Fraction(x) for x in c.tolist()] for c in columns.values()])
    assert found.mean.tolist() == mean
    assert found.cross.tolist() == cross


@settings(max_examples=100, deadline=None)
@given(
    values=st.lists(
        st.tuples(
            *2
            * [
                st.floats(-1e60, 1e60, allow_subnormal=False).filter(
                    lambda x: x == 0 or abs(x) > 1e-50
                )
            ]
        ),
        min_size=1,
        max_size=12,
    ),
    cut=st.integers(0, 12),
)
def test_any_doubles_are_summed_as_fractions(values, cut):
    pair = np.array(values).T
    parts = [exact_sums(TWO, pair[:, part]) for part in (slice(cut), slice(cut, None))]
    found = (parts[1] + parts[0]).moments()[0]
    mean, cross = exact_moments([[Fraction(x) for x in line.tolist()] for line in pair])
    assert found.mean.tolist() == mean and found.cross.tolist() == cross


def test_digits_write_the_value():
    for values in hostile().values():
        digits = in_places(values)
        assert max(abs(line).max() for line in digits.values()) <= 2**22
        for i, value in enumerate(values.tolist()):
            written = sum(Fraction(d[i]) * Fraction(2) ** (23 * k) for k, d in digits.items())
            assert written == Fraction(value)
    assert [*in_places(np.array([0.0, 7.0, 4e6]))] == [0]  # whole numbers need one digit


def test_scores_and_whole_numbers_are_summed_without_any_error():
    """A third that is declared is a third; only its step is rounded, last."""
    score, age, _ = rows(500)
    grid = Grid(("score", "age"), (1 / 12, 1.0))
    sums = exact_sums(grid, [score, age])
    found = sums.moments()[0]
    mean, cross = exact_moments(
        [[Fraction(round(s * 12), 12) for s in score], [Fraction(int(a)) for a in age]]
    )
    np.testing.assert_allclose(found.mean, mean, rtol=4e-16)
    np.testing.assert_allclose(found.cross, cross, rtol=6e-16)
    assert sums.lowest == 0 and len(sums.limbs) == 3  # products of one digit each


def test_any_numbers_and_weights_agree_with_rows_to_ten_digits():
    columns, rng = rows(4000), np.random.default_rng(1)
    w, groups = rng.lognormal(0, 0.7, 4000).clip(0.05, 12), rng.integers(0, 7, 4000)
    for grid, weights in ((THREE, None), (THREE_WEIGHTED, w)):
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
    """The parts need digits of different places: one column has values of very different size."""
    columns, rng = rows(300, seed), np.random.default_rng(seed)
    columns[2] = columns[2] * 10.0 ** rng.integers(-12, 12, 300)
    w, groups = rng.uniform(0.1, 4, 300), rng.integers(0, 5, 300)
    whole = exact_sums(THREE_WEIGHTED, columns, groups, 5, w)
    order = rng.permutation(300)
    parts = np.split(order, sorted(cuts))
    sums = [exact_sums(THREE_WEIGHTED, [c[p] for c in columns], groups[p], 5, w[p]) for p in parts]
    added = sums[0]
    for part in reversed(sums[1:]):
        added = part + added
    first, second = whole.moments(), added.moments()
    for name in ("n", "weight", "weight2", "mean", "cross"):
        assert getattr(first, name).tobytes() == getattr(second, name).tobytes()


def test_empty_groups_are_left_out():
    columns, groups = rows(900), np.arange(900) % 3 * 2
    found = exact_sums(THREE, columns, groups, 5).moments()
    assert found.n.tolist() == [300, 300, 300]
    one = exact_sums(THREE, [c[groups == 2] for c in columns]).moments()[0]
    assert found.cross[1].tobytes() == one.cross.tobytes()


def test_spread_far_from_zero_is_kept():
    """Values of 10^9 with a spread of one: rows in floating point agree only after centring."""
    x = 1e9 + np.random.default_rng(2).integers(-3, 4, 1000)
    found = exact_sums(ONE, [x]).moments()[0]
    expected = row_moments(x[:, None] - 1e9, np.ones(1000), ("x",))
    assert found.cross[0, 0] == pytest.approx(expected.cross[0, 0], rel=1e-15)


def test_sums_beyond_64_bits_are_kept():
    """Limbs of very many parts have room above them."""
    value = 2.0**22 - 2.0**-30  # the largest digit, and another
    many = exact_sums(ONE, [np.full(1 << 16, value)])
    for _ in range(20):
        many = many + many
    found = many.moments()[0]
    assert found.n == 2**36 and found.mean == value and found.cross[0, 0] == 0


def test_what_cannot_be_written_is_told_of_every_column_whatever_the_cut():
    columns = {
        "fine": [1.0, 2.0],
        "infinite": [1.0, -np.inf],
        "huge": [1e90, 2.0],
        "tiny": [5e-324, 1.0],
        "small": [1e-60, 1e-60],
    }
    grid = Grid(tuple(columns), (0.0,) * 5)
    x = np.array([*columns.values()])
    whole, cut = exact_sums(grid, x), exact_sums(grid, x[:, :1]) + exact_sums(grid, x[:, 1:])
    for sums in (whole, cut):
        with pytest.raises(SurveyError) as caught:
            sums.moments()
        assert caught.value.problems == (
            "huge: values of 8.6e+68 or more. Change the unit.",
            "infinite: infinite values. Recode them, or leave these rows out.",
            "small: values with digits below 5.8e-70. Round them, say to 15 decimals.",
            "tiny: values with digits below 5.8e-70. Round them, say to 15 decimals.",
        )
    rounded = np.round(x[[0, 4]], 15)
    assert exact_sums(TWO, rounded).moments()[0].cross[0, 0] == 0.5


def test_a_value_beyond_its_steps_is_an_error():
    with pytest.raises(SurveyError, match=r"age: values beyond .* none was declared"):
        exact_sums(THREE, [np.ones(1), np.array([5e6]), np.ones(1)]).moments()
