"""One table of words: whole in every language, and used by figures and tables as it stands."""

import re

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

import loyaltystudy as ls
from loyaltystudy.claims import register
from loyaltystudy.errors import SurveyError
from loyaltystudy.report._claim_section import _rates
from loyaltystudy.report._hypotheses import source_title
from loyaltystudy.report._translations import (
    LANGUAGES,
    _claim_limits,
    _claim_names,
    called,
    called_block,
    called_claim,
    claim_limits,
    number,
    say,
    spoken,
    texts,
    whole,
)
from loyaltystudy.survey._codebook import constructs


@pytest.mark.parametrize("key", texts())
def test_a_text_has_every_language_and_the_same_places(key):
    entry = texts()[key]
    assert tuple(entry) == LANGUAGES and all(isinstance(text, str) for text in entry.values())
    assert len({text.count("{}") for text in entry.values()}) == 1
    assert len({text.count("\n") for text in entry.values()}) == 1
    assert all(
        re.sub(r"{}|\N{NO-BREAK SPACE}", "", text).isprintable()
        for line in entry.values()
        for text in line.split("\n")
    )


@pytest.mark.parametrize("key", texts())
def test_a_language_has_its_own_quotation_marks(key):
    """” ” in Swedish, « » in Norwegian; a straight mark in these is an English leftover."""
    swedish, norwegian = texts()[key]["sv"], texts()[key]["nb"]
    assert not re.search(r"['\"“«»]", swedish) and swedish.count("”") % 2 == 0
    assert not re.search(r"[\"“”]|(?<!s)'", norwegian.replace("Mahalanobis'", ""))
    assert norwegian.count("«") == norwegian.count("»")


# What each concept is not called, since it has another word throughout.
SHUNNED = {
    "sv": r"svaranden\b|utslag|\bdom(en|arna)?\b|proxymått|tillförlitlig|oavgjort"
    r"|delade värden|kalkylativ|\bensamt\b|prövningen|svarsandel|slumpad",
    "nb": r"\bdom(men|mene|mer)?\b|proxymål|pålitelighet|uavgjort|delte verdier|\bprøven\b"
    r"|svarandel|\baffektiv|emosjonell|\bbifall",
}


@pytest.mark.parametrize("language", SHUNNED)
def test_one_concept_has_one_word(language):
    said = [entry[language] for entry in texts().values()]
    said += [entry["label"][language] for entry in constructs().values()]
    said += [names[language] for names in _claim_names().values()]
    odd = [text for text in said if re.search(SHUNNED[language], text, re.IGNORECASE)]
    assert not odd


def test_what_a_claim_cannot_say_is_said_in_every_language():
    own = {name: claim for name, claim in register().items() if claim.limits or claim.untestable}
    assert set(own) == set(_claim_limits())
    for name, claim in own.items():
        said = [claim_limits(claim, language) for language in ("en", "sv", "nb")]
        assert said[0] == (claim.limits or claim.untestable) and len(set(said)) == 3, name
        figures = [re.findall(r"\d+", text) for text in said]
        assert figures[1] == figures[2] and set(figures[1]) >= set(figures[0]), name
    said = [text for entry in _claim_limits().values() for text in entry.values()]
    assert not [text for text in said if re.search(r"\b(the|and|from|that)\b", text)]
    assert not [
        entry
        for entry in _claim_limits().values()
        for language in ("sv", "nb")
        if re.search(SHUNNED[language], entry[language], re.IGNORECASE)
    ]


def test_every_claim_has_a_name_in_swedish_and_norwegian():
    assert set(register()) <= set(_claim_names())
    for language in ("sv", "nb"):
        names = [entry[language] for entry in _claim_names().values()]
        assert len(set(names)) == len(names) and max(map(len, names)) < 50
        assert not any("." in name for name in names)  # decimals have a comma
    assert called_claim("would-miss", "en") == "would-miss"
    assert called_claim("a-claim-of-ones-own", "nb") == "a-claim-of-ones-own"


@pytest.mark.parametrize(
    ("value", "english", "nordic"),
    [(7, "7", "7"), (1300, "1,300", "1\xa0300"), (1234567, "1,234,567", "1\xa0234\xa0567")],
)
def test_thousands_are_set_apart_as_the_language_does(value, english, nordic):
    assert whole(value, "en") == english
    assert whole(value, "sv") == whole(value, "nb") == nordic
    assert f" {nordic} " in f" {say('answered', 'sv', value, 'kunder')} "
    assert f" {nordic} " in f" {say('answered', 'nb', np.int64(value), 'kunder')} "


def test_no_swedish_or_norwegian_report_says_1_3_people():
    """The number of people that a claim would need, where a simulation found one."""
    for claim in register().values():
        for language in ("sv", "nb"):
            assert not re.search(r"\d,\d{3}\b", _rates(claim, language)), claim.name
    assert "1\xa0000 personer" in _rates(register()["would-miss"], "sv")


