"""The notebook that users get."""

import re

import nbformat
import pytest

from loyaltystudy.report._notebook import analysis_notebook
from loyaltystudy.report._templates import template_text


def code(book) -> list[str]:
    return [cell.source for cell in book.cells if cell.cell_type == "code"]


def test_the_notebook_says_the_same_in_every_language():
    books = {code: analysis_notebook(code, answers="a.csv") for code in ("en", "sv", "nb")}
    cells = {language: code(book) for language, book in books.items()}
    assert cells["en"][1:] == cells["sv"][1:] == cells["nb"][1:]
    assert cells["sv"][0].splitlines()[0] == "answers = 'a.csv'" and "'sv'" in cells["sv"][0]
    for book in books.values():
        nbformat.validate(book)
        assert [c.cell_type for c in book.cells].count("markdown") == 12
        assert all(len(source.splitlines()) <= 2 for source in code(book)[1:])
        assert not re.search(r"^\s*(def|class) ", "\n".join(code(book)), re.M)
    assert books["nb"].cells[0].source != books["sv"].cells[0].source


@pytest.mark.parametrize("name", ["README", "checklist"])
def test_the_templates_have_the_same_parts_in_every_language(name):
    texts = [template_text(f"{name}.{language}.md") for language in ("en", "sv", "nb")]
    shapes = [(t.count("\n#"), t.count("- [ ]"), t.count("\n|"), t.count("`")) for t in texts]
    assert shapes[0] == shapes[1] == shapes[2]
