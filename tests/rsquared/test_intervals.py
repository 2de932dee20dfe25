"""Intervals: leaving out against refitting, limits against root search, theory against algebra."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.stats import f, ncx2, norm, t

from loyaltystudy import SurveyError
from loyaltystudy.rsquared._estimates import Estimates
from loyaltystudy.rsquared._intervals import (
    explained_interval,
    jackknife,
    leave_group_out,
    leave_one_out,
    tails_of,
)
from loyaltystudy.rsquared._measures import MEASURES, unique_r2
from loyaltystudy.rsquared._moments import group_moments

NAMES = ["a", "b", "c", "d", "e"]
BLOCKS = [[1, 2], [3, 4]]
HELD = [0]
NAMED = [["b", "c"], ["d", "e"]]


@pytest.fixture(scope="module")
def sample():
    rng = np.random.default_rng(20)
    x = rng.normal(5, 3, size=(60, 5))
    x[:, 2] = rng.integers(0, 2, 60)
    y = 100 + x[:, 0] + 2 * x[:, 1] + 3 * x[:, 3] + rng.normal(0, 5, 60)
    return x, y, rng.uniform(0.2, 3, 60)


def refitted(x, y, w, columns) -> float:
    """R² by weighted least squares on the rows."""
    root = np.sqrt(w)
    design = np.column_stack([np.ones(len(y)), x[:, columns]]) * root[:, None]
    e = y * root - design @ np.linalg.lstsq(design, y * root, rcond=1e-12)[0]
    centred = (y - np.average(y, weights=w)) * root
    return 1 - e @ e / (centred @ centred)


def members(subset: int) -> list[int]:
    return [*HELD, *(c for j, block in enumerate(BLOCKS) if subset >> j & 1 for c in block)]


@pytest.mark.parametrize("weighted", [False, True])
def test_leaving_out_each_row_equals_refitting_without_it(sample, weighted):
    x, y, w = sample
    w = w if weighted else np.ones(len(y))
    values, without = leave_one_out(x, y, w, BLOCKS, HELD, NAMES)
    assert without.shape == (60, 4)
    for subset in range(4):
        columns = members(subset)
        assert values[subset] == pytest.approx(refitted(x, y, w, columns), abs=1e-12)
        for i in range(60):
            rest = np.arange(60) != i
            expected = refitted(x[rest], y[rest], w[rest], columns)
            assert without[i, subset] == pytest.approx(expected, abs=1e-10)


def test_a_category_of_one_person_has_leverage_one(sample):
    x, y, w = sample
    x = x.copy()
    x[:, 2] = np.arange(60) == 17
    _, without = leave_one_out(x, y, w, BLOCKS, HELD, NAMES)
    rest = np.arange(60) != 17
    expected = [refitted(x[rest], y[rest], w[rest], members(s)) for s in range(4)]
    np.testing.assert_allclose(without[17], expected, rtol=0, atol=1e-10)


def test_leaving_out_groups_equals_refitting_without_them(sample):
    x, y, w = sample
    groups = np.arange(60) % 7
    parts = group_moments(np.column_stack([x, y]), w, groups, [*NAMES, "y"])
    values, without = leave_group_out(parts, "y", NAMED, ["a"])
    for subset in range(4):
        columns = members(subset)
        assert values[subset] == pytest.approx(refitted(x, y, w, columns), abs=1e-10)
        for g in range(7):
            rest = groups != g
            expected = refitted(x[rest], y[rest], w[rest], columns)
            assert without[g, subset] == pytest.approx(expected, abs=1e-10)


def test_groups_of_one_row_are_the_rows(sample):
    x, y, w = sample
    parts = group_moments(np.column_stack([x, y]), w, np.arange(60), [*NAMES, "y"])
    by_group = leave_group_out(parts, "y", NAMED, ["a"])
    by_row = leave_one_out(x, y, w, BLOCKS, HELD, NAMES)
    np.testing.assert_allclose(by_group[1], by_row[1], rtol=0, atol=1e-10)


def test_a_category_that_lives_in_one_group_may_be_left_out_with_it(sample):
    x, y, w = sample
    x, groups = x.copy(), np.arange(60) // 10
    x[:, 2] = (groups == 3) * (np.arange(60) % 2)
    parts = group_moments(np.column_stack([x, y]), w, groups, [*NAMES, "y"])
    _, without = leave_group_out(parts, "y", NAMED, ["a"])
    rest = groups != 3
    expected = [refitted(x[rest], y[rest], w[rest], members(s)) for s in range(4)]
    np.testing.assert_allclose(without[3], expected, rtol=0, atol=1e-10)


def test_jackknife_of_a_mean_is_its_textbook_standard_error(sample):
    y = sample[1]
    without = (y.sum() - y) / (len(y) - 1)
    se, bias = jackknife(y.mean(), without)
    assert se == pytest.approx(y.std(ddof=1) / np.sqrt(len(y)))
    assert bias == pytest.approx(0, abs=1e-9)


def by_root_search(theta, se, bias, width, confidence, freedom, tails=None):
    """The same limits, one at a time, from scipy.stats and a bracketing root finder."""
    tail = (1 - confidence) / 2
    plain = se**2 / (4 * theta)

    def left(kappa):
        return 4 * theta * kappa + 2 * width * kappa**2 / (freedom + 1) - se**2

    least = brentq(left, 0, 2 * plain, xtol=1e-18) if np.isfinite(freedom) else plain
    kappa = min(max(bias / width, least), plain)
    s = np.sqrt(kappa) / (1 - theta)
    nu = max(width, bias / kappa)
    raised = theta + max(0, width * kappa - bias)
    s_high = np.sqrt(kappa) / (1 - raised)
    wide_high, wide_low = 1.0, 1.0
    if np.isfinite(freedom):
        many, skewness = (np.inf, 0) if tails is None else tails
        few = freedom if tails is None else min(2 / (3 / many - 1 / (freedom + 1)), freedom)
        z = norm.ppf(1 - tail)
        wide_high = t.ppf(1 - tail, few) / z * (1 + max(skewness, 0) / 6 * (z + 1 / z))
        ratio = nu * f.ppf(1 - tail, nu, few) / ncx2.ppf(1 - tail, nu, 0)
        wide_low = max(t.ppf(1 - tail, few) / norm.ppf(1 - tail), np.sqrt(ratio))
    t_low = (np.arctanh(np.sqrt(theta)) / (s * wide_low)) ** 2
    t_high = max((np.arctanh(np.sqrt(raised)) / (s_high * wide_high)) ** 2, nu)
    low = 0.0
    if ncx2.cdf(t_low, nu, 0) > 1 - tail:
        low = brentq(lambda d: ncx2.cdf(t_low, nu, d) - (1 - tail), 0, 4 * t_low, xtol=1e-12)
    high = brentq(lambda d: ncx2.cdf(t_high, nu, d) - tail, 0, 9 * t_high + 60, xtol=1e-12)
    return np.tanh(s * wide_low * np.sqrt(low)) ** 2, np.tanh(
        s_high * wide_high * np.sqrt(high)
    ) ** 2


@pytest.mark.parametrize("freedom", [np.inf, 499, 16])
@pytest.mark.parametrize("confidence", [0.90, 0.95])
@pytest.mark.parametrize(
    ("theta", "se", "bias", "width"),
    [
        (0.30, 0.03, 0.004, 4),
        (0.05, 0.02, 0.007, 3),
        (0.004, 0.004, 0.008, 4),
        (0.6, 0.01, 0, 1),
        (0.3, 0.06, -0.03, 3),
    ],
)
def test_limits_agree_with_a_root_search(theta, se, bias, width, confidence, freedom):
    one = [np.array([value]) for value in (theta, se, bias, width)]
    found = explained_interval(*one, confidence=confidence, freedom=freedom)
    expected = by_root_search(theta, se, bias, width, confidence, freedom)
    np.testing.assert_allclose(np.ravel(found), expected, rtol=1e-7, atol=1e-12)


def test_interval_of_a_sample_uses_units_less_one(sample):
    x, y, w = sample
    values, without = leave_one_out(x, y, w, BLOCKS, HELD, NAMES)
    theta, units = unique_r2(values), unique_r2(without)
    low, high = Estimates.from_units(values, without).interval(unique_r2, [2, 2])
    se, bias = jackknife(theta, units)
    deviations = [of(without) - of(without).mean(axis=0) for of in MEASURES.values()]
    few = np.min([3 * (d**2).sum(0) ** 2 / (d**4).sum(0) for d in deviations], axis=0)
    skewness = np.max([-(d**3).sum(0) / (d**2).sum(0) ** 1.5 for d in deviations], axis=0)
    for j in range(2):
        expected = by_root_search(theta[j], se[j], bias[j], 2, 0.95, 59, (few[j], skewness[j]))
        assert (low[j], high[j]) == pytest.approx(expected, rel=1e-6)


def test_lower_limit_is_exactly_zero_where_zero_is_not_excluded():
    low, high = explained_interval(
        np.array([0.002]), np.array([0.003]), np.array([0.004]), np.array([4])
    )
    assert low[0] == 0.0
    assert 0.002 < high[0] < 0.05


def test_lower_limit_leaves_out_zero_at_the_f_test_of_few_groups():
    """SE of 17 groups, ν = 4: T must exceed 4 F(.975; 4, 16), not the chi² quantile."""
    bound, s = 4 * f.ppf(0.975, 4, 16), 0.05
    for factor, excluded in ((0.999, False), (1.001, True)):
        theta = np.tanh(s * np.sqrt(bound * factor)) ** 2
        kappa = (s * (1 - theta)) ** 2
        se = np.sqrt(4 * theta * kappa + 2 * 4 * kappa**2 / 17)
        given = [np.array([value]) for value in (theta, se, 0.0, 4)]
        assert (explained_interval(*given, freedom=16)[0][0] > 0) == excluded


def test_tails_are_of_those_who_make_the_standard_error():
    """Normal deviations count as all of them; three people alone count as nine."""
    normal = np.random.default_rng(8).normal(size=(4000, 2))
    np.testing.assert_allclose(tails_of(normal)[0], 4000, rtol=0.1)
    np.testing.assert_allclose(tails_of(normal)[1], 0, atol=0.05)
    lonely = np.zeros((4000, 1))
    lonely[:3, 0] = -0.2, -0.2, -0.2  # whoever is left out makes the measure smaller
    assert np.ravel(tails_of(lonely)) == pytest.approx([9, 1 / np.sqrt(3)])
    assert tails_of(np.zeros((50, 1))).ravel().tolist() == [50, 0]


@pytest.mark.parametrize("tails", [(9.0, 0.0), (30.0, 0.3), (9.0, -0.4)])
def test_few_units_widen_both_limits_and_skewness_the_upper(tails):
    """Satterthwaite: 2 / (3 / 9 - 1 / 500) degrees of freedom; the skew to the left is left."""
    given = [np.array([value]) for value in (0.05, 0.02, 0.002, 1.0)]
    plain = explained_interval(*given, freedom=499)
    found = explained_interval(*given, freedom=499, tails=np.array(tails)[:, None])
    assert found[0] < plain[0] and found[1] > plain[1]
    expected = by_root_search(0.05, 0.02, 0.002, 1.0, 0.95, 499, tails)
    np.testing.assert_allclose(np.ravel(found), expected, rtol=1e-7, atol=1e-12)
    straight = explained_interval(*given, freedom=499, tails=np.array([tails[:1], (0.0,)]))
    assert (found[1] > straight[1]) == (tails[1] > 0) and found[0] == straight[0]


@pytest.mark.parametrize("bias", [0.0, 0.01, 5.0])
def test_a_scale_of_rounding_alone_gives_finite_limits(bias):
    """At the zero of a form in rounding errors b/SE² explodes: SciPy's search took seconds."""
    given = [np.array([value]) for value in (0.3, 1e-15, bias, 2.0)]
    low, high = explained_interval(*given, freedom=499, steady=0.35)
    assert np.isfinite([low, high]).all() and 0 <= low[0] <= high[0] <= 1
    if bias == 0.0:
        assert low[0] == pytest.approx(0.3) and high[0] == pytest.approx(0.3)


