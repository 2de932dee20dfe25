"""A declared order: sums, the three ways to an error, other orders side by side, messages."""

from __future__ import annotations

import pickle

import numpy as np
import pandas as pd
import pytest

import loyaltystudy as ls
from loyaltystudy import SurveyError
from loyaltystudy.explain import REGISTERED_ORDER, REGISTERED_REASON, compare_blocks
from loyaltystudy.rsquared import path_split
from loyaltystudy.survey._codebook import make_codebook

BLOCKS = {"background": ["a", "b"], "trust": ["t"], "engagement": ["e"], "bonds": ["m", "o"]}
ORDER = [["background"], ["trust", "engagement"], ["bonds"]]


def world(n=400, seed=5) -> pd.DataFrame:
    """Background acts through trust alone, trust through bonds and directly."""
    rng = np.random.default_rng(seed)
    x = pd.DataFrame(rng.normal(size=(n, 2)), columns=["a", "b"])
    x["t"] = 0.5 * x["a"] + rng.normal(size=n)
    x["e"] = 0.3 * x["b"] + rng.normal(size=n)
    x["m"] = 0.5 * x["t"] + rng.normal(size=n)
    x["o"] = 0.3 * x["e"] + rng.normal(size=n)
    x["group"] = np.arange(n) % 40
    return x.assign(y=0.4 * x["m"] + 0.3 * x["t"] + rng.normal(size=n))


@pytest.fixture(scope="module")
def found():
    return compare_blocks(world(), "y", BLOCKS, order=ORDER)


def pick(table, measure):
    return table[table["measure"] == measure].set_index("block")


def test_totals_sum_to_r2_and_direct_and_through_to_the_layers_total(found):
    table = found.ordered
    of_blocks = pick(table, "total").loc[[*BLOCKS]]
    assert of_blocks["estimate"].sum() == pytest.approx(found.r2, abs=1e-12)
    assert of_blocks["adjusted"].sum() == pytest.approx(found.r2_adjusted, abs=1e-12)
    direct, through = pick(table, "direct"), pick(table, "through_later")
    for column in ("estimate", "adjusted"):
        sums = direct[column] + through[column]
        totals = pick(table, "total")[column].loc[sums.index]
        np.testing.assert_allclose(sums, totals, atol=1e-10)


def test_paths_are_those_of_the_moments(found):
    x = world()[["a", "b", "t", "e", "m", "o", "y"]].to_numpy()
    split = path_split(np.cov(x.T), [2, 2, 2])
    table = found.ordered
    np.testing.assert_allclose(pick(table, "direct")["estimate"], split[:, 1], atol=1e-10)
    np.testing.assert_allclose(
        pick(table, "total")["estimate"][["background", "trust & engagement", "bonds"]],
        split[:, 0],
        atol=1e-10,
    )


def test_the_truth_of_the_world_is_inside_the_intervals(found):
    """Background: no direct path; all of its total, .04, through trust."""
    direct, through = pick(found.ordered, "direct"), pick(found.ordered, "through_later")
    assert direct["low"]["background"] == 0.0 and direct["high"]["background"] < 0.05
    assert through["low"]["background"] < 0.25 * 0.5**2 / 1.6 < through["high"]["background"]


def test_one_layer_is_dominance_and_single_layers_are_steps(found):
    together = compare_blocks(world(), "y", BLOCKS, order=[[*BLOCKS]])
    total = pick(together.ordered, "total").loc[[*BLOCKS], ["estimate", "adjusted", "low", "high"]]
    dominance = pick(together.table, "dominance")[["estimate", "adjusted", "low", "high"]]
    pd.testing.assert_frame_equal(total, dominance)
    alone = compare_blocks(world(), "y", BLOCKS, order=[[block] for block in BLOCKS])
    np.testing.assert_allclose(
        pick(alone.ordered, "total")["estimate"], alone.steps["added"], atol=1e-12
    )


def test_other_orders_stand_side_by_side(found):
    table = found.other_orders()
    orders = [*dict.fromkeys(table["order"])]
    assert orders == [
        "background > trust & engagement > bonds",
        "bonds > trust & engagement > background",
    ]
    own = table[table["order"] == orders[0]].drop(columns="order").reset_index(drop=True)
    pd.testing.assert_frame_equal(own, found.ordered)
    turned = pick(table[table["order"] == orders[1]], "total")
    assert turned["estimate"]["bonds"] > pick(found.ordered, "total")["estimate"]["bonds"]
    one = found.other_orders([["trust"], ["background", "bonds", "engagement"]])
    assert [*dict.fromkeys(one["order"])] == ["trust > background & bonds & engagement"]


