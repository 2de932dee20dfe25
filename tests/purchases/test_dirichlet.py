"""What a fit holds: observed beside expected, and what it prints."""

import numpy as np
import pandas as pd
import pytest

from loyaltystudy.purchases._dirichlet import set_beside
from loyaltystudy.purchases._theory import (
    MEASURES,
    category_distribution,
    expected_joint,
    expected_measures,
)

ALPHA, S = pd.Series({"a": 0.6, "b": 0.3}), 1.2
DISTRIBUTION = category_distribution(2.0, 0.8)
FAILS = ("pairs", "a & b", 3.2, 1, 0.001, "fails", "bought by the same")
HOLDS = ("brands", "all", 1.0, 1, 0.3, "holds", "")


def beside(observed, joint=None, seen=None):
    mks = {"M": 2.0, "K": 0.8, "S": S}
    rows = [{"parameter": p, "brand": "", "estimate": v} for p, v in mks.items()]
    rows += [{"parameter": "alpha", "brand": b, "estimate": v} for b, v in ALPHA.items()]
    more = {"method": "hand", "base": "all", "n": 50, "loglik": 0.0, "notes": ["Beware."]}
    kinds = {"joint": joint, "params": rows, "fit": [HOLDS, FAILS]}
    return set_beside(DISTRIBUTION, ALPHA, S, observed, seen, **kinds, **more)


def test_what_was_expected_leaves_no_residual():
    expected = expected_measures(DISTRIBUTION, ALPHA, S)
    found = beside(expected, expected_joint(DISTRIBUTION, ALPHA, S), DISTRIBUTION)
    assert len(found.table) == 2 * len(MEASURES)
    assert np.allclose(found.table["residual"], 0)
    assert np.allclose(found.table["expected_given_category"], found.table["expected"])
    assert np.allclose(found.duplication["residual"], 0)
    assert found.double_jeopardy["residual"].abs().max() < 1e-3  # the line is interpolated


def test_what_was_not_observed_is_missing():
    found = beside(expected_measures(DISTRIBUTION, ALPHA, S) * np.nan)
    assert found.table["residual"].isna().all() and found.duplication["observed"].isna().all()
    assert found.table["expected_given_category"].isna().all()


def test_parameters_by_name_and_what_is_printed():
    found = beside(expected_measures(DISTRIBUTION, ALPHA, S))
    assert found.value("K") == 0.8 and found.alpha.to_dict() == ALPHA.to_dict()
    text = repr(found)
    assert text.startswith("NBD-Dirichlet by hand, 50 households: M 2.000, K 0.800, S 1.200")
    assert "Fails: pairs: bought by the same." in text and "Beware." in text
    assert "Fails: brands" not in text


def test_the_line_of_double_jeopardy_rises():
    line = beside(expected_measures(DISTRIBUTION, ALPHA, S)).line
    assert (np.diff(line["penetration"]) > 0).all() and (np.diff(line["purchase_rate"]) > 0).all()
    assert line["market_share"].iloc[0] == pytest.approx(0.3 / S / 2)
