"""Imputed tables and Rubin's rules beside mice."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from loyaltystudy.errors import SurveyError
from loyaltystudy.explain._em import em_moments
from loyaltystudy.explain._imputation import impute, pool_r2, pool_subsets
from loyaltystudy.rsquared._estimates import Estimates
from loyaltystudy.rsquared._intervals import jackknife

REFERENCE = Path(__file__).parents[1] / "reference"
BLOCKS = {"a": ["a1", "a2"], "b": ["b1", "b2"], "c": ["c1"]}


@pytest.fixture(scope="module")
def gaps():
    """Data of the R script: 15 to 25 % missing at random in five columns, one complete."""
    return pd.read_csv(REFERENCE / "incomplete_data.csv")


def covariance(m):
    return m.cross / m.weight[..., None, None]


def test_imputation_keeps_answers_and_averages_to_em(gaps):
    tables = impute(gaps, m=60, seed=1)
    given = gaps.notna().to_numpy()
    for table in tables[:3]:
        assert not table.isna().any().any()
        assert (table.to_numpy()[given] == gaps.to_numpy()[given]).all()
    average = np.mean([np.cov(t.T, ddof=0) for t in tables], axis=0)
    assert np.abs(average - covariance(em_moments(gaps))).max() < 0.06  # a tenth of a variance
    again = impute(gaps, m=60, seed=1)
    assert all(a.equals(b) for a, b in zip(tables, again, strict=True))
    assert not tables[0].equals(impute(gaps, m=2, seed=2)[0])


def test_imputation_refuses_empty_rows_and_a_single_table(gaps):
    empty = gaps.copy()
    empty.iloc[4] = np.nan
    with pytest.raises(SurveyError, match=r"Rows without any answer: \[5\]"):
        impute(empty)
    with pytest.raises(SurveyError, match="m=1: at least 2"):
        impute(gaps, m=1)


def test_pooling_agrees_with_mice():
    """Exactly, on mice's own tables; its limits take 1.96 for the normal quantile."""
    pooled = pd.read_csv(REFERENCE / "incomplete_pooled.csv").set_index("model")
    each = pd.read_csv(REFERENCE / "incomplete_r2.csv")
    for model, part in each.groupby("model"):
        found = pool_r2(part["r2"], 240)
        assert found["estimate"] == pytest.approx(pooled.loc[model, "est"], abs=1e-12)
        assert found["low"] == pytest.approx(pooled.loc[model, "low"], abs=1e-5)
        assert found["high"] == pytest.approx(pooled.loc[model, "high"], abs=1e-5)
    with pytest.raises(SurveyError, match="two values or more from 0 to below 1"):
        pool_r2([0.2, 1.0], 50)


def test_imputations_vary_as_those_of_mice(gaps):
    """Within Monte Carlo error: z of R differs by under 4 of its standard errors.

    mice has 200 tables, and we 200. The spread between tables (what Rubin's rule adds) has a
    relative standard error of 1 / sqrt(2 * 200) = .05 on either side, and the bootstrap's is known
    to be about a tenth too small (Notes of ``impute``): .75 to 1.15 is asked.
    """
    pooled = pd.read_csv(REFERENCE / "incomplete_pooled.csv").set_index("model")
    tables = impute(gaps, m=200, seed=3)
    for model in ("all", "a", "b", "ab"):
        names = [c for b in ("abc" if model == "all" else model) for c in BLOCKS[b]]
        z = []
        for table in tables:
            x = np.column_stack([np.ones(len(table)), table[names]])
            left = table["y"] - x @ np.linalg.lstsq(x, table["y"], rcond=None)[0]
            z.append(np.arctanh(np.sqrt(1 - left.var() / table["y"].var())))
        sd = pooled.loc[model, "sd_z"]
        error = sd * np.sqrt(1 / 200 + 1 / 200)
        assert abs(np.mean(z) - np.arctanh(np.sqrt(pooled.loc[model, "est"]))) < 4 * error
        assert 0.75 < np.std(z, ddof=1) / sd < 1.15


def test_pooled_units_carry_rubins_variance():
    rng = np.random.default_rng(2)
    values = 0.3 + 0.02 * rng.standard_normal((5, 4))
    without = values[:, None] + 0.001 * rng.standard_normal((5, 40, 4))
    averaged = values.mean(axis=0) - 0.01
    tables = [Estimates.from_units(v, w) for v, w in zip(values, without, strict=True)]
    pooled = pool_subsets(tables, averaged)
    within = np.mean([jackknife(v, w)[0] ** 2 for v, w in zip(values, without, strict=True)], 0)
    expected = within + 1.2 * values.var(axis=0, ddof=1)
    np.testing.assert_allclose(pooled.se() ** 2, expected, rtol=1e-10)
    inside = np.mean([jackknife(v, w)[1] for v, w in zip(values, without, strict=True)], axis=0)
    np.testing.assert_allclose(pooled.bias, inside + 2 * (pooled.r2 - averaged), rtol=1e-9)
    # and of a difference: covariances are kept too
    pair = np.mean([jackknife(0.0, w[:, 0] - w[:, 1])[0] ** 2 for w in without])
    gap = pair + 1.2 * (values[:, 0] - values[:, 1]).var(ddof=1)
    assert pooled.se(lambda r2: r2[..., 0] - r2[..., 1]) ** 2 == pytest.approx(gap)
    assert pooled.freedom == 39  # of the units, however many tables
