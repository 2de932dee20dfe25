"""Exercises: solutions pass, and every wrong answer that is likely gets the hint that names it."""

import nbformat
import numpy as np
import pandas as pd
import pytest

from loyaltystudy.claims import Evidence, coefficient, effect
from loyaltystudy.report import (
    audit_gaps,
    check_audit,
    check_blocks,
    check_claim,
    check_reversed,
    check_score,
    gappy_study,
    headline_study,
)
from loyaltystudy.report._exercises.claim import named_in
from loyaltystudy.scales import score
from loyaltystudy.survey import data_folder

FOLDER = data_folder().parent / "notebooks" / "exercises"
TASKS = sorted(path.stem for path in FOLDER.glob("*.ipynb"))


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


ANSWERS = gappy_study().answers[[f"csor_{i}" for i in range(1, 6)]]
ENOUGH = ANSWERS.notna().mean(axis=1) >= 0.75
RIGHT = ANSWERS.mean(axis=1).where(ENOUGH)
SCORES = {
    "three dots": (..., "in place of the three dots"),
    "a table": (ANSWERS, "table with several columns"),
    "along the columns": (ANSWERS.mean(), "one number for each item"),
    "one number": (3.0, "a single number"),
    "people left out": (RIGHT.dropna(), "not left out"),
    "the rule forgotten": (ANSWERS.mean(axis=1), "answered under 3 in 4"),
    "a rule too mild": (ANSWERS.mean(axis=1).where(ANSWERS.notna().mean(axis=1) >= 0.5), "under 3"),
    "a rule too strict": (ANSWERS.mean(axis=1, skipna=False), "left out one item has no score"),
    "sums": (ANSWERS.sum(axis=1), "These are sums"),
    "sums by the rule": (ANSWERS.sum(axis=1).where(ENOUGH), "These are sums"),
    "divided by five": (ANSWERS.sum(axis=1) / 5, "counts as a zero"),
    "gaps as zeros": (ANSWERS.fillna(0).mean(axis=1), "counts as a zero"),
    "gaps as means": (ANSWERS.fillna(ANSWERS.mean()).mean(axis=1), "filled gaps with the mean"),
    "gaps as medians": (ANSWERS.fillna(ANSWERS.median()).mean(axis=1), "with the median"),
    "medians": (ANSWERS.median(axis=1).where(ENOUGH), "These are medians"),
    "rounded": (RIGHT.round(1), "right but rounded"),
    "whole numbers": (RIGHT.round(), "right but rounded"),
    "standardised": ((RIGHT - RIGHT.mean()) / RIGHT.std(), "standardised"),
    "an item forgotten": (
        ANSWERS.drop(columns="csor_5").mean(axis=1),
        "csor_5 is not in these scores",
    ),
    "all missing": (pd.Series(["x"] * len(ANSWERS)), "Every score is missing"),
    "something else": (np.full(len(ANSWERS), -1.0), "scores differ"),
}


@pytest.mark.parametrize("mistake", SCORES)
def test_a_wrong_score_gets_its_hint(mistake):
    given, hint = SCORES[mistake]
    feedback = check_score(given)
    assert not feedback.passed
    assert hint in feedback.words


def test_the_right_scores_pass_in_any_form():
    assert check_score(score(gappy_study())["responsibility"]).passed
    assert check_score(RIGHT).passed and check_score(list(RIGHT)).passed


REVERSED = {
    "three dots": (..., "in place of the three dots"),
    "several": (["IMAG5"], "name that one"),
    "a number": (5, "by its column"),
    "small letters": ("imag5", "write 'IMAG5'"),
    "the scale": ("image", "is the scale"),
    "another scale's item": ("CUSL1", "no item of the scale image"),
    "no item": ("IMAG9", "no item of the scale"),
    "one that goes with the others": ("IMAG1", "r_drop below zero"),
    "the weakest of the others": ("IMAG3", "r_drop below zero"),
    "one with an extreme mean": ("IMAG2", "how much people agree"),
}


@pytest.mark.parametrize("mistake", REVERSED)
def test_a_wrong_item_gets_its_hint(mistake):
    given, hint = REVERSED[mistake]
    feedback = check_reversed(given)
    assert not feedback.passed and hint in feedback.words
    assert check_reversed("IMAG5").passed


BLOCKS = {
    "three dots": ((..., ...), "in place of the dots"),
    "half an answer": (("emotional_bonds", ...), "in place of the dots"),
    "trust, strong alone": (("trust", True), "another block for more"),
    "demographics": (("demographics", True), "another block for more"),
    "no block": (("love", True), "is no block"),
    "several": ((["emotional_bonds"], True), "name that one"),
    "the construct": (("affective_commitment", True), "is no block"),
    "unclear": (("emotional_bonds", False), "does it hold zero?"),
    "text for True": (("emotional_bonds", "True"), "without quotes"),
    "a number for True": (("emotional_bonds", 0.1), "True or False"),
}


