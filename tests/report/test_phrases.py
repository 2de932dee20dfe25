"""Rules, calculations and notes in Swedish and Norwegian: none of their English is left."""

import re
from dataclasses import replace
from html import unescape

import pandas as pd
import pytest

import loyaltystudy as ls
from loyaltystudy.claims import register
from loyaltystudy.report import analyse
from loyaltystudy.report._phrases import _phrases, phrase_words, reason_words, rule_words
from loyaltystudy.report._study_page import study_page
from loyaltystudy.report._translations import claim_limits
from loyaltystudy.survey import data_folder, package_folder, read_yaml

LANGUAGES = ("sv", "nb")
COMMON = """the of and with that which from than are was were this each people others without
between their share not given alone below above held where been left what who said adds answers
fewer more whether cannot can would should does has have it but if"""
ENGLISH = {*COMMON.split()}  # common in English, no words of Swedish or Norwegian
FACTS = {"version": "1", "answers_sha256": "a1", "codebook_sha256": "b2"}


def english_in(text: str) -> set[str]:
    return {*re.findall(r"[a-zåäöæø]+", text.casefold())} & ENGLISH


def seen(page: str) -> list[str]:
    """What a reader reads, line by line: no quotes of the texts, no code, no style."""
    page = re.sub(r"(?s)<(style|script|code|blockquote)\b.*?</\1>", " ", page)
    page += " ".join(re.findall(r'(?:alt|aria-label|title)="([^"]*)"', page))
    return [line for line in unescape(re.sub(r"<[^>]*>", "\n", page)).splitlines() if line.strip()]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_rule_of_the_register_is_said(language):
    for name, claim in register().items():
        words = rule_words(claim.rule, language)
        assert not english_in(words), (name, words)
        assert not re.search(r"\d\.\d", words), words
        figures = re.findall(r"\d+(?:[.,]\d+)?", claim.rule.replace(" .", " 0."))
        assert sorted(re.findall(r"\d+(?:,\d+)?", words)) == sorted(
            figure.replace(".", ",") for figure in figures
        )
        assert rule_words(claim.rule, "en") == claim.rule.replace("_", " ")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_limit_of_a_claim_is_said(language):
    for name, claim in register().items():
        assert not english_in(claim_limits(claim, language)), name


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_stored_reason_is_said_but_for_what_a_codebook_says(language):
    """Reasons of stand-ins and of what is set aside are the codebook's own words."""
    whys = pd.read_csv(data_folder() / "evidence.csv")["why"].dropna().unique()
    known = [why for why in whys if not why.startswith("set aside")]
    assert len(known) > 150
    for why in known:
        parts = reason_words(why, "en")
        for part, said in zip(parts, reason_words(why, language), strict=True):
            if " by proxy: " not in part:
                assert not english_in(said), (part, said)


@pytest.fixture(scope="module")
def analysis():
    """A study that measures nearly every claim, some of its people without an answer."""
    study = ls.simulate_study("all-true", n=150, seed=3)
    found = analyse(study, language="sv")
    assert (found.claims["measured"] != "none").sum() > 50
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_english_is_left_in_a_report(analysis, language, tmp_path):
    claims = analysis.claims.assign(
        truth="unset", truth_note="one occasion a person: shown, not judged"
    )
    book = replace(analysis.study.codebook, title="Kundenkät")
    here = replace(analysis, language=language, study=replace(analysis.study, codebook=book))
    page = study_page([here], claims, [tmp_path], [FACTS], tmp_path)
    lines = seen(page)
    assert len(lines) > 1000
    assert [line for line in lines if english_in(line)] == []


NOTES = [
    "Scale 'trust': everyone gave the same answer to ['t1', 't2']. Take these items out of the "
    "scale.",
    "Scale 'trust': 3 respondents answered all of ['t1', 't2']; at least 4 are needed.",
    "Heywood case: error variance below zero of 't1' (-0.02). Do not trust omega.",
    "weighted to margins of gender, age",
    "raked weights reach 6.12 times the mean (design effect 1.80), and none is trimmed: join "
    "margin groups with few people, or say why they stand for so many",
    "fewer than 10 people gave no answer to 'education': those without an answer keep the "
    "share that they have unraked, and the margin is that of the others",
    "12 of the rows dropped have no weight above zero",
    "in 7 of 100 rounds of cross-validation a margin has a group without people, and raked "
    "weights are kept",
    "intervals from leaving out each of 40 groups of rows",
    "The file was read as cp1252.",
    "No cell is filled in some rows below the column names: left out, and not counted in the "
    "numbers of rows elsewhere.",
    "column 't1': code 2 is '.' in the file, 'Maybe' in the codebook, and 2 more codes; taken "
    "for the same answer.",
    "12 previews and 30 unfinished answers were left out; 200 of 242 rows are read.",
    "11 complete rows of 80 for 12 predictor columns; at least 15 are needed. Take fewer "
    "columns, or more respondents.",
    "Study 'x' has no outcome: what could be its outcome cannot be explained "
    "(loyalty: everybody answered alike). Name one with `--outcome NAME`.",
    "Study 'x' has no outcome: nothing in it measures loyalty, recommend, remain, "
    "satisfaction. Name one with `--outcome NAME`.",
]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("note", NOTES)
def test_notes_and_gaps_are_said_with_their_names_and_numbers(note, language):
    said = phrase_words(note, language)
    names = re.findall(r"'([^']*)'", note)
    assert not english_in(re.sub("[”«][^”»]*[”»]", "", said)), said
    assert all(name in said for name in names)
    assert phrase_words(note, "en") == note


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_that_are_not_ours_stay_as_they_are(language):
    for text in ("Somebody wrote this on Monday.", "held", "nonsense on stilts: 1.5 [0.1, x]"):
        assert phrase_words(text, language) == text
    text = "dominance on toast: 0.100 [0.050, 0.200], as if by magic (supported)"
    assert "as if by magic" in reason_words(text, language)[0]


def test_phrases_keep_their_places():
    for line in read_yaml(package_folder() / "report" / "phrases.yaml")["phrases"]:
        assert {*line} == {"en", "sv", "nb"}
        places = line["en"].count("{}")
        for language in LANGUAGES:
            own = re.findall(r"\{(\d*)\}", line[language])
            in_order = [str(i) for i in range(places)]
            assert own == [""] * places or sorted(own) == in_order, line["en"]
    said = [
        line["en"] for line in read_yaml(package_folder() / "report" / "phrases.yaml")["phrases"]
    ]
    assert len({*said}) == len(said) > 150 and len(_phrases("sv")) == len(_phrases("nb"))
