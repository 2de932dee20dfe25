"""Predictors from one period, outcomes from the next."""

import pandas as pd
import pytest

from loyaltystudy.errors import SurveyError
from loyaltystudy.purchases import load_panel, next_period, read_panel

SPEC = {"name": "x", "title": "", "columns": {"household": "h", "brand": "b", "time": "t",
                                              "spend": "s"}}  # fmt: skip
# household 1: a a b, then a b; 2: c, then nothing; 3: only in the second half; 4: a, then a a
ROWS = pd.DataFrame({
    "h": [1, 1, 1, 1, 1, 2, 3, 4, 4, 4], "b": list("aababcbaaa"),
    "t": [0, 1, 2, 8, 9, 1, 10, 2, 7, 8], "s": [5, 5, 5, 1, 2, 1, 9, 4, 3, 3],
})  # fmt: skip
PEOPLE = pd.DataFrame({"household": [1, 2, 3, 4], "age": [30, 40, 50, 60],
                       "town": ["x", "y", "x", None]})  # fmt: skip
TIERS = {"low": 0.5, "top": 0.5}


def following(**options):
    return next_period(read_panel(ROWS, SPEC, households=PEOPLE), shares=TIERS, **options)


def test_columns_by_hand():
    data = following().data
    assert data.index.tolist() == [1, 2, 4]
    assert data["brands_bought"].tolist() == [2, 1, 1]
    assert data["favourite_share"].tolist() == pytest.approx([2 / 3, 1, 1])
    assert data["next_favourite_share"].tolist() == pytest.approx(
        [1 / 2, float("nan"), 1], nan_ok=True
    )
    assert data["next_purchases"].tolist() == [2, 0, 2]
    assert data["next_spend"].tolist() == [3, 0, 6]
    assert data["top"].tolist() == [1, 0, 0]


def test_demographics_are_numbers_with_missing_kept():
    made = following()
    assert made.blocks["demographics"] == ["age", "town: y"]
    assert made.data["town: y"].tolist() == pytest.approx([0, 1, float("nan")], nan_ok=True)
    assert following(demographics=["age"]).blocks["demographics"] == ["age"]


def test_blocks_name_columns_once_and_no_outcome_among_them():
    made = following()
    columns = [c for block in made.blocks.values() for c in block]
    assert len(columns) == len(set(columns))
    assert set(columns) <= set(made.data.columns) and not set(columns) & set(made.outcomes)


def test_bad_input_is_refused():
    with pytest.raises(SurveyError, match=r"no such columns: \['income'\]"):
        following(demographics=["income"])
    with pytest.raises(SurveyError, match="describes nobody"):
        next_period(load_panel("cracker"), demographics=["age"])
    with pytest.raises(SurveyError, match="order of purchases is not known"):
        next_period(load_panel("tuna"))
    twice = pd.concat([PEOPLE, PEOPLE[:1]])
    with pytest.raises(SurveyError, match=r"described twice: \[1\]"):
        next_period(read_panel(ROWS, SPEC, households=twice))
