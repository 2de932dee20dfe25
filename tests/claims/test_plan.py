"""The plan: locked by hash, departures listed by themselves."""

from dataclasses import replace

import pandas as pd
import pytest

from loyaltystudy.claims._check import check_claims
from loyaltystudy.claims._plan import deviations, make_plan, measured_claims, read_plan, write_plan
from loyaltystudy.claims._register import register
from loyaltystudy.errors import SurveyError
from loyaltystudy.report._questionnaire import form_codebook
from loyaltystudy.simulation._simulate import simulate_study
from loyaltystudy.survey._codebook import load_codebook
from loyaltystudy.survey._shipped import data_folder


@pytest.fixture(scope="module")
def book():
    return load_codebook(data_folder() / "mobile-ecsi")


@pytest.fixture
def plan(book):
    return make_plan(book, ["would-miss", "affective-first"], respondents=200)


def kinds(table: pd.DataFrame) -> list[tuple[str, str]]:
    return list(zip(table["deviation"], table["what"], strict=True))


def test_a_plan_survives_its_file_and_nothing_departs(book, plan, tmp_path):
    again = read_plan(write_plan(plan, tmp_path / "plan.yaml"))
    assert again == plan and again.intact
    assert again.claims["would-miss"] == register()["would-miss"].rule_hash
    assert deviations(again, book, n=200).empty


def test_an_edited_plan_is_told_until_it_is_locked_again(book, plan, tmp_path):
    path = write_plan(plan, tmp_path / "plan.yaml")
    path.write_text(path.read_text().replace("respondents: 200", "respondents: 100"))
    edited = read_plan(path)
    assert not edited.intact and kinds(deviations(edited, book, n=100)) == [("lock", "plan")]
    assert edited.locked().intact and edited.locked().lock != plan.lock


def test_another_rule_is_told(book, plan):
    old = replace(plan, claims={"would-miss": "0" * 12, "gone": "1" * 12}).locked()
    table = deviations(old, book)
    assert kinds(table) == [("rule", "would-miss"), ("claim_unknown", "gone")]
    assert table.loc[0, "found"] == register()["would-miss"].rule_hash


def test_every_changed_coding_is_named(book, plan):
    item = next(iter(book.items))
    changed = replace(book.items[item], reversed=True)
    scales = dict(book.scales)
    scales["trust_too"] = replace(scales["trust"], name="trust_too")
    other = replace(book, items=book.items | {item: changed}, scales=scales)
    assert kinds(deviations(plan, other)) == [
        ("coding_changed", f"items.{item}"),
        ("coding_added", "scales.trust_too"),
    ]
    fewer = replace(book, scales={k: v for k, v in book.scales.items() if k != "trust"})
    assert ("coding_gone", "scales.trust") in kinds(deviations(plan, fewer))


def test_a_claim_set_aside_enters_no_plan_and_later_departs_from_one(plan, book):
    aside = replace(book, set_aside={"responsibility-matters": "asked badly"})
    assert "responsibility-matters" in measured_claims(replace(book, set_aside={}))
    assert "responsibility-matters" not in measured_claims(aside)
    assert kinds(deviations(plan, aside)) == [("coding_changed", "set_aside")]


def test_unmeasured_claims_and_missing_respondents_are_told(book, plan):
    claims = pd.DataFrame(
        {"claim": ["would-miss"], "verdict": ["not measured"], "measured": ["part"]}
    )
    assert kinds(deviations(plan, book, claims=claims, n=199)) == [
        ("not_measured", "would-miss"),
        ("fewer", "respondents"),
    ]
    assert ("study", "study") in kinds(deviations(plan, replace(book, study="other")))


def test_a_claim_about_another_country_is_noted_and_its_part_foretold(tmp_path):
    name, whole = "memberships-14.3-half-idle", load_codebook(data_folder() / "instrument")
    plan = make_plan(whole)
    assert [*plan.notes] == [name] and "`country: US`" in plan.notes[name]
    path = write_plan(plan, tmp_path / "plan.yaml")
    assert path.read_text().count("note: ") == 1 and read_plan(path) == plan
    assert replace(plan, notes={}).intact  # plans locked before there were notes stay as they are
    there = replace(whole, country="US")
    assert make_plan(there).notes == {} and name in make_plan(there).claims
    row = {"claim": [name], "verdict": ["not measured"], "measured": ["full"]}
    assert deviations(plan, whole, claims=pd.DataFrame(row)).empty
    asked_nothing = pd.DataFrame(row | {"measured": ["none"]})
    assert kinds(deviations(plan, whole, claims=asked_nothing)) == [("not_measured", name)]
    both = {c.name for c in register().values() if c.country}
    assert both == {name}


def test_the_note_says_what_the_claim_does_elsewhere():
    """With field work elsewhere nothing supports it, and its other part contradicts."""
    name = "memberships-14.3-half-idle"
    drawn = simulate_study(f"{name}:true", n=800, seed=1)
    all_used = drawn.answers.assign(memberships_used=drawn.answers["memberships"])
    away = replace(drawn, codebook=replace(drawn.codebook, country="SE"))
    studies = (drawn, away, replace(away, answers=all_used))
    rows = [check_claims(study, [name]).iloc[0] for study in studies]
    assert [row["verdict"] for row in rows] == ["supported", "not measured", "contradicted"]
    assert [row["measured"] for row in rows] == ["full"] * 3  # every question was asked


def test_the_default_plan_takes_what_the_questionnaire_asks():
    whole = load_codebook(data_folder() / "instrument")
    full, short = measured_claims(whole), measured_claims(form_codebook(whole, "short"))
    assert set(short) < set(full) and "would-miss" in short
    assert "relationships-pay" not in full  # margin comes from records: no form asks it
    assert "polygamous" not in full and "keeping-is-cheaper" not in full


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("stray: 1", "the key 'stray' is not known"),
        ("claims: [a, b]", "expected each claim's name with its `rule_hash`"),
        ("exclusions: {careless: delete}", "must be one of ['keep', 'leave out']"),
        ("respondents: many", "'many' is not a whole number above 0"),
        ("codings: [1]", "`codings`: expected names with hashes"),
    ],
)
def test_a_bad_plan_is_refused_in_plain_words(tmp_path, text, lines):
    (tmp_path / "plan.yaml").write_text(text)
    with pytest.raises(SurveyError) as error:
        read_plan(tmp_path / "plan.yaml")
    assert lines in str(error.value)


def test_unknown_claims_and_options_are_refused_at_once(book):
    with pytest.raises(SurveyError, match="2 problems") as error:
        make_plan(book, ["nothing"], careless="delete")
    assert "claim 'nothing' is not in the register" in str(error.value)


def test_primary_claims_are_locked_and_read_back(tmp_path):
    book = load_codebook(data_folder() / "instrument")
    plain = make_plan(book, ["would-miss", "credible-story"])
    plan = make_plan(book, ["would-miss", "credible-story"], primary=["would-miss"])
    assert plan.primary == ("would-miss",) and plan.intact and plan.lock != plain.lock
    again = read_plan(write_plan(plan, tmp_path / "plan.yaml"))
    assert again == plan and again.intact
    assert read_plan(write_plan(plain, tmp_path / "plain.yaml")).primary == ()
    with pytest.raises(SurveyError, match="primary claim 'credible' is not among the plan's"):
        make_plan(book, ["would-miss"], primary=["credible"])
    four = ["would-miss", "credible-story", "decline-reflex", "little-value"]
    with pytest.raises(SurveyError, match="4 claims; name 3 at most"):
        make_plan(book, four, primary=four)
