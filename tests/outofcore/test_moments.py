"""Moments of a Dask DataFrame are those of pandas, and the same rows are refused."""

import numpy as np
import pandas as pd
import pytest

import loyaltystudy as ls
from loyaltystudy.errors import SurveyError

dd = pytest.importorskip("dask.dataframe")
ROWS = pd.DataFrame(np.random.default_rng(1).normal(size=(90, 2)), columns=["x", "y"])
ROWS["w"] = np.linspace(0.5, 2, 90)


def parted(frame):
    return dd.from_pandas(frame, npartitions=3)


def test_weighted_moments_equal_those_in_memory():
    data = parted(ROWS)
    found = ls.moments(data[["x", "y"]], weights=data["w"])
    whole = ls.moments(ROWS[["x", "y"]], weights=ROWS["w"])
    assert found.n == whole.n and found.columns == whole.columns
    for name in ("weight", "weight2", "mean", "cross"):
        assert np.allclose(getattr(found, name), getattr(whole, name), rtol=1e-12)


def test_all_that_is_wrong_is_named_at_once():
    bad = ROWS.copy()
    bad.loc[3, "x"], bad.loc[50, "y"], bad.loc[80, "w"] = np.nan, np.inf, -1
    data = parted(bad)
    with pytest.raises(SurveyError) as caught:
        ls.moments(data[["x", "y"]], weights=data["w"])
    text = str(caught.value)
    assert "missing values: ['x']" in text and "infinite values: ['y']" in text
    assert "weights: 0 missing, 1 zero or negative, 0 infinite" in text


def test_text_and_weights_from_elsewhere_are_refused(tmp_path):
    with pytest.raises(SurveyError, match=r"not numeric: \['z'\]"):
        ls.moments(parted(ROWS.assign(z="a")))
    with pytest.raises(SurveyError, match="give a column of the same Dask DataFrame"):
        ls.moments(parted(ROWS), weights=ROWS["w"])
    with pytest.raises(SurveyError, match="no rows"):
        ls.moments(parted(ROWS).query("x > 100"))
