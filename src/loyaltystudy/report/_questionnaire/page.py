"""A self-contained page to print, or to read aloud from: no network, no fonts, light."""

import csv
from collections.abc import Sequence
from html import escape
from pathlib import Path

from loyaltystudy.errors import SurveyError
from loyaltystudy.report._questionnaire.form import Arms, Form, Page, Question, is_table
from loyaltystudy.report._translations import say
from loyaltystudy.survey import guard_text

STYLE = """
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { font: 11pt/1.45 system-ui, sans-serif; color: #1a1a1a; background: #fff;
  max-width: 60rem; margin: 0 auto; padding: 1.5rem; }
h1 { font-size: 1.6rem; line-height: 1.2; margin: 0 0 .5rem; }
h2 { font-size: 1.2rem; margin: 2.2rem 0 .6rem; padding-bottom: .2rem;
  border-bottom: 2px solid #1a1a1a; break-after: avoid; }
table { border-collapse: collapse; width: 100%; table-layout: fixed; margin: .6rem 0 1.2rem; }
caption { text-align: left; padding-bottom: .3rem; }
th, td { padding: .45rem .2rem; border-bottom: 1px solid #c8c8c8; vertical-align: middle; }
tr { break-inside: avoid; }
caption, thead { break-after: avoid; }
thead th { font-size: .72rem; line-height: 1.2; font-weight: 600; vertical-align: bottom;
  hyphens: auto; overflow-wrap: break-word; }
thead th:first-child { text-align: left; width: 36%; }
tbody th { font-weight: 400; text-align: left; padding-right: .8rem; }
td { text-align: center; }
tbody tr:nth-child(even) { background: #f4f4f4; }
fieldset { border: 0; margin: 0 0 1.3rem; padding: 0; break-inside: avoid; }
legend { padding: 0; margin-bottom: .35rem; font-weight: 600; }
.options { display: grid; gap: .15rem; margin: 0; padding: 0; list-style: none; }
.options label { display: grid; grid-template-columns: 1.2rem 1.8rem 1fr; align-items: baseline; }
.row { grid-template-columns: repeat(auto-fit, minmax(3rem, 1fr)); }
.row label { display: block; text-align: center; }
.row label span:last-child { display: none; }
input[type="radio"] { width: 1rem; height: 1rem; margin: 0; accent-color: #1a1a1a; }
.code { font-size: .72rem; color: #555; }
td label, .row label { cursor: pointer; }
td .code, .row .code { display: block; }
h2 + p { break-after: avoid; }
.number { color: #595959; font-weight: 400; margin-right: .2rem; }
.line, textarea { display: block; width: 100%; border: 1px solid #767676; background: #fff;
  font: inherit; padding: .3rem; }
.line { max-width: 14rem; height: 2.1rem; }
textarea { height: 5rem; resize: vertical; }
.arms { margin: .6rem 0 1.2rem; }
.version { border-left: 4px solid #1a1a1a; padding: .1rem 0 .1rem .9rem; margin: .7rem 0;
  break-inside: avoid; }
.version p { margin: .2rem 0; }
.version h3 { font-size: .72rem; color: #555; font-weight: 400; margin: 0; }
.note { color: #444; font-size: .85rem; }
fieldset .note { display: block; }
@media (max-width: 42rem) {
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  table, caption, tbody, tr, tbody th, td { display: block; width: 100%; }
  tbody th { border: 0; padding-bottom: .2rem; font-weight: 600; }
  td { text-align: left; border: 0; padding: .15rem .2rem; }
  td label { display: grid; grid-template-columns: 1.2rem 1.8rem 1fr; align-items: baseline; }
  td label::after { content: attr(data-label); }
  tr { padding: .5rem 0; border-bottom: 1px solid #c8c8c8; }
}
@media print {
  body { font-size: 9.5pt; max-width: none; padding: 0; }
  h2 { margin-top: 1.4rem; }
  tbody tr:nth-child(even) { background: none; }
  thead th { font-size: .58rem; }
  thead th:first-child { width: 32%; }
  .line, textarea, input { border-color: #000; }
}
"""

