"""The statistics behind the claims against R; special methods against constructed truth."""

import sys
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import loyaltystudy as ls
from loyaltystudy.claims import _statistics as ev
from loyaltystudy.claims._check import check_claims
from loyaltystudy.claims._register import register
from loyaltystudy.claims._statistics.classes import (
    latent_classes,
    normal_scores,
    one_factor_correlation,
)
from loyaltystudy.claims._statistics.panels import BAND, _share_in_band, never_growing, sole_buyers
from loyaltystudy.purchases._reading import read_panel
from loyaltystudy.survey._codebook import make_codebook

REFERENCE = Path(__file__).parents[1] / "reference"
DATA = pd.read_csv(REFERENCE / "claims_data.csv")
R = pd.read_csv(REFERENCE / "claims.csv").set_index("name")["value"]


def study(answers: pd.DataFrame, **more):
    wide = {"range": [-100, 1e7], "whole": False}
    ranges = {
        c: {"range": [1, 7], "whole": False}
        for c in answers
        if answers[c].max() <= 7 and answers[c].min() >= 1
    }
    raw = {
        "study": "s",
        "title": "S",
        "population": "customers",
        "variables": {
            c: {"kind": "numeric", "construct": c, "answers": ranges.get(c, wide)} for c in answers
        },
        **more,
    }
    return ls.read_study(answers, make_codebook(raw))


@pytest.fixture(scope="module")
def s():
    return study(DATA)


CALLS = {
    "coefficient": lambda s: ev.coefficient(
        s, "affective_commitment", on="loyalty", given=("satisfaction",)
    ),
    "coefficient_gap": lambda s: ev.coefficient_gap(
        s, "affective_commitment", "satisfaction", on="loyalty"
    ),
    "rank_coefficient": lambda s: ev.rank_coefficient(s, "affective_commitment", on="recommend"),
    "bend": lambda s: ev.bend(s, "moral_disapproval", on="loyalty", rising=True),
    "surplus_slope": lambda s: ev.surplus_slope(
        s, "contact_received", "contact_wanted", on="loyalty"
    ),
    "slope_gap_under": lambda s: ev.slope_gap_under(
        s, "offer_arm", "calculative_commitment", "affective_commitment", on="better_offer"
    ),
    "factorial_gap": lambda s: ev.factorial_gap(
        s, "contact_reaction", "contact_arm", costs=(2, 4), gains=(3, 4)
    ),
    "interaction": lambda s: ev.interaction(
        s, "perceived_relationship_investment", "relationship_wish", on="loyalty"
    ),
    "hazard_ratio": lambda s: ev.hazard_ratio(
        s, "affective_commitment", event="churn", time="churn_time"
    ),
    "share": lambda s: ev.share(s, "loyalty"),
    "added_r2": lambda s: ev.added_r2(
        s, ["affective_commitment"], on="loyalty", given=["satisfaction"]
    ),
    "r2_gap": lambda s: ev.r2_gap(s, ["affective_commitment"], ["satisfaction"], on="loyalty"),
    "differing_drivers": lambda s: ev.differing_drivers(
        s, "offer_arm", ["affective_commitment", "calculative_commitment"], on="loyalty"
    ),
    "group_gap": lambda s: ev.group_gap(
        s, "contact_reaction", "contact_arm", chosen=lambda arm: arm == 4, scaled=True
    ),
    "mean_difference": lambda s: ev.mean_difference(s, "affective_commitment", "satisfaction"),
    "mean_ratio": lambda s: ev.mean_ratio(
        s,
        "spend",
        "affective_commitment",
        base="satisfaction",
        beside="category_spend",
        engaged=2 / 3,
    ),
}


@pytest.mark.parametrize("name", CALLS)
def test_agrees_with_r(s, name):
    found = CALLS[name](s)
    assert found.estimate == pytest.approx(R[name], abs=1e-7)
    assert found.low < found.estimate < found.high
    assert name == "mean_ratio" or found.n == 240


