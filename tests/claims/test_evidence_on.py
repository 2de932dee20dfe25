"""Real verdicts on some claims, from answers that ship and from what is stored."""

import pandas as pd

from loyaltystudy.claims import _shipped_evidence as module, evidence_on, settled_matrix


def test_every_settled_study_that_is_at_hand_is_there():
    found = evidence_on(["customers-among-themselves"])
    matrix = settled_matrix().query("claim == 'customers-among-themselves'")
    assert set(found["study"]) <= set(matrix.query("settled != 'struck'")["study"])
    assert {"open-source-2017", "travel-agencies"} <= set(found["study"])  # computed, stored


def test_struck_cells_and_simulated_studies_stay_out():
    found = evidence_on(["identification", "moral-bonds-hard"])
    assert found["study"].tolist() == ["mobile-reputation"]
    assert set(found["kind"]) == {"real"}


def test_a_given_rehearsal_is_no_evidence(monkeypatch):
    stored = module.stored_evidence()
    drawn = {"study": "trial", "kind": "simulated", "claim": "moral-bonds-hard", "measured": "full"}
    given = pd.concat([stored, stored.head(1).assign(**drawn)], ignore_index=True)
    monkeypatch.setattr(module, "stored_evidence", lambda: given)
    assert evidence_on(["moral-bonds-hard"])["study"].tolist() == ["mobile-reputation"]


def test_customers_and_members_come_first_and_nothing_comes_twice():
    found = evidence_on(["demographics-weak", "polygamous"])
    assert not found.duplicated(["claim", "study"]).any()
    weak = found.query("claim == 'demographics-weak'")["population"].isin(["customers", "members"])
    assert weak.is_monotonic_decreasing and 0 < weak.sum() < len(weak)
    assert (found["claim"] == "polygamous").sum() >= 7
