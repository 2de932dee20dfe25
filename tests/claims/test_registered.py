"""The commit in which each rule was registered."""

import loyaltystudy as ls
from loyaltystudy.claims._history import with_registration


def test_every_rule_of_today_has_its_commit():
    table = with_registration(ls.list_claims())
    assert table["registered"].str.fullmatch("[0-9a-f]{7}").all()
    assert set(table.loc[table["rule_version"] == 1, "registered"]) == {"7680a72"}
    third = table["registered"] == "3b6768e"
    assert (third == (table["rule_version"] == 3)).all()
    assert third.sum() == 7


def test_a_changed_rule_has_none():
    changed = ls.list_claims()[["claim", "rule_hash"]].head(2).assign(rule_hash=["0", ""])
    assert with_registration(changed)["registered"].tolist() == ["", ""]
