"""Simulated worlds: structure, instrument, truths, and the bundled study."""

from dataclasses import replace

import pandas as pd
import pytest

import loyaltystudy as ls
from loyaltystudy.errors import SurveyError
from loyaltystudy.scales._reliability import reliability
from loyaltystudy.simulation._joint import LEFT_OUT
from loyaltystudy.simulation._panels import PANEL_TRUTHS
from loyaltystudy.simulation._simulate import list_worlds, simulate_study
from loyaltystudy.simulation._worlds_of_claims import claim_worlds

# Structure


# Instrument


@pytest.fixture(scope="module")
def large():
    return simulate_study("both-must-want:false", n=40_000, seed=3)


def test_scales_are_as_unreliable_as_real_ones(large):
    scales = {s: large.codebook.scales[s] for s in ("loyalty", "trust", "community", "mutuality")}
    few = replace(large, codebook=replace(large.codebook, scales=scales))
    table = reliability(few)
    alpha = table.set_index("scale")["alpha"]
    assert alpha.between(0.65, 0.87).all()


def test_reversed_items_are_keyed_as_asked(large):
    asked = large.answers[["trust1", "trust4"]].corr().iloc[0, 1]
    keyed = large.keyed(["trust1", "trust4"]).corr().iloc[0, 1]
    assert asked < -0.3 and keyed == pytest.approx(-asked)


# Studies


def test_read_study_takes_the_answers_unchanged():
    study = simulate_study("all-true", n=150, seed=4)
    read = ls.read_study(study.answers.reset_index(drop=True), study.codebook)
    pd.testing.assert_frame_equal(read.answers, study.answers)
    assert study.codebook.kind == study.codebook.population == "simulated"


def test_same_seed_same_study_other_seed_another():
    first, again, other = (simulate_study("all-false", n=50, seed=s) for s in (1, 1, 2))
    pd.testing.assert_frame_equal(first.answers, again.answers)
    assert not first.answers["loyal1"].equals(other.answers["loyal1"])


def test_asked_constructs_alone_are_answered():
    study = simulate_study("would-miss:true", n=20, seed=1, asks=["would_miss", "age"])
    assert list(study.answers) == ["miss1", "age"]
    assert study.measures("loyalty") is None


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"world": "trust:true", "n": 5}, "No world 'trust:true'"),
        ({"world": "would-miss", "n": 5}, "No world 'would-miss'"),
        ({"world": "would-miss:maybe", "n": 5}, "No world 'would-miss:maybe'"),
        ({"world": "all-true", "n": 0}, "n=0: a whole number of respondents"),
        ({"world": "all-true", "n": 5, "asks": ["love"]}, r"does not measure \['love'\]"),
    ],
)
def test_bad_input_is_told(arguments, message):
    with pytest.raises(SurveyError, match=message):
        simulate_study(seed=1, **arguments)


# Truths


def test_shared_method_is_as_large_as_asked():
    """Two scales that measure unrelated things correlate, item by item, by the share asked."""
    for share, way, expected in ((0.18, "mood", 0.12), (0.26, "company", 0.26), (0.0, "thirds", 0)):
        study = simulate_study(
            "responsibility-matters:false",
            n=20_000,
            seed=4,
            asks=("responsibility", "loyalty", "marker_autumn"),
            method=(share, way),
        )
        items = {
            c: study.keyed(study.codebook.scales[c].items)
            for c in ("responsibility", "loyalty", "marker_autumn")
        }

        def between(a, b, items=items):
            r = pd.concat([items[a], items[b]], axis=1).corr()
            return r.loc[items[a].columns, items[b].columns].to_numpy()

        same = between("responsibility", "loyalty")
        # cutting into categories and careless answers take a tenth; agreeing cancels in part
        assert same.mean() == pytest.approx(0.92 * expected, abs=0.035)
        marker = between("marker_autumn", "loyalty").mean()
        assert marker == pytest.approx(0.92 * (share * 2 / 3 if way == "mood" else 0), abs=0.03)


# Worlds together


def test_worlds_are_listed_with_their_truth():
    table = list_worlds()
    assert list(table) == ["world", "claim", "true", "effect", "note"]
    single = table[table["world"].str.contains(":")]
    rivals = sum(len(worlds.rivals) for worlds in claim_worlds().values())
    assert len(single) == 2 * (len(claim_worlds()) + len(PANEL_TRUTHS)) + rivals
    assert (single["true"] == single["world"].str.endswith(":true")).all()
    for world, left in LEFT_OUT.items():
        part = table[table["world"] == world].set_index("claim")
        assert part.index[part["true"].isna()].tolist() == list(left)
        assert part.loc[list(left), "note"].str.startswith("left out").all()
    by = table.set_index("world")
    assert by.loc["demographics-weak:false", "effect"] == "0.1"
