"""Answers in words are put in order by degree, rate and amount; what has no order is left so."""

from __future__ import annotations

import pandas as pd
import pytest

from loyaltystudy.errors import SurveyError
from loyaltystudy.explain import compare_blocks
from loyaltystudy.survey import draft_codebook, read_study
from loyaltystudy.survey._draft.columns import draft_column
from loyaltystudy.survey._draft.grades import are_graded, order_of
from loyaltystudy.survey._draft.words import (
    is_category,
    is_personal_name,
    is_respondent_name,
    is_tool_name,
    is_weight_name,
)


@pytest.mark.parametrize(
    "labels",
    [  # each in its order
        [
            "Very dissatisfied",
            "Slightly dissatisfied",
            "Neither satisfied nor dissatisfied",
            "Slightly satisfied",
            "Very satisfied",
        ],
        [
            "Completely unacceptable",
            "Somewhat unacceptable",
            "Somewhat acceptable",
            "Completely acceptable",
        ],
        ["stronlgy disagree", "somewhat disagree", "neutral", "somewhat agree", "strongly agree"],
        ["Gained nothing", "Gained a little", "Gained some", "Gained  a lot", "Gained the most"],
        ["Not important", "Less important", "Neutral", "Somewhat important", "Very important"],
        ["Not at all worried", "Not very worried", "Somewhat worried", "Very worried"],
        ["Mycket missnöjd", "Ganska missnöjd", "Varken eller", "Ganska nöjd", "Mycket nöjd"],
        ["Helt uenig", "Delvis uenig", "Verken enig eller uenig", "Delvis enig", "Helt enig"],
        ["Meget utilfreds", "Utilfreds", "Hverken eller", "Tilfreds", "Meget tilfreds"],
        [
            "Stimme gar nicht zu",
            "Stimme eher nicht zu",
            "Weder noch",
            "Stimme eher zu",
            "Stimme voll und ganz zu",
        ],
        ["Nicht wichtig", "Kaum wichtig", "Mäßig wichtig", "Wichtig", "Sehr wichtig"],
        ["gar nicht", "selten", "eher selten", "eher häufig", "sehr häufig"],
        ["No", "Maybe", "Yes"],
        ["Never", "Rarely", "Monthly", "Weekly", "Daily"],
        ["Never", "Sometimes", "Once a month", "Once a week", "More than once a week"],
        ["Less than once a week", "Once a week", "2-3 times a week", "Almost daily", "Daily"],
        ["Aldrig", "Mer sällan", "2-3 gånger i månaden", "En gång i veckan", "Dagligen"],
        ["Nie", "Einige Male im Jahr", "Jeden Monat", "Wöchentlich", "Mehrmals in der Woche"],
        ["Under 18", "18-24", "25-64", "65+"],
        ["Below 20", "From 20 to 29", "From 30 to 39", "40 and above"],
        ["Less than $32,000", "$32,000 - $60,000", "$60,000 - $100,000", "$100,000+"],
        ["Below 25,000", "25,000-50,000", "50,000-1,00,000", "More than 1,00,000"],
        ["unter EUR 1.000", "EUR 1.000 bis EUR 2.000", "EUR 2.000 und mehr"],
        ["Below 30 minutes", "Between 30 minutes and 1 hour", "More than 3 hours"],
        ["<20Mb", "20Mb -100Mb", "100Mb - 1Gb", "1Gb - 5Gb", ">5Gb"],
        ["Yngre än 30 år", "30-49 år", "50 år eller äldre"],
        ["1 year", "3 years", "10 years"],
        ["Not like me at all", "Not like me", "A little like me", "Like me", "Very much like me"],
        ["Never", "Only occasionally", "A few times a week", "Most days", "Every day"],
        ["24 years old or less", "25 - 34 years old", "55 years old or more"],
        ["Not at all", "Several days", "More than half the days", "Nearly every day"],
        ["At no time", "Some of the time", "Most of the time", "All of the time"],
    ],
)
def test_words_stand_in_their_order(labels):
    found = order_of(reversed(labels))
    assert found is not None
    assert [" ".join(label.split()) for label in found] == [
        " ".join(label.casefold().split()) for label in labels
    ]
    assert are_graded(dict(enumerate(labels))) == are_graded(dict(enumerate(reversed(labels))))
    assert are_graded(dict(enumerate(labels)))


