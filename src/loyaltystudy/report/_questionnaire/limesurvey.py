"""LimeSurvey's tab-separated survey structure.

The format is that of LimeSurvey's own export and import of ``.txt`` files: one header, and one
row for each setting (S), language setting (SL), group (G), question (Q), subquestion (SQ) and
answer (A), every child below its parent. Further languages repeat all rows from G on, with the
same codes; settings of a question stand in the first language alone.
"""

import csv
import html
import re
from collections.abc import Sequence
from pathlib import Path

from loyaltystudy.errors import refuse
from loyaltystudy.report._questionnaire.form import (
    Arms,
    Form,
    Page,
    Question,
    code_text,
    is_table,
    read_form,
)
from loyaltystudy.report._translations import say
from loyaltystudy.survey import Codebook

COLUMNS = (
    "class",
    "type/scale",
    "name",
    "relevance",
    "text",
    "help",
    "language",
    "validation",
    "mandatory",
    "other",
    "default",
    "same_default",
    "hidden",
    "random_order",
    "num_value_int_only",
    "min_num_value_n",
    "max_num_value_n",
)
LONGEST_NAME, LONGEST_ANSWER = 20, 5  # characters, as in LimeSurvey's database
RESERVED = {"LANG", "SID", "SAVEDID", "TOKEN", "QID", "GID", "SGQ", "self", "that", "this", "time"}


ATTRIBUTES = COLUMNS[COLUMNS.index("hidden") :]  # of a question, whatever the language


def write_limesurvey(forms: Sequence[Form], path: Path) -> None:
    """Write a form for LimeSurvey (Create survey, Import, choose the .txt file).

    ``forms`` is one questionnaire in one language or more; the first is the survey's base
    language. Questions that share their answers become one array, whose rows are shown in random
    order; arms are drawn by a hidden equation question, which keeps its first draw, and each
    vignette is shown for one arm only.
    """
    _check(forms[0])
    rows = _head(forms)
    for form in forms:
        asked = [row for n, page in enumerate(form.pages, 1) for row in _page(page, n, form)]
        base = form is forms[0]
        rows += asked if base else [row | dict.fromkeys(ATTRIBUTES, "") for row in asked]
    # A byte order mark makes sure that the import takes the file for UTF-8.
    with open(path, "w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(
            file, COLUMNS, restval="", delimiter="\t", lineterminator="\n", quotechar='"'
        )
        writer.writeheader()
        writer.writerows(rows)


def limesurvey_headings(
    codebook: Codebook, *, language: str | None = None, form: str = "full", records: bool = False
) -> dict[str, str]:
    """The headings of LimeSurvey's answers, and the codebook's names for them.

    ``language`` {"en", "sv", "nb"}, optional: the codebook's first language unless given; it makes
    no difference to the names; ``records``: whether respondents gave their number, so that records
    can be joined by it.

    Returns
    -------
    dict
        Heading in an export with question codes to name: ``{"a1[loyal1]": "loyal1"}``; LimeSurvey's
        own ``id`` to the codebook's column of respondents. For ``DataFrame.rename(columns=...)``.

    >>> from loyaltystudy.survey import load_codebook
    >>> from loyaltystudy.survey._shipped import data_folder
    >>> headings = limesurvey_headings(load_codebook(data_folder() / "instrument"), form="short")
    >>> headings["owneducation"], headings["a1[loyal4]"]
    ('own_education', 'loyal4')
    """
    asked = read_form(codebook, language=language or codebook.languages[0], form=form)
    _check(asked)
    numbered = _code(asked.respondent or "") if records else "id"
    headings = {numbered: asked.respondent} if asked.respondent else {}
    headings |= {_code(arms.name): arms.name for arms in asked.arms}
    for array, block in _named_blocks(asked):
        for question in block:
            code = _code(question.name)
            headings[f"{array}[{code}]" if array else code] = question.name
    return headings


def _named_blocks(form: Form):
    """Every block with the name of its array, or None for a question that stands alone."""
    number = 0
    for page in form.pages:
        for block in page.blocks:
            table = is_table(block)
            number += table
            yield (f"a{number}" if table else None), block


def _code(name: str) -> str:
    """LimeSurvey's codes hold letters and digits alone."""
    return re.sub(r"[^A-Za-z0-9]", "", name)


