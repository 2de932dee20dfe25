"""Tiers one period later: luck and loyalty."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from loyaltystudy.purchases._reading import read_panel
from loyaltystudy.purchases._sources import load_panel
from loyaltystudy.purchases._stability import expected_next, follow_tiers


def panel_of(x, y, *, spend=1.0, size=None):
    """Households with x purchases in the first and y in the second of two equal periods."""
    parts = []
    for start, counts in ((0.0, x), (10.0, y)):
        household = np.repeat(np.arange(len(counts)), counts)
        parts.append(pd.DataFrame({"h": household, "t": start + 5.0}))
    frame = pd.concat(parts, ignore_index=True).assign(b="a", s=spend)
    frame.loc[len(frame)] = [len(x), 0.0, "a", spend]  # the first and the last moment
    frame.loc[len(frame)] = [len(x), 20.0, "a", spend]
    columns = {"household": "h", "brand": "b", "time": "t", "spend": "s"}
    return read_panel(
        frame, {"name": "p", "title": "", "columns": columns, "panel_size": size or len(x) + 1}
    )


@pytest.fixture(scope="module")
def stationary():
    rng = np.random.default_rng(11)
    rate = rng.gamma(0.8, 3.0 / 0.8, 6000)
    panel = panel_of(rng.poisson(rate), rng.poisson(rate))
    return follow_tiers(panel, rule="purchases", resamples=300)


def test_expected_next_is_the_gamma_posteriors_mean():
    m, k, x = 3.0, 0.8, 5
    rate = np.linspace(1e-6, 60, 400_001)
    density = stats.gamma.pdf(rate, k, scale=m / k) * stats.poisson.pmf(x, rate)
    assert expected_next(x, m, k) == pytest.approx((rate * density).sum() / density.sum(), rel=1e-6)
    assert expected_next(x, m, k) == pytest.approx((0.8 + 5) / (0.8 + 3) * 3)  # by hand 4.5789


def test_means_are_kept_by_expectation():
    m, k = 2.5, 0.6
    n = np.arange(2000)
    p = stats.nbinom.pmf(n, k, k / (k + m))
    assert p @ expected_next(n, m, k) == pytest.approx(m)


def test_stationary_market_shows_the_expected_luck(stationary):
    table = stationary.table.set_index("tier")
    assert table["luck_expected"].iloc[0] == pytest.approx(0.8 / 3.8, abs=0.02)
    for tier in ("gold", "platinum"):
        row = table.loc[tier]
        assert row["low"] < row["luck_expected"] < row["high"]
        assert row["second"] < row["first"]
        assert row["expected"] == pytest.approx(row["adjusted"], rel=0.06)


def test_trend_by_purchases_lies_on_the_expected_line(stationary):
    trend = stationary.trend
    inside = (trend["low"] <= trend["expected"]) & (trend["expected"] <= trend["high"])
    assert inside.sum() >= len(trend) - 1
    assert trend["households"].sum() == 6001
    assert trend["purchases"].tolist()[:2] == ["0", "1"]


def test_luck_is_all_where_everybody_is_alike_and_none_where_nothing_changes():
    rng = np.random.default_rng(1)
    x = rng.poisson(6, 3000)
    chance = follow_tiers(panel_of(x, rng.poisson(6, 3000)), rule="purchases", resamples=0).table
    assert chance.set_index("tier").loc["platinum", "luck_observed"] == pytest.approx(1, abs=0.1)
    fixed = follow_tiers(panel_of(x, x), rule="purchases", resamples=0).table
    assert fixed["luck_observed"].dropna().abs().max() < 0.01


def test_luck_by_hand():
    # M1 = (1 + 1 + 1 + 9 + 1) / 5 = 2.6; the top household goes from 9 to 6, others 1 to 2
    tiers = follow_tiers(
        panel_of([1, 1, 1, 9], [2, 2, 2, 6]),
        rule="purchases",
        resamples=0,
        shares={"low": 0.75, "top": 0.25},
    )
    top = tiers.table.set_index("tier").loc["top"]
    assert tiers.growth == 1.0
    assert [top["first"], top["second"]] == [9, 6]
    assert top["luck_observed"] == pytest.approx(3 / (9 - 2.6))


def test_growth_of_the_market_is_not_loyalty():
    x = np.random.default_rng(0).poisson(5, 500)
    doubled = follow_tiers(panel_of(x, 2 * x), rule="purchases", resamples=0)
    assert doubled.growth == pytest.approx(2, abs=0.01)
    assert doubled.table["luck_observed"].dropna().abs().max() < 0.02


def test_movement_counts_everybody_once(stationary):
    movement = stationary.movement
    assert movement["households"].sum() == stationary.n
    assert movement.groupby("tier", observed=True)["share"].sum().tolist() == pytest.approx([1] * 4)
    gone = movement.query("tier == 'bronze' and next_tier == 'none'")["share"].item()
    assert gone > movement.query("tier == 'gold' and next_tier == 'none'")["share"].item()


@pytest.mark.parametrize("rule", ["spend", "rfm"])
def test_rules_by_spend(rule):
    rng = np.random.default_rng(4)
    rate = rng.gamma(1.0, 5.0, 800)
    panel = panel_of(rng.poisson(rate), rng.poisson(rate))
    panel.purchases["spend"] = rng.lognormal(1, 0.5, len(panel.purchases))
    table = follow_tiers(panel, rule=rule, resamples=0).table
    assert table["spend_first"].is_monotonic_increasing
    assert (table["households"] > 0).all()
    assert rule in repr(follow_tiers(panel, rule=rule, resamples=0))


def test_unknown_size_is_fitted_without_zeros_and_said():
    rng = np.random.default_rng(9)
    rate = rng.gamma(0.8, 4.0, 5000)
    panel = panel_of(rng.poisson(rate), rng.poisson(rate))
    spec = panel.spec.model_copy(update={"panel_size": None})
    tiers = follow_tiers(type(panel)(spec, panel.purchases), rule="purchases", resamples=0)
    assert tiers.notes[0].startswith("The number of households without purchase is not known")
    assert tiers.m == pytest.approx(3.2, rel=0.15)


@pytest.mark.parametrize("rule", ["spend", "rfm", "purchases"])
def test_tiers_of_a_real_chain_lose_more_than_luck(rule):
    found = follow_tiers(load_panel("journey"), rule=rule, resamples=199)
    assert found.table["households"].min() >= 10 and found.rule == rule
    top = found.table.set_index("tier").loc["platinum"]
    assert top["low"] < top["luck_observed"] < top["high"]
    assert (found.table["luck_observed"] > found.table["luck_expected"]).all()