@pytest.mark.parametrize(
    "labels",
    [
        ["Male", "Female"],
        ["Man", "Woman", "Non-binary / third gender"],
        ["Red", "Blue", "Dark blue"],
        ["Full-time employed", "Part-time employed", "I am not employed"],
        ["Single", "Married", "Not married"],
        ["Public", "Private", "Both"],
        ["Labor Party", "Liberal Party", "National Party", "Other"],
        ["Sample 1", "Sample 2", "Sample 3"],
        ["Business", "Eco", "Eco Plus"],
        ["Yes", "No", "Other"],
        ["Organic", "Hydroponics", "Unsure"],
    ],
)
def test_names_have_no_order(labels):
    assert order_of(labels) is None and not are_graded(dict(enumerate(labels)))


@pytest.mark.parametrize(
    ("labels", "all_of_them"),
    [
        (["Agree", "Strongly agree", "Disagree"], 4),
        (["Very satisfied", "Satisfied", "Neutral"], 5),
        (["Nöjd", "Mycket nöjd"], 4),
        (["Eher wichtig", "Sehr wichtig", "Eher unwichtig", "Nicht wichtig"], 4),
    ],
)
def test_the_side_that_nobody_chose_is_completed(labels, all_of_them):
    found = order_of(labels)
    assert len(found) == all_of_them and {label.casefold() for label in labels} <= set(found)


def column(cells, name="x", **attrs):
    frame = pd.DataFrame({name: cells})
    return draft_column(frame[name], name, attrs)


@pytest.mark.parametrize(
    ("cells", "kind", "codes"),
    [
        (
            ["(1) not at all", "(2)", "(3)", "(4) very"],
            "ordinal",
            {1: "(1) not at all", 4: "(4) very"},
        ),
        (["1) no", "2)", "3) yes"], "ordinal", {1: "1) no", 2: "2)", 3: "3) yes"}),
        (["Agree (3)", "Neutral (2)", "Disagree (1)"], "ordinal", None),
        (["approve (1)", "disapprove (-1)", "neutral (0)"], "ordinal", None),
        (["0", "1", "2", "3 or more"], "ordinal", {3: "3 or more"}),
        (["0", "1", "2-3", "4-5", "6+"], "ordinal", {2: "2-3", 3: "4-5", 4: "6+"}),
        (["1", "2", "not installed"], "nominal", {1: "1", 2: "2", 3: "not installed"}),
        (["a;b", "b;c", "a;b;c", "a", "b", "c"], "text", {}),
        (["Cash, Card", "Card, Other", "Cash", "Other"], "text", {}),
        (["Yes, surely", "Yes, perhaps", "No, never"], "nominal", None),
    ],
)
def test_numbers_and_words_in_one_column(cells, kind, codes):
    found = column(cells * 4)
    assert found.kind == kind
    assert codes is None or codes.items() <= found.codes.items()


@pytest.mark.parametrize(
    ("labels", "missing"),
    [
        ({1: "Low trust", 5: "High trust", 7: "I don't know"}, [7]),
        ({1: "Nöjd", 2: "Missnöjd", 8: "Jag vet inte"}, [8]),
        ({1: "Stimme zu", 2: "Stimme nicht zu", 8: "Kann ich nicht beurteilen"}, [8]),
        ({1: "PSOE", 2: "No responde (no leer)", 3: "PP"}, [2]),  # names: no middle
    ],
)
def test_what_says_that_there_is_no_answer_is_missing(labels, missing):
    found = column([float(code) for code in labels] * 5, labels={"x": labels})
    assert sorted(found.missing) == missing


@pytest.mark.parametrize("measure", ["scale", "ordinal", "nominal"])
def test_the_measure_that_spss_keeps_by_default_makes_no_grades(measure):
    sex = {1.0: "Man", 2.0: "Woman", 3.0: "Other"}
    worry = {1.0: "Not at all", 2.0: "A little", 3.0: "A great deal"}
    for labels, kind in ((sex, "nominal"), (worry, "ordinal")):
        found = column([1.0, 2.0, 3.0] * 5, labels={"x": labels}, measure={"x": measure})
        assert found.kind == kind


@pytest.mark.parametrize(
    ("labels", "cells", "missing"),
    [
        (["very bad", "bad", "good", "very good"], [0, 1, 2, 3, 4], [0]),
        (["helt uenig", "uenig", "enig", "helt enig"], [1, 2, 4, 7], [7]),
        (["nie", "selten", "manchmal", "oft", "immer"], [1, 5, 6], [6]),
        (["Norr", "Syd", "Öst", "Väst"], [1, 4, 5], []),  # names: another place
        (["low", "medium", "high"], [1, 2, 3, 4], []),
    ],
)
def test_labels_at_every_step_are_the_range(labels, cells, missing):
    codes = {float(n): label for n, label in enumerate(labels, 1)}
    found = column([float(c) for c in cells] * 5, labels={"x": codes})
    assert sorted(found.missing) == missing
    if missing:
        assert (found.low, found.high) == (1, len(labels))
        assert found.missing[missing[0]] == "no label, and beyond the labelled answers"


