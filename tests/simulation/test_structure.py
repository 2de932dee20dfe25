"""Paths, the correlations that they imply, and causes that cannot be."""

import numpy as np
import pytest

from loyaltystudy.errors import SurveyError
from loyaltystudy.simulation._drawing import draw_for_claim
from loyaltystudy.simulation._structure import Structure


def test_correlations_follow_from_paths_by_hand():
    model = Structure()
    model.add("a")
    model.add("b", {"a": 0.6})
    model.add("c", {"a": 0.3, "b": 0.4})
    assert model.correlation("a", "c") == pytest.approx(0.3 + 0.4 * 0.6)
    assert model.correlation("b", "c") == pytest.approx(0.4 + 0.3 * 0.6)
    assert model.paths[2][2] == pytest.approx(np.sqrt(1 - (0.09 + 0.16 + 2 * 0.3 * 0.4 * 0.6)))


def test_asked_correlations_are_met_beside_paths_and_variances_stay_one():
    model = Structure()
    for name, paths in (("g", {}), ("a", {"g": 0.6}), ("b", {"g": 0.5})):
        model.add(name, paths)
    model.add("y", {"g": 0.2}, {"a": 0.4, "b": 0.1})
    assert model.correlation("a", "y") == pytest.approx(0.4)
    assert model.correlation("b", "y") == pytest.approx(0.1)
    drawn = model.draw(200_000, np.random.default_rng(0))
    sample = np.corrcoef(list(drawn.values()))
    assert np.abs(sample - model.covariance).max() < 0.012
    assert np.std(drawn["y"]) == pytest.approx(1, abs=0.01)


def test_impossible_causes_are_refused():
    model = Structure()
    model.add("a")
    with pytest.raises(SurveyError, match=r"'y': its causes explain 1.21 of a variance of 1"):
        model.add("y", {"a": 1.1})
    with pytest.raises(SurveyError, match="No latent variable 'z' so far"):
        model.add("y", {"z": 0.1})


def drawn(claim, kind, n, seed):
    return draw_for_claim(claim, kind, n=n, seed=seed, marked=True)
