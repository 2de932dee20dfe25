"""Purchases of 1,500 households whose Dirichlet is known, and its fit."""

import pytest

from loyaltystudy.purchases import fit_dirichlet, simulate_counts


@pytest.fixture(scope="module")
def table():
    alpha = {"a": 0.6, "b": 0.4, "c": 0.2}
    return simulate_counts(4.0, 0.8, alpha, households=1500, seed=7)


@pytest.fixture(scope="module")
def fitted(table):
    return fit_dirichlet(table)
