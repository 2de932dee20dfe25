"""Small studies for the tests of scales."""

from __future__ import annotations

import pandas as pd
import pytest

from loyaltystudy.survey import Study, make_codebook, read_study


def make_study(
    answers: pd.DataFrame,
    scales: dict,
    low: float = 1,
    high: float = 7,
    reverse=(),
    whole=True,
    **design,
) -> Study:
    """A study of these answers; columns of a design and `language` are variables."""
    variables = [c for c in answers if c in (*design.values(), "w", "store", "language")]
    items = [c for c in answers if c not in variables]
    book = {
        "study": "s",
        "title": "S",
        "population": "customers",
        "items": {
            name: {"answers": {"range": [low, high], "whole": whole}, "reversed": name in reverse}
            for name in [*items, *(i for own in scales.values() for i in own if i not in items)]
        },
        "scales": {name: {"items": list(members)} for name, members in scales.items()},
        "variables": {
            name: {"kind": "numeric", "answers": {"range": [0, 1e6], "whole": False}}
            for name in variables
        },
        "design": design,
    }
    return read_study(answers, make_codebook(book))


@pytest.fixture
def study_of():
    """Makes a study from a frame and its scales: see `make_study`."""
    return make_study
