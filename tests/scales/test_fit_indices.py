"""Indices of fit by hand and by their own definitions."""

import numpy as np
import pytest
from scipy.stats import chi2, ncx2

from loyaltystudy.scales._estimator import GroupMoments, fit_model
from loyaltystudy.scales._fit_indices import fit_indices, indices_from_chi_square, srmr
from loyaltystudy.scales._layout import build_layout


def test_indices_by_hand():
    found = indices_from_chi_square(30.0, 10, 210.0, 15, 200)
    assert found["cfi"] == pytest.approx(1 - 20 / 195)
    assert found["tli"] == pytest.approx((210 / 15 - 30 / 10) / (210 / 15 - 1))
    assert found["rmsea"] == pytest.approx(np.sqrt(20 / (200 * 10)))
    assert found["p"] == pytest.approx(chi2.sf(30, 10))


def test_bounds_of_rmsea_put_the_statistic_at_five_per_cent_of_each_tail():
    found = indices_from_chi_square(30.0, 10, 210.0, 15, 200)
    for bound, share in ((found["rmsea_low"], 0.95), (found["rmsea_high"], 0.05)):
        assert ncx2.cdf(30, 10, bound**2 * 200 * 10) == pytest.approx(share, abs=1e-6)


def test_more_groups_widen_rmsea_by_the_root_of_their_number():
    one, two = (indices_from_chi_square(30.0, 10, 210.0, 15, 200, groups) for groups in (1, 2))
    for name in ("rmsea", "rmsea_low", "rmsea_high"):
        assert two[name] == pytest.approx(np.sqrt(2) * one[name])
    assert two["cfi"] == one["cfi"]


def test_a_model_that_fits_better_than_chance_is_perfect_and_never_more():
    found = indices_from_chi_square(4.0, 10, 210.0, 15, 200)
    assert (found["cfi"], found["rmsea"], found["rmsea_low"]) == (1, 0, 0)
    assert found["tli"] > 1  # by its definition it may be


def test_nothing_left_to_fit_says_so():
    found = indices_from_chi_square(0.0, 0, 210.0, 3, 200)
    assert np.isnan(found["p"])
    assert [found[k] for k in ("cfi", "tli", "rmsea", "rmsea_low", "rmsea_high")] == [1, 1, 0, 0, 0]


def test_a_base_that_fits_as_well_leaves_no_share_to_gain():
    assert indices_from_chi_square(5.0, 10, 12.0, 15, 200)["cfi"] == 1


def test_residuals_of_a_model_that_holds_are_none():
    loadings = np.array([0.8, 0.7, 0.6, 0.5])
    truth = np.outer(loadings, loadings)
    np.fill_diagonal(truth, 1.0)
    layout = build_layout({"trust": ["a", "b", "c", "d"]})
    exact = fit_model(layout, [GroupMoments(truth, np.zeros(4), 300)])
    assert srmr(exact) == pytest.approx(0, abs=1e-6)
    off = truth.copy()
    off[0, 1] = off[1, 0] = truth[0, 1] + 0.1
    wrong = fit_model(layout, [GroupMoments(off, np.zeros(4), 300)])
    indices = fit_indices(wrong)
    assert indices["df"] == 2 and indices["n_parameters"] == 8
    assert indices["srmr"] > 0.01 and indices["chi_square"] > 0
