# ruff: noqa: E501 (one kind of bad answer a line reads best as a table)
"""Answers against the codebook: what is wrong is told exactly, what is right is read right."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from loyaltystudy.errors import SurveyError
from loyaltystudy.survey._checks import check_answers
from loyaltystudy.survey._codebook import make_codebook
from loyaltystudy.survey._study import read_study

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


def test_right_answers_come_through_as_they_are():
    checked = check_answers(frame(), BOOK)
    assert list(checked) == ["t1", "t2", "member", "age", "why"]
    assert checked["t1"].tolist() == [1, 7, 4]
    assert checked["t2"].isna().tolist() == [False, True, False]  # 8 is declared missing
    assert checked["why"].tolist()[:2] == ["x", "NA"]
    assert checked["why"].isna().tolist() == [False, False, True]
    assert checked.index.tolist() == ["a", "b", "c"]
    assert (checked[["t1", "t2", "member", "age"]].dtypes == np.dtype(float)).all()


NUMBER = "is text where a number is due"
LABEL = "is no declared label"
WORDS = " If these are the answers in words, give the words under `codes`, or declare `recode: {word: code, ...}`."
BAD = {
    "above the range": (
        {"t1": [1, 9, 4]},
        "column 't1': 9 is not among 1..7 (whole numbers), in row 2.",
    ),
    "below the range": (
        {"t1": [0, 0, 4]},
        "column 't1': 0 is not among 1..7 (whole numbers), in rows 1, 2.",
    ),
    "between the codes": (
        {"t1": [1, 2.5, 4]},
        "column 't1': 2.5 is not among 1..7 (whole numbers), in row 2.",
    ),
    "another item's missing code": (
        {"t1": [1, 8, 4]},
        "column 't1': 8 is not among 1..7 (whole numbers), in row 2.",
    ),
    "undeclared missing code": (
        {"t1": [1, -9, 4]},
        "column 't1': -9 is not among 1..7 (whole numbers), in row 2.",
    ),
    "infinite": ({"age": [20, np.inf, 40]}, "column 'age': inf is not among 15..110, in row 2."),
    "minus infinite": (
        {"t1": [1, -np.inf, 4]},
        "column 't1': -inf is not among 1..7 (whole numbers), in row 2.",
    ),
    "unknown code": ({"member": [0, 2, 1]}, "column 'member': 2 is not among 0, 1, in row 2."),
    "half a code": ({"member": [0, 0.5, 1]}, "column 'member': 0.5 is not among 0, 1, in row 2."),
    "age as text": (
        {"age": ["20", "thirty", "40"]},
        f"column 'age': a text of 6 characters {NUMBER}, in row 2.",
    ),
    "age class": ({"age": ["20", "30-39", "40"]}, f"column 'age': '30-39' {NUMBER}, in row 2."),
    "text": ({"t1": ["1", "agree", "4"]}, f"column 't1': 'agree' {NUMBER}, in row 2."),
    "None as text": (
        {"t1": ["1", "None", "4"]},
        f"column 't1': 'None' {NUMBER}, in row 2. If it stands for no answer, declare `recode: {{'None': null}}`.",
    ),
    "a point alone": (
        {"t1": ["1", ".", "4"]},
        f"column 't1': '.' {NUMBER}, in row 2. If it stands for no answer, declare `recode: {{'.': null}}`.",
    ),
    "decimal comma": (
        {"age": ["20", "30,5", "40"]},
        f"column 'age': '30,5' {NUMBER}, in row 2. Write decimals with a point, or say decimal=',' (--decimal ,).",
    ),
    "date": (
        {"age": ["20", "1990-01-02", "40"]},
        f"column 'age': '1990-01-02' {NUMBER}, in row 2. It reads like a date: a spreadsheet may have made one of a number.",
    ),
    "time stamps": (
        {"age": pd.to_datetime(["2020-01-01"] * 3)},
        f"column 'age': '2020-01-01 00:00:00' {NUMBER}, in rows 1, 2, 3. It reads like a date: a spreadsheet may have made one of a number.",
    ),
    "braces": ({"t1": ["1", "{x}", "4"]}, f"column 't1': '{{x}}' {NUMBER}, in row 2."),
    "code and label": (
        {"t1": ["1", "7 - agree", "4"]},
        f"column 't1': '7 - agree' {NUMBER}, in row 2.",
    ),
    "truth": (
        {"t1": [True, True, False]},
        f"column 't1': 2 values ('True', 'False'): each {NUMBER}, in rows 1, 2, 3.{WORDS}",
    ),
    "complex": (
        {"t1": [1j, 2, 3]},
        f"column 't1': 3 values ('1j', '(2+0j)', '(3+0j)'): each {NUMBER}, in rows 1, 2, 3.{WORDS}",
    ),
    "bytes": ({"t1": [b"1", 2, 3]}, f"column 't1': \"b'1'\" {NUMBER}, in row 1."),
    "lists": (
        {"t1": [[1], [2], [3]]},
        "column 't1': cells hold lists; one answer a cell is needed.",
    ),
    "unknown label": (
        {"member": ["Nej", "Kanske", "Ja"]},
        f"column 'member': 'Kanske' {LABEL}, in row 2. Declared: ['No / Nej', 'Yes / Ja'].",
    ),
    "label shortened": (
        {"member": ["Nej", "J", "Ja"]},
        f"column 'member': 'J' {LABEL}, in row 2. Declared: ['No / Nej', 'Yes / Ja'].",
    ),
    "underscore in a number": (
        {"age": ["20", "3_0", "40"]},
        f"column 'age': '3_0' {NUMBER}, in row 2.",
    ),
    "doubled respondent": (
        {"id": ["a", "b", "a"]},
        "column 'id': one respondent stands in rows 1, 3; keep one row.",
    ),
    "doubled but for spaces": (
        {"id": ["a", "b", "a "]},
        "column 'id': one respondent stands in rows 1, 3; keep one row.",
    ),
    "doubled numbers": (
        {"id": [7, 8, 7.0]},
        "column 'id': one respondent stands in rows 1, 3; keep one row.",
    ),
    "no respondent": ({"id": ["a", None, " "]}, "column 'id': no respondent in rows 2, 3."),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_answers_are_told_exactly(case):
    columns, message = BAD[case]
    assert problems(frame(**columns))[0] == message


def test_bad_columns_are_told_exactly():
    assert problems(frame().drop(columns="t2")) == [
        "column 't2' is missing. Columns of the file: ['id', 't1', 'member', 'age', 'why']."
    ]
    assert problems(frame().rename(columns={"member": "members"})) == [
        "column 'member' is missing. Near: ['members']."
    ]
    assert problems(frame().drop(columns="id")) == [
        "column 'id', which names the respondents, is missing."
    ]
    doubled = pd.concat([frame(), frame()[["age"]]], axis=1)
    assert problems(doubled) == ["column 'age' stands in the file 2 times; keep one."]
    numbered = frame().rename(columns={"t1": 1})
    assert problems(numbered)[0].startswith("column 't1' is missing.")


def test_no_rows():
    with pytest.raises(SurveyError, match="answers: no respondents; a header and one row"):
        check_answers(frame().iloc[:0], BOOK)


def test_everything_at_once():
    wrong = frame(t1=[9, 1, 1], member=[3, 1, 1], id=["a", "a", "b"]).drop(columns="age")
    assert len(problems(wrong)) == 4


def test_many_bad_values_are_counted_not_listed():
    book = make_codebook({**RAW, "design": {}})
    many = pd.concat([frame()] * 50, ignore_index=True)
    many["t1"] = np.arange(150) + 100
    lines = problems(many, book)
    assert len(lines) == 2
    assert lines[-1] == "column 't1': 130 more values are not declared."


def test_truth_values_stand_for_zero_and_one_where_these_are_the_codes():
    checked = check_answers(frame(member=[True, False, True]), BOOK)
    assert checked["member"].tolist() == [1, 0, 1]


def test_labels_in_any_language_mixed_with_codes():
    checked = check_answers(frame(member=["nej", " YES ", "1"]), BOOK)
    assert checked["member"].tolist() == [0, 1, 1]


def test_a_label_of_two_codes_is_asked_about():
    codes = {1: {"en": "Gift"}, 2: {"en": "Married", "sv": "Gift"}, 3: {"en": "1"}}
    book = make_codebook(
        {
            **RAW,
            "variables": {"m": {"kind": "nominal", "answers": {"codes": codes}}},
            "items": {},
            "scales": {},
            "design": {},
        }
    )
    lines = problems(pd.DataFrame({"m": ["gift", "Married", "1"]}), book)
    assert lines == [
        "column 'm': 'gift' may mean 1, 2, in row 1. Declare `recode`.",
        "column 'm': '1' may mean 1, 3, in row 3. Declare `recode`.",
    ]


def with_item(**item):
    return make_codebook(
        {**RAW, "items": {"t1": {**SEVEN, **item}}, "scales": {}, "variables": {}, "design": {}}
    )


def test_codes_of_limesurvey_are_told_with_the_remedy_and_recoded_once_for_all():
    lines = problems(frame(t1=["AO03", "2", "-oth-"]))
    assert lines == [
        "column 't1': 'AO03' is text where a number is due, in row 1. If it is the survey tool's "
        "code for 3, declare `recode: {AO03: 3, ...}`, once for all with the named answers.",
        "column 't1': '-oth-' is text where a number is due, in row 3. It is LimeSurvey's code for "
        "'Other': declare `recode: {-oth-: null}`, or a code.",
    ]
    agree = {"range": [1, 7], "recode": {f"A{n}": n for n in range(1, 8)} | {"-oth-": None}}
    items = {"t1": {"answers": "agree"}, "t2": {"answers": "agree", "recode": {"A1": 7}}}
    book = make_codebook({**RAW, "answers": {"agree": agree}, "items": items})
    read = check_answers(frame(t1=["A3", "2", "-oth-"], t2=["A1", "2", "3"]), book)
    assert read["t1"].tolist()[:2] == [3, 2] and np.isnan(read["t1"].iloc[2])
    assert read["t2"].tolist() == [7, 2, 3]  # an entry's own `recode` counts alone
    with pytest.raises(SurveyError, match="items > t1 > recode"):
        make_codebook(
            {**RAW, "answers": {"agree": {"range": [1, 7], "recode": "A"}}, "items": items}
        )


def test_recode_comes_first_and_reads_numbers_as_they_are_written():
    book = with_item(recode={"11": 1, "17": 7, "Agree": 6, "None": None}, column="Q1")
    given = pd.DataFrame({"Q1": ["11", "17", "Agree", "None", "5", None]})
    expected = [1, 7, 6, np.nan, 5, np.nan]
    assert np.array_equal(check_answers(given, book)["t1"], expected, equal_nan=True)
    numbers = pd.DataFrame({"Q1": [11.0, 17.0, 6.0, np.nan]})
    assert np.array_equal(check_answers(numbers, book)["t1"], [1, 7, 6, np.nan], equal_nan=True)


def test_identifiers_are_the_same_whatever_the_file():
    for ids in (["1", "2", "30"], [1, 2, 30], [1.0, 2.0, 30.0], ["1.0", "2.0", "30.0"]):
        index = check_answers(frame(id=ids), BOOK).index
        assert index.tolist() == [1, 2, 30]
        assert index.dtype == "int64"
    assert check_answers(frame(id=["007", "8", "9"]), BOOK).index.tolist() == ["007", "8", "9"]


def test_writing_to_the_given_frame_leaves_the_study_alone():
    given = frame().astype({"t1": float})
    study = read_study(given, BOOK)
    given.loc[0, "t1"] = 99.0
    assert study.answers["t1"].tolist() == [1, 7, 4]
    study.answers.loc["a", "t1"] = 5.0
    assert given.loc[0, "t1"] == 99.0
