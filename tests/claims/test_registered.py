"""The commit in which each rule was registered."""

import inspect

import loyaltystudy as ls
from loyaltystudy.claims import register
from loyaltystudy.claims._history import with_registration
from loyaltystudy.claims._test_hash import _code, _reached, _tree, test_hash as code_hash


def test_every_rule_of_today_has_its_commit():
    table = with_registration(ls.list_claims())
    assert table["registered"].str.fullmatch("[0-9a-f]{7}").all()
    assert set(table.loc[table["rule_version"] == 1, "registered"]) == {"7680a72"}
    third = table["registered"] == "3b6768e"
    assert (third == (table["rule_version"] == 3)).all()
    assert third.sum() == 7


def test_a_changed_statistic_shows_in_a_hash_of_its_own(monkeypatch):
    c = register()["would-miss"]
    before = code_hash(c)
    assert len(before) == 12 and before == code_hash(c)
    kept = inspect.getsource

    def hashed(change):
        for cached in (_code, _tree, _reached):
            cached.cache_clear()
        monkeypatch.setattr(inspect, "getsource", lambda module: change(kept(module)))
        return code_hash(c)

    assert hashed(lambda text: text + "\n# a remark\n") == before
    assert hashed(lambda text: text.replace("0.95", "0.90")) != before
    assert hashed(lambda text: text) == before
    assert c.rule_hash in set(ls.list_claims()["rule_hash"])


def test_a_changed_rule_has_none():
    changed = ls.list_claims()[["claim", "rule_hash"]].head(2).assign(rule_hash=["0", ""])
    assert with_registration(changed)["registered"].tolist() == ["", ""]
