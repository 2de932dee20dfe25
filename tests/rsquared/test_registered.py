"""Errors from a file: of the measures it has, and of no others."""

import numpy as np
import pytest

from loyaltystudy.rsquared import MEASURES, Estimates, RegisteredEstimates

VALUES = np.array([0.0, 0.2, 0.1, 0.25])  # none, first, second, both
COVARIANCE = {name: np.array([[0.0016, 0.0004], [0.0004, 0.0009]]) for name in MEASURES}


def found(covariance=COVARIANCE, **more):
    empty = np.empty((0, 4))
    return RegisteredEstimates(VALUES, np.zeros(4), empty, 40.0, covariance=covariance, **more)


@pytest.mark.parametrize("name", MEASURES)
def test_errors_of_blocks_and_of_their_difference_are_the_files(name):
    of = MEASURES[name]
    assert np.allclose(found().se(of), [0.04, 0.03])
    assert found().gap_se(of, 0, 1) == pytest.approx(np.sqrt(0.0016 + 0.0009 - 0.0008))


def test_of_a_measure_that_the_file_does_not_have_nothing_is_known():
    assert np.isnan(found().se(np.asarray)).all() and found().known


def test_limits_are_those_of_estimates_with_these_errors():
    of = MEASURES["alone"]
    root = np.linalg.cholesky(COVARIANCE["alone"]).T
    subsets = np.column_stack([np.zeros(2), root, np.zeros(2)])
    plain = Estimates(VALUES, np.zeros(4), subsets, 40.0)
    assert np.allclose(of(subsets), root)
    assert np.allclose(found().interval(of, [1, 1]), plain.interval(of, np.array([1, 1])))


def test_a_block_without_a_line_has_no_limits_and_leaves_the_other_alone():
    holes = {name: c.copy() for name, c in COVARIANCE.items()}
    holes["unique"][1] = holes["unique"][:, 1] = np.nan
    of = MEASURES["unique"]
    low, high = found(holes).interval(of, [1, 1])
    assert np.isnan([low[1], high[1]]).all()
    whole = found().interval(of, [1, 1])
    assert np.allclose([low[0], high[0]], whole[:, 0])
