"""Means of scores under the design."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from loyaltystudy.scales import (
    describe_scores,
)

REFERENCE = Path(__file__).parents[1] / "reference"
R = pd.read_csv(REFERENCE / "reliability_adf.csv")
R_DATA = pd.read_csv(REFERENCE / "reliability_adf_data.csv")
TWO = {"a": ["a1", "a2", "a3"], "b": ["b1", "b2", "b3"]}
ITEMS = [item for own in TWO.values() for item in own]


@pytest.fixture
def clustered(answers, study_of):
    return study_of(answers, TWO, 1, 5, weight="w", cluster="store")


@pytest.mark.parametrize(("design", "freedom"), [("stratified", 197), ("clustered", 14)])
def test_scores_are_described_under_the_design(design, freedom, study_of):
    from scipy.stats import t

    table = R_DATA[R_DATA["design"] == design].rename(columns={"pw": "w", "unit": "store"})
    table = table[["ell", "meals", "w", "store"]].reset_index(drop=True)
    table.loc[len(table)] = [5.0, np.nan, 0.0, 1.0]  # a row without weight changes nothing
    column = {"strata": "store"} if design == "stratified" else {"cluster": "store"}
    scales = {"ell": ["ell"], "meals": ["meals"]}
    made = study_of(table, scales, 0, 100, whole=False, weight="w", **column)
    found = describe_scores(made).set_index("scale")
    fact = R[R["data"] == design].set_index(["scale", "measure"])["value"]
    for name in scales:
        row = found.loc[name]
        assert row["n"] == len(table) - 1
        assert row["mean"] == pytest.approx(fact[name, "mean"], abs=1e-9)
        half = t.ppf(0.975, freedom) * fact[name, "mean_se"]
        assert row["high"] - row["mean"] == pytest.approx(half, rel=1e-9)


def test_scores_of_a_simple_sample_have_the_usual_interval(answers, study_of):
    from scipy.stats import ttest_1samp

    found = describe_scores(study_of(answers[ITEMS], TWO, 1, 5)).iloc[0]
    scores = answers[TWO["a"]].mean(axis=1)
    low, high = ttest_1samp(scores, 0).confidence_interval(0.95)
    expected = [500, scores.mean(), scores.std(), low, high]
    np.testing.assert_allclose(found[["n", "mean", "sd", "low", "high"]].astype(float), expected)
