"""What was known of a rule before: its commit, and what earlier versions said."""

import pandas as pd
import pytest

import loyaltystudy as ls
from loyaltystudy.claims._history import (
    earlier_verdicts,
    with_earlier_versions,
    with_registration,
)


def test_every_rule_of_today_has_its_commit():
    table = with_registration(ls.list_claims())
    assert table["registered"].str.fullmatch("[0-9a-f]{7}").all()
    assert set(table.loc[table["rule_version"] == 1, "registered"]) == {"7680a72"}
    later = table[table["rule_version"] > 2]
    assert later.groupby(["rule_version", "registered"])["claim"].count().to_dict() == {
        (3, "3b6768e"): 2,
        (3, "7170008"): 2,
        (3, "9467312"): 1,
        (4, "eccf1ac"): 5,
    }


def test_a_changed_rule_has_none():
    changed = ls.list_claims()[["claim", "rule_hash"]].head(2).assign(rule_hash=["0", ""])
    assert with_registration(changed)["registered"].tolist() == ["", ""]


@pytest.fixture(scope="module")
def checked():
    names, claims = (
        ("mobile-reputation", "mobile-ecsi"),
        ["responsibility-matters", "everyday-help"],
    )
    tables = [ls.check_claims(ls.load_study(n, source="shipped"), claims) for n in names]
    return pd.concat(tables)


def test_versions_stand_beside_each_other(checked):
    every = with_earlier_versions(checked).set_index(["study", "claim"])
    row = every.loc[("mobile-ecsi", "responsibility-matters")]
    assert row[["verdict_1", "verdict_2", "verdict"]].tolist() == [
        "supported",
        "not robust",
        "not robust",
    ]
    assert every.loc[("mobile-ecsi", "everyday-help"), "verdict_1"] == ""


def test_each_version_stands_beside_the_one_before_as_it_was_found():
    was = earlier_verdicts().set_index(["claim", "study"])
    row = was.loc[("love-beyond-money", "mobile-reputation")]
    assert row[["verdict_1", "verdict_2", "verdict_3"]].tolist() == [
        "supported",
        "supported",
        "inconclusive",
    ]
    rules = ls.list_claims().set_index("claim")
    for version in (2, 3):
        later = was[was[f"verdict_{version}"] != ""].reset_index()["claim"].unique()
        assert (rules.loc[later, "rule_version"] == 4).all()
