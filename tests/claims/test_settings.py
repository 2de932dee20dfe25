"""Settings of single claims: what they move in a model of customers."""

import numpy as np
import pytest

from loyaltystudy.claims import _settings as settings


class Model:
    """A model of customers that notes what it is asked."""

    def __init__(self):
        self.calls, self.loads, self.means = [], {}, {}
        self.aims = {"loyalty": {"trust": 0.5}, "satisfaction": {"trust": 0.5}}
        self.together = self.guarded = False

    def __getattr__(self, name):
        return lambda *args: self.calls.append((name, *args))


def test_joint_r2_is_that_of_equal_correlations():
    class Correlated(Model):
        def correlations(self, names):
            return np.full((len(names), len(names)), 0.2) + 0.8 * np.eye(len(names))

    model = Correlated()
    settings.joint_r2(model, ("a", "b", "c"), 0.15)
    (r,) = {call[3] for call in model.calls}
    whole = np.full((3, 3), 0.2) + 0.8 * np.eye(3)
    assert np.full(3, r) @ np.linalg.solve(whole, np.full(3, r)) == pytest.approx(0.15)


def test_a_ceiling_lets_nobody_be_more_loyal_than_the_condition_allows():
    kept = []

    class After(Model):
        after = kept

    settings.ceiling(After(), "trust", start=0.3, slope=1.0)
    latent = {"loyalty": np.array([-1.0, 0.5, 2.0]), "trust": np.array([0.0, 0.0, 0.0])}
    kept[0](latent)
    assert latent["loyalty"].tolist() == [-1.0, 0.3, 0.3]
