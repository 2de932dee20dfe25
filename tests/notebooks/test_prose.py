"""Prose of the notebooks: no figure is typed; claims have sentences, cited studies sections."""

import ast
import re
from pathlib import Path

import nbformat
import pytest

import loyaltystudy as ls
from loyaltystudy.claims import cited_studies, settled_matrix, what_to_ask
from loyaltystudy.survey import data_folder, load_codebook

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


ALL = sorted((ROOT / "notebooks").rglob("*.ipynb"))


@pytest.mark.parametrize("path", ALL, ids=lambda p: f"{p.parent.name}-{p.stem}")
def test_cells_are_short(path):
    """At most eight lines of a hundred letters, and nothing that is computed anywhere else."""
    for cell in cells(path, "code"):
        lines = cell.source.split("\n")
        assert len(lines) <= 8 and max(map(len, lines)) <= 100, cell.source
        nodes = [*ast.walk(ast.parse(cell.source))]
        assert not [n for n in nodes if isinstance(n, ast.FunctionDef | ast.ClassDef)]
        assert not re.search(r"\bnumpy\b|\bscipy\b|\bnp\.", cell.source)


INTERVAL = r"(-?\d+\.\d+) \[(-?\d+\.\d+), (-?\d+\.\d+)\]"


@pytest.mark.parametrize("path", BOOKS, ids=lambda p: p.stem)
def test_no_point_stands_outside_its_interval(path):
    """In sentences; the parts of a verdict (indented) show the figures as they were computed."""
    said = [
        o["data"].get("text/markdown", "")
        for c in cells(path, "code")
        for o in c.outputs
        if "data" in o
    ]
    lines = [line for text in said for line in text.split("\n") if not line.startswith("    ")]
    found = [map(float, m.groups()) for line in lines for m in re.finditer(INTERVAL, line)]
    assert [(p, low, high) for p, low, high in found if not low <= p <= high] == []


def test_the_headline_table_is_printed_in_one_notebook():
    """Its figures stand in 00; where others compare the same blocks, they ask more of them."""
    whole = r"alone \[|dominance.*95%|unique.*95%"
    printed = [p.stem[:2] for p in BOOKS if re.search(whole, shown(p))]
    sentence = [
        p.stem[:2]
        for p in BOOKS
        if "demographics explain no more" in shown(p)
        and "sociological background adds no more" in shown(p)
    ]
    assert printed == [] and sentence == ["00"]


UNDOCUMENTED = ("mobile-reputation", r"documented\s+nowhere")


@pytest.mark.parametrize("path", BOOKS, ids=lambda p: p.stem)
def test_the_limits_of_the_mobile_study_stand_wherever_it_is_shown(path):
    """Codes of age, household and education mean nothing that is known."""
    study, limit = UNDOCUMENTED
    code = "\n".join(c.source for c in cells(path, "code"))
    if study in code and path.stem[:2] != "01":  # 01 uses none of these columns
        said = "\n".join(c.source for c in cells(path, "markdown"))
        assert re.search(limit, said)


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


ASKED = what_to_ask(list(ls.list_claims()["claim"])).set_index("claim")
OF_TEXT = {
    "five-tips": ("05", "11"),
    "bonds": ("06", "07"),
    "fandom": ("08",),
    "courtship": ("09",),
    "dream-date": ("10",),
}
MEASURED = set(settled_matrix().query("settled in ['full', 'proxy']")["claim"]) | {"polygamous"}
UNMEASURED = sorted(set(ls.list_claims()["claim"]) - MEASURED)


@pytest.mark.parametrize("claim", UNMEASURED)
def test_what_would_have_to_be_asked_stands_in_the_notebook_of_the_text(claim):
    """The claim, the instrument's own question, and how many people it takes."""
    row, numbers = (
        ASKED.loc[claim],
        OF_TEXT[ls.list_claims().set_index("claim").at[claim, "source"]],
    )
    text = "\n".join(shown(path) for path in BOOKS if path.stem[:2] in numbers)
    assert f"**{claim}**" in text
    assert row["question"] in text and row["people"] in text
    if "No question settles it" in row["question"]:
        assert row["people"] == ""
    else:
        assert re.search(r"\d,?\d* people|not been simulated", row["people"])


def test_questions_are_those_of_the_instrument():
    """Whatever stands in quotation marks is a question of the questionnaire, letter by letter."""
    book = load_codebook(data_folder() / "instrument")
    known = {e.wording.get("en") for e in (*book.items.values(), *book.variables.values())}
    quoted = [q for row in ASKED["question"] for q in re.findall("“([^”]*)”", row)]
    assert len(quoted) > 60 and set(quoted) <= known


def test_every_cited_study_has_its_section():
    said = shown(ROOT / "notebooks/04-replicating-cited-studies.ipynb")
    for author in cited_studies()["author"]:
        assert f"**{author}**" in said
    code = "\n".join(
        c.source for c in cells(ROOT / "notebooks/04-replicating-cited-studies.ipynb", "code")
    )
    assert [s for s in cited_studies()["study"] if f'"{s}"' not in code] == []
