"""Means, ratios and shares of clustered, stratified and weighted samples, against R survey."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.proportion import proportion_confint

from loyaltystudy.claims._design import SampleDesign, design_means, share_interval
from loyaltystudy.errors import SurveyError

REFERENCE = Path(__file__).parents[1] / "reference"
R = pd.read_csv(REFERENCE / "shared_method.csv", index_col="what")["value"]
ITEMS = pd.read_csv(REFERENCE / "shared_method_items.csv")
DESIGN = SampleDesign(
    ITEMS["weight"].to_numpy(), ITEMS["store"].to_numpy(), ITEMS["stratum"].to_numpy()
)


def test_means_and_their_covariance_are_surveys():
    found = design_means(ITEMS[["x1", "y1"]].to_numpy(float), DESIGN)
    assert found.value == pytest.approx([R["mean x1"], R["mean y1"]], abs=1e-12)
    assert np.sqrt(np.diag(found.cov)) == pytest.approx([R["se x1"], R["se y1"]], rel=1e-10)
    assert found.cov[0, 1] == pytest.approx(R["cov"], rel=1e-9)
    assert found.freedom == R["df"]


def test_a_ratio_is_surveys():
    found = design_means(ITEMS[["x1", "y1"]].to_numpy(float), DESIGN)
    value, se, _ = found.of(lambda m: m[..., 0] / m[..., 1])
    assert value == pytest.approx(R["ratio"], abs=1e-12)
    assert se == pytest.approx(R["se ratio"], rel=1e-6)


def test_a_share_has_wilsons_interval_at_the_size_that_the_design_is_worth():
    yes = (ITEMS["x1"] > 4).to_numpy(float)
    p, low, high, n = share_interval(yes, DESIGN)
    assert p == pytest.approx(R["share"], abs=1e-12)
    assert n == pytest.approx(p * (1 - p) / R["se share"] ** 2, rel=1e-8)
    assert n < 0.9 * len(yes)
    assert low < p < high


def test_rows_drawn_one_by_one_have_wilsons_interval():
    yes = np.repeat([1.0, 0.0], [3000, 7000])
    _, low, high, _ = share_interval(yes, SampleDesign(np.ones(10_000)))
    assert (low, high) == pytest.approx(proportion_confint(3000, 10_000, method="wilson"), abs=1e-5)


def test_a_share_of_nobody_has_an_interval_that_knows_the_clusters():
    nobody = np.zeros(200)
    loose = share_interval(nobody, SampleDesign(np.ones(200)))
    tight = share_interval(nobody, SampleDesign(np.ones(200), np.arange(200) // 10))
    assert loose[0] == tight[0] == 0 and 0 < loose[2] < tight[2] < 0.25


def test_strata_of_one_unit_are_refused():
    with pytest.raises(SurveyError, match="1 of 2 strata have one sampled unit only"):
        design_means(np.ones((3, 1)), SampleDesign(np.ones(3), None, np.array([1, 1, 2])))


def test_bias_of_a_square_by_hand():
    u = np.array([[1.0], [2], [3], [6]])
    found = design_means(u, SampleDesign(np.ones(4)))
    value, se, bias = found.of(lambda m: m[..., 0] ** 2)
    assert (value, se) == pytest.approx((9.0, 2 * 3 * np.sqrt(found.cov[0, 0])))
    assert bias == pytest.approx(found.cov[0, 0], rel=1e-4)  # E m² - (E m)² is the variance


def test_clusters_are_numbered_within_their_strata():
    u = np.arange(8.0)[:, None]
    same_names = SampleDesign(np.ones(8), np.array([1, 1, 2, 2, 1, 1, 2, 2]), np.repeat([1, 2], 4))
    own_names = SampleDesign(np.ones(8), np.array([1, 1, 2, 2, 3, 3, 4, 4]), np.repeat([1, 2], 4))
    assert design_means(u, same_names).cov == pytest.approx(design_means(u, own_names).cov)
