"""Calls that docs/howto/r-users.md names for explained variance, run in R, beside ours."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import loyaltystudy as ls

HERE = Path(__file__).parents[1] / "reference"
R = pd.read_csv(HERE / "r_explained.csv")
PAGE = (Path(__file__).parents[2] / "docs/howto/r-users.md").read_text(encoding="utf-8")
CARS = pd.read_csv(HERE / "relative_mtcars.csv")
BLOCKS = {"engine": ["cyl", "disp", "hp"], "body": ["wt", "qsec"], "gears": ["am", "gear", "carb"]}
VARPART = "vegan::varpart(y, engine, body, gears)$part$indfract$Adj.R.square"


def theirs(call: str) -> pd.Series:
    rows = R[R["call"] == call].set_index("block")["value"]
    assert len(rows), call
    return rows


@pytest.fixture(scope="module")
def found():
    return ls.compare_blocks(CARS, "mpg", BLOCKS)


def dominance(found, blocks) -> np.ndarray:
    table = found.table[found.table["measure"] == "dominance"].set_index("block")
    return table.loc[[*blocks], "estimate"].to_numpy()


def test_the_page_names_the_calls():
    for call in R["call"].unique():
        if not call.endswith("unique"):
            assert f"`{call}`" in PAGE, call


def test_dominance_is_the_mean_over_all_orders(found):
    rows = theirs("domir::domir(..., .set = )")
    np.testing.assert_allclose(dominance(found, rows.index), rows, atol=1e-12)
    rows = theirs('relaimpo::calc.relimp(type = "lmg")')
    single = ls.compare_blocks(CARS, "mpg", {name: [name] for name in rows.index})
    np.testing.assert_allclose(dominance(single, rows.index), rows, atol=1e-12)


def test_common_parts_are_those_of_vegan_and_of_inclusion_and_exclusion(found):
    table = found.commonality
    key = table["blocks"].map(lambda names: " ".join(b for b in BLOCKS if b in names))
    for call, column in ((VARPART, "adjusted"), ("yhat::commonalityCoefficients", "estimate")):
        rows = theirs(call)
        rows.index = [" ".join(b for b in BLOCKS if b in name.split()) for name in rows.index]
        np.testing.assert_allclose(table[column], rows.loc[key], atol=1e-12)


def test_steps_are_anova_block_after_block(found):
    np.testing.assert_allclose(found.steps["f"], theirs("anova(m1, m2)"), rtol=1e-9)


def test_error_free_r2_is_that_of_corrected_correlations():
    rows = theirs("psych::correct.cor(r, rel)")
    data = pd.read_csv(HERE / "r_explained_attitude.csv")
    rho = {"complaints": 0.9, "learning": 0.85, "raises": 0.95, "rating": 0.9}
    found = ls.compare_blocks(data, "rating", {n: [n] for n in rows.index}, reliability=rho)
    table = found.table.set_index(["measure", "block"])["estimate"]
    for measure, call in (("alone", ""), ("unique", " unique")):
        expected = theirs(f"psych::correct.cor(r, rel){call}")
        np.testing.assert_allclose(table[measure].loc[expected.index], expected, atol=1e-10)
