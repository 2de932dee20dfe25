"""Likelihoods of counts beside those of SciPy, and their optimum."""

import numpy as np
import pytest
from scipy import optimize, stats

from loyaltystudy.purchases._likelihood import (
    count_buyers,
    dirichlet_loglik,
    fit_nbd,
    nbd_loglik,
    start_alpha,
)
from loyaltystudy.purchases._simulate import simulate_counts

ALPHA = {"a": 0.6, "b": 0.4, "c": 0.2}


def test_tallied_likelihoods_are_scipys_up_to_a_constant(table):
    counts = table.to_numpy()[:300]
    n = counts.sum(axis=1)
    t = count_buyers(counts)

    def scipys(alpha):
        return sum(
            stats.dirichlet_multinomial.logpmf(row, alpha, total)
            for row, total in zip(counts, n, strict=True)
            if total
        )

    one, two = np.array([0.6, 0.4, 0.2]), np.array([1.1, 0.3, 0.5])
    ours = dirichlet_loglik(one, t) - dirichlet_loglik(two, t)
    assert ours == pytest.approx(scipys(one) - scipys(two))
    difference = [stats.nbinom.logpmf(n, k, k / (k + m)).sum() for m, k in ((4.0, 0.8), (3.0, 1.5))]
    assert nbd_loglik(4.0, 0.8, t) - nbd_loglik(3.0, 1.5, t) == pytest.approx(
        difference[0] - difference[1]
    )


def test_truncated_likelihood_is_scipys_given_a_purchase(table):
    n = table.sum(axis=1).to_numpy()
    n = n[n > 0][:400]
    t = count_buyers(n[:, None])

    def scipys(m, k):
        p = k / (k + m)
        return (stats.nbinom.logpmf(n, k, p) - np.log(stats.nbinom.sf(0, k, p))).sum()

    assert nbd_loglik(4.0, 0.8, t) - nbd_loglik(3.0, 1.5, t) == pytest.approx(
        scipys(4.0, 0.8) - scipys(3.0, 1.5)
    )


@pytest.mark.parametrize("zeros", [True, False])
def test_newton_finds_the_optimum_and_the_information_is_its_curvature(table, zeros):
    counts = table.to_numpy()
    t = count_buyers(counts if zeros else counts[counts.sum(axis=1) > 0])
    (m, k), covariance, found = fit_nbd(t)
    assert found

    def loss(theta):
        return -nbd_loglik(*np.exp(theta), t)

    best = optimize.minimize(
        loss, np.log([m, k]) + 0.1, method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-9}
    )
    assert [m, k] == pytest.approx(np.exp(best.x), rel=1e-5)
    step, at = 1e-4, np.log([m, k])
    hessian = np.empty((2, 2))
    for i, e in enumerate(np.eye(2) * step):
        for j, f in enumerate(np.eye(2) * step):
            corners = loss(at + e + f) - loss(at + e - f) - loss(at - e + f) + loss(at - e - f)
            hessian[i, j] = corners / (4 * step**2)
    assert covariance == pytest.approx(np.linalg.inv(hessian), rel=1e-3, abs=1e-8)


def test_interval_of_s_is_the_profile_likelihoods(fitted, table):
    """Twice the fall of the profile log likelihood at the limits is near chi-square's 3.84."""
    t = count_buyers(table.to_numpy())
    top = dirichlet_loglik(fitted.alpha.to_numpy(), t)
    s = fitted.params.set_index("parameter").loc["S"]
    for limit in (s["low"], s["high"]):

        def loss(logits, limit=limit):
            share = np.exp(np.append(logits, 0.0))
            return -dirichlet_loglik(limit * share / share.sum(), t)

        best = optimize.minimize(loss, [1.0, 0.7], method="Nelder-Mead")
        assert 2 * (top + best.fun) == pytest.approx(3.84, abs=0.35)


def test_start_is_the_moment_estimate():
    t = count_buyers(simulate_counts(6.0, 1.0, ALPHA, households=50_000, seed=1).to_numpy())
    assert start_alpha(t).sum() == pytest.approx(1.2, rel=0.05)
