"""Errors by normal theory: Fisher's, differences of the matrix, and the jackknife."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from loyaltystudy import Moments
from loyaltystudy.rsquared._intervals import (
    jackknife,
    leave_one_out,
)
from loyaltystudy.rsquared._measures import MEASURES, alone_r2
from loyaltystudy.rsquared._moments import row_moments, subset_r2
from loyaltystudy.rsquared._normal_theory import theory

NAMES = ["a", "b", "c", "d", "e"]
NAMED = [["b", "c"], ["d", "e"]]


@pytest.fixture(scope="module")
def sample():
    rng = np.random.default_rng(20)
    x = rng.normal(5, 3, size=(60, 5))
    x[:, 2] = rng.integers(0, 2, 60)
    y = 100 + x[:, 0] + 2 * x[:, 1] + 3 * x[:, 3] + rng.normal(0, 5, 60)
    return x, y, rng.uniform(0.2, 3, 60)


def test_an_estimate_of_exactly_zero_keeps_an_upper_limit():
    """A published correlation of .00: se is zero, yet the interval is that of r = .00001."""
    names = ["x", "y"]
    limits = []
    for r in (0.0, 1e-4):
        table = pd.DataFrame([[1, r], [r, 1]], index=names, columns=names)
        found = theory(Moments.from_correlations(table, n=200), "y", [["x"]], [])
        limits.append(found.interval(alone_r2, [1]))
    np.testing.assert_allclose(limits[0], limits[1], rtol=0.01)
    # |N(d, 1)| < 1 with probability .025 at d = 2.96
    assert limits[0][1][0] == pytest.approx(np.tanh(2.96 / np.sqrt(199)) ** 2, rel=0.003)


def test_upper_limit_of_one_correlation_is_near_fishers():
    """One predictor by theory: for a clear r the squares of Fisher's limits, nearly."""
    names, r, n = ["x", "y"], 0.5, 400
    table = pd.DataFrame([[1, r], [r, 1]], index=names, columns=names)
    by_theory = theory(Moments.from_correlations(table, n=n), "y", [["x"]], [])
    found = np.ravel(by_theory.interval(alone_r2, [1]))
    fisher = np.tanh(np.arctanh(r) + np.array([-1, 1]) * norm.ppf(0.975) / np.sqrt(n - 3)) ** 2
    np.testing.assert_allclose(found, fisher, atol=0.003)


def test_theory_gradients_agree_with_differences_of_the_matrix(sample):
    """Variance by the delta method with numeric gradients and the covariances of correlations."""
    x, y, _ = sample
    m = row_moments(np.column_stack([x, y]), np.ones(60), (*NAMES, "y"))
    by_theory = theory(m, "y", NAMED, ["a"])
    found = by_theory.root.T @ by_theory.root
    r, pairs = m.correlation, [(i, j) for i in range(6) for j in range(i)]

    def at(step: float, i: int, j: int) -> np.ndarray:
        moved = r.copy()
        moved[i, j] = moved[j, i] = r[i, j] + step
        one = np.asarray(1.0)
        part = Moments((*NAMES, "y"), one, one, one, np.zeros(6), moved)
        return subset_r2(part, "y", NAMED, ["a"])

    slope = np.array([(at(1e-5, i, j) - at(-1e-5, i, j)) / 2e-5 for i, j in pairs])
    spread_of_r = np.array([[_pearson_filon(r, *one, *two) for two in pairs] for one in pairs])
    np.testing.assert_allclose(found, slope.T @ spread_of_r @ slope / 60, rtol=1e-6, atol=1e-11)
    width = np.array([1, 3, 3, 5])
    np.testing.assert_allclose(by_theory.bias, (1 - by_theory.r2) * width / 59, atol=1e-11)


def _pearson_filon(r, j, k, h, m) -> float:
    """n times the covariance of two correlations of normal data (Pearson & Filon, 1898)."""
    return 0.5 * (
        (r[j, h] - r[j, k] * r[k, h]) * (r[k, m] - r[k, h] * r[h, m])
        + (r[j, m] - r[j, h] * r[h, m]) * (r[k, h] - r[k, j] * r[j, h])
        + (r[j, h] - r[j, m] * r[m, h]) * (r[k, m] - r[k, j] * r[j, m])
        + (r[j, m] - r[j, k] * r[k, m]) * (r[k, h] - r[k, m] * r[m, h])
    )


def test_theory_and_jackknife_agree_on_much_normal_data():
    rng = np.random.default_rng(3)
    x = rng.normal(size=(20_000, 4))
    y = x @ [0.5, 0.2, 0.3, 0.0] + rng.normal(size=20_000)
    names, blocks = ("a", "b", "c", "d", "y"), [["a", "b"], ["c", "d"]]
    m = row_moments(np.column_stack([x, y]), np.ones(20_000), names)
    by_rows = leave_one_out(x, y, np.ones(20_000), [[0, 1], [2, 3]], [], list(names))
    by_theory = theory(m, "y", blocks, [])
    for of in MEASURES.values():
        expected = jackknife(*map(of, by_rows))[0]
        np.testing.assert_allclose(by_theory.se(of), expected, rtol=0.04)
