"""The page: what a claim's block says, and what is withheld."""

import re

import numpy as np
import pandas as pd
import pytest

from loyaltystudy.claims._register import register
from loyaltystudy.report._claim_section import claim_block
from loyaltystudy.report._disclosure import withhold
from loyaltystudy.report._hypotheses import hypothesis
from loyaltystudy.report._page import claim_sections, verdict_counts


def row(**changes) -> pd.DataFrame:
    base = {
        "claim": "would-miss",
        "study": "s",
        "kind": "real",
        "population": "customers",
        "measured": "full",
        "design": "associational",
        "n": 100,
        "estimate": 0.3,
        "low": 0.2,
        "high": 0.4,
        "p_holm": 0.01,
        "verdict": "supported",
        "why": "because",
        "rule_hash": "0",
    }
    return pd.DataFrame([base | changes])


def test_figures_of_fewer_than_ten_people_are_withheld():
    lines = withhold(pd.concat([row(n=9), row(n=10)], ignore_index=True))
    assert lines["estimate"].isna().tolist() == [True, False]
    assert lines["verdict"].tolist() == ["not measured", "supported"]
    page = claim_sections(lines.head(1), "en")
    assert "withheld (under 10)" in page and "0.300" not in page and "because" not in page


def test_customers_and_members_count_others_stand_apart():
    rows = [
        row(),
        row(study="m", population="members", verdict="contradicted"),
        row(study="e", population="employees", verdict="contradicted"),
        row(study="w", population="simulated", kind="simulated"),
    ]
    table = pd.concat(rows, ignore_index=True)
    counts = verdict_counts(table, "en")
    headline, employees, simulated = re.split("<h3>", counts)[1:]
    assert "Customers and members" in headline and headline.count("<b>1</b>") == 2
    assert "Employees" in employees and "Shown apart" in employees
    assert "Simulated" in simulated and "not how people are" in simulated
    page = claim_sections(table, "en")
    assert "<span class='label'>simulated</span>" in page and "employees:" in page


@pytest.mark.parametrize(
    ("measured", "sentence"),
    [
        (["none"], "The questions that this needs were not asked."),
        (["full"], "The questions were asked, but these answers cannot settle this"),
        (["full", "none", "part"], "Not all of the questions that this needs were asked."),
    ],
)
def test_a_claim_left_unmeasured_says_how_much_was_asked(measured, sentence):
    rows = pd.DataFrame(
        {
            "study": [f"s{i}" for i in range(len(measured))],
            "measured": measured,
            "kind": "real",
            "verdict": "not measured",
            "population": "customers",
            "why": "",
            "n": 50,
            "estimate": np.nan,
            "low": np.nan,
            "high": np.nan,
        }
    )
    block = claim_block(register()["would-miss"], rows, "en")
    assert sentence in block.split("</summary>")[0]


@pytest.mark.parametrize("language", ["en", "sv", "nb"])
def test_every_claim_speaks_every_language(language):
    for c in register().values():
        words = hypothesis(c, language)
        assert words and (words == c.hypothesis) == (language == "en")
