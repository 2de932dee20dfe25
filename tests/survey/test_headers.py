"""Which column a question is: the headers of survey tools."""

from __future__ import annotations

import pandas as pd
import pytest

from loyaltystudy.errors import SurveyError
from loyaltystudy.survey._checks import check_answers
from loyaltystudy.survey._codebook import make_codebook
from loyaltystudy.survey._headers import columns_used, find_columns, respondent_column, squeeze

SEVEN = {"answers": {"range": [1, 7]}}
YES = {"codes": {0: {"en": "No", "sv": "Nej"}, 1: {"en": "Yes", "sv": "Ja"}}}
RAW = {
    "study": "mine",
    "title": "Mine",
    "population": "customers",
    "languages": ["en", "sv"],
    "missing": [-99],
    "items": {"t1": SEVEN, "t2": {**SEVEN, "missing": [8]}},
    "scales": {"trust": {"items": ["t1", "t2"]}},
    "variables": {
        "member": {"kind": "nominal", "answers": YES},
        "age": {"kind": "numeric", "answers": {"range": [15, 110]}},
        "why": {"kind": "text"},
    },
    "design": {"respondent": "id"},
}
BOOK = make_codebook(RAW)


def frame(**columns) -> pd.DataFrame:
    right = {
        "id": ["a", "b", "c"],
        "t1": [1, 7, 4],
        "t2": [2, 8, 4],
        "member": [0, 1, 1],
        "age": [20.5, 30, 40],
        "why": ["x", "NA", ""],
    }
    return pd.DataFrame({**right, **columns})


def problems(given: pd.DataFrame, book=BOOK) -> list[str]:
    with pytest.raises(SurveyError) as caught:
        check_answers(given, book)
    assert str(caught.value).startswith("answers (row 1 is the first respondent): ")
    return list(caught.value.problems)


def headers(*columns, **items):
    book = make_codebook(
        {
            **RAW,
            "items": {n: {**SEVEN, **i} for n, i in items.items()},
            "scales": {},
            "variables": {},
            "design": {},
        }
    )
    return find_columns(pd.DataFrame(columns=columns), book)


def test_a_declared_column_counts_alone():
    assert headers("t1", "Q7", t1={"column": "Q7"}) == ({"t1": "Q7"}, [])
    assert headers("t1", "T[t1]", t1={"column": "Q7"}) == ({}, [])


def test_headers_of_limesurvey():
    assert headers("trust[t1]", t1={})[0] == {"t1": "trust[t1]"}
    assert headers("G01Q01[likes1]", likes_1={})[0] == {"likes_1": "G01Q01[likes1]"}
    assert headers("trust[1]", trust_1={})[0] == {"trust_1": "trust[1]"}
    assert headers("T[t1]", "U[t1]", t1={}) == (
        {},
        ["'t1' is found in ['T[t1]', 'U[t1]'] alike; declare its `column:`."],
    )
    assert headers("T[t11]", t1_1={}, t_11={}) == (
        {},
        ["column 'T[t11]' fits ['t1_1', 't_11'] alike; declare `column:` for each of them."],
    )


def test_headers_that_limesurvey_writes_for_spss_and_r():
    own = ("id", "lastpage", "startlanguage")
    assert headers(*own, "a2_t1", t1={})[0] == {"t1": "a2_t1"}
    assert headers(*own, "a2_likes1", likes_1={})[0] == {"likes_1": "a2_likes1"}
    assert headers("company_age", age={}) == ({}, [])  # of another tool it may be anything
    assert headers(*own, "a_t1", "b_t1", t1={})[1] == [
        "'t1' is found in ['a_t1', 'b_t1'] alike; declare its `column:`."
    ]


def test_wordings_as_headers():
    words = {"wording": {"en": "I trust it", "sv": "Jag litar på det"}}
    for header in ("I trust it", " i  TRUST it", "jag litar på det", "How much? [I trust it]"):
        assert headers(header, t1=words)[0] == {"t1": header}
    assert headers("I trust", "I trust it!", t1=words) == ({}, [])
    quoted = {"wording": {"en": 'I don\'t "trust" it'}}  # as HTML writes it
    assert headers("I don&#x27;t &quot;trust&quot; it", t1=quoted)[0] != {}
    both = headers("I trust it", t1=words, t2=words)
    assert both == (
        {},
        ["column 'I trust it' fits ['t1', 't2'] alike; declare `column:` for each of them."],
    )


def test_respondents_by_the_survey_tools_own_identifier():
    book = make_codebook({**RAW, "design": {"respondent": "who"}})
    tool = frame().assign(lastpage=3, startlanguage="sv")
    assert check_answers(tool, book).index.tolist() == ["a", "b", "c"]
    assert respondent_column(frame(), book) == "who"  # an `id` alone may be anything
    assert problems(frame(), book) == ["column 'who', which names the respondents, is missing."]
    qualtrics = tool.rename(columns={"id": "ResponseId"})
    qualtrics = qualtrics.assign(StartDate="x", EndDate="x", Finished=1)
    assert respondent_column(qualtrics, book) == "ResponseId"
    assert columns_used(tool, book) == {"t1", "t2", "member", "age", "why", "id"}


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("I can <b>rely</b> on&nbsp;it, <em>mostly</em>.", "i can rely on it, mostly."),
        ('<p style="x">Jag litar<br/>på <span>dem</span></p>', "jag litar på dem"),
        ("<3 år", "<3 år"),
        ("a<b", "a<b"),
        ("x <unknown> y", "x <unknown> y"),
    ],
)
def test_marks_of_html_do_not_count(text, plain):
    assert squeeze(text) == plain
