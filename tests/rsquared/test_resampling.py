"""Bootstrap draws of moments: against drawing the rows, and the same for any number of workers."""

from __future__ import annotations

import numpy as np
import pytest

from loyaltystudy import SurveyError
from loyaltystudy.rsquared._moments import group_moments, row_moments, subset_r2
from loyaltystudy.rsquared._resampling import (
    BLOCK,
    bootstrap_groups,
    bootstrap_moments,
    draw_counts,
)

COLUMNS = ("a", "b", "c", "y")


@pytest.fixture(scope="module")
def rows():
    rng = np.random.default_rng(5)
    x = rng.normal(3, 2, size=(120, 4))
    x[:, 3] += x[:, 0]
    return x, rng.uniform(0.5, 2, 120), np.repeat(np.arange(24), 5)


def counts_of(seed: int, draws: int, units: int) -> np.ndarray:
    streams = np.random.SeedSequence(seed).spawn(-(-draws // BLOCK))
    return np.concatenate([draw_counts(stream, BLOCK, units) for stream in streams])[:draws]


def assert_same(found, expected, draw: int) -> None:
    for field in ("n", "weight", "weight2", "mean", "cross"):
        one, other = getattr(found, field)[draw], getattr(expected, field)
        np.testing.assert_allclose(one, other, rtol=1e-11, atol=1e-11)


def test_each_draw_has_the_moments_of_its_rows(rows):
    x, w, _ = rows
    found = bootstrap_moments(x, w, draws=100, seed=3, columns=COLUMNS)
    counts = counts_of(3, 100, len(x))
    for draw in (0, 1, BLOCK, 99):
        taken = np.repeat(np.arange(len(x)), counts[draw])
        assert_same(found, row_moments(x[taken], w[taken], COLUMNS), draw)


def test_clusters_are_drawn_whole(rows):
    x, w, groups = rows
    found = bootstrap_moments(x, w, draws=70, seed=3, groups=groups, columns=COLUMNS)
    counts = counts_of(3, 70, 24)
    for draw in (0, 69):
        taken = np.concatenate(
            [np.flatnonzero(groups == g) for g in np.repeat(np.arange(24), counts[draw])]
        )
        assert_same(found, row_moments(x[taken], w[taken], COLUMNS), draw)
    parts = group_moments(x, w, groups, COLUMNS)
    np.testing.assert_array_equal(bootstrap_groups(parts, draws=70, seed=3).cross, found.cross)


def test_draws_are_the_same_for_any_number_of_workers_and_of_draws(rows):
    x, w, _ = rows
    one = bootstrap_moments(x, w, draws=3 * BLOCK + 5, seed=8)
    two = bootstrap_moments(x, w, draws=3 * BLOCK + 5, seed=8, workers=2)
    fewer = bootstrap_moments(x, w, draws=BLOCK + 9, seed=8)
    np.testing.assert_array_equal(one.cross, two.cross)
    # products of matrices of other sizes are added up in another order
    np.testing.assert_allclose(one.cross[: BLOCK + 9], fewer.cross, rtol=1e-12)
    assert not np.allclose(one.cross, bootstrap_moments(x, w, draws=3 * BLOCK + 5, seed=9).cross)


def test_rows_beyond_one_chunk_are_all_counted(rows):
    rng = np.random.default_rng(2)
    x = rng.normal(size=(20_000, 2))
    found = bootstrap_moments(x, np.ones(len(x)), draws=2, seed=1, columns=("a", "y"))
    taken = np.repeat(np.arange(len(x)), counts_of(1, 2, len(x))[1])
    expected = row_moments(x[taken], np.ones(len(x)), ("a", "y"))
    np.testing.assert_allclose(found.cross[1], expected.cross, rtol=1e-11, atol=1e-9)
    assert found.n.tolist() == [20_000, 20_000]


def test_counts_are_multinomial():
    counts = counts_of(0, 4000, 10)
    assert (counts.sum(axis=1) == 10).all()
    np.testing.assert_allclose(counts.mean(axis=0), 1, atol=0.06)
    np.testing.assert_allclose(counts.var(axis=0), 0.9, atol=0.08)
    np.testing.assert_allclose(np.corrcoef(counts[:, 0], counts[:, 1])[0, 1], -1 / 9, atol=0.05)


def test_bootstrap_errors_are_those_of_theory(rows):
    """R² with one predictor: standard error 2 r (1 - r²) / √n for normal rows."""
    rng = np.random.default_rng(11)
    x = rng.normal(size=(2000, 2))
    x[:, 1] += x[:, 0]
    drawn = bootstrap_moments(x, np.ones(2000), draws=2000, seed=4, columns=("x", "y"))
    found = subset_r2(drawn, "y", [["x"]])[:, 1].std()
    assert found == pytest.approx(2 * np.sqrt(0.5) * 0.5 / np.sqrt(2000), rel=0.1)


def test_a_rare_category_may_be_absent_from_a_draw():
    rng = np.random.default_rng(3)
    x = rng.normal(size=(60, 3))
    x[:, 0] = 0.0
    x[:2, 0] = 1.0  # two people of sixty: absent from one draw in eight
    drawn = bootstrap_moments(x, np.ones(60), draws=100, seed=1, columns=("rare", "x", "y"))
    absent = drawn.cross[:, 0, 0] == 0
    assert 3 < absent.sum() < 30
    with pytest.raises(SurveyError, match=r"Constant columns explain nothing: \['rare'\]"):
        subset_r2(drawn, "y", [["rare"], ["x"]])
    values = subset_r2(drawn, "y", [["rare"], ["x"]], tolerant=True)
    np.testing.assert_allclose(values[absent, 1], 0, atol=1e-14)
    np.testing.assert_allclose(values[absent, 3], values[absent, 2], atol=1e-14)
    assert (values[~absent, 1] > 0).all()


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"draws": 0, "seed": 1}, "draws=0: a whole number from 1 is needed."),
        ({"draws": 2.5, "seed": 1}, "draws=2.5: a whole number from 1 is needed."),
        ({"draws": 5, "seed": -1}, "seed=-1: a whole number from 0 is needed."),
    ],
)
def test_bad_arguments_are_refused(rows, given, message):
    with pytest.raises(SurveyError) as error:
        bootstrap_moments(rows[0], rows[1], **given)
    assert str(error.value) == message
