"""A self-contained page to print, or to read aloud from: no network, no fonts, light."""

from __future__ import annotations

from html import escape
from pathlib import Path

from loyaltystudy.report._questionnaire.form import Arms, Form, Page, Question
from loyaltystudy.report._translations import say

STYLE = """
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { font: 11pt/1.45 system-ui, sans-serif; color: #1a1a1a; background: #fff;
  max-width: 60rem; margin: 0 auto; padding: 1.5rem; }
h1 { font-size: 1.6rem; line-height: 1.2; margin: 0 0 .5rem; }
h2 { font-size: 1.2rem; margin: 2.2rem 0 .6rem; padding-bottom: .2rem;
  border-bottom: 2px solid #1a1a1a; break-after: avoid; }
table { border-collapse: collapse; width: 100%; table-layout: fixed; margin: .6rem 0 1.2rem; }
caption { text-align: left; color: #444; padding-bottom: .3rem; }
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
.name { font-size: .68rem; color: #595959; font-weight: 400; margin-left: .3rem; }
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


def write_page(form: Form, path: Path) -> None:
    """Write a form as one HTML file.

    Beside every answer stands its code, and beside every question its name, so that answers on
    paper are keyed in under the codebook's names. Every version of a vignette is in the file;
    a script that needs no network draws one of them each time the page is loaded.
    """
    parts = [_head(form), *(_page(page, form.language) for page in form.pages)]
    parts.append(f"<p>{escape(say('form thanks', form.language))}</p>\n</main>")
    if form.arms:
        parts.append(f"<script>{SCRIPT}</script>")
    path.write_text("\n".join([*parts, "</body>\n</html>\n"]), encoding="utf-8")


def _head(form: Form) -> str:
    language, title = form.language, escape(form.title)
    length = say("form minutes", language, max(1, round(form.minutes)))
    lines = [
        f'<!DOCTYPE html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>",
        f"<h1>{title}</h1>",
        f"<p>{escape(say('form welcome', language))} {escape(length)}</p>",
    ]
    if form.respondent:
        label = escape(say("form respondent", language))
        lines.append(f"<p><label>{label} {_name(form.respondent)}{_box(form.respondent)}</label>")
    return "\n".join(lines)


def _page(page: Page, language: str) -> str:
    parts = [f'<section aria-labelledby="page-{escape(page.key)}">']
    parts.append(f'<h2 id="page-{escape(page.key)}">{escape(page.title)}</h2>')
    parts += [_arms(arms, language) for arms in page.arms]
    for block in page.blocks:
        parts.append(_table(block, language) if len(block) > 1 else _single(block[0], language))
    return "\n".join([*parts, "</section>"])


def _arms(arms: Arms, language: str) -> str:
    versions = [
        f'<div class="version"><h3>{escape(say("form version", language))} '
        f"{escape(arms.name)} = {text.code}</h3>\n<p>{escape(text.label)}</p></div>"
        for text in arms.texts
    ]
    note = f'<p class="note">{escape(say("form one version", language))}</p>'
    return "\n".join(['<div class="arms">', note, *versions, "</div>"])


def _name(name: str) -> str:
    return f'<span class="name">{escape(name)}</span>'


def _box(name: str) -> str:
    return f'<input class="line" name="{escape(name)}" autocomplete="off">'


def _radio(question: Question, code: str, label: str = "") -> str:
    spoken = f' aria-label="{escape(label)}"' if label else ""
    name, code = escape(question.name), escape(code)
    return (
        f'<input type="radio" name="{name}" value="{code}"{spoken}><span class="code">{code}</span>'
    )


def _table(block: tuple[Question, ...], language: str) -> str:
    choices = block[0].choices
    labels = [say("form statement", language), *(choice.label for choice in choices)]
    heads = "".join(f'<th scope="col">{escape(label)}</th>' for label in labels)
    rows = []
    for question in block:
        cells = "".join(
            f'<td><label data-label="{escape(c.label)}">{_radio(question, c.code, c.label)}'
            "</label></td>"
            for c in choices
        )
        stem = f'<th scope="row">{escape(question.text)}{_name(question.name)}</th>'
        rows.append(f"<tr>{stem}{cells}</tr>")
    return "\n".join(
        [
            f"<table>\n<caption>{escape(say('form each line', language))}</caption>",
            f"<thead><tr>{heads}</tr>",
            "</thead>\n<tbody>",
            *rows,
            "</tbody>\n</table>",
        ]
    )


def _single(question: Question, language: str) -> str:
    asked = f"{escape(question.text)}{_name(question.name)}"
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
