"""Purchases and answers of the same people: simulated customers, and a study made of both."""

import pytest

import loyaltystudy as ls
from loyaltystudy.errors import SurveyError
from loyaltystudy.purchases._customers import purchase_study
from loyaltystudy.purchases._sources import load_panel
from loyaltystudy.simulation._customers import simulate_purchases
from loyaltystudy.simulation._simulate import simulate_study

CLAIMS = [
    "identity-over-tiers",
    "functions-over-tiers",
    "relationships-pay",
    "polygamous",
    "some-never-grow",
]
CLUB = {"none": 0.3, "basic": 0.4, "silver": 0.2, "gold": 0.1}


@pytest.fixture(scope="module")
def survey():
    return simulate_study("nordic-simulated", n=800, seed=3)


@pytest.fixture(scope="module")
def panel(survey):
    return simulate_purchases(survey, seed=4)


@pytest.fixture(scope="module")
def both(panel, survey):
    return purchase_study(panel, survey, brand="ours", rule="purchases", shares=CLUB)


def test_tiers_of_the_till_are_those_of_the_answers(survey, both):
    shares = survey.answers["tier"].value_counts(normalize=True).sort_index()
    assert shares.tolist() == pytest.approx(list(CLUB.values()), abs=0.05)
    said = survey.answers["tier"].dropna()
    # quantiles cut among equal numbers of purchases, and leave all of these in the lower tier
    moved = said - both.answers.loc[said.index, "tier"]
    assert set(moved) <= {0, 1} and (moved == 0).mean() > 0.8
    assert both.answers["tier"].notna().all()  # the till misses nobody
    assert both.measures("tier").name == "tier" and both.measures("identification")


def test_claims_take_answers_and_purchases_together(survey, both):
    rows = ls.check_claims(both, CLAIMS[:3]).set_index("claim")
    assert (rows["measured"] == "full").all() and (rows["kind"] == "simulated").all()
    said = ls.check_claims(survey, CLAIMS[:3]).set_index("claim")
    assert rows["verdict"].to_dict() == said["verdict"].to_dict()


@pytest.mark.parametrize("kind", ["true", "false"])
def test_tiers_of_the_till_keep_the_worlds_truth(kind):
    survey = simulate_study(f"identity-over-tiers:{kind}", n=2000, seed=2)
    lines = purchase_study(
        simulate_purchases(survey, seed=2), survey, brand="ours", rule="purchases", shares=CLUB
    )
    verdict = ls.check_claims(lines, ["identity-over-tiers"])["verdict"].item()
    assert verdict == "supported" if kind == "true" else verdict != "supported"


def test_a_panel_alone_is_put_to_what_it_can_tell(panel):
    rows = ls.check_claims(panel, CLAIMS).set_index("claim")
    assert rows["measured"].to_dict() == dict(
        zip(CLAIMS, ["none", "none", "full", "full", "full"], strict=True)
    )
    assert rows.loc["polygamous", "verdict"] == "supported"  # hardly anybody buys one brand
    assert rows.loc["some-never-grow", "verdict"] == "supported"  # contacts change nothing
    assert "not measured here: identification, loyalty" in rows.loc["identity-over-tiers", "why"]


def test_a_panel_of_one_moment_is_still_put_to_claims_about_purchases(panel):
    at_once = panel.purchases.assign(time=panel.purchases["time"].iloc[0])
    rows = ls.check_claims(type(panel)(panel.spec, at_once), CLAIMS).set_index("claim")
    assert rows.loc["polygamous", "measured"] == "full"
    assert rows.loc["identity-over-tiers", "why"].startswith("put to a survey")


def test_columns_of_a_study_of_purchases_alone(panel):
    lines = purchase_study(panel)
    assert list(lines.answers) == [
        "tier",
        "brands_bought",
        "favourite_share",
        "purchases",
        "spend",
        "next_purchases",
        "next_spend",
        "next_favourite_share",
        "tenure",
        "margin",
    ]
    assert lines.codebook.kind == "simulated" and set(lines.answers["tier"]) == {0, 1, 2, 3}


def test_respondents_without_purchases_are_kept_and_missing(survey, panel):
    some = panel.purchases[panel.purchases["household"] > 100].reset_index(drop=True)
    lines = purchase_study(type(panel)(panel.spec, some), survey)
    assert lines.n == survey.n
    assert lines.answers["tier"].isna().sum() == 100


def test_bad_input_is_refused(survey, panel):
    with pytest.raises(SurveyError, match="panel 'catsup' has no times"):
        purchase_study(load_panel("catsup"))
    with pytest.raises(SurveyError, match="expected a Panel; found DataFrame"):
        purchase_study(panel.purchases)
    with pytest.raises(SurveyError, match="purchases are drawn for simulated customers only"):
        simulate_purchases(ls.load_study("mobile-ecsi"), seed=1)
    other = panel.purchases.assign(household=panel.purchases["household"] + 5000)
    with pytest.raises(SurveyError, match=r"no respondent \(1, 2, 3, ...\) is a household"):
        purchase_study(type(panel)(panel.spec, other), survey)
    twice = survey.answers.copy()
    twice.iloc[1, twice.columns.get_loc(survey.codebook.design.respondent)] = "1"
    with pytest.raises(SurveyError, match=r"respondents that stand twice: \['1'\]"):
        purchase_study(panel, ls.Study(survey.codebook, twice))
