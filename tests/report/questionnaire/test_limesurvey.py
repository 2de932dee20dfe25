"""LimeSurvey's structure: rows, codes, arrays, versions, headings."""

import re
import sys
from html import unescape
from pathlib import Path

from loyaltystudy.report._questionnaire import limesurvey_headings

sys.path.insert(0, str(Path(__file__).parent))  # helpers of this folder alone
from reading_forms import NASTY, export, lime_fields, lime_rows, tiny


def test_limesurvey_rows_stand_below_their_parents(exported):
    allowed = {
        "S": {None, "S"},
        "SL": {"S", "SL"},
        "G": {"SL", "Q", "A"},
        "Q": {"G", "Q", "A"},
        "SQ": {"Q", "SQ"},
        "A": {"Q", "SQ", "A"},
    }
    before = None
    for row in lime_rows(exported("limesurvey")):
        assert before in allowed[row["class"]], row
        before = row["class"]
        assert row["class"] == "S" or row["language"] == "nb"


def test_limesurvey_codes_are_such_as_it_takes(exported):
    rows = lime_rows(exported("limesurvey"))
    questions = [row["name"] for row in rows if row["class"] == "Q"]
    assert len(set(questions)) == len(questions)
    assert all(re.fullmatch("[A-Za-z][A-Za-z0-9]{0,19}", name) for name in questions)
    assert all(re.fullmatch("[A-Za-z0-9]{1,5}", r["name"]) for r in rows if r["class"] == "A")


def test_limesurvey_puts_rating_scales_into_arrays(book, exported):
    rows = lime_rows(exported("limesurvey"))
    rated = [row["name"] for row in rows if row["class"] == "SQ"]
    assert set(rated) == set(book.items) - {"recommend1"}  # alone on its answers
    arrays = {row["name"] for row in rows if row["class"] == "Q" and row["type/scale"] == "F"}
    assert all(re.fullmatch(r"a\d+", name) for name in arrays)


def test_limesurvey_draws_on_the_first_page_and_shows_one_version(exported):
    rows = lime_rows(exported("limesurvey"))
    groups = [n for n, row in enumerate(rows) if row["class"] == "G"]
    equations = {n: row for n, row in enumerate(rows) if row["type/scale"] == "*"}
    assert len(equations) == 4 and all(groups[0] < n < groups[1] for n in equations)
    arm = next(row for row in equations.values() if row["name"] == "contactarm")
    assert arm["text"] == "{if(is_empty(contactarm),rand(1,4),contactarm)}"
    assert arm["hidden"] == "1"
    shown = [r["relevance"] for r in rows if r["type/scale"] == "X" and "contact" in r["name"]]
    assert shown == [f"contactarm == {code}" for code in (1, 2, 3, 4)]


def test_limesurvey_evaluates_no_words(tmp_path):
    path = export(tiny(items__t_1__wording=NASTY), "limesurvey", tmp_path)
    text = next(row for row in lime_rows(path) if row["name"] == "t1")["text"]
    assert not set(text) & set('{}\\<>"\t')
    assert unescape(text).split() == NASTY.split()


def test_limesurvey_headings_are_those_of_the_file(book, exported):
    for form in ("short", "full"):
        headings = limesurvey_headings(book, form=form)
        arms = {c.replace("_", "") for c, v in book.variables.items() if v.vignettes}
        in_file = set(lime_fields(exported("limesurvey", "nb", form)))
        assert set(headings) - arms - {"id"} == in_file
        assert headings["id"] == "respondent_id"
