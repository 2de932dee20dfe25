"""Questionnaires out and answers back: nothing lost, turned or recoded on the way."""

import csv
import re
import shutil
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser
from itertools import groupby

import numpy as np
import pandas as pd
import pytest

from loyaltystudy.errors import SurveyError
from loyaltystudy.report._questionnaire import (
    export_questionnaire,
    form_codebook,
    limesurvey_headings,
    minutes,
    write_key,
)
from loyaltystudy.report._questionnaire.form import is_asked, read_form
from loyaltystudy.scales._score import score
from loyaltystudy.survey._codebook import load_codebook, make_codebook
from loyaltystudy.survey._shipped import data_folder
from loyaltystudy.survey._study import read_study

ENDINGS = {"xlsform": ".xlsx", "limesurvey": ".txt", "html": ".html"}
NASTY = '=1+1 & <b>"it\'s"</b> {self} \\ tab\tend'


@pytest.fixture(scope="module")
def book():
    return load_codebook(data_folder() / "instrument")


@pytest.fixture(scope="module")
def exported(book, tmp_path_factory):
    """Path of an export, each made once."""
    folder, made = tmp_path_factory.mktemp("forms"), {}

    def path(to, language="nb", form="full"):
        key = (to, language, form)
        if key not in made:
            target = folder / ("_".join(key) + ENDINGS[to])
            made[key] = export_questionnaire(book, to=to, language=language, path=target, form=form)
        return made[key]

    return path


def tiny(**changes):
    """A codebook of one rating pair, a vignette, a number, a text and a short range."""
    agree = {"codes": {1: "No", 2: "Perhaps", 3: "Yes"}}
    raw = {
        "study": "tiny",
        "title": "Tiny",
        "population": "customers",
        "items": {
            "t_1": {"page": "p", "form": "short", "answers": agree, "wording": "I rely on it."},
            "t_2": {"page": "p", "answers": agree, "wording": "I doubt it.", "reversed": True},
            "nps": {"page": "p", "answers": {"range": [0, 10]}, "wording": "Recommend?"},
        },
        "scales": {"trust": {"construct": "trust", "items": ["t_1", "t_2"]}},
        "variables": {
            "age": {
                "kind": "numeric",
                "page": "q",
                "answers": {"range": [15, 110]},
                "wording": "How old?",
                "form": "short",
            },
            "why": {"kind": "text", "page": "q", "wording": "Why?"},
            "offer_arm": {
                "kind": "nominal",
                "page": "q",
                "answers": {"codes": {1: "a", 2: "b"}},
                "vignettes": {1: "Nobody offers more.", 2: "Somebody offers a lot more."},
            },
            "region": {"kind": "nominal", "optional": True, "answers": {"range": [1, 9]}},
        },
        "blocks": {"trust": ["trust"], "demographics": ["age"]},
        "pages": {"p": "First", "q": "Second"},
    }
    for path, value in changes.items():
        *keys, last = path.split("__")
        place = raw
        for key in keys:
            place = place[key]
        place[last] = value
    return make_codebook(raw)


def export(codebook, to, folder, language="en", form="full"):
    path = folder / f"form{ENDINGS[to]}"
    return export_questionnaire(codebook, to=to, language=language, path=path, form=form)


# ---- the forms as the tools would read them -------------------------------------------------


def sheets(path):
    from openpyxl import load_workbook

    tables = {}
    for sheet in load_workbook(path).worksheets:
        header, *rows = sheet.iter_rows(values_only=True)
        tables[sheet.title] = [dict(zip(header, row, strict=True)) for row in rows]
    return tables


def xls_fields(path):
    """Field to its choices, or to its constraint, in an XLSForm."""
    tables, lists = sheets(path), {}
    for row in tables["choices"]:
        lists.setdefault(row["list_name"], []).append((row["name"], row["label"]))
    fields = {}
    for row in tables["survey"]:
        kind = row["type"].split()
        if kind[0] in ("select_one", "integer", "decimal", "text"):
            fields[row["name"]] = lists[kind[1]] if kind[0] == "select_one" else row["constraint"]
    return fields


def lime_rows(path):
    with open(path, encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quotechar='"'))


