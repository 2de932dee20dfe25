"""A study for one claim."""

import pytest

from loyaltystudy.errors import SurveyError
from loyaltystudy.simulation._drawing import draw_for_claim
from loyaltystudy.simulation._panels import simulate_panel


def test_claims_without_worlds_are_told():
    with pytest.raises(SurveyError, match="'customer-focus-60' has no worlds"):
        draw_for_claim("customer-focus-60", "true", n=10, seed=1)
    with pytest.raises(SurveyError, match="No world 'polygamous:maybe'"):
        simulate_panel("polygamous:maybe", households=10, seed=1)
