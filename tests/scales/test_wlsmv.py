"""Polychoric correlations and diagonally weighted least squares beside lavaan's WLSMV."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from loyaltystudy.errors import SurveyError
from loyaltystudy.scales._polychoric import polychoric_pairs
from loyaltystudy.scales._wlsmv import fit_dwls, robust_fit, scaled_shifted

REFERENCE = Path(__file__).parents[1] / "reference"
LAVAAN = pd.read_csv(REFERENCE / "ordinal.csv", keep_default_na=False)
ANSWERS = pd.read_csv(REFERENCE / "ordinal_answers.csv")
FIVE = {f: [f"{f}{i}" for i in range(1, 5)] for f in "abcde"}
JOINED = {"ab": FIVE["a"] + FIVE["b"], **{f: FIVE[f] for f in "cde"}}
TWO = {"v": ["v1", "v2", "v3"], "u": ["u1", "u2", "u3"]}
MODELS = {"five": FIVE, "joined": JOINED, "binary and seven": TWO, "weighted": FIVE}


def fitted(model: str):
    scales = MODELS[model]
    values = ANSWERS[[item for items in scales.values() for item in items]].to_numpy(float)
    w = ANSWERS["w"].to_numpy() if model == "weighted" else np.ones(len(ANSWERS))
    pairs = polychoric_pairs(values, w)
    u = pairs.influence * (w / w.mean())[:, None]
    gamma = u.T @ u / len(u)
    dwls = fit_dwls(pairs.correlations, gamma, [len(items) for items in scales.values()], len(u))
    return dwls, robust_fit(dwls, pairs.correlations, gamma)


@pytest.mark.parametrize("model", MODELS)
def test_fit_is_that_of_lavaan(model):
    fit = fitted(model)[1]
    expected = LAVAAN[(LAVAAN.model == model) & (LAVAAN.a == "")].set_index("measure")["value"]
    names = {
        "chisq.scaled": "chi_square",
        "df": "df",
        "pvalue.scaled": "p",
        "cfi.scaled": "cfi",
        "tli.scaled": "tli",
        "rmsea.scaled": "rmsea",
        "rmsea.ci.lower.scaled": "rmsea_low",
        "rmsea.ci.upper.scaled": "rmsea_high",
        "srmr": "srmr",
    }
    for theirs, ours in names.items():
        assert fit[ours] == pytest.approx(expected[theirs], abs=1e-3), ours


@pytest.mark.parametrize("model", MODELS)
def test_estimates_and_standard_errors_are_those_of_lavaan(model):
    dwls = fitted(model)[0]
    rows = LAVAAN[(LAVAAN.model == model) & (LAVAAN.a != "")]
    scales, p = MODELS[model], len(dwls.home)
    item = {name: i for i, name in enumerate(i for items in scales.values() for i in items)}
    factor = {name: i for i, name in enumerate(scales)}
    se = np.sqrt(np.diag(dwls.covariance))
    row, col = np.tril_indices(len(scales), -1)
    place = {frozenset(pair): p + k for k, pair in enumerate(zip(row, col, strict=True))}
    assert len(rows) == 2 * len(se)
    for r in rows.itertuples():
        if r.b in item:
            at, estimate = item[r.b], dwls.loadings[item[r.b]]
        else:
            at = place[frozenset((factor[r.a], factor[r.b]))]
            estimate = dwls.factors[factor[r.a], factor[r.b]]
        assert (estimate if r.measure == "estimate" else se[at]) == pytest.approx(r.value, abs=1e-3)


def test_twenty_items_take_under_a_second():
    start = time.process_time()
    fitted("five")
    assert time.process_time() - start < 1


def test_scaled_shifted_leaves_a_chi_square_alone():
    u_gamma = np.zeros((6, 6))
    u_gamma[:4, :4] = np.eye(4)
    assert scaled_shifted(7.5, u_gamma, 4) == pytest.approx(7.5)


def test_a_scale_of_two_items_alone_is_not_identified():
    values = ANSWERS[["a1", "a2"]].to_numpy(float)
    pairs = polychoric_pairs(values, np.ones(len(values)))
    with pytest.raises(SurveyError, match="not identified: items per scale \\[2\\]"):
        fit_dwls(pairs.correlations, np.eye(1), [2], len(values))
