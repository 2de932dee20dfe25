"""The instrument worded for one company, and for donors."""

import copy
import re

import pytest

from loyaltystudy.errors import SurveyError
from loyaltystudy.report._questionnaire.variants import genitive, name_company, word_for_donors
from loyaltystudy.survey import data_folder, load_codebook, make_codebook, read_yaml

SPEAKS = {
    "en": r"\bthe company\b",
    "sv": r"(?<!det )\bföretag(et|ets)\b",
    "nb": r"(?<!den )\bbedrift(en|ens)\b",
}
OTHER = ("contact_arm", "react1", "react2", "react3")  # of another company


@pytest.fixture(scope="module")
def raw():
    return read_yaml(data_folder() / "instrument" / "codebook.yaml")


def every_text(book):
    yield from ((f"page {page}", words) for page, words in book.pages.items())
    yield from ((f"lead {page}", words) for page, words in book.leads.items())
    for name, column in book.columns.items():
        yield name, column.wording
        yield from ((name, words) for words in getattr(column, "vignettes", {}).values())


@pytest.mark.parametrize("company", ["Fjord", "Kaffehus", "Åre & Co", "1-2-3 Bank"])
def test_the_name_stands_wherever_the_company_is_spoken_of(raw, company):
    book, plain = (
        make_codebook(name_company(raw, company)),
        load_codebook(data_folder() / "instrument"),
    )
    before = dict(every_text(plain))
    named = 0
    for where, words in every_text(book):
        for language, text in words.items():
            if where in OTHER:
                assert company not in text, where
                continue
            assert not re.search(SPEAKS[language], text, re.IGNORECASE), (where, text)
            spoken = re.search(SPEAKS[language], before[where][language], re.IGNORECASE)
            assert bool(spoken) <= (company in text), (where, text)
            named += company in text
    assert named > 500
    assert {*plain.columns} - {*book.columns} == {"company", "category"}
    assert book.titles["nb"] == f"Spørreskjema for kunder hos {company}"


def test_no_swedish_or_norwegian_pronoun_takes_the_name_for_a_neuter(raw):
    """Every text with a pronoun for the company has words of its own where it is named."""
    own = read_yaml(data_folder() / "instrument" / "named.yaml")["wording"]
    tell = {
        "sv": r"\b(om|när|hur|vad|än|som) det (behåller|påverkar|redan|hör av|lovar|kan hålla|måste"
        r"|gör\b|kunde)|sakna det|sig självt|lojalt|generöst|berett|hänsynsfullt",
        "nb": r"\b(om|når|hva|hvordan|det|enn|de kundene|dem) den (beholder|påvirker|allerede|blir"
        r"|tar|lover|kan|må|gjør|kunne)|savne den|er den der",
    }
    for name, item in raw["items"].items():
        for language, pattern in tell.items():
            if re.search(pattern, item["wording"][language]):
                assert language in own.get(name, {}), (name, item["wording"][language])


def test_every_text_of_its_own_is_of_a_column_and_of_the_same_languages(raw):
    for file in ("named.yaml", "donors.yaml"):
        variant = read_yaml(data_folder() / "instrument" / file)
        columns = raw["items"] | raw["variables"]
        assert {*variant["wording"], *variant["left_out"]} <= set(columns)
        assert set(variant["pages"]) <= set(raw["pages"])
        for name, words in variant["wording"].items():
            assert set(words) <= {"en", "sv", "nb"}
            assert all(words[x] != columns[name]["wording"][x] for x in words), name
    assert all(set(words) == {"en", "sv", "nb"} for words in variant["wording"].values())


def test_genitives_are_those_of_each_language():
    assert [genitive("Max", x) for x in ("en", "sv", "nb")] == ["Max's", "Max", "Max'"]
    assert [genitive("IKEA", x) for x in ("en", "sv", "nb")] == ["IKEA's", "IKEAs", "IKEAs"]


@pytest.mark.parametrize("company", ["", "  ", "x" * 61, "{a}", "${b}", "back\\slash"])
def test_a_name_that_cannot_stand_in_a_form_is_refused(raw, company):
    with pytest.raises(SurveyError, match="at most 60 characters"):
        name_company(raw, company)


def test_the_codebook_given_is_left_as_it_is(raw):
    before = repr(raw)
    name_company(raw, "Fjord"), word_for_donors(raw)
    assert repr(raw) == before


def test_donors_are_asked_as_donors(raw):
    book = make_codebook(word_for_donors(raw))
    customers = r"compan|custom|buy|företag|kund|köp|bedrift|kunde\b|kjøp"
    for name, column in book.columns.items():
        if "short" in column.form:
            for text in column.wording.values():
                assert not re.search(customers, text, re.IGNORECASE), (name, text)
    pages = {c.page for c in book.columns.values() if "short" in c.form}
    for page in pages:
        assert not re.search(customers, " ".join(book.pages[page].values()), re.IGNORECASE)
    plain = make_codebook(raw)
    for name, item in book.items.items():
        assert item.reversed == plain.items[name].reversed  # a wording turns nothing
        assert item.answers == plain.items[name].answers


def test_support_for_a_charity_is_no_category_of_customers(raw):
    assert 12 not in raw["answers"]["category"]["codes"]
    older = copy.deepcopy(raw)  # codebooks that have it are still read
    older["answers"]["category"]["codes"][12] = {"en": "A charity", "sv": "Ideell", "nb": "Ideell"}
    assert 12 in make_codebook(older).variables["category"].answers.codes
