"""Curves and products: R's lm, refitting without each unit, and what is left out of a set."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from loyaltystudy.rsquared import curved_basis, curved_left_out

HERE = Path(__file__).parents[1] / "reference"
SETS = [[], [0], [1], [0, 1], [2, 3], [0, 2, 3], [1, 2, 3], [0, 1, 2, 3]]


@pytest.fixture(scope="module")
def schools():
    table = pd.read_csv(HERE / "steps_weights.csv")
    dummies = [(table["stype"] == kind).astype(float) for kind in (2, 3)]
    x = np.column_stack([table["ell"], table["emer"], *dummies]).astype(float)
    return x, table["api00"].to_numpy(float), table["pw"].to_numpy(float)


def test_r2_and_columns_of_every_set_are_those_of_lm(schools):
    x, y, _ = schools
    basis = curved_basis(x, np.ones(len(y)), ["ell", "emer", "kind", "kind"])
    values, _, ranks = curved_left_out(basis, y, np.ones(len(y)), SETS)
    said = pd.read_csv(HERE / "curved.csv")
    np.testing.assert_allclose(values[1:], said["r2"], atol=1e-10)
    np.testing.assert_array_equal(ranks[1:], said["columns"])
    assert values[0] == 0 and ranks[0] == 0


def refitted(basis, y, w, columns, rows) -> float:
    root = np.sqrt(w[rows])
    a = np.column_stack([np.ones(len(y)), basis.x[:, basis.within(columns)]])[rows] * root[:, None]
    t = y[rows] * root
    e = t - a @ np.linalg.lstsq(a, t, rcond=1e-10)[0]
    centred = (y[rows] - np.average(y[rows], weights=w[rows])) * root
    return 1 - e @ e / (centred @ centred)


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("clustered", [False, True])
def test_leaving_out_equals_refitting_on_the_same_basis(schools, weighted, clustered):
    x, y, w = schools
    w = w if weighted else np.ones(len(y))
    basis = curved_basis(x, w, ["ell", "emer", "kind", "kind"])
    unit = np.arange(len(y)) % 23 if clustered else np.arange(len(y))
    values, without, _ = curved_left_out(basis, y, w, SETS, unit if clustered else None)
    assert without.shape == (23 if clustered else len(y), len(SETS))
    for s, columns in enumerate(SETS):
        everyone = np.ones(len(y), dtype=bool)
        assert values[s] == pytest.approx(refitted(basis, y, w, columns, everyone), abs=1e-9)
        for u in range(0, 23, 5):
            rest = refitted(basis, y, w, columns, unit != u)
            assert without[u, s] == pytest.approx(rest, abs=1e-7)


def test_units_and_origin_of_the_answers_change_nothing(schools):
    x, y, w = schools
    moved = x * [3.0, 0.01, 1, 1] + [500.0, -7, 0, 0]
    found = [
        curved_left_out(curved_basis(part, w, ["a", "b", "k", "k"]), y, w, SETS)[0]
        for part in (x, moved)
    ]
    np.testing.assert_allclose(*found, atol=1e-9)


def test_few_values_give_few_powers():
    """Two values stay, four give a cubic without a knot; dummies of one variable no product."""
    rng = np.random.default_rng(2)
    x = np.column_stack([rng.integers(0, 2, 60), rng.integers(1, 5, 60), np.arange(60.0)])
    basis = curved_basis(x, np.ones(60), ["v", "w", "v"])
    assert basis.made_of == ((0,), (1,), (1,), (1,), (2,), (2,), (2,), (2,), (0, 1), (1, 2))
    assert curved_basis(x, np.ones(60), ["v", "w", "z"], products=False).made_of[-1] == (2,)
    assert basis.within([0, 1]) == [0, 1, 2, 3, 8]


def test_a_product_that_restates_a_curve_is_left_out_of_its_set():
    """Whoever has b has a, so a times b is b."""
    rng = np.random.default_rng(5)
    a = rng.integers(0, 2, 80).astype(float)
    x = np.column_stack([a, a * rng.integers(0, 2, 80)])
    y = x @ [1.0, 0.5] + rng.normal(size=80)
    values, _, ranks = curved_left_out(
        curved_basis(x, np.ones(80), ["a", "b"]), y, np.ones(80), [[0], [1], [0, 1]]
    )
    assert [*ranks] == [1, 1, 2]
    design = np.column_stack([np.ones(80), x])
    e = y - design @ np.linalg.lstsq(design, y, rcond=None)[0]
    assert values[2] == pytest.approx(1 - e @ e / ((y - y.mean()) ** 2).sum())


def test_a_row_that_alone_has_a_category_fits_itself():
    rng = np.random.default_rng(6)
    x = np.column_stack([rng.normal(size=40), np.arange(40) == 3]).astype(float)
    y = rng.normal(size=40)
    basis = curved_basis(x, np.ones(40), ["a", "b"])
    _, without, _ = curved_left_out(basis, y, np.ones(40), [[0, 1]])
    rest = np.arange(40) != 3
    assert without[3, 0] == pytest.approx(refitted(basis, y, np.ones(40), [0], rest), abs=1e-8)
