"""XLSForm: the workbook that ODK, KoboToolbox and SurveyCTO read."""

import hashlib
import io
import re
from collections.abc import Sequence
from pathlib import Path

from loyaltystudy.errors import SurveyError, refuse
from loyaltystudy.report._questionnaire.form import Arms, Form, Page, Question, code_text
from loyaltystudy.report._timeless import timeless
from loyaltystudy.report._translations import say

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
SPOKEN = ("label", "hint", "constraint_message")  # columns that differ between languages
SURVEY = (
    "type",
    "name",
    *SPOKEN,
    "appearance",
    "relevant",
    "calculation",
    "constraint",
    "required",
)
TONGUES = {"en": "English (en)", "sv": "Svenska (sv)", "nb": "Norsk bokmål (nb)"}


def write_xlsform(forms: Sequence[Form], path: Path) -> None:
    """Write a form as one XLSForm workbook, and have pyxform check it where that is installed.

    ``forms`` is one questionnaire in one language or more; the first is shown first. Arms are
    drawn once, by ``once(random())``, and each vignette is a note that is relevant to one arm
    only. The draw itself comes back as ``<arm>_draw``. An XLSForm cannot turn the order of
    questions about.
    """
    first, lists = forms[0], _lists(forms[0])
    survey = _merged({form.language: _survey(form, lists) for form in forms})
    choices = _merged({form.language: _choices(form, lists) for form in forms})
    _check(first, survey, choices)
    mark = hashlib.sha256(repr((survey, choices)).encode()).hexdigest()[:10]
    languages = [form.language for form in forms]
    named = "_".join((first.study, first.form, *languages))
    settings = {"form_title": first.title, "form_id": re.sub(r"\W", "_", named), "version": mark}
    if len(forms) > 1:
        settings["default_language"] = TONGUES[first.language]
    sheets = {
        "survey": (_columns(SURVEY, languages), survey),
        "choices": (_columns(("list_name", "name", "label"), languages), choices),
        "settings": (tuple(settings), [settings]),
    }
    _save(sheets, path)
    _validate(path)


def _columns(names: Sequence[str], languages: Sequence[str]) -> tuple[str, ...]:
    return tuple(
        column
        for name in names
        for column in (_spoken(name, languages) if name in SPOKEN else [name])
    )


def _spoken(name: str, languages: Sequence[str]) -> list[str]:
    """A column of words: as it is for one language, else once for each."""
    return [name] if len(languages) == 1 else [f"{name}::{TONGUES[code]}" for code in languages]


def _merged(rows: dict[str, list[dict]]) -> list[dict]:
    """The same rows in several languages as one: words side by side, all else once."""
    merged = []
    for versions in zip(*rows.values(), strict=True):
        row = {key: value for key, value in versions[0].items() if key not in SPOKEN}
        for key in (key for key in SPOKEN if key in versions[0]):
            headings = _spoken(key, [*rows])
            row |= dict(zip(headings, (version[key] for version in versions), strict=True))
        merged.append(row)
    return merged


def _lists(form: Form) -> dict[str, str]:
    """Question to the name of its list of answers; questions with the same answers share one."""
    names: dict[tuple, str] = {}
    asked = [question for page in form.pages for block in page.blocks for question in block]
    return {
        question.name: names.setdefault(question.choices, f"answers{len(names) + 1}")
        for question in asked
        if question.choices
    }


def _choices(form: Form, lists: dict[str, str]) -> list[dict]:
    asked = [question for page in form.pages for block in page.blocks for question in block]
    offered = {lists[q.name]: q.choices for q in asked if q.choices}
    return [
        {"list_name": name, "name": choice.code, "label": choice.label}
        for name, choices in offered.items()
        for choice in choices
    ]


def _survey(form: Form, lists: dict[str, str]) -> list[dict]:
    rows = [_row("note", "welcome", form.welcome)]
    if form.respondent:
        rows.insert(len(rows) if form.records else 0, _respondent(form))
    for arms in form.arms:
        rows += _draw(arms)
    for page in form.pages:
        rows += _page(page, form.language, lists)
    return [*rows, _row("note", "thanks", say("form thanks", form.language))]


def _respondent(form: Form) -> dict:
    if not form.records:
        return _row("calculate", form.respondent, calculation="once(uuid())")
    return _row("text", form.respondent, say("form number given", form.language), required="yes")


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


def _page(page: Page, language: str, lists: dict[str, str]) -> list[dict]:
    rows = [_row("begin_group", f"page_{page.key}", page.title, appearance="field-list")]
    if page.lead:
        rows.append(_row("note", f"lead_{page.key}", page.lead))
    for arms in page.arms:
        for text in arms.texts:
            drawn = f"${{{arms.name}}} = '{text.code}'"
            name = f"{arms.name}_text_{text.code}"
            rows.append(_row("note", name, text.label, relevant=drawn))
    for block in page.blocks:
        if block[0].above:
            rows.append(_row("note", f"above_{block[0].name}", block[0].above))
        rows += [_question(question, language, lists) for question in block]
    return [*rows, _row("end_group", "")]


def _question(question: Question, language: str, lists: dict[str, str]) -> dict:
    if question.choices:
        return _row(f"select_one {lists[question.name]}", question.name, question.text)
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
        constraint_message=say("form between", language, low, high),
    )


def _check(form: Form, survey: list[dict], choices: list[dict]) -> None:
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
    problems += [
        f"{row.get('list_name', row['name'])!r}: '${{' in its words reads as a reference to "
        "another question; reword it."
        for row in (*survey, *choices)
        if any("${" in words for key, words in row.items() if key.partition("::")[0] in SPOKEN)
    ]
    refuse(problems, heading=f"XLSForm of '{form.study}'")


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
    buffer = io.BytesIO()
    book.save(buffer)
    path.write_bytes(timeless(buffer.getvalue()))


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
