"""Studies as printed: every figure has its source, and what is not known has no figure."""

import pytest

from loyaltystudy.claims import cited_studies, cited_study, list_claims
from loyaltystudy.claims._cited import RELATIONS
from loyaltystudy.errors import SurveyError

STUDIES = cited_studies()["study"].tolist()


@pytest.mark.parametrize("name", STUDIES)
def test_a_study_says_what_it_is(name):
    study = cited_study(name)
    assert study.relation in RELATIONS
    assert study.why and all(study.facts.values())
    assert set(study.claims) <= set(list_claims()["claim"])
    assert study.figures["source"].notna().all()
    assert (study.figures["value"] > 0).all()


def test_printed_figures():
    """As the notes on the sources have them."""
    spent = cited_study("motista-2018").figures.query("measure == 'dollars a year'")
    ratio = (spent["other"] / spent["value"]).round(1)
    assert (ratio.min(), ratio.max(), len(ratio)) == (1.3, 2.5, 7)
    agree = cited_study("accenture-2016").figures.set_index("group")["value"]
    assert agree["loyalty programmes do not engender loyalty"] == 71
    joined = cited_study("bond-2014-2020").figures["value"]
    assert 14.3 not in joined.tolist()


@pytest.mark.parametrize("name", ["sixty-per-cent", "gustafsson-2005", "kennedy-2001", "bi-2017"])
def test_what_was_not_seen_has_no_figure(name):
    assert cited_study(name).figures.empty


def test_shown_as_markdown_and_in_one_line():
    study = cited_study("belli-2022")
    assert repr(study) == "<cited study belli-2022: neither>"
    said = study._repr_markdown_()
    assert "https://doi.org/10.1007/s11747-021-00804-z" in said
    assert "*ours*: **neither**" in said


def test_an_unknown_study_is_named():
    with pytest.raises(SurveyError, match=r"Cited study 'motista' is not known\. Take one of"):
        cited_study("motista")
