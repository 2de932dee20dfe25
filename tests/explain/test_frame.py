"""Which columns, rows and weights a comparison takes."""

import numpy as np
import pandas as pd
import pytest

from loyaltystudy.errors import SurveyError
from loyaltystudy.explain import model_frame
from loyaltystudy.rsquared import moments

rng = np.random.default_rng(1)
ROWS = pd.DataFrame(rng.normal(size=(60, 3)), columns=["x", "z", "y"])
ROWS["shop"] = rng.choice(["a", "b", "c"], 60)
BLOCKS = {"one": ["x"], "other": ["z", "shop"]}


def frame(data=ROWS, blocks=BLOCKS, **more):
    return model_frame(data.astype({"shop": "category"}), "y", blocks, **more)


def test_categories_become_dummies_that_stay_in_one_block():
    made = frame()
    assert made.blocks["other"][0] == "z" and len(made.blocks["other"]) == 3
    assert made.columns[-1] == "y" and made.array.shape == (60, 4 + 1)
    assert made.ranks.tolist() == [0, 1, 3, 4]


def test_rows_with_a_gap_are_left_out_of_every_model_and_counted():
    holes = ROWS.copy()
    holes.loc[:4, "z"] = np.nan
    made = frame(holes)
    assert len(made.rows) == 55 and made.n_dropped == 5
    assert made.whole.n == 55


def test_controls_are_in_no_block_and_in_every_rank():
    made = frame(blocks={"other": ["z"]}, controls=["x"])
    assert made.controls == ["x"] or tuple(made.controls) == ("x",)
    assert made.ranks.tolist() == [1, 2]


def test_moments_are_taken_as_they_are():
    made = model_frame(moments(ROWS[["x", "z", "y"]]), "y", {"one": ["x"], "other": ["z"]})
    assert made.rows is None and made.whole.n == 60 and made.independent


@pytest.mark.parametrize(
    ("blocks", "message"),
    [
        ({}, "block"),
        ({"one": []}, "one"),
        ({"one": ["x"], "other": ["x"]}, "x"),
        ({"one": ["y"]}, "y"),
        ({"one": ["nowhere"]}, "nowhere"),
    ],
)
def test_blocks_that_no_comparison_takes(blocks, message):
    with pytest.raises(SurveyError, match=message):
        frame(blocks=blocks)


def test_too_few_rows_for_so_many_columns():
    with pytest.raises(SurveyError, match="rows"):
        frame(ROWS.head(5))
