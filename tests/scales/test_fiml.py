"""Full-information and robust maximum likelihood beside lavaan."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from loyaltystudy.errors import SurveyError
from loyaltystudy.scales._design import RowDesign, simple_design
from loyaltystudy.scales._fiml import fit_likelihood, saturated_moments
from loyaltystudy.scales._information import patterns

REFERENCE = Path(__file__).parents[1] / "reference"
LAVAAN = pd.read_csv(REFERENCE / "incomplete_factors.csv", keep_default_na=False)
ANSWERS = pd.read_csv(REFERENCE / "incomplete_factors_data.csv")
THREE = {f: [f"{f}{i}" for i in (1, 2, 3)] for f in "abc"}
ITEMS = [item for items in THREE.values() for item in items]
MODELS = ["gaps", "robust weights", "robust clusters", "robust weights, gaps"]


def fitted(model: str):
    rows = ANSWERS if "gaps" in model else ANSWERS.dropna()
    n = len(rows)
    if model == "gaps":
        design = simple_design(n)
    elif "weights" in model:
        design = RowDesign(rows["w"].to_numpy() / rows["w"].mean(), weighted=True)
    else:
        design = RowDesign(np.ones(n), np.unique(rows["store"], return_inverse=True)[1])
    return fit_likelihood(rows[ITEMS].to_numpy(float), THREE, design)


@pytest.mark.parametrize("model", MODELS)
def test_fit_is_that_of_lavaan(model):
    fit = fitted(model).fit
    expected = LAVAAN[(LAVAAN.model == model) & (LAVAAN.a == "")].set_index("measure")["value"]
    end = "" if model == "gaps" else ".scaled"
    names = {"pvalue": "p", "cfi": "cfi", "tli": "tli", "rmsea": "rmsea"}
    if model == "gaps":  # lavaan's limits of a scaled RMSEA are of another kind
        names |= {"rmsea.ci.lower": "rmsea_low", "rmsea.ci.upper": "rmsea_high"}
    # a survey's n / (n - 1) stands in our variances; of lavaan's in those of clusters alone
    close = 6e-3 if "weights" in model else 1e-3
    for theirs, ours in names.items():
        assert fit[ours] == pytest.approx(expected[theirs + end], abs=close), ours
    once = (fit["n"] - 1) / fit["n"] if "weights" in model else 1.0
    assert fit["chi_square"] == pytest.approx(once * expected["chisq" + end], abs=1e-3)
    assert fit["srmr"] == pytest.approx(expected["srmr"], abs=1e-4)


@pytest.mark.parametrize("model", MODELS)
def test_estimates_are_those_of_lavaan(model):
    from loyaltystudy.scales._factor_result import standardised

    found = fitted(model)
    estimates = standardised(found.fitted, found.covariance)
    rows = LAVAAN[(LAVAAN.model == model) & (LAVAAN.b.isin(ITEMS))]
    se = np.sqrt(np.diag(estimates.covariance))
    for r in rows.itertuples():
        at = ITEMS.index(r.b)
        ours = estimates.loadings[at] if r.measure == "estimate" else se[at]
        assert ours == pytest.approx(r.value, abs=1e-3), (r.b, r.measure)


def test_moments_of_whole_rows_need_no_iteration():
    rows = ANSWERS[ITEMS].dropna().to_numpy()
    sigma, mu = saturated_moments(patterns(rows, np.ones(len(rows))), 9)
    np.testing.assert_allclose(sigma, np.cov(rows.T, ddof=0))
    np.testing.assert_allclose(mu, rows.mean(axis=0))


def test_items_that_nobody_answered_both_of_are_refused():
    values = ANSWERS[ITEMS].to_numpy(float).copy()
    values[:250, 0], values[250:, 1] = np.nan, np.nan
    with pytest.raises(SurveyError, match="Items 1 and 2 of the model"):
        fit_likelihood(values, THREE, simple_design(len(values)))


def test_weights_of_whole_numbers_are_copies_of_rows():
    rows = ANSWERS[ITEMS].dropna().to_numpy()[:120]
    times = np.arange(len(rows)) % 3 + 1.0
    apart = fit_likelihood(
        np.repeat(rows, times.astype(int), axis=0), THREE, simple_design(int(times.sum()))
    )
    joint = fit_likelihood(rows, THREE, RowDesign(times / times.mean(), weighted=True))
    from loyaltystudy.scales._cfa import standardised

    found, same = (standardised(f.fitted, f.covariance).loadings for f in (joint, apart))
    np.testing.assert_allclose(found, same, atol=1e-6)
