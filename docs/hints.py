"""The wrong answers that the tests of the exercises give, each with the hint that it gets."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from mdparts import table

from loyaltystudy.report import (
    check_audit,
    check_blocks,
    check_claim,
    check_reversed,
    check_score,
)

TESTS = Path(__file__).resolve().parents[1] / "tests/report/test_exercises.py"


def hints_page() -> str:
    """A table for each exercise."""
    tests = tests_of_exercises()
    tasks = {
        "1 Score a scale": (lambda given: check_score(given), first(tests.SCORES)),
        "2 Find the reversed item": (lambda given: check_reversed(given), first(tests.REVERSED)),
        "3 Which block explains more": (lambda given: check_blocks(*given), first(tests.BLOCKS)),
        "4 Why the audit changes it": (
            lambda given: check_audit(*given),
            {name: row[:2] for name, row in tests.gaps_and_hints().items()},
        ),
        "5 A claim of your own": (
            lambda change: check_claim(**(tests.GOOD | change)),
            first(tests.CLAIMS),
        ),
    }
    return "\n".join(
        f"### {task}\n\n{table(rows(check, answers))}" for task, (check, answers) in tasks.items()
    )


def first(answers: dict[str, tuple]) -> dict:
    return {name: given for name, (given, _) in answers.items()}


def rows(check, answers: dict) -> list[dict]:
    """One row a wrong answer; an answer that passes is no wrong answer."""
    said = {name: check(given) for name, given in answers.items()}
    if passed := [name for name, feedback in said.items() if feedback.passed]:
        raise ValueError(f"{TESTS.name}: these pass: {passed}")
    return [{"answer": name, "hint": f.words} for name, f in said.items()]


def tests_of_exercises():
    spec = importlib.util.spec_from_file_location("tests_of_exercises", TESTS)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
