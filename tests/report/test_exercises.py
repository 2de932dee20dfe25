"""Exercises: solutions pass, wrong answers hear what is wrong."""

import nbformat
import numpy as np
import pytest

from loyaltystudy.claims._rules import Evidence, effect
from loyaltystudy.claims._statistics.slopes import coefficient
from loyaltystudy.report import _exercises as exercises
from loyaltystudy.scales._score import score
from loyaltystudy.survey._shipped import shelf

FOLDER = shelf().parent / "notebooks" / "exercises"
TASKS = sorted(path.stem for path in FOLDER.glob("*.ipynb"))
ITEMS = ["qual_5", "qual_6", "qual_7"]


def outputs(path) -> list[str]:
    book = nbformat.read(path, as_version=4)
    cells = [cell for cell in book.cells if cell.cell_type == "code"]
    return [o["data"].get("text/plain", "") for c in cells for o in c.outputs if "data" in o]


def test_there_are_five():
    assert len(TASKS) == 5
    assert sorted(path.stem for path in (FOLDER / "solutions").glob("*.ipynb")) == TASKS


@pytest.mark.parametrize("task", TASKS)
def test_a_task_stands_open_and_its_solution_passes(task):
    assert outputs(FOLDER / f"{task}.ipynb")[-1].startswith("Not yet. ")
    assert outputs(FOLDER / "solutions" / f"{task}.ipynb")[-1].startswith("Right. ")
    for path in (FOLDER / f"{task}.ipynb", FOLDER / "solutions" / f"{task}.ipynb"):
        book = nbformat.read(path, as_version=4)
        nbformat.validate(book)
        code = [cell for cell in book.cells if cell.cell_type == "code"]
        assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
        assert not [o for c in code for o in c.outputs if o.get("name") == "stderr"]
        assert "cannot show" in book.cells[-1].source


@pytest.mark.parametrize("task", TASKS)
def test_a_solution_passes_when_it_is_run(task):
    book, names = nbformat.read(FOLDER / "solutions" / f"{task}.ipynb", as_version=4), {}
    code = [cell.source for cell in book.cells if cell.cell_type == "code"]
    for source in code[:-1]:
        exec(source, names)
    feedback = eval(code[-1], names)
    assert feedback.passed, feedback


def test_scores_hear_what_is_wrong():
    study = exercises.gappy_study()
    answers = study.answers[ITEMS]
    wrong = {
        "in place of the three dots": ...,
        "table with several columns": answers,
        "one number for each item": answers.mean(),
        "a single number": 3.0,
        "not left out": answers.mean(axis=1).iloc[1:],
        "answered under 3 in 4": answers.mean(axis=1),
        "These are sums": answers.sum(axis=1, skipna=False),
        "These are medians": answers.median(axis=1),
        "344 of 344 scores differ": np.full(344, -1.0),
    }
    for words, given in wrong.items():
        feedback = exercises.check_score(given)
        assert not feedback.passed and words in feedback.words
    assert exercises.check_score(score(study)["trust"]).passed


def test_the_reversed_item_hears_what_is_wrong():
    assert "no item of the scale" in exercises.check_reversed("CUSL1").words
    assert "name that one" in exercises.check_reversed(["IMAG5"]).words
    assert "r_drop below zero" in exercises.check_reversed("IMAG1").words
    assert exercises.check_reversed("IMAG5").passed


def test_blocks_hear_what_is_wrong():
    assert "another block for more" in exercises.check_blocks("trust", True).words
    assert "is no block" in exercises.check_blocks("love", True).words
    assert "does it hold zero?" in exercises.check_blocks("emotional_bonds", False).words
    assert "True or False" in exercises.check_blocks("emotional_bonds", "yes").words
    assert "[0.0" in exercises.check_blocks("emotional_bonds", True).words


def test_the_audit_hears_what_is_wrong():
    gaps = exercises.audit_gaps()
    best, other = gaps.idxmin(), gaps.idxmax()
    assert "another check it is smaller" in exercises.check_audit(other, gaps[other]).words
    assert "the sign is turned" in exercises.check_audit(best, -gaps[best]).words
    assert "is not the gap" in exercises.check_audit(best, 0.9).words
    assert "is no check" in exercises.check_audit("luck", 0.1).words
    assert exercises.check_audit(best, round(gaps[best], 3)).passed


def test_a_claim_hears_what_is_wrong():
    study, rule = exercises.headline_study(), effect(0.10)
    found = coefficient(study, "trust", on="loyalty", given=("satisfaction",))
    good = ("Trust goes with loyalty.", ["trust", "loyalty"], rule, found, "supported")
    assert exercises.check_claim(*good).passed
    wrong = {
        "as a sentence": (0, ""),
        "name constructs": (1, ["love"]),
        "does not measure ['community']": (1, ["community"]),
        "comes before the data": (2, ...),
        "The evidence is what": (3, 0.3),
        "no figure": (3, Evidence("x", missing=("trust",))),
        "the verdict is the rule's": (4, "contradicted"),
    }
    for words, (place, value) in wrong.items():
        given = [*good]
        given[place] = value
        feedback = exercises.check_claim(*given)
        assert not feedback.passed and words in feedback.words
