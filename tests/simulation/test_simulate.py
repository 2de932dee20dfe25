"""Simulated worlds: structure, instrument, truths, and the bundled study."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import loyaltystudy as ls
from loyaltystudy.claims._register import register
from loyaltystudy.claims._rules import CONTRADICTED, NOT_ROBUST, SUPPORTED, combine
from loyaltystudy.errors import SurveyError
from loyaltystudy.scales._reliability import reliability
from loyaltystudy.scales._score import score
from loyaltystudy.simulation._drawing import draw_for_claim
from loyaltystudy.simulation._instrument import (
    MISSING,
    codebook,
    cut_moments,
    mean_for_share,
    scale_score,
)
from loyaltystudy.simulation._joint import LEFT_OUT, together
from loyaltystudy.simulation._model import Model
from loyaltystudy.simulation._nordic import SEED, N, nordic_panels, write_nordic
from loyaltystudy.simulation._panels import PANEL_TRUTHS, simulate_panel
from loyaltystudy.simulation._simulate import list_worlds, simulate_study, world_model
from loyaltystudy.simulation._structure import Structure
from loyaltystudy.simulation._variables import answer_variables, cut, memberships
from loyaltystudy.simulation._worlds_of_claims import claim_worlds
from loyaltystudy.survey._shipped import data_folder


def verdict(claim, data):
    known = register()[claim]
    parts = known.test(data, 0)
    return combine([r.judge(p) for r, p in zip(known.rules, parts, strict=True)])


# Structure


def test_correlations_follow_from_paths_by_hand():
    model = Structure()
    model.add("a")
    model.add("b", {"a": 0.6})
    model.add("c", {"a": 0.3, "b": 0.4})
    assert model.correlation("a", "c") == pytest.approx(0.3 + 0.4 * 0.6)
    assert model.correlation("b", "c") == pytest.approx(0.4 + 0.3 * 0.6)
    assert model.paths[2][2] == pytest.approx(np.sqrt(1 - (0.09 + 0.16 + 2 * 0.3 * 0.4 * 0.6)))


def test_asked_correlations_are_met_beside_paths_and_variances_stay_one():
    model = Structure()
    for name, paths in (("g", {}), ("a", {"g": 0.6}), ("b", {"g": 0.5})):
        model.add(name, paths)
    model.add("y", {"g": 0.2}, {"a": 0.4, "b": 0.1})
    assert model.correlation("a", "y") == pytest.approx(0.4)
    assert model.correlation("b", "y") == pytest.approx(0.1)
    drawn = model.draw(200_000, np.random.default_rng(0))
    sample = np.corrcoef(list(drawn.values()))
    assert np.abs(sample - model.covariance).max() < 0.012
    assert np.std(drawn["y"]) == pytest.approx(1, abs=0.01)


def test_impossible_causes_are_refused():
    model = Structure()
    model.add("a")
    with pytest.raises(SurveyError, match=r"'y': its causes explain 1.21 of a variance of 1"):
        model.add("y", {"a": 1.1})
    with pytest.raises(SurveyError, match="No latent variable 'z' so far"):
        model.add("y", {"z": 0.1})


# Instrument


def test_cut_moments_by_hand():
    # two answers cut at 0: cov(x, z) = phi(0), mean .5, variance .25
    slope, mean, variance = cut_moments(0.5, 1.0, 0, 1)
    assert (slope, mean, variance) == pytest.approx((1 / np.sqrt(2 * np.pi), 0.5, 0.25))


@pytest.fixture(scope="module")
def large():
    return simulate_study("both-must-want:false", n=40_000, seed=3)


def test_scores_correlate_as_their_make_up_says(large):
    scores = score(large)
    model = Model()
    structure = world_model("both-must-want:false")[1]
    pairs = [
        ("satisfaction", "loyalty"),
        ("trust", "affective_commitment"),
        ("community", "visibility"),
        ("satisfaction", "community"),
    ]
    for first, second in pairs:
        latent = structure.correlation(first, second)
        expected = model.score(first).observed_correlation(model.score(second), latent)
        assert scores[first].corr(scores[second]) == pytest.approx(expected, abs=0.02)


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


def test_method_carries_three_to_eight_per_cent_of_a_scale():
    scales = [s.name for s in codebook().scales.values() if len(s.items) > 2]
    shares = {s: sum(v**2 for v in scale_score(s).shared[:2]) for s in scales if s != "devotion"}
    assert 0.02 < min(shares.values()) < 0.03 and 0.07 < max(shares.values()) < 0.08
    assert shares["cultural_participation"] > 2 * shares["mutuality"]  # none reversed; one


def test_missing_answers_and_careless_respondents(large):
    items = large.answers[list(large.codebook.items)]
    assert items.isna().to_numpy().mean() == pytest.approx(MISSING, abs=0.003)
    assert (items.isna().sum(axis=1) == 0).mean() == pytest.approx(0.80, abs=0.01)
    assert not large.answers[["offer_arm", "ask_arm"]].isna().any(axis=None)
    wrong = large.answers["attentive1"].dropna() != 2
    assert 0.015 < wrong.mean() < 0.03  # a seventh of the careless hits it
    seven = items.loc[:, [c for c in items if large.codebook.items[c].high == 7]]
    assert (seven.max(axis=1) == seven.min(axis=1)).mean() == pytest.approx(0.015, abs=0.003)


@pytest.mark.parametrize("scale", ["mutuality", "would_miss", "community"])
def test_means_are_found_for_shares(scale):
    model = Model()
    model.share_above(scale, 0.40)
    assert 1 < mean_for_share(scale, 0.40) < mean_for_share(scale, 0.50) < 7
    claim = {"mutuality": "company-owned-relationship"}.get(scale)
    if claim:
        study = draw_for_claim(claim, "true", n=40_000, seed=1)
        above = score(study)[scale].dropna() > 4
        assert above.mean() == pytest.approx(0.40, abs=0.008)


def test_variables_have_the_stated_levels():
    z = np.random.default_rng(0).standard_normal(100_000)
    assert np.bincount(cut(z, (0.2, 0.5, 0.3)).astype(int)) / len(z) == pytest.approx(
        [0.2, 0.5, 0.3], abs=0.005
    )
    assert memberships(z, 14.3).mean() == pytest.approx(14.3, abs=0.1)
    latent = {
        name: np.random.default_rng(i).standard_normal(50_000)
        for i, name in enumerate(("memberships", "memberships_used", "voice"))
    }
    answers = answer_variables(latent, ("memberships", "voice"), {"used": 0.4, "silent": 0.6})
    assert answers["memberships_used"].sum() / answers["memberships"].sum() == pytest.approx(
        0.4, abs=0.01
    )
    assert answers["voice"].mean() == pytest.approx(0.4, abs=0.01)
    assert (answers["memberships_used"] <= answers["memberships"]).all()


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


def test_claims_without_worlds_are_told():
    with pytest.raises(SurveyError, match="'customer-focus-60' has no worlds"):
        draw_for_claim("customer-focus-60", "true", n=10, seed=1)
    with pytest.raises(SurveyError, match="No world 'polygamous:maybe'"):
        simulate_panel("polygamous:maybe", households=10, seed=1)


# Truths


def test_every_claim_that_can_be_tested_has_two_worlds():
    testable = {name for name, c in register().items() if c.rules}
    assert testable == {*claim_worlds(), *PANEL_TRUTHS}
    for name, worlds in claim_worlds().items():
        parts = len(register()[name].rules)
        assert [len(e) for e in worlds.effects] == [parts, parts], name


RIVALLED = (
    "demographics-weak",
    "background-over-demographics",
    "two-building-blocks",
    "affective-first",
    "love-beyond-money",
    "would-miss",
    "engaged-recommend",
    "engaged-spend-2.5-times",
    "moral-bonds-hard",
    "identification",
    "programme-is-not-enough",
    "contact-beyond-wish-repels",
    "customers-differ",
)


def test_claims_whose_rivals_are_known_have_two_each():
    rivals = {name: claim_worlds()[name].rivals for name in RIVALLED}
    assert all(len(own) >= 2 for own in rivals.values())
    assert sum(map(len, rivals.values())) >= 26
    assert all(r.why for own in rivals.values() for r in own)


NEVER = {"averages-mislead"}  # one occasion a person is shown, not judged
NEED = {
    "engaged-stay": 1500,
    "functions-over-tiers": 2000,
    "engaged-spend-2.5-times": 8000,
    "demographics-weak": 8000,
    "moral-bonds-hard": 12000,
    "background-over-demographics": 2000,
}


def drawn(claim, kind, n, seed):
    return draw_for_claim(claim, kind, n=n, seed=seed, marked=True)


def best(claim):
    """The best verdict that one survey can give."""
    bound = any(part.options.get("causes") for part in register()[claim].parts)
    return NOT_ROBUST if bound else SUPPORTED


@pytest.mark.parametrize("claim", [c for c in claim_worlds() if c not in NEVER])
def test_a_claim_holds_where_it_is_true_and_not_where_it_is_false(claim):
    n = NEED.get(claim, 4000)
    assert verdict(claim, drawn(claim, "true", n, 5)) == best(claim)
    # one seed in forty may be unlucky, not two
    found = [verdict(claim, drawn(claim, "false", min(n, 4000), s)) for s in (5, 6)]
    assert found != [best(claim), best(claim)]


@pytest.mark.parametrize(
    ("claim", "rival"),
    [(c, r.name) for c in RIVALLED for r in claim_worlds()[c].rivals if not r.untellable],
)
def test_a_rival_is_not_taken_for_the_claim(claim, rival):
    found = [verdict(claim, drawn(claim, rival, 1500, seed)) for seed in (5, 6)]
    assert found != [SUPPORTED, SUPPORTED]


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


def test_effects_are_those_between_what_is_measured():
    model = Model()
    model.relates("responsibility", "loyalty", 0.30)
    assert model.compile().correlation("responsibility", "loyalty") == pytest.approx(0.30)
    model.relates("memberships", "programme_value", -0.30)  # a fact: as reported
    latent = model.compile().correlation("memberships", "programme_value")
    assert latent * model.fact("memberships") == pytest.approx(-0.30)
    model.controls("affective_commitment", ("message_relevance",), ("listening",))
    model.adds("listening", "affective_commitment", 0.25, ("message_relevance",))
    r = model.correlations(["listening", "message_relevance", "affective_commitment"])
    assert np.linalg.solve(r[:2, :2], r[:2, 2])[0] == pytest.approx(0.25)


@pytest.mark.parametrize("claim", PANEL_TRUTHS)
def test_panels_hold_what_they_say(claim):
    true, false = PANEL_TRUTHS[claim]
    for kind, figure in (("true", true), ("false", false)):
        panel = draw_for_claim(claim, kind, n=4000, seed=2)
        part = register()[claim].test(panel, 0)[0]
        assert part.estimate == pytest.approx(figure, abs=0.02)
        assert panel.spec.population == "simulated"


# Worlds together


def test_all_true_makes_claims_true_in_one_study():
    study = simulate_study("all-true", n=8000, seed=8)
    for claim in (
        "love-beyond-money",
        "would-miss",
        "decline-reflex",
        "company-owned-relationship",
        "programmes-are-calculative",
        "asked-to-help",
        "engaged-recommend",
    ):
        assert verdict(claim, study) == best(claim), claim


def test_all_false_makes_claims_false_in_one_study():
    study = simulate_study("all-false", n=6000, seed=8)
    tried = [claim for claim in claim_worlds() if claim not in NEVER]
    supported = [claim for claim in tried if verdict(claim, study) == SUPPORTED]
    assert len(supported) <= 3, supported  # by chance one in forty is
    assert verdict("demographics-weak", study) == CONTRADICTED


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


def test_the_bundled_study_mixes_truths_and_is_the_same_everywhere():
    study = ls.load_study("nordic-simulated")
    drawn = simulate_study("nordic-simulated", n=N, seed=SEED)
    pd.testing.assert_frame_equal(study.answers, drawn.answers)  # the file is what is drawn
    assert study.n == N == study.codebook.respondents and not study.unused
    kinds = pd.Series(together()["nordic-simulated"])
    assert 20 < (kinds == "true").sum() < 33 and (kinds == "false").sum() > 20
    book = ls.load_codebook(data_folder() / "nordic-simulated")
    assert book.kind == book.population == "simulated" and "(simulated)" in repr(study)
    listed = ls.list_studies().set_index("name").loc["nordic-simulated"]
    assert listed[["kind", "available"]].tolist() == ["simulated", "rows"]
    plain = codebook()
    assert (book.items, book.scales, book.variables) == (plain.items, plain.scales, plain.variables)
    readme = data_folder() / "nordic-simulated" / "README.md"
    assert "simulated" in readme.read_text(encoding="utf-8").splitlines()[0]


def test_writing_the_bundled_answers_changes_no_byte(monkeypatch, tmp_path):
    (tmp_path / "nordic-simulated").mkdir()
    monkeypatch.setattr("loyaltystudy.simulation._nordic.data_folder", lambda: tmp_path)
    committed = data_folder() / "nordic-simulated" / "answers.csv"
    assert write_nordic().read_bytes() == committed.read_bytes()


def test_the_bundled_households_are_put_to_the_claims_about_purchases():
    panels = nordic_panels()
    assert [*panels] == [*PANEL_TRUTHS]
    rows = [ls.check_claims(panel, [claim]).iloc[0] for claim, panel in panels.items()]
    assert {row["study"] for row in rows} == {"nordic-simulated"}
    assert {row["kind"] for row in rows} == {"simulated"}
    truths = list_worlds().query("world == 'nordic-simulated'").set_index("claim")["true"]
    assert truths[["polygamous", "some-never-grow"]].tolist() == [True, False]
    assert [row["verdict"] for row in rows] == ["supported", "inconclusive"]
