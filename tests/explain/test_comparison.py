"""A range of points is shown as a point is: its ends never below zero, the table as it is."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

import loyaltystudy as ls
from loyaltystudy.explain._comparison import ABOVE_ONE, BELOW_ZERO
from loyaltystudy.rsquared import stack


def compared(seed, order=None, n=150):
    """A block that explains, and one that has nothing to do with the outcome."""
    rng = np.random.default_rng(seed)
    trust, noise = rng.normal(size=(2, n))
    rows = pd.DataFrame({"trust": trust, "noise": noise})
    rows["loyalty"] = trust + rng.normal(size=n)
    blocks = {"trust": ["trust"], "noise": ["noise"]}
    return ls.compare_blocks(
        rows, "loyalty", blocks, reliability={"noise": (0.5, 0.9)}, order=order
    )


def shown_of(text: str) -> list[str]:
    return re.findall(r"-0\.\d{3}(?= to)|(?<=to )-0\.\d{3}", text)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("order", [None, [["noise"], ["trust"]]])
def test_no_end_of_a_range_is_shown_below_zero(seed, order):
    found = compared(seed, order)
    read = found.table[found.table["low"].notna()]
    below = bool((read["point_low"] < 0).any())
    assert not shown_of(repr(found)) or order  # what runs through later layers may be negative
    assert (BELOW_ZERO in repr(found)) == below == found.below_zero
    assert not shown_of(found._repr_html_()) or order
    assert not (found.shown[["adjusted", "point_low", "point_high"]] < 0).any(axis=None)


def test_the_table_keeps_the_values_and_a_range_may_begin_at_zero():
    tables = [compared(seed).table for seed in range(6)]
    unique = [t[(t["measure"] == "unique") & (t["block"] == "noise")].iloc[0] for t in tables]
    assert any(row["point_high"] < 0 for row in unique)
    below = next(seed for seed, row in enumerate(unique) if row["point_high"] < 0)
    assert "0.000 to 0.000" in repr(compared(below))
    for seed in range(6):
        trust = compared(seed).shown.query("block == 'trust'")
        kept = compared(seed).table.query("block == 'trust'")
        pd.testing.assert_frame_equal(trust, kept)  # what is not below zero is as it was


def test_only_what_runs_through_later_layers_is_negative_in_an_order():
    for seed in range(6):
        found = compared(seed, [["noise"], ["trust"]])
        for line in repr(found).splitlines():
            cells = re.findall(r"(-?\d\.\d{3}) to (-?\d\.\d{3})", line)
            assert not any(c.startswith("-") for pair in cells[:2] for c in pair)


def test_a_share_above_one_is_shown_as_one():
    """Means of 30 brands that trust decides: without it the rest is worth less than chance."""
    rng = np.random.default_rng(6)
    brand = np.repeat(np.arange(30), 40)
    level = rng.normal(size=30)[brand]
    rows = pd.DataFrame({"trust": level + rng.normal(size=1200), "noise": rng.normal(size=1200)})
    rows["loyalty"] = level + rng.normal(size=1200)
    brands = [ls.moments(part) for _, part in rows.groupby(brand)]
    blocks = {"trust": ["trust"], "noise": ["noise"]}
    found = ls.compare_blocks(stack(brands), "loyalty", blocks, level="between")
    high = (found.table["adjusted"] > 1) & found.table["low"].notna()
    assert high.any() and ABOVE_ONE in repr(found)
    assert (found.shown["adjusted"][high] == 1).all()
    assert not re.search(r"\s1\.0\d*[1-9]", repr(found.wide()[["alone", "unique", "dominance"]]))
