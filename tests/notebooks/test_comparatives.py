"""Comparatives stand in prose only where they are true whatever the figures are.

What a figure says ("leads", "adds more", "the largest") is printed from results by `compared`,
`adds` and their like, which name the greater one only where the interval of the difference does.
Every other sentence with such a word is listed in `comparatives.csv`, with the reason why it holds.
"""

import ast
import csv
import re
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parents[2]
BOOKS = sorted((ROOT / "notebooks").rglob("*.ipynb"))
WORDS = re.compile(
    r"\b(more|less|fewer|most|mostly|least|leads?|leading|ahead|adds?|stronge[rs]t?|weake[rs]t?|"
    r"large[rs]t?|smalle[rs]t?|better|best|worse|worst|highe[rs]t?|lowe[rs]t?|greate[rs]t?|"
    r"neare[rs]t?|rises?|falls?|wins?|hardly|nearly|beats?|outweighs?)\b",
    flags=re.I,
)
NOT_SAID = r"»[^»«]*«|«[^«»]*»|^>.*$|`[^`]*`|\]\([^)]*\)|^#.*$|^\|.*$|</?(?:details|summary)>"
REASONS = {
    "definition": "says what a word, a column or a mark means",
    "rule": "says what a claim or its rule asks for",
    "text": "reports what a text or a published study says",
    "design": "says how data, questions or a simulated world were made",
    "method": "follows from how a figure is computed, whatever its value",
    "advice": "tells the reader what to do or how to write",
}


def sentences(source: str) -> list[str]:
    """Sentences of a Markdown cell, without headings, tables, quotations, code and links."""
    text = re.sub(NOT_SAID, lambda m: " " if m[0].startswith("<") else "", source, flags=re.M)
    blocks = re.split(r"\n\s*\n|\n(?=\s*(?:[-*]|\d\.) )", text)
    flat = (re.sub(r"\s+", " ", block).strip() for block in blocks)
    return [said for block in flat for said in re.split(r"(?<=[.?!:;])\s+", block) if said]


def comparing(source: str) -> list[str]:
    """Those that compare and are no question."""
    return [s for s in sentences(source) if WORDS.search(s) and not s.endswith("?")]


def words_in_code(source: str) -> list[str]:
    """Comparing words in what a code cell prints."""
    texts = (n.value for n in ast.walk(ast.parse(source)) if isinstance(n, ast.Constant))
    return [text for text in texts if isinstance(text, str) and WORDS.search(text)]


def listed() -> list[dict[str, str]]:
    path = Path(__file__).with_name("comparatives.csv")
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def stem(path: Path) -> str:
    return path.relative_to(ROOT / "notebooks").as_posix().removesuffix(".ipynb")


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("Trust leads.\n\nIs trust ahead?", ["Trust leads."]),
        ("> »mer« is more\n\n## More\n| more |\n`more` [x](more)", []),
        ("- One adds more: none\n  falls.", ["- One adds more:", "none falls."]),
        ("Moreover, the leader is address.", []),
    ],
)
def test_what_counts_as_a_comparison(source, found):
    assert comparing(source) == found


def test_words_of_printed_sentences_are_found():
    found = words_in_code("Markdown(f'Trust leads {x}.')\nleads = 'more'")
    assert sorted(found) == ["Trust leads ", "more"]


@pytest.mark.parametrize("path", BOOKS, ids=stem)
def test_no_comparison_hangs_on_today_s_figures(path):
    """Whoever writes a new one prints it from results, or lists it with the reason why it holds."""
    cells = [c for c in nbformat.read(path, as_version=4).cells if c.cell_type == "markdown"]
    found = {said for cell in cells for said in comparing(cell.source)}
    known = {row["sentence"] for row in listed() if row["notebook"] == stem(path)}
    assert found == known


def test_every_reason_is_one_of_the_known():
    assert {row["reason"] for row in listed()} <= set(REASONS)
    assert len(listed()) == len({(row["notebook"], row["sentence"]) for row in listed()})


# in code: figures that are computed where they are printed (a minimum, a maximum), and names
COMPUTED = {
    "The lowest `r_drop` is ",
    " at most when one is left out.",
    " for the most that two scales may have. Here: ",
    "The largest ratio is ",
    "), the smallest\n",
    ". Its interval reaches\nthe smallest effect where a share of ",
    "brands of tuna, five purchases or more",
    " at most.",
    "The lowest omega is ",
    "moral-breach-falls-fast",
    "calculative-walls-fall",
    "Trust goes with more loyalty, beyond satisfaction.",
}


@pytest.mark.parametrize("path", BOOKS, ids=stem)
def test_printed_comparisons_are_made_by_helpers_or_computed(path):
    cells = [c for c in nbformat.read(path, as_version=4).cells if c.cell_type == "code"]
    assert [w for cell in cells for w in words_in_code(cell.source) if w not in COMPUTED] == []
