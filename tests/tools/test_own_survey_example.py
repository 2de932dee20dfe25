"""The invented survey of notebook 12: made by the script that ships with it, and faulty as told."""

import pandas as pd
import pytest

import loyaltystudy as ls
from loyaltystudy.survey import data_folder
from tools import own_survey_example


@pytest.fixture(scope="module")
def file():
    return data_folder() / "own-survey-example" / "answers.csv"


def test_the_script_gives_the_file_that_ships(file, tmp_path):
    made = own_survey_example.main(tmp_path / "answers.csv")
    assert made.read_bytes() == file.read_bytes()


def test_the_file_has_the_faults_that_its_readme_names(file):
    answers = pd.read_csv(file, skiprows=[1, 2])
    assert len(answers) == own_survey_example.N == 320
    assert (answers["Status"] == "Survey Preview").sum() == 3
    assert (~answers["Finished"]).sum() == 7
    items = answers[[*own_survey_example.ITEMS]]
    assert (items == 99).sum().sum() > 50
    items = items.where(items != 99)
    assert items["trust_3"].corr(items["trust_1"]) < -0.3
    assert answers["RecipientEmail"].str.endswith("@example.org").all()


def test_it_is_no_study_that_could_be_loaded(file):
    assert "own-survey-example" not in set(ls.list_studies()["name"])
    assert "nobody was asked" in (file.parent / "README.md").read_text(encoding="utf-8")


def test_its_draft_finds_the_code_for_no_answer_the_reversed_item_and_the_scales(file):
    draft = ls.draft_codebook(file, language="en")
    assert "missing: [99]" in draft and draft.count("reversed: true") == 1
    assert draft.count("_scale: {") == 6 and "#   RecipientEmail" in draft
