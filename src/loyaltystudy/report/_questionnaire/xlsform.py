"""XLSForm: the workbook that ODK, KoboToolbox and SurveyCTO read."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from loyaltystudy.errors import SurveyError
from loyaltystudy.report._questionnaire.form import Arms, Form, Page, Question, code_text
from loyaltystudy.report._translations import say

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
SURVEY = (
    "type",
    "name",
    "label",
    "hint",
    "appearance",
    "relevant",
    "calculation",
    "constraint",
)


def write_xlsform(form: Form, path: Path) -> None:
    """Write a form as an XLSForm workbook and, where pyxform is installed, have it checked.

    Arms are drawn once, by ``once(random())``, and each vignette is a note that is relevant to
    one arm only. The draw itself comes back as ``<arm>_draw``.
    """
    survey, lists = _survey(form)
    _check(form, survey, lists)
    choices = [
        {"list_name": name, "name": choice.code, "label": choice.label}
        for chosen, name in lists.items()
        for choice in chosen
    ]
    mark = hashlib.sha256(repr((survey, choices)).encode()).hexdigest()[:10]
    settings = {
        "form_title": form.title,
        "form_id": re.sub(r"\W", "_", f"{form.study}_{form.form}_{form.language}"),
        "version": mark,
    }
    sheets = {
        "survey": (SURVEY, survey),
        "choices": (("list_name", "name", "label"), choices),
        "settings": (tuple(settings), [settings]),
    }
    _save(sheets, path)
    _validate(path)


def _survey(form: Form) -> tuple[list[dict], dict]:
    lists: dict[tuple, str] = {}
    rows = []
    if form.respondent:
        rows.append(_row("calculate", form.respondent, calculation="once(uuid())"))
    for arms in form.arms:
        rows += _draw(arms)
    rows.append(_row("note", "welcome", say("form welcome", form.language)))
    for page in form.pages:
        rows += _page(page, form.language, lists)
    rows.append(_row("note", "thanks", say("form thanks", form.language)))
    return rows, lists


def _row(kind: str, name: str, label: str = "", **rest: str) -> dict:
    return {"type": kind, "name": name, "label": label, **rest}


def _draw(arms: Arms) -> list[dict]:
    """One draw a respondent, cut into as many equal parts as there are arms."""
    draw, count = f"{arms.name}_draw", len(arms.texts)
    arm = f"'{arms.texts[-1].code}'"
    for place in range(count - 1, 0, -1):
        arm = f"if(${{{draw}}} < {place / count!r}, '{arms.texts[place - 1].code}', {arm})"
    return [
        _row("calculate", draw, calculation="once(random())"),
        _row("calculate", arms.name, calculation=arm),
    ]


def _page(page: Page, language: str, lists: dict) -> list[dict]:
    rows = [_row("begin_group", f"page_{page.key}", page.title, appearance="field-list")]
    for arms in page.arms:
        rows += [
            _row(
                "note",
                f"{arms.name}_text_{text.code}",
                text.label,
                relevant=f"${{{arms.name}}} = '{text.code}'",
            )
            for text in arms.texts
        ]
    rows += [_question(question, language, lists) for block in page.blocks for question in block]
    return [*rows, _row("end_group", "")]


def _question(question: Question, language: str, lists: dict) -> dict:
    if question.choices:
        name = lists.setdefault(question.choices, f"answers{len(lists) + 1}")
        return _row(f"select_one {name}", question.name, question.text)
    if question.is_text:
        return _row("text", question.name, question.text)
    answers = question.column.answers
    low, high = code_text(answers.low), code_text(answers.high)
    return _row(
        "integer" if answers.whole else "decimal",
        question.name,
        question.text,
        hint=say("form whole number" if answers.whole else "form number", language),
        constraint=f". >= {low} and . <= {high}",
    )


def _check(form: Form, survey: list[dict], lists: dict) -> None:
    """What an XLSForm cannot hold: odd or doubled names, and text that reads as a reference."""
    names = [row["name"] for row in survey if row["name"]]
    problems = [
        f"{name!r}: XLSForm names start with a letter and hold letters, digits and _ . - only."
        for name in names
        if not NAME.fullmatch(name)
    ]
    problems += [
        f"{name!r} is the name of two fields of the form; rename one."
        for name in sorted({name for name in names if names.count(name) > 1})
    ]
    texts = {row["name"]: row["label"] for row in survey}
    texts |= {name: c.label for chosen, name in lists.items() for c in chosen if "${" in c.label}
    problems += [
        f"{name!r}: '${{' in its words reads as a reference to another question; reword it."
        for name, text in texts.items()
        if "${" in text
    ]
    if problems:
        raise SurveyError(problems, heading=f"XLSForm of '{form.study}'")


def _save(sheets: dict, path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    for title, (columns, rows) in sheets.items():
        sheet = book.create_sheet(title)
        sheet.append(columns)
        for number, row in enumerate(rows, 2):
            for place, column in enumerate(columns, 1):
                if row.get(column):
                    cell = sheet.cell(number, place, row[column])
                    cell.data_type = "s"  # a wording that starts with = is text, not a formula
    book.save(path)


def _validate(path: Path) -> None:
    try:
        from pyxform.errors import PyXFormError
        from pyxform.xls2xform import convert
    except ImportError:
        return
    try:
        convert(str(path), validate=False)
    except PyXFormError as error:
        path.unlink()
        raise SurveyError(f"pyxform refuses the form: {error}") from None
