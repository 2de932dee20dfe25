"""What few people answered stands behind no figure of a claim, whatever the claim computes."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from loyaltystudy.claims import check_claims
from loyaltystudy.report._disclosure import withhold
from loyaltystudy.survey import read_study
from loyaltystudy.survey._codebook import make_codebook

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))  # tools are no part of the package
from tools.pooled_claims import claim_figures  # noqa: E402

SCALES = {
    "normative_commitment": "moral",
    "affective_commitment": "bond",
    "satisfaction": "happy",
    "loyalty": "stay",
    "programme_calculative": "gains",
    "programme_affective": "warmth",
    "perceived_relationship_investment": "seen",
    "responsibility": "duty",
}
NUMBERS = {
    "voice": ("voice", 1),
    "memberships": ("cards", 99),
    "memberships_used": ("used", 99),
    "spend": ("spend", 10**6),
    "category_spend": ("category", 10**6),
}
N = 200


def answers() -> pd.DataFrame:
    """Of 200 people of whom nobody stands out."""
    rng = np.random.default_rng(3)
    table = pd.DataFrame({"id": np.arange(N)})
    for name in SCALES.values():
        table[name] = rng.integers(1, 8, N)
    table["voice"] = rng.integers(0, 2, N)
    table["cards"] = rng.integers(2, 20, N)
    table["used"] = (table["cards"] * rng.uniform(0.2, 0.9, N)).astype(int)
    table["spend"] = rng.integers(100, 900, N)
    table["category"] = table["spend"] + rng.integers(10, 900, N)
    return table


def study_of(table: pd.DataFrame):
    book = {
        "study": "s",
        "title": "S",
        "population": "customers",
        "items": {name: {"answers": {"range": [1, 7]}} for name in SCALES.values()},
        "scales": {c: {"construct": c, "items": [name]} for c, name in SCALES.items()},
        "variables": {
            name: {"kind": "numeric", "construct": c, "answers": {"range": [0, most]}}
            for c, (name, most) in NUMBERS.items()
        },
        "design": {"respondent": "id"},
    }
    return read_study(table, make_codebook(book))


def claims(table: pd.DataFrame) -> pd.DataFrame:
    return withhold(check_claims(study_of(table))).set_index("claim")


FEW = {
    "one complains": ({"voice": [1, *[0] * 199]}, "silent-majority"),
    "all but one complain": ({"voice": [0, *[1] * 199]}, "silent-majority"),
    "nobody complains": ({"voice": 0}, "silent-majority"),
    "two are bound by feeling": ({"bond": [7, 7, *[3, 4] * 99]}, "engaged-spend-2.5-times"),
    "nine see responsibility": ({"duty": [3] * 191 + [5] * 9}, "responsibility-matters"),
    "one stands far out": ({"duty": [1, *[6] * 19, *[7] * 180]}, "responsibility-matters"),
    "nine are morally bound": ({"moral": [7] * 9 + [1] * 191, "bond": 1}, "moral-bonds-hard"),
    "one wants warmth": ({"gains": 4, "warmth": [7, *[4] * 199]}, "programmes-are-calculative"),
    "one has other cards": ({"cards": [90, *[3] * 199]}, "memberships-14.3-half-idle"),
    "one spends most": ({"spend": [900_000, *[300, 400] * 99, 300]}, "engaged-spend-2.5-times"),
    "five who are seen leave": (
        {"seen": [2] * 100 + [6] * 100, "stay": [1, 7] * 50 + [7] * 95 + [1] * 5},
        "loyalty-is-returned",
    ),
}


@pytest.mark.parametrize("case", FEW)
def test_what_few_answered_is_withheld_and_nothing_else_is(case):
    changes, claim = FEW[case]
    usual, found = claims(answers()).loc[claim], claims(answers().assign(**changes)).loc[claim]
    assert pd.notna(usual["estimate"]) and usual["smallest_group"] >= 10
    assert found["verdict"] == "not measured" and pd.isna(found["estimate"])
    assert found["why"] in ("withheld (under 10)", "withheld: it rests on fewer than ten people")


def test_shares_at_several_cuts_lie_ten_people_apart():
    """.500 and .425 of 40 would tell of the three between them."""
    stay = [1] * 20 + [5] * 3 + [7] * 17 + [4, 7] * 80
    table = answers().assign(seen=[2] * 40 + [6] * 160, stay=stay)
    why = claims(table).loc["loyalty-is-returned", "why"]
    said = why.split("share of the range) ")[1].split(" (")[0].split(";")[0]
    shares = [float(s.split(": ")[1]) for s in said.split(", ") if "withheld" not in s]
    counts = sorted({round(40 * share) for share in shares})
    assert len(shares) == 2 and said.count("withheld") == 2 and len(counts) == 1, said


def test_a_question_of_two_answers_stops_no_other_claim():
    """On both sides of the midpoint there is one answer each: no slopes to compare."""
    found = claims(answers().assign(moral=[1, 7] * 100))
    assert "not measured (answers on both sides" in found.loc["moral-breach-falls-fast", "why"]
    assert found.loc["silent-majority", "verdict"] != "not measured"


def test_figures_that_are_pooled_over_studies_leave_out_what_is_withheld():
    table = answers().assign(**FEW["five who are seen leave"][0])
    figures = claim_figures(study_of(table)).set_index(["claim", "part"])
    assert ("loyalty-is-returned", 2) in figures.index
    assert ("loyalty-is-returned", 1) not in figures.index
