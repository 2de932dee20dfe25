"""The glossary's terms: where each is introduced, and that none is used before."""

import re
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parents[2]
BOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
LINK = re.compile(r"\[([^\]]+)\]\((?:\.\./)+docs/glossary\.md\)")
# code, quotations, headings, addresses of other links, and a word that only looks like a block
NOT_PROSE = r"`[^`]*`|»[^«]*«|«[^»]*»|^[>#].*$|(?<=\])\((?!\S*glossary)[^)]*\)|building\s+blocks"
EVERYDAY = {"adds", "order", "share"}  # said before their first link, in the sense that all know
NUMBER = re.compile(r"\((\d\d)\)$")


def entries(text: str) -> dict[str, tuple[str, ...]]:
    """Meaning of every entry of a glossary, and the terms that stand above it."""
    listed = re.search(r"```\{glossary\}\n(.*?)```", text, flags=re.S)[1]
    found = re.findall(r"((?:^\S.*\n)+)((?:  .*\n)+)", listed, flags=re.M)
    return {
        re.sub(r"\s+", " ", said).strip(): tuple(terms.split("\n")[:-1]) for terms, said in found
    }


GLOSSARY = entries((ROOT / "docs/glossary.md").read_text(encoding="utf-8"))
TERMS = [term for terms in GLOSSARY.values() for term in terms]


def prose(cell) -> str:
    """What a markdown cell says, each character at its place."""
    return re.sub(NOT_PROSE, lambda m: " " * len(m[0]), cell.source, flags=re.M)


def places(pattern: str, books: dict[str, list[str]]) -> list[tuple[str, int, int]]:
    """Every place that matches: notebook, number of the text in it, character."""
    return [
        (name, number, found.start())
        for name, texts in books.items()
        for number, text in enumerate(texts)
        for found in re.finditer(pattern, text, flags=re.I)
    ]


def word(term: str) -> str:
    """A term as a whole word, in the singular or plural, on one line or two."""
    return r"(?<![\w-])" + r"\s+".join(map(re.escape, term.split())) + r"s?(?![\w-])"


def linked(term: str) -> str:
    return r"\[" + word(term) + r"\]\((?:\.\./)+docs/glossary\.md\)"


def first_link(term: str, books: dict[str, list[str]]) -> tuple[str, int, int] | None:
    return min(places(linked(term), books), default=None)


def used_early(term: str, books: dict[str, list[str]]) -> list[tuple[str, int, int]]:
    """Where prose says a term before its first link."""
    first = first_link(term, books)
    return [place for place in places(word(term), books) if first is None or place < first]


@pytest.fixture(scope="module")
def books() -> dict[str, list[str]]:
    """Number of each notebook, and its texts in reading order."""
    cells = {path.stem[:2]: nbformat.read(path, as_version=4).cells for path in BOOKS}
    return {n: [prose(c) for c in cs if c.cell_type == "markdown"] for n, cs in cells.items()}


def test_entries_are_separated_from_their_terms():
    assert entries("```{glossary}\nb\nc\n  One\n  thing. (00)\n\nR²\n  See {term}`b`.\n```\n") == {
        "One thing. (00)": ("b", "c"),
        "See {term}`b`.": ("R²",),
    }


def test_a_word_said_before_its_link_is_found():
    link = "its [moral\nbond](../docs/glossary.md)"
    books = {"00": ["A Bondage.", f"Moral bonds, {link}"], "01": ["moral bond"]}
    assert used_early("moral bond", books) == [("00", 1, 0)]
    assert used_early("moral bond", {"00": [link], "01": ["moral bonds"]}) == []
    assert used_early("bond", {"00": ["a bond-like [thing](x)"]}) == []


def test_what_is_not_prose_is_set_aside():
    cell = nbformat.v4.new_markdown_cell("# Trust\n> trust\n`trust` [x](trust.md) «trust» doubt")
    assert prose(cell).split() == ["[x]", "doubt"]


def test_terms_stand_once_and_in_the_order_of_the_alphabet():
    first = [terms[0].lower().replace("²", "2") for terms in GLOSSARY.values()]
    assert len(set(TERMS)) == len(TERMS) > 45
    assert first == sorted(first)


@pytest.mark.parametrize(("meaning", "terms"), GLOSSARY.items(), ids=lambda e: e[0])
def test_a_term_is_introduced_where_the_glossary_says(meaning, terms, books):
    """The first of its names that a notebook links is in the notebook of its number."""
    number = NUMBER.search(meaning)
    assert number or meaning.startswith("See {term}`"), "say in brackets which notebook links it"
    links = [place for term in terms if (place := first_link(term, books))]
    if number:
        assert links, f"no notebook links {terms}"
        assert min(links)[0] == number[1]


@pytest.mark.parametrize("term", TERMS)
def test_no_term_is_used_before_it_is_introduced(term, books):
    early = used_early(term, books)
    assert term in EVERYDAY or not early


@pytest.mark.parametrize("term", sorted(EVERYDAY))
def test_everyday_words_are_terms_that_need_the_exception(term, books):
    assert term in TERMS and used_early(term, books)


def test_every_link_names_a_term(books):
    found = [m[1] for texts in books.values() for text in texts for m in LINK.finditer(text)]
    known = re.compile("|".join(word(term) for term in TERMS), flags=re.I)
    assert [text for text in found if not known.fullmatch(text)] == []