def lime_fields(path):
    """Heading in LimeSurvey's export of answers to the codes on offer (or None), by its rules."""
    fields, question, codes = {}, None, []
    for row in lime_rows(path):
        if row["class"] == "Q":
            question, codes = row, []
            if row["type/scale"] in "LNT":
                fields[row["name"]] = codes if row["type/scale"] == "L" else None
        elif row["class"] == "SQ":
            fields[f"{question['name']}[{row['name']}]"] = codes
        elif row["class"] == "A":
            codes.append(row["name"])
    return fields


class PageReader(HTMLParser):
    """Names with the codes on offer, headings, texts and references of a page."""

    def __init__(self, path):
        super().__init__()
        self.codes, self.headings, self.tags, self.text, self.ids = {}, [], [], [], []
        self.spoken, self.versions = {}, 0
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.tags.append((tag, attrs))
        self.ids += [attrs["id"]] if "id" in attrs else []
        if tag in ("h1", "h2", "h3"):
            self.headings.append(int(tag[1]))
        if tag in ("input", "textarea"):
            codes = self.codes.setdefault(attrs["name"], [])
            if attrs.get("type") == "radio":
                codes.append(attrs["value"])
                self.spoken[attrs["name"], attrs["value"]] = attrs.get("aria-label")
        self.versions += attrs.get("class") == "version"

    def handle_data(self, data):
        self.text.append(data)


# ---- XLSForm --------------------------------------------------------------------------------


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


# ---- LimeSurvey -----------------------------------------------------------------------------


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


# ---- the page -------------------------------------------------------------------------------


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


# ---- several languages ----------------------------------------------------------------------

ALL = ["sv", "nb", "en"]


@pytest.fixture(scope="module")
def together(book, tmp_path_factory):
    """An XLSForm and a LimeSurvey file with three languages, by form."""
    folder, made = tmp_path_factory.mktemp("together"), {}

    def path(to, form="full"):
        target = folder / f"{form}{ENDINGS[to]}"
        if not target.exists():
            export_questionnaire(book, to=to, language=ALL, path=target, form=form)
        return made.setdefault((to, form), target)

    return path


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


# ---- records ---------------------------------------------------------------------------------


def test_without_records_nobody_can_be_told_from_the_answers(exported, together):
    rows = {row["name"]: row for row in lime_rows(together("limesurvey"))}
    assert rows["anonymized"]["text"] == "Y" and "respondentid" not in rows
    fields = {row["name"]: row for row in sheets(exported("xlsform"))["survey"]}
    assert fields["respondent_id"]["calculation"] == "once(uuid())"
    assert "inte anonyma" not in exported("html", "sv").read_text(encoding="utf-8")


@pytest.mark.parametrize("to", ["xlsform", "limesurvey", "html"])
def test_with_records_a_number_is_asked_and_it_is_said(book, tmp_path, to):
    path = tmp_path / f"form{ENDINGS[to]}"
    export_questionnaire(book, to=to, language="sv", path=path, form="short", records=True)
    if to == "html":
        assert "Svaren är alltså inte anonyma." in path.read_text(encoding="utf-8")
    elif to == "limesurvey":
        rows = {row["name"]: row for row in lime_rows(path)}
        assert rows["anonymized"]["text"] == "N" and rows["respondentid"]["mandatory"] == "Y"
        assert "inte anonyma" in rows["surveyls_welcometext"]["text"]
        headings = limesurvey_headings(book, form="short", records=True)
        assert headings["respondentid"] == "respondent_id" and "id" not in headings
    else:
        rows = {row["name"]: row for row in sheets(path)["survey"]}
        assert (
            rows["respondent_id"]["type"] == "text" and rows["respondent_id"]["required"] == "yes"
        )
        assert "inte anonyma" in rows["welcome"]["label"]


# ---- there and back -------------------------------------------------------------------------


def simulate(codebook, fields, n, seed):
    """Answers as a tool would store them: codes as text, empty where nothing was answered."""
    rng = np.random.default_rng(seed)
    answers = {}
    for name, codes in fields.items():
        column = codebook.columns[name]
        if codes:
            drawn = rng.choice(codes, n)
        elif getattr(column, "kind", "") == "text":
            drawn = rng.choice(["None", 'æøå, "ä"', "NA"], n)
        else:
            drawn = rng.integers(
                int(column.low), int(min(column.high, column.low + 60)) + 1, n
            ).astype(str)
        answers[name] = np.where(rng.random(n) < 0.08, "", drawn)
    for name, variable in codebook.variables.items():
        if variable.vignettes:
            answers[name] = rng.choice([f"{code:g}" for code in variable.vignettes], n)
    return pd.DataFrame(answers)