def test_intervals_agree_with_r(s):
    hazard = CALLS["hazard_ratio"](s)
    assert (hazard.low, hazard.high) == pytest.approx((R["hazard_low"], R["hazard_high"]), abs=1e-6)
    share = CALLS["share"](s)
    assert (share.low, share.high) == pytest.approx((R["share_low"], R["share_high"]), abs=1e-10)

    means = CALLS["mean_difference"](s)
    assert (means.low, means.high) == pytest.approx((R["mean_low"], R["mean_high"]), abs=1e-10)


TOLD = {
    # beside the figure that is judged
    "mean_ratio": "adjusted for category_spend: {adjusted_ratio:.2f}",
    "interaction": "slope {simple_low:.3f} at low and {simple_high:.3f} at high",
    "bend": "slopes {bend_below:.3f} below and {bend_above:.3f} above",
    "surplus_slope": "slope {incongruence_slope:.3f} and curvature {incongruence_curvature:.3f}",
    "hazard_ratio": "{still_upper:.3f} of the upper half, {still_lower:.3f} of the others",
}


@pytest.mark.parametrize("name", TOLD)
def test_what_is_told_beside_a_figure_agrees_with_r(s, name):
    assert TOLD[name].format(**R) in CALLS[name](s).note


def test_ceiling_agrees_with_the_staircase_in_r(s):
    found = ev.ceiling(s, "affective_commitment", on="loyalty", seed=0)
    assert found.estimate == pytest.approx(R["ceiling"], abs=1e-12)


FIVE = [
    "affective_commitment",
    "satisfaction",
    "loyalty",
    "relationship_wish",
    "perceived_relationship_investment",
]


def test_one_factor_and_classes_agree_with_r():
    x = normal_scores(DATA[FIVE].to_numpy())
    implied = one_factor_correlation(x)
    found = implied[0, 1], implied[0, 2], implied[1, 2]
    assert found == pytest.approx([R[f"factor_{pair}"] for pair in (12, 13, 23)], abs=2e-5)
    two = latent_classes(x, 2, seed=0, floor=1e-9)
    assert two.bic(x) == pytest.approx(R["classes_bic"], abs=0.1)


def test_a_pair_of_blocks_against_the_best_other_pair():
    blocks = {
        "bond": ["affective_commitment"],
        "content": ["satisfaction"],
        "wish": ["relationship_wish"],
    }
    kept = DATA[["affective_commitment", "satisfaction", "relationship_wish", "loyalty"]]
    found = ev.best_pair(
        study(kept, blocks=blocks), ["affective_commitment"], ["satisfaction"], on="loyalty"
    )
    assert found.estimate == pytest.approx(R["pair_gap"], abs=1e-10)
    assert found.note == "the other pair: affective_commitment and wish"


def test_household_slopes_are_pooled_as_statsmodels_pools_them():
    from scipy.stats import norm
    from statsmodels.stats.meta_analysis import combine_effects

    rng = np.random.default_rng(5)
    errors = rng.uniform(0.05, 0.4, 80)
    slopes = rng.normal(0.2, 0.2, 80) + errors * rng.normal(size=80)
    pooled = combine_effects(slopes, errors**2, method_re="dl")
    mu, tau = pooled.summary_frame().loc["random effect", "eff"], np.sqrt(pooled.tau2)
    share = norm.cdf((BAND - mu) / tau) - norm.cdf((-BAND - mu) / tau)
    assert _share_in_band(slopes, errors) == pytest.approx(share, abs=1e-10)


def test_risk_difference_by_hand():
    answers = pd.DataFrame({"taking_part": [0, 0, 1, 1] * 25, "ask_arm": [1, 1, 1, 2] * 25})
    found = ev.group_gap(study(answers), "taking_part", "ask_arm", chosen=lambda a: a == 2)
    assert found.estimate == pytest.approx(1 - 1 / 3)


