"""Codes that are missing in the whole file and an answer of some column: what to paste."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyreadstat
import pytest
import yaml

from loyaltystudy.errors import SurveyError
from loyaltystudy.survey import draft_codebook, make_codebook

TOP = {"study": "mine", "title": "Mine", "population": "customers"}


def rest_of(everywhere, variables=None, **items):
    raw = {**TOP, "missing": everywhere, "answers": {"agree": {"range": [1, 5]}}}
    scales = {"s": {"items": [*items]}} if items else {}
    return {**raw, "items": items, "scales": scales, "variables": variables or {}}


NPS = {"kind": "ordinal", "answers": {"range": [0, 10]}}


@pytest.mark.parametrize(
    ("raw", "pasted", "first"),
    [
        (
            rest_of([9], {"nps": NPS}, t1={"answers": "agree"}, t2={"answers": "agree"}),
            ["    answers:", "      agree: {range: [1, 5], missing: [9]}"],
            "answers of ['nps']. Delete this line, and paste in place of these entries:",
        ),
        (
            rest_of([9, 88, 99], {"nps": NPS}, t1={"answers": {"range": [1, 5]}, "missing": [7]}),
            ["    items:", "      t1: {answers: {range: [1, 5]}, missing: [7, 9]}"],
            "Keep `missing: [88, 99]` here, and paste",
        ),
        (
            rest_of(
                [9, 3.5],
                {
                    "nps": NPS,
                    "w": {"kind": "numeric", "answers": {"range": [0, 5], "whole": False}},
                },
            ),
            [
                "    variables:",
                "      nps: {kind: ordinal, answers: {range: [0, 10]}, missing: [3.5]}",
                "      w: {kind: numeric, answers: {range: [0, 5], whole: false}, missing: [9]}",
            ],
            "answers of ['nps'] (9), ['w'] (3.5). Delete this line",
        ),
        (rest_of([9], {"nps": NPS}), [], "answers of ['nps']. Delete this line."),
    ],
)
def test_missing_codes_of_the_file_come_with_the_lines_to_paste(raw, pasted, first, tmp_path):
    """What is pasted reads, and no answer is lost."""
    text = message_of(raw)
    assert first in text
    assert text.splitlines()[2:] == pasted
    for line in pasted:
        for name, entry in (yaml.safe_load(line.strip()) or {}).items() if "{" in line else ():
            part = next(p for p in ("answers", "items", "variables") if name in raw[p])
            raw[part][name] = entry
    raw["missing"] = [c for c in raw["missing"] if c in (88, 99)]
    assert make_codebook(raw).columns["t1" if raw["items"] else "nps"].missing is not None


def message_of(raw) -> str:
    with pytest.raises(SurveyError) as caught:
        make_codebook(raw)
    return str(caught.value)


def test_lines_to_paste_are_counted_where_there_are_many():
    text = message_of(
        rest_of([9], {"nps": NPS}, **{f"t{i}": {"answers": {"range": [1, 5]}} for i in range(30)})
    )
    assert len(text.splitlines()) == 12
    assert text.endswith("(and 22 more in the same way)")


@pytest.mark.parametrize("code", [9, 8, 10])
def test_a_draft_never_has_missing_codes_for_the_whole_file(code, tmp_path):
    """A code that one column's labels call missing is an answer of another."""
    path, rng = tmp_path / "a.sav", np.random.default_rng(code)
    frame = pd.DataFrame({"t1": rng.integers(1, 6, 60), "nps": rng.integers(0, 11, 60)})
    frame.loc[:7, "t1"] = code
    labels = {"t1": {1: "No", 5: "Yes", code: "Don't know"}}
    pyreadstat.write_sav(frame, str(path), variable_value_labels=labels)
    drafted = make_codebook(yaml.safe_load(draft_codebook(path)))
    assert drafted.missing == ()
    entry = drafted.columns["t1"]
    assert code in entry.missing or entry.recode[f"{code}"] is None
    assert code not in drafted.columns["nps"].missing
