"""The teacher's page: every exercise with the hints to its wrong answers."""

import importlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def hints(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "docs"))
    return importlib.import_module("hints")


def test_every_exercise_has_eight_wrong_answers_with_hints(hints):
    page = hints.hints_page()
    parts = page.split("### ")[1:]
    tasks = sorted(path.stem for path in (ROOT / "notebooks/exercises").glob("*.ipynb"))
    heads = [part.splitlines()[0].lower().replace(" ", "-") for part in parts]
    assert heads == tasks
    assert all(part.count("\n| ") >= 8 + 2 for part in parts)
    assert "| sums | These are sums. A score is a mean" in page


def test_an_answer_that_passes_is_no_wrong_answer(hints):
    from loyaltystudy.report import check_reversed

    with pytest.raises(ValueError, match="these pass: \\['right'\\]"):
        hints.rows(check_reversed, {"right": "IMAG5", "wrong": "IMAG1"})


def test_the_plan_of_the_afternoon_runs_forward_and_names_every_exercise():
    page = (ROOT / "docs/teaching.md").read_text(encoding="utf-8")
    hours = [int(h) * 60 + int(m) for h, m in re.findall(r"^\| (\d):(\d\d) \|", page, flags=re.M)]
    assert hours[0] == 0 and hours == sorted(set(hours)) and hours[-1] < 240
    for path in (ROOT / "notebooks/exercises").glob("*.ipynb"):
        assert f"notebooks/exercises/{path.name})" in page
