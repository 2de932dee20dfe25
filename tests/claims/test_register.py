"""The register: every claim in one place, with its hash."""

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import loyaltystudy as ls
from loyaltystudy.claims import _rules as vd
from loyaltystudy.claims._register import SOURCES, claims_of, names_of, register
from loyaltystudy.errors import SurveyError
from loyaltystudy.survey._codebook import make_codebook
from loyaltystudy.survey._shipped import data_folder

WORDS = {"hypothesis": "A claim.", "sv": "Ett påstående.", "nb": "En påstand."}


def study(n=300, seed=0, effect=0.5):
    rng = np.random.default_rng(seed)
    x = pd.DataFrame({"affective_commitment": rng.normal(size=n)})
    x["satisfaction"] = 0.5 * x["affective_commitment"] + rng.normal(size=n)
    x["loyalty"] = effect * x["affective_commitment"] + x["satisfaction"] + rng.normal(size=n)
    x = (x - x.min()) / (x.max() - x.min()) * 6 + 1
    number = {"kind": "numeric", "answers": {"range": [1, 7]}}
    book = make_codebook(
        {
            "study": "s",
            "title": "S",
            "population": "customers",
            "variables": {c: {**number, "construct": c} for c in x},
        }
    )
    return x, ls.read_study(x, book)


def test_register_and_hashes():
    table = ls.list_claims()
    assert table["claim"].is_unique and table["rule_hash"].is_unique
    first = next(iter(register().values()))
    assert len(first.rule_hash) == 12
    changed = replace(first, parts=(replace(first.parts[0], rule=vd.effect(0.2)),))
    assert changed.rule_hash != first.rule_hash
    other = replace(first, parts=(replace(first.parts[0], options={"on": "loyalty"}),))
    assert other.rule_hash != first.rule_hash


def test_all_61_claims_stand_with_everything_in_one_place():
    table = ls.list_claims()
    counts = {"bonds": 20, "five-tips": 13, "dream-date": 11, "courtship": 10, "fandom": 7}
    assert table["source"].value_counts().to_dict() == counts
    assert table[["says", "english", "hypothesis", "rule"]].map(bool).all().all()
    assert set(table["rule_version"]) == {1, 2, 3, 4}
    changed = table[table["rule_version"] > 1]
    assert changed[["rule_date", "rule_reason"]].map(bool).all().all()
    for c in register().values():
        assert all(c.translations[language] for language in ("en", "sv", "nb"))
        assert c.untestable or c.worlds is not None or c.takes == "panel"


def test_rules_that_were_not_changed_have_the_hash_they_had():
    first = pd.read_csv(data_folder() / "verdicts_version_1.csv").drop_duplicates("claim")
    was = first.set_index("claim")["rule_hash"]
    for name, c in register().items():
        if name in was.index:
            assert (c.rule_hash == was[name]) == (c.version == 1)


def test_one_claim_loads_one_text():
    code = (
        "import sys, pandas as pd, loyaltystudy as ls\n"
        "ls.check_claims(ls.load_study('mobile-ecsi', source='shipped'), ['love-beyond-money'])\n"
        "print(*[m.rsplit('.')[-1] for m in sys.modules if 'claims._texts.' in m])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["fandom"]


def test_the_names_read_off_the_modules_are_what_they_register():
    for source in SOURCES:
        assert set(names_of(source)) == {
            name for name, c in register().items() if c.source == source
        }


def test_bad_claims():
    s = study()[1]
    with pytest.raises(SurveyError, match=r"Not in the register: \['would-mis'\]"):
        ls.check_claims(s, ["would-mis"])
    with pytest.raises(SurveyError, match=r"unknown \['trst'\]"):
        claims_of("bonds")("new", **WORDS, needs=("trst",), parts=())
    with pytest.raises(SurveyError, match=r"no hypothesis in \['nb'\]"):
        claims_of("bonds")("new", **WORDS | {"nb": ""}, needs=("trust",), parts=())
    with pytest.raises(SurveyError, match="registered twice"):
        claims_of("bonds")("would-miss", **WORDS, needs=("trust",), parts=())
