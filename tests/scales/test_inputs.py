"""What every statistic of scales refuses, all at once and by name."""

import numpy as np
import pandas as pd
import pytest

from loyaltystudy.errors import SurveyError
from loyaltystudy.scales._inputs import (
    complete_items,
    known,
    need_more_rows_than_items,
    need_positive_definite,
    source_of,
)

FRAME = pd.DataFrame({"a": [1.0, 2, 3, 4], "b": [2.0, 1, 4, 3], "c": [1.0, 2, 2, 1]})


def problems_of(frame, scales, **options):
    with pytest.raises(SurveyError) as caught:
        complete_items(frame, scales, **options)
    return str(caught.value)


def test_moments_are_weighted_with_divisor_n():
    items = complete_items(FRAME, {"x": ["a", "b"], "y": "c"})
    cov, mean = items.moments()
    assert np.allclose(cov, FRAME.cov(ddof=0)) and np.allclose(mean, FRAME.mean())
    assert np.allclose(items.correlations(), FRAME.corr())
    assert items.names == ["a", "b", "c"] and items.index("y").tolist() == [2]


def test_rows_with_a_gap_go_unless_gaps_may_stay():
    holes = FRAME.copy()
    holes.loc[0, "a"] = np.nan
    wanted = {"x": ["a", "b"]}
    assert (complete_items(holes, wanted).n, complete_items(holes, wanted).n_dropped) == (3, 1)
    kept = complete_items(holes, wanted, gaps=True)
    assert (kept.n, kept.n_dropped) == (4, 0)
    holes.loc[0, "b"] = np.nan
    assert complete_items(holes, wanted, gaps=True).n_dropped == 1  # who answered nothing


@pytest.mark.parametrize(
    ("scales", "message"),
    [
        ({}, "at least one scale"),
        ("a", "give a mapping of scale name to item names"),
        ({"x": ["a"]}, "Scale 'x': 1 item, this needs at least 2. Leave the scale out."),
        ({"x": ["a", "az"]}, "items not in the answers: ['az']. Columns starting with 'a': ['a']"),
        ({"x": ["a", "b"], "y": ["b", "c"]}, "Item 'b' is in scale 'x' and in scale 'y'"),
    ],
)
def test_bad_scales(scales, message):
    assert message in problems_of(FRAME, scales, least=2)


@pytest.mark.parametrize(
    ("column", "message"),
    [
        (["1", "2", "3", "4"], "Item 'a': answers are str, not numbers. Give the codes."),
        ([np.inf, 2, 3, 4], "Item 'a', row 0: inf is no answer."),
        ([2, 2, 2, 2], "all 4 complete rows answer 2. A constant item cannot be analysed"),
        (
            [np.nan, np.nan, 3, 4],
            "2 rows answer all 2 items, at least 3 are needed; 'a' is missing",
        ),
    ],
)
def test_bad_answers(column, message):
    assert message in problems_of(FRAME.assign(a=column), {"x": ["a", "b"]})


def test_columns_that_stand_twice_and_all_else_in_one_error():
    twice = pd.concat([FRAME, FRAME[["a"]]], axis=1)
    text = problems_of(twice, {"x": ["a", "z"]})
    assert "Columns that stand twice in the answers: ['a']." in text and "['z']" in text


def test_an_item_that_nobody_answered_beside_others():
    text = problems_of(FRAME.assign(a=np.nan), {"x": ["a", "b", "c"]}, gaps=True)
    assert "Item 'a': nobody answered it. Leave it out." in text


def test_what_is_neither_study_nor_table():
    with pytest.raises(SurveyError, match="give a study or a DataFrame of answers, not list"):
        source_of([1, 2], {"x": ["a"]})


def test_rows_and_rank_that_a_covariance_needs():
    assert need_more_rows_than_items(4, ["a", "b", "c"]) == []
    (problem,) = need_more_rows_than_items(3, ["a", "b", "c"], "Group 'x': ")
    assert problem.startswith("Group 'x': 3 complete rows for 3 items")
    assert need_positive_definite(FRAME.corr().to_numpy(), list("abc")) == []
    sums = FRAME.assign(d=FRAME["a"] + FRAME["b"])[["a", "b", "d"]]
    (problem,) = need_positive_definite(sums.cov().to_numpy(), list("abd"))
    assert "items ['a', 'b', 'd'] depend on one another" in problem


def test_known_names():
    assert known("a", ["a", "b"], "scale") == ["a"]
    with pytest.raises(SurveyError, match=r"No scale named \['z'\]. There are: \['a'\]"):
        known(["a", "z"], ["a"], "scale")
