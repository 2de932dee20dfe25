"""Questionnaires as the tools would read them, and a tiny codebook."""

import csv
from html.parser import HTMLParser

from loyaltystudy.report._questionnaire import export_questionnaire
from loyaltystudy.survey import make_codebook

ENDINGS = {"xlsform": ".xlsx", "limesurvey": ".txt", "html": ".html"}
ALL = ["sv", "nb", "en"]
NASTY = '=1+1 & <b>"it\'s"</b> {self} \\ tab\tend'


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
