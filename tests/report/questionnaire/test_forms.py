"""Forms, their lengths, and errors that stand before anything is written."""

import sys
from pathlib import Path

import pytest

from loyaltystudy.errors import SurveyError
from loyaltystudy.report._questionnaire import export_questionnaire, form_codebook, minutes
from loyaltystudy.report._questionnaire.form import read_form
from loyaltystudy.survey import data_folder, load_codebook

sys.path.insert(0, str(Path(__file__).parent))  # helpers of this folder alone
from reading_forms import PageReader, export, tiny, xls_fields


def test_minutes_by_hand():
    welcome = 29  # words of the welcome in English
    vignette = (3 + 5) / 2  # mean words over the two arms
    questions, texts = 4, 1  # t_1, t_2, nps, age; why
    seconds = questions * 7.5 + texts * 20 + (welcome + vignette) / 240 * 60
    assert minutes(tiny(), "full") == pytest.approx(seconds / 60)
    assert minutes(tiny(), "short") == pytest.approx((2 * 7.5 + welcome / 240 * 60) / 60)


def test_a_long_list_takes_longer():
    longer = {"codes": {code: f"label {code}" for code in range(8)}}
    seven = {"codes": {code: f"label {code}" for code in range(7)}}
    added = minutes(tiny(items__nps__answers=longer)) - minutes(tiny(items__nps__answers=seven))
    assert added == pytest.approx((12 - 7.5) / 60)


def test_a_scale_asked_in_part_only_stands_in_for_its_construct():
    short = form_codebook(tiny(), "short")
    assert short.measures("trust").items == ("t_1",)
    assert short.measures("trust").construct is None
    assert set(short.columns) == {"t_1", "age", "region"}  # records stay
    assert short.blocks == {"trust": ("trust",), "demographics": ("age",)}
    assert form_codebook(tiny(), "full").measures("trust").construct == "trust"


def test_a_scale_not_asked_is_gone_with_its_block():
    codebook = tiny(items__t_1__form="full")
    short = form_codebook(codebook, "short")
    assert not short.scales and set(short.blocks) == {"demographics"}


def test_a_codebook_without_pages_is_asked_on_one(tmp_path):
    codebook = load_codebook(data_folder() / "mobile-ecsi")
    assert not codebook.pages
    form = read_form(codebook, language="en")
    assert [page.key for page in form.pages] == ["questions"]
    path = export(codebook, "html", tmp_path)
    assert set(PageReader(path).codes) >= set(codebook.items)


def test_column_names_of_the_file_are_the_names_of_the_form(tmp_path):
    fields = xls_fields(export(tiny(items__t_1__column="Q17"), "xlsform", tmp_path))
    assert "Q17" in fields and "t_1" not in fields


def test_every_missing_word_is_told_at_once():
    codebook = tiny(
        languages=["en", "nb"],
        items__t_1__wording={"en": "I rely on it."},
        items__t_2__wording={"en": "I doubt it.", "nb": " "},
    )
    with pytest.raises(SurveyError) as caught:
        read_form(codebook, language="nb")
    lines = caught.value.problems
    assert "'t_1': no words in 'nb'." in lines and "'t_2': no words in 'nb'." in lines
    assert "page 'p': no words in 'nb'." in lines
    assert "'offer_arm', arm 2: no words in 'nb'." in lines
    assert "'t_1', answer 1: no words in 'nb'." in lines


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"to": "pdf"}, "to='pdf' is not known. Take one of ['xlsform', 'limesurvey', 'html']."),
        ({"path": "form.xls"}, "path='form.xls': a file for xlsform must end in '.xlsx'."),
        (
            {"path": "nowhere/form.xlsx"},
            "path='form.xlsx': its folder is not there. Make the folder first.",
        ),
        ({"form": "long"}, "form='long' is not known. Take one of ['brief', 'short', 'full']."),
        ({"language": []}, "language=[]: name one language or more."),
        (
            {"language": "nb"},
            "language='nb': the codebook has ['en'], questionnaires ['en', 'sv', 'nb']. "
            "Take one that stands in both.",
        ),
    ],
)
def test_wrong_options(options, message, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    given = {"to": "xlsform", "language": "en", "path": "form.xlsx", **options}
    with pytest.raises(SurveyError) as caught:
        export_questionnaire(tiny(), **given)
    assert str(caught.value) == message
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("to", "changes", "message"),
    [
        (
            "limesurvey",
            {"items__t_1__column": "a_name_that_is_far_too_long"},
            "'a_name_that_is_far_too_long': a LimeSurvey code starts with a letter, has at most "
            "20 letters and digits, and is none of its own words; rename it.",
        ),
        (
            "limesurvey",
            {"items__t_1__column": "t2"},
            "'t2': its LimeSurvey code 't2' is taken; rename it.",
        ),
        (
            "limesurvey",
            {"items__nps__answers": {"codes": {-1: "bad", 1: "good"}}},
            "'nps': the answer code '-1' needs letters and digits, at most 5; "
            "LimeSurvey takes no other.",
        ),
        (
            "limesurvey",
            {"variables__offer_arm__vignettes": {1: "One.", 3: "Three."}},
            "'offer_arm': LimeSurvey draws arms numbered 1, 2, 3 and so on.",
        ),
        (
            "xlsform",
            {"items__t_1__column": "1 t"},
            "'1 t': XLSForm names start with a letter and hold letters, digits and _ . - only.",
        ),
        (
            "xlsform",
            {"items__t_1__wording": "Is ${age} right?"},
            "'t_1': '${' in its words reads as a reference to another question; reword it.",
        ),
        (
            "xlsform",
            {"items__t_1__column": "welcome"},
            "'welcome' is the name of two fields of the form; rename one.",
        ),
        ("html", {"items__t_1__page": "r"}, "'t_1': page 'r' is not among the pages ['p', 'q']."),
    ],
)
def test_what_a_tool_refuses_is_told_before_anything_is_written(to, changes, message, tmp_path):
    with pytest.raises(SurveyError) as caught:
        export(tiny(**changes), to, tmp_path)
    assert message in caught.value.problems
    assert not list(tmp_path.iterdir())
