"""The comparison of error-free variables."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import loyaltystudy as ls
from loyaltystudy import Moments
from loyaltystudy.survey._codebook import make_codebook

BLOCKS = {"trust": ["trust"], "bonds": ["bonds"], "age": ["age"]}


def study(n=300, seed=3, same=0.0, **design):
    """Two scales of three items (reliability .75), an outcome of four, age without error.

    ``same`` is the share of trust that is bonds.
    """
    rng = np.random.default_rng(seed)
    trust, bonds, age = rng.normal(size=(3, n))
    trust = (1 - same) * trust + same * bonds + 0.0 * age
    loyal = 0.4 * trust + 0.5 * bonds + 0.2 * age + rng.normal(size=n)
    answers = pd.DataFrame({"age": age})
    for name, truth, items in (("t", trust, 3), ("b", bonds, 3), ("l", loyal, 4)):
        for i in range(items):
            answers[f"{name}{i}"] = truth + rng.normal(size=n)
    answers["shop"] = np.arange(n) % 30
    answers["w"] = rng.uniform(0.5, 2, n)
    number = {"kind": "numeric", "answers": {"range": [-100, 100], "whole": False}}
    asked = {"answers": {"range": [-100, 100], "whole": False}}
    items = [c for c in answers if c[0] in "tbl"]
    book = {"study": "s", "title": "S", "population": "customers", "blocks": BLOCKS}
    book["items"] = dict.fromkeys(items, asked)
    book["variables"] = dict.fromkeys(["age", "shop", "w"], number)
    book["scales"] = {
        "trust": {"construct": "trust", "items": ["t0", "t1", "t2"]},
        "bonds": {"construct": "affective_commitment", "items": ["b0", "b1", "b2"]},
        "loyalty": {"construct": "loyalty", "items": ["l0", "l1", "l2", "l3"]},
    }
    return ls.read_study(answers, make_codebook(book | {"design": design}))


def pick(found, measure):
    return found.table[found.table["measure"] == measure].set_index("block")


def test_truth_is_inside_where_scores_fall_short():
    """Latent alone R²: trust .16, bonds .25, age .04 of Var 1.45; scores lose a third of it."""
    found = ls.compare_blocks(study(1500), "loyalty", reliability="omega")
    scores = ls.compare_blocks(study(1500), "loyalty")
    for block, truth in (("trust", 0.16 / 1.45), ("bonds", 0.25 / 1.45), ("age", 0.04 / 1.45)):
        assert pick(found, "alone")["low"][block] < truth < pick(found, "alone")["high"][block]
    assert pick(scores, "alone")["high"]["bonds"] < 0.25 / 1.45
    assert pick(found, "dominance")["estimate"].sum() == pytest.approx(found.r2, abs=1e-12)
    assert np.isnan(found.r2_cv) and "age" in found.notes[0] and "omega" in found.notes[0]


def test_order_differences_and_steps_are_error_free_too():
    found = ls.compare_blocks(
        study(), "loyalty", reliability="omega", order=[["age"], ["trust"], ["bonds"]]
    )
    total = found.ordered[found.ordered["measure"] == "total"]
    assert total["estimate"].sum() == pytest.approx(found.r2, abs=1e-12)
    gap = found.differences.query("measure == 'dominance' and first == 'trust'").iloc[0]
    dominance = pick(found, "dominance")["adjusted"]
    assert gap["estimate"] == pytest.approx(dominance["trust"] - dominance[gap["second"]])
    steps = found.steps
    assert steps["r2"].iloc[-1] == pytest.approx(found.r2) and (steps["p"] < 1).all()
    assert [*steps["df2"]] == [298, 297, 296]


def test_known_reliabilities_of_a_published_table_by_hand():
    names = ["trust", "bonds", "loyalty"]
    r = pd.DataFrame([[1, 0.3, 0.4], [0.3, 1, 0.5], [0.4, 0.5, 1]], index=names, columns=names)
    m = Moments.from_correlations(r, n=500)
    blocks = {"trust": ["trust"], "bonds": ["bonds"]}
    found = ls.compare_blocks(m, "loyalty", blocks, reliability={"trust": 0.8, "loyalty": 0.9})
    assert pick(found, "alone")["estimate"]["trust"] == pytest.approx(0.16 / 0.72)
    assert pick(found, "alone")["estimate"]["bonds"] == pytest.approx(0.25 / 0.9)
    plain = ls.compare_blocks(m, "loyalty", blocks)
    one = ls.compare_blocks(m, "loyalty", blocks, reliability={"trust": 1.0})
    columns = ["estimate", "adjusted", "low", "high"]
    for measure in ("alone", "unique", "dominance"):
        np.testing.assert_allclose(
            pick(one, measure)[columns], pick(plain, measure)[columns], rtol=0.02, atol=1e-4
        )


def test_a_range_gives_the_union_and_a_range_of_points():
    s = study()
    found = ls.compare_blocks(s, "loyalty", reliability={"trust": (0.6, 0.9), "loyalty": 0.8})
    each = [
        ls.compare_blocks(s, "loyalty", reliability={"trust": rho, "loyalty": 0.8})
        for rho in (0.6, 0.7, 0.8, 0.9)
    ]
    middle = ls.compare_blocks(s, "loyalty", reliability={"trust": 0.75, "loyalty": 0.8})
    for measure in ("alone", "unique", "dominance"):
        table = pick(found, measure)
        same = [pick(one, measure) for one in each]
        np.testing.assert_allclose(table["estimate"], pick(middle, measure)["estimate"])
        lows, highs = (
            [t[side] for t in [*same, pick(middle, measure)]] for side in ("low", "high")
        )
        np.testing.assert_allclose(table["low"], np.min(lows, axis=0))
        np.testing.assert_allclose(table["high"], np.max(highs, axis=0))
        points = [t["adjusted"] for t in [*same, pick(middle, measure)]]
        np.testing.assert_allclose(table["point_low"], np.min(points, axis=0))
        np.testing.assert_allclose(table["point_high"], np.max(points, axis=0))
    alone = pick(found, "alone").loc["trust"]
    assert f"{alone['point_low']:.3f} to {alone['point_high']:.3f}" in repr(found)


@pytest.mark.parametrize(("seed", "possible"), [(9, False), (11, True)])
def test_twins_have_no_points_beside_each_other(seed, possible):
    """Two scales of one and the same trait, once impossible and once nearly so."""
    found = ls.compare_blocks(study(200, seed=seed, same=1.0), "loyalty", reliability="omega")
    says = "these cannot be distinguished after correction for error: trust, bonds"
    assert any(note.startswith(says) for note in found.notes)
    assert pick(found, "alone")["adjusted"].notna().all()
    for measure in ("unique", "dominance"):
        assert pick(found, measure)[["estimate", "adjusted"]].isna().all(axis=None)
        assert (pick(found, measure)["high"] > 0).all() == possible
    assert "n/a" in repr(found)
