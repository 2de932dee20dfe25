"""Links to the glossary: each shows what its term means, and leads to the term."""

from __future__ import annotations

import re
from pathlib import Path

GLOSSARY = Path(__file__).with_name("glossary.md")
LINK = re.compile(r"\[([^\]]+)\]\(((?:\.\./)+)docs/glossary\.md\)")


def with_terms(source: str) -> str:
    """Links to the glossary as they hold on the site, with the term's meaning as tooltip.

    >>> with_terms("Its [unique](../docs/glossary.md) share")
    'Its [unique](../glossary.md "What a block adds to R² once all other blocks are known.") share'
    """
    known = terms()

    def link(found: re.Match) -> str:
        meaning = known.get(singular(found[1], known), "")
        title = f' "{meaning}"' if meaning else ""
        return f"[{found[1]}]({found[2]}glossary.md{title})"

    return LINK.sub(link, source)


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
    """Links to the glossary lead to their term (the page is long, and a phone has no tooltips)."""
    from docutils import nodes

    places = {
        name.lower(): place
        for name, _, kind, page, place, _ in app.env.get_domain("std").get_objects()
        if kind == "term" and page == "glossary"
    }
    for link in doctree.findall(nodes.reference):
        place = places.get(singular(link.astext(), places))
        if place and link.get("refuri", "").endswith("glossary.html"):
            link["refuri"] += f"#{place}"
