"""Owen values and relative weights: R's lm loops, hand arithmetic, invariants."""

from __future__ import annotations

from itertools import combinations
from math import comb
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from loyaltystudy import Moments, SurveyError, compare_blocks, moments
from loyaltystudy.explain import _left_out, _predictors as relative
from loyaltystudy.explain._columns import variables
from loyaltystudy.explain._predictors import owen_values, relative_weights
from loyaltystudy.rsquared._intervals import explained_interval, jackknife, tails_of

REFERENCE = Path(__file__).parents[1] / "reference"
BLOCKS = {
    "engine": ["cyl", "disp", "hp"],
    "body": ["wt", "qsec"],
    "gears": ["am", "gear", "carb"],
}
EVERYTHING = [name for block in BLOCKS.values() for name in block]


@pytest.fixture(scope="module")
def cars() -> pd.DataFrame:
    return pd.read_csv(REFERENCE / "relative_mtcars.csv").astype(float)


@pytest.fixture(scope="module")
def from_r() -> pd.DataFrame:
    return pd.read_csv(REFERENCE / "relative.csv", keep_default_na=False)


def r_values(from_r: pd.DataFrame, what: str) -> np.ndarray:
    return from_r.loc[from_r["what"] == what, "value"].to_numpy()


def test_owen_values_agree_with_loops_over_lm(cars, from_r):
    found = owen_values(cars, "mpg", BLOCKS)
    assert found["predictor"].tolist() == EVERYTHING
    np.testing.assert_allclose(found["estimate"], r_values(from_r, "owen"), rtol=0, atol=1e-12)
    assert found["share"].sum() == pytest.approx(1)


def test_weighted_owen_values_agree_with_weighted_lm(cars, from_r):
    found = owen_values(moments(cars, weights=cars["drat"]), "mpg", BLOCKS)
    expected = r_values(from_r, "owen_weighted")
    np.testing.assert_allclose(found["estimate"], expected, rtol=0, atol=1e-12)
    assert found["estimate"].sum() == pytest.approx(r_values(from_r, "r2_weighted")[0])


def test_owen_values_of_a_block_sum_to_its_dominance(cars):
    found = owen_values(cars, "mpg", BLOCKS, controls=["vs"])
    table = compare_blocks(cars, "mpg", BLOCKS, controls=["vs"]).table
    blocks = table[table["measure"] == "dominance"].set_index("block")
    sums = found.groupby("block", sort=False)[["estimate", "adjusted"]].sum()
    np.testing.assert_allclose(sums, blocks.loc[sums.index, ["estimate", "adjusted"]], atol=1e-12)


def test_one_block_and_single_predictors_both_reduce_to_general_dominance(cars, from_r):
    expected = r_values(from_r, "dominance")
    together = owen_values(cars, "mpg", {"all": EVERYTHING})["estimate"]
    apart = owen_values(cars, "mpg", {name: [name] for name in EVERYTHING})["estimate"]
    np.testing.assert_allclose(together, expected, rtol=0, atol=1e-12)
    np.testing.assert_allclose(apart, expected, rtol=0, atol=1e-12)


def test_dummies_of_one_variable_stay_one_player(cars):
    named = cars.assign(gear=cars["gear"].map({3.0: "three", 4.0: "four", 5.0: "five"}))
    found = owen_values(named, "mpg", {"gears": ["gear", "carb"], "body": ["wt", "qsec"]})
    assert found["predictor"].tolist() == ["gear", "carb", "wt", "qsec"]
    assert found["estimate"].iloc[0] == pytest.approx(_owen_of_gear(named), abs=1e-12)


def _owen_of_gear(table: pd.DataFrame) -> float:
    """By least squares on the rows: one set of dummies against all subsets of the rest."""
    parts = {
        "gear": pd.get_dummies(table["gear"], drop_first=True, dtype=float).to_numpy(),
        **{name: table[[name]].to_numpy() for name in ("carb", "wt", "qsec")},
    }

    def r2(names) -> float:
        x = np.column_stack([np.ones(len(table)), *(parts[name] for name in names)])
        y = table["mpg"].to_numpy()
        e = y - x @ np.linalg.lstsq(x, y, rcond=None)[0]
        return 1 - e @ e / ((y - y.mean()) ** 2).sum()

    orders = [(other, own) for other in ((), ("wt", "qsec")) for own in ((), ("carb",))]
    return np.mean([r2([*a, *b, "gear"]) - r2([*a, *b]) for a, b in orders])


def test_variables_are_told_apart_by_their_columns():
    assert variables(["age", "gender=2", "gender=3"]) == {
        "age": ["age"],
        "gender": ["gender=2", "gender=3"],
    }


def test_relative_weights_agree_with_regressions_on_orthogonal_stand_ins(cars, from_r):
    found = relative_weights(cars, "mpg", EVERYTHING)
    expected = r_values(from_r, "relative_weight")
    np.testing.assert_allclose(found["estimate"], expected, rtol=0, atol=1e-12)
    assert found["estimate"].sum() == pytest.approx(r_values(from_r, "r2")[0], abs=1e-12)


def test_relative_weights_of_two_predictors_equal_their_general_dominance(cars):
    """Known algebra: for two predictors both methods give the same numbers."""
    pair = ["wt", "hp"]
    weights = relative_weights(cars, "mpg", pair)["estimate"]
    dominance = owen_values(cars, "mpg", {"both": pair})["estimate"]
    np.testing.assert_allclose(weights, dominance, atol=1e-12)


