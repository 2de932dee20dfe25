"""The instrument: complete, equal in three languages, and what the vocabulary asks for."""

import re

import pytest

from loyaltystudy.report._questionnaire import form_codebook, minutes
from loyaltystudy.report._questionnaire.form import is_asked
from loyaltystudy.report._translations import LANGUAGES, texts
from loyaltystudy.survey._codebook import constructs, load_codebook
from loyaltystudy.survey._shipped import data_folder

FIXED = {key for key in texts() if key.startswith(("form ", "missing "))}
HEADLINE = ("demographics", "sociological_background", "trust", "engagement", "emotional_bonds")


@pytest.fixture(scope="module")
def book():
    return load_codebook(data_folder() / "instrument")


def every_text(book):
    """All that a respondent can read: where it stands, and its words by language."""
    yield "titles", book.titles
    for key, title in book.pages.items():
        yield f"page {key}", title
    yield from ((f"lead of {key}", words) for key, words in book.leads.items())
    for name, column in book.columns.items():
        if is_asked(column, book) and not getattr(column, "vignettes", None):
            yield name, column.wording
        for code, words in column.answers.codes.items():
            yield f"{name}, answer {code:g}", words
        if column.answers.question:
            yield f"{name}, above its table", column.answers.question
        for code, words in getattr(column, "vignettes", {}).items():
            yield f"{name}, arm {code:g}", words
    for name, scale in book.scales.items():
        yield f"scale {name}", scale.label
    yield from ((key, words) for key, words in texts().items() if key in FIXED)


def test_three_languages_are_complete(book):
    assert book.languages == LANGUAGES
    for where, words in every_text(book):
        assert set(words) == {"en", "sv", "nb"}, where
        assert all(text.strip() == text != "" for text in words.values()), where


def test_numbers_are_the_same_in_every_language(book):
    schools = re.compile(r"_education, answer")  # these name national school forms, with grades
    for where, words in every_text(book):
        if schools.search(where):
            continue
        numbers = {language: re.findall(r"\d+", text) for language, text in words.items()}
        assert numbers["sv"] == numbers["en"] == numbers["nb"], where


def test_the_company_is_named_in_all_languages_or_in_none(book):
    for where, words in every_text(book):
        if where in book.columns:
            named = {
                "company" in words["en"].lower() or "companies" in words["en"].lower(),
                "företag" in words["sv"].lower(),
                "bedrift" in words["nb"].lower(),
            }
            assert len(named) == 1, f"{where}: {words}"


def test_letters_belong_to_the_language(book):
    foreign = {"en": "[åäöæø]", "sv": "[æø]", "nb": "[äö]"}
    for where, words in every_text(book):
        for language, letters in foreign.items():
            assert not re.search(letters, words[language], re.IGNORECASE), (where, language)


def test_bokmal_is_neither_danish_nor_nynorsk(book):
    other = "af meget noget hvad mig dig sig efter uden blive ikkje ein eg frå meir virksomhed"
    danish = rf"\b({'|'.join(other.split())})\b"
    for where, words in every_text(book):
        assert not re.search(danish, words["nb"], re.IGNORECASE), (where, words["nb"])


def test_respondents_are_addressed_as_du(book):
    formal = {"sv": r"\b(Ni|Er|Ert|Era)\b", "nb": r"\b(De|Dem|Deres)\b"}
    for where, words in every_text(book):
        for language, pattern in formal.items():
            inside = words[language][1:]  # the first word of a sentence may be any of them
            assert not re.search(rf"(?<![.?!:] ){pattern}", inside), (where, words[language])


def test_no_two_questions_read_alike(book):
    for language in LANGUAGES:
        texts = [c.wording[language] for c in book.columns.values() if language in c.wording]
        assert len(set(texts)) == len(texts)
        for name, column in book.columns.items():
            labels = [words[language] for words in column.answers.codes.values()]
            assert len(set(labels)) == len(labels), (name, language)


def test_every_construct_is_measured_in_full(book):
    for construct in constructs():
        measure = book.measures(construct)
        assert measure is not None and measure.construct == construct, construct


