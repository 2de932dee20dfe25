"""What a claim's worlds say, and what the usual ones set."""

import pytest

from loyaltystudy.claims import register
from loyaltystudy.claims._worlds import (
    SMALLEST,
    TWICE,
    Rival,
    adds_to,
    go_together,
    nothing,
    plainly,
    share_of,
)


class Noted:
    """A model of customers that notes what it is asked."""

    def __init__(self):
        self.calls, self.plain = [], {}

    def __getattr__(self, name):
        return lambda *args: self.calls.append((name, *args))


def calls(setting):
    model = Noted()
    setting(model)
    return model.calls


def test_going_together_is_an_effect_in_one_world_and_none_in_the_other():
    worlds = go_together("loyalty", "trust", "engagement", r=-0.30, asks=("tier",))
    assert worlds.asks == ("trust", "engagement", "tier", "loyalty")
    both = [("relates", name, "loyalty", -0.30) for name in ("trust", "engagement")]
    assert calls(worlds.true) == both and worlds.false is nothing
    assert calls(worlds.false) == []
    assert worlds.effects == ((-0.30, -0.30), (0, 0))
    sizes = [calls(s)[0][3] for s in (worlds.half, worlds.smallest, worlds.twice)]
    assert sizes == [-SMALLEST / 2, -SMALLEST, -TWICE]


def test_adding_holds_the_controls_in_both_worlds():
    worlds = adds_to("loyalty", "trust", "satisfaction", beta=0.4, beside=1)
    held = ("controls", "loyalty", ("satisfaction",), ("trust",))
    for setting, size in ((worlds.true, 0.4), (worlds.false, 0.0)):
        assert calls(setting) == [held, ("adds", "trust", "loyalty", size, ("satisfaction",))]
    assert worlds.effects[0][0] == 0.4 and worlds.effects[1][1] != worlds.effects[1][1]


def test_shares_are_set_on_their_side_of_the_midpoint():
    above, below = (share_of("trust", 0.6, 0.4, side=side) for side in ("above", "below"))
    assert calls(above.true) == [("share_above", "trust", 0.6)]
    assert calls(below.false) == [("share_below", "trust", 0.4)]


def test_shares_among_variables_are_set_as_they_are():
    worlds, model = plainly("idle", 0.5, 0.3, ("memberships",), shown=lambda x: 1 - x), Noted()
    worlds.true(model)
    assert model.plain == {"idle": 0.5} and worlds.effects == ((0.5,), (0.7,))


@pytest.mark.parametrize("kind", ["true", "false", "half", "smallest", "twice"])
def test_settings_by_name(kind):
    rival = Rival("habit", "out of habit", lambda m: None)
    worlds = go_together("loyalty", "trust", rivals=(rival,))
    assert worlds.setting(kind) is getattr(worlds, kind)
    assert worlds.setting("habit") is rival.setting and worlds.setting("unknown") is None


def test_every_part_of_a_rule_has_a_figure_in_both_worlds():
    for claim in register().values():
        if claim.worlds is not None:
            true, false = claim.worlds.effects
            assert len(true) == len(false) == len(claim.parts), claim.name
