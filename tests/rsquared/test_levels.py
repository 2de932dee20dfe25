"""Within and between clusters: R's lm and anova, sums of squares that add up, simulated ICC."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from loyaltystudy.rsquared import (
    between,
    group_moments,
    intraclass_correlation,
    leave_group_out,
    subset_r2,
    within,
)

HERE = Path(__file__).parents[1] / "reference"
COLUMNS = ("ell", "meals", "mobility", "api00")
BLOCKS = [["ell"], ["meals", "mobility"]]


@pytest.fixture(scope="module")
def schools():
    table = pd.read_csv(HERE / "steps_clusters.csv")
    at = pd.factorize(table["dnum"])[0]
    rows = table[[*COLUMNS]].to_numpy(float)
    return rows, at, group_moments(rows, np.ones(len(rows)), at, COLUMNS)


@pytest.fixture(scope="module")
def said():
    return pd.read_csv(HERE / "levels.csv").set_index("what")["value"]


def test_r2_at_each_level_is_that_of_lm(schools, said):
    for level, change in (("within", within), ("between", between)):
        found = subset_r2(change(schools[2]).total(), "api00", BLOCKS)
        expected = [said[f"{level} {what}"] for what in ("ell", "meals+mobility", "all")]
        np.testing.assert_allclose(found[1:], expected, atol=1e-9)


def test_both_levels_add_up_to_all(schools):
    clusters = schools[2]
    parts = within(clusters).total().cross + between(clusters).total().cross
    np.testing.assert_allclose(parts, clusters.total().cross, rtol=1e-12)


@pytest.mark.parametrize("level", ["within", "between"])
def test_leaving_out_a_cluster_equals_starting_without_it(schools, level):
    rows, at, clusters = schools
    change = {"within": within, "between": between}[level]
    _, without = leave_group_out(change(clusters), "api00", BLOCKS)
    for cluster in (0, 4, 11):
        rest = at != cluster
        again = np.unique(at[rest], return_inverse=True)[1]
        fresh = group_moments(rows[rest], np.ones(rest.sum()), again, COLUMNS)
        expected = subset_r2(change(fresh).total(), "api00", BLOCKS)
        np.testing.assert_allclose(without[cluster], expected, atol=1e-9)


def test_intraclass_correlation_is_that_of_anova(schools, said):
    found = intraclass_correlation(schools[2], 3)
    np.testing.assert_allclose(found, said[["icc", "icc_low", "icc_high"]], atol=1e-9)


def test_intraclass_correlation_does_not_depend_on_the_scale_of_weights(schools):
    rows, at, clusters = schools
    heavy = group_moments(rows, np.full(len(rows), 7.5), at, COLUMNS)
    np.testing.assert_allclose(
        intraclass_correlation(heavy, 3), intraclass_correlation(clusters, 3), atol=1e-10
    )


def test_intraclass_correlation_at_its_ends():
    """All variance between clusters is 1; clusters more alike than chance give less than 0."""
    at = np.repeat(np.arange(12), 5)
    same = group_moments(at[:, None] * 1.0, np.ones(60), at, ("y",))
    assert intraclass_correlation(same, 0) == (1.0, 1.0, 1.0)
    alike = group_moments(np.tile(np.arange(5.0), 12)[:, None], np.ones(60), at, ("y",))
    assert intraclass_correlation(alike, 0)[0] == pytest.approx(-1 / 4)  # -1 / (size - 1)
    alone = group_moments(at[:, None] * 1.0, np.ones(60), np.arange(60), ("y",))
    assert np.isnan(intraclass_correlation(alone, 0)).all()


def test_interval_of_the_intraclass_correlation_covers():
    """30 clusters of 8, ICC .2: 95 % of 1,000 intervals within 2.5 standard errors."""
    rng, at, covered = np.random.default_rng(17), np.repeat(np.arange(30), 8), 0
    for _ in range(1000):
        y = np.sqrt(0.2) * rng.normal(size=30)[at] + np.sqrt(0.8) * rng.normal(size=240)
        clusters = group_moments(y[:, None], np.ones(240), at, ("y",))
        _, low, high = intraclass_correlation(clusters, 0)
        covered += low <= 0.2 <= high
    assert 0.933 <= covered / 1000 <= 0.967
