"""Simulated variables."""

import numpy as np
import pytest

from loyaltystudy.simulation._variables import answer_variables, cut, memberships


def test_variables_have_the_stated_levels():
    z = np.random.default_rng(0).standard_normal(100_000)
    assert np.bincount(cut(z, (0.2, 0.5, 0.3)).astype(int)) / len(z) == pytest.approx(
        [0.2, 0.5, 0.3], abs=0.005
    )
    assert memberships(z, 14.3).mean() == pytest.approx(14.3, abs=0.1)
    latent = {
        name: np.random.default_rng(i).standard_normal(50_000)
        for i, name in enumerate(("memberships", "memberships_used", "voice"))
    }
    answers = answer_variables(latent, ("memberships", "voice"), {"used": 0.4, "silent": 0.6})
    assert answers["memberships_used"].sum() / answers["memberships"].sum() == pytest.approx(
        0.4, abs=0.01
    )
    assert answers["voice"].mean() == pytest.approx(0.4, abs=0.01)
    assert (answers["memberships_used"] <= answers["memberships"]).all()
