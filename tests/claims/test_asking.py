"""What would have to be asked: every claim gets a sentence with a question or a reason."""

import pandas as pd
import pytest

from loyaltystudy.claims import list_claims, what_to_ask
from loyaltystudy.claims._asking import _people
from loyaltystudy.errors import SurveyError

CLAIMS = list_claims()


@pytest.fixture(scope="module")
def asked():
    return what_to_ask(CLAIMS["claim"].tolist()).set_index("claim")


@pytest.mark.parametrize("name", CLAIMS["claim"])
def test_every_claim_has_a_question_or_a_reason(asked, name):
    row = asked.loc[name]
    assert row["sentence"].startswith(f"**{name}**: ")
    assert any(w in row["question"] for w in ("“", "from records", "No question settles it"))
    assert "“”" not in row["question"] and "nan" not in row["sentence"]


def test_untestable_claims_say_why(asked):
    assert "company accounts" in asked.loc["keeping-is-cheaper", "question"]
    assert asked.loc["keeping-is-cheaper", "people"] == ""


def test_lots_are_named_where_something_is_drawn(asked):
    drawn = CLAIMS.query("design == 'randomised'")["claim"]
    assert asked.loc[drawn, "question"].str.startswith("After a scene drawn by lot").all()


def test_questions_in_the_language_asked_for():
    (swedish,) = what_to_ask(["listening-beats-boasting"], language="sv")["question"]
    assert "Företaget" in swedish


@pytest.mark.parametrize(
    ("found", "rival", "said"),
    [
        (0.91, None, "1,000 people are enough: where true, it is found in 91%"),
        (0.46, 0.02, "1,000 people are too few: where true, it is found in 46%"),
        (0.96, 1.0, "A rival explanation passes for it in 100%: one survey cannot part them."),
        (None, None, "not been simulated"),
    ],
)
def test_how_many_people(found, rival, said):
    rates = pd.Series({"supported_if_true": found, "supported_by_rivals": rival}, dtype=float)
    words = pd.Series({"rule": "(1) some rule", "rates_note": ""})
    people = _people(pd.concat([words, rates]))
    assert said in people and ("rival" in people) == (rival == 1.0)


def test_unknown_claims_are_named():
    with pytest.raises(SurveyError, match=r"not in the register: \['love'\]"):
        what_to_ask(["love", "would-miss"])


def test_what_no_number_of_people_settles():
    (people,) = what_to_ask(["averages-mislead"])["people"]
    assert people.startswith("1,000 people asked once are too few, and so is any number: ")


def test_common_causes_that_a_rule_holds_are_asked_too(asked):
    named = "Ask perceived quality, overall attitude to the company and length of the relationship"
    rules = CLAIMS.set_index("claim")["rule"]
    held = {name for name in rules.index if "without quality" in rules[name]}
    assert len(held) == 5
    for name in rules.index:
        assert (named in asked.loc[name, "question"]) == (name in held), name
