"""Distances from the mean, with gaps and without."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings, strategies as st

from loyaltystudy.scales._mahalanobis import distances

HERE = Path(__file__).parents[1]
NAN = np.nan


def test_distances_are_those_of_psych_outlier():
    answers = pd.read_csv(HERE / "reference" / "screening_answers.csv").to_numpy(dtype=float)
    expected = pd.read_csv(HERE / "reference" / "screening.csv")["distance"].to_numpy()
    found, answered = distances(answers)
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-8)
    assert (answered == 12).all()


def test_distance_with_gaps_is_that_of_the_answered_items():
    rng = np.random.default_rng(5)
    full = rng.standard_normal((400, 6)) @ rng.standard_normal((6, 6))
    gaps = np.where(rng.random(full.shape) < 0.1, NAN, full)
    found, answered = distances(gaps)
    from loyaltystudy.scales._mahalanobis import _em

    mean, covariance = _em(gaps)
    for row in range(20):
        at = np.flatnonzero(~np.isnan(gaps[row]))
        away = gaps[row, at] - mean[at]
        direct = away @ np.linalg.solve(covariance[np.ix_(at, at)], away)
        assert found[row] == pytest.approx(direct, rel=1e-9)
        assert answered[row] == len(at)


def test_em_finds_the_covariance_behind_gaps():
    rng = np.random.default_rng(7)
    truth = np.array([[1, 0.6, 0.3], [0.6, 1, 0.5], [0.3, 0.5, 1]])
    full = rng.standard_normal((20_000, 3)) @ np.linalg.cholesky(truth).T
    gaps = np.where(rng.random(full.shape) < 0.2, NAN, full)
    gaps[full[:, 0] > 0.3, 1] = NAN  # missing because of an answered item: pairwise would be off
    from loyaltystudy.scales._mahalanobis import _em

    seen = gaps.copy()
    seen[:, 0] = full[:, 0]
    _, covariance = _em(seen)
    np.testing.assert_allclose(covariance, truth, atol=0.03)
    assert abs(np.nanvar(seen[:, 1]) - 1) > 0.1


def test_distances_are_none_where_the_covariance_is_singular():
    full = np.random.default_rng(1).standard_normal((50, 3))
    double = np.column_stack([full, full[:, 0]])
    assert np.isnan(distances(double)[0]).all()
    assert np.isnan(distances(full[:3])[0]).all()
    constant = np.column_stack([full, np.ones(50)])  # a constant item tells nothing
    np.testing.assert_allclose(distances(constant)[0], distances(full)[0])
    empty = np.vstack([full, np.full(3, NAN)])
    assert np.isnan(distances(empty)[0]).tolist() == [False] * 50 + [True]


@settings(max_examples=25, deadline=None, derandomize=True)
@given(seed=st.integers(0, 10**6), scale=st.floats(0.1, 50))
def test_distances_do_not_depend_on_units(seed, scale):
    rng = np.random.default_rng(seed)
    full = rng.standard_normal((40, 4))
    gaps = np.where(rng.random(full.shape) < 0.1, NAN, full)
    moved = gaps * np.array([scale, 1, -2, 3]) + 5
    np.testing.assert_allclose(distances(moved)[0], distances(gaps)[0], rtol=1e-2, atol=1e-3)
