"""The model as text that R has run."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from loyaltystudy.errors import SurveyError
from loyaltystudy.scales._invariance import invariance
from loyaltystudy.scales._lavaan_syntax import lavaan_syntax

REFERENCE = Path(__file__).parents[1] / "reference"
HOLZINGER = {
    "visual": ["x1", "x2", "x3"],
    "textual": ["x4", "x5", "x6"],
    "speed": ["x7", "x8", "x9"],
}


def from_r(topic: str, model: str) -> pd.DataFrame:
    table = pd.read_csv(REFERENCE / "validity.csv", keep_default_na=False)
    return table[(table.topic == topic) & (table.model == model)].astype({"value": float})


def test_syntax_is_what_r_has_run_and_r_agrees():
    text = lavaan_syntax(HOLZINGER, by="school", level="scalar")
    assert text == (REFERENCE / "validity_syntax.txt").read_text().rstrip("\n")
    answers = pd.read_csv(REFERENCE / "validity_holzinger.csv")
    ours = invariance(answers, HOLZINGER, "school").table.set_index("level").loc["scalar"]
    theirs = from_r("syntax", "holzinger scalar").set_index("measure").value
    assert ours.chi_square == pytest.approx(theirs["chisq"], abs=1e-4)
    assert ours.df == theirs["df"]


def test_syntax_options():
    assert "ordered = TRUE" in lavaan_syntax(HOLZINGER, ordinal=True)
    configural = lavaan_syntax(HOLZINGER, by="school", level="configural")
    assert "group.equal" not in configural
    assert 'group = "school"' in configural
    assert 'group.equal = c("loadings"))' in lavaan_syntax(HOLZINGER, by="school", level="metric")


def test_names_that_r_cannot_read():
    with pytest.raises(SurveyError) as caught:
        lavaan_syntax({"tillit": ["fråga 1", "q2"]}, by="språk", level="strict")
    assert len(caught.value.problems) == 3
    assert "'fråga 1' is no name that R reads" in str(caught.value)
    assert "level='strict'" in str(caught.value)
