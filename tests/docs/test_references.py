"""References: every entry is whole, every citation of the documentation leads to one."""

import doctest
import importlib
import re
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
PAGES = [DOCS / "ideas.md", DOCS / "glossary.md", *sorted(DOCS.glob("statistics/*.md"))]
CITATION = r"[A-Z][a-z]+(?:,? (?:&|and) [A-Z][a-z]+| et al\.)?\s\(?(?:19|20)\d\d\b"


@pytest.fixture
def made(monkeypatch):
    monkeypatch.syspath_prepend(str(DOCS))
    return importlib.import_module("references")


@pytest.fixture
def known(made) -> dict:
    return made.references(made.FILE.read_text(encoding="utf-8"))


def test_no_entry_is_passed_over(made, known):
    text = made.FILE.read_text(encoding="utf-8")
    assert len(known) == text.count("@") > 15


def test_every_entry_has_author_title_and_year(known):
    incomplete = [k for k, e in known.items() if not all(e.get(f) for f in ("author", "title"))]
    assert incomplete == []
    assert [k for k, e in known.items() if not re.fullmatch(r"(19|20)\d\d", e["year"])] == []
    assert [k for k, e in known.items() if not k.endswith(e["year"])] == []


def test_articles_say_where_they_stand(known):
    articles = [e for e in known.values() if e["kind"] == "article"]
    assert all(e["journal"] and e["volume"] and e["pages"] for e in articles)
    dois = [e["doi"] for e in known.values() if "doi" in e]
    assert len(set(dois)) == len(dois) > 10
    assert all(re.fullmatch(r"10\.\d{4,}/\S+", doi) for doi in dois)


def test_an_entry_in_words(made, known):
    assert made.sentence(known["lindell2001"]) == (
        "Michael K. Lindell and David J. Whitney (2001). Accounting for common method variance in "
        "cross-sectional research designs. *Journal of Applied Psychology* 86(1), 114–121. "
        "[doi:10.1037/0021-9010.86.1.114](https://doi.org/10.1037/0021-9010.86.1.114)"
    )
    assert made.sentence(known["motista2018"]).startswith("Motista (2018). Leveraging")


def test_the_page_lists_all_once_by_name(made, known):
    listed = re.findall(r"^\((\w+)\)=$", made.references_page(), flags=re.M)
    assert sorted(listed) == sorted(known) and listed[0] == "accenture2016"


def test_the_example_holds(made):
    assert doctest.testmod(made).attempted and not doctest.testmod(made).failed


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.stem)
def test_citations_lead_to_the_list(page, known):
    """No author and year stands without a link, and no link has a key that is not in the list."""
    text = page.read_text(encoding="utf-8")
    keys = re.findall(r"\]\(#([a-z]+\d{4})\)", text)
    assert set(keys) <= set(known)
    unlinked = re.sub(r"\[[^\]]*\]\([^)]*\)|`[^`]*`", "", text)
    assert re.findall(CITATION, unlinked) == []
