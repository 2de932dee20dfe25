"""The shapes of a codebook."""

import pytest

from loyaltystudy.errors import SurveyError
from loyaltystudy.survey import make_codebook

BASE = {"study": "s", "title": "S", "population": "customers"}
ITEMS = {name: {"answers": {"range": [1, 7]}, "wording": f"Q {name}"} for name in ("t1", "t2")}


def book(**more):
    return make_codebook({**BASE, "items": ITEMS, "scales": {"t": {"items": ["t1", "t2"]}}, **more})


def test_short_forms_of_words_and_answers():
    found = book(variables={"g": {"kind": "nominal", "answers": {"codes": {1: "A", 2: "B"}}}})
    assert found.items["t1"].wording == {"und": "Q t1"}
    answers = found.variables["g"].answers
    assert (answers.low, answers.high, answers.describe()) == (1, 2, "1, 2")
    assert found.items["t1"].answers.describe() == "1..7 (whole numbers)"
    assert [*found.columns] == ["t1", "t2", "g"]


def test_forms_that_ask_a_question():
    asked = {"full": (), "short": ("short",), "brief": ("brief",)}
    for form, kept in asked.items():
        items = {**ITEMS, "t2": {**ITEMS["t2"], "form": form}}
        assert book(items=items).items["t2"].form == kept


def test_who_measures_a_construct_in_full_comes_before_a_stand_in():
    stand_in = {"items": ["t1", "t2"], "stands_in_for": {"loyalty": "no better"}}
    full = {"items": ["t1", "t2"], "construct": "loyalty"}
    assert book(scales={"p": stand_in, "f": full}).measures("loyalty").name == "f"
    assert book(scales={"p": stand_in}).measures("loyalty").name == "p"
    assert book().measures("loyalty") is None


def test_undecided_measures_nothing():
    drafted = book(scales={"t": {"items": ["t1"], "construct": "undecided"}})
    assert drafted.scales["t"].construct is None


def test_questions_of_a_scale():
    items = {**ITEMS, "t2": {**ITEMS["t2"], "reversed": True}}
    table = book(items=items).questions("t")
    assert table["asked"].tolist() == ["Q t1", "Q t2"]
    assert table["reversed"].tolist() == [False, True]
    with pytest.raises(SurveyError, match=r"No scale 'x'. Scales: \['t'\]"):
        book().questions("x")


def test_one_line_says_what_a_codebook_holds():
    assert repr(book()) == "Codebook 's': 1 scales of 2 items, 0 variables, 0 blocks"


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"population": "shoppers"}, "population"),
        ({"scales": {"t": {"items": []}}}, "scales > t > items"),
        ({"scales": {"t": {"items": ["t1"], "minimum_answered": 0}}}, "minimum_answered"),
        ({"colour": "red"}, "colour"),
        ({"variables": {"v": {"kind": "interval"}}}, "variables > v > kind"),
    ],
)
def test_what_no_codebook_may_say(change, where):
    with pytest.raises(SurveyError) as caught:
        book(**change)
    assert where in str(caught.value)
