"""The learner of the audit: it finds steps that curves miss, and nothing where there is nothing."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import loyaltystudy as ls
from loyaltystudy.explain import audit_blocks
from loyaltystudy.explain._audit.baseline import Audited
from loyaltystudy.explain._audit.learner import boosted_whole, curved_whole, learner
from loyaltystudy.explain._frame import model_frame

BLOCKS = {"who": ["a", "b"], "trust": ["t"], "bonds": ["m"]}


def world(n=1500, steps=0.0, curve=0.0, seed=2) -> pd.DataFrame:
    """Steps: the sign of a product of three predictors, which no product of two restates."""
    rng = np.random.default_rng(seed)
    x = pd.DataFrame(rng.normal(size=(n, 4)), columns=["a", "b", "t", "m"])
    y = 0.4 * x["t"] + curve * (x["a"] ** 2 - 1) + steps * np.sign(x["a"] * x["b"] * x["m"])
    return x.assign(y=y + 0.6 * rng.normal(size=n))


def audited(x, blocks=BLOCKS) -> Audited:
    return Audited(ls.compare_blocks(x, "y", blocks), model_frame(x, "y", blocks), None, 0.95, 0)


def summary(rows):
    return next(r for r in rows if r["block"] == "(all)")


def test_steps_of_three_predictors_are_missed_by_curves():
    found = summary(learner(audited(world(steps=0.8))))
    assert found["low"] > 0.1 and "these miss something, by 0." in found["note"]


@pytest.mark.parametrize("curve", [0.0, 0.4])
def test_what_is_linear_or_curved_is_not_missed(curve):
    found = summary(learner(audited(world(curve=curve))))
    assert found["low"] < 0 and found["note"].endswith("nothing is missed that the trees can find.")


def test_curves_are_those_of_the_curved_comparison():
    x = world(400, curve=0.3)
    curved, note = curved_whole(audited(x))
    assert curved.r2 == pytest.approx(ls.compare_blocks(x, "y", BLOCKS, shape="curved").r2_adjusted)
    assert note == "curves and products"


def test_unseen_r2_by_hand_and_without_a_row():
    base = audited(world(300))
    found = boosted_whole(base)
    again = boosted_whole(base)
    assert found.r2 == again.r2 and found.without.shape == (300,)
    assert abs(found.without.mean() - found.r2) < 0.01


def test_the_audit_says_it_on_the_whole_and_needs_rows():
    found = audit_blocks(world(300), "y", BLOCKS)
    rows = found.table[found.table["check"] == "learner"].set_index("block")
    assert rows.loc["linear", "estimate"] == found.comparison.r2_adjusted
    assert {"linear", "curved", "boosted", "(all)"} == set(rows.index)
    assert "learner" not in found.dominance and "learner" in found.notes
    m = ls.moments(world(300)[["a", "t", "y"]])
    notes = audit_blocks(m, "y", {"a": ["a"], "t": ["t"]}).notes
    assert notes["learner"] == "Needs rows to learn from; these are moments."
