"""Moments add and subtract; R² of every subset equals direct fits."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given, settings, strategies as st

from loyaltystudy.errors import SurveyError
from loyaltystudy.rsquared._moments import Moments, group_moments, moments, stack, subset_r2


def table(n=200, p=5, seed=0):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, p)) @ rng.normal(size=(p, p)) + 50
    return pd.DataFrame(x, columns=[*"abcdefgh"[: p - 1], "y"])


def close(a: Moments, b: Moments, tolerance=1e-9):
    for field in ("n", "weight", "weight2", "mean", "cross"):
        np.testing.assert_allclose(getattr(a, field), getattr(b, field), rtol=tolerance)


@given(st.integers(1, 199), st.integers(0, 10**6))
@settings(max_examples=30, deadline=None)
def test_parts_add_up_to_the_whole_and_subtract_from_it(cut, seed):
    data = table(seed=seed)
    w = np.random.default_rng(seed).uniform(0.2, 3, size=len(data))
    whole = moments(data, weights=w)
    first, second = moments(data[:cut], weights=w[:cut]), moments(data[cut:], weights=w[cut:])
    close(first + second, whole)
    close(second + first, whole)
    np.testing.assert_allclose((whole - first).cross, second.cross, atol=1e-6)
    np.testing.assert_allclose((whole - first).mean, second.mean, rtol=1e-7)


def test_weighted_moments_are_those_of_numpy():
    data = table()
    w = np.random.default_rng(1).uniform(0.2, 3, size=len(data))
    found = moments(data, weights=w)
    np.testing.assert_allclose(found.mean, np.average(data, axis=0, weights=w))
    np.testing.assert_allclose(
        found.cross / found.weight, np.cov(data.T, aweights=w, ddof=0), rtol=1e-10
    )
    assert found.n_effective == pytest.approx(w.sum() ** 2 / (w**2).sum())


def test_total_of_groups_is_the_whole():
    data = table()
    groups = np.arange(len(data)) % 7
    parts = group_moments(data.to_numpy(), np.ones(len(data)), groups, data.columns)
    assert parts.n.tolist() == [29, 29, 29, 29, 28, 28, 28]
    close(parts.total(), moments(data))
    close(parts[[0, 1]].total(), moments(data[(groups == 0) | (groups == 1)]))


def test_every_subset_equals_a_direct_fit():
    data = table(p=6)
    blocks, controls = [["a", "b"], ["c"], ["d"]], ["e"]
    found = subset_r2(moments(data), "y", blocks, controls)
    assert found.shape == (8,)
    for subset in range(8):
        columns = [*controls, *(c for j, b in enumerate(blocks) if subset >> j & 1 for c in b)]
        fit = sm.OLS(data["y"], sm.add_constant(data[columns])).fit()
        assert found[subset] == pytest.approx(fit.rsquared, abs=1e-10)


def test_draws_are_done_at_once():
    rng = np.random.default_rng(4)
    data = table()
    draws = [moments(data.iloc[rng.integers(200, size=200)]) for _ in range(300)]
    blocks = [[c] for c in "abcd"]
    together = subset_r2(stack(draws), "y", blocks)
    assert together.shape == (300, 16)
    apart = np.stack([subset_r2(m, "y", blocks) for m in draws])
    np.testing.assert_allclose(together, apart, atol=1e-13)


def test_rescaling_and_reordering_change_nothing():
    data = table()
    found = subset_r2(moments(data), "y", [["a", "b"], ["c", "d"]])
    scaled = data * [1e6, 1e-6, -3, 1, 1e3] + [5, 0, 1e4, 0, 0]
    other = subset_r2(moments(scaled), "y", [["b", "a"], ["d", "c"]])
    np.testing.assert_allclose(other, found, atol=1e-8)
    swapped = subset_r2(moments(data), "y", [["c", "d"], ["a", "b"]])
    np.testing.assert_allclose(swapped[[0, 2, 1, 3]], found, atol=1e-12)


def test_published_correlation_table():
    data = table()
    r = data.corr()
    m = Moments.from_correlations(r, n=200, means=data.mean(), sds=data.std())
    close(m, moments(data), 1e-9)
    blocks = [["a"], ["b", "c"]]
    plain = Moments.from_correlations(r, n=200)
    np.testing.assert_allclose(
        subset_r2(plain, "y", blocks), subset_r2(moments(data), "y", blocks), atol=1e-11
    )


def test_bad_correlation_tables():
    bad = pd.DataFrame([[1, 0.9, 0.9], [0.9, 1, -0.9], [0.9, -0.9, 2]], list("xyz"), list("xyz"))
    with pytest.raises(SurveyError, match="z, z: 2 where 1 is due") as error:
        Moments.from_correlations(bad, n=3)
    assert "n=3 rows for 3 columns" in str(error.value)
    bad.loc["z", "z"] = 1
    with pytest.raises(SurveyError, match="no data can have these correlations together"):
        Moments.from_correlations(bad, n=30)
    bad.loc["x", "y"] = 1.4
    with pytest.raises(SurveyError, match=r"x, y: 1\.4 and 0\.9"):
        Moments.from_correlations(bad, n=30)
    with pytest.raises(SurveyError, match="same names on rows and columns"):
        Moments.from_correlations(bad.rename(columns={"x": "w"}), n=30)


def test_collinear_and_constant_columns_are_named():
    data = table().assign(d=lambda t: t["a"] + t["b"])
    with pytest.raises(SurveyError, match="Column 'd' is a linear combination"):
        subset_r2(moments(data), "y", [["a"], ["b"], ["d"]])
    with pytest.raises(SurveyError, match=r"Constant columns explain nothing: \['c'\]"):
        subset_r2(moments(data.assign(c=1.0)), "y", [["a"], ["c"]])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda t: t.assign(a="x"), r"not numeric: \['a'\]"),
        (lambda t: t.assign(a=np.nan, b=np.inf), r"missing values: \['a', 'b'\]"),
        (lambda t: t.to_numpy(), "expected a DataFrame, found ndarray"),
    ],
)
def test_bad_data(change, said):
    with pytest.raises(SurveyError, match=said):
        moments(change(table()))


def test_bad_weights_and_columns():
    data = table(n=6)
    with pytest.raises(SurveyError, match=r"missing, zero or negative in rows \[2, 4, 6\]"):
        moments(data, weights=[1, 0, 1, -2, 1, np.nan])
    with pytest.raises(SurveyError, match="one weight a row"):
        moments(data, weights=[1, 2])
    with pytest.raises(SurveyError, match=r"Not in the moments: \['z'\]"):
        moments(data).select(["z"])
    with pytest.raises(SurveyError, match="different columns do not add"):
        moments(data) + moments(data[["a", "y"]])