# One version of each vignette is left standing; without scripts all of them stay, with a note.
SCRIPT = """
for (const box of document.querySelectorAll(".arms")) {
  const versions = box.querySelectorAll(".version");
  const drawn = versions[Math.floor(Math.random() * versions.length)];
  for (const version of versions) version.hidden = version !== drawn;
  box.querySelector(".note").hidden = true;
}
"""


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
    form, numbers = forms[0], _numbers(forms[0])
    parts = [_head(form), *(_page(page, form.language, numbers) for page in form.pages)]
    parts.append(f"<p>{escape(say('form thanks', form.language))}</p>\n</main>")
    if form.arms:
        parts.append(f"<script>{SCRIPT}</script>")
    path.write_text("\n".join([*parts, "</body>\n</html>\n"]), encoding="utf-8")


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


def _head(form: Form) -> str:
    language, title = form.language, escape(form.title)
    length = say("form minutes", language, max(1, round(form.minutes)))
    lines = [
        f'<!DOCTYPE html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>",
        f"<h1>{title}</h1>",
        f"<p>{escape(form.welcome)} {escape(length)}</p>",
    ]
    if form.respondent:
        label = escape(say("form respondent", language))
        lines.append(f"<p><label>{label} {_box(form.respondent)}</label></p>")
    return "\n".join(lines)


def _page(page: Page, language: str, numbers: dict[str, str]) -> str:
    parts = [f'<section aria-labelledby="page-{escape(page.key)}">']
    parts.append(f'<h2 id="page-{escape(page.key)}">{escape(page.title)}</h2>')
    parts += [f"<p>{escape(page.lead)}</p>"] if page.lead else []
    parts += [_arms(arms, language, numbers[arms.name]) for arms in page.arms]
    for block in _blocks(page):
        if is_table(block):
            parts.append(_table(block, language, numbers))
        else:
            parts.append(_single(block[0], language, numbers))
    return "\n".join([*parts, "</section>"])


def _arms(arms: Arms, language: str, number: str) -> str:
    versions = [
        f'<div class="version"><h3>{escape(say("form version", language))} '
        f"{number}: {text.code}</h3>\n<p>{escape(text.label)}</p></div>"
        for text in arms.texts
    ]
    note = f'<p class="note">{escape(say("form one version", language))}</p>'
    return "\n".join(['<div class="arms">', note, *versions, "</div>"])


def _numbered(question: Question, numbers: dict[str, str]) -> str:
    return f'<span class="number">{numbers[question.name]}</span> {escape(question.text)}'


def _box(name: str) -> str:
    return f'<input class="line" name="{escape(name)}" autocomplete="off">'


def _radio(question: Question, code: str, label: str = "") -> str:
    spoken = f' aria-label="{escape(label)}"' if label else ""
    name, code = escape(question.name), escape(code)
    return (
        f'<input type="radio" name="{name}" value="{code}"{spoken}><span class="code">{code}</span>'
    )


def _table(block: tuple[Question, ...], language: str, numbers: dict[str, str]) -> str:
    above = block[0].above
    choices = list(dict.fromkeys(choice for question in block for choice in question.choices))
    heading = say("form statement" if above else "form question", language)
    heads = "".join(
        f'<th scope="col">{escape(label)}</th>' for label in (heading, *(c.label for c in choices))
    )
    rows = []
    for question in block:
        cells = "".join(
            f'<td><label data-label="{escape(c.label)}">{_radio(question, c.code, c.label)}'
            "</label></td>"
            if c in question.choices
            else "<td></td>"
            for c in choices
        )
        rows.append(f'<tr><th scope="row">{_numbered(question, numbers)}</th>{cells}</tr>')
    asked = f"<strong>{escape(above)}</strong> " if above else ""
    return "\n".join(
        [
            f"<table>\n<caption>{asked}{escape(say('form each line', language))}</caption>",
            f"<thead><tr>{heads}</tr>",
            "</thead>\n<tbody>",
            *rows,
            "</tbody>\n</table>",
        ]
    )


def _single(question: Question, language: str, numbers: dict[str, str]) -> str:
    asked = _numbered(question, numbers)
    if question.choices:
        plain = all(choice.code == choice.label for choice in question.choices)
        options = "".join(
            f"<li><label>{_radio(question, c.code)}<span>{escape(c.label)}</span></label></li>"
            for c in question.choices
        )
        kind = "options row" if plain else "options"
        return f'<fieldset><legend>{asked}</legend>\n<ul class="{kind}">{options}</ul>\n</fieldset>'
    if question.is_text:
        field = f'<textarea name="{escape(question.name)}"></textarea>'
    else:
        whole = question.column.answers.whole
        kind = say("form whole number" if whole else "form number", language)
        field = f'<span class="note">{escape(kind)}</span>{_box(question.name)}'
    return f"<fieldset><label><strong>{asked}</strong>{field}</label></fieldset>"
