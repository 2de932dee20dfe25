"""Several languages in one file."""

import re
import sys
from itertools import groupby
from pathlib import Path

import pytest

from loyaltystudy.errors import SurveyError
from loyaltystudy.report._questionnaire import export_questionnaire

sys.path.insert(0, str(Path(__file__).parent))  # helpers of this folder alone
from reading_forms import ALL, lime_rows, sheets


@pytest.mark.parametrize("form", ["brief", "short", "full"])
def test_pyxform_takes_three_languages_in_one_form(together, form):
    convert = pytest.importorskip("pyxform.xls2xform").convert
    result = convert(str(together("xlsform", form)), validate=False)
    assert not result.warnings
    assert re.findall(r'translation lang="([^"]*)"', result.xform) == [
        "Svenska (sv)",
        "Norsk bokmål (nb)",
        "English (en)",
    ]
    assert 'default="true()" lang="Svenska (sv)"' in result.xform or "Svenska" in result.xform


@pytest.mark.parametrize("form", ["brief", "full"])
def test_xlsform_says_in_each_language_what_a_form_of_its_own_says(together, exported, form):
    rows = sheets(together("xlsform", form))
    for language, name in zip(
        ALL, ("Svenska (sv)", "Norsk bokmål (nb)", "English (en)"), strict=True
    ):
        alone = sheets(exported("xlsform", language, form))
        for sheet in ("survey", "choices"):
            own = [{k: row.get(k) for k in ("name", "label", "hint")} for row in alone[sheet]]
            held = [
                {
                    "name": row["name"],
                    "label": row[f"label::{name}"],
                    "hint": row.get(f"hint::{name}"),
                }
                for row in rows[sheet]
            ]
            assert held == own


@pytest.mark.parametrize("form", ["brief", "short", "full"])
def test_limesurvey_repeats_every_row_in_every_language(together, exported, form):
    """As LimeSurvey's import takes it: the base language first and whole, then the others."""
    rows = lime_rows(together("limesurvey", form))
    settings = {row["name"]: row["text"] for row in rows if row["class"] == "S"}
    assert settings["language"] == "sv" and settings["additional_languages"] == "nb en"
    asked = [row for row in rows if row["class"] in ("G", "Q", "SQ", "A")]
    assert [k for k, _ in groupby(asked, key=lambda row: row["language"])] == ALL
    codes = {}
    for language in ALL:
        mine = [row for row in asked if row["language"] == language]
        codes[language] = [
            (r["class"], r["type/scale"], r["name"]) for r in mine if r["class"] != "G"
        ]
        assert [r["type/scale"] for r in mine if r["class"] == "G"] == [
            str(n + 1) for n in range(sum(r["class"] == "G" for r in mine))
        ]
        alone = [r for r in lime_rows(exported("limesurvey", language, form)) if r["class"] != "S"]
        assert [r["text"] for r in alone if r["class"] != "SL"] == [r["text"] for r in mine]
        assert all(r["text"] or r["class"] == "G" for r in mine)
    assert codes["sv"] == codes["nb"] == codes["en"]
    titles = {r["language"]: r["text"] for r in rows if r["name"] == "surveyls_title"}
    assert titles == {
        "sv": "Enkät till kunder",
        "nb": "Spørreskjema for kunder",
        "en": "Questionnaire for customers",
    }


def test_limesurvey_turns_the_rows_of_tables_about_once(together):
    rows = lime_rows(together("limesurvey"))
    arrays = [row for row in rows if row["type/scale"] == "F" and row["class"] == "Q"]
    assert {row["random_order"] for row in arrays if row["language"] == "sv"} == {"1"}
    assert {row["random_order"] for row in arrays if row["language"] != "sv"} == {""}


def test_a_page_is_in_one_language(book, tmp_path):
    with pytest.raises(SurveyError, match="a page is in one language; write one for each"):
        export_questionnaire(book, to="html", language=ALL, path=tmp_path / "form.html")
