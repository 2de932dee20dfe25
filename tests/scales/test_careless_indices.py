"""Each index of careless answering by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from loyaltystudy.scales import _careless_indices as indices

NAN = np.nan


def test_longest_run():
    answers = np.array(
        [
            [1, 1, 1, 2, 2],
            [1, 2, 3, 4, 5],
            [3, NAN, 3, NAN, 3],
            [NAN] * 5,
            [2, 1, 1, NAN, 1],
        ]
    )
    assert indices.longest_run(answers).tolist() == [3, 1, 3, 0, 3]


def test_variability():
    shares = np.array([[0, 1, 0, 1], [0.25, NAN, 0.75, NAN], [0.5, NAN, NAN, NAN]])
    found = indices.variability(shares)
    np.testing.assert_allclose(found[:2], [np.sqrt(1 / 3), np.sqrt(0.125)])
    assert np.isnan(found[2])


def test_even_odd_leaves_out_gaps_and_stays_within_one():
    # Three scales of two items: halves 1 2 3 and 3 2 1: r = -1; then 2 r / (1 + 1) = -1.
    keyed = np.array([[1, 3, 2, 2, 3, 1.0], [1, 1, 2, 3, 3, NAN]])
    scales = [[0, 1], [2, 3], [4, 5]]
    assert indices.even_odd(keyed, scales, fewest=3)[0] == pytest.approx(-1)
    assert np.isnan(indices.even_odd(keyed, scales, fewest=3)[1])
    assert indices.even_odd(keyed, scales, fewest=2)[1] == pytest.approx(1)
    assert np.isnan(indices.even_odd(keyed, [], fewest=2)).all()


def test_correlations_are_pairwise_as_in_pandas():
    rng = np.random.default_rng(2)
    answers = rng.standard_normal((90, 5)).cumsum(axis=1)
    answers[rng.random(answers.shape) < 0.2] = NAN
    expected = pd.DataFrame(answers).corr(min_periods=30).to_numpy()
    np.testing.assert_allclose(indices.correlations(answers), expected, atol=1e-12)
    assert np.isnan(indices.correlations(answers[:20])).all()


def test_synonyms_and_antonyms():
    rng = np.random.default_rng(4)
    core = rng.standard_normal((200, 12))
    twins = core + 0.3 * rng.standard_normal(core.shape)
    answers = np.column_stack([core, twins])
    same = indices.alike(answers, at_least=0.6)
    direct = [np.corrcoef(core[row], twins[row])[0, 1] for row in range(200)]
    np.testing.assert_allclose(same, direct)
    turned = indices.alike(np.column_stack([core, -twins]), at_least=0.6, sign=-1)
    np.testing.assert_allclose(turned, -same)
    assert np.isnan(indices.alike(core, at_least=0.6)).all()  # no pairs


def test_twins_need_enough_answers_that_differ():
    answers = np.array([[1, 2, 3.0], [1, 2, 3], [1, 2, NAN], [2, 2, 2], [2, 2, 2], [1, NAN, NAN]])
    assert indices.twins(answers, fewest=2).tolist() == [1, 1, 0, 0, 0, 0]
    assert indices.twins(answers[[2, 2, 5, 5]], fewest=2).tolist() == [1, 1, 0, 0]
