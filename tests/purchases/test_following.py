"""Predictors from one period, outcomes from the next."""

import pandas as pd
import pytest

import loyaltystudy as ls
from loyaltystudy.errors import SurveyError
from loyaltystudy.purchases._following import next_period
from loyaltystudy.purchases._reading import read_panel
from loyaltystudy.purchases._sources import load_panel

SPEC = {
    "name": "x",
    "title": "",
    "columns": {"household": "h", "brand": "b", "time": "t", "spend": "s"},
}
# household 1: a a b, then a b; 2: c, then nothing; 3: only in the second half; 4: a, then a a
ROWS = pd.DataFrame(
    {
        "h": [1, 1, 1, 1, 1, 2, 3, 4, 4, 4],
        "b": list("aababcbaaa"),
        "t": [0, 1, 2, 8, 9, 1, 10, 2, 7, 8],
        "s": [5, 5, 5, 1, 2, 1, 9, 4, 3, 3],
    }
)
PEOPLE = pd.DataFrame(
    {"household": [1, 2, 3, 4], "age": [30, 40, 50, 60], "town": ["x", "y", "x", None]}
)
TIERS = {"low": 0.5, "top": 0.5}


def following(**options):
    return next_period(read_panel(ROWS, SPEC, households=PEOPLE), shares=TIERS, **options)


def test_columns_by_hand():
    data = following().data
    assert data.index.tolist() == [1, 2, 4]
    assert data["brands_bought"].tolist() == [2, 1, 1]
    assert data["favourite_share"].tolist() == pytest.approx([2 / 3, 1, 1])
    assert data["next_favourite_share"].tolist() == pytest.approx(
        [1 / 2, float("nan"), 1], nan_ok=True
    )
    assert data["next_purchases"].tolist() == [2, 0, 2]
    assert data["next_spend"].tolist() == [3, 0, 6]
    assert data["tier"].tolist() == ["top", "low", "low"]
    assert data["purchases"].tolist() == [3, 1, 1] and data["spend"].tolist() == [15, 1, 4]


def test_demographics_are_as_the_panel_has_them():
    made = following()
    assert made.blocks["demographics"] == ["age", "town"]
    assert made.data["town"].isna().tolist() == [False, False, True]
    assert following(demographics=["age"]).blocks["demographics"] == ["age"]
    panel = read_panel(ROWS, SPEC | {"demographics": ["town"]}, households=PEOPLE)
    assert next_period(panel, shares=TIERS).blocks["demographics"] == ["town"]


def test_tiers_by_purchases_or_by_one_companys_records():
    assert following(rule="purchases").data["tier"].tolist() == ["top", "low", "low"]
    ours = following(brand="a").data
    assert ours.index.tolist() == [1, 4]  # household 2 never bought it
    assert ours["purchases"].tolist() == [2, 1] and ours["spend"].tolist() == [10, 4]
    assert ours["next_purchases"].tolist() == [1, 2] and ours["brands_bought"].tolist() == [2, 1]


def test_blocks_name_columns_once_and_no_outcome_among_them():
    made = following()
    columns = [c for block in made.blocks.values() for c in block]
    assert len(columns) == len(set(columns))
    assert set(columns) <= set(made.data.columns) and not set(columns) & set(made.outcomes)


def test_bad_input_is_refused():
    with pytest.raises(SurveyError, match=r"no such columns: \['income'\]"):
        following(demographics=["income"])
    with pytest.raises(SurveyError, match="describes nobody"):
        next_period(load_panel("cracker"), demographics=["age"])
    with pytest.raises(SurveyError, match="order of purchases is not known"):
        next_period(load_panel("tuna"))
    with pytest.raises(SurveyError, match="expected a Panel; found DataFrame"):
        next_period(ROWS)
    with pytest.raises(SurveyError, match="rule='gold': choose one of"):
        following(rule="gold")
    with pytest.raises(SurveyError, match="rule='spend': panel 'cracker' has no times"):
        next_period(load_panel("cracker"), rule="spend")
    with pytest.raises(SurveyError, match="brand='z': nobody bought it"):
        following(brand="z")
    with pytest.raises(SurveyError, match="brand='z': nobody bought it"):
        next_period(load_panel("cracker"), brand="z")
    late = ROWS.assign(
        b=["late" if t > 5 else b for t, b in zip(ROWS["t"], ROWS["b"], strict=True)]
    )
    with pytest.raises(SurveyError, match="'late': nobody bought it in the first half"):
        next_period(read_panel(late, SPEC), brand="late")
    twice = pd.concat([PEOPLE, PEOPLE[:1]])
    with pytest.raises(SurveyError, match=r"described twice: \[1\]"):
        next_period(read_panel(ROWS, SPEC, households=twice))


@pytest.mark.parametrize(("name", "households"), [("journey", 796), ("margarine", 516)])
def test_real_panels_go_through_a_comparison(name, households):
    panel = load_panel(name)
    lines = next_period(panel.rename_brands(panel.spec.makers))
    assert lines.n == households
    for outcome in lines.outcomes:
        found = ls.compare_blocks(lines.data, outcome, lines.blocks)
        shares = found.table.query("measure == 'dominance'")["estimate"].sum()
        assert shares == pytest.approx(found.r2, abs=1e-9)


def test_tier_says_nothing_beyond_the_purchases_that_it_is_cut_from():
    """Published nowhere: what the purchases themselves say, in journey."""
    lines = next_period(load_panel("journey"))
    alone = ls.compare_blocks(lines.data, "next_spend", {"tier": ["tier"]})
    beyond = ls.compare_blocks(lines.data, "next_spend", {"tier": ["tier"]}, controls=lines.past)
    first, second = (
        f.table.set_index("measure").loc["unique", "adjusted"] for f in (alone, beyond)
    )
    assert first > 0.4 and abs(second) < 0.01
