"""Formulas of pseudo R²."""

import numpy as np
import pytest

from loyaltystudy.explain._pseudo_r2 import mckelvey_zavoina, tjur


def test_weighted_formulas_are_those_of_repeated_rows():
    eta, y, w = np.array([0.1, 0.9, -1.0]), np.array([0, 1, 0]), np.array([1, 2, 3])
    p = 1 / (1 + np.exp(-eta))
    assert tjur(p, y, w) == pytest.approx(tjur(p.repeat(w), y.repeat(w)))
    assert mckelvey_zavoina(eta, w) == pytest.approx(mckelvey_zavoina(eta.repeat(w)))
