"""Sections of a report: what they show, and what they keep back."""

from dataclasses import replace
from pathlib import Path

import pytest

import loyaltystudy as ls
from loyaltystudy.report._analysis import Gap
from loyaltystudy.report._sections import (
    answer_section,
    answers_section,
    few,
    gap_lines,
    who_section,
)


@pytest.fixture(scope="module")
def analysis():
    return ls.analyse(ls.load_study("mobile-ecsi"), language="en")


def test_counts_under_ten_are_not_shown():
    assert few(0, "en") == "0" and few(10, "en") == "10"
    assert few(9, "en") == few(1, "en") and not any(c.isdigit() for c in few(3, "en").split()[0])


def test_the_answer_stands_first_and_says_how_many_were_compared(analysis, tmp_path):
    html = answer_section(analysis, tmp_path)
    assert "lead" in html.split(">")[0]
    assert str(analysis.comparison.n) in html and "<img" not in html  # no figure was written


def test_who_answered_and_how(analysis):
    html = who_section(analysis)
    assert "250" in html and "customers" in html
    bars = answers_section(analysis)
    assert bars.count("<table class='bars'>") == analysis.answers["name"].nunique()


def test_gaps_are_said_with_their_reason_and_none_where_all_was_made(analysis):
    analysis = replace(analysis, notes=())
    assert [*gap_lines(analysis)] == []
    (line,) = gap_lines(replace(analysis, gaps=(Gap("reliability", "one item a scale"),)))
    assert line.endswith("one item a scale") and line != "one item a scale"
    why = "Scale 'trust': 3 respondents answered all of ['t_1']; at least 4 are needed."
    named = Gap("scores", why)
    labels = {**analysis.labels, "trust": "Customer's trust"}
    (line,) = gap_lines(replace(analysis, gaps=(named,), labels=labels))
    assert line.startswith('Scores: Scale "Customer\'s trust": 3') and "['t_1']" in line
    (line,) = gap_lines(replace(analysis, gaps=(named,), labels=labels, language="nb"))
    assert line.startswith(
        "Skårer: Skalaen «Customer's trust»: 3 respondenter besvarte alle av «t_1»"
    )


@pytest.mark.parametrize("language", ["sv", "nb"])
def test_the_same_numbers_in_every_language(language):
    own = ls.analyse(ls.load_study("mobile-ecsi"), language=language)
    assert "250" in who_section(own)
    assert str(own.comparison.n) in answer_section(own, Path("nowhere"))