@pytest.mark.parametrize("mistake", BLOCKS)
def test_a_wrong_block_gets_its_hint(mistake):
    given, hint = BLOCKS[mistake]
    feedback = check_blocks(*given)
    assert not feedback.passed and hint in feedback.words
    assert check_blocks("emotional_bonds", True).passed


def gaps_and_hints() -> dict[str, tuple]:
    gaps = audit_gaps()
    least, most, aim = gaps.idxmin(), gaps.idxmax(), gaps.min()
    return {
        "three dots": (..., ..., "in place of the dots"),
        "the largest": (most, gaps[most], "where it is largest"),
        "no check": ("luck", 0.1, "is no check"),
        "no name": (1, aim, "is no check"),
        "turned": (least, -aim, "the sign is turned"),
        "per cent": (least, 100 * aim, "in per cent"),
        "rounded": (least, round(aim, 2) + 0.001, "rounded too far"),
        "as measured": (least, gaps.iloc[0], "as measured, before any check"),
        "text": (least, str(aim), "without quotes"),
        "another number": (least, 0.9, "is not the gap"),
    }


@pytest.mark.parametrize("mistake", gaps_and_hints())
def test_a_wrong_gap_gets_its_hint(mistake):
    check, gap, hint = gaps_and_hints()[mistake]
    feedback = check_audit(check, gap)
    assert not feedback.passed and hint in feedback.words, feedback


def test_the_right_gap_passes_at_three_decimals():
    assert check_audit(audit_gaps().idxmin(), round(audit_gaps().min(), 3)).passed


STUDY = headline_study()
BEYOND = coefficient(STUDY, "trust", on="loyalty", given=("satisfaction",))
GOOD = {
    "hypothesis": "Trust goes with more loyalty, beyond satisfaction.",
    "needs": ["trust", "loyalty", "satisfaction"],
    "rule": effect(0.10),
    "evidence": BEYOND,
    "verdict": effect(0.10).judge(BEYOND),
}
CLAIMS = {
    "no sentence": ({"hypothesis": ""}, "as a sentence"),
    "a question": ({"hypothesis": "Does trust go with loyalty?"}, "This is a question"),
    "no rule": ({"rule": ...}, "comes before the data"),
    "no needs": ({"needs": []}, "name constructs"),
    "unknown needs": ({"needs": ["love"]}, "name constructs"),
    "not asked": ({"needs": ["community"]}, "does not measure ['community']"),
    "a bare number": ({"evidence": 0.3}, "The evidence is what"),
    "no figure": ({"evidence": Evidence("x", missing=("trust",))}, "no figure"),
    "no construct named": ({"hypothesis": "Good firms keep people."}, "names no construct"),
    "too few needs": ({"needs": ["trust", "loyalty"]}, "Name all that it rests on"),
    "needs without use": (
        {"needs": ["trust", "loyalty", "satisfaction", "responsibility"]},
        "does not use",
    ),
    "judged on something else": (
        {
            "needs": ["satisfaction", "loyalty"],
            "evidence": coefficient(STUDY, "satisfaction", on="loyalty"),
            "hypothesis": "Trust goes with more loyalty.",
        },
        "cannot settle it",
    ),
    "explained the wrong way round": (
        {
            "needs": ["trust", "loyalty"],
            "evidence": coefficient(STUDY, "loyalty", on="trust"),
            "hypothesis": "Trust goes with more loyalty.",
        },
        "explains trust",
    ),
    "the other direction": (
        {"hypothesis": "Trust lowers loyalty, satisfaction held."},
        "direction=-1",
    ),
    "the rule turned": ({"rule": effect(0.10, direction=-1)}, "direction=1"),
    "nothing expected": (
        {"hypothesis": "Trust does not matter to loyalty beyond satisfaction."},
        "says that there is nothing",
    ),
    "another verdict": ({"verdict": "contradicted"}, "the verdict is the rule's"),
    "a capital letter": ({"verdict": "Supported"}, "the verdict is the rule's"),
}


@pytest.mark.parametrize("mistake", CLAIMS)
def test_a_wrong_claim_gets_its_hint(mistake):
    change, hint = CLAIMS[mistake]
    feedback = check_claim(**(GOOD | change))
    assert not feedback.passed and hint in feedback.words, feedback


def test_a_claim_whose_parts_fit_passes():
    assert check_claim(**GOOD).passed
    low = effect(0.10, direction=-1)
    less = coefficient(STUDY, "trust", on="loyalty")
    given = {
        "hypothesis": "Trust lowers loyalty.",
        "needs": ["trust", "loyalty"],
        "rule": low,
        "evidence": less,
        "verdict": low.judge(less),
    }
    assert check_claim(**given).passed  # a refuted hypothesis is a right answer too


def test_constructs_are_found_by_their_longest_names():
    assert named_in("Relationship commitment and loyalty") == ["relationship_commitment", "loyalty"]
