"""The instrument's codebook and its exports, each made once."""

import sys
from pathlib import Path

import pytest

from loyaltystudy.report._questionnaire import export_questionnaire
from loyaltystudy.survey import data_folder, load_codebook

sys.path.insert(0, str(Path(__file__).parent))  # helpers of this folder alone
from reading_forms import ALL, ENDINGS


@pytest.fixture(scope="session")
def book():
    return load_codebook(data_folder() / "instrument")


@pytest.fixture(scope="session")
def exported(book, tmp_path_factory):
    """Path of an export, each made once."""
    folder, made = tmp_path_factory.mktemp("forms"), {}

    def path(to, language="nb", form="full"):
        key = (to, language, form)
        if key not in made:
            target = folder / ("_".join(key) + ENDINGS[to])
            made[key] = export_questionnaire(book, to=to, language=language, path=target, form=form)
        return made[key]

    return path


@pytest.fixture(scope="session")
def together(book, tmp_path_factory):
    """An XLSForm and a LimeSurvey file with three languages, by form."""
    folder, made = tmp_path_factory.mktemp("together"), {}

    def path(to, form="full"):
        target = folder / f"{form}{ENDINGS[to]}"
        if not target.exists():
            export_questionnaire(book, to=to, language=ALL, path=target, form=form)
        return made.setdefault((to, form), target)

    return path
