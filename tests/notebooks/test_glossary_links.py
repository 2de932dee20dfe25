"""Links to the glossary hold on the site, and show what a term means."""

import importlib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def pages(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "docs"))
    return importlib.import_module("pages")


def test_a_term_is_linked_with_its_meaning(pages):
    said = pages.with_terms("Its [unique](../docs/glossary.md) share.")
    assert said.startswith('Its [unique](../glossary.md "What a block adds to R² once all other')
    assert said.endswith('") share.')


def test_inflected_terms_are_linked_without_a_meaning(pages):
    assert pages.with_terms("[weights](../docs/glossary.md)") == "[weights](../glossary.md)"


def test_links_from_folders_below_climb_as_far(pages):
    said = pages.with_terms("[strange](../../docs/glossary.md) and [a](../docs/start.md)")
    assert said == "[strange](../../glossary.md) and [a](../docs/start.md)"


def test_every_term_has_a_meaning_without_markup(pages):
    known = pages.terms()
    assert len(known) > 40
    assert all(meaning and "`" not in meaning and '"' not in meaning for meaning in known.values())
