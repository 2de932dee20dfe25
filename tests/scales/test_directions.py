"""What is said of items that run against their scale."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest

import loyaltystudy as ls
from loyaltystudy import SurveyWarning
from loyaltystudy.survey._codebook import make_codebook


def said(asked: dict[str, float], declared: str, *, rows=400, seed=2) -> list[str]:
    """Warnings of a scale of items with some loadings, in the file's own direction, 1..7."""
    rng = np.random.default_rng(seed)
    trait = rng.normal(size=rows)
    table = pd.DataFrame(
        {
            name: np.clip(np.round(4 + loading * trait + rng.normal(size=rows)), 1, 7)
            for name, loading in asked.items()
        }
    )
    book = {"study": "s", "title": "S", "population": "customers"}
    book["items"] = {n: {"answers": {"range": [1, 7]}, "reversed": n in declared} for n in asked}
    book["scales"] = {"trust": {"items": [*asked]}}
    study = ls.read_study(table, make_codebook(book))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        ls.reliability(study)
    return [str(w.message) for w in caught if issubclass(w.category, SurveyWarning)]


@pytest.mark.parametrize(
    ("asked", "declared"),
    [
        ({"a": 1, "b": 1, "c": 1, "d": 1}, "c"),
        ({"a": 1, "b": 0.7, "c": 1, "d": 1, "e": 0.8}, "be"),  # two of five
        ({"a": 1, "b": 0.8, "c": 1, "d": 0.8}, "ab"),  # half: all four run against the rest
        ({"a": 1, "b": -1, "c": 1, "d": 1, "e": 1}, "be"),  # b is rightly declared, e is turned
        ({"a": 1, "b": 1}, "b"),
    ],
)
def test_an_item_that_the_file_has_turned_already_is_named_as_that(asked, declared):
    twice = [n for n in declared if asked[n] > 0]
    (message,) = said(asked, declared)
    named = ", ".join(f"{n} (scale trust)" for n in twice)
    assert message.startswith(f"Turned twice: {named}. Declared `reversed: true`")
    assert "turned in the file already" in message


def test_an_item_that_should_be_declared_is_asked_about_as_before():
    (message,) = said({"a": 1, "b": -1, "c": 1, "d": 1}, "")
    assert message.startswith("Negative item-rest correlation: b (scale trust). Check whether")
    assert said({"a": 1, "b": -1, "c": 1, "d": 1}, "b") == []


def test_a_bad_item_is_not_said_to_be_turned():
    (message,) = said({"a": 1, "b": 0.1, "c": 1, "d": 1}, "b", rows=2000)
    assert message.startswith("Negative item-rest correlation: b (scale trust). Declared")
    assert "neither turned nor as the file has it" in message


def test_few_people_do_not_settle_it():
    asked = {"a": 1, "b": 0, "c": 1, "d": 1}  # b has nothing to do with the others
    found = [m for seed in range(40) for m in said(asked, "b", rows=12, seed=seed)]
    assert len(found) > 10  # half of the time it runs against them by chance
    assert sum("Turned twice" in message for message in found) <= 2


def test_item_analysis_says_the_same():
    book = {"study": "s", "title": "S", "population": "customers"}
    book["items"] = {n: {"answers": {"range": [1, 7]}, "reversed": n == "c"} for n in "abc"}
    book["scales"] = {"trust": {"items": ["a", "b", "c"]}}
    x = np.tile(np.arange(1, 8), 5)
    table = pd.DataFrame({"a": x, "b": (2 * x + np.roll(x, 1)) // 3, "c": x})
    study = ls.read_study(table, make_codebook(book))
    with pytest.warns(SurveyWarning, match=r"Turned twice: c \(scale trust\)"):
        ls.item_analysis(study, "trust")