def test_blocks_hold_their_own_constructs_and_no_outcome(book):
    for block, members in book.blocks.items():
        for member in members:
            entry = book.scales.get(member) or book.variables[member]
            assert entry.construct is None or constructs()[entry.construct]["block"] == block
    inside = {member for members in book.blocks.values() for member in members}
    for construct, said in constructs().items():
        if said["block"] not in ("outcomes", "context"):
            assert book.measures(construct).name in inside, construct
        else:
            assert book.measures(construct).name not in inside, construct


@pytest.mark.parametrize(
    ("scale", "items"),
    [
        ("loyalty", 4),
        ("trust", 4),
        ("engagement", 10),
        ("relationship_commitment", 3),
        ("firm_commitment", 3),
        ("affective_commitment", 4),
        ("calculative_commitment", 4),
        ("normative_commitment", 3),
        ("satisfaction", 3),
        ("identification", 4),
        ("fan_identity", 4),
        ("fan_socialisation", 4),
        ("fan_self_therapy", 4),
        ("fan_quasi_religion", 4),
        ("fan_authenticity", 3),
        ("devotion", 5),
        ("programme_rouses_loyalty", 2),
        ("would_miss", 1),
        ("recommend", 1),
        ("marker_turquoise", 4),
        ("marker_autumn", 4),
        ("company_attitude", 4),
        ("quality", 4),
        ("reason_moral", 1),
        ("everyday_easier", 2),
        ("generosity", 2),
    ],
)
def test_scales_have_their_items(book, scale, items):
    assert len(book.scales[scale].items) == items


def test_every_item_but_the_attention_items_belongs_to_one_scale(book):
    used = [item for scale in book.scales.values() for item in scale.items]
    watching = [name for name, item in book.items.items() if item.attention is not None]
    assert len(set(used)) == len(used)
    assert set(book.items) - set(used) == set(watching)
    assert len(watching) == 2


def test_attention_items_quote_the_answer_they_want(book):
    for item in (item for item in book.items.values() if item.attention is not None):
        for language in LANGUAGES:
            wanted = item.answers.codes[item.attention][language]
            assert re.search(rf"[\"”«]{wanted}[\"”»]", item.wording[language]), (
                item.name,
                language,
            )


def test_bonds_share_one_answer_set(book):
    """Means of moral and affective bonds can be compared only on the same answers."""
    bonds = [
        scale
        for block in ("trust", "engagement", "emotional_bonds", "calculative_bonds", "moral_bonds")
        for scale in book.blocks[block]
        if scale != "moral_disapproval"
    ]
    items = [item for scale in bonds for item in book.scales[scale].items]
    assert {tuple(book.items[item].answers.codes) for item in items} == {(1, 2, 3, 4, 5, 6, 7)}
    labels = [[w["en"] for w in book.items[item].answers.codes.values()] for item in items]
    assert all(label == labels[0] for label in labels)


def test_moral_judgement_has_two_sides_and_a_middle(book):
    codes = book.items["judge1"].answers.codes
    assert [codes[c]["nb"] for c in (1, 4, 7)] == [
        "Helt galt",
        "Verken galt eller riktig",
        "Helt riktig",
    ]


