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


ROOT = DOCS.parent
NAME = r"[A-ZÅÄÖØÆŽŠČĆ][\w'’-]+"
OTHERS = rf"(?:, {NAME})*,? (?:&|and) (?:{NAME}|colleagues|others)| et al\."
CITED = re.compile(rf"({NAME})({OTHERS})?,?\s\(?((?:19|20)\d\d)\b")
# what stands before a year and is no author: months, surveys by name, standards
NO_AUTHOR = {
    "Airport",
    "Feb",
    "HTMT",
    "ISCED",
    "ISCED-F",
    "ISSP",
    "In",
    "Index",
    "Loyalty",
    "May",
    "July",
    "November",
    "Overflow",
    "Patched",
    "Sep",
    "States",
    "Survey",
}


def generated(path: Path) -> bool:
    """Whether `make docs` writes the page, from sources that have their own lists."""
    pages = {"claims.md", "constructs.md", "evidence.md", "references.md"}
    folders = {"api", "data", "measured", "notebooks"}
    return path.is_relative_to(DOCS) and bool({path.name} & pages or {path.parent.name} & folders)


def everything_cited() -> dict[tuple[str, str], set[str]]:
    """First author and year of each citation in notebooks, docs and the READMEs of data: where."""
    import nbformat

    found: dict[tuple[str, str], set[str]] = {}
    for path in (
        *ROOT.glob("notebooks/**/*.ipynb"),
        *DOCS.glob("**/*.md"),
        *ROOT.glob("data/**/README.md"),
    ):
        if path.suffix == ".ipynb":
            cells = nbformat.read(path, as_version=4).cells
            shown = [
                o.get("data", {}).get("text/markdown", "")
                for c in cells
                for o in c.get("outputs", [])
            ]
            text = "\n".join([*(c.source for c in cells if c.cell_type == "markdown"), *shown])
        elif "_build" in path.parts or generated(path):
            continue
        else:
            text = path.read_text(encoding="utf-8")
        for first, _, year in CITED.findall(re.sub(r"`[^`]*`", "", text)):
            found.setdefault((first, year), set()).add(str(path.relative_to(ROOT)))
    return found


def test_everything_that_is_cited_stands_in_the_list(known):
    names = {
        (name.split(", ")[0].split()[-1], e["year"])
        for e in known.values()
        for name in e["author"].split(" and ")
    }
    cited = {key: where for key, where in everything_cited().items() if key[0] not in NO_AUTHOR}
    assert len(cited) > 25
    assert {key: where for key, where in cited.items() if key not in names} == {}
