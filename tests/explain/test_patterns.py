"""Rows by what they lack: sums, regressions, completion."""

import numpy as np
import pytest

from loyaltystudy.errors import SurveyError
from loyaltystudy.explain._patterns import Patterns, Standardisation, em, prepare

rng = np.random.default_rng(1)
WHOLE = rng.multivariate_normal([0, 0, 0], [[1, 0.5, 0.3], [0.5, 1, 0.2], [0.3, 0.2, 1]], 60)
HOLES = WHOLE.copy()
HOLES[:15, 0] = np.nan
HOLES[10:25, 2] = np.nan
HOLES[59] = np.nan
W = np.ones(60)


def test_each_pattern_has_its_rows_and_empty_rows_none():
    parts = Patterns.of(HOLES, W, "abc")
    assert parts.n.sum() == 59 and len(parts.seen) == 4
    for g, seen in enumerate(parts.seen):
        rows = HOLES[parts.rows[parts.which == g]][:, seen]
        assert np.allclose(parts.mean[g][seen], rows.mean(axis=0))


def test_regressions_are_those_of_the_seen_on_all():
    sigma, parts = np.cov(WHOLE.T), Patterns.of(HOLES, W, "abc")
    k, inverse = parts.regressions(sigma)
    for g, seen in enumerate(parts.seen):
        slopes = sigma[:, seen] @ np.linalg.inv(sigma[np.ix_(seen, seen)])
        assert np.allclose(k[g][:, seen], slopes) and np.allclose(k[g][:, ~seen], 0)
        assert np.allclose(inverse[g][np.ix_(~seen, ~seen)], 0)


def test_complete_rows_are_their_own_moments_at_once():
    found, rounds = em(Patterns.of(WHOLE, W, "abc"))
    assert rounds <= 2
    assert np.allclose(found.mean, WHOLE.mean(axis=0))
    assert np.allclose(found.cross / 60, np.cov(WHOLE.T, ddof=0))


def test_filling_keeps_answers_and_puts_expectations_or_draws_in_gaps():
    parts, there = Patterns.of(HOLES, W, "abc"), ~np.isnan(HOLES)
    theta, _ = em(parts)
    means = parts.fill(HOLES, theta)
    drawn = parts.fill(HOLES, theta, np.random.default_rng(1))
    assert np.array_equal(means[there], HOLES[there]) and np.array_equal(drawn[there], HOLES[there])
    sigma = theta.cross / theta.weight
    slopes = np.linalg.solve(sigma[1:, 1:], sigma[1:, 0])
    assert np.allclose(means[:10, 0], theta.mean[0] + (HOLES[:10, 1:] - theta.mean[1:]) @ slopes)
    assert not np.allclose(drawn[:10, 0], means[:10, 0]) and np.isnan(means[59]).all()


def test_standardising_can_be_undone():
    scale = Standardisation(np.array([1.0, -2]), np.array([2.0, 0.5]))
    x = rng.normal(size=(5, 2))
    assert np.allclose(scale.back(scale.do(x)), x)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda x: x.__setitem__((slice(None), 0), np.nan), "column 'a' has no answers"),
        (lambda x: x.__setitem__((slice(None), 1), 3.0), "column 'b' is constant"),
        (
            lambda x: (x.__setitem__((slice(0, 30), 0), np.nan), x[30:, 1].fill(np.nan)),
            "columns 'a' and 'b' are never answered by the same row",
        ),
    ],
)
def test_moments_that_are_not_identified(change, message):
    x = WHOLE.copy()
    change(x)
    with pytest.raises(SurveyError, match=message):
        prepare(x, W, "abc")


def test_a_column_that_others_make_up_is_named():
    x = np.column_stack([WHOLE, WHOLE[:, 0] + WHOLE[:, 1]])
    x[:5, 3] = np.nan
    with pytest.raises(SurveyError, match="Column 'd' is a linear combination of columns before"):
        em(Patterns.of(x, W, "abcd"))
