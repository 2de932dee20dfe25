"""A self-contained page to print, or to read aloud from: no network, no fonts, light."""

import csv
from collections.abc import Sequence
from pathlib import Path

from loyaltystudy.errors import SurveyError
from loyaltystudy.report._questionnaire.form import Choice, Form, Page, Question, is_table
from loyaltystudy.report._templates import rendered
from loyaltystudy.report._translations import say
from loyaltystudy.survey import guard_text


def write_page(forms: Sequence[Form], path: Path) -> None:
    """Write a form in one language as an HTML file.

    Questions are numbered, and beside every answer stands its code; :func:`write_key` says which
    column of the answers a number stands for, so that answers on paper can be keyed in. Every
    version of a vignette is in the file; a script that needs no network draws one of them each
    time the page is loaded.
    """
    if len(forms) > 1:
        raise SurveyError(
            f"language={[form.language for form in forms]}: a page is in one language; write one "
            "for each."
        )
    form = forms[0]
    page = rendered(
        "questionnaire.html",
        form.language,
        form=form,
        numbers=_numbers(form),
        minutes=max(1, round(form.minutes)),
        blocks=_blocks,
        choices=_choices,
        is_table=is_table,
    )
    path.write_text(page, encoding="utf-8")


def write_key(form: Form, path: Path) -> None:
    """Write which column of the answers each number on the page stands for, as CSV."""
    numbers = _numbers(form)
    texts = {q.name: q.text for page in form.pages for block in page.blocks for q in block}
    rows = [(number, name, texts.get(name, "")) for name, number in numbers.items()]
    rows.insert(0, ("", form.respondent, say("form respondent", form.language)))
    with open(path, "w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("number", "column", "question"))
        writer.writerows([guard_text(cell) for cell in row] for row in rows if row[1])


def _numbers(form: Form) -> dict[str, str]:
    """Column to its number on the page: 1, 2, 3, and V1, V2 for vignettes."""
    asked = [q.name for page in form.pages for block in _blocks(page) for q in block]
    numbers = {arms.name: f"V{place}" for place, arms in enumerate(form.arms, 1)}
    return {name: str(place) for place, name in enumerate(asked, 1)} | numbers


def _blocks(page: Page) -> list[tuple[Question, ...]]:
    """Blocks as they are printed: statements under one question are one table.

    Some of its rows may offer an answer more, such as "do not know"; survey tools cannot do that.
    """
    blocks: dict[object, tuple[Question, ...]] = {}
    for place, block in enumerate(page.blocks):
        key = block[0].above or place
        blocks[key] = blocks.get(key, ()) + block
    return list(blocks.values())


def _choices(block: tuple[Question, ...]) -> list[Choice]:
    """The answers of a table, each once."""
    return list(dict.fromkeys(choice for question in block for choice in question.choices))
