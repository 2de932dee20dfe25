"""Links to the glossary: each leads to its term, and shows what it means (not on a phone)."""

from __future__ import annotations

import re
from pathlib import Path

GLOSSARY = Path(__file__).with_name("glossary.md")


def singular(text: str, known) -> str:
    """The term that a link's text stands for, in small letters.

    >>> singular("Reversed\\nitems", {"reversed item"})
    'reversed item'
    """
    term = re.sub(r"\s+", " ", text).lower()
    return term if term in known else term.removesuffix("s")


def terms() -> dict[str, str]:
    """What each term of the glossary means, in plain text; *See ...* is followed."""
    text = GLOSSARY.read_text(encoding="utf-8")
    text = re.search(r"```\{glossary\}\n(.*?)```", text, flags=re.S)[1]
    entries = re.findall(r"((?:^\S.*\n)+)((?:  .*\n)+)", text, flags=re.M)
    said = {t.lower(): meaning for names, meaning in entries for t in names.splitlines()}
    for term, meaning in said.items():
        if other := re.fullmatch(r"\s*See \{term\}`(.*)`\.\s*", meaning):
            said[term] = said[other[1].lower()]
    return {term: plain(meaning) for term, meaning in said.items()}


def plain(meaning: str) -> str:
    """A meaning without markup, line breaks and the number of its notebook.

    >>> plain("  See {term}`R²`\\n  and `ls`. (00)\\n")
    'See R² and ls.'
    """
    text = re.sub(r"\{\w+\}`([^`]*)`", r"\1", meaning)
    text = re.sub(r"\s+", " ", text).replace('"', "'").replace("`", "").strip()
    return re.sub(r" \(\d\d\)$", "", text)


def lead_to_terms(app, doctree, docname) -> None:
    """Give links to the glossary their term's anchor, and its meaning as tooltip."""
    from docutils import nodes

    places = {
        name.lower(): place
        for name, _, kind, page, place, _ in app.env.get_domain("std").get_objects()
        if kind == "term" and page == "glossary"
    }
    meanings = terms()
    for link in doctree.findall(nodes.reference):
        term = singular(link.astext(), places)
        if term in places and link.get("refuri", "").endswith("glossary.html"):
            link["refuri"] += f"#{places[term]}"
            link["reftitle"] = meanings[term]
