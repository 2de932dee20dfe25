"""The head of the claims section: how many remain, primary claims, bounds moved."""

import re

import numpy as np
import pandas as pd
import pytest

import loyaltystudy as ls
from loyaltystudy.claims import make_plan, remaining, verdict_map
from loyaltystudy.claims._many_claims import with_primary
from loyaltystudy.report._analysis import analyse
from loyaltystudy.report._claims_head import map_line, map_table, primary_lines, remaining_line
from loyaltystudy.report._page import verdict_counts
from loyaltystudy.report._reproduce import index_page


def table(p, verdicts, study="s") -> pd.DataFrame:
    names = ["would-miss", "identification", "little-value", "devotion-ladder"][: len(p)]
    return pd.DataFrame({"claim": names, "study": study, "p": p, "verdict": verdicts})


def counts(text: str) -> tuple[int, ...]:
    (found,) = re.findall(r"verdicts: (\d+)\. Remaining when at most 5 % .* false: (\d+) \(", text)
    return tuple(map(int, found))


FOUR = table([0.001, 0.03, 0.04, 0.9], ["supported"] * 3 + ["inconclusive"])


@pytest.mark.parametrize(
    ("language", "first", "last"),
    [
        ("en", "Supported verdicts: 3. Remaining when at most 5 %", "may be false: 1 ("),
        ("sv", "Bedömningar med ”får stöd”: 3. När högst 5 %", "falska återstår: 1 ("),
        ("nb", "Vurderinger med «får støtte»: 3. Når høyst 5 %", "usanne, gjenstår: 1 ("),
    ],
)
def test_one_line_says_how_many_remain(language, first, last):
    """By R: p.adjust(c(.001, .03, .04, .9), "BH") is .004, .0533, .0533, .9."""
    line = remaining_line(FOUR, language)
    assert line.startswith(first) and last in line and "Benjamini-Hochberg" in line


def test_studies_are_counted_each_by_itself():
    many = pd.concat([FOUR, table([0.04], ["supported"], "t")], ignore_index=True)
    assert counts(remaining_line(many, "en")) == (4, 2)
    assert remaining_line(table([0.9, np.nan], ["inconclusive", "not measured"]), "en") == ""


def test_the_line_stands_below_the_counts_of_each_group():
    rows = FOUR.assign(kind="real", population="customers")
    apart = rows.assign(study="w", population="employees", p=0.001)
    first, second = verdict_counts(pd.concat([rows, apart]), "en").split("<h3>")[1:]
    assert counts(first.split("</ul>")[1]) == (3, 1)
    assert counts(second.split("</ul>")[1]) == (3, 3)


def lines(claims, primary, language):
    return primary_lines(with_primary(claims, primary), primary, language)


def test_primary_claims_go_by_holm_and_say_what_was_lost():
    """By R: p.adjust(c(.03, .04), "holm") is .06, .06; of one alone it stays .03."""
    two = lines(FOUR, ["identification", "little-value"], "en")
    assert two == [
        "identification: inconclusive (p 0.060; judged alone: supported)",
        "little-value: inconclusive (p 0.060; judged alone: supported)",
    ]
    assert lines(FOUR, ["identification"], "en") == ["identification: supported (p 0.030)"]
    assert lines(FOUR, ["would-miss"], "sv") == ["skulle sakna varumärket: får stöd (p 0,001)"]
    assert lines(FOUR, ["not-in-the-register"], "en") == []
    unread = table([np.nan], ["not measured"])
    assert lines(unread, ["would-miss"], "nb") == ["ville savne merkevaren: måles ikke"]


def test_the_map_in_words_names_what_hangs_on_the_bounds():
    rows = [("would-miss", 0.5, "contradicted"), ("would-miss", 1.0, "supported")]
    rows += [("<b>", 0.5, "supported"), ("<b>", 1.0, "supported")]
    found = pd.DataFrame(rows, columns=["claim", "factor", "verdict"])
    line = map_line(found, "sv")
    assert line.startswith("Bedömda påståenden: 2.") and "gränser för 1." in line
    assert line.endswith("för: skulle sakna varumärket.")
    assert "It depends" not in map_line(found[2:], "en")
    html = map_table(found, "sv")
    assert "<b>" not in html and html.index("skulle sakna") < html.index("&lt;b&gt;")
    assert "<td>motsägs</td><td>får stöd</td></tr>" in html and "× 0,5" in html


@pytest.fixture(scope="module")
def analysis():
    """With a plan of two primary claims."""
    study = ls.load_study("mobile-reputation", source="shipped")
    primary = ["engaged-recommend", "responsibility-matters"]
    plan = make_plan(study.codebook, [*primary, "would-miss"], primary=primary)
    return analyse(study, plan, language="nb")


def test_what_a_notebook_shows_says_how_many_remain(analysis):
    found = remaining(analysis.claims).iloc[0]
    line = remaining_line(analysis.claims, "nb")
    assert line in str(analysis) and f"gjenstår: {found['remain']} (" in line


def test_an_analysis_maps_every_judged_claim_and_no_other(analysis):
    found = analysis.verdict_map
    assert set(found["claim"]) == set(analysis.judged["claim"])
    again = verdict_map(analysis.study, [*analysis.judged["claim"]])
    assert found.reset_index(drop=True).equals(again)
    ax = analysis.plot("verdict_map")
    assert "ikke robust" in {t.get_text() for t in ax.get_legend().get_texts()}


def test_the_page_of_reproduce_says_how_many_remain(analysis):
    claims = analysis.claims.assign(truth="", evidence="live")
    found = remaining(claims).iloc[0]
    assert found["supported"] > 0
    assert counts(index_page(claims, {})) == (found["supported"], found["remain"])
