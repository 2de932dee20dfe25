"""R² of every subset and the measures over them: invariants, direct fits, R's lm loops."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings, strategies as st

from loyaltystudy import SurveyError, compare_blocks, moments
from loyaltystudy.rsquared._measures import (
    MEASURES,
    alone_r2,
    conditional_r2,
    dominance_r2,
    shapley,
    unique_r2,
)
from loyaltystudy.rsquared._moments import row_moments, stack, subset_r2

REFERENCE = Path(__file__).parents[1] / "reference"
CARS = {"engine": ["cyl", "disp", "hp"], "body": ["wt", "qsec"], "gears": ["am", "gear", "carb"]}


def direct(table: pd.DataFrame, columns) -> float:
    """R² by QR on the rows."""
    y = table["y"] - table["y"].mean()
    if not len(columns):
        return 0.0
    x = table[list(columns)]
    q = np.linalg.qr((x - x.mean()) / x.std())[0]
    return float(((q.T @ y) ** 2).sum() / (y @ y))


@st.composite
def tables(draw) -> tuple[pd.DataFrame, list[list[str]]]:
    """Rows with correlated columns in one to four blocks of one to three."""
    widths = draw(st.lists(st.integers(1, 3), min_size=1, max_size=4))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    p = sum(widths)
    x = rng.normal(size=(p + draw(st.integers(6, 40)), p)) @ rng.normal(size=(p, p))
    names = [f"x{i}" for i in range(p)]
    table = pd.DataFrame(x, columns=names)
    table["y"] = x @ rng.normal(size=p) * draw(st.floats(0, 1)) + rng.normal(size=len(x))
    ends = np.cumsum([0, *widths])
    return table, [names[a:b] for a, b in pairwise(ends)]


@given(tables())
@settings(max_examples=60, deadline=None)
def test_every_subset_agrees_with_a_fit_to_the_rows(given):
    table, blocks = given
    values = subset_r2(moments(table), "y", blocks)
    for subset in range(len(values)):
        columns = [c for j, block in enumerate(blocks) if subset >> j & 1 for c in block]
        assert values[subset] == pytest.approx(direct(table, columns), abs=1e-7)


@given(tables())
@settings(max_examples=60, deadline=None)
def test_dominance_sums_to_r2_and_lies_between_the_extremes(given):
    table, blocks = given
    values = subset_r2(moments(table), "y", blocks)
    found = dominance_r2(values)
    assert found.sum() == pytest.approx(values[-1], abs=1e-12)
    assert (found > -1e-12).all()
    np.testing.assert_allclose(conditional_r2(values).mean(axis=1), found, atol=1e-12)
    np.testing.assert_allclose(conditional_r2(values)[:, 0], alone_r2(values))
    np.testing.assert_allclose(conditional_r2(values)[:, -1], unique_r2(values))
    np.testing.assert_allclose(shapley(values), found, rtol=0, atol=1e-14)


@given(tables(), st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_order_and_units_change_nothing(given, random):
    table, blocks = given
    values = subset_r2(moments(table), "y", blocks)
    order = random.sample(range(len(blocks)), len(blocks))
    moved = [random.sample(blocks[j], len(blocks[j])) for j in order]
    rescaled = table * [10 ** random.uniform(-3, 3) for _ in table] + random.uniform(-9, 9)
    other = subset_r2(moments(rescaled), "y", moved)
    for of in MEASURES.values():
        np.testing.assert_allclose(of(other), of(values)[order], rtol=0, atol=1e-8)


@given(tables())
@settings(max_examples=15, deadline=None)
def test_commonality_sums_to_r2_and_its_parts_to_the_measures(given):
    table, blocks = given
    found = compare_blocks(table, "y", {f"b{j}": block for j, block in enumerate(blocks)})
    parts = found.commonality
    assert len(parts) == 2 ** len(blocks) - 1
    assert parts["estimate"].sum() == pytest.approx(found.r2, abs=1e-10)
    for j in range(len(blocks)):
        mine = parts[parts["blocks"].str.split(" & ").map(lambda names, b=f"b{j}": b in names)]
        alone, unique = alone_r2(found.values)[j], unique_r2(found.values)[j]
        assert mine["estimate"].sum() == pytest.approx(alone, abs=1e-10)
        assert mine["estimate"].iloc[0] == pytest.approx(unique, abs=1e-10)


def test_single_columns_as_blocks_are_the_dominance_of_predictors_in_r():
    cars = pd.read_csv(REFERENCE / "relative_mtcars.csv").astype(float)
    from_r = pd.read_csv(REFERENCE / "relative.csv", keep_default_na=False)
    names = [name for block in CARS.values() for name in block]
    values = subset_r2(moments(cars), "mpg", [[name] for name in names])
    expected = from_r.loc[from_r["what"] == "dominance", "value"]
    np.testing.assert_allclose(dominance_r2(values), expected, rtol=0, atol=1e-12)


@pytest.mark.parametrize("measure", ["alone", "unique", "dominance"])
def test_blocks_agree_with_loops_over_lm_in_r(measure):
    cars = pd.read_csv(REFERENCE / "relative_mtcars.csv").astype(float)
    from_r = pd.read_csv(REFERENCE / "relative.csv", keep_default_na=False)
    values = subset_r2(moments(cars), "mpg", list(CARS.values()))
    expected = from_r.loc[from_r["what"] == f"block_{measure}", "value"]
    np.testing.assert_allclose(MEASURES[measure](values), expected, rtol=0, atol=1e-12)


def test_measures_by_hand():
    """v = 0, .3, .2, .4: alone .3 .2, unique .2 .1, dominance .25 .15."""
    values = np.array([0.0, 0.3, 0.2, 0.4])
    np.testing.assert_allclose(alone_r2(values), [0.3, 0.2])
    np.testing.assert_allclose(unique_r2(values), [0.2, 0.1])
    np.testing.assert_allclose(dominance_r2(values), [0.25, 0.15])


def test_shapley_of_many_players_takes_the_other_way_and_agrees():
    """Above 12 players sums over a reshaped array replace the matrix product."""
    rng = np.random.default_rng(2)
    values = rng.random((3, 1 << 13))
    np.testing.assert_allclose(shapley(values), dominance_r2(values), rtol=0, atol=1e-12)


@pytest.mark.parametrize("gap", [1e-2, 1e-4, 1e-6])
def test_near_collinearity_stays_accurate(gap):
    """Two columns that correlate 1 - gap, against QR on the rows."""
    rng = np.random.default_rng(4)
    x = rng.normal(size=(500, 3))
    x[:, 1] = (1 - gap) * x[:, 0] + np.sqrt(1 - (1 - gap) ** 2) * x[:, 1]
    table = pd.DataFrame(x, columns=["a", "b", "c"])
    table["y"] = table["a"] + table["c"] + rng.normal(size=500)
    values = subset_r2(moments(table), "y", [["a"], ["b"], ["c"]])
    expected = [direct(table, [c for j, c in enumerate("abc") if s >> j & 1]) for s in range(8)]
    np.testing.assert_allclose(values, expected, rtol=0, atol=1e-14 / gap)


def test_exact_collinearity_names_the_column():
    rng = np.random.default_rng(4)
    x = rng.normal(size=(50, 4))
    x[:, 2] = x[:, 0] - 3 * x[:, 1]
    m = row_moments(x, np.ones(50), ("a", "b", "c", "y"))
    with pytest.raises(SurveyError) as error:
        subset_r2(m, "y", [["a", "b"], ["c"]])
    assert str(error.value) == (
        "Column 'c' is a linear combination of columns before it. "
        "Leave out one of the columns that restate each other."
    )
    with pytest.raises(SurveyError, match="Column 'c' is a linear combination"):
        subset_r2(m, "y", [["c"]], ["a", "b"])
    values = subset_r2(m, "y", [["a", "b"], ["c"]], tolerant=True)
    assert values[3] == pytest.approx(values[1], abs=1e-12)


def test_a_constant_outcome_and_constant_columns_are_told_apart():
    x = np.random.default_rng(4).normal(size=(50, 3))
    x[:, 1] = 0.0
    m = row_moments(x, np.ones(50), ("a", "b", "c"))
    with pytest.raises(SurveyError) as error:
        subset_r2(m, "c", [["a"], ["b"]])
    assert str(error.value) == "Constant columns explain nothing: ['b']. Leave them out."
    with pytest.raises(SurveyError) as error:
        subset_r2(m, "b", [["a"], ["c"]], tolerant=True)
    assert str(error.value) == "The outcome 'b' is constant: there is nothing to explain."


def test_draws_on_a_leading_axis_are_each_their_own():
    rng = np.random.default_rng(9)
    parts = [row_moments(rng.normal(size=(40, 4)), np.ones(40), tuple("abcy")) for _ in range(5)]
    together = subset_r2(stack(parts), "y", [["a", "b"], ["c"]])
    for found, part in zip(together, parts, strict=True):
        np.testing.assert_allclose(found, subset_r2(part, "y", [["a", "b"], ["c"]]), atol=1e-13)
