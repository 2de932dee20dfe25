"""A DataFrame of items in hand: alpha of any dtype of numbers, and one error for anything else."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pingouin
import pytest

import loyaltystudy as ls
from loyaltystudy.errors import SurveyError, SurveyWarning
from loyaltystudy.scales import reliability

ITEMS = ["a", "b", "c"]


def _frame(n=60) -> pd.DataFrame:
    rng = np.random.default_rng(8)
    base = rng.normal(size=n)
    return pd.DataFrame({k: np.clip(np.rint(4 + base + rng.normal(size=n)), 1, 7) for k in ITEMS})


def _gap(frame):
    return frame.mask(frame.index.to_series() % 9 == 0)


@pytest.mark.parametrize(
    "turned",
    [
        lambda f: f,
        lambda f: f.astype("Int64"),
        lambda f: _gap(f).astype("Int64"),
        lambda f: f.astype("double[pyarrow]"),
        lambda f: f.astype(pd.SparseDtype("float", np.nan)),
        lambda f: f.astype(object),
        lambda f: f > 4,
        lambda f: f.set_index(np.zeros(len(f))),
        lambda f: f.set_axis(pd.MultiIndex.from_product([["wave 1"], ITEMS]), axis=1),
        lambda f: f.set_axis([1, 2, 3], axis=1),
    ],
)
def test_a_frame_of_items_has_the_alpha_of_pingouin(turned):
    frame = turned(_frame())
    plain = frame.astype(float).dropna()
    (row,) = reliability(frame).itertuples()
    assert row.alpha == pytest.approx(pingouin.cronbach_alpha(plain)[0], abs=1e-12)
    assert (row.n, row.items) == (len(plain), 3)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (_frame().assign(b="agree"), "'b' holds .*, not numbers"),
        (_frame().assign(b=pd.Timestamp("2024-01-01")), "'b' holds .*, not numbers"),
        (_frame().assign(b=pd.to_timedelta(1, "D")), "'b' holds .*, not numbers"),
        (_frame().astype("category"), "'a' is a category"),
        (_frame().assign(b=np.inf), "'b' is infinite"),
        (_frame().assign(b=1j), "complex"),
        (_frame()[["a", "a", "b"]], "'a' stands twice"),
        (_frame()[[]], "No columns"),
        (_frame()["a"], "A study is needed, not Series"),
        ([1, 2], "A study is needed, not list"),
    ],
)
def test_a_frame_that_is_no_items_is_one_error(data, said):
    with pytest.raises(SurveyError, match=said):
        reliability(data)


@pytest.mark.parametrize(("value", "said"), [(3.0, "same answer"), (np.nan, "answered")])
def test_a_frame_without_spread_has_no_alpha_and_says_why(value, said):
    with pytest.warns(SurveyWarning, match=said):
        (row,) = reliability(_frame().assign(b=value)).itertuples()
    assert np.isnan(row.alpha) and row.note


def test_scores_need_a_study():
    for function in (ls.score, lambda frame: ls.item_analysis(frame, "a")):
        with pytest.raises(SurveyError, match="A study is needed, not DataFrame"):
            function(_frame())
