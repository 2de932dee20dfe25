"""Tables and descriptions: hand arithmetic, brute force, the shipped panels' known figures."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings, strategies as st
from hypothesis.extra import numpy as npst

from loyaltystudy.errors import SurveyError
from loyaltystudy.purchases._describe import describe_purchases
from loyaltystudy.purchases._reading import read_panel
from loyaltystudy.purchases._simulate import simulate_counts
from loyaltystudy.purchases._sources import load_panel

TABLE = pd.DataFrame({"a": [4, 0, 1, 6, 0], "b": [0, 2, 1, 0, 0], "c": [1, 0, 0, 0, 3]})


def category(described):
    return described.category.set_index("measure")["estimate"]


def wide(described):
    return described.table.pivot_table(index="brand", columns="measure", values="estimate")


def brands(described):
    return described.table.set_index(["brand", "measure"])["estimate"]


# -- tabulating ----------------------------------------------------------------------------------


# -- describing ----------------------------------------------------------------------------------


def test_brand_measures_by_hand():
    found = brands(describe_purchases(TABLE, resamples=0))
    by_hand = {  # a is bought by households 0 (4 of 5), 2 (1 of 2) and 3 (6 of 6)
        "market_share": 11 / 18,
        "penetration": 3 / 5,
        "purchase_rate": 11 / 3,
        "category_rate": 13 / 3,
        "share_of_requirements": 11 / 13,
        "sole_buyers": 1 / 3,
        "repeat_buyers": 2 / 3,
    }
    assert found["a"].to_dict() == pytest.approx(by_hand)


def test_category_measures_by_hand():
    found = category(describe_purchases(TABLE, non_buyers=5, resamples=0))
    # totals 6, 5, 3, 2, 2; the heaviest half is 2.5 households: 6 + 5 + 3/2 of 18
    assert found["penetration"] == pytest.approx(5 / 10)
    assert found["purchase_rate"] == pytest.approx(18 / 5)
    assert found["repertoire_size"] == pytest.approx(7 / 5)
    assert found["sole_buyers"] == pytest.approx(3 / 5)
    assert found["sole_buyers_5plus"] == pytest.approx(1 / 2)
    assert found["below_five"] == pytest.approx(3 / 5)
    assert found["heavy_half"] == pytest.approx(12.5 / 18)
    assert found["heavy_fifth"] == pytest.approx(6 / 18)


def test_measures_at_five_are_means_over_all_draws_of_five():
    table = pd.DataFrame({"a": [5, 7, 1], "b": [2, 0, 1], "c": [1, 0, 0]})
    found = category(describe_purchases(table, resamples=0))
    different, alike = [], []
    for counts in ([5, 2, 1], [7, 0, 0]):  # the third household bought twice
        bag = np.repeat([0, 1, 2], counts)
        sizes = [len(set(draw)) for draw in combinations(bag, 5)]
        different.append(np.mean(sizes))
        alike.append(np.mean(np.array(sizes) == 1))
    assert found["repertoire_at_5"] == pytest.approx(np.mean(different))
    assert found["sole_buyers_at_5"] == pytest.approx(np.mean(alike))


def test_duplication_by_hand():
    duplication = describe_purchases(TABLE, resamples=0).duplication.set_index(["brand", "other"])
    assert duplication.loc[("a", "b"), "duplication"] == pytest.approx(1 / 3)
    assert duplication.loc[("b", "a"), "duplication"] == pytest.approx(1 / 2)
    # 1 of 5 buys both, against 3/5 x 2/5
    assert duplication.loc[("a", "b"), "coefficient"] == pytest.approx((1 / 5) / (6 / 25))
    assert duplication.loc[("b", "c"), "duplication"] == 0


def test_duplication_coefficient_has_an_interval():
    table = simulate_counts(4.0, 1.0, {"a": 0.6, "b": 0.4, "c": 0.3}, households=800, seed=2)
    rows = describe_purchases(table, resamples=199).duplication
    assert (rows["coefficient_low"] < rows["coefficient"]).all()
    assert (rows["coefficient"] < rows["coefficient_high"]).all()
    # the coefficient of a with b is that of b with a
    low = rows.set_index(["brand", "other"])["coefficient_low"].to_dict()
    assert all(low[a, b] == low[b, a] for a, b in low)


@pytest.mark.parametrize("name, short, long", [("ketchup", 0.68, 0.19), ("tuna", 0.45, 0.07)])
def test_short_panels_make_sole_buyers_look_many(name, short, long):
    described = describe_purchases(load_panel(name), resamples=0)
    found = category(described)
    assert round(found["sole_buyers"], 2) == short
    assert round(found["sole_buyers_5plus"], 2) == long
    assert described.notes[0].startswith("Short histories")


def test_measures_at_five_do_not_depend_on_the_length_of_the_panel():
    """Tripling everybody's purchases moves sole_buyers, not (beyond chance) the measures at 5."""
    alpha = {"a": 0.5, "b": 0.3, "c": 0.2}
    short, long = (
        category(
            describe_purchases(
                simulate_counts(m, 3.0, alpha, households=40_000, seed=1), resamples=0
            )
        )
        for m in (8.0, 24.0)
    )
    assert short["sole_buyers"] - long["sole_buyers"] > 0.05
    assert short["sole_buyers_at_5"] == pytest.approx(long["sole_buyers_at_5"], abs=0.012)
    assert short["repertoire_at_5"] == pytest.approx(long["repertoire_at_5"], abs=0.02)


@settings(max_examples=40, deadline=None)
@given(npst.arrays(int, (6, 3), elements=st.integers(0, 9)))
def test_invariants(counts):
    counts[0] = [1, 2, 1]  # every brand bought
    table = pd.DataFrame(counts, columns=list("abc"))
    found = describe_purchases(table, resamples=0)
    measures = wide(found)
    assert measures["market_share"].sum() == pytest.approx(1)
    turned = describe_purchases(table[["c", "a", "b"]].iloc[::-1], resamples=0)
    other = wide(turned)
    pd.testing.assert_frame_equal(measures, other)
    assert 0.5 <= category(found)["heavy_half"] <= 1
    product = measures["penetration"] * measures["purchase_rate"]
    assert (product * 6).sum() == pytest.approx(counts.sum())


def test_panel_of_use_is_described_by_what_it_can_tell():
    used = pd.DataFrame({"a": [1, 1, 0], "b": [0, 1, 1]})
    panel = read_panel(
        used,
        {
            "name": "u",
            "title": "",
            "records": "use",
            "columns": {"household": "person", "brand": "used"},
        },
    )
    described = describe_purchases(panel, resamples=0)
    assert set(described.table["measure"]) == {"penetration", "sole_buyers"}
    assert category(described).to_dict() == pytest.approx(
        {"penetration": 1.0, "repertoire_size": 4 / 3, "sole_buyers": 2 / 3}
    )


def test_bad_options_are_told_at_once():
    with pytest.raises(SurveyError) as error:
        describe_purchases(TABLE, non_buyers=-1, confidence=2, resamples=-3)
    assert len(error.value.problems) == 3
    with pytest.raises(SurveyError, match=r"nobody bought: \['d'\]"):
        describe_purchases(TABLE.assign(d=0))
    with pytest.raises(SurveyError, match="61 brands"):
        describe_purchases(pd.DataFrame(np.ones((2, 61), int)))
    with pytest.raises(SurveyError, match=r"brands that stand twice: \['a'\]"):
        describe_purchases(pd.DataFrame([[1, 2]], columns=["a", "a"]))


# -- by period -----------------------------------------------------------------------------------
