"""Published analyses computed again, and columns that were made from others."""

from __future__ import annotations

import pandas as pd
import pytest

from loyaltystudy.errors import SurveyError
from loyaltystudy.scales._published import (
    corporate_reputation_file,
    exact_recodes,
    published_ecsi,
    published_reputation,
)
from loyaltystudy.survey import read_yaml


@pytest.mark.parametrize(("table", "rows"), [(published_reputation, 19), (published_ecsi, 10)])
def test_published_models_come_out_to_the_printed_digits(table, rows):
    found = table()
    assert len(found) == rows
    assert found.agrees.all(), found[~found.agrees]
    difference = (found.printed - found.recomputed).abs()
    assert (difference <= 0.5 * 10.0**-found.digits + 1e-9).all()
    assert (difference > 0).all()  # recomputed, not copied


def test_a_wrong_figure_would_be_seen(monkeypatch):
    from loyaltystudy.scales import _published as published

    other = {"printed": {"r_squared": {"CUSL": "0.563"}}}
    monkeypatch.setattr(published, "read_yaml", lambda path: read_yaml(path) | other)
    assert not published.published_reputation().agrees[0]


def test_fabricated_columns_are_found():
    answers = corporate_reputation_file()
    switch = [f"switch_{i}" for i in range(1, 5)]
    found = exact_recodes(answers, switch, [c for c in answers if c not in switch])
    assert list(found.column) == switch
    assert list(found.source) == ["qual_6", "qual_7", "qual_5", "qual_6"]
    assert (found.n == 344).all()
    assert found.rule[0] == "1-2 -> 1, 3 -> 2, 4 -> 3, 5 -> 4, 6-7 -> 5"
    asked = [c for c in answers if c not in switch]
    assert exact_recodes(answers, asked, asked).empty


def test_one_exception_makes_no_recode():
    data = pd.DataFrame({"q": [1, 2, 3, 4] * 10, "made": [1, 1, 2, 2] * 10})
    assert len(exact_recodes(data, ["made"], ["q"])) == 1
    data.loc[0, "made"] = 2
    assert exact_recodes(data, ["made"], ["q"]).empty
    with pytest.raises(SurveyError, match=r"No columns \['z'\]"):
        exact_recodes(data, ["z"])
