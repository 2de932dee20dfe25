"""One association at every share of method."""

import numpy as np
import pandas as pd
import pytest
from scipy.special import stdtr

import loyaltystudy as ls
from loyaltystudy.claims import _shared_method as sm
from loyaltystudy.claims._rules import Evidence
from loyaltystudy.claims._statistics.traits import sitting
from loyaltystudy.errors import SurveyError
from loyaltystudy.survey._codebook import make_codebook


def found(estimate, low, high):
    return Evidence("x", estimate, low, high, 100)


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


def test_published_figures_of_the_procedure():
    """shared/METHOD.md, 4: lower limits at .05, .12, .18, .26 in the study of reputation."""
    study = ls.load_study("mobile-reputation", source="shipped")
    love = ls.shared_method(study, "affective_commitment", on="loyalty", given=["monetary_value"])
    at = love.table.set_index("c")["low"]
    lows = [at[c] for c in (0.05, 0.12, 0.18, 0.26)]
    # with Student's quantile in place of the normal one the third is .2749
    assert lows == pytest.approx([0.32, 0.30, 0.28, 0.22], abs=0.006)
    assert love.robustness.loc[0, "estimate"] == pytest.approx(0.185, abs=0.001)
    recommend = ls.shared_method(
        study, "affective_commitment", on="loyalty", given=["satisfaction"]
    )
    assert recommend.verdict in ("supported", "inconclusive", "not robust")
    miss = ls.shared_method(study, "would_miss", on="loyalty", given=["satisfaction"])
    assert miss.table.loc[0, ["estimate", "low", "high"]].round(2).tolist() == [0.20, 0.04, 0.36]
    assert miss.tipping_point == 0 and miss.verdict == "inconclusive"


@pytest.mark.parametrize(
    ("name", "symmetric", "fieller"),
    [("mobile-reputation", -0.27, -0.288), ("mobile-ecsi", -0.29, -0.321)],
)
def test_two_published_limits_are_symmetric_ones_and_ours_are_fiellers(name, symmetric, fieller):
    """shared/METHOD.md, 4, at .26: estimate less 1.96 SE. Student's quantile moves ours by .002."""
    table = ls.shared_method(
        ls.load_study(name, source="shipped"), "responsibility", on="loyalty"
    ).table
    assert table.set_index("c").loc[0.26, "low"] == pytest.approx(fieller, abs=0.0006)
    found = sitting(ls.load_study(name, source="shipped"), ["responsibility", "loyalty"])
    at = sm.correlation(found.data, sm.known_share(0.26), 0, 1)
    assert at.estimate - 1.96 * at.se == pytest.approx(symmetric, abs=0.005)
    level = 1 - 2 * stdtr(found.data.means.freedom, -1.96)
    normal = sm.correlation(found.data, sm.known_share(0.26), 0, 1, confidence=level)
    assert 0 < normal.low - at.low < 0.002 < abs(at.low - symmetric)


def test_shared_method_says_what_is_wrong():
    study = ls.load_study("mobile-ecsi", source="shipped")
    with pytest.raises(SurveyError, match=r"does not measure \['engagement'\]"):
        ls.shared_method(study, "engagement", on="loyalty")
    with pytest.raises(SurveyError, match=r"bound=2: a smallest effect between -1 and 1"):
        ls.shared_method(study, "trust", on="loyalty", bound=2)
    found = ls.shared_method(study, "trust", on="loyalty")
    assert str(found).startswith("trust on loyalty: ") and "<table" in found._repr_html_()
