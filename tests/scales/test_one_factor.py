"""The one-factor model where it can be fitted, and where it cannot."""

import numpy as np
import pytest

from loyaltystudy.scales._one_factor import fit_one_factor


def test_a_covariance_that_the_model_made_gives_it_back_in_any_units():
    loadings, errors, units = np.array([0.9, 0.7, 0.5]), np.array([0.2, 0.5, 0.7]), [1, 10, 0.01]
    sigma = (np.outer(loadings, loadings) + np.diag(errors)) * np.outer(units, units)
    found, rest = fit_one_factor(sigma)
    assert np.allclose(found, loadings * units, rtol=1e-5)
    assert np.allclose(rest, errors * np.square(units), rtol=1e-4)


def test_the_factor_points_the_way_most_items_do():
    loadings = np.array([0.9, 0.7, -0.5])
    sigma = np.outer(loadings, loadings)
    np.fill_diagonal(sigma, 1.0)
    assert np.allclose(fit_one_factor(sigma)[0], loadings, atol=1e-5)
    assert np.allclose(fit_one_factor(sigma[::-1, ::-1])[0], loadings[::-1], atol=1e-5)


@pytest.mark.parametrize(
    "sigma",
    [
        np.array([[1.0, 0.5], [0.5, 1.0]]),  # two items
        np.diag([1.0, 0.0, 1.0]),  # one of them constant
        np.ones((3, 3)),  # all the same
    ],
)
def test_no_figure_where_the_model_cannot_be_fitted(sigma):
    assert all(np.isnan(part).all() for part in fit_one_factor(sigma))
