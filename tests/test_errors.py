"""Misspelt names get the near ones, wherever a name is asked for."""

import pytest

import loyaltystudy as ls
from loyaltystudy.errors import SurveyError, did_you_mean


@pytest.fixture(scope="module")
def study():
    return ls.load_study("mobile-ecsi")


@pytest.mark.parametrize(
    ("ask", "near"),
    [
        (lambda s: ls.load_study("mobile-ecsy"), "mobile-ecsi"),
        (lambda s: ls.compare_blocks(s, "loyality"), "loyalty"),
        (lambda s: ls.compare_blocks(s, "loyalty", ["trsut"]), "trust"),
        (lambda s: ls.compare_blocks(s, "loyalty", {"a": ["satisfacton"]}), "satisfaction"),
        (lambda s: ls.check_claims(s, ["would-mis"]), "would-miss"),
        (lambda s: ls.analyse(s, outcome="satisfation"), "satisfaction"),
    ],
)
def test_a_misspelt_name_gets_the_near_one(ask, near, study):
    with pytest.raises(SurveyError, match=f"Did you mean '{near}'"):
        ask(study)


def test_nothing_is_proposed_where_nothing_is_near():
    assert did_you_mean("xyz", ["loyalty", "trust"]) == ""
    assert (
        did_you_mean(["truts", "loyalti"], ["loyalty", "trust"])
        == " Did you mean 'trust' or 'loyalty'?"
    )
