"""Random effects over studies: metafor, metaSEM's printed output, hand arithmetic, invariants."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from loyaltystudy.rsquared._random_effects import (
    as_matrix,
    below_diagonal,
    corrected_correlation,
    correlation_covariance,
    pairs_of,
    pool_correlations,
    prediction_interval,
    random_effects,
    upper_tau2,
)

REFERENCE = Path(__file__).parents[1] / "reference"
FIGURES = ("mean", "se", "low", "high", "tau2", "q", "i2")

# metaSEM 1.5.0, vignette "Examples": tssem1(Digman97$data, Digman97$n, "REM", RE.type="Diag")
METASEM = {
    "mean": [
        0.38971908,
        0.43265881,
        0.04945631,
        0.09603708,
        0.42724244,
        0.11929318,
        0.19292424,
        0.22690164,
        0.18105567,
        0.43614968,
    ],
    "se": [
        0.05429256,
        0.04145136,
        0.06071079,
        0.04478711,
        0.03911620,
        0.04106203,
        0.04757962,
        0.03240892,
        0.04258855,
        0.03205960,
    ],
    "tau2": [
        0.036483717,
        0.019630976,
        0.045714378,
        0.022361217,
        0.017290719,
        0.018154811,
        0.026048811,
        0.009887609,
        0.019882440,
        0.010492217,
    ],
    "i2": [0.9326, 0.8872, 0.9325, 0.8703, 0.8797, 0.8480, 0.8887, 0.7669, 0.8590, 0.8193],
}


@pytest.fixture(scope="module")
def metafor() -> pd.Series:
    table = pd.read_csv(REFERENCE / "pooling.csv", dtype=str)
    return table.set_index(["case", "figure"])["value"]


@pytest.mark.parametrize("case", ["six", "alike", "three", "many"])
def test_one_figure_equals_metafor(metafor, case):
    y, v = (np.array(metafor[case, name].split(), float) for name in "yv")
    found = random_effects(y, v)
    for figure in FIGURES:
        said = float(metafor[case, figure])
        assert getattr(found, figure) == pytest.approx(said, rel=1e-6, abs=1e-8), figure


@pytest.mark.parametrize("case", ["six", "alike", "three", "many"])
def test_the_upper_limit_of_tau2_equals_metafor(metafor, case):
    y, v = (np.array(metafor[case, name].split(), float) for name in "yv")
    assert upper_tau2(y, v) == pytest.approx(float(metafor[case, "upper"]), rel=1e-6, abs=1e-9)


def digman():
    """Digman (1997), fourteen studies of five factors, as in metaSEM's Digman97."""
    table = pd.read_csv(REFERENCE / "digman1997.csv")
    studies = table.groupby("study")
    matrices = [as_matrix(part["r"].to_numpy(), 5) for _, part in studies]
    return matrices, studies["n"].first().to_numpy()


def test_correlations_equal_the_printed_output_of_metasem():
    found = pool_correlations(*digman())
    np.testing.assert_allclose(found.mean, METASEM["mean"], atol=1e-5)
    np.testing.assert_allclose(found.se, METASEM["se"], atol=4e-5)
    np.testing.assert_allclose(found.tau2, METASEM["tau2"], atol=1e-5)
    np.testing.assert_allclose(found.i2, METASEM["i2"], atol=1e-4)
    assert found.q == pytest.approx(1220.334, abs=1e-3)
    assert found.minus2ll == pytest.approx(-112.4196, abs=1e-4)


def test_missing_correlations_leave_the_others_where_they_were():
    matrices, n = digman()
    whole = pool_correlations(matrices, n)
    without = [m.copy() for m in matrices]
    for m in without[:3]:
        m[4, :4] = m[:4, 4] = np.nan
    found = pool_correlations(without, n)
    touched = [4 in pair for pair in pairs_of(5)]
    assert np.isfinite(found.mean).all()
    assert np.abs(found.mean - whole.mean)[~np.array(touched)].max() < 0.02


def test_covariance_of_correlations_against_simulation():
    """500,000 rows in samples of 250: the large-sample covariance to 4 %."""
    rng = np.random.default_rng(3)
    r = np.array([[1, 0.5, 0.2], [0.5, 1, 0.4], [0.2, 0.4, 1]])
    draws = rng.standard_normal((2000, 250, 3)) @ np.linalg.cholesky(r).T
    seen = np.array([below_diagonal(np.corrcoef(d.T)) for d in draws])
    said = correlation_covariance(r, 250)
    assert np.abs(np.cov(seen.T) - said).max() < 0.12 * said.max()
    assert said[0, 0] == pytest.approx((1 - 0.25) ** 2 / 250)  # (1 - r²)² / n, by hand


def test_alike_studies_have_no_variance_between_them():
    found = random_effects([0.3, 0.3, 0.3, 0.3], [0.01] * 4)
    assert found.tau2 == 0 and found.mean == pytest.approx(0.3) and found.i2 == 0


def test_prediction_is_wider_than_the_mean_and_moves_with_the_scale():
    y, v = np.array([0.1, 0.4, 0.3, 0.6]), np.full(4, 0.004)
    found = random_effects(y, v)
    assert found.predict_low < found.low < found.high < found.predict_high
    low, high = prediction_interval(10 * y + 1, 100 * v)
    assert (low, high) == pytest.approx((10 * found.predict_low + 1, 10 * found.predict_high + 1))


def test_prediction_of_exactly_known_studies_is_that_of_one_more_value():
    """Textbook: mean and standard deviation of 4, 7, 5, 8, 6 are 6 and sqrt(2.5); t is 2.776."""
    low, high = prediction_interval(np.array([4.0, 7, 5, 8, 6]), np.full(5, 1e-12))
    half = 2.7764451 * np.sqrt(2.5) * np.sqrt(1 + 1 / 5)
    assert (low, high) == pytest.approx((6 - half, 6 + half), rel=1e-6)


def test_prediction_of_studies_that_do_not_differ_is_the_interval_of_the_mean():
    found = random_effects([0.30, 0.32, 0.34], [0.01, 0.02, 0.03])
    assert (found.predict_low, found.predict_high) == pytest.approx((found.low, found.high))


@pytest.mark.parametrize("k", [5, 10, 30])
@pytest.mark.parametrize("ratio", [0.0, 0.3, 3.0])
def test_prediction_covers_a_new_study(k, ratio):
    """1,500 runs, seed 4; .92 to .985 within three Monte Carlo errors."""
    rng = np.random.default_rng([4, k, int(10 * ratio)])
    hits = 0
    for _ in range(1500):
        v = np.exp(rng.uniform(-np.log(800), -np.log(100), k))
        tau = np.sqrt(ratio * 0.0047)
        low, high = prediction_interval(rng.standard_normal(k) * np.sqrt(v + tau**2), v)
        hits += low <= tau * rng.standard_normal() <= high
    assert 0.92 - 0.02 <= hits / 1500 <= 0.985 + 0.009


def test_correction_by_hand():
    corrected, v = corrected_correlation(0.3, 0.002, (0.8, 0.9), (4, 1), 400)
    assert corrected == pytest.approx(0.3 / np.sqrt(0.72))
    noise = 2 * 4 * 0.04 / (3 * 400)
    assert v == pytest.approx(0.002 / 0.72 + corrected**2 / 4 * noise / 0.64)
