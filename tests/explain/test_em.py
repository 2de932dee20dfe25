"""Moments by EM beside lavaan's, and one unit left out."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from loyaltystudy import moments
from loyaltystudy.errors import SurveyError
from loyaltystudy.explain import _patterns as patterns
from loyaltystudy.explain._em import em_leave_one_out, em_moments

REFERENCE = Path(__file__).parents[1] / "reference"


@pytest.fixture(scope="module")
def gaps():
    """Data of the R script: 15 to 25 % missing at random in five columns, one complete."""
    return pd.read_csv(REFERENCE / "incomplete_data.csv")


def covariance(m):
    return m.cross / m.weight[..., None, None]


def test_em_agrees_with_lavaan(gaps):
    lavaan = pd.read_csv(REFERENCE / "incomplete_moments.csv", keep_default_na=False)
    found = em_moments(gaps)
    means = lavaan[lavaan["second"] == ""].set_index("first")
    pairs = lavaan[lavaan["second"] != ""].pivot_table("em", "first", "second")
    names = list(gaps)
    assert np.abs(found.mean - means.loc[names, "em"]).max() < 1e-6
    assert np.abs(covariance(found) - pairs.loc[names, names]).to_numpy().max() < 1e-6
    assert np.abs(found.mean - means.loc[names, "ml"]).max() < 1e-5
    assert found.n == len(gaps) == 240


def test_em_of_one_incomplete_column_is_the_regression_estimate():
    x = np.array([1.0, 2.0, 4.0, 5.0, 9.0, 12.0])
    y = np.array([2.0, 1.0, 5.0, 4.0, np.nan, np.nan])
    slope = np.cov(x[:4], y[:4])[0, 1] / np.var(x[:4], ddof=1)
    left = np.mean((y[:4] - y[:4].mean() - slope * (x[:4] - x[:4].mean())) ** 2)
    found = em_moments(pd.DataFrame({"x": x, "y": y}))
    np.testing.assert_allclose(
        found.mean, [x.mean(), y[:4].mean() + slope * (x.mean() - x[:4].mean())], rtol=1e-8
    )
    variance = left + slope**2 * x.var()
    expected = [[x.var(), slope * x.var()], [slope * x.var(), variance]]
    np.testing.assert_allclose(covariance(found), expected, rtol=1e-7)


def test_em_of_complete_rows_is_moments(gaps):
    complete = gaps.dropna()
    found, plain = em_moments(complete), moments(complete)
    np.testing.assert_allclose(found.mean, plain.mean, rtol=1e-12)
    np.testing.assert_allclose(found.cross, plain.cross, rtol=1e-10)


def test_whole_weights_stand_for_repeated_rows(gaps):
    times = np.arange(len(gaps)) % 3 + 1
    weighted = em_moments(gaps, weights=times)
    repeated = em_moments(gaps.loc[gaps.index.repeat(times)])
    np.testing.assert_allclose(weighted.mean, repeated.mean, rtol=1e-7)
    np.testing.assert_allclose(weighted.cross, repeated.cross, rtol=1e-6)


def test_em_does_not_depend_on_units_or_order_and_skips_empty_rows(gaps):
    names = list(gaps)[::-1]
    changed = pd.concat([gaps[names] * 1e4 - 7e5, pd.DataFrame([[np.nan] * 6], columns=names)])
    found = em_moments(changed)
    assert found.n == 240
    np.testing.assert_allclose(
        found.select(list(gaps)).correlation, em_moments(gaps).correlation, atol=1e-8
    )


@pytest.mark.parametrize("clustered", [False, True])
def test_leaving_out_by_one_newton_step_comes_close_to_a_refit(gaps, clustered):
    w = np.linspace(0.5, 2, len(gaps))
    units = np.arange(len(gaps)) % 60 if clustered else np.arange(len(gaps))
    whole, without = em_leave_one_out(gaps, weights=w, clusters=units if clustered else None)
    assert len(without.n) == units.max() + 1
    for unit in (0, 17, 59):
        kept = units != unit
        again = em_moments(gaps[kept], weights=w[kept])
        moved = np.abs(covariance(again) - covariance(whole)).max()
        missed = np.abs(covariance(without[unit]) - covariance(again)).max()
        assert missed < 0.04 * moved
        assert np.abs(without[unit].mean - again.mean).max() < 0.02 * moved
        assert (without[unit].n, without[unit].weight) == (again.n, pytest.approx(again.weight))


def test_every_reason_why_moments_are_not_identified_is_told():
    table = pd.DataFrame(
        {
            "x": [1.0, 2.0, 3.0, np.nan, np.nan, np.nan],
            "y": [np.nan, np.nan, np.nan, 1.0, 5.0, 2.0],
            "none": [np.nan] * 6,
            "flat": [3.0] * 6,
        }
    )
    with pytest.raises(SurveyError) as lines:
        em_moments(table)
    assert str(lines.value) == (
        "Missing answers: 3 problems.\n"
        "- column 'none' has no answers; leave it out.\n"
        "- column 'flat' is constant; leave it out.\n"
        "- columns 'x' and 'y' are never answered by the same row, so nothing tells how they go "
        "together; leave one out."
    )


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"d": "a"}, r"Columns that are not numeric: \['d'\]"),
        ({"d": np.inf}, r"Columns with infinite values: \['d'\]"),
    ],
)
def test_columns_that_em_cannot_take_are_named(gaps, change, message):
    with pytest.raises(SurveyError, match=message):
        em_moments(gaps.assign(**change))


def test_restated_columns_and_no_convergence_are_told(gaps, monkeypatch):
    with pytest.raises(SurveyError, match="'twice' is a linear combination"):
        em_moments(gaps.assign(twice=gaps["a1"] + gaps["c1"]))
    with pytest.raises(SurveyError, match="expected a DataFrame, found ndarray"):
        em_moments(gaps.to_numpy())
    monkeypatch.setattr(patterns, "MOST_ROUNDS", 3)
    with pytest.raises(SurveyError, match="EM did not converge in 3 rounds"):
        em_moments(gaps)
