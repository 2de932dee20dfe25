"""The page to print, and its key."""

import re
import sys
from html import unescape
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from loyaltystudy.report._questionnaire import write_key
from loyaltystudy.report._questionnaire.form import is_asked, read_form

sys.path.insert(0, str(Path(__file__).parent))  # helpers of this folder alone
from reading_forms import PageReader, export, lime_fields, tiny


@pytest.mark.parametrize("form", ["short", "full"])
def test_page_offers_every_code_under_its_name(book, exported, form):
    page = PageReader(exported("html", "sv", form))
    asked = read_form(book, language="sv", form=form)
    wanted = {q.name: [c.code for c in q.choices] for p in asked.pages for b in p.blocks for q in b}
    assert page.codes == {"respondent_id": [], **wanted}
    assert page.spoken["trust4", "1"] == "Tar helt avstånd"


def test_page_is_one_light_accessible_file(exported):
    path = exported("html", "nb")
    page, source = PageReader(path), path.read_text(encoding="utf-8")
    tags = dict(page.tags)
    assert tags["html"] == {"lang": "nb"} and "color-scheme: light" in source
    assert not re.search(r"https?:|//[a-z]|@import|url\(", source)
    assert not any(a.get("src") or a.get("href") for _, a in page.tags)
    assert page.headings[0] == 1 and page.headings.count(1) == 1
    steps = np.diff(page.headings)
    assert steps.max() == 1  # no level of heading is skipped
    assert len(set(page.ids)) == len(page.ids)
    scopes = [attrs.get("scope") for tag, attrs in page.tags if tag == "th"]
    assert set(scopes) == {"col", "row"}


def test_page_holds_every_version_with_its_arm(exported):
    path = exported("html", "nb")
    text = " ".join(PageReader(path).text)
    for place, count in enumerate((2, 4, 2, 2), 1):
        assert all(f"V{place}: {code}" in text for code in range(1, count + 1))
    assert PageReader(path).versions == 10
    assert "Math.random" in path.read_text(encoding="utf-8")
    assert "bare én versjon" in text  # told where no script draws
    assert "<script>" not in exported("html", "nb", "short").read_text(encoding="utf-8")


def test_page_escapes_everything(tmp_path):
    evil = "<script>alert(1)</script>"
    codebook = tiny(
        title=evil,
        pages__p=evil,
        items__t_1__wording=evil,
        variables__why__wording=evil,
        variables__offer_arm__vignettes={1: evil, 2: evil},
        items__nps__answers={"codes": {1: evil, 2: '" onclick="x'}},
    )
    path = export(codebook, "html", tmp_path)
    source = path.read_text(encoding="utf-8")
    assert "alert(1)</script>" not in source and ' onclick="x' not in source
    assert sum(tag == "script" for tag, _ in PageReader(path).tags) == 1


def test_page_prints_no_variable_name_and_numbers_every_question(book, exported):
    for form in ("brief", "full"):
        text = " ".join(PageReader(exported("html", "sv", form)).text).split("color-scheme")[-1]
        words = set(re.findall(r"\w+", re.sub(r"(?s)\n:root.*?\n@media print.*?\n}\n", "", text)))
        odd = {name for name in book.columns if re.search(r"\d|_", name)}
        assert not odd & words


def test_the_key_says_which_column_a_number_stands_for(book, exported, tmp_path):
    form = read_form(book, language="nb")
    write_key(form, tmp_path / "key.csv")
    key = pd.read_csv(tmp_path / "key.csv", dtype=str, keep_default_na=False)
    source = exported("html", "nb").read_text(encoding="utf-8")
    shown = re.findall(r'class="number">(\w+)</span> ([^<]*)', source)
    printed = {number: unescape(text) for number, text in shown}
    asked = key[key["number"].str.isdigit()]
    assert dict(zip(asked["number"], asked["question"], strict=True)) == printed
    assert [int(n) for n, _ in shown] == list(range(1, len(shown) + 1))
    assert set(key["column"]) == {c.name for c in book.columns.values() if is_asked(c, book)} | {
        "respondent_id"
    }
    assert key.loc[key["column"] == "ask_arm", "number"].item() == "V3"


def test_page_asks_what_each_table_is_about(exported):
    source = exported("html", "nb").read_text(encoding="utf-8")
    captions = re.findall(r"<caption>(.*?)</caption>", source)
    assert sum("Hvor enig eller uenig er du" in caption for caption in captions) > 15
    assert any("Stemmer dette for deg?" in caption for caption in captions)  # the ladder
    bare = [caption for caption in captions if "<strong>" not in caption]
    assert set(bare) == {"Velg ett svar på hver linje."} and len(bare) == 4  # questions themselves
    assert "Velg «Gjelder ikke meg» hvis du ikke er medlem." in source


def test_do_not_know_stands_in_the_same_table_on_paper_alone(exported):
    page = PageReader(exported("html", "en"))
    assert page.codes["invest3"][-1] == "98" and "98" not in page.codes["invest2"]
    source = exported("html", "en").read_text(encoding="utf-8")
    tables = re.findall(r"(?s)<table>.*?</table>", source)
    assert any('name="invest2"' in table and 'name="invest3"' in table for table in tables)
    arrays = lime_fields(exported("limesurvey", "en"))
    home = {re.sub(r".*\[|\]", "", heading): heading.split("[")[0] for heading in arrays}
    assert home["invest2"] != home["invest3"] and home["listen1"] == home["tailor3"]