def test_says_that_the_order_is_assumed(found):
    says = "In the declared order (assumed, not found): background > trust & engagement > bonds"
    assert says in repr(found)
    assert says.replace(">", "&gt;").replace(" & ", " &amp; ") in found._repr_html_()


def test_rows_groups_and_theory_agree(found):
    """The same data as rows, as 40 groups of ten, and as one set of moments."""
    x = world(4000)
    columns = [*"abtemo", "y"]
    rows = compare_blocks(x, "y", BLOCKS, order=ORDER).ordered
    from loyaltystudy.rsquared import group_moments

    groups = group_moments(
        x[columns].to_numpy(), np.ones(4000), np.arange(4000) % 400, tuple(columns)
    )
    by_groups = compare_blocks(groups, "y", BLOCKS, order=ORDER).ordered
    by_theory = compare_blocks(groups.total(), "y", BLOCKS, order=ORDER).ordered
    for other in (by_groups, by_theory):
        np.testing.assert_allclose(other["estimate"], rows["estimate"], atol=1e-9)
        length, same = other["high"] - other["low"], rows["high"] - rows["low"]
        np.testing.assert_allclose(length, same, rtol=0.15, atol=0.002)


def test_weights_clusters_and_missing_answers_have_an_order_too():
    x = world(240)
    number = {"kind": "numeric", "answers": {"range": [-100, 1000], "whole": False}}
    book = {"study": "s", "title": "S", "population": "customers", "blocks": BLOCKS}
    book |= {"variables": dict.fromkeys(x, number), "design": {"cluster": "group"}}
    study = ls.read_study(x, make_codebook(book))
    plain = ls.compare_blocks(study, "y", order=ORDER).ordered
    assert (plain["low"] <= plain["high"]).all()
    gaps = x.assign(t=x["t"].where(np.arange(240) % 9 > 0))
    for missing in ("em", "impute"):
        table = compare_blocks(gaps, "y", BLOCKS, order=ORDER, missing=missing).ordered
        total = pick(table, "total")["estimate"][[*BLOCKS]].sum()
        whole = pick(compare_blocks(x, "y", BLOCKS, order=ORDER).ordered, "total")["estimate"]
        assert total == pytest.approx(whole[[*BLOCKS]].sum(), abs=0.05)
        assert (table["low"] <= table["high"]).all()


def test_controls_come_before_the_first_layer():
    x = world()
    held = compare_blocks(x, "y", {"t": ["t"], "m": ["m"]}, controls=["a"], order=[["t"], ["m"]])
    total = pick(held.ordered, "total")["estimate"]
    assert total.sum() == pytest.approx(held.found.r2[-1] - held.found.r2[0], abs=1e-12)
    split = path_split(np.cov(x[["a", "t", "m", "y"]].T), [1, 1], held=1)
    np.testing.assert_allclose(pick(held.ordered, "direct")["estimate"], split[:, 1], atol=1e-10)


def test_the_registered_order_takes_the_blocks_at_hand():
    study = ls.load_study("mobile-reputation", source="shipped")
    found = ls.compare_blocks(
        study, "loyalty", ["emotional_bonds", "trust", "demographics"], order="registered"
    )
    assert found.layers == [["demographics"], ["trust"], ["emotional_bonds"]]
    assert REGISTERED_ORDER[0] == ("demographics", "sociological_background")
    assert "registered before" in REGISTERED_REASON
    with pytest.raises(SurveyError, match=r"does not place \['background', 'bonds'\]"):
        compare_blocks(world(), "y", BLOCKS, order="registered")


def test_orders_that_do_not_hold_each_block_once():
    order = [["background", "trust"], ["trust"], ["bond"], []]
    with pytest.raises(SurveyError) as error:
        compare_blocks(world(), "y", BLOCKS, order=order)
    assert str(error.value) == (
        "order: 5 problems.\n"
        "- 'bond' is not compared.\n"
        "- 'trust' stands 2 times; keep one.\n"
        "- 'engagement' has no layer; add it to one.\n"
        "- 'bonds' has no layer; add it to one.\n"
        "- a layer is empty; leave it out."
    )
    with pytest.raises(SurveyError, match="give a list of layers, the earliest first"):
        compare_blocks(world(), "y", BLOCKS, order="trust")
    with pytest.raises(SurveyError, match="None is not compared"):
        compare_blocks(world(), "y", BLOCKS, order=[None, ["trust"]])


def test_a_stored_comparison_holds_no_rows(found):
    stored = pickle.loads(pickle.dumps(found))
    pd.testing.assert_frame_equal(stored.ordered, found.ordered)
    assert stored.variants[0].left_out is None
    with pytest.raises(SurveyError, match="the rows are not stored with it"):
        stored.other_orders()
