"""Slopes and intervals of alpha and omega, by differences and by their definitions."""

import numpy as np
import pytest
from scipy.stats import f, norm

from loyaltystudy.scales._alpha_intervals import (
    adf_interval,
    alpha_of,
    feldt_interval,
    normal_omega_interval,
    omega_of,
    one_factor_information,
)
from loyaltystudy.scales._one_factor import fit_one_factor

LOADINGS, ERRORS = np.array([0.8, 0.7, 0.6, 0.9]), np.array([0.36, 0.51, 0.64, 0.4])
SIGMA = np.outer(LOADINGS, LOADINGS) + np.diag(ERRORS)


def alpha(s):
    k = len(s)
    return k / (k - 1) * (1 - np.trace(s) / s.sum())


def differences(function, s, step=1e-5):
    out = np.zeros_like(s)
    for i, j in np.ndindex(*s.shape):
        away = np.zeros_like(s)
        away[i, j] += step / 2
        away[j, i] += step / 2
        out[i, j] = (function(s + away) - function(s - away)) / (2 * step)
    return out


def omega(s):
    loadings, errors = fit_one_factor(s)
    return loadings.sum() ** 2 / (loadings.sum() ** 2 + errors.sum())


def slopes_of(statistic):
    return np.tensordot(statistic.slopes, statistic.forms, axes=1)


def test_slopes_of_alpha_are_its_differences():
    off = SIGMA + 0.05 * np.diag([1, 2, 0, 1])
    assert alpha_of(off).value == pytest.approx(alpha(off))
    assert np.allclose(slopes_of(alpha_of(off)), differences(alpha, off), atol=1e-8)


@pytest.mark.parametrize("misfit", [0.0, 0.2])
def test_slopes_of_omega_are_those_of_the_model_fitted_anew(misfit):
    s = SIGMA.copy()
    s[:2, :2] += misfit
    found = omega_of(*fit_one_factor(s), s)
    assert np.allclose(slopes_of(found), differences(omega, s, 1e-3), atol=1e-4)


def test_influence_of_weighted_rows_sums_to_nothing():
    rng = np.random.default_rng(1)
    away, w = rng.standard_normal((50, 4)), rng.uniform(0.5, 2, 50)
    own = alpha_of(SIGMA).influence(away, (away * w[:, None]).T @ away / w.sum())
    assert w @ own == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("of", [alpha_of, lambda s: omega_of(*fit_one_factor(s), s)])
def test_leaving_out_clusters_is_computing_anew(of):
    """Alpha to the last digit, omega to the second order in what a cluster moves."""
    rng = np.random.default_rng(2)
    rows = rng.standard_normal((300, 1)) * LOADINGS + rng.standard_normal((300, 4)) * ERRORS**0.5
    w, unit = rng.uniform(0.5, 2, 300), np.arange(300) % 30
    away = rows - w @ rows / w.sum()
    share = w / w.sum()

    def by_unit(values):
        return np.stack([np.bincount(unit, v) for v in values])

    statistic = of((away * share[:, None]).T @ away)
    shares, *pulls = by_unit(share * np.vstack([np.ones(300), statistic.pulls(away)]))
    gaps = by_unit(share * away.T).T
    beyond = statistic.beyond_linear(shares, np.stack(pulls), gaps)
    linear = by_unit((share * statistic.influence(away, np.cov(rows.T, aweights=w, ddof=0)))[None])
    rest = [of(np.cov(rows[unit != u].T, aweights=w[unit != u], ddof=0)).value for u in range(30)]
    anew = (statistic.value - np.array(rest)) * (1 - 1 / 30)
    assert np.allclose(beyond + linear[0], anew, atol=1e-12 if of is alpha_of else 2e-4)


def test_feldts_interval_holds_its_share_of_the_f_distribution():
    found = feldt_interval(0.8, 101, 5, 0.95)
    for limit, share in ((found.low, 0.975), (found.high, 0.025)):
        assert f.cdf((1 - limit) / (1 - 0.8), 100, 400) == pytest.approx(share)


def test_the_interval_of_omega_is_by_the_delta_method_on_the_logit():
    found = normal_omega_interval(LOADINGS, ERRORS, 300, 0.95)
    assert found.estimate == pytest.approx(9 / (9 + ERRORS.sum()))
    logit = [np.log(v / (1 - v)) for v in (found.low, found.estimate, found.high)]
    assert logit[1] - logit[0] == pytest.approx(logit[2] - logit[1])
    wide = normal_omega_interval(LOADINGS, ERRORS, 300, 0.99)
    ratio = (np.log(wide.high / (1 - wide.high)) - logit[1]) / (logit[2] - logit[1])
    assert ratio == pytest.approx(norm.ppf(0.995) / norm.ppf(0.975))


def test_information_is_that_of_normal_rows():
    information = one_factor_information(LOADINGS, ERRORS)
    w = np.linalg.inv(SIGMA)
    slopes = [np.outer(e, LOADINGS) + np.outer(LOADINGS, e) for e in np.eye(4)]
    slopes += [np.outer(e, e) for e in np.eye(4)]
    expected = [[np.trace(w @ a @ w @ b) / 2 for b in slopes] for a in slopes]
    assert np.allclose(information, expected)


def test_heavy_tails_and_few_units_widen_and_perfection_has_no_width():
    even, one = np.full(100, 0.002), np.r_[np.full(99, 1e-6), 0.02]
    assert (even**2).sum() == pytest.approx((one**2).sum(), rel=1e-4)
    low = [adf_interval(0.8, totals, 99, 0.95).low for totals in (even, one)]
    assert low[1] < low[0] < 0.8
    assert adf_interval(1.0, even, 99, 0.95) == (1, 1, 1)
    assert adf_interval(0.8, np.zeros(10), 9, 0.95) == (0.8, 0.8, 0.8)
    assert adf_interval(0.999999, np.full(9, 10.0), 8, 0.95).low == -np.inf


def test_weights_make_the_interval_symmetric_but_for_skewness():
    rng = np.random.default_rng(3)
    even = rng.standard_normal(200) * 0.002
    even = np.r_[even, -even]
    found = adf_interval(0.8, even, 399, 0.95, weighted=True)
    assert found.high - 0.8 == pytest.approx(0.8 - found.low)
    totals = np.r_[even, np.full(8, 0.02)]
    found = adf_interval(0.3, totals, 407, 0.95, weighted=True)
    z, skewness = norm.ppf(0.975), (totals**3).sum() / (totals**2).sum() ** 1.5
    far = 1 + skewness / 6 * (1 / z + 2 * z)
    assert found.high - 0.3 == pytest.approx(far * (0.3 - found.low)) and far > 1.1
    biased = adf_interval(0.3, totals, 407, 0.95, weighted=True, bias=-0.02)
    assert biased.high == pytest.approx(found.high + 0.02) and biased.low == found.low
    assert adf_interval(0.3, totals, 407, 0.95, weighted=True, bias=0.02) == found
    assert adf_interval(0.99, even * 10, 399, 0.95, weighted=True).high == 1
    assert np.isnan(adf_interval(0.8, np.r_[np.inf, even], 399, 0.95).low)
