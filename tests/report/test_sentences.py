"""Sentences made from figures."""

import numpy as np
import pytest

from loyaltystudy.report._sentences import stat


@pytest.mark.parametrize(
    ("value", "text"), [(0.5, ".50"), (-0.049, "−.05"), (1.0, "1.00"), (np.nan, "–")]
)
def test_figures_are_written_as_the_apa_has_them(value, text):
    assert stat(value, "en") == text
