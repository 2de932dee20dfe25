"""How often verdicts err: the shipped table against the simulations, and who tells it."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import loyaltystudy as ls
from loyaltystudy.claims._check import ONE_WAY, worded_one_way
from loyaltystudy.claims._register import RATES, error_rates, register
from loyaltystudy.report._claim_section import claim_block
from loyaltystudy.survey._codebook import make_codebook
from loyaltystudy.survey._shipped import shelf

BENCHMARKS = Path(__file__).parents[2] / "benchmarks/results"
CELLS = pd.read_csv(BENCHMARKS / "verdicts.csv", dtype={"world": str})
KEYS = ["claim", "world", "n"]


def test_the_shipped_rates_are_those_of_the_simulations():
    rates, cells = error_rates(), CELLS.set_index(KEYS)
    assert len(rates) == len(register()) - sum(bool(c.untestable) for c in register().values())
    for claim, row in rates.iterrows():
        false, true = (cells.loc[(claim, world, 1000)] for world in ("false", "true"))
        assert row["supported_if_false"] == pytest.approx(false.supported / false.simulations)
        assert row["supported_if_true"] == pytest.approx(true.supported / true.simulations)
        assert row["contradicted_if_true"] == pytest.approx(true.contradicted / true.simulations)
        assert row["simulations"] == true.simulations == false.simulations


FEWER = {"customers-differ": 100}  # studies a cell, where not 400


def test_every_cell_was_run_under_the_rule_of_today_and_often_enough():
    hashes = {name: c.rule_hash for name, c in register().items()}
    assert (CELLS["rule"] == CELLS["claim"].map(hashes)).all()
    assert not CELLS.duplicated(KEYS).any()
    main = CELLS[CELLS["world"].isin(["true", "false"])]
    assert main.groupby("claim").size().eq(4).all()  # two worlds, two sizes
    assert (main["simulations"] >= main["claim"].map(FEWER).fillna(400)).all()


def test_a_claim_that_misses_says_what_it_would_take():
    table = ls.list_claims().set_index("claim")
    assert list(table.columns[-len(RATES) :]) == list(RATES)
    many = table["simulations"]
    too_often = table["supported_if_false"] > 0.05 + 2 * np.sqrt(0.05 * 0.95 / many)
    too_seldom = table["supported_if_true"] < 0.80 - 2 * np.sqrt(0.80 * 0.20 / many)
    assert too_often.any() and too_seldom.any()
    assert (table.loc[too_often, "rates_note"].str.contains("where false")).all()
    assert (table.loc[too_seldom, "rates_note"].str.contains("where true")).all()
    told = table["rates_note"] != ""
    assert (told == (too_often | too_seldom)).all()
    assert not table["rates_note"].str.contains("not yet").any()
    assert (
        table.loc[told, "n_needed"].isna() == table.loc[told, "rates_note"].str.contains("no n ")
    ).all()


def test_sizes_that_are_told_were_tried_out():
    needed = pd.read_csv(BENCHMARKS / "verdicts_needed.csv", dtype={"world": str})
    tried = needed.dropna(subset="rate")
    assert set(tried["world"]) == {"true", "false"}
    slack = 2 * np.sqrt(0.16 / tried["simulations"])
    found = tried["world"] == "true"
    assert (tried["rate"][found] >= (0.80 - slack)[found]).all()
    assert (
        tried["rate"][~found] <= 0.05 + 2 * np.sqrt(0.0475 / tried["simulations"][~found])
    ).all()


def test_untestable_claims_and_changed_rules_have_no_rates(monkeypatch):
    table = ls.list_claims().set_index("claim")
    untestable = [name for name, c in register().items() if c.untestable]
    assert table.loc[untestable, list(RATES[:5])].isna().all().all()
    assert (table.loc[untestable, "rates_note"] == "").all()
    stale = error_rates().assign(rule_hash="0" * 12)
    monkeypatch.setattr("loyaltystudy.claims._register.error_rates", lambda: stale)
    assert ls.list_claims()["supported_if_false"].isna().all()


def block(claim, language="en"):
    rows = ls.check_claims(ls.load_study("mobile-ecsi"), [claim])
    return claim_block(register()[claim], rows[rows["measured"] != "none"], language)


def test_the_page_of_a_claim_tells_its_rates_in_words(monkeypatch):
    row = error_rates().loc["would-miss"]
    text = block("would-miss")
    assert (
        f"In {row['simulations']:.0f} simulated studies of 1,000 people in which this is false, "
        f"the test says &#x27;supported&#x27; in {100 * row['supported_if_false']:.0f} of 100; in "
        f"as many in which it is true, in {100 * row['supported_if_true']:.0f} of 100.</dd>"
    ) in text
    assert "Hur ofta testet ger fel svar" in block("would-miss", "sv")
    often, seldom = block("engaged-recommend"), block("two-building-blocks")
    needed = error_rates()["n_needed"]
    said = "With {:,.0f} people it errs no more than it should."
    assert "too often" in often and said.format(needed["engaged-recommend"]) in often
    assert "too often" not in seldom and said.format(needed["two-building-blocks"]) in seldom
    assert "households in which this is false" in block("polygamous")
    assert "How often the test errs" not in block("keeping-is-cheaper")
    hopeless = error_rates().assign(n_needed=np.nan)
    monkeypatch.setattr("loyaltystudy.report._claim_section.error_rates", lambda: hopeless)
    assert "More respondents do not help." in block("engaged-recommend")


def book(*reversed_items, items=4):
    raw = {"study": "s", "title": "S", "population": "customers", "items": {}, "scales": {}}
    for scale in ("loyalty", "responsibility"):
        names = [f"{scale[0]}{i}" for i in range(1, items + 1)]
        raw["scales"][scale] = {"construct": scale, "items": names}
        raw["items"] |= {
            name: {"answers": {"range": [1, 7]}, "reversed": name in reversed_items}
            for name in names
        }
    return make_codebook(raw)


@pytest.mark.parametrize(
    ("reversed_items", "told"),
    [
        ((), ["responsibility", "loyalty"]),
        (("l1",), ["responsibility", "loyalty"]),  # tilts 1 and 1/2
        (("l1", "r1"), []),  # 1/2 and 1/2
        (("l1", "l2"), []),  # a balanced scale takes in no habit
        (("l1", "l2", "l3", "l4"), ["responsibility", "loyalty"]),  # all one way, downwards
    ],
)
def test_scales_worded_one_way_are_named(reversed_items, told):
    rng = np.random.default_rng(0)
    codes = book(*reversed_items)
    answers = pd.DataFrame({name: rng.integers(1, 8, 60) for name in codes.items})
    study = ls.read_study(answers, codes)
    assert worded_one_way(study, register()["responsibility-matters"]) == told
    row = ls.check_claims(study, ["responsibility-matters"]).iloc[0]
    assert (ONE_WAY in row["why"]) == bool(told)
    # a habit of agreeing works against a claim that two things go against each other
    assert not worded_one_way(study, register()["uniform-mail-is-spam"])


def test_claims_that_habits_make_true_too_often_are_warned_of():
    """Wherever a false claim of two scales passes in over 9 % of the studies."""
    study = ls.load_study("nordic-simulated")
    often = error_rates().query("supported_if_false > 0.09").index
    assert len(often)
    assert all(worded_one_way(study, register()[name]) for name in often)


def test_the_table_ships():
    assert (shelf() / "error_rates.csv").is_file() and (shelf() / "matrix.csv").is_file()
