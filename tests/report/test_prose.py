"""Sentences say no more than the intervals of the results that they are made from."""

import numpy as np
import pandas as pd
import pytest

import loyaltystudy as ls
from loyaltystudy.errors import SurveyError
from loyaltystudy.report import (
    adds,
    against,
    bullets,
    compared,
    counted,
    figure,
    goes_with,
    judged,
    spread,
)


@pytest.fixture(scope="module")
def found():
    """One strong, one weak and one idle cause, of which the weak two cannot be ranked."""
    rng = np.random.default_rng(5)
    x = rng.normal(size=(400, 3))
    people = pd.DataFrame(x, columns=["strong", "weak", "idle"])
    people["outcome"] = x @ [1.0, 0.15, 0.0] + rng.normal(size=400)
    return ls.compare_blocks(people, "outcome", {c: [c] for c in ("strong", "weak", "idle")})


def test_figure_is_the_one_of_the_comparison(found):
    row = found.table.query("block == 'strong' and measure == 'unique'").iloc[0]
    expected = f"{row['adjusted']:.3f} [{row['low']:.3f}, {row['high']:.3f}]"
    assert figure(found, "strong", "unique") == expected


def test_adds_says_nothing_of_what_is_not_there(found):
    assert adds(found, "strong").startswith("strong adds 0.")
    assert adds(found, "idle").startswith("idle adds no more than chance may give")


@pytest.mark.parametrize("pair", [("strong", "idle"), ("idle", "strong")])
def test_the_greater_is_named_whichever_comes_first(found, pair):
    assert compared(found, *pair).startswith("strong adds more than idle (difference 0.")


def test_no_one_is_ahead_where_the_interval_holds_zero(found):
    row = found.differences.query("measure == 'unique'").iloc[-1]
    assert row["low"] < 0 < row["high"]
    assert "stays open" in compared(found, "weak", "idle")


def test_verbs_follow_their_blocks(found):
    people = pd.DataFrame(np.random.default_rng(1).normal(size=(80, 2)), columns=["a", "y"])
    bonds = ls.compare_blocks(people, "y", {"emotional_bonds": ["a"]})
    assert adds(bonds, "emotional_bonds", "alone").startswith("emotional bonds explain ")


def test_unknown_blocks_are_named(found):
    with pytest.raises(SurveyError, match="Blocks: "):
        figure(found, "love")
    with pytest.raises(SurveyError, match="No difference of 'strong' and 'love'"):
        compared(found, "strong", "love")


ROW = {
    "claim": "c",
    "study": "s",
    "population": "customers",
    "measured": "proxy",
    "n": 1200,
    "estimate": 0.5,
    "low": 0.4,
    "high": 0.6,
    "verdict": "supported",
    "why": "part_one: 0.5 (supported); a stand-in",
}


def test_judged_lists_studies_and_parts():
    table = pd.DataFrame([ROW])
    line = "- *s* (customers, n 1,200, by a stand-in): 0.500 [0.400, 0.600], **supported**"
    assert judged(table) == line
    assert judged(table, parts=True).split("\n")[1] == "    - part one: 0.5 (supported)"
    two = pd.DataFrame([ROW, ROW | {"claim": "d"}])
    assert judged(two).split("\n")[1].startswith("- *d, s* (")


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ((np.nan, np.nan, np.nan), "no figure"),
        ((0.25, np.nan, np.nan), "0.250"),
        ((0.25, -np.inf, np.inf), "0.250"),
        ((-0.0001, -0.0002, 0.1), "0.000 [0.000, 0.100]"),
    ],
)
def test_spread(values, said):
    assert spread(*values) == said


def test_counted_in_one_order_whatever_comes_first():
    for verdicts in (["b", "a", "c", "c"], ["a", "c", "b", "c"]):
        assert counted(pd.Series(verdicts)) == "2 c, 1 a, 1 b"
    assert counted(pd.Series([], dtype=str)) == "none"
    assert bullets(["one", "two"]) == "- one\n- two"


def test_what_goes_with_what_is_said_as_far_as_the_interval_allows():
    rng = np.random.default_rng(3)
    x = rng.normal(size=200)
    people = pd.DataFrame({"x": x, "up": x + rng.normal(size=200), "noise": rng.normal(size=200)})
    people["down_there"] = -people["up"]
    r = people["x"].corr(people["up"])
    half = 1.959964 / np.sqrt(197)  # Fisher (1915)
    low, high = np.tanh(np.arctanh(r) - half), np.tanh(np.arctanh(r) + half)
    said = f"correlation {r:.3f} [{low:.3f}, {high:.3f}] (200 people)"
    assert goes_with(people, "x", "up") == f"more x goes with more up: {said}"
    assert goes_with(people, "x", "down_there").startswith("more x goes with less down there")
    assert goes_with(people, "x", "noise").startswith("whether x goes with noise stays open")


@pytest.mark.parametrize(
    ("low", "high", "side"),
    [(0.1, 0.2, ", below 0.3"), (0.35, 0.4, ", above 0.3"), (0.2, 0.4, "that stays open")],
)
def test_a_figure_stands_on_one_side_of_a_mark_only_with_its_interval(low, high, side):
    assert against((low + high) / 2, low, high, 0.3).endswith(side)


def test_a_verdict_shows_its_point_within_its_interval():
    below_zero = pd.DataFrame([ROW | {"estimate": -0.003, "low": 0.0, "high": 0.028}])
    assert ": 0.000 [0.000, 0.028]," in judged(below_zero)
