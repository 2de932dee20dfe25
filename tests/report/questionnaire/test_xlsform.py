"""XLSForm: what ODK and KoboToolbox ask is what the codebook asks."""

import shutil
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from loyaltystudy.report._questionnaire.form import is_asked

sys.path.insert(0, str(Path(__file__).parent))  # helpers of this folder alone
from reading_forms import NASTY, export, sheets, tiny, xls_fields


@pytest.mark.parametrize("language", ["en", "sv", "nb"])
@pytest.mark.parametrize("form", ["short", "full"])
def test_pyxform_takes_every_form(exported, language, form):
    convert = pytest.importorskip("pyxform.xls2xform").convert
    result = convert(str(exported("xlsform", language, form)), validate=False)
    assert not result.warnings
    assert ("contact_arm" in result.xform) == (form == "full")


@pytest.mark.skipif(not shutil.which("java"), reason="ODK Validate needs Java")
def test_odk_validate_takes_the_full_form(exported):
    convert = pytest.importorskip("pyxform.xls2xform").convert
    assert not convert(str(exported("xlsform")), validate=True).warnings


def test_xlsform_asks_what_the_codebook_asks(book, exported):
    for form in ("short", "full"):
        asked = {
            name
            for name, c in book.columns.items()
            if is_asked(c, book, form) and not getattr(c, "vignettes", None)
        }
        assert set(xls_fields(exported("xlsform", "sv", form))) == asked


def test_xlsform_offers_the_codes_with_their_labels(exported):
    fields = xls_fields(exported("xlsform", "nb"))
    assert fields["trust4"] == fields["trust1"]  # a reversed item is asked as it is
    assert fields["trust4"][0] == ("1", "Helt uenig") and fields["trust4"][-1] == ("7", "Helt enig")
    assert fields["clubcalc1"][-1] == ("97", "Gjelder ikke meg")
    assert [code for code, _ in fields["recommend1"]] == [str(n) for n in range(11)]
    assert fields["age"] == ". >= 15 and . <= 110"


def test_xlsform_draws_each_arm_once_and_with_equal_chances(exported):
    survey = sheets(exported("xlsform"))["survey"]
    rows = {row["name"]: row for row in survey if row["name"]}
    for arm, count in {"offer_arm": 2, "contact_arm": 4, "ask_arm": 2, "reward_arm": 2}.items():
        assert rows[f"{arm}_draw"]["calculation"] == "once(random())"
        formula = rows[arm]["calculation"].replace(f"${{{arm}_draw}}", "draw")
        draws = (np.arange(1000) + 0.5) / 1000
        drawn = [eval(formula.replace("if(", "when("), {"when": when, "draw": d}) for d in draws]
        assert pd.Series(drawn).value_counts().to_dict() == {
            str(code): 1000 / count for code in range(1, count + 1)
        }
        for code in range(1, count + 1):
            note = rows[f"{arm}_text_{code}"]
            assert note["type"] == "note" and note["relevant"] == f"${{{arm}}} = '{code}'"


def when(condition, yes, no):
    return yes if condition else no


def test_xlsform_keeps_words_that_look_like_formulas(tmp_path):
    codebook = tiny(items__t_1__wording=NASTY)
    rows = sheets(export(codebook, "xlsform", tmp_path))["survey"]
    assert next(row for row in rows if row["name"] == "t_1")["label"] == NASTY


def test_xlsform_version_follows_the_words(tmp_path):
    settings = [
        sheets(export(codebook, "xlsform", tmp_path))["settings"][0]
        for codebook in (tiny(), tiny(), tiny(items__t_1__wording="I count on it."))
    ]
    assert settings[0] == settings[1] and settings[0]["form_id"] == "tiny_full_en"
    assert settings[0]["version"] != settings[2]["version"]