def test_every_agreement_scale_has_a_reversed_item(book):
    """And is balanced no further than that, but for those spread over the form: half of each."""
    for scale in book.scales.values():
        items = [book.items[name] for name in scale.items]
        if len(items) == 1 or items[0].answers.question != book.items["trust1"].answers.question:
            continue
        turned = sum(item.reversed for item in items)
        half = scale.name in SPREAD or len(items) == 2
        assert turned == (len(items) // 2 if half else 1), scale.name


SPREAD = ("marker_turquoise", "marker_autumn", "company_attitude", "quality")


@pytest.mark.parametrize("scale", SPREAD)
def test_what_is_held_against_every_claim_is_spread_over_the_form(book, scale):
    pages = [book.items[item].page for item in book.scales[scale].items]
    order = [*book.pages]
    places = [order.index(page) for page in pages]
    assert len(set(places)) == 4 and max(places) - min(places) > len(order) / 3
    neighbours = [name for name, item in book.items.items() if item.page in pages]
    own = [neighbours.index(item) for item in book.scales[scale].items]
    assert all(abs(a - b) > 3 for a in own for b in own if a != b)


def test_the_markers_have_nothing_to_do_with_companies(book):
    for scale in ("marker_turquoise", "marker_autumn"):
        for item in book.scales[scale].items:
            said = " ".join(book.items[item].wording.values()).lower()
            assert not re.search("compan|företag|bedrift|custom|kund|buy|köp|kjøp", said)


def test_the_three_reasons_share_one_stem_and_one_page(book):
    ties = [book.items[book.scales[f"reason_{kind}"].items[0]] for kind in KINDS]
    assert {(tie.page, tuple(tie.answers.codes)) for tie in ties} == {("bonds", tuple(range(1, 8)))}
    for language, stem in STEMS.items():
        assert all(tie.wording[language].startswith(stem) for tie in ties)


KINDS = ("moral", "affective", "calculative")
STEMS = {
    "en": "What ties me to the company is that ",
    "sv": "Det som binder mig till företaget är att ",
    "nb": "Det som knytter meg til bedriften, er at ",
}
UNKNOWABLE = [
    "responsible1",
    "responsible2",
    "responsible3",
    "judge1",
    "judge2",
    "judge3",
    "invest3",
    "listen1",
    "open3",
    "belong2",
    "belong3",
    "visible1",
    "visible3",
    "story2",
    "tailor3",
]


def test_do_not_know_is_offered_where_a_customer_cannot_know(book):
    offered = [name for name, item in book.items.items() if 98 in item.missing]
    assert sorted(offered) == sorted(UNKNOWABLE)


def test_pages_that_do_not_concern_all_say_what_to_choose(book):
    pages = {item.page for item in book.items.values() if 97 in item.missing}
    assert pages == set(book.leads)
    for words in book.leads.values():
        for language in LANGUAGES:
            assert texts()["missing 97"][language] in words[language]


def test_a_question_stands_above_every_table_of_statements(book):
    agreeing = [i for i in book.items.values() if i.answers.codes.get(7, {}).get("en") == AGREE]
    assert len(agreeing) > 150
    assert {i.answers.question["nb"] for i in agreeing} == {
        "Hvor enig eller uenig er du i følgende påstander?"
    }


AGREE = "Strongly agree"


def test_about_three_rating_items_in_ten_are_reversed(book):
    rated = [item for item in book.items.values() if len(item.answers.codes) == 7]
    share = sum(item.reversed for item in rated) / len(rated)
    assert 1 / 4 < share < 1 / 3
    assert [i for i in book.scales["trust"].items if book.items[i].reversed] == ["trust4"]
    assert [book.items[i].reversed for i in ("rouses1", "rouses2")] == [False, True]
    for name, scale in book.scales.items():
        turned = sum(book.items[item].reversed for item in scale.items)
        assert turned <= len(scale.items) / 2, name


def test_pairs_that_are_set_against_each_other_have_the_same_answers(book):
    pairs = [("received1", "wanted1"), ("clubcalc1", "clubfeel1"), ("moral1", "bond1")]
    for first, second in pairs:
        assert book.items[first].answers == book.items[second].answers


def test_books_at_home_are_the_classes_of_pisa(book):
    labels = [words["en"] for words in book.variables["books_at_home"].answers.codes.values()]
    numbers = [re.findall(r"\d+", label) for label in labels]
    assert numbers == [
        ["0", "10"],
        ["11", "25"],
        ["26", "100"],
        ["101", "200"],
        ["201", "500"],
        ["500"],
    ]


def test_education_and_occupation_cover_their_classifications(book):
    levels = {*range(9)}
    assert set(book.variables["own_education"].answers.codes) == levels
    assert (
        book.variables["father_education"].answers
        == book.variables["mother_education"].answers
        == book.variables["own_education"].answers
    )
    assert set(book.variables["own_education_field"].answers.codes) == {*range(11)}
    assert set(book.variables["father_occupation"].answers.codes) == {*range(10)}


def test_every_arm_has_its_text(book):
    arms = {name: v for name, v in book.variables.items() if v.vignettes}
    assert set(arms) == {"offer_arm", "contact_arm", "ask_arm", "reward_arm"}
    for variable in arms.values():
        assert set(variable.vignettes) == set(variable.answers.codes)
        followed = [c for c in book.columns.values() if c.page == variable.page]
        assert len(followed) > 1  # a vignette is followed by a question


@pytest.mark.parametrize("language", LANGUAGES)
def test_contact_and_discount_are_crossed(book, language):
    """Two by two: each sentence of the contact and of the price stands in two arms."""
    texts = {
        arm: set(re.split(r"(?<=\.) ", words[language]))
        for arm, words in book.variables["contact_arm"].vignettes.items()
    }
    frame = set.intersection(*texts.values())
    own = {arm: sentences - frame for arm, sentences in texts.items()}
    assert all(len(sentences) == 2 for sentences in own.values())
    assert len(own[1] & own[3]) == len(own[2] & own[4]) == 1  # the contact
    assert len(own[1] & own[2]) == len(own[3] & own[4]) == 1  # the price
    assert not own[1] & own[4] and not own[2] & own[3]


@pytest.mark.parametrize("language", LANGUAGES)
def test_being_asked_adds_the_asking_and_nothing_else(book, language):
    texts = book.variables["ask_arm"].vignettes
    assert texts[2][language].startswith(texts[1][language] + " ")


def test_missing_codes_have_words_and_their_words_are_read(book):
    for name, column in book.columns.items():
        said = [f"missing {code:g}" for code in column.missing]
        assert {*said} <= FIXED, name
        words = {text for key in said for text in texts()[key].values()}
        assert column.recode == dict.fromkeys(words), name


def test_records_are_not_asked_and_may_be_absent(book):
    not_asked = {name for name, c in book.columns.items() if not is_asked(c, book)}
    assert not_asked == {
        "respondent_id",
        "region",
        "churn",
        "churn_months",
        "margin",
        "acquisition_cost",
    }
    assert {name for name, c in book.columns.items() if c.optional} == not_asked - {"respondent_id"}


def test_every_page_is_used_and_in_order(book):
    used = {c.page for c in book.columns.values() if c.page}
    assert used == set(book.pages)
    assert list(book.pages)[-1] == "you"  # demographics last: they prime the least there


def test_every_scale_names_its_family(book):
    assert all(scale.source for scale in book.scales.values())
    assert "Hollebeek et al. 2014" in book.scales["engagement"].source


def test_head_and_readme_say_that_nothing_is_validated():
    head = (data_folder() / "instrument" / "codebook.yaml").read_text(encoding="utf-8")[:900]
    assert "VALIDATED YET" in head
    readme = (data_folder() / "instrument" / "README.md").read_text(encoding="utf-8")
    assert "not validated" in readme


def test_readme_tells_the_lengths_that_minutes_computes(book):
    readme = (data_folder() / "instrument" / "README.md").read_text(encoding="utf-8")
    for form in ("brief", "short", "full"):
        asked = [c for c in book.columns.values() if is_asked(c, book, form)]
        questions = sum(not getattr(c, "vignettes", None) for c in asked)
        line = next(line for line in readme.splitlines() if line.startswith(f"| {form} |"))
        assert f"{minutes(book, form):.1f} minutes" in line
        assert re.findall(r"\d+", line)[0] == str(questions)


def test_the_brief_form_takes_four_minutes_at_most(book):
    assert minutes(book, "brief") <= 4
    brief = form_codebook(book, "brief")
    assert {*brief.scales} == {
        "loyalty",
        "trust",
        "affective_commitment",
        "satisfaction",
        "recommend",
        "monetary_value",
    }
    assert all(scale.construct for scale in brief.scales.values())  # each is asked whole
    own = {"age", "gender", "income", "own_education", "father_education", "mother_education"}
    assert own | {"books_at_home"} <= set(brief.variables)


def test_the_short_form_serves_the_headline_comparison_in_eight_minutes(book):
    short = form_codebook(book, "short")
    assert minutes(book, "short") < 8 < minutes(book, "full")
    assert set(HEADLINE) <= set(short.blocks)
    for block in HEADLINE:
        assert short.blocks[block] == book.blocks[block]
    assert len(short.scales["loyalty"].items) == 4
    assert len(short.scales["engagement"].items) == 3
    facets = [(1, 3), (4, 7), (8, 10)]  # one item of each facet
    asked = [int(item.removeprefix("engage")) for item in short.scales["engagement"].items]
    assert all(low <= n <= high for n, (low, high) in zip(asked, facets, strict=True))
