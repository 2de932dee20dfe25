"""Tables of a comparison: points, limits, and the union of several."""

import numpy as np
import pandas as pd
import pytest

from loyaltystudy.explain import compare_blocks, model_frame
from loyaltystudy.explain._estimation import subset_estimates
from loyaltystudy.explain._tables import (
    Variant,
    adjusted_r2,
    differences_table,
    ezekiel,
    measures_table,
    united,
)

rng = np.random.default_rng(1)
ROWS = pd.DataFrame(rng.normal(size=(150, 3)), columns=["x", "z", "y"])
ROWS["y"] += 0.6 * ROWS["x"]
BLOCKS = {"one": ["x"], "other": ["z"]}
FRAME = model_frame(ROWS, "y", BLOCKS)
FOUND = subset_estimates(FRAME)
VARIANT = Variant(FOUND, adjusted_r2(FRAME, FOUND), FRAME.ranks)


def test_ezekiels_formula_by_hand_and_none_for_no_column():
    assert ezekiel(np.array([0.0, 0.3]), np.array([0, 2]), 101).tolist() == [0, 1 - 0.7 * 100 / 98]


def test_more_columns_than_rows_have_no_point():
    assert np.isnan(adjusted_r2(FRAME, FOUND, np.array([0, 1, 1, 148]))[-1])


def test_the_table_is_that_of_the_comparison():
    table = measures_table(BLOCKS, VARIANT, 0.95)
    whole = compare_blocks(ROWS, "y", BLOCKS).table
    both = table.merge(whole, on=["block", "measure"])
    assert len(both) == len(table) == 8
    for name in ("estimate", "adjusted", "low", "high"):
        assert np.allclose(both[f"{name}_x"], both[f"{name}_y"], equal_nan=True)


def test_measures_with_fewer_figures_are_filled_up():
    table = measures_table(BLOCKS, VARIANT, 0.95, {"alone_cv": [np.array([0.3, 0.0])]})
    row = table[table["measure"] == "alone_cv"]
    assert row["estimate"].tolist() == [0.3, 0.0] and row["low"].isna().all()


def test_differences_are_of_adjusted_points_and_hold_them():
    table = differences_table(BLOCKS, VARIANT, 0.95)
    assert table["first"].tolist() == ["one"] * 3 and table["second"].tolist() == ["other"] * 3
    points = measures_table(BLOCKS, VARIANT, 0.95).pivot_table(
        index="block", columns="measure", values="adjusted"
    )
    for row in table.itertuples():
        gap = points.loc["one", row.measure] - points.loc["other", row.measure]
        assert row.estimate == pytest.approx(gap) and row.low < gap < row.high


def test_the_union_takes_the_widest_limits_and_the_range_of_points():
    table = measures_table(BLOCKS, VARIANT, 0.95).dropna(subset=["high"])
    moved = table.assign(adjusted=table["adjusted"] + 0.1, high=table["high"] + 0.1)
    both = united([table, moved])
    assert np.allclose(both["high"], moved["high"]) and np.allclose(both["low"], table["low"])
    assert np.allclose(both["point_high"] - both["point_low"], 0.1)
    assert united([table]) is table


def test_rows_are_not_stored_with_a_result():
    import pickle

    kept = Variant(FOUND, VARIANT.adjusted, FRAME.ranks, lambda: [])
    assert pickle.loads(pickle.dumps(kept)).left_out is None