def by_hand(codebook, answers):
    """Scores from the answers as asked: turn, then average where three in four are answered."""
    scores = {}
    for name, scale in codebook.scales.items():
        columns = []
        for item in (codebook.items[item] for item in scale.items):
            values = pd.to_numeric(answers[item.name].replace("", None)).to_numpy(float)
            values = np.where(np.isin(values, item.missing), np.nan, values)
            columns.append(item.low + item.high - values if item.reversed else values)
        table = np.column_stack(columns)
        enough = np.isfinite(table).mean(axis=1) >= 0.75
        total = np.nansum(table, axis=1)
        count = np.isfinite(table).sum(axis=1)
        scores[name] = np.where(enough, total / np.where(count, count, 1), np.nan)
    return pd.DataFrame(scores)


@pytest.mark.parametrize("form", ["short", "full"])
def test_xlsform_answers_come_back_with_the_same_scores(book, exported, tmp_path, form):
    own = form_codebook(book, form)
    fields = {
        name: [code for code, _ in codes] if isinstance(codes, list) else None
        for name, codes in xls_fields(exported("xlsform", "sv", form)).items()
    }
    answers = simulate(own, fields, 200, seed=1)
    answers.insert(0, "respondent_id", [f"uuid:{n}" for n in range(200)])
    path = tmp_path / "answers.csv"
    answers.to_csv(path, index=False)
    study = read_study(path, own)
    np.testing.assert_array_equal(score(study), by_hand(own, answers))
    assert study.answers["company"].isin(["None", "NA"]).any()


@pytest.mark.parametrize("form", ["short", "full"])
def test_limesurvey_answers_come_back_with_the_same_scores(book, exported, tmp_path, form):
    own, headings = form_codebook(book, form), limesurvey_headings(book, form=form)
    fields = lime_fields(exported("limesurvey", "nb", form))
    answers = simulate(own, {headings[h]: codes for h, codes in fields.items()}, 200, seed=2)
    answers.insert(0, "respondent_id", range(1, 201))
    back = {name: heading for heading, name in headings.items()}
    path = tmp_path / "results-survey.csv"
    answers.rename(columns=back).to_csv(path, index=False, quoting=csv.QUOTE_ALL)
    table = pd.read_csv(path, dtype=str, keep_default_na=False).rename(columns=headings)
    study = read_study(table, own)
    np.testing.assert_array_equal(score(study), by_hand(own, answers))


def test_limesurvey_answers_come_back_under_the_numbers_that_respondents_gave(book, tmp_path):
    own, headings = (
        form_codebook(book, "brief"),
        limesurvey_headings(book, form="brief", records=True),
    )
    back = {name: heading for heading, name in headings.items()}
    rated = {name: ["1", "7"] for name, item in own.items.items() if item.high == 7}
    answers = simulate(own, rated, 12, seed=4).assign(churn=[0, 1] * 6)
    answers.insert(0, "respondent_id", [f"K{n}" for n in range(12)])
    answers = answers.rename(columns=back).assign(id=range(12), lastpage=9, startlanguage="sv")
    texts = {name: "" for name, column in own.columns.items() if column.page and name not in rated}
    path = tmp_path / "results-survey.csv"
    answers.assign(**{back[name]: "" for name in texts}).to_csv(path, index=False)
    study = read_study(path, own)
    assert study.answers.index.tolist() == [f"K{n}" for n in range(12)] and study.has("churn")


def test_turning_an_item_twice_would_show(book):
    """The round trip can fail: the same answers with one item turned give other scores."""
    own = form_codebook(book, "short")
    codes = [str(n) for n in range(1, 8)]
    rated = {name: codes for name, item in own.items.items() if len(item.answers.codes) == 7}
    own = replace(own, scales={"trust": own.scales["trust"]})
    answers = simulate(own, rated, 50, seed=3)
    turned = answers.assign(trust4=answers["trust4"].map(lambda x: x and str(8 - int(x))))
    assert not by_hand(own, answers)["trust"].equals(by_hand(own, turned)["trust"])


# ---- forms, lengths, errors -----------------------------------------------------------------


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
