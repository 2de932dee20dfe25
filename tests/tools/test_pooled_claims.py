"""Claims over several studies: what is pooled, and what is kept apart."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import loyaltystudy as ls
from loyaltystudy.claims._check import figures_of
from loyaltystudy.claims._register import register
from loyaltystudy.rsquared._random_effects import random_effects

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))  # tools are no part of the package
from tools.pooled_claims import (  # noqa: E402
    both_ends,
    claim_figures,
    overlapping,
    pooled_claims,
    possible,
)

PAGE = "docs"


def parts(studies, population="customers", measured="full", estimate=0.3, taken=0.0):
    rows = [
        {
            "claim": "responsibility-matters",
            "part": 1,
            "what": "responsibility on loyalty",
            "study": name,
            "population": population,
            "measured": measured,
            "verdict": "supported",
            "n": 400,
            "estimate": estimate + 0.02 * i,
            "low": estimate - 0.1 + 0.02 * i,
            "high": estimate + 0.1 + 0.02 * i,
            "rule_hash": "x",
            "least_low": estimate - 0.1 + 0.02 * i,
            "least_high": estimate + 0.1 + 0.02 * i,
            "used": estimate + 0.02 * i - taken,
            "used_low": estimate - 0.1 + 0.02 * i - taken,
            "used_high": estimate + 0.1 + 0.02 * i - taken,
        }
        for i, name in enumerate(studies)
    ]
    return pd.DataFrame(rows)


def test_three_studies_are_pooled_at_the_average_variance():
    (row,) = pooled_claims(parts("abc")).to_dict("records")
    by_hand = random_effects([0.30, 0.32, 0.34], np.full(3, (0.2 / (2 * 1.959964)) ** 2))
    assert row["k"] == 3 and row["group"] == "customers and members"
    assert row["estimate"] == pytest.approx(by_hand.mean)
    # three studies that hardly differ: a new one is expected where the mean is
    assert row["predict_low"] == pytest.approx(row["low"]) and row["tau"] == 0
    apart = parts("abc").assign(estimate=[0.1, 0.3, 0.5])
    (row,) = pooled_claims(apart).to_dict("records")
    assert row["predict_low"] < row["low"] < row["high"] < row["predict_high"]


def test_the_pooled_interval_takes_in_both_shares_of_method():
    plain, less = (pooled_claims(parts("abc", taken=t)).iloc[0] for t in (0.0, 0.15))
    assert less["estimate"] == plain["estimate"] and less["high"] == plain["high"]
    assert less["used"] == pytest.approx(plain["used"] - 0.15)
    assert less["low"] < plain["low"] - 0.1 and less["predict_low"] < plain["predict_low"] - 0.1


def test_limits_end_where_the_figure_can_go():
    assert possible("demographics-weak", 1) == (0, 1)
    assert possible("responsibility-matters", 1) == (-1, 1)
    assert possible("affective-first", 2) == (-np.inf, np.inf)  # a slope, others held
    table = parts("abc", estimate=0.02).assign(claim="demographics-weak")
    row = pooled_claims(table).iloc[0]
    assert row["low"] == row["predict_low"] == 0 and row["high"] <= row["predict_high"] < 1


def test_a_study_without_limits_at_one_share_is_left_out():
    table = parts("abcd")
    table.loc[0, "used_low"] = -np.inf
    assert pooled_claims(table).iloc[0]["k"] == 3


def test_both_shares_are_those_of_the_verdict():
    study = ls.load_study("mobile-ecsi")
    (figure,) = figures_of(study, register()["responsibility-matters"])
    least_low, least_high, used, used_low, used_high = both_ends(figure)
    assert min(least_low, used_low) == figure.low and max(least_high, used_high) == figure.high
    swept = ls.shared_method(study, "responsibility", on="loyalty").table.set_index("c")
    assert used == pytest.approx(swept.loc[0.18, "estimate"]) and used < figure.estimate


def test_others_and_simulated_are_kept_apart_and_parts_are_not_pooled():
    table = pd.concat(
        [
            parts("abc"),
            parts("def", population="employees", estimate=0.1),
            parts("ghi", population="simulated"),
            parts("jkl", measured="part"),
        ]
    )
    found = pooled_claims(table).set_index("group")
    assert found["k"].to_dict() == {"customers and members": 3, "others": 3}
    assert found.loc["others", "estimate"] < 0.2


def test_two_studies_and_repeat_respondents_are_not_pooled():
    assert pooled_claims(parts("ab")).empty
    assert overlapping(["haskell-2018", "haskell-2019", "r-users-2019"]) == {"haskell-2019"}
    assert pooled_claims(parts(["haskell-2018", "haskell-2019", "r-users-2019"])).empty


def test_figures_of_a_study_are_those_of_its_verdicts():
    study = ls.load_study("mobile-reputation")
    found = claim_figures(study).set_index(["claim", "part"])
    row = ls.check_claims(study, ["responsibility-matters"]).iloc[0]
    lines = found.loc[("responsibility-matters", 1)]
    assert lines["estimate"] == pytest.approx(row["estimate"]) and lines["n"] == row["n"]
    assert set(found["measured"]) <= {"full", "proxy", "part"}


def test_the_page_tells_studies_the_pooled_line_and_what_is_missing(monkeypatch):
    sys.path.insert(0, str(Path(__file__).parents[2] / PAGE))
    import evidence

    given = pd.concat([parts("abc"), parts("d", population="employees")])
    stored = evidence.stored_evidence()
    monkeypatch.setattr(evidence, "evidence_parts", lambda: given)
    monkeypatch.setattr(evidence, "stored_evidence", lambda: stored[:0])
    page = evidence.evidence_page()
    assert "**1 of " in page and "1 of them in full, from 3 studies" in page
    own = page.split("### responsibility-matters")[1].split("\n### ")[0]
    assert "400 employees, shown apart" in own
    assert "3 studies of customers and members: 0.320 [" in own and "a new study [" in own
    assert "No open data found." in page.split("### decline-reflex")[1].split("\n### ")[0]
    assert "A study needs: " in page and "Struck: " in page


def test_the_page_shows_given_rehearsals_apart_and_counts_none(monkeypatch):
    sys.path.insert(0, str(Path(__file__).parents[2] / PAGE))
    import evidence

    stored = evidence.stored_evidence().head(1)
    drawn = {"study": "trial", "kind": "simulated", "population": "simulated", "measured": "full"}
    given = pd.concat([stored, stored.assign(claim="polygamous", **drawn)], ignore_index=True)
    monkeypatch.setattr(evidence, "stored_evidence", lambda: stored)
    before = evidence.evidence_page()
    monkeypatch.setattr(evidence, "stored_evidence", lambda: given)
    counted, _, shown = evidence.evidence_page().partition("\n## Rehearsals: no evidence\n")
    assert "## Rehearsals" not in before and counted.strip() == before.strip()
    assert "| polygamous | trial | " in shown and shown.count("trial") == 1
