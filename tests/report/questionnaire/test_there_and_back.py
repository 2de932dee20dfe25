"""Questionnaires out and answers back: nothing lost, turned or recoded on the way."""

import csv
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from loyaltystudy.report._questionnaire import (
    export_questionnaire,
    form_codebook,
    limesurvey_headings,
)
from loyaltystudy.scales import score
from loyaltystudy.survey import read_study

sys.path.insert(0, str(Path(__file__).parent))  # helpers of this folder alone
from reading_forms import ENDINGS, lime_fields, lime_rows, sheets, xls_fields


def test_without_records_nobody_can_be_told_from_the_answers(exported, together):
    rows = {row["name"]: row for row in lime_rows(together("limesurvey"))}
    assert rows["anonymized"]["text"] == "Y" and "respondentid" not in rows
    fields = {row["name"]: row for row in sheets(exported("xlsform"))["survey"]}
    assert fields["respondent_id"]["calculation"] == "once(uuid())"
    assert "inte anonyma" not in exported("html", "sv").read_text(encoding="utf-8")


@pytest.mark.parametrize("to", ["xlsform", "limesurvey", "html"])
def test_with_records_a_number_is_asked_and_it_is_said(book, tmp_path, to):
    path = tmp_path / f"form{ENDINGS[to]}"
    export_questionnaire(book, to=to, language="sv", path=path, form="short", records=True)
    if to == "html":
        assert "Svaren är alltså inte anonyma." in path.read_text(encoding="utf-8")
    elif to == "limesurvey":
        rows = {row["name"]: row for row in lime_rows(path)}
        assert rows["anonymized"]["text"] == "N" and rows["respondentid"]["mandatory"] == "Y"
        assert "inte anonyma" in rows["surveyls_welcometext"]["text"]
        headings = limesurvey_headings(book, form="short", records=True)
        assert headings["respondentid"] == "respondent_id" and "id" not in headings
    else:
        rows = {row["name"]: row for row in sheets(path)["survey"]}
        assert (
            rows["respondent_id"]["type"] == "text" and rows["respondent_id"]["required"] == "yes"
        )
        assert "inte anonyma" in rows["welcome"]["label"]


def simulate(codebook, fields, n, seed):
    """Answers as a tool would store them: codes as text, empty where nothing was answered."""
    rng = np.random.default_rng(seed)
    answers = {}
    for name, codes in fields.items():
        column = codebook.columns[name]
        if codes:
            drawn = rng.choice(codes, n)
        elif getattr(column, "kind", "") == "text":
            drawn = rng.choice(["None", 'æøå, "ä"', "NA"], n)
        else:
            drawn = rng.integers(
                int(column.low), int(min(column.high, column.low + 60)) + 1, n
            ).astype(str)
        answers[name] = np.where(rng.random(n) < 0.08, "", drawn)
    for name, variable in codebook.variables.items():
        if variable.vignettes:
            answers[name] = rng.choice([f"{code:g}" for code in variable.vignettes], n)
    return pd.DataFrame(answers)


def by_hand(codebook, answers):
    """Scores from the answers as asked: turn, then average where three in four are answered."""
    scores = {}
    for name, scale in codebook.scales.items():
        columns = []
        for item in (codebook.items[item] for item in scale.items):
            values = pd.to_numeric(answers[item.name].replace("", None)).to_numpy(float)
            values = np.where(np.isin(values, item.missing), np.nan, values)
            columns.append(item.low + item.high - values if item.reversed else values)
        table = np.column_stack(columns)
        enough = np.isfinite(table).mean(axis=1) >= 0.75
        total = np.nansum(table, axis=1)
        count = np.isfinite(table).sum(axis=1)
        scores[name] = np.where(enough, total / np.where(count, count, 1), np.nan)
    return pd.DataFrame(scores)


@pytest.mark.parametrize("form", ["short", "full"])
def test_xlsform_answers_come_back_with_the_same_scores(book, exported, tmp_path, form):
    own = form_codebook(book, form)
    fields = {
        name: [code for code, _ in codes] if isinstance(codes, list) else None
        for name, codes in xls_fields(exported("xlsform", "sv", form)).items()
    }
    answers = simulate(own, fields, 200, seed=1)
    answers.insert(0, "respondent_id", [f"uuid:{n}" for n in range(200)])
    path = tmp_path / "answers.csv"
    answers.to_csv(path, index=False)
    study = read_study(path, own)
    np.testing.assert_array_equal(score(study), by_hand(own, answers))
    assert study.answers["company"].isin(["None", "NA"]).any()


@pytest.mark.parametrize("form", ["short", "full"])
def test_limesurvey_answers_come_back_with_the_same_scores(book, exported, tmp_path, form):
    own, headings = form_codebook(book, form), limesurvey_headings(book, form=form)
    fields = lime_fields(exported("limesurvey", "nb", form))
    answers = simulate(own, {headings[h]: codes for h, codes in fields.items()}, 200, seed=2)
    answers.insert(0, "respondent_id", range(1, 201))
    back = {name: heading for heading, name in headings.items()}
    path = tmp_path / "results-survey.csv"
    answers.rename(columns=back).to_csv(path, index=False, quoting=csv.QUOTE_ALL)
    table = pd.read_csv(path, dtype=str, keep_default_na=False).rename(columns=headings)
    study = read_study(table, own)
    np.testing.assert_array_equal(score(study), by_hand(own, answers))


def test_limesurvey_answers_come_back_under_the_numbers_that_respondents_gave(book, tmp_path):
    own, headings = (
        form_codebook(book, "brief"),
        limesurvey_headings(book, form="brief", records=True),
    )
    back = {name: heading for heading, name in headings.items()}
    rated = {name: ["1", "7"] for name, item in own.items.items() if item.high == 7}
    answers = simulate(own, rated, 12, seed=4).assign(churn=[0, 1] * 6)
    answers.insert(0, "respondent_id", [f"K{n}" for n in range(12)])
    answers = answers.rename(columns=back).assign(id=range(12), lastpage=9, startlanguage="sv")
    texts = {name: "" for name, column in own.columns.items() if column.page and name not in rated}
    path = tmp_path / "results-survey.csv"
    answers.assign(**{back[name]: "" for name in texts}).to_csv(path, index=False)
    study = read_study(path, own)
    assert study.answers.index.tolist() == [f"K{n}" for n in range(12)] and study.has("churn")


def test_turning_an_item_twice_would_show(book):
    """The round trip can fail: the same answers with one item turned give other scores."""
    own = form_codebook(book, "short")
    codes = [str(n) for n in range(1, 8)]
    rated = {name: codes for name, item in own.items.items() if len(item.answers.codes) == 7}
    own = replace(own, scales={"trust": own.scales["trust"]})
    answers = simulate(own, rated, 50, seed=3)
    turned = answers.assign(trust4=answers["trust4"].map(lambda x: x and str(8 - int(x))))
    assert not by_hand(own, answers)["trust"].equals(by_hand(own, turned)["trust"])
