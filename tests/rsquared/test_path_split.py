"""The path split: interventions on structural worlds, plain regressions, and lavaan."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from loyaltystudy.rsquared import nested_slopes, path_split

HERE = Path(__file__).parents[1] / "reference"
SIZES = [4, 3, 2]
# coefficients (to, from): value; background 0-3, trust and engagement 4-6, bonds 7-8, outcome 9
WORLDS = {
    "mediated": {
        (4, 2): 0.5,
        (5, 3): 0.4,
        (6, 2): 0.3,
        (7, 4): 0.5,
        (8, 5): 0.5,
        (7, 6): 0.2,
        (9, 7): 0.5,
        (9, 8): 0.4,
        (9, 4): 0.2,
    },
    "partial": {
        (2, 0): 0.4,
        (4, 2): 0.4,
        (5, 3): 0.3,
        (6, 3): 0.3,
        (7, 4): 0.5,
        (8, 5): 0.3,
        (9, 2): 0.3,
        (9, 4): 0.3,
        (9, 7): 0.4,
    },
    "proxy": {
        (4, 2): 0.8,
        (5, 3): 0.8,
        (6, 2): 0.6,
        (7, 4): 0.8,
        (8, 5): 0.8,
        (9, 2): 0.5,
        (9, 3): 0.3,
    },
    "suppressed": {(4, 2): 0.6, (5, 3): 0.5, (7, 4): 0.6, (9, 7): 0.5, (9, 4): 0.3, (9, 2): -0.35},
    "nothing": {(7, 4): 0.5, (8, 5): 0.5, (9, 7): 0.4, (9, 8): 0.3},
}
TABLE = {
    "mediated": (0.041, 0.0),
    "partial": (0.171, 0.061),
    "proxy": (0.254, 0.254),
    "suppressed": (0.000, 0.076),
    "nothing": (0.0, 0.0),
}


def structure(name: str):
    """All paths to each variable, and the covariances they imply."""
    paths = np.zeros((10, 10))
    for (to, source), value in WORLDS[name].items():
        paths[to, source] = value
    effects = np.linalg.inv(np.eye(10) - paths)
    return paths, effects, effects @ effects.T


def by_intervention(name: str) -> np.ndarray:
    """Variance of y from each layer's own disturbances: by all paths, and by direct ones."""
    paths, effects, cov = structure(name)
    found = []
    for columns in ([0, 1, 2, 3], [4, 5, 6], [7, 8]):
        inside = np.linalg.inv(np.eye(len(columns)) - paths[np.ix_(columns, columns)])
        both = effects[9, columns], paths[9, columns] @ inside
        found.append([effect @ effect / cov[9, 9] for effect in both])
    return np.array(found)


@pytest.mark.parametrize("name", WORLDS)
def test_equals_the_variances_under_intervention(name):
    split = path_split(structure(name)[2], SIZES)
    np.testing.assert_allclose(split, by_intervention(name), atol=1e-12)
    np.testing.assert_allclose(split[0], TABLE[name], atol=5e-4)


def test_equals_plain_regressions_with_controls():
    rng = np.random.default_rng(3)
    x = rng.standard_normal((80, 7)) @ rng.standard_normal((7, 7))
    d = x - x.mean(axis=0)
    split = path_split(d.T @ d, [2, 1, 2], held=1)

    def slopes(columns):
        return np.linalg.lstsq(d[:, columns], d[:, 6], rcond=None)[0]

    for layer, (earlier, own) in enumerate(
        [([0], [1, 2]), ([0, 1, 2], [3]), ([0, 1, 2, 3], [4, 5])]
    ):
        rest = d[:, own] - d[:, earlier] @ np.linalg.lstsq(d[:, earlier], d[:, own], rcond=None)[0]
        for at, columns in enumerate(([*earlier, *own], range(6))):
            beta = slopes([*columns])[len(earlier) : len(earlier) + len(own)]
            share = ((rest @ beta) ** 2).sum() / (d[:, 6] ** 2).sum()
            assert split[layer, at] == pytest.approx(share, abs=1e-12)


def test_a_column_without_variation_of_its_own_adds_nothing():
    rng = np.random.default_rng(4)
    x = rng.standard_normal((50, 4))
    y = x @ [1.0, 0.5, 0.2, 0.0] + rng.standard_normal(50)
    plain, wider = (
        np.column_stack([x, y]),
        np.column_stack([x[:, :2], x[:, 0] + x[:, 1], x[:, 2:], y]),
    )
    cross = [(part - part.mean(axis=0)).T @ (part - part.mean(axis=0)) for part in (plain, wider)]
    np.testing.assert_allclose(
        path_split(cross[1], [3, 2]), path_split(cross[0], [2, 2]), atol=1e-10
    )


def test_stacked_matrices_are_split_one_by_one():
    covs = np.stack([structure(name)[2] for name in WORLDS]).reshape(5, 1, 10, 10)
    found = path_split(covs, SIZES)
    assert found.shape == (5, 1, 3, 2)
    for cov, split in zip(covs[:, 0], found[:, 0], strict=True):
        np.testing.assert_allclose(split, path_split(cov, SIZES), atol=1e-14)


def test_lavaan_has_the_same_direct_and_total_effects():
    data = pd.read_csv(HERE / "order_data.csv")
    said = pd.read_csv(HERE / "order.csv").set_index("layer")
    d = data[["age", "trust", "bonds", "loyalty"]].to_numpy(float)
    d -= d.mean(axis=0)
    split = path_split(d.T @ d, [1, 1, 1])
    np.testing.assert_allclose(split[:, 0], said["total"], atol=1e-6)
    np.testing.assert_allclose(split[:, 1], said["direct"], atol=1e-6)


def test_slopes_of_nested_models_are_those_of_each_regression():
    rng = np.random.default_rng(9)
    x = rng.standard_normal((70, 6)) @ rng.standard_normal((6, 6))
    d = x - x.mean(axis=0)
    found = nested_slopes(d.T @ d, [2, 1, 1], held=1)
    for columns, own, part in (([0, 1, 2], 2, found[:2]), ([0, 1, 2, 3], 1, found[2:3])):
        beta = np.linalg.lstsq(d[:, columns], d[:, 5], rcond=None)[0]
        np.testing.assert_allclose(part, beta[-own:], atol=1e-10)
    assert found.shape == (4,)
