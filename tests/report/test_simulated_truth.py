"""What is true in a simulated study stands beside its verdicts."""

import pandas as pd

import loyaltystudy as ls
from loyaltystudy.report._simulated_truth import truths, with_truth

CLAIMS = pd.DataFrame({"claim": ["identification", "would-miss", "customer-focus-60"]})


def test_each_claim_by_its_world():
    worlds = ls.list_worlds().dropna(subset="true")
    assert len(truths()) == len(worlds)
    assert truths()["identification", "all-true"] == "true"
    assert truths()["identification", "all-false"] == "false"


def test_beside_the_verdicts_of_a_world():
    found = with_truth(CLAIMS, "all-true")
    assert found["truth"].tolist() == ["true", "true", "unset"]
    assert found["claim"].equals(CLAIMS["claim"])


def test_a_world_that_nobody_knows_has_no_truth():
    found = with_truth(CLAIMS, "")
    assert found["truth"].tolist() == ["", "", ""] and (found["truth_note"] == "").all()
