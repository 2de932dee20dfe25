"""Curved comparisons: worlds with a curve, a crossing and neither; limits; and what is refused."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import loyaltystudy as ls
from loyaltystudy import SurveyError
from loyaltystudy.survey._codebook import make_codebook

BLOCKS = {"demographics": ["age", "sex"], "trust": ["t1", "t2"], "bonds": ["b"]}


def world(n=600, curve=0.0, crossing=0.0, seed=4) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    x = pd.DataFrame(rng.normal(size=(n, 4)), columns=["age", "t1", "t2", "b"])
    x["sex"] = rng.integers(0, 2, n)
    x["y"] = 0.3 * x["t1"] + 0.3 * x["b"] + curve * (x["age"] ** 2 - 1) + 0.8 * rng.normal(size=n)
    return x.assign(y=x["y"] + crossing * x["t1"] * x["b"])


def alone(found):
    return found.table[found.table["measure"] == "alone"].set_index("block")


def test_a_curve_that_a_line_does_not_see():
    truth = 0.18 / (0.18 + 0.18 + 0.64)
    x = world(1000, curve=0.3)
    linear, curved = (ls.compare_blocks(x, "y", BLOCKS, shape=s) for s in ("linear", "curved"))
    assert alone(linear).loc["demographics", "high"] < truth / 2
    assert alone(curved).loc["demographics", "low"] < truth
    assert alone(curved).loc["demographics", "high"] > truth
    assert curved.header().startswith("y: curved R²")
    assert curved.r2_cv > linear.r2_cv + 0.1


def test_a_crossing_belongs_to_both_blocks_alike():
    x = world(1000, crossing=0.3)
    curved = ls.compare_blocks(x, "y", BLOCKS, shape="curved")
    linear = ls.compare_blocks(x, "y", BLOCKS)
    gain = curved.r2_adjusted - linear.r2_adjusted
    assert gain == pytest.approx(0.09 / 0.91, abs=0.04)
    part = curved.commonality.set_index("blocks")["adjusted"]
    assert part["trust & bonds"] < -0.02  # each adds more where the other is known


def test_where_all_is_linear_curves_change_little_and_zero_is_held():
    x = world(1000)
    linear, curved = (ls.compare_blocks(x, "y", BLOCKS, shape=s) for s in ("linear", "curved"))
    np.testing.assert_allclose(alone(curved)["adjusted"], alone(linear)["adjusted"], atol=0.02)
    assert alone(curved).loc["demographics", "low"] == 0.0
    assert alone(curved).loc["demographics", "high"] < 0.05


def test_totals_of_a_declared_order_without_paths():
    found = ls.compare_blocks(
        world(curve=0.3), "y", BLOCKS, shape="curved", order=[["demographics"], ["trust", "bonds"]]
    )
    total = found.ordered[found.ordered["measure"] == "total"]
    assert total["adjusted"].sum() == pytest.approx(found.r2_adjusted, abs=1e-12)
    assert set(found.ordered["measure"]) == {"total", "alone_given_earlier"}


def test_steps_take_the_columns_of_the_curves():
    found = ls.compare_blocks(world(), "y", BLOCKS, shape="curved")
    ranks = found.variants[0].ranks
    assert [*found.steps["df1"]] == [ranks[1], ranks[3] - ranks[1], ranks[7] - ranks[3]]
    # age 4, sex 1 and their product; trust 4 + 4 and their product
    assert ranks[1] == 6 and ranks[2] == 9 and ranks[4] == 4


def test_clusters_are_left_out_whole():
    x = world(600).assign(shop=np.arange(600) % 30)
    number = {"kind": "numeric", "answers": {"range": [-99, 99], "whole": False}}
    book = {"study": "s", "title": "S", "population": "customers", "design": {"cluster": "shop"}}
    study = ls.read_study(x, make_codebook(book | {"variables": dict.fromkeys(x, number)}))
    found = ls.compare_blocks(study, "y", BLOCKS, shape="curved")
    assert found.found.freedom == 29
    np.testing.assert_allclose(found.adjusted, found.found.r2 - found.found.bias)


def test_products_go_where_rows_are_few_and_too_few_are_refused():
    few = ls.compare_blocks(world(72), "y", BLOCKS, shape="curved")
    assert any(note.startswith("curves without products (27 columns") for note in few.notes)
    with pytest.raises(SurveyError, match="17 columns of curves for 45 rows, more than a third"):
        ls.compare_blocks(world(45), "y", BLOCKS, shape="curved")


def test_what_is_refused():
    m = ls.moments(world()[["age", "t1", "y"]])
    with pytest.raises(SurveyError, match="needs rows to make curves of"):
        ls.compare_blocks(m, "y", {"a": ["age"], "t": ["t1"]}, shape="curved")
    with pytest.raises(SurveyError, match="shape='round' is not known"):
        ls.compare_blocks(world(), "y", BLOCKS, shape="round")
    with pytest.raises(SurveyError, match="missing='em' and shape='curved' are not made to go"):
        ls.compare_blocks(world(), "y", BLOCKS, shape="curved", missing="em")
    twice = world().assign(t2=lambda x: 2 * x["t1"])
    with pytest.raises(SurveyError, match="linear combination"):
        ls.compare_blocks(twice, "y", BLOCKS, shape="curved")
