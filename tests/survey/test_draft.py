"""Drafted codebooks read unedited, guess no construct, and mark what only the answers show."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyreadstat
import pytest
import yaml

from loyaltystudy.cli import main
from loyaltystudy.errors import SurveyError
from loyaltystudy.explain import compare_blocks
from loyaltystudy.scales import score
from loyaltystudy.survey import draft_codebook, load_codebook, read_study
from loyaltystudy.survey._codebook import near_constructs
from loyaltystudy.survey._draft.columns import draft_column
from loyaltystudy.survey._draft.grades import order_of
from loyaltystudy.survey._draft.stems import stem_of
from loyaltystudy.survey._draft.words import is_no_answer

AGREE = {1: "Strongly disagree", 2: "Disagree", 3: "Neutral", 4: "Agree", 5: "Strongly agree"}


def answers(n=200, seed=3) -> pd.DataFrame:
    """Two scales of three items (one of them reversed), and what else surveys hold."""
    rng = np.random.default_rng(seed)
    trust, loyal = rng.normal(size=(2, n))
    loyal += trust

    def item(base, sign=1):
        return np.clip(np.rint(3 + sign * base + rng.normal(0, 0.6, n)), 1, 5)

    return pd.DataFrame(
        {
            "lopnr": np.arange(1.0, n + 1),
            "trust_1": item(trust),
            "trust_2": item(trust, -1),
            "trust_3": item(trust),
            "loy_1": item(loyal),
            "loy_2": item(loyal),
            "loy_3": item(loyal),
            "sex": rng.integers(1, 3, n).astype(float),
            "age": rng.integers(18, 80, n).astype(float),
            "vikt": np.round(rng.uniform(0.5, 1.5, n), 3),
        }
    )


def drafted(path, tmp_path, **options):
    text = draft_codebook(path, **options)
    book = tmp_path / "codebook.yaml"
    book.write_text(text, encoding="utf-8")
    return text, yaml.safe_load(text), read_study(path, book)


@pytest.fixture
def spss(tmp_path):
    frame, path = answers(), tmp_path / "vår 2024.sav"
    frame.loc[:4, "trust_1"] = 9
    frame.loc[5:7, "loy_1"] = 8
    labels = {c: {**AGREE, 8: "Vet ej", 9: "Ej svar"} for c in frame if c[-2:-1] == "_"}
    labels["sex"] = {1: "Kvinna", 2: "Man", 3: "Annat", 99: "Vill ej uppge"}
    pyreadstat.write_sav(
        frame,
        str(path),
        variable_value_labels=labels,
        missing_ranges={"trust_1": [{"lo": 9, "hi": 9}]},
        column_labels={"trust_1": "Jag litar på butiken: helt"},
    )
    return path


def test_a_labelled_file_gives_scales_ranges_and_missing_codes(spss, tmp_path):
    text, _, study = drafted(spss, tmp_path, language="sv")
    book = study.codebook
    assert {name: scale.items for name, scale in book.scales.items()} == {
        "trust_scale": ("trust_1", "trust_2", "trust_3"),
        "loy_scale": ("loy_1", "loy_2", "loy_3"),
    }
    assert [name for name, item in book.items.items() if item.reversed] == ["trust_2"]
    assert {(i.low, i.high) for i in book.items.values()} == {(1, 5)}
    assert book.items["loy_1"].missing == (8, 9) and book.items["trust_1"].missing == (8, 9)
    assert book.variables["sex"].missing == (99,) and [*book.variables["sex"].answers.codes] == [
        1,
        2,
        3,
    ]
    assert book.items["trust_1"].wording == {"sv": "Jag litar på butiken: helt"}
    assert book.design.respondent == "lopnr" and book.design.weight is None
    assert "# A weight? Then: design: {weight: vikt}" in text
    assert "missing 9: user-missing in the file, 'Ej svar'" in text
    assert "reversed? mean correlation with the others -0." in text
    assert study.answers["trust_1"].isna().sum() == 5 and study.answers["loy_1"].isna().sum() == 3
    assert "observed" in text.split("age: ")[1].splitlines()[0]


def test_a_draft_scores_and_compares_but_measures_nothing(spss, tmp_path):
    _, raw, study = drafted(spss, tmp_path)
    entries = [*raw["scales"].values(), *raw["variables"].values()]
    assert {entry.get("construct", "undecided") for entry in entries} == {"undecided"}
    assert study.measures("trust") is None
    assert all(s.construct is None for s in study.codebook.scales.values())
    assert score(study).shape == (200, 2)
    found = compare_blocks(study, "loy_scale", ["trust", "other_questions"])
    alone = found.table.query("block == 'trust' and measure == 'alone'")["estimate"].item()
    assert 0.3 < alone < 0.8


def test_without_labels_everything_is_marked_as_observed(tmp_path):
    frame, path = answers().astype({"sex": int}), tmp_path / "a.csv"
    frame.loc[:3, "trust_1"] = 9
    frame.to_csv(path, index=False, sep=";", decimal=",")
    text, _, study = drafted(path, tmp_path)
    assert study.codebook.items["trust_1"].missing == (9,)
    assert "missing 9: by convention: far from the other answers, without a label" in text
    assert [*study.codebook.scales] == ["trust_scale", "loy_scale"]
    lines = [x for x in text.splitlines() if "{answers:" in x or "kind: numeric" in x]
    assert lines and all("observed" in line for line in lines)


ATT = ["att_a1", "att_a2", "att_a3"]
LIME = "id,submitdate,lastpage,startlanguage,seed,att[a1],att[a2],att[a3],other[comment]\n"
GOOGLE = "Timestamp,How much do you agree? [I trust it],How much do you agree? [I like it],How much do you agree? [I stay],E-mail address\n"  # noqa: E501
KOBO = "start,end,bonds/t1,bonds/t2,bonds/t3,_uuid,_index\n"


def rows(pattern: str, levels, n=60, seed=1) -> str:
    rng = np.random.default_rng(seed)
    lines = []
    for k in range(n):
        base = rng.normal()
        cells = [levels[int(np.clip(round(2 + base + rng.normal(0, 0.5)), 0, 4))] for _ in range(3)]
        lines.append(pattern.format(*cells, k=k))
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize(
    ("header", "pattern", "levels", "items", "respondent"),
    [
        (
            LIME,
            "{k},2024-01-01,3,sv,7,{},{},{},fine",
            "12345",
            ["att_a1", "att_a2", "att_a3"],
            "id",
        ),
        (LIME, "{k},2024-01-01,3,sv,7,{},{},{},", "12345", ATT, "id"),
        (GOOGLE, "2024/01/02 9:1{k},{},{},{},a{k}@b.se", [*AGREE.values()], 3, None),
        (KOBO, "x,y,{},{},{},u{k},{k}", "12345", ["t1", "t2", "t3"], "_uuid"),
    ],
)
def test_exports_of_survey_tools_are_drafted(header, pattern, levels, items, respondent, tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(header + rows(pattern, levels), encoding="utf-8")
    text, _, study = drafted(path, tmp_path, language="en")
    book = study.codebook
    (scale,) = book.scales.values()
    assert [*scale.items] == items if isinstance(items, list) else len(scale.items) == items
    assert all((i.low, i.high) == (1, 5) for i in book.items.values())
    assert book.design.respondent == respondent
    assert "b.se" not in text and "2024" not in text


def test_qualtrics_rows_are_drafted(tmp_path):
    head = "ResponseId,StartDate,EndDate,Finished,IPAddress,Q1_1,Q1_2,Q1_3\n"
    head += "Response ID,Start,End,Finished,IP,How? - I trust,How? - I like,How? - I stay\n"
    head += ",".join(['"{""ImportId"":""x""}"'] * 8) + "\n"
    path = tmp_path / "a.csv"
    path.write_text(head + rows("R_{k},a,b,True,1.2.3.4,{},{},{}", "12345"))
    text, _, study = drafted(path, tmp_path, language="en")
    assert study.codebook.items["Q1_1"].wording == {"en": "How? - I trust"}
    assert [*study.codebook.scales] == ["how_scale"] and "1.2.3.4" not in text
    assert study.codebook.design.respondent == "ResponseId"


@pytest.mark.parametrize(
    ("cells", "kind", "missing", "span"),
    [
        ([1, 2, 3, 4, 5, 9, 9], "ordinal", [9], (1, 5)),
        ([1, 2, 6, 7, 99], "ordinal", [99], (1, 7)),
        ([0, 3, 10, -1, -9], "ordinal", [-9, -1], (0, 10)),
        ([0, 5, 8, 9, 10], "ordinal", [], (0, 10)),
        ([*range(-8, 20)], "numeric", [], (-8, 19)),  # scores that run through zero
        ([*range(20), -1, -8, -9], "numeric", [-9, -8, -1], (0, 19)),
        ([18.0, 40, 77, 98, 99], "numeric", [98, 99], (18, 77)),
        ([18.0, 40, 77, 90, 99], "numeric", [], (18, 99)),
        ([18.0, 40, 77, 999], "numeric", [999], (18, 77)),
        ([1.5, 2.25, 99], "numeric", [], (1.5, 99)),
        ([0, 1, 1], "nominal", [], (0, 1)),
    ],
)
def test_numbers_without_labels(cells, kind, missing, span):
    frame = pd.DataFrame({"x": np.array(cells * 5, dtype=float)})
    found = draft_column(frame["x"], "x", {})
    assert (found.kind, sorted(found.missing), (found.low, found.high)) == (kind, missing, span)


AGES = [*range(18, 60), 89]


@pytest.mark.parametrize(
    ("labels", "cells", "kind", "missing", "span"),
    [
        ({1: "Not at all", 7: "Very much"}, [1, 2, 5, 7], "ordinal", [], (1, 7)),
        ({1: "1", 2: "2", 3: "3", 4: "4"}, [1, 4], "ordinal", [], (1, 4)),
        ({1: "Yes", 2: "No", 8: "DK", 9: "No answer"}, [1, 2, 8], "nominal", [8, 9], (1, 2)),
        ({89: "89+ years", 98: "DK", 99: "NA"}, [*AGES, 98], "numeric", [98, 99], (18, 89)),
        ({0: "IAP", 1: "Agree", 2: "Disagree"}, [0, 1, 2], "nominal", [0], (1, 2)),
        ({1: "Agree", 2: "Don't know", 3: "Disagree"}, [1, 2, 3], "ordinal", [], (1, 3)),
        ({1: "Norr", 2: "Syd", 3: "Uppgift saknas"}, [1, 2, 3], "nominal", [3], (1, 2)),
        ({1: "Red", 2: "Blue"}, [1, 2, 4], "nominal", [], (1, 4)),
        ({0: "Zero", 1: "One", 2: "Two", 3: "Three"}, [0, 1, 3], "ordinal", [], (0, 3)),
        ({0: "Noll", 1: "Ett", 2: "Två", 3: "Tre"}, [0, 1, 3], "ordinal", [], (0, 3)),
    ],
)
def test_numbers_with_labels(labels, cells, kind, missing, span):
    frame = pd.DataFrame({"x": np.array(cells, dtype=float)})
    attrs = {"labels": {"x": {float(c): label for c, label in labels.items()}}}
    found = draft_column(frame["x"], "x", attrs)
    assert (found.kind, sorted(found.missing), (found.low, found.high)) == (kind, missing, span)


@pytest.mark.parametrize(
    ("cells", "kind", "codes", "recode"),
    [
        (["Agree", "Neutral", "Prefer not to say"], "ordinal", 3, ["Prefer not to say"]),
        (["Stämmer helt", "Varken eller", "9"], "ordinal", 5, []),
        (["1 - Not at all", "2", "3", "4", "5 - Very"], "ordinal", 2, []),
        (["Norr", "Syd", "NA"], "nominal", 2, ["NA"]),
        (["3", "4", "5", "Vet ej"], "ordinal", 0, ["Vet ej"]),
        (["Excellent", "Good", "Pathetic", "Same"], "nominal", 4, []),  # by the alphabet
        (["1", "2", "3+", "do not watch"], "nominal", 4, []),
    ],
)
def test_answers_in_words(cells, kind, codes, recode):
    frame = pd.DataFrame({"x": cells * 6}, dtype=object)
    found = draft_column(frame["x"], "x", {})
    assert (found.kind, len(found.codes), [*found.recode]) == (kind, codes, recode)


@pytest.mark.parametrize("first", [984062046, 46701234567, 31612345678])
def test_telephone_numbers_are_left_out(first, tmp_path):
    frame = answers()
    frame["call"] = np.where(np.arange(len(frame)) % 9, np.nan, first + np.arange(len(frame)) ** 2)
    frame.to_csv(tmp_path / "a.csv", index=False)
    text, raw, _ = drafted(tmp_path / "a.csv", tmp_path)
    assert "call" not in raw["variables"] and str(first)[:6] not in text
    assert "call: long numbers that hardly repeat: they may point to a person" in text


def test_a_missing_code_within_the_range_is_recoded(tmp_path):
    frame = pd.DataFrame({"hours": [*np.arange(0.0, 100), 98, 99]})
    path = tmp_path / "a.sav"
    pyreadstat.write_sav(frame, str(path), missing_ranges={"hours": [98]})
    _, _, study = drafted(path, tmp_path)
    assert study.answers["hours"].isna().sum() == 2
    assert study.answers["hours"].max() == 99


def test_names_are_short_unique_and_read_as_text(tmp_path):
    path = tmp_path / "a.csv"
    names = [
        "yes",
        "12",
        "007",
        "a b",
        "a.b",
        "How old are you, in whole years, by now?",
        "x/y",
        "y",
    ]
    lines = ["\t".join(names)] + ["\t".join(str((n + k) % 4) for k in range(8)) for n in range(20)]
    path.write_text("\n".join(lines) + "\n")
    _, raw, study = drafted(path, tmp_path)
    assert study.answers.shape == (20, 8) and len(set(raw["variables"])) == 8
    assert all(isinstance(name, str) and len(name) <= 40 for name in raw["variables"])


@pytest.mark.parametrize("label", ["a\nb # c", "quote ' \" {x: [1]}", "\x85\u2028 : - ?", "🙂 å"])
def test_labels_stay_what_they_are_in_the_yaml(label, tmp_path):
    path = tmp_path / "a.parquet"
    frame = pd.DataFrame({"x": [label, "other", "third"] * 5, label: [1, 2, 3] * 5})
    frame.to_parquet(path)
    _, _, study = drafted(path, tmp_path)
    codes = study.codebook.variables["x"].answers.codes
    assert label.strip() in {words["und"] for words in codes.values()}


def test_what_cannot_be_drafted_is_one_error(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("StartDate,e-mail\n1,a@b.se\n")
    with pytest.raises(SurveyError, match="No column of this file holds answers"):
        draft_codebook(path)
    with pytest.raises(SurveyError, match="is no language code"):
        draft_codebook(path, language="Swedish")


def test_words():
    assert order_of(["Agree", "strongly  agree"])[-1] == "strongly agree"
    assert order_of(["Agree", "Blue"]) is None
    for word in (
        "Don't know/refused",
        "VET EJ",
        "(9) No answer",
        "Ikke besvart",
        "NAP",
        "ns/nc",
        "N/A (no father)",
    ):
        assert is_no_answer(word), word
    for word in ("No", "None", "Other", "Never", "Knows", "Inte alls", "Don't care"):
        assert not is_no_answer(word), word
    assert [stem_of(n) for n in ("VL1r14", "Q5a", "att[a1]", "sex")] == ["VL1r", "Q5", "att", "sex"]


# ---- deciding


@pytest.mark.parametrize(
    ("word", "names"),
    [
        ("emotional_bonds", ["affective_commitment"]),
        ("NPS", ["recommend"]),
        ("brand love", ["affective_commitment"]),
        ("kundnöjdhet", ["satisfaction"]),
        ("tillit", ["trust"]),
        ("Fars utdanning", ["father_education"]),
        ("satisfacton", ["satisfaction"]),
        ("quality", ["quality"]),
        ("service quality", ["quality"]),
        ("Tjänstekvalitet", ["quality"]),
        ("price fairness", ["monetary_value"]),
        ("convenience", ["availability"]),
        ("bekvemmelighet", ["availability"]),
        ("habit", ["calculative_commitment"]),
        ("vana", ["calculative_commitment"]),
        ("switching costs", ["calculative_commitment"]),
        ("word-of-mouth", ["recommend"]),
        ("complaints", ["voice"]),
        ("image", ["company_attitude"]),
        ("omdømme", ["trust"]),
        ("trsut", ["trust"]),
        *((word, []) for word in ("xyzzy", "anger", "risk", "innovation", "country of birth", 7)),
    ],
)
def test_usual_words_lead_to_the_vocabulary(word, names):
    assert near_constructs(word)[:1] == names


def test_commitment_may_mean_several():
    assert near_constructs("service quality") == ["quality", "after_purchase"]
    assert near_constructs("reputation") == ["trust", "company_attitude"]
    assert {"affective_commitment", "calculative_commitment"} <= set(near_constructs("commitment"))


def test_an_unknown_construct_is_told_with_what_is_near(tmp_path):
    path = tmp_path / "codebook.yaml"
    path.write_text(
        "study: m\ntitle: M\npopulation: public\nitems: {t1: {answers: {range: [1, 5]}}}\n"
        "scales:\n  s: {items: [t1], construct: emotional_bonds}\n"
    )
    with pytest.raises(SurveyError, match=r"line 6.*; near: \['affective_commitment'\]"):
        load_codebook(path)


def said(*given):
    lines = iter(given)
    return lambda prompt: next(lines)


def test_the_commands(spss, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["draft", spss.name, "--language", "sv", "--out", "b.yaml"]) == 0
    assert "undecided. Read it, then: loyaltystudy label b.yaml" in capsys.readouterr().out
    assert main(["draft", spss.name, "--out", "b.yaml"]) == 2
    assert "is there already; name another file" in capsys.readouterr().err
    monkeypatch.setattr("builtins.input", said("trust", "q"))
    assert main(["label", "b.yaml"]) == 0
    assert load_codebook("b.yaml").scales["trust_scale"].construct == "trust"
    assert main(["draft", spss.name, "--out", "c.yaml", "--delimiter", ";"]) == 2
    assert "delimiter= means nothing for a sav file" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["id", "lopnr", "respondent_id"])
@pytest.mark.parametrize("fault", ["twice", "blank"])
def test_a_number_of_respondents_with_a_fault_is_no_answer(name, fault, tmp_path):
    """It once entered the comparison as one more predictor."""
    rng = np.random.default_rng(3)
    table = pd.DataFrame({name: np.arange(1.0, 61), "age": rng.integers(20, 60, 60)})
    table.loc[7, name] = 3 if fault == "twice" else np.nan
    table.to_csv(tmp_path / "answers.csv", index=False)
    draft = draft_codebook(tmp_path / "answers.csv")
    assert f"#   {name}: numbers the respondents, though not all are there once" in draft
    assert "respondent:" not in draft and f"\n  {name}:" not in draft


def test_a_second_number_of_respondents_is_left_out_and_a_class_is_not(tmp_path):
    numbers = np.arange(1, 61)
    table = pd.DataFrame({"id": numbers, "serial": numbers + 500, "case": numbers % 4})
    table.to_csv(tmp_path / "answers.csv", index=False)
    draft = draft_codebook(tmp_path / "answers.csv")
    assert "design: {respondent: id}" in draft
    assert "#   serial: numbers the respondents, as another column does" in draft
    assert "\n  case: {" in draft


def test_the_commented_margins_of_a_draft_are_a_design_that_reads(spss, tmp_path):
    text, raw, study = drafted(spss, tmp_path)
    (line,) = (one for one in text.splitlines() if one.startswith("# Weight to margins?"))
    design = yaml.safe_load(line.partition("shares: ")[2])["design"]
    assert {*design["margins"]["sex"]} == {1, 2, 3}
    path, again = tmp_path / "margins.yaml", {**raw, "design": {**raw.get("design", {}), **design}}
    path.write_text(yaml.safe_dump(again, allow_unicode=True), encoding="utf-8")
    with pytest.raises(SurveyError, match=r"'sex': nobody gave an answer in \['3'\]"):
        read_study(spss, path)
    design["margins"]["sex"] = {1: 40, 2: 60}
    path.write_text(yaml.safe_dump(again, allow_unicode=True), encoding="utf-8")
    weighted = read_study(spss, path)
    men = weighted.answers["sex"] == 1
    assert np.average(men, weights=weighted.raking.weights) == pytest.approx(0.4)
    assert study.raking is None