def _check(form: Form) -> None:
    """What LimeSurvey refuses or, worse, changes in silence."""
    questions = [question for _, block in _named_blocks(form) for question in block]
    names = [q.name for q in questions] + [arms.name for arms in form.arms]
    names += [f"{arms.name}{text.code}" for arms in form.arms for text in arms.texts]
    names += [array for array, _ in _named_blocks(form) if array]
    names += [form.respondent] if form.respondent and form.records else []
    codes = [_code(name) for name in names]
    problems = []
    for name, code in zip(names, codes, strict=True):
        if not re.match("[A-Za-z]", code) or len(code) > LONGEST_NAME or code in RESERVED:
            problems.append(
                f"{name!r}: a LimeSurvey code starts with a letter, has at most {LONGEST_NAME} "
                f"letters and digits, and is none of its own words; rename it."
            )
        elif codes.count(code) > 1:
            problems.append(f"{name!r}: its LimeSurvey code {code!r} is taken; rename it.")
    problems += [
        f"{q.name!r}: the answer code {c.code!r} needs letters and digits, at most "
        f"{LONGEST_ANSWER}; LimeSurvey takes no other."
        for q in questions
        for c in q.choices
        if not re.fullmatch(rf"[A-Za-z0-9]{{1,{LONGEST_ANSWER}}}", c.code)
    ]
    for arms in form.arms:
        drawn = [int(text.code) for text in arms.texts if text.code.isdigit()]
        if drawn != list(range(drawn[0], drawn[0] + len(arms.texts)) if drawn else ()):
            problems.append(f"{arms.name!r}: LimeSurvey draws arms numbered 1, 2, 3 and so on.")
    refuse(problems, heading=f"LimeSurvey structure of '{form.study}'")


def _text(words: str) -> str:
    """Words as LimeSurvey shows them: it reads HTML, expressions in braces, and backslashes."""
    escaped = html.escape(words)
    for sign in "{}\\":
        escaped = escaped.replace(sign, f"&#{ord(sign)};")
    return re.sub(r"\s+", " ", escaped)


def _head(forms: Sequence[Form]) -> list[dict]:
    base, *more = (form.language for form in forms)
    settings = {"language": base, "format": "G", "anonymized": "N" if forms[0].records else "Y"}
    if more:
        settings["additional_languages"] = " ".join(more)
    rows = [{"class": "S", "name": name, "text": value} for name, value in settings.items()]
    for form in forms:
        thanks, own = say("form thanks", form.language), {"class": "SL", "language": form.language}
        words = {"title": form.title, "welcometext": form.welcome, "endtext": thanks}
        rows += [own | {"name": f"surveyls_{n}", "text": _text(text)} for n, text in words.items()]
    return rows


def _page(page: Page, number: int, form: Form) -> list[dict]:
    language = form.language
    rows = [_row("G", str(number), _text(page.title), "1", language, text=_text(page.lead))]
    if number == 1:  # drawn on the first page, so that every later page knows them
        rows += [_draw(arms, language) for arms in form.arms]
        rows += [_respondent(form)] if form.respondent and form.records else []
    for arms in page.arms:
        rows += [
            _question_row("X", f"{_code(arms.name)}{t.code}", _text(t.label), language)
            | {"relevance": f"{_code(arms.name)} == {t.code}"}
            for t in arms.texts
        ]
    here = {id(block) for block in page.blocks}
    for array, block in _named_blocks(form):
        if id(block) in here:
            rows += _array(array, block, language) if array else _single(block[0], language)
    return rows


def _row(kind: str, scale: str, name: str, relevance: str, language: str, *, text: str) -> dict:
    row = {"class": kind, "type/scale": scale, "name": name, "relevance": relevance}
    return row | {"text": text, "language": language}


def _question_row(kind: str, name: str, text: str, language: str) -> dict:
    row = _row("Q", kind, name, "1", language, text=text)
    return row | {"mandatory": "N", "other": "N"}


def _respondent(form: Form) -> dict:
    text = _text(say("form number given", form.language))
    return _question_row("S", _code(form.respondent), text, form.language) | {"mandatory": "Y"}


def _draw(arms: Arms, language: str) -> dict:
    code, low, high = _code(arms.name), arms.texts[0].code, arms.texts[-1].code
    equation = f"{{if(is_empty({code}),rand({low},{high}),{code})}}"
    return _question_row("*", code, equation, language) | {"hidden": "1"}


def _answers(question: Question, language: str) -> list[dict]:
    return [
        _row("A", "0", choice.code, "", language, text=_text(choice.label))
        for choice in question.choices
    ]


def _array(name: str, block: tuple[Question, ...], language: str) -> list[dict]:
    stem = _text(block[0].above or say("form each line", language))
    items = [_row("SQ", "0", _code(q.name), "1", language, text=_text(q.text)) for q in block]
    array = _question_row("F", name, stem, language) | {"random_order": "1"}
    return [array, *items, *_answers(block[0], language)]


def _single(question: Question, language: str) -> list[dict]:
    code, text = _code(question.name), _text(question.text)
    if question.choices:
        return [_question_row("L", code, text, language), *_answers(question, language)]
    if question.is_text:
        return [_question_row("T", code, text, language)]
    answers = question.column.answers
    limits = {"min_num_value_n": code_text(answers.low), "max_num_value_n": code_text(answers.high)}
    whole = {"num_value_int_only": "1" if answers.whole else "0"}
    return [_question_row("N", code, text, language) | limits | whole]
