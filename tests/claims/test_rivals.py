"""Settings of rivals and of single claims: what they move in a model of customers."""

import pytest

from loyaltystudy.claims import _rivals as rivals
from loyaltystudy.simulation import simulate_study


class Model:
    """A model of customers that notes what it is asked."""

    def __init__(self):
        self.calls, self.loads, self.means = [], {}, {}
        self.aims = {"loyalty": {"trust": 0.5}, "satisfaction": {"trust": 0.5}}
        self.together = self.guarded = False

    def __getattr__(self, name):
        return lambda *args: self.calls.append((name, *args))


@pytest.mark.parametrize(
    ("setting", "cause"),
    [
        (rivals.liking("trust", "loyalty", "engagement"), "K"),
        (rivals.common_cause("trust", "loyalty"), "quality"),
    ],
)
def test_a_common_cause_stands_in_place_of_the_effect(setting, cause):
    model = Model()
    setting(model)
    assert model.aims["loyalty"] == {} and model.calls == []
    assert {*model.loads} >= {"trust", "loyalty"}
    assert all([*own] == [cause] for own in model.loads.values())


def test_satisfaction_behind_both_colours_the_attitude_too():
    model = Model()
    rivals.satisfaction_behind("trust", "loyalty")(model)
    assert model.loads["company_attitude"] == {"satisfaction": 0.9}
    assert model.calls == [("relates", "satisfaction", "loyalty", rivals.STRONG)]


def test_what_a_world_sets_shows_in_its_answers():
    r = {}
    for kind in ("true", "false"):
        scores = simulate_study(f"shared-values-bind:{kind}", n=4000, seed=1).scores()
        r[kind] = scores.corr().loc["value_congruence", "loyalty"]
    assert r["true"] > r["false"] + 0.15
