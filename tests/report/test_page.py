"""The page: what a claim's block says, and what is withheld."""

import re

import pandas as pd

from loyaltystudy.report._disclosure import withhold
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
