"""Tables of a report's sections."""

import warnings

import numpy as np
import pandas as pd
import pytest

import loyaltystudy as ls
from loyaltystudy.report._answered import distribution
from loyaltystudy.report._section_tables import SHORT, names_in
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


ONE = {
    "study": "one",
    "title": "One question",
    "population": "customers",
    "items": {"s1": {"answers": {"range": [1, 7]}, "reversed": True}},
    "scales": {"happy": {"construct": "satisfaction", "items": ["s1"]}},
}


def scored(counts):
    """What a report says of 1 to 7, given so often."""
    from loyaltystudy.report._section_tables import describe_scores

    answers = pd.DataFrame({"s1": np.repeat(np.arange(7, 0, -1), counts)})
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        found = ls.read_study(answers, make_codebook(ONE))
        [row] = describe_scores(found).to_dict("records")
        shown = distribution(found, "happy", found.scores()["happy"], "en")
    return row, shown, [str(w.message) for w in caught if "joined" in str(w.message)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ([1, 2, 7, 46, 36, 27, 11], [3, 5, 2, 46, 36, 27, 11]),
        ([0, 1, 0, 18, 23, 12, 6], [0, 0, 1, 18, 23, 13, 5]),
        ([4, 0, 67, 258, 334, 240, 97], [0, 9, 62, 258, 334, 240, 97]),
    ],
)
def test_mean_and_spread_of_one_question_tell_nothing_of_how_few_answered_within_a_group(
    one, other
):
    """Of the answers themselves they leave one solution: of 130 people who 1, 2 and 7 are."""
    (row, shown, said), (again, same, _) = scored(one), scored(other)
    assert shown.equals(same) and (shown["n"] >= 10).all()
    assert row["mean"] == again["mean"] and np.isnan(row["sd"]) and np.isnan(again["sd"])
    exact = np.repeat(np.arange(1, 8), one)
    assert abs(row["mean"] - exact.mean()) < exact.std() / np.sqrt(len(exact))
    assert len(said) == 1 and "['happy']" in said[0]


def test_mean_and_spread_are_exact_where_every_answer_is_shown():
    counts = [10, 12, 20, 46, 36, 27, 11]
    row, _, said = scored(counts)
    exact = np.repeat(np.arange(1, 8), counts)
    assert row["mean"] == pytest.approx(exact.mean()) and not said
    assert row["sd"] == pytest.approx(exact.std(ddof=1))


def test_a_short_wording_is_what_a_variable_is_called():
    asked = {
        "q1": {"wording": {"en": "Your gender:", "sv": "Kön"}},
        "q2": {"wording": {"en": "How " + "very " * SHORT + "old are you?"}},
        "q3": {"wording": {"en": "Your region"}, "label": {"en": "Region"}},
        "q4": {"wording": {"en": "Your age"}, "construct": "age"},
        "q5": {"wording": {"en": "Your shop"}},
        "q6": {"wording": {"en": "Your shop"}},
    }
    some = {"kind": "nominal", "answers": {"codes": {1: "a", 2: "b"}}}
    variables = {name: some | entry for name, entry in asked.items()}
    given = {"study": "s", "title": "S", "population": "customers", "variables": variables}
    book = make_codebook(given)
    named = names_in(book, "en")
    assert {named[n] for n in ("q1", "q2", "q3", "q4")} == {"Your gender", "q2", "Region", "Age"}
    assert (named["q5"], named["q6"]) == ("Your shop (q5)", "Your shop (q6)")
    assert names_in(book, "sv")["q1"] == "Kön"
