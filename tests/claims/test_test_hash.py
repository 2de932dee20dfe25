"""A changed statistic shows."""

import inspect

import loyaltystudy as ls
from loyaltystudy.claims import register
from loyaltystudy.claims._test_hash import _code, _reached, _tree, test_hash as code_hash


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
