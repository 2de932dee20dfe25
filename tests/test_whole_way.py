"""A study that has never seen this project: from the questionnaire to scores and screening."""

import numpy as np
import openpyxl
import pandas as pd
import pytest

import loyaltystudy as ls
from loyaltystudy.report._questionnaire.limesurvey import limesurvey_headings
from loyaltystudy.simulation import _instrument as instrument, _simulate as simulate
from loyaltystudy.simulation._simulate import simulate_study
from loyaltystudy.survey._codebook import load_codebook
from loyaltystudy.survey._shipped import data_folder

N = 500


@pytest.fixture(scope="module")
def book():
    return load_codebook(data_folder() / "instrument")


@pytest.fixture(scope="module")
def answered(book):
    """Five hundred answers with 3 % careless and 8 % missing; and who was careless."""
    with pytest.MonkeyPatch.context() as patch:
        drawn = []
        patch.setattr(instrument, "MISSING", 0.08)
        kept = instrument.draw_habits
        patch.setattr(
            simulate,
            "draw_habits",
            lambda n, rng, **how: drawn.append(kept(n, rng, **how)) or drawn[-1],
        )
        answers = simulate_study("all-true", n=N, seed=20).answers
    careless = np.zeros(N, dtype=bool)
    careless[np.r_[drawn[0].at_random, drawn[0].straight]] = True
    given = answers.reset_index(drop=True).copy()
    return given, careless


def test_the_world_is_as_asked(answered, book):
    answers, careless = answered
    assert 0.015 < careless.mean() < 0.05
    items = answers[[name for name in book.items if name in answers]]
    assert 0.06 < items.isna().mean().mean() < 0.10


def scores(path, book):
    study = ls.read_study(path, book)
    return study, ls.score(study)


def test_from_the_norwegian_form_through_sav_and_limesurvey_to_the_same_scores(
    answered, book, tmp_path
):
    answers, careless = answered
    form = ls.export_questionnaire(
        book, to="xlsform", language="nb", path=tmp_path / "form.xlsx", form="full"
    )
    asked = {row[1] for row in openpyxl.load_workbook(form)["survey"].iter_rows(values_only=True)}
    assert set(book.items) <= asked  # every item is asked under its own name
    direct = ls.read_study(answers, book)
    expected = ls.score(direct)

    sav = ls.write_study(direct, tmp_path / "answers.sav")
    from_sav, found = scores(sav, book)
    assert np.array_equal(found.to_numpy(), expected.to_numpy(), equal_nan=True)

    headings = {name: heading for heading, name in limesurvey_headings(book).items()}
    text = answers.rename(columns=headings).astype(object)
    text = text.where(text.notna(), "").map(lambda v: f"{v:g}" if isinstance(v, float) else str(v))
    own = {"submitdate": "2026-03-01 10:00:00", "lastpage": "27", "startlanguage": "nb"}
    text.assign(**own).to_csv(tmp_path / "limesurvey.csv", index=False)
    from_limesurvey, found = scores(tmp_path / "limesurvey.csv", book)
    assert np.array_equal(found.to_numpy(), expected.to_numpy(), equal_nan=True)

    for study in (from_sav, from_limesurvey):
        flagged = ls.screen(study)["careless"].to_numpy()
        assert flagged[careless].mean() >= 0.80
        assert flagged[~careless].mean() < 0.05


def test_claims_can_be_checked_on_it(answered, book):
    study = ls.read_study(answered[0], book)
    row = ls.check_claims(study, ["tailored-treatment-bonds"]).iloc[0]
    assert row["measured"] == "full" and row["verdict"] in ("supported", "inconclusive")
    assert isinstance(row, pd.Series)