def test_ratio_of_sums_and_mean():
    answers = pd.DataFrame({"memberships": [10.0, 20, 30], "memberships_used": [5.0, 5, 5]})
    assert ev.ratio_of_sums(study(answers), "memberships_used", "memberships").estimate == 0.25
    assert ev.mean_of(study(answers), "memberships").estimate == 20


def test_variance_ratio_by_hand():
    rng = np.random.default_rng(0)
    niche = np.repeat([1, 2], 500)
    x = np.where(niche == 1, 0.5, 1.0) * rng.normal(size=1000) + niche
    answers = pd.DataFrame({"affective_commitment": x, "category": niche})
    found = ev.log_variance_ratio(study(answers), ["affective_commitment"], "category", chosen=[1])
    direct = np.log(np.var(x[:500]) / np.var(x[500:]))
    assert found.estimate == pytest.approx(direct, abs=1e-9)
    assert found.low < np.log(0.25) < found.high


def bonds(x):
    columns = ("affective_commitment", "calculative_commitment", "normative_commitment")
    return study(pd.DataFrame(x, columns=columns))


def classes(x):
    kinds = ("affective_commitment", "calculative_commitment", "normative_commitment")
    return ev.classes_over_factor(bonds(x), kinds, seed=0)


def test_classes_are_found_where_there_are_classes():
    rng = np.random.default_rng(1)
    centres = np.array([[0, 0, 0], [3, 0, 3], [0, 3, 3]])
    found = classes(centres[rng.integers(3, size=400)] + rng.normal(size=(400, 3)))
    assert found.estimate > 0 and found.p < 0.05


def test_skew_alone_makes_no_classes():
    rng = np.random.default_rng(2)
    factor = rng.normal(size=(500, 1))
    skewed = np.exp(0.8 * factor + 0.6 * rng.normal(size=(500, 3)))  # one factor, long tails
    found = classes(skewed)
    assert found.estimate <= 0 or found.p >= 0.05


def test_one_continuum_makes_no_classes():
    rng = np.random.default_rng(3)
    found = classes(rng.normal(size=(500, 1)) + rng.normal(size=(500, 3)))
    assert found.estimate <= 0 or found.p >= 0.05


def panel(purchases, **more):
    columns = {"household": "h", "brand": "b"}
    columns |= {c: c for c in ("time", "spend") if c in purchases}
    spec = {"name": "p", "title": "P", "columns": columns, **more}
    return spec, purchases


def test_sole_buyers_count_makers_and_long_histories_only():
    rows = [(1, "x")] * 5 + [(2, "x")] * 3 + [(2, "y")] * 3 + [(3, "x")] * 4
    spec, purchases = panel(pd.DataFrame(rows, columns=["h", "b"]))
    found = sole_buyers(read_panel(purchases, spec))
    assert (found.estimate, found.n) == (0.5, 2)
    merged = sole_buyers(read_panel(purchases, spec | {"makers": {"x": "m", "y": "m"}}))
    assert merged.estimate == 1 and "by maker" in merged.note


def contacted(slopes, seed=0):
    """Households whose log spend in twelve months follows their own slope on contacts."""
    rng = np.random.default_rng(seed)
    months = pd.date_range("2024-01-01", periods=13, freq="30D")
    mid = months[:-1] + pd.Timedelta(days=15)
    made = rng.integers(0, 4, size=(len(slopes), 12))
    y = 3 + np.array(slopes)[:, None] * made + 0.5 * rng.normal(size=made.shape)
    cells = [(h, t) for h in range(len(slopes)) for t in range(12)]
    rows = [(h, "x", mid[t], np.expm1(max(y[h, t], 0.01))) for h, t in cells]
    contacts = pd.DataFrame(
        [(h, mid[t]) for h, t in cells for _ in range(made[h, t])],
        columns=["household", "time"],
    )
    spec, purchases = panel(pd.DataFrame(rows, columns=["h", "b", "time", "spend"]))
    return read_panel(purchases, spec, contacts=contacts)


