"""The two exercises at the end of each notebook: what they ask for is there, and has an answer."""

import ast
import builtins
import re
from pathlib import Path

import nbformat
import pytest

import loyaltystudy as ls

ROOT = Path(__file__).parents[2]
BOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def exercises(path: Path) -> str:
    """The part of the last cell between its two headings."""
    text = nbformat.read(path, as_version=4).cells[-1].source
    return text.partition("## Two exercises")[2].partition("## What this notebook")[0]


def names_in(book) -> set[str]:
    """Whatever the notebook's cells import or assign, and the columns and strings that they use."""
    found = set(dir(builtins))
    for cell in (c for c in book.cells if c.cell_type == "code"):
        for node in ast.walk(ast.parse(cell.source)):
            if isinstance(node, ast.alias):
                found.add((node.asname or node.name).split(".")[0])
            elif isinstance(node, ast.Name):
                found.add(node.id)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                found |= set(re.findall(r"\w+", node.value))
    return found


def asked(text: str) -> list[ast.Expression]:
    """Inline code that is Python, without names of items, constructs and options."""
    code = [" ".join(found.split()) for found in re.findall(r"`([^`]+)`", text)]
    kept = []
    for said in code:
        try:
            kept.append(ast.parse(said.replace("(..., ", "(").replace("(...)", "()"), mode="eval"))
        except SyntaxError:
            assert re.fullmatch(r"[\w ]+[=:].*", said), said  # a setting, as in shape="curved"
    return kept


@pytest.mark.parametrize("path", BOOKS, ids=lambda p: p.stem)
def test_an_exercise_asks_a_question_and_its_answer_is_folded(path):
    parts = re.split(r"^\d\. ", exercises(path), flags=re.M)[1:]
    assert len(parts) == 2
    for part in parts:
        task, _, answer = part.partition("<details><summary>Answer</summary>")
        assert "?" in task or task.strip().endswith((".", ":")), task
        assert answer.rstrip().endswith("</details>") and len(answer.split()) > 3


@pytest.mark.parametrize("path", BOOKS, ids=lambda p: p.stem)
def test_what_an_exercise_names_is_in_the_notebook(path):
    known = names_in(nbformat.read(path, as_version=4)) | KNOWN_COLUMNS
    for expression in asked(exercises(path)):
        for node in ast.walk(expression):
            if isinstance(node, ast.Name):
                assert node.id in known, node.id
            if isinstance(node, ast.Attribute) and getattr(node.value, "id", "") == "ls":
                assert hasattr(ls, node.attr)


# columns of results, files and folders that exercises speak of
KNOWN_COLUMNS = {
    "why",
    "c_used",
    "robust",
    "r_drop",
    "exercises",
    "solutions",
    "growing_up_economy",
    "trust_3",
}
