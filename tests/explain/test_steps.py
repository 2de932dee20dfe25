"""Steps under designs: survey::regTermTest in R; jackknife of incomplete answers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import loyaltystudy as ls
from loyaltystudy.explain._frame import Frame
from loyaltystudy.explain._steps import by_moments
from loyaltystudy.rsquared import Estimates
from loyaltystudy.survey._codebook import make_codebook

HERE = Path(__file__).parents[1] / "reference"
DESIGNS = {
    "clusters": (
        "steps_clusters.csv",
        {"weight": "pw", "cluster": "dnum"},
        {"english": ["ell"], "other": ["meals", "mobility"]},
    ),
    "weights": ("steps_weights.csv", {"weight": "pw"}, {"english": ["ell"], "emer": ["emer"]}),
    "strata": (
        "steps_weights.csv",
        {"weight": "pw", "strata": "stype"},
        {"pupils": ["ell", "meals"], "emer": ["emer"]},
    ),
}


def schools(file: str, design: dict):
    table = pd.read_csv(HERE / file)
    number = {"kind": "numeric", "answers": {"range": [-1e6, 1e6], "whole": False}}
    book = {"study": "s", "title": "S", "population": "customers", "design": design}
    return ls.read_study(table, make_codebook(book | {"variables": dict.fromkeys(table, number)}))


@pytest.mark.parametrize("name", DESIGNS)
def test_wald_tests_are_those_of_survey(name):
    file, design, blocks = DESIGNS[name]
    steps = ls.compare_blocks(schools(file, design), "api00", blocks).steps
    said = pd.read_csv(HERE / "steps.csv").query("design == @name")
    for column in ("f", "df1", "df2", "p"):
        np.testing.assert_allclose(steps[column], said[column], rtol=2e-6)


def test_without_a_design_steps_are_f_tests_of_r2():
    table = pd.read_csv(HERE / "steps_weights.csv")
    steps = ls.compare_blocks(table, "api00", {"a": ["ell"], "b": ["emer", "meals"]}).steps
    r2 = [np.corrcoef(table["ell"], table["api00"])[0, 1] ** 2, steps["r2"][1]]
    f = (r2[1] - r2[0]) / 2 / ((1 - r2[1]) / (len(table) - 4))
    assert steps["f"][1] == pytest.approx(f) and steps["df2"][1] == len(table) - 4


def test_missing_answers_are_paid_for():
    """A third of x missing: p by EM and imputation near each other, above that of all answers."""
    rng = np.random.default_rng(12)
    x, z = rng.normal(size=(2, 200))
    whole = pd.DataFrame({"x": x, "z": z, "y": 0.25 * x + 0.3 * z + rng.normal(size=200)})
    gaps = whole.assign(x=whole["x"].where(rng.random(200) > 0.35))
    blocks = {"x": ["x"], "z": ["z"]}
    f = {
        missing: ls.compare_blocks(gaps, "y", blocks, missing=missing).steps.set_index("block")
        for missing in ("em", "impute")
    }
    assert f["em"].loc["x", "f"] == pytest.approx(f["impute"].loc["x", "f"], rel=0.25)
    assert f["em"].loc["x", "f"] < ls.compare_blocks(whole, "y", blocks).steps["f"][0]
    assert [*f["em"]["df2"]] == [198, 197]


def test_em_is_near_full_information_ml_of_lavaan():
    """shared case: lavaan 0.6.14, missing = "fiml.x", y ~ x: z 1.636, robust 1.616."""
    rows = pd.read_csv(HERE / "incomplete_data.csv")
    found = ls.compare_blocks(rows, "y", {"a": ["a1"], "b": ["b1"]}, missing="em").steps
    said = pd.read_csv(HERE / "steps_fiml.csv")
    np.testing.assert_allclose(np.sqrt(found["f"]), said["z"], rtol=0.06)


def test_imputations_are_joined_by_rubins_rules():
    """Betas 1, 2, 3 with variances .2, .4, .6: mean 2, .4 within and (1 + 1/3) · 1 between."""

    class Fixed:
        def __init__(self, beta, variance):
            self.beta, self.variance = beta, variance

        def estimates(self, statistic, measures):
            root = np.sqrt(np.array([[self.variance]]))
            return Estimates(np.array([self.beta]), np.zeros(1), root, 99.0)

    frame = Frame("y", {"x": ["x"]}, [], 0)
    lefts = [Fixed(1.0, 0.2), Fixed(2.0, 0.4), Fixed(3.0, 0.6)]
    [(beta, cov)] = by_moments(lefts, frame)
    assert beta[0] == pytest.approx(2.0)
    assert cov[0, 0] == pytest.approx(0.4 + (1 + 1 / 3) * 1.0)
