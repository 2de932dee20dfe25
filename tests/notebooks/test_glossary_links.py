"""Links to the glossary lead to their term on the site, and show what it means."""

import doctest
import importlib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def glossary(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "docs"))
    return importlib.import_module("terms")


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("unique", "What a block adds to R² once all other blocks are known."),
        ("weights", "How many people of the population"),
        ("measurement\nerror", "What makes a person's score differ"),
        ("Stand-ins", "A stand-in: something near"),
        ("explained variance", "The share of the differences between"),
    ],
)
def test_a_link_shows_the_meaning_of_its_term(glossary, text, meaning):
    known = glossary.terms()
    assert known[glossary.singular(text, known)].startswith(meaning)


def test_every_term_has_a_meaning_without_markup(glossary):
    known = glossary.terms()
    assert len(known) > 45
    assert all(meaning and not set('`"') & set(meaning) for meaning in known.values())
    assert not [t for t, meaning in known.items() if meaning.startswith("See ") or "(0" in meaning]


def test_the_site_gives_links_their_anchor_and_their_meaning(glossary):
    """With the tools of `make docs`; a link from elsewhere, or to no term, stays as it is."""
    nodes = pytest.importorskip("docutils.nodes")

    class Site:
        env = None

        def get_domain(self, name):
            return self

        def get_objects(self):
            yield "unique", "unique", "term", "glossary", "term-unique", -1
            yield "unique", "unique", "label", "other", "elsewhere", -1

    app = Site()
    app.env = app
    texts = {"unique": "../glossary.html", "all": "../glossary.html", "Unique": "../ideas.html"}
    links = [nodes.reference(text, text, refuri=uri) for text, uri in texts.items()]
    glossary.lead_to_terms(app, nodes.paragraph("", "", *links), "page")
    assert [link["refuri"] for link in links] == [
        "../glossary.html#term-unique",
        "../glossary.html",
        "../ideas.html",
    ]
    assert links[0]["reftitle"].startswith("What a block adds")
    assert not any("reftitle" in link for link in links[1:])


def test_the_examples_hold(glossary):
    assert doctest.testmod(glossary).attempted == 2
    assert doctest.testmod(glossary).failed == 0