def test_steady_upper_limit_has_a_floor_below_and_the_scale_of_the_bias():
    """θ = t² + c² at its least value: SE near nothing, the bias a column is κ, t² the share."""
    theta, se, bias, width = (np.array([v]) for v in (0.01, 0.0005, 0.004, 2.0))
    plain = explained_interval(theta, se, bias, width)
    low, high = explained_interval(theta, se, bias, width, steady=0.5)
    assert low == plain[0] and high > plain[1]
    kappa = 0.5 * 0.004 / 2
    share = (0.0005**2 / (4 * 0.01)) / kappa
    s, z = np.sqrt(kappa) / (1 - 0.01), np.arctanh(np.sqrt(0.01))
    t_square = max(share * z**2 / s**2, 2.0)
    more = brentq(lambda d: ncx2.cdf(t_square, 2, d) - 0.025, 0, 99, xtol=1e-12)
    assert high == pytest.approx(np.tanh(np.sqrt((1 - share) * z**2 + s**2 * more)) ** 2)
    # where the standard error is no smaller than the bias says, nothing changes
    wide = explained_interval(theta, 20 * se, bias, width, steady=0.5)
    np.testing.assert_array_equal(wide, explained_interval(theta, 20 * se, bias, width))


def test_constants_are_named(sample):
    x, y, w = sample
    constant = np.where(np.arange(5) == 2, 4.2, x)
    with pytest.raises(SurveyError) as error:
        leave_one_out(constant, y, w, BLOCKS, HELD, NAMES)
    assert str(error.value) == "Constant columns explain nothing: ['c']. Leave them out."
    with pytest.raises(SurveyError) as error:
        leave_one_out(x, np.full(60, 7.0), w, BLOCKS, HELD, NAMES)
    assert str(error.value) == "The outcome is constant: there is nothing to explain."


def test_exact_collinearity_names_the_columns(sample):
    x, y, w = sample
    x = x.copy()
    x[:, 4] = 2 * x[:, 1] - x[:, 3] + 9
    with pytest.raises(SurveyError) as error:
        leave_one_out(x, y, w, BLOCKS, HELD, NAMES)
    assert str(error.value) == (
        "Column 'e' is a linear combination of ['b', 'd']. Leave one of them out."
    )


def test_infinite_values_are_named(sample):
    x, y, w = sample
    x = x.copy()
    x[3, 1] = np.inf
    with pytest.raises(SurveyError) as error:
        leave_one_out(x, y, w, BLOCKS, HELD, NAMES)
    assert str(error.value) == (
        "Missing or infinite values in ['b']. Recode them, or leave these rows out."
    )
    with pytest.raises(SurveyError, match="values in the outcome"):
        leave_one_out(sample[0], np.where(np.arange(60) == 2, np.nan, y), w, BLOCKS, HELD, NAMES)
