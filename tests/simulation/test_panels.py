"""Simulated panels."""

import pytest

from loyaltystudy.claims._register import register
from loyaltystudy.simulation._drawing import draw_for_claim
from loyaltystudy.simulation._panels import PANEL_TRUTHS


@pytest.mark.parametrize("claim", PANEL_TRUTHS)
def test_panels_hold_what_they_say(claim):
    true, false = PANEL_TRUTHS[claim]
    for kind, figure in (("true", true), ("false", false)):
        panel = draw_for_claim(claim, kind, n=4000, seed=2)
        part = register()[claim].test(panel, 0)[0]
        assert part.estimate == pytest.approx(figure, abs=0.02)
        assert panel.spec.population == "simulated"
