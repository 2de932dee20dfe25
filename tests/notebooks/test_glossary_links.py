"""Links to the glossary hold on the site, and show what a term means."""

import doctest
import importlib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def glossary(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "docs"))
    return importlib.import_module("terms")


def test_a_term_is_linked_with_its_meaning(glossary):
    said = glossary.with_terms("Its [unique](../docs/glossary.md) share.")
    assert said.startswith('Its [unique](../glossary.md "What a block adds to R² once all other')
    assert said.endswith('") share.')


@pytest.mark.parametrize(
    ("link", "meaning"),
    [
        ("[weights](../docs/glossary.md)", "How many people of the population"),
        ("[measurement\nerror](../docs/glossary.md)", "What makes a person's score differ"),
        ("[Stand-ins](../docs/glossary.md)", "A stand-in: something near"),
        ("[explained variance](../docs/glossary.md)", "The share of the differences between"),
    ],
)
def test_plurals_broken_lines_and_other_names_show_the_meaning_too(glossary, link, meaning):
    assert f'(../glossary.md "{meaning}' in glossary.with_terms(link)


def test_a_link_that_names_no_term_has_no_meaning(glossary):
    assert glossary.with_terms("[all](../docs/glossary.md)") == "[all](../glossary.md)"


def test_links_from_folders_below_climb_as_far(glossary):
    said = glossary.with_terms("[strange](../../docs/glossary.md) and [a](../docs/start.md)")
    assert said == "[strange](../../glossary.md) and [a](../docs/start.md)"


def test_every_term_has_a_meaning_without_markup(glossary):
    known = glossary.terms()
    assert len(known) > 40
    assert all(meaning and "`" not in meaning and '"' not in meaning for meaning in known.values())


def test_the_examples_hold(glossary):
    assert doctest.testmod(glossary).attempted == 3
    assert doctest.testmod(glossary).failed == 0