def test_relative_weights_by_hand():
    """Orthogonal predictors: the weights are the squared correlations."""
    names = ["x", "z", "y"]
    r = pd.DataFrame([[1, 0, 0.5], [0, 1, -0.3], [0.5, -0.3, 1]], index=names, columns=names)
    found = relative_weights(Moments.from_correlations(r, n=50), "y", ["x", "z"])
    np.testing.assert_allclose(found["estimate"], [0.25, 0.09], atol=1e-14)
    np.testing.assert_allclose(found["share"], [25 / 34, 9 / 34], atol=1e-14)


def test_relative_weights_ask_for_one_column_a_predictor(cars):
    named = cars.assign(gear=cars["gear"].map({3.0: "three", 4.0: "four", 5.0: "five"}))
    with pytest.raises(SurveyError) as error:
        relative_weights(named, "mpg", ["wt", "gear"])
    assert str(error.value) == (
        "predictors: ['gear'] stand in several columns each, and their weights would depend "
        "on the category left out. Take owen_values for them."
    )


def test_relative_weights_name_a_collinear_column(cars):
    with pytest.raises(SurveyError, match="Column 'twice' is a linear combination"):
        relative_weights(cars.assign(twice=cars["wt"] + cars["hp"]), "mpg", ["wt", "hp", "twice"])


def test_too_many_players_are_refused():
    many = pd.DataFrame(np.random.default_rng(1).normal(size=(60, 27))).add_prefix("x")
    with pytest.raises(SurveyError) as error:
        owen_values(many, "x0", {"one": ["x1"], "two": [f"x{i}" for i in range(2, 27)]})
    assert str(error.value).startswith(
        "Block 'two': 25 predictors and 1 other blocks make 2**26 models; at most 24 are taken."
    )


def test_owen_values_of_random_data_by_their_definition():
    """A second implementation, over subsets by name, on four blocks with a control."""
    rng = np.random.default_rng(7)
    table = pd.DataFrame(rng.normal(size=(80, 9)), columns=list("abcdefghy"))
    table["y"] += table[list("aceh")].sum(axis=1) + 0.5 * table["b"] * 1.0
    blocks = {"p": ["a", "b"], "q": ["c", "d", "e"], "r": ["f"], "s": ["g"]}
    found = owen_values(table, "y", blocks, controls=["h"]).set_index("predictor")["estimate"]

    def r2(names) -> float:
        x = np.column_stack([np.ones(80), table[["h", *names]]])
        e = table["y"] - x @ np.linalg.lstsq(x, table["y"], rcond=None)[0]
        return 1 - (e**2).sum() / ((table["y"] - table["y"].mean()) ** 2).sum()

    def subsets(members):
        return [s for size in range(len(members) + 1) for s in combinations(members, size)]

    for block, members in blocks.items():
        for predictor in members:
            total, q = 0.0, len(members)
            for others in subsets([b for b in blocks if b != block]):
                for own in subsets([m for m in members if m != predictor]):
                    base = [*(m for b in others for m in blocks[b]), *own]
                    share = 4 * comb(3, len(others)) * q * comb(q - 1, len(own))
                    total += (r2([*base, predictor]) - r2(base)) / share
            assert found[predictor] == pytest.approx(total, abs=1e-12)


def test_intervals_of_single_predictors_are_those_of_their_blocks(cars):
    """A block of one predictor: its Owen value is the block's dominance."""
    blocks = {name: [name] for name in ("wt", "hp", "qsec")}
    found = owen_values(cars, "mpg", blocks).set_index("predictor")
    table = compare_blocks(cars, "mpg", blocks).table.query("measure == 'dominance'")
    columns = ["estimate", "adjusted", "low"]
    np.testing.assert_allclose(found[columns], table[columns], atol=1e-10)
    # the upper limit alone is further out, where the bias says that the standard error is too small
    further = found["high"].to_numpy() - table["high"].to_numpy()
    assert (further > -1e-12).all()


def test_owen_intervals_narrow_and_stop_where_there_are_too_many_players(cars, monkeypatch):
    wide, narrow = (owen_values(cars, "mpg", BLOCKS, confidence=c) for c in (0.95, 0.8))
    assert (wide["high"] > narrow["high"]).all() and (wide["low"] <= narrow["low"]).all()
    monkeypatch.setattr(relative, "MOST_WITH_ERROR", 2)
    none = owen_values(cars, "mpg", BLOCKS)
    assert none[["low", "high"]].isna().all().all()
    np.testing.assert_allclose(none["adjusted"], wide["adjusted"], atol=1e-12)


def test_relative_weights_without_each_row_are_refitted(cars, monkeypatch):
    predictors = ["wt", "hp", "qsec"]
    found = relative_weights(cars, "mpg", predictors)
    without = np.array(
        [
            relative_weights(moments(cars.drop(index=i)), "mpg", predictors)["estimate"]
            for i in cars.index
        ]
    )
    se, bias = jackknife(found["estimate"].to_numpy(), without)
    np.testing.assert_allclose(found["adjusted"], found["estimate"] - bias, atol=1e-12)
    scaled = np.sqrt(31 / 32) * (without - without.mean(axis=0))
    options = {"freedom": 31, "steady": relative.STEADY, "tails": tails_of(scaled)}
    expected = explained_interval(found["estimate"].to_numpy(), se, bias, np.ones(3), **options)
    np.testing.assert_allclose(found[["low", "high"]].T, expected, atol=1e-10)
    monkeypatch.setattr(_left_out, "MOST_ROWS", 20)
    monkeypatch.setattr(_left_out, "GROUPS", 16)
    grouped = relative_weights(cars, "mpg", predictors)
    assert (grouped["high"] > grouped["estimate"]).all()
    assert not np.allclose(grouped["high"], found["high"])
