"""Polychoric correlations at their edges, and their influence functions."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from loyaltystudy.scales._polychoric import polychoric_pairs

REFERENCE = Path(__file__).parents[1] / "reference"
LAVAAN = pd.read_csv(REFERENCE / "ordinal.csv", keep_default_na=False)
ANSWERS = pd.read_csv(REFERENCE / "ordinal_answers.csv")


@pytest.mark.parametrize("cells", [(10, 100, 3), (200, 100, 1), (50, 20, 3), (4, 5, 1)])
def test_an_empty_cell_of_two_binary_items_is_treated_as_in_lavaan(cells):
    values = np.repeat([[0.0, 0], [0, 1], [1, 1]], cells, axis=0)
    expected = LAVAAN.loc[LAVAAN.model == " ".join(map(str, cells)), "value"].item()
    for turned in (values, values[:, ::-1], 1 - values):
        found = polychoric_pairs(turned, np.ones(len(turned)))
        assert found.filled.all() and not found.at_edge.any()
        assert found.correlations.item() == pytest.approx(expected, abs=1e-6)


def test_likelihood_that_rises_to_one_is_seen():
    """A Guttman pattern of three answers has no maximum short of 1."""
    values = np.repeat([[0.0, 0], [0, 1], [1, 1], [1, 2], [2, 2]], 20, axis=0)
    assert polychoric_pairs(values, np.ones(100)).at_edge.all()
    mirrored = values * [1, -1]
    assert polychoric_pairs(mirrored, np.ones(100)).at_edge.all()
    spread = np.vstack([values, [[0, 2], [2, 0], [2, 1], [1, 0]]])
    assert not polychoric_pairs(spread, np.ones(104)).at_edge.any()


def test_two_empty_cells_are_perfect_agreement():
    values = np.repeat([[0.0, 0], [1, 1]], 30, axis=0)
    assert polychoric_pairs(values, np.ones(60)).at_edge.all()


def test_influence_gives_the_change_from_doubling_one_person():
    values = ANSWERS[["a1", "a2", "b1"]].to_numpy(float)
    base = polychoric_pairs(values, np.ones(len(values)))
    w = np.ones(len(values))
    w[7] = 1.001
    change = polychoric_pairs(values, w).correlations - base.correlations
    np.testing.assert_allclose(
        change, base.influence[7] * 0.001 / len(values), rtol=0.15
    )  # outer products stand for curvature
