"""A new study's folder: everything in it works together."""

import re

import pandas as pd
import pytest

from loyaltystudy.claims._plan import deviations, read_plan
from loyaltystudy.claims._register import register
from loyaltystudy.errors import SurveyError
from loyaltystudy.report._check import check
from loyaltystudy.report._new_study import new_study, rehearse
from loyaltystudy.report._questionnaire import form_codebook
from loyaltystudy.survey._codebook import load_codebook
from loyaltystudy.survey._shipped import data_folder
from loyaltystudy.survey._study import read_study

FILES = {
    "README.md",
    "analysis.ipynb",
    "checklist.md",
    "codebook.yaml",
    "plan.yaml",
    "questionnaire-key.csv",
    "questionnaire-limesurvey.txt",
    "questionnaire.html",
    "questionnaire.xlsx",
}


@pytest.mark.parametrize(("form", "language"), [("short", "sv"), ("full", "nb"), ("short", "en")])
def test_the_folder_holds_a_study(tmp_path, form, language):
    folder = new_study(tmp_path / "my-study", form=form, language=language)
    assert {path.name for path in folder.iterdir()} == FILES
    book = load_codebook(folder / "codebook.yaml")
    wanted = form_codebook(load_codebook(data_folder() / "instrument"), form)
    assert book.study == "my-study" and book.languages[0] == language
    for part in ("items", "variables", "scales", "blocks", "pages", "design"):
        assert getattr(book, part) == getattr(wanted, part)
    plan = read_plan(folder / "plan.yaml")
    assert plan.intact and deviations(plan, book).empty and "would-miss" in plan.claims
    page = (folder / "questionnaire.html").read_text(encoding="utf-8")
    assert f'lang="{language}"' in page and book.items["trust2"].wording[language] in page
    assert "STROBE" in (folder / "checklist.md").read_text(encoding="utf-8")
    assert "{" not in (folder / "README.md").read_text(encoding="utf-8").replace("{study}", "")


def test_three_languages_are_in_one_file_each_and_pages_apart(tmp_path):
    folder = new_study(
        tmp_path / "mine", form="brief", language=["nb", "sv", "en"], company="Fjord"
    )
    pages = {f"questionnaire-{code}.html" for code in ("nb", "sv", "en")}
    assert {path.name for path in folder.iterdir()} == FILES - {"questionnaire.html"} | pages
    readme = (folder / "README.md").read_text(encoding="utf-8")
    assert all(f"`{page}`" in readme for page in pages) and "Samle inn svar" in readme
    lines = (folder / "questionnaire-limesurvey.txt").read_text(encoding="utf-8-sig")
    assert "Fjord lives up to what I expect of it." in lines and "Fjord gör mig ofta" in lines
    book = load_codebook(folder / "codebook.yaml")
    assert book.languages == ("nb", "sv", "en") and "company" not in book.columns
    assert book.title == "Spørreskjema for kunder hos Fjord"
    out = rehearse(folder, n=20)
    assert read_study(out / "answers.csv", out).n == 20


def test_a_study_of_donors_reads_its_own_answers(tmp_path):
    folder = new_study(tmp_path / "givers", form="donors", language="sv", records=True)
    page = (folder / "questionnaire.html").read_text(encoding="utf-8")
    assert "Enkät till givare" in page and "inte anonyma" in page
    out = rehearse(folder, n=20)
    study = read_study(out / "answers.csv", out)
    assert study.has("loyalty") and "category" not in study.answers
    with pytest.raises(SurveyError, match="leave `company` out"):
        new_study(tmp_path / "two", form="donors", company="Fjord")


def test_a_rehearsal_can_be_read_and_is_called_simulated(tmp_path):
    folder = new_study(tmp_path / "mine")
    out = rehearse(folder, n=30, seed=1, world="would-miss:true")
    study = read_study(out / "answers.csv", out)
    assert study.n == 30 and study.codebook.population == "simulated" and not study.unused
    assert study.has("loyalty") and study.answers["trust1"].notna().any()


@pytest.mark.parametrize("form", ["short", "full"])
def test_a_rehearsal_holds_what_the_form_asks_and_measures_what_the_plan_says(tmp_path, form):
    folder = new_study(tmp_path / "mine", form=form)
    out = rehearse(folder, n=40)
    book, answers = load_codebook(folder), pd.read_csv(out / "answers.csv")
    page = (folder / "questionnaire-limesurvey.txt").read_text(encoding="utf-8")
    assert "churn" in book.columns and "churn" not in answers and "margin" not in answers
    asked = [name for name, column in book.columns.items() if column.page]
    assert sorted(answers) == sorted([*asked, "respondent_id"]) and "churn" not in page
    study = read_study(out / "answers.csv", out)
    whole = [
        c.name
        for c in register().values()
        if c.takes == "study"
        and not c.untestable
        and all(any(study.measures(e) for e in need.split("|")) for need in c.needs)
    ]
    assert whole == [*read_plan(folder / "plan.yaml").claims]


def test_the_report_of_a_rehearsal_says_what_is_true_there(tmp_path):
    """The world leaves one claim of the short form open; its verdict is not called an error."""
    out = rehearse(new_study(tmp_path / "mine"), n=300)
    page = check([out / "answers.csv"], [out], out=tmp_path / "out", progress=False)
    text = page.read_text(encoding="utf-8")
    assert "simulated world &#x27;all-true&#x27;. Claims that they measure" in text
    counts = re.search(r"part: (\d+); true there: (\d+), false: 0, left open: 1. With 300", text)
    assert int(counts[1]) == int(counts[2]) + 1 > 5
    left = text.split("id='claim-two-building-blocks'")[1].split("</details>")[0]
    assert left.count("This simulated study does not settle whether the claim is true") == 2
    assert "no pair is the best where would-miss" in left and "is an error" not in left
    kept = text.split("id='claim-would-miss'")[1].split("</summary>")[0]
    assert "In this simulated study the claim is true." in kept


def test_a_folder_that_is_not_empty_is_left_alone(tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/answers.csv").write_text("t1\n1\n")
    with pytest.raises(SurveyError, match=r"'mine' is not empty \(it holds \['answers.csv'\]\)"):
        new_study(tmp_path / "mine")
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["answers.csv"]


@pytest.mark.parametrize("name", ["<b>", "a b", "-x", "x" * 61])
def test_a_name_that_could_do_harm_is_refused(tmp_path, name):
    with pytest.raises(SurveyError, match="cannot name a study"):
        new_study(tmp_path / name)
    assert not (tmp_path / name).exists()


def test_unknown_options_are_refused(tmp_path):
    with pytest.raises(SurveyError, match="language='de' is not known"):
        new_study(tmp_path / "s", language="de")
    with pytest.raises(SurveyError, match="form='tiny' is not known"):
        new_study(tmp_path / "s", form="tiny")
    with pytest.raises(SurveyError, match="name one language or more"):
        new_study(tmp_path / "s", language=[])
    with pytest.raises(SurveyError, match="at most 60 characters"):
        new_study(tmp_path / "s", company="{x}")
    assert not (tmp_path / "s").exists()


def code(book) -> list[str]:
    return [cell.source for cell in book.cells if cell.cell_type == "code"]
