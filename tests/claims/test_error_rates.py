"""How often verdicts err: the shipped table against the simulations, and where it is shown."""

from html import unescape
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import loyaltystudy as ls
from loyaltystudy.claims._check import ONE_WAY, worded_one_way
from loyaltystudy.claims._register import error_rates, register
from loyaltystudy.report._claim_section import claim_block
from loyaltystudy.simulation._worlds_of_claims import claim_worlds
from loyaltystudy.survey._codebook import make_codebook
from loyaltystudy.survey._shipped import data_folder

BENCHMARKS = Path(__file__).parents[2] / "benchmarks/results"
CELLS = pd.read_csv(BENCHMARKS / "verdicts.csv", dtype={"world": str})
PANEL = CELLS["claim"].map(lambda claim: register()[claim].takes == "panel")
ASKED = (CELLS["n"] == 1000) & (CELLS["share"] == 0.18) & (CELLS["way"] == "thirds")
MAIN = CELLS[PANEL | ASKED]
FALSE, TRUE, RIVAL = 0.05, 0.80, 0.10

RATES = [*error_rates().columns.drop("rule_hash")]


def slack(nominal, many):
    """Two Monte Carlo standard errors."""
    return 2 * np.sqrt(nominal * (1 - nominal) / many)


def test_every_cell_was_run_under_the_rule_of_today():
    hashes = {name: c.rule_hash for name, c in register().items()}
    assert (CELLS["rule"] == CELLS["claim"].map(hashes)).all()
    assert not CELLS.duplicated(["claim", "world", "share", "way", "n", "markers"]).any()
    assert (CELLS["failed"] == 0).all()


def test_the_shipped_rates_are_those_of_the_simulations():
    rates = error_rates()
    testable = {name for name, c in register().items() if not c.untestable}
    assert set(rates.index) == testable
    cells = MAIN.set_index(["claim", "world", "markers"])
    for claim, row in rates.iterrows():
        for column, world, markers in (
            ("supported_if_false", "false", True),
            ("supported_if_true", "true", True),
            ("no_markers_if_false", "false", False),
        ):
            if register()[claim].takes == "panel" and not markers:
                continue
            cell = cells.loc[(claim, world, markers)]
            assert row[column] == pytest.approx(cell.supported / cell.simulations, abs=1e-4)


def test_no_false_claim_is_supported_too_often_with_18_per_cent_of_method():
    table = error_rates()
    for column in ("supported_if_false", "supported_at_smallest", "no_markers_if_false"):
        rate = table[column].dropna()
        assert (rate <= FALSE + slack(FALSE, table.loc[rate.index, "simulations"])).all(), column
    assert (table["contradicted_if_true"] <= 0.025 + slack(0.025, table["simulations"])).all()


def test_what_misses_says_so_and_why():
    table = ls.list_claims().set_index("claim")
    assert list(table.columns[-len(RATES) :]) == RATES
    n = table["simulations"]
    seldom = table["supported_if_true"] < TRUE - slack(TRUE, n)
    rival = table["supported_by_rivals"] > RIVAL + slack(RIVAL, n)
    reasons = table.loc[seldom, "rates_note"]
    assert reasons.str.contains(r"where true: supported in \d+%; \w.{15,}").all(), [*reasons]
    assert table.loc[rival, "rates_note"].str.contains("a rival").all()
    assert (table["rates_note"] != "").sum() == (seldom | rival).sum()


def test_a_rival_that_is_supported_is_one_that_no_survey_can_tell():
    cells = MAIN[MAIN["markers"]].set_index(["claim", "world"])
    tried = 0
    for claim, worlds in claim_worlds().items():
        for rival in worlds.rivals:
            cell = cells.loc[(claim, rival.name)]
            often = cell.supported / cell.simulations > RIVAL + slack(RIVAL, cell.simulations)
            assert not often or rival.untellable, (claim, rival.name)
            assert not rival.untellable or "one survey" in register()[claim].limits
            tried += 1
    assert tried >= 26


def test_untestable_claims_and_changed_rules_have_no_rates(monkeypatch):
    table = ls.list_claims().set_index("claim")
    untestable = [name for name, c in register().items() if c.untestable]
    assert table.loc[untestable, RATES[:-1]].isna().all().all()
    assert (table.loc[untestable, "rates_note"] == "").all()
    stale = error_rates().assign(rule_hash="0" * 12)
    monkeypatch.setattr("loyaltystudy.claims._register.error_rates", lambda: stale)
    assert ls.list_claims()["supported_if_false"].isna().all()


def block(claim, language="en"):
    rows = ls.check_claims(ls.load_study("mobile-ecsi"), [claim])
    return unescape(claim_block(register()[claim], rows[rows["measured"] != "none"], language))


def test_the_page_of_a_claim_says_its_rates():
    row = error_rates().loc["would-miss"]
    text = block("would-miss")
    assert (
        f"In {row['simulations']:.0f} simulated studies of 1,000 people in which this is false, "
        f"the test says 'supported' in {100 * row['supported_if_false']:.0f} of 100; in "
        f"as many in which it is true, in {100 * row['supported_if_true']:.0f} of 100.</dd>"
    ) in text
    assert "Hur ofta testet ger fel svar" in block("would-miss", "sv")
    assert "too seldom" in block("moral-bonds-hard")
    assert "households in which this is false" in block("polygamous")
    assert "How often the test errs" not in block("keeping-is-cheaper")


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
    ("reversed_items", "named"),
    [
        ((), ["responsibility", "loyalty"]),
        (("l1",), ["responsibility", "loyalty"]),  # tilts 1 and 1/2
        (("l1", "r1"), []),  # 1/2 and 1/2
        (("l1", "l2"), []),  # a balanced scale takes in no habit
        (("l1", "l2", "l3", "l4"), ["responsibility", "loyalty"]),  # all one way, downwards
    ],
)
def test_scales_worded_one_way_are_named(reversed_items, named):
    rng = np.random.default_rng(0)
    codes = book(*reversed_items)
    answers = pd.DataFrame({name: rng.integers(1, 8, 60) for name in codes.items})
    study = ls.read_study(answers, codes)
    assert worded_one_way(study, register()["responsibility-matters"]) == named
    row = ls.check_claims(study, ["responsibility-matters"]).iloc[0]
    assert (ONE_WAY in row["why"]) == bool(named)
    # a habit of agreeing works against a claim that two things go against each other
    assert not worded_one_way(study, register()["uniform-mail-is-spam"])


def test_the_table_ships():
    assert (data_folder() / "error_rates.csv").is_file() and (
        data_folder() / "matrix.csv"
    ).is_file()
