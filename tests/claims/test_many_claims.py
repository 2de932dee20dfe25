"""How many claims remain when many are tested."""

import numpy as np
import pandas as pd

import loyaltystudy as ls
from loyaltystudy.claims._many_claims import primary_verdicts, remaining
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


def test_how_many_remain_and_primary_claims():
    table = pd.DataFrame(
        {
            "study": ["s"] * 4,
            "claim": list("abcd"),
            "p": [0.001, 0.02, 0.04, 0.9],
            "verdict": ["supported", "supported", "supported", "inconclusive"],
        }
    )
    # Benjamini-Hochberg: .004, .04, .053, .9
    assert remaining(table).iloc[0].tolist() == ["s", 4, 3, 2]
    primary = primary_verdicts(table, ["b", "c"]).set_index("claim")
    assert primary["verdict"].to_dict() == {"b": "supported", "c": "supported"}
    three = primary_verdicts(table, ["b", "c", "d"]).set_index("claim")
    assert three["verdict"].to_dict() == {
        "b": "inconclusive",
        "c": "inconclusive",
        "d": "inconclusive",
    }
