"""A fitted model laid out: standardised values, tables and warnings."""

import numpy as np
import pandas as pd
import pytest

from loyaltystudy.scales._cfa import cfa
from loyaltystudy.scales._estimator import GroupMoments, fit_model
from loyaltystudy.scales._factor_result import JUST_IDENTIFIED, improper, standardised
from loyaltystudy.scales._layout import build_layout

LOADINGS = np.array([0.8, 0.7, 0.6, 0.5])
SPREAD = np.array([1.0, 2.0, 0.5, 3.0])
LAYOUT = build_layout({"trust": ["a", "b", "c", "d"]})


def fitted(spread=SPREAD, change=None):
    sigma = np.outer(LOADINGS, LOADINGS)
    np.fill_diagonal(sigma, 1.0)
    if change:
        (i, j), value = change
        sigma[i, j] = sigma[j, i] = value
    cov = sigma * np.outer(spread, spread)
    return fit_model(LAYOUT, [GroupMoments(cov, np.zeros(4), 400)])


def test_standardised_loadings_do_not_depend_on_units():
    plain, scaled = standardised(fitted(np.ones(4))), standardised(fitted())
    assert np.allclose(plain.loadings, LOADINGS, atol=1e-5)
    assert np.allclose(scaled.loadings, plain.loadings, atol=1e-5)
    assert np.allclose(scaled.covariance, plain.covariance, atol=1e-6)


def test_errors_are_the_delta_methods_by_differences():
    whole = fitted()
    found = standardised(whole)
    jacobian = np.empty((4, LAYOUT.n_params))
    for k in range(LAYOUT.n_params):
        ends = []
        for step in (1e-6, -1e-6):
            x = whole.x.copy()
            x[k] += step
            moved = type(whole)(whole.layout, whole.moments, x, 0.0, whole.hessian, 0)
            ends.append(standardised(moved, whole.covariance).loadings)
        jacobian[:, k] = (ends[0] - ends[1]) / 2e-6
    assert np.allclose(found.covariance, jacobian @ whole.covariance @ jacobian.T, rtol=1e-4)


def test_a_negative_error_variance_is_named():
    assert improper(fitted()) == ()
    (note,) = improper(fitted(change=((0, 1), 0.97)), where=" in group x")
    assert note.startswith("Heywood case in group x: item 'a' has the residual variance -")


def test_tables_and_first_lines():
    rng = np.random.default_rng(1)
    f = rng.standard_normal(300)
    answers = pd.DataFrame({c: f + rng.standard_normal(300) for c in "abc"})
    model = cfa(answers, {"trust": ["a", "b", "c"]}, confidence=0.9)
    assert model.table is model.loadings and JUST_IDENTIFIED in model.notes
    rows = model.loadings
    assert np.allclose(rows["residual"], 1 - rows["loading"] ** 2)
    half = (rows["high"] - rows["low"]) / 2
    se = np.sqrt(np.diag(model.loading_covariance))[: len(rows)]
    assert half.to_numpy() == pytest.approx(1.6448536 * se)
    assert repr(model).startswith("Factor model, ") and "n = 300, 0 rows dropped." in repr(model)
