"""The first version's verdicts beside today's."""

import numpy as np
import pandas as pd
import pytest

import loyaltystudy as ls
from loyaltystudy.claims._first_version import with_first_version
from loyaltystudy.survey._codebook import make_codebook


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


@pytest.fixture(scope="module")
def checked():
    names = ("mobile-reputation", "mobile-ecsi")
    return pd.concat([ls.check_claims(ls.load_study(n, source="shipped")) for n in names])


def test_both_versions_stand_beside_each_other(checked):
    both = with_first_version(checked).set_index(["study", "claim"])
    row = both.loc[("mobile-ecsi", "responsibility-matters")]
    assert row[["verdict_1", "verdict"]].tolist() == ["supported", "not robust"]
    assert (both.loc[("mobile-ecsi", "everyday-help"), "verdict_1"]) == ""
