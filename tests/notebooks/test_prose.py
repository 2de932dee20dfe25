"""Prose of the notebooks: no figure is typed; claims have sentences, cited studies sections."""

import re
from pathlib import Path

import nbformat
import pytest

import loyaltystudy as ls
from loyaltystudy.claims import cited_studies

ROOT = Path(__file__).parents[2]
BOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
TEXTS = [path for path in BOOKS if "04" <= path.stem[:2] <= "11"]
QUOTED = r"»[^»«]*«|«[^«»]*»|“[^”]*”|\"[^\"]*\"|^>.*$|`[^`]*`|\]\([^)]*\)|\b\d+-\d+\b"
FIGURE = r"(?<![\w.,])[-−]?\d*[.,]\d+|\d+ ?%|\d+ per ?cent"
THOUSANDS = r"\d{1,3}(,\d{3})+"
NAMED = ("2.5 times", "71 per cent")  # what a text or a study says, as the heading of its section


def typed_figures(text: str) -> list[str]:
    """Decimal numbers and per cents that somebody typed into prose, quotations set aside."""
    text = re.sub(QUOTED, " ", text, flags=re.M)
    for name in NAMED:
        text = text.replace(name, " ")
    return [f[0] for f in re.finditer(FIGURE, text) if not re.fullmatch(THOUSANDS, f[0].lstrip())]


def cells(path: Path, kind: str):
    return [c for c in nbformat.read(path, as_version=4).cells if c.cell_type == kind]


def shown(path: Path) -> str:
    """All that a reader sees of a notebook: prose and outputs."""
    said = [cell.source for cell in cells(path, "markdown")]
    for cell in cells(path, "code"):
        for output in cell.outputs:
            said += [str(text) for text in output.get("data", {}).values()]
            said += [output.get("text", "")]
    return "\n".join(said)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("It explains .24 of loyalty.", [".24"]),
        ("It explains 0.24 [0.1, 0.3].", ["0.24", "0.1", "0.3"]),
        ("Some 24 % agree, and 3 per cent do not.", ["24 %", "3 per cent"]),
        ("The gap is 1,5 in Swedish.", ["1,5"]),
        ("In 2017 some 25,426 people were asked, 344 of them twice.", []),
        ("> 2,5 gånger mer\nis »2,5 gånger« and `engaged-spend-2.5-times`", []),
        ("A [study](https://doi.org/10.1007/978) and notebook 04.", []),
    ],
)
def test_what_counts_as_a_typed_figure(text, found):
    assert typed_figures(text) == found


@pytest.mark.parametrize("path", BOOKS, ids=lambda p: p.stem)
def test_no_figure_is_typed_into_prose(path):
    found = {cell.source[:40]: typed_figures(cell.source) for cell in cells(path, "markdown")}
    assert not {start: figures for start, figures in found.items() if figures}


@pytest.mark.parametrize("path", BOOKS, ids=lambda p: p.stem)
def test_notebooks_start_with_data_and_end_with_exercises(path):
    book = nbformat.read(path, as_version=4)
    first = next(
        i for i, cell in enumerate(book.cells) if "plot_" in cell.source and "ax =" in cell.source
    )
    assert (
        "plot_distribution" in book.cells[first].source or "plot_groups" in book.cells[first].source
    )
    last = book.cells[-1].source
    assert "## Two exercises" in last and last.count("<details>") == 2
    assert "## What this notebook cannot show" in last


@pytest.mark.parametrize("path", BOOKS, ids=lambda p: p.stem)
def test_every_picture_answers_a_question_above_it(path):
    book = nbformat.read(path, as_version=4)
    for i, cell in enumerate(book.cells):
        if cell.cell_type == "code" and "ax = " in cell.source.split("\n")[-1]:
            above = [c.source for c in book.cells[max(0, i - 3) : i] if c.cell_type == "markdown"]
            assert any("?" in text or "alone" in text.lower() for text in above), cell.source


@pytest.mark.parametrize("path", BOOKS, ids=lambda p: p.stem)
def test_notebooks_import_from_faces(path):
    code = "\n".join(cell.source for cell in cells(path, "code"))
    assert not re.findall(r"loyaltystudy(?:\.\w+)*\._\w+", code)


@pytest.mark.parametrize("path", BOOKS, ids=lambda p: p.stem)
def test_tables_hold_no_wide_sentences(path):
    for cell in cells(path, "code"):
        for output in cell.outputs:
            html = output.get("data", {}).get("text/html", "")
            texts = re.findall(r"<td[^>]*>(.*?)</td>", html, flags=re.S)
            longest = max((len(re.sub("<.*?>", "", text)) for text in texts), default=0)
            assert longest <= 60, cell.source


def test_every_claim_has_its_sentence():
    text = "\n".join(shown(path) for path in TEXTS)
    assert [claim for claim in ls.list_claims()["claim"] if claim not in text] == []


def test_every_cited_study_has_its_section():
    said = shown(ROOT / "notebooks/04-replicating-cited-studies.ipynb")
    for author in cited_studies()["author"]:
        assert f"**{author}**" in said
    code = "\n".join(
        c.source for c in cells(ROOT / "notebooks/04-replicating-cited-studies.ipynb", "code")
    )
    assert [s for s in cited_studies()["study"] if f'"{s}"' not in code] == []
