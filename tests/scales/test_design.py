"""Weights, clusters and strata of the codebook in every statistic of scales."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from loyaltystudy.errors import SurveyError
from loyaltystudy.scales import (
    cfa,
    comparable,
    efa,
    htmt,
    invariance,
    mokken,
    monotonicity,
    parallel_analysis,
    polychoric,
)
from loyaltystudy.scales._design import RowDesign, check_units, simple_design
from loyaltystudy.scales._inputs import complete_items

REFERENCE = Path(__file__).parents[1] / "reference"
R = pd.read_csv(REFERENCE / "reliability_adf.csv")
R_DATA = pd.read_csv(REFERENCE / "reliability_adf_data.csv")
TWO = {"a": ["a1", "a2", "a3"], "b": ["b1", "b2", "b3"]}
ITEMS = [item for own in TWO.values() for item in own]


@pytest.fixture
def weighted(answers, study_of):
    return study_of(answers, TWO, 1, 5, weight="w")


@pytest.fixture
def clustered(answers, study_of):
    return study_of(answers, TWO, 1, 5, weight="w", cluster="store")


@pytest.fixture
def copies(answers) -> pd.DataFrame:
    return answers.loc[answers.index.repeat(answers["w"].astype(int))].reset_index(drop=True)


CALLS = {
    "cfa": lambda data, scales: cfa(data, scales).loadings["loading"],
    "ordinal": lambda data, scales: cfa(data, scales, ordinal=True).loadings["loading"],
    "correlation": lambda data, scales: cfa(data, scales, ordinal=True).correlations["estimate"],
    "htmt": lambda data, scales: htmt(data, scales, resamples=0)["estimate"],
    "mokken": lambda data, scales: mokken(data, ITEMS)["h"],
    "polychoric": lambda data, scales: polychoric(data, ITEMS).to_numpy().ravel(),
    "efa": lambda data, scales: efa(data, ITEMS, factors=2).loadings["loading"],
}


@pytest.mark.parametrize("call", CALLS)
def test_whole_weights_are_copies_of_respondents(call, weighted, copies, answers):
    found, same = CALLS[call](weighted, TWO), CALLS[call](copies[ITEMS], TWO)
    # least squares weigh correlations by their error, which copies make smaller than weights do
    close = 3e-3 if call in ("ordinal", "correlation") else 2e-5
    np.testing.assert_allclose(found, same, atol=close)
    assert not np.allclose(found, CALLS[call](answers[ITEMS], TWO), atol=2 * close)
    by_name = CALLS[call](weighted, ["a", "b"])
    np.testing.assert_allclose(by_name, found)


@pytest.mark.parametrize("design", ["stratified", "clustered"])
def test_linearised_variances_are_those_of_the_survey_package(design):
    table = R_DATA[R_DATA["design"] == design]
    unit = np.unique(table["unit"], return_inverse=True)[1]
    w = table["pw"].to_numpy() / table["pw"].mean()
    made = RowDesign(w, *((None, unit) if design == "stratified" else (unit, None)), weighted=True)
    check_units(made)
    values = table[["ell", "meals"]].to_numpy(float)
    mean = np.average(values, axis=0, weights=w)
    fact = R[R["data"] == design].set_index(["scale", "measure"])["value"]
    se = np.sqrt(np.diag(made.covariance(values - mean)))
    for k, name in enumerate(["ell", "meals"]):
        assert mean[k] == pytest.approx(fact[name, "mean"], abs=1e-9)
        assert se[k] == pytest.approx(fact[name, "mean_se"], rel=1e-9)


def leave_out(answers, statistic) -> float:
    """Standard error by the jackknife of whole stores."""
    values = np.array([statistic(answers[answers["store"] != s]) for s in range(30)])
    return np.sqrt(29 / 30 * ((values - values.mean()) ** 2).sum())


def test_standard_errors_are_those_of_whole_clusters(clustered, weighted, answers, study_of):
    def drop(call):
        keep = [*ITEMS, "w"]
        return lambda rows: call(study_of(rows[keep].reset_index(drop=True), TWO, 1, 5, weight="w"))

    row = mokken(clustered, "a").iloc[0]
    expected = leave_out(answers, drop(lambda s: mokken(s, "a")["h"][0]))
    assert row.se == pytest.approx(expected, rel=0.1)
    assert row.se > 1.02 * mokken(weighted, "a")["se"][0]
    z = 1.959963985
    for model in (cfa, partial(cfa, ordinal=True)):
        found = model(clustered, TWO).correlations.iloc[0]
        expected = leave_out(
            answers, drop(lambda s, model=model: model(s, TWO).correlations["estimate"][0])
        )
        assert (found.high - found.low) / 2 / z == pytest.approx(expected, rel=0.15)


def test_first_lines_name_the_design(clustered):
    assert "(weighted, 30 clusters; robust standard errors" in cfa(clustered, TWO).header
    assert "(WLSMV; weighted, 30 clusters): n = 500" in cfa(clustered, TWO, ordinal=True).header
    explored = efa(clustered, ITEMS, factors=2)
    assert "(weighted, 30 clusters: weights enter; no chi-square)" in explored.header
    assert explored.fit[["chi_square", "p"]].isna().all(axis=None)
    groups = invariance(clustered, TWO, "language")
    assert groups.header.startswith("Weighted, 30 clusters: estimates and CFI are weighted; p val")


def test_invariance_of_a_weighted_study_is_that_of_copies(weighted, copies):
    found, same = (invariance(data, TWO, "language").table for data in (weighted, copies))
    ratio = found.chi_square / same.chi_square
    np.testing.assert_allclose(ratio, ratio[0], rtol=0.05)  # n counts people, not copies
    assert comparable(weighted, "a", "language")["level"].item() in ("scalar", "metric", "none")


def test_bootstrap_draws_are_of_clusters(clustered, weighted):
    wide, narrow = (htmt(s, TWO, resamples=400, seed=1).iloc[0] for s in (clustered, weighted))
    assert wide.estimate == narrow.estimate
    assert wide.high - wide.low > 1.1 * (narrow.high - narrow.low)


def test_what_a_design_does_not_reach_is_refused(clustered, weighted):
    with pytest.raises(SurveyError, match=r"monotonicity counts respondents.*\(weighted\)"):
        monotonicity(weighted, "a")
    with pytest.raises(SurveyError, match="breaks up the clusters"):
        parallel_analysis(clustered, ITEMS)
    assert parallel_analysis(weighted, ITEMS, draws=40).keep.sum() == 2
    with pytest.raises(SurveyError, match="name a scale of the study: "):
        mokken(weighted)
    with pytest.raises(SurveyError, match="name the items of the study"):
        polychoric(weighted)


def test_designs_without_a_variance_are_refused():
    with pytest.raises(SurveyError, match="all rows lie in one cluster"):
        check_units(RowDesign(np.ones(4), clusters=np.zeros(4, int)))
    with pytest.raises(SurveyError, match="1 clusters lie in several strata"):
        check_units(RowDesign(np.ones(4), np.array([0, 0, 1, 2]), np.array([0, 1, 1, 1])))
    with pytest.raises(SurveyError, match="1 strata have one unit only"):
        check_units(RowDesign(np.ones(3), strata=np.array([0, 0, 1])))
    check_units(simple_design(3))


def test_rows_outside_the_design_are_counted_as_left_out(answers, study_of):
    answers = answers.copy()
    answers.loc[:2, "w"] = [0.0, np.nan, 2.0]
    answers.loc[2, "store"] = np.nan
    answers.loc[3, "a1"] = np.nan
    items = complete_items(study_of(answers, TWO, 1, 5, weight="w", cluster="store"), ["a"])
    assert (items.n, items.n_dropped) == (496, 4)
    assert items.weights.mean() == pytest.approx(1)
