"""Tables of a report's sections."""

import numpy as np
import pandas as pd

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


def test_no_figure_of_scores_or_reliability_stands_on_the_five_who_have_a_weight():
    from loyaltystudy.report._section_tables import describe_scores, reliability_of_ten

    answers = np.random.default_rng(4).integers(1, 8, (2, 240)).astype(float)
    weight = np.r_[np.ones(5), np.zeros(235)]
    few = study(l1=answers[0], l2=answers[1], weight=weight)
    [scores] = describe_scores(few).to_dict("records")
    [reliable] = reliability_of_ten(few).to_dict("records")
    assert scores["n"] == reliable["n"] == 5
    assert np.isnan(scores["mean"]) and np.isnan(scores["sd"]) and np.isnan(reliable["alpha"])
    assert reliable["note"] == "of under 10 people: withheld"