def test_share_that_never_grows_recovers_the_truth():
    half = contacted([0.0] * 150 + [1.0] * 150)
    none, all_grow = contacted([0.0] * 300), contacted([1.0] * 300)
    assert never_growing(none, seed=1).estimate > 0.9
    assert never_growing(all_grow, seed=1).estimate < 0.05
    assert 0.02 < never_growing(half, seed=1).estimate < 0.6


def test_panels_and_surveys_are_kept_apart(s):
    spec, purchases = panel(pd.DataFrame([(1, "x")] * 5, columns=["h", "b"]))
    rows = check_claims(read_panel(purchases, spec), ["polygamous", "polygamy-has-reasons"])
    assert rows["measured"].tolist() == ["full", "none"]
    assert "a survey" in rows["why"][1]
    assert check_claims(s, ["polygamous"])["verdict"].item() == "not measured"


def test_untestable_claims_say_why(s):
    row = check_claims(s, ["keeping-is-cheaper"]).iloc[0]
    assert row["verdict"] == "untestable" and "company accounts" in row["why"]


def test_all_57_claims_stand():
    table = ls.list_claims()
    assert len(table) == 57
    assert table["source"].value_counts().to_dict() == {
        "bonds": 18,
        "dream-date": 11,
        "five-tips": 11,
        "courtship": 10,
        "fandom": 7,
    }
    assert table[["says", "english", "hypothesis", "rule"]].map(bool).all().all()


@pytest.mark.parametrize("claim", ["background-over-demographics", "demographics-weak"])
def test_a_block_without_its_core_is_shown_and_not_judged(claim):
    row = check_claims(ls.load_study("mobile-reputation", source="shipped"), [claim]).iloc[0]
    assert row["measured"] == "part" and row["verdict"] == "not measured"
    assert np.isfinite(row["estimate"]) and "gender or income" in row["why"]


def test_one_claim_that_cannot_be_computed_stops_no_other():
    answers = DATA.assign(loyalty=4.0)  # constant: nothing to explain
    rows = check_claims(study(answers), ["would-miss", "love-beyond-money", "loyalty-is-returned"])
    assert (rows["verdict"] == "not measured").all()
    fine = check_claims(study(answers), ["engaged-recommend"])
    assert fine["verdict"].item() == "supported"


@pytest.mark.parametrize("name", ["nordic-simulated", "mobile-reputation"])
def test_every_claim_alone_is_its_row_of_the_full_run(name, monkeypatch):
    """Asked for one by one, from the last; a claim's figures are computed anew, but once each."""
    whole = ls.load_study(name, source="shipped")
    some = replace(whole, answers=whole.answers.head(250)) if whole.n > 500 else whole
    full = check_claims(some)
    assert full["claim"].tolist() == ls.list_claims()["claim"].tolist()
    check = sys.modules["loyaltystudy.claims._check"]
    row = check._row
    afresh = cache(lambda claim: row(some, register()[claim], 0))
    monkeypatch.setattr(check, "_row", lambda study, c, seed: afresh(c.name))
    alone = [check_claims(some, [claim]) for claim in full["claim"][::-1]]
    pd.testing.assert_frame_equal(pd.concat(alone[::-1], ignore_index=True), full)


def test_users_of_one_brand_are_shown_and_not_judged_where_purchases_were_not_counted():
    used = pd.DataFrame({"h": [1, 2], "x": [1, 1], "y": [0, 1]})
    spec, purchases = panel(used, records="use", order="none")
    row = check_claims(read_panel(purchases, spec), ["polygamous"]).iloc[0]
    assert row[["measured", "verdict", "estimate"]].tolist() == ["part", "not measured", 0.5]
    assert "without the number of purchases" in row["why"]
