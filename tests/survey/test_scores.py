"""The arithmetic of scores by hand."""

import numpy as np
import pandas as pd

from loyaltystudy.survey import make_codebook
from loyaltystudy.survey._scores import scale_scores, turned

BOOK = make_codebook(
    {
        "study": "s",
        "title": "S",
        "population": "customers",
        "items": {
            "a": {"answers": {"range": [1, 7]}},
            "b": {"answers": {"range": [1, 7]}, "reversed": True},
            "c": {"answers": {"range": [1, 7]}},
            "d": {"answers": {"range": [1, 7]}},
        },
        "scales": {
            "most": {"items": ["a", "b", "c", "d"]},
            "all": {"items": ["a", "b"], "minimum_answered": 1},
        },
    }
)


def test_reversed_items_are_turned_by_the_declared_range():
    assert [turned(BOOK.items[name], 3.0) for name in ("a", "b")] == [3, 5]


def test_a_score_is_the_mean_of_the_answered_items_where_enough_are():
    nan = np.nan
    rows = [[1, 7, 7, 4], [1, 7, 7, nan], [1, nan, nan, 4], [nan] * 4]
    answers = pd.DataFrame(rows, columns=list("abcd"), index=[5, 7, 8, 9])
    found = scale_scores(BOOK, answers, BOOK.scales.values())
    assert found.index.tolist() == [5, 7, 8, 9]
    assert np.allclose(found["most"], [13 / 4, 3, nan, nan], equal_nan=True)
    assert np.allclose(found["all"], [1, 1, nan, nan], equal_nan=True)