def test_dates_of_the_texts_are_written_as_the_language_does():
    assert "28 februari 2017 (svenska)" in source_title("courtship", "sv")
    assert "27. september 2019 (svensk)" in source_title("dream-date", "nb")
    assert "28 February 2017 (Swedish)" in source_title("courtship", "en")


def test_every_block_of_the_vocabulary_has_a_name():
    for block in {entry["block"] for entry in constructs().values()}:
        assert f"block {block}" in texts(), block


def test_names_of_ones_own_stay_and_labels_come_first():
    assert called("plan", "sv") == "plan"  # a key of the words, and somebody's scale
    assert called_block("plan", "nb") == "plan"
    assert called("trust", "sv") == "Förtroende" and called("trust", "en") == "trust"
    assert called("trust", "sv", {"trust": "Tillit till butiken"}) == "Tillit till butiken"


def test_an_unknown_language_is_refused_by_name():
    with pytest.raises(SurveyError, match=r"language='de' is not known. Take one of \['en', 'sv'"):
        say("supported", "de")
    table = pd.DataFrame(
        {
            "claim": ["a"],
            "study": ["b"],
            "kind": ["real"],
            "measured": ["full"],
            "verdict": ["supported"],
        }
    )
    with pytest.raises(SurveyError, match="language='de' is not known"):
        ls.plot_claims(table, language="de")
    plt.close("all")


def test_a_table_is_read_in_its_language():
    table = pd.DataFrame(
        {
            "scale": ["trust", "mine"],
            "verdict": ["supported", "untestable"],
            "low": [0.1, 0.2],
            "other_column": [1, 2],
        }
    )
    read = spoken(table, "nb", {"mine": "Min skala"})
    assert list(read) == ["skala", "vurdering", "nedre grense", "other_column"]
    assert read["skala"].tolist() == ["Tillit", "Min skala"]
    assert read["vurdering"].tolist() == ["får støtte", "kan ikke testes"]
    assert list(table) == ["scale", "verdict", "low", "other_column"]  # left as it was


def test_the_signs_of_careless_answers_are_those_of_the_screening():
    rules = ls.screening_rules()[["sign", "careless_if"]]
    english = spoken(rules, "en")
    assert (english.to_numpy() == rules.to_numpy()).all()
    for sign in rules["sign"]:  # else a rule that changed would stay as it was in translation
        assert {f"sign {sign}", f"careless if {sign}"} <= set(texts())
    swedish = spoken(rules.assign(flagged="under 10"), "sv")
    assert list(swedish) == ["tecken", "räknas som slarvigt om", "antal"]
    assert not (swedish.iloc[:, :2].to_numpy() == rules.to_numpy()).any()
    assert set(swedish["antal"]) == {"färre än 10"}


def test_figures_take_a_language_and_labels():
    study = ls.load_study("mobile-reputation", source="shipped")
    ax = ls.plot_blocks(ls.compare_blocks(study, "loyalty", ["trust"]), language="sv")
    assert ax.get_xlabel().startswith(
        "Attitydmässig lojalitet: förklarad varians (R², justerat, 95 %-intervall)"
    )
    assert [t.get_text() for t in ax.get_yticklabels()] == ["förtroende"]
    legend = [t.get_text() for t in ax.get_legend().get_texts()]
    assert legend == ["för sig", "genomsnittligt bidrag (dominans)", "utöver alla andra"]
    ax.figure.canvas.draw()
    ticks = [t.get_text() for t in ax.get_xticklabels()]
    assert any("," in t for t in ticks) and not any("." in t for t in ticks)
    table = ls.reliability(study)
    ax = ls.plot_reliability(table, language="nb", labels={"trust": "Tillit til $elskapet"})
    drawn = [t.get_text() for t in ax.get_yticklabels()]
    assert any(
        t.startswith(r"Tillit til \$elskapet  (") and t.endswith(" spørsmål)") for t in drawn
    )
    plt.close("all")


@pytest.mark.parametrize("language", ["sv", "nb"])
def test_the_wide_figure_of_claims_speaks_too(language):
    rows = [
        (
            "would-miss",
            f"s{i}",
            "simulated" if i == 7 else "real",
            "full",
            "supported",
            "employees" if i == 6 else "customers",
        )
        for i in range(8)
    ]
    columns = ["claim", "study", "kind", "measured", "verdict", "population"]
    ax = ls.plot_claims(pd.DataFrame(rows, columns=columns), language=language)
    drawn = {t.get_text().replace("\n", " ") for t in ax.texts}
    for key in ("real headline", "real apart", "simulated", "key of signs"):
        assert say(key, language).replace("\n", " ") in drawn
    plt.close("all")


def test_numbers_are_written_as_the_language_does():
    assert number(-1.5, "sv", 1) == "−1,5" and number(-1.5, "en", 1) == "−1.5"
