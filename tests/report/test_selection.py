"""Which outcome and blocks a report takes."""

import numpy as np
import pandas as pd
import pytest

import loyaltystudy as ls
from loyaltystudy.survey import make_codebook

CODES = {
    1: {"sv": "Ja", "en": "Yes"},
    2: {"sv": "Nej", "en": "No"},
    3: {"sv": "Kanske"},
    4: {"sv": "Vet"},
}


def study(**columns):
    book = {
        "study": "s",
        "title": "S",
        "population": "customers",
        "items": {"l1": {"answers": {"range": [1, 7]}}, "l2": {"answers": {"range": [1, 7]}}},
        "scales": {"loyal": {"construct": "loyalty", "items": ["l1", "l2"]}},
        "variables": {
            "nps": {"kind": "numeric", "construct": "recommend", "answers": {"range": [0, 10]}},
            "age": {"kind": "numeric", "construct": "age", "answers": {"range": [15, 99]}},
            "who": {"kind": "nominal", "construct": "gender", "answers": {"codes": CODES}},
            "weight": {"kind": "numeric", "answers": {"range": [0, 99], "whole": False}},
            "shop": {"kind": "nominal", "answers": {"range": [1, 99]}},
        },
        "design": {k: v for k, v in (("weight", "weight"), ("cluster", "shop")) if v in columns},
    }
    used = {name: entry for name, entry in book["variables"].items() if name in columns}
    items = {
        name: columns.get(name, np.tile([1, 2, 3, 4.0], 999)[: len(next(iter(columns.values())))])
        for name in book["items"]
    }
    return ls.read_study(pd.DataFrame(items | columns), make_codebook(book | {"variables": used}))


def test_an_outcome_that_cannot_be_explained_is_named_with_the_reason():
    from loyaltystudy.report._selection import choose_outcome

    alike = study(l1=np.full(30, 4.0), l2=np.full(30, 4.0))
    with pytest.raises(ls.SurveyError, match=r"explained \(loyal: everybody answered alike\)"):
        choose_outcome(alike, None)
