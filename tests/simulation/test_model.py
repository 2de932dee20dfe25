"""What a world sets is what its answers show."""

import numpy as np
import pytest

from loyaltystudy.scales._score import score
from loyaltystudy.simulation._drawing import draw_for_claim
from loyaltystudy.simulation._instrument import (
    mean_for_share,
)
from loyaltystudy.simulation._model import Model
from loyaltystudy.simulation._simulate import simulate_study, world_model


@pytest.fixture(scope="module")
def large():
    return simulate_study("both-must-want:false", n=40_000, seed=3)


def test_scores_correlate_as_their_make_up_says(large):
    scores = score(large)
    model = Model()
    structure = world_model("both-must-want:false")[1]
    pairs = [
        ("satisfaction", "loyalty"),
        ("trust", "affective_commitment"),
        ("community", "visibility"),
        ("satisfaction", "community"),
    ]
    for first, second in pairs:
        latent = structure.correlation(first, second)
        expected = model.score(first).observed_correlation(model.score(second), latent)
        assert scores[first].corr(scores[second]) == pytest.approx(expected, abs=0.02)


@pytest.mark.parametrize("scale", ["mutuality", "would_miss", "community"])
def test_means_are_found_for_shares(scale):
    model = Model()
    model.share_above(scale, 0.40)
    assert 1 < mean_for_share(scale, 0.40) < mean_for_share(scale, 0.50) < 7
    claim = {"mutuality": "company-owned-relationship"}.get(scale)
    if claim:
        study = draw_for_claim(claim, "true", n=40_000, seed=1)
        above = score(study)[scale].dropna() > 4
        assert above.mean() == pytest.approx(0.40, abs=0.008)


def test_effects_are_those_between_what_is_measured():
    model = Model()
    model.relates("responsibility", "loyalty", 0.30)
    assert model.compile().correlation("responsibility", "loyalty") == pytest.approx(0.30)
    model.relates("memberships", "programme_value", -0.30)  # a fact: as reported
    latent = model.compile().correlation("memberships", "programme_value")
    assert latent * model.fact("memberships") == pytest.approx(-0.30)
    model.controls("affective_commitment", ("message_relevance",), ("listening",))
    model.adds("listening", "affective_commitment", 0.25, ("message_relevance",))
    r = model.correlations(["listening", "message_relevance", "affective_commitment"])
    assert np.linalg.solve(r[:2, :2], r[:2, 2])[0] == pytest.approx(0.25)
