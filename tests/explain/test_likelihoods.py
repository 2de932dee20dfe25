"""Outcomes of few values: numbered, checked, and drawn anew."""

import numpy as np
import pandas as pd
import pytest

from loyaltystudy.errors import SurveyError
from loyaltystudy.explain import model_frame
from loyaltystudy.explain._likelihoods import as_problem, bootstrap, numbered

rng = np.random.default_rng(1)
ROWS = pd.DataFrame({"x": rng.normal(size=90), "z": rng.normal(size=90)})
ROWS["y"] = (ROWS["x"] + rng.normal(size=90) > 0).astype(float)
BLOCKS = {"one": ["x"], "other": ["z"]}


def problem(rows=ROWS, measure="mcfadden"):
    return as_problem(model_frame(rows, "y", BLOCKS), measure)


def test_values_in_order_become_numbers():
    order = pd.Categorical(["low", "high", None], categories=["low", "high"], ordered=True)
    assert numbered(pd.DataFrame({"y": order}), "y")["y"].tolist()[:2] == [0, 1]
    assert numbered(pd.DataFrame({"y": order}), "y")["y"].isna().tolist() == [False, False, True]
    truth = pd.DataFrame({"y": pd.Series([True, False, None], dtype=object)})
    assert numbered(truth, "y")["y"].tolist()[:2] == [1, 0]
    assert numbered(ROWS, "y") is ROWS


@pytest.mark.parametrize("values", [["a", "b"], pd.Categorical(["a", "b"])])
def test_values_without_an_order_are_refused(values):
    with pytest.raises(SurveyError, match="has values without an order"):
        numbered(pd.DataFrame({"y": values}), "y")


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (np.ones(90), "constant"),
        (np.arange(90) % 12, "has 12 values; 2 to 11 are needed"),
        (np.r_[2, np.arange(89) % 2], "values given once only: 2"),
    ],
)
def test_outcomes_that_are_no_few_values(values, message):
    with pytest.raises(SurveyError, match=message):
        problem(ROWS.assign(y=values.astype(float)))


def test_tjur_is_of_two_values():
    with pytest.raises(SurveyError, match="measure='tjur' is of two values; 'y' has 3"):
        problem(ROWS.assign(y=np.arange(90) % 3.0), "tjur")


def test_columns_are_standardised_and_subsets_grow():
    made = problem()
    assert np.allclose(made.x.mean(axis=0), 0) and np.allclose(made.x.std(axis=0), 1)
    assert made.members == [[], [0], [1], [0, 1]] and made.categories == (0, 1)
    values, without, logliks = made.subsets(made.y, made.w, True)
    assert values[0] == pytest.approx(0) and (np.diff(logliks[[0, 1, 3]]) >= 0).all()
    assert without.shape == (90, 4)


def test_draws_recur_by_seed_and_vary_about_the_estimate():
    made = problem()
    draws = bootstrap(made, 40, seed=3)
    assert np.array_equal(draws, bootstrap(made, 40, seed=3))
    values = made.subsets(made.y, made.w, False)[0]
    assert draws[:, 1].std() > 0 and draws[:, 1].min() < values[1] < draws[:, 1].max()