def test_an_empty_label_declares_no_answer():
    labels = {1.0: "ja", 2.0: "nein", 3.0: " "}
    assert column([1.0, 2.0] * 5, labels={"x": labels}).codes.keys() == {1.0, 2.0}
    assert column([1.0, 3.0] * 5, labels={"x": labels}).codes.keys() == {1.0, 2.0, 3.0}


@pytest.mark.parametrize(
    ("wording", "cells", "span"),
    [
        ("How likely is it, from 0 to 10, that you recommend us?", [6, 8, 9], (0, 10)),
        ("Hur nöjd är du på en skala 1-7?", [3, 4, 5], (1, 7)),
        ("Auf einer Skala von 1 bis 5", [2, 3, 4], (1, 5)),
        ("How often in the last 1-7 days", [8, 2, 3], (2, 8)),  # an answer beyond
        ("How old are you?", [20, 30, 40], (20, 40)),
    ],
)
def test_a_scale_that_the_question_states_is_the_range(wording, cells, span):
    found = column([float(c) for c in cells] * 5, wording={"x": wording})
    assert found.range == span
    assert ("range from the question's wording" in found.notes) == (
        span != (min(cells), max(cells))
    )


@pytest.mark.parametrize(
    ("name", "wording", "kind"),
    [
        ("mstat", "", "nominal"),
        ("q7", "Marital status", "nominal"),
        ("region", "", "nominal"),
        ("q8", "How satisfied are you with your region?", "ordinal"),
        ("brand_trust", "", "ordinal"),
    ],
)
def test_codes_of_names_are_no_numbers(name, wording, kind):
    found = column([1.0, 2.0, 3.0, 4.0] * 5, name, wording={name: wording})
    assert found.kind == kind and is_category(name, wording) == (kind == "nominal")


def test_names_of_columns():
    for name in (
        "id",
        "cs_id",
        "IDnum",
        "id. Response ID",
        "PROLIFIC_PID",
        "#",
        "mergeid",
        "löpnr",
    ):
        assert is_respondent_name(name), name
    for name in ("paid", "valid", "idea", "brand", "width", "q1"):
        assert not is_respondent_name(name), name
    for name in ("w_age", "pspwght", "anweight", "vikt", "Gewicht"):
        assert is_weight_name(name), name
    assert not is_weight_name("well") and not is_weight_name("flow")
    for name in (
        "submitdate. Date submitted",
        "Q1_Click Count",
        "t_Page Submit",
        "meta/instanceID",
    ):
        assert is_tool_name(name), name
    assert is_personal_name("Your e-mail") and is_personal_name("Postleitzahl")


def book(tmp_path, frame, **options):
    path = tmp_path / "a.csv"
    frame.to_csv(path, index=False)
    text = draft_codebook(path, **options)
    (tmp_path / "a.yaml").write_text(text, encoding="utf-8")
    return text, read_study(path, tmp_path / "a.yaml")


def test_columns_of_one_question_share_its_answers(tmp_path):
    """What one column lacks, others show: a range is that of the question, a few yes are yes."""
    five = ["Nicht wichtig", "Kaum wichtig", "Mäßig wichtig", "Wichtig", "Sehr wichtig"]
    frame = pd.DataFrame(
        {
            "Wie wichtig? [Preis]": five * 6,
            "Wie wichtig? [Service]": ["Wichtig", "Sehr wichtig", "Mäßig wichtig"] * 10,
            "Hat [Auto]": ["Ja", "Nein"] * 15,
            "Hat [Boot]": ["Nein"] + ["N/A"] * 29,
        }
    )
    _, study = book(tmp_path, frame)
    price, service, car, boat = study.codebook.variables.values()
    assert price.answers == service.answers and (service.low, service.high) == (1, 5)
    assert car.answers.codes == boat.answers.codes and boat.kind == "nominal"
    assert study.answers.iloc[:3, 1].tolist() == [4, 5, 3]


@pytest.mark.parametrize("form", ["({})", "{})", "[{}]", "{}."])
def test_numbers_in_brackets_are_answers(tmp_path, form):
    cells = [
        form.format(k) + (" low" if k == 1 else " high" if k == 7 else "") for k in range(1, 8)
    ]
    frame = pd.DataFrame({"mood": cells * 5, "sex": ["a", "b", "b", "a", "b"] * 7})
    _, study = book(tmp_path, frame)
    mood = study.codebook.variables["mood"]
    assert (mood.kind, mood.low, mood.high) == ("ordinal", 1, 7)
    assert study.answers["mood"].tolist() == [*range(1, 8)] * 5


