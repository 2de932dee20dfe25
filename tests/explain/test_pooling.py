"""Pooling of comparisons and of moments."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import loyaltystudy as ls
from loyaltystudy.errors import SurveyError
from loyaltystudy.explain._pooling import pool_blocks, pool_moments
from loyaltystudy.report._plots.pooling import plot_pooled
from loyaltystudy.rsquared._measures import MEASURES
from loyaltystudy.rsquared._moments import Moments
from loyaltystudy.rsquared._random_effects import random_effects

BLOCKS = {"first": ["a"], "second": ["b", "c"]}


def rows(seed: int, n: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(rng.standard_normal((n, 3)), columns=list("abc"))
    y = 0.5 * frame["a"] + 0.2 * frame["b"] + rng.standard_normal(n)
    return frame.assign(y=y)


@pytest.fixture(scope="module")
def results():
    return {
        f"s{i}": ls.compare_blocks(rows(i, n), "y", BLOCKS)
        for i, n in enumerate((200, 300, 400, 150))
    }


def test_blocks_are_pooled_at_the_average_variance(results):
    found = pool_blocks(results)
    assert found.table["k"].tolist() == [4] * 6
    row = found.table.query("block == 'first' and measure == 'unique'").iloc[0]
    part = found.studies.query("block == 'first' and measure == 'unique'")
    se = np.array([r.found.se(MEASURES["unique"])[0] for r in results.values()])
    n = part["n"].to_numpy(float)
    by_hand = random_effects(part["estimate"], (n * se**2).mean() / n)
    assert row["estimate"] == pytest.approx(by_hand.mean)
    assert row["tau"] == pytest.approx(np.sqrt(by_hand.tau2))
    assert 0.1 < row["low"] < 0.19 < row["high"] < 0.3  # 0.25 / 1.29 in the population
    assert (found.table["predict_low"] >= 0).all()
    assert (found.table["predict_low"] <= found.table["low"].clip(lower=0) + 1e-9).all()


def test_two_studies_are_listed_and_not_pooled(results):
    found = pool_blocks(dict([*results.items()][:2]))
    assert found.table["estimate"].isna().all() and found.table["k"].eq(2).all()
    assert len(found.studies) == 12
    assert "2 studies: s0, s1" in repr(found)


def test_blocks_of_other_names_are_refused(results):
    other = ls.compare_blocks(rows(9, 100), "y", {"first": ["a"], "third": ["b"]})
    with pytest.raises(
        SurveyError, match=r"other: blocks \['first', 'third'\], not \['first', 'se"
    ):
        pool_blocks(results | {"other": other})
    with pytest.raises(SurveyError, match="these are none: \\['study 1'\\]"):
        pool_blocks([3])


def test_forest_plot_shows_every_study_the_mean_and_a_new_one(results):
    ax = plot_pooled(pool_blocks(results), "first")
    labels = [t.get_text() for t in ax.get_yticklabels()]
    assert labels[:4] == ["s0 (n 200)", "s1 (n 300)", "s2 (n 400)", "s3 (n 150)"]
    assert labels[4].startswith("mean of 4") and labels[5] == "a new study"
    with pytest.raises(SurveyError, match="Nothing pooled of 'third'"):
        plot_pooled(pool_blocks(results), "third")


def moments_of(r: float, n: int, columns=("bond", "loyalty")) -> Moments:
    table = pd.DataFrame([[1, r], [r, 1]], index=list(columns), columns=list(columns))
    return Moments.from_correlations(table, n=n)


def test_correlations_of_alike_studies_and_their_correction():
    studies = {f"s{n}": moments_of(0.36, n) for n in (200, 300, 400)}
    alphas = {name: {"bond": 0.8, "loyalty": 0.9} for name in studies}
    counts = {name: {"bond": 4, "loyalty": 3} for name in studies}
    found = pool_moments(studies, reliability=alphas, items=counts)
    plain, corrected = (found.table.query("corrected == @c").iloc[0] for c in (False, True))
    assert plain["estimate"] == pytest.approx(0.36, abs=1e-6) and plain["k"] == 3
    assert corrected["estimate"] == pytest.approx(0.36 / np.sqrt(0.72), abs=1e-6)
    assert found.correlation.loc["bond", "loyalty"] == pytest.approx(0.36, abs=1e-6)


def test_a_pair_of_fewer_than_three_studies_is_listed():
    two = [moments_of(0.3, 100), moments_of(0.4, 200)]
    other = [moments_of(0.2, 150, ("bond", "trust"))] * 3
    table = pool_moments(two + other).table.set_index(["first", "second"])
    assert table.loc[("loyalty", "bond"), "k"] == 2
    assert np.isnan(table.loc[("loyalty", "bond"), "estimate"])
    assert table.loc[("trust", "bond"), "estimate"] == pytest.approx(0.2, abs=1e-6)


def test_impossible_reliabilities_are_told():
    with pytest.raises(SurveyError, match="reliability: {'bond': 1.2}"):
        pool_moments([moments_of(0.3, 100)] * 3, reliability=[{"bond": 1.2}] * 3)
    with pytest.raises(SurveyError, match="1 reliabilities for 3 studies"):
        pool_moments([moments_of(0.3, 100)] * 3, reliability=[{}])
