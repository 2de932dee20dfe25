"""Answers: cut points, shares of method, gaps and careless respondents."""

import numpy as np
import pytest

from loyaltystudy.simulation._instrument import (
    MISSING,
    codebook,
    cut_moments,
    scale_score,
)
from loyaltystudy.simulation._simulate import simulate_study


def test_cut_moments_by_hand():
    # two answers cut at 0: cov(x, z) = phi(0), mean .5, variance .25
    slope, mean, variance = cut_moments(0.5, 1.0, 0, 1)
    assert (slope, mean, variance) == pytest.approx((1 / np.sqrt(2 * np.pi), 0.5, 0.25))


@pytest.fixture(scope="module")
def large():
    return simulate_study("both-must-want:false", n=40_000, seed=3)


def test_method_carries_three_to_eight_per_cent_of_a_scale():
    scales = [s.name for s in codebook().scales.values() if len(s.items) > 2]
    shares = {s: sum(v**2 for v in scale_score(s).shared[:2]) for s in scales if s != "devotion"}
    assert 0.02 < min(shares.values()) < 0.03 and 0.07 < max(shares.values()) < 0.08
    assert shares["cultural_participation"] > 2 * shares["mutuality"]  # none reversed; one


def test_missing_answers_and_careless_respondents(large):
    items = large.answers[list(large.codebook.items)]
    assert items.isna().to_numpy().mean() == pytest.approx(MISSING, abs=0.003)
    assert (items.isna().sum(axis=1) == 0).mean() == pytest.approx(0.80, abs=0.01)
    assert not large.answers[["offer_arm", "ask_arm"]].isna().any(axis=None)
    wrong = large.answers["attentive1"].dropna() != 2
    assert 0.015 < wrong.mean() < 0.03  # a seventh of the careless hits it
    seven = items.loc[:, [c for c in items if large.codebook.items[c].high == 7]]
    assert (seven.max(axis=1) == seven.min(axis=1)).mean() == pytest.approx(0.015, abs=0.003)
