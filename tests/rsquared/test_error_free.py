"""Error-free moments: lavaan's latent R² on three data sets, hand arithmetic, lifted matrices."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from loyaltystudy import Moments
from loyaltystudy.rsquared import (
    error_free,
    indistinct,
    least_eigenvalue,
    lifted,
    row_moments,
    stack,
    subset_r2,
)

HERE = Path(__file__).parents[1] / "reference"
SCALES = {
    "holzinger": (
        "validity_holzinger.csv",
        {"visual": ["x1", "x2", "x3"], "textual": ["x4", "x5", "x6"], "speed": ["x7", "x8", "x9"]},
    ),
    "democracy": (
        "error_free_democracy.csv",
        {
            "industry": ["x1", "x2", "x3"],
            "before": ["y1", "y2", "y3", "y4"],
            "after": ["y5", "y6", "y7", "y8"],
        },
    ),
    "bfi": (
        "error_free_bfi.csv",
        {
            "agree": ["A2", "A3", "A4", "A5"],
            "conscience": ["C1", "C2", "C3"],
            "nervous": ["N1", "N2", "N3"],
            "outgoing": ["E3", "E4", "E5"],
        },
    ),
}


def table(*rows) -> Moments:
    names = ["a", "b", "y"][: len(rows)]
    return Moments.from_correlations(pd.DataFrame(rows, index=names, columns=names), n=200)


@pytest.mark.parametrize("name", SCALES)
def test_latent_r2_of_lavaan(name):
    file, scales = SCALES[name]
    rows = pd.read_csv(HERE / file)
    omega = pd.read_csv(HERE / "error_free_omega.csv").query("data == @name").set_index("scale")
    scores = np.column_stack([rows[items].mean(axis=1) for items in scales.values()])
    whole = row_moments(scores, np.ones(len(rows)), tuple(scales))
    m = error_free(whole, omega["omega"].to_numpy())
    *predictors, outcome = scales
    found = subset_r2(m, outcome, [[scale] for scale in predictors])
    said = pd.read_csv(HERE / "error_free_r2.csv").query("data == @name")["r2"]
    np.testing.assert_allclose(found[1:], said, atol=1e-6)


def test_one_predictor_by_the_classical_correction():
    """r² / (ρ_x ρ_y)."""
    m = error_free(table([1, 0.4], [0.4, 1]), np.array([0.8, 0.5]))
    assert subset_r2(m, "b", [["a"]])[1] == pytest.approx(0.16 / 0.4)


def test_least_eigenvalue_by_hand_and_below_a_vanished_variance():
    # correlation .6 / .75 = .8 once error is off
    m = error_free(table([1, 0.6], [0.6, 1]), np.array([[0.75, 0.75], [1.0, 1.0]]))
    np.testing.assert_allclose(least_eigenvalue(m), [0.2, 0.4])
    gone = error_free(table([1, 0.6], [0.6, 1]), np.array([0.0, 1.0]))
    assert least_eigenvalue(gone) == -1.0


def test_the_smallest_common_lift_that_makes_a_matrix_possible():
    """Correlation .6, both reliabilities ρ: least eigenvalue 1 - .6 / ρ, .02 at ρ = .6 / .98."""
    m = table([1, 0.6], [0.6, 1])
    np.testing.assert_allclose(lifted(m, np.array([0.5, 0.5])), 0.6 / 0.98, atol=1e-6)
    # what is possible already keeps its reliabilities
    np.testing.assert_array_equal(lifted(m, np.array([0.9, 0.7])), [0.9, 0.7])


def test_stacks_are_lifted_one_by_one():
    rng = np.random.default_rng(3)
    rows = rng.normal(size=(4, 50, 3)) + 1.5 * rng.normal(size=(4, 50, 1))
    each = [row_moments(part, np.ones(50), ("a", "b", "y")) for part in rows]
    rho = np.array([0.6, 0.7, 0.65])
    both = lifted(stack(each), rho)
    for m, found in zip(each, both, strict=True):
        np.testing.assert_allclose(lifted(m, rho), found, atol=1e-7)
        assert least_eigenvalue(error_free(m, found)) >= 0.02 - 1e-9


def test_what_cannot_be_told_apart_is_named():
    m = table([1, 0.85, 0.1], [0.85, 1, 0.1], [0.1, 0.1, 1])
    assert indistinct(error_free(m, np.array([0.8, 0.8, 0.9]))) == ["a", "b"]
    assert indistinct(error_free(m, np.array([1.0, 0.0, 1.0]))) == ["b"]