def test_questions_that_merely_are_numbered_share_no_answers(tmp_path):
    union = ["Yes", "No", "No union here"]
    frame = pd.DataFrame({"P6": ["Yes", "No"] * 15, "P7": [3.5] * 29 + [2], "P21": union * 10})
    _, study = book(tmp_path, frame)
    assert len(study.codebook.variables["P6"].answers.codes) == 2


def test_what_can_explain_nothing_is_left_out(tmp_path):
    n = 120
    frame = pd.DataFrame(
        {
            "(nameless)": range(1, n + 1),
            "person_id": [k // 2 for k in range(n)],
            "year": [2020 + k % 2 for k in range(n)],
            "phone brand": ["Nokia", "Ericsson"] * (n // 2),  # a brand points to nobody
            "phone": [f"070-{k:05}" for k in range(n)],
            "client": ["A company"] * n,
            "q1_Page Submit": [k / 7 for k in range(n)],
            "likes": [1 + k % 5 for k in range(n)],
        }
    ).rename(columns={"(nameless)": ""})
    text, study = book(tmp_path, frame)
    assert {*study.codebook.variables} == {"year", "phone_brand", "likes"}
    for said in (
        "(column 1): numbers the rows",
        "person_id: numbers that repeat: respondents of several waves",
        "phone: may point to a person",
        "client: the same answer in every row",
        "q1_Page Submit: written by the survey tool",
    ):
        assert said in text


def test_unknown_labels_are_grades_where_columns_go_together(tmp_path):
    import numpy as np
    import pyreadstat

    rng = np.random.default_rng(4)
    base = rng.normal(size=200)
    frame = pd.DataFrame(
        {f"q{k}": np.clip(np.rint(3 + base + rng.normal(0, 0.7, 200)), 1, 5) for k in (1, 2, 3)}
        | {f"p{k}": rng.integers(1, 6, 200).astype(float) for k in (1, 2, 3)}
    )
    korean = {1: "전혀", 2: "별로", 3: "보통", 4: "그렇다", 5: "매우"}
    towns = {1: "서울", 2: "부산", 3: "대구", 4: "인천", 5: "광주"}
    labels = {name: korean if name[0] == "q" else towns for name in frame}
    path = tmp_path / "a.sav"
    pyreadstat.write_sav(frame, str(path), variable_value_labels=labels)
    (tmp_path / "a.yaml").write_text(draft_codebook(path), encoding="utf-8")
    drafted = read_study(path, tmp_path / "a.yaml").codebook
    assert [*drafted.items] == ["q1", "q2", "q3"]
    assert {v.kind for v in drafted.variables.values()} == {"nominal"}


def test_a_file_without_names_is_refused(tmp_path):
    rows = ["Sweden,18-29,4,Male", "Norway,30-44,5,Female", "Sweden,18-29,3,Male"] * 4
    path = tmp_path / "a.csv"
    path.write_text("\n".join(rows) + "\n")
    with pytest.raises(SurveyError, match="The first row seems to be an answer"):
        draft_codebook(path)
    path.write_text("country,age,q1,sex\n" + "\n".join(rows) + "\n")
    assert "country: {kind: nominal" in draft_codebook(path)


def test_blocks_hold_what_can_be_compared(tmp_path):
    """Screened out people, a question for a few, and a sex that alone got the other questions."""
    import numpy as np

    rng, n = np.random.default_rng(6), 200
    asked = np.arange(n) % 5 > 0
    base = rng.normal(size=n)
    frame = pd.DataFrame(
        {"consent": np.where(asked, "Yes", "No"), "age": rng.integers(18, 80, n).astype(float)}
        | {f"t{k}": np.clip(np.rint(3 + base + rng.normal(0, 0.7, n)), 1, 5) for k in (1, 2, 3)}
        | {"few": rng.integers(1, 6, n).astype(float), "like": rng.integers(1, 6, n).astype(float)}
    )
    frame.loc[~asked, frame.columns != "consent"] = np.nan
    frame.loc[np.arange(n) % 4 > 0, "few"] = np.nan
    _, study = book(tmp_path, frame)
    assert study.codebook.blocks == {"t": ("t_scale",), "other_questions": ("age", "like")}
    assert compare_blocks(study, "like", {"t": ["t_scale"], "age": ["age"]}).n == asked.sum()
