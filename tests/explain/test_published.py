"""Correlation tables seen in print."""

from __future__ import annotations

import pandas as pd
import pytest

import loyaltystudy as ls
from loyaltystudy.errors import SurveyError
from loyaltystudy.explain._published import list_published, load_published

TEXT = """
name: mine
title: Customers of one shop
source: A journal, table 2
n: 200
population: customers
columns:
  bond: {construct: affective_commitment, reliability: 0.9, items: 4}
  loyalty: {stands_in_for: {loyalty: one question}}
  other: {}
correlations:
  - [1, .5, .2]
  - [.5, 1, .1]
  - [.2, .1, 1]
"""


def test_tables_are_as_printed():
    table = load_published("gidakovic-zabkar-2021")
    r = pd.DataFrame(table.correlation, index=table.columns, columns=table.columns)
    assert r.loc["loyalty", "value"] == pytest.approx(0.65)
    assert r.loc["satisfaction", "trust"] == pytest.approx(0.66)
    assert int(table.n) == 476 and table.source.startswith("Gidaković")
    assert set(list_published()["name"]) == {"gidakovic-zabkar-2021", "fitness-clubs-2023"}


def test_explained_variance_by_hand():
    """R² of loyalty on value and trust: (.65² + .53² - 2 x .65 x .53 x .66) / (1 - .66²)."""
    found = ls.compare_blocks(
        load_published("gidakovic-zabkar-2021"), "loyalty", {"v": ["value"], "t": ["trust"]}
    )
    by_hand = (0.65**2 + 0.53**2 - 2 * 0.65 * 0.53 * 0.66) / (1 - 0.66**2)
    assert found.r2 == pytest.approx(by_hand)


def test_a_table_of_your_own(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(TEXT)
    table = load_published(str(path))
    assert table.reliability == {"bond": 0.9} and table.items == {"bond": 4}
    assert table.codebook.measures("loyalty").stands_in_for == {"loyalty": "one question"}
    study = table.as_study()
    assert study.n == 200 and study.measures("affective_commitment").name == "bond"
    assert study.measures("trust") is None


def test_an_impossible_matrix_is_told(tmp_path):
    path = tmp_path / "mine.yaml"
    text = TEXT.replace("[.2, .1, 1]", "[.9, -.9, 1]").replace("[1, .5, .2]", "[1, .5, .9]")
    path.write_text(text.replace("[.5, 1, .1]", "[.5, 1, -.9]"))
    with pytest.raises(SurveyError, match="no data can have these correlations together"):
        load_published(str(path))
    path.write_text(TEXT.replace("[.2, .1, 1]", "[.3, .1, 1]"))
    with pytest.raises(SurveyError, match=r"bond, other: 0.2 and 0.3"):
        load_published(str(path))


def test_unknown_keys_and_constructs_are_told(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(TEXT.replace("n: 200\n", "").replace("items: 4", "length: 4"))
    with pytest.raises(SurveyError, match="n: this key is required") as raised:
        load_published(str(path))
    assert "columns > bond > length: this key is not known." in str(raised.value)
    path.write_text(TEXT.replace("affective_commitment", "love"))
    with pytest.raises(SurveyError, match="construct 'love' is not in the vocabulary"):
        load_published(str(path))
    with pytest.raises(SurveyError, match="No published table 'x'. Known: \\['fitness"):
        load_published("x")
