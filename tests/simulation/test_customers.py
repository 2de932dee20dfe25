"""Purchases of simulated customers agree with what these answered."""

import numpy as np
import pandas as pd
import pytest

import loyaltystudy as ls
from loyaltystudy.purchases._customers import purchase_study
from loyaltystudy.purchases._panel import period_labels
from loyaltystudy.purchases._stability import follow_tiers
from loyaltystudy.simulation._customers import TIER_PURCHASES, simulate_purchases
from loyaltystudy.simulation._simulate import simulate_study


@pytest.fixture(scope="module")
def survey():
    return simulate_study("nordic-simulated", n=800, seed=3)


@pytest.fixture(scope="module")
def panel(survey):
    return simulate_purchases(survey, seed=4)


@pytest.fixture(scope="module")
def year_before(panel):
    return panel.purchases[period_labels(panel) == 0]


def test_spend_is_what_was_answered(survey, year_before):
    rows = year_before.assign(ours=year_before["brand"] == "ours")
    paid = rows.groupby(["ours", "household"])["spend"].sum()
    said = survey.answers["spend"].dropna()
    np.testing.assert_allclose(paid[True].loc[said.index], said, rtol=1e-12)
    more = (survey.answers["category_spend"] - survey.answers["spend"])[
        survey.answers["brands_bought"] > 1
    ].dropna()
    np.testing.assert_allclose(paid[False].loc[more.index], more, rtol=1e-12)


def test_brands_and_tiers_are_what_was_answered(survey, year_before):
    brands = year_before.groupby("household")["brand"].nunique()
    said = survey.answers["brands_bought"].dropna().clip(lower=1)
    assert (brands.loc[said.index] == said).all()
    count = year_before[year_before["brand"] == "ours"].groupby("household").size()
    tier = survey.answers["tier"].dropna()
    low, high = np.array(TIER_PURCHASES)[tier.astype(int)].T
    assert count.loc[tier.index].between(low, high).all()


def test_who_left_buys_from_us_no_more(survey, panel):
    ours = panel.purchases[panel.purchases["brand"] == "ours"]
    last = (ours.groupby("household")["time"].max() - pd.Timestamp("2025-01-01")).dt.days
    left = survey.answers["churn"] == 1
    months = survey.answers.loc[left, "churn_months"].clip(upper=12)
    assert left.sum() > 100
    # but for the one purchase that marks the end of the panel
    assert (last[left[left].index] > months * 365 / 12).sum() <= 1


def test_next_year_follows_the_conditional_trend_where_loyalty_pulls_nobody(survey):
    stays = survey.answers.assign(churn=0.0)
    book = survey.codebook
    panel = simulate_purchases(ls.Study(book, stays), seed=4, pull=0.0)
    ours = follow_tiers(panel.where("brand", "ours"), rule="purchases", resamples=0).trend
    expected = (ours["first"] + 1) * 8 / 9  # M 8, K 1: (K + x) M / (K + M)
    error = np.sqrt(expected / ours["households"]) * 2  # Poisson, and what differs beside it
    assert (abs(ours["second"] - expected) < 3 * error).all()


def test_loyalty_pulls(survey):
    calm, drawn = (simulate_purchases(survey, seed=4, pull=pull) for pull in (0.0, 0.6))

    def r(panel):
        lines = purchase_study(panel, survey, brand="ours")
        return lines.answers["next_purchases"].corr(ls.score(lines)["loyalty"])

    assert r(drawn) > r(calm) + 0.2


def test_same_seed_same_purchases(survey, panel):
    pd.testing.assert_frame_equal(simulate_purchases(survey, seed=4).purchases, panel.purchases)


def test_missing_answers_are_drawn_and_an_unasked_loyalty_pulls_nobody():
    few = simulate_study("polygamy-has-reasons:true", n=60, seed=1, asks=["brands_bought"])
    panel = simulate_purchases(few, seed=1)
    assert panel.purchases["household"].nunique() == 60 and panel.households is None
