"""The stratified jackknife against R's survey package, and by hand."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import loyaltystudy as ls
from loyaltystudy.errors import SurveyError
from loyaltystudy.explain._estimation import subset_estimates
from loyaltystudy.explain._frame import model_frame
from loyaltystudy.rsquared._estimates import Estimates
from loyaltystudy.rsquared._moments import group_moments, moments, subset_r2
from loyaltystudy.rsquared._strata import as_units, without_each
from loyaltystudy.survey._codebook import make_codebook

REFERENCE = Path(__file__).parents[1] / "reference"
DATA = pd.read_csv(REFERENCE / "strata_data.csv")
R = pd.read_csv(REFERENCE / "strata.csv")["r2"].to_numpy()


def study(data=DATA, **design):
    number = {"kind": "numeric", "answers": {"range": [-100, 1000]}}
    raw = {
        "study": "s",
        "title": "S",
        "population": "customers",
        "variables": dict.fromkeys(data, number),
        "blocks": {"A": ["a"], "B": ["b"]},
        "design": {"weight": "w", **design},
    }
    return ls.read_study(data, make_codebook(raw))


def test_each_replicate_is_that_of_the_survey_package():
    x = DATA[["a", "b", "y"]]
    units = group_moments(x.to_numpy(), DATA["w"].to_numpy(), DATA["cluster"] - 1, x.columns)
    strata = DATA.groupby("cluster")["stratum"].first().to_numpy()
    found = subset_r2(without_each(units, strata), "y", [["a", "b"]])[:, 1]
    np.testing.assert_allclose(found, R, atol=1e-12)


def test_variance_and_bias_by_hand():
    strata = DATA.groupby("cluster")["stratum"].first().to_numpy()
    value = np.array([0.3])
    found = Estimates.from_units(value, R[:, None], strata)
    se, bias = found.se(), found.bias
    assert found.freedom == len(R) - 4
    variance = by_hand = 0.0
    for h in range(1, 5):
        own = R[strata == h]
        variance += (len(own) - 1) / len(own) * ((own - own.mean()) ** 2).sum()
        by_hand += (len(own) - 1) * (own.mean() - value[0])
    assert se[0] == pytest.approx(np.sqrt(variance), rel=1e-10)
    assert bias[0] == pytest.approx(by_hand, rel=1e-9)


def test_one_stratum_is_the_plain_jackknife():
    x = DATA[["a", "b", "y"]]
    units = as_units(x.to_numpy(), DATA["w"].to_numpy(), tuple(x.columns))
    rest = without_each(units, np.zeros(len(x)))
    plain = moments(x[1:], weights=DATA["w"][1:])
    factor = len(x) / (len(x) - 1)
    np.testing.assert_allclose(rest.cross[0], factor * plain.cross, atol=1e-9)
    np.testing.assert_allclose(rest.mean[0], plain.mean, atol=1e-12)


def test_compare_blocks_uses_the_design():
    stratified = ls.compare_blocks(study(cluster="cluster", strata="stratum"), "y")
    clustered = ls.compare_blocks(study(cluster="cluster"), "y")
    plain = stratified.table.query("measure == 'alone'")["estimate"].to_numpy()
    assert plain == pytest.approx(clustered.table.query("measure == 'alone'")["estimate"])
    width = [
        t.table.query("measure == 'alone'").eval("high - low").to_numpy()
        for t in (stratified, clustered)
    ]
    assert (width[0] != width[1]).all() and (width[0] > 0).all()
    rows = ls.compare_blocks(study(strata="stratum"), "y")
    assert rows.table.query("measure == 'dominance'")[["low", "high"]].notna().all().all()


def test_bad_designs():
    with pytest.raises(SurveyError, match=r"Strata with one unit only: \[.*9"):
        ls.compare_blocks(
            study(DATA.assign(stratum=[9, *DATA["stratum"][1:]]), strata="stratum"), "y"
        )
    astride = DATA.assign(stratum=[2, *DATA["stratum"][1:]])
    with pytest.raises(SurveyError, match=r"Clusters that lie in several strata: \['1.0'\]"):
        ls.compare_blocks(study(astride, cluster="cluster", strata="stratum"), "y")


def test_the_frame_has_one_stratum_a_unit():
    frame = model_frame(study(cluster="cluster", strata="stratum"), "y")
    assert len(frame.strata) == 24 == subset_estimates(frame).freedom + 4
