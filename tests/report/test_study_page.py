"""The page of one study."""

from dataclasses import replace

import pytest

import loyaltystudy as ls
from loyaltystudy.claims import make_plan
from loyaltystudy.report._analysis import analyse
from loyaltystudy.report._study_page import study_page


@pytest.fixture(scope="module")
def analysis():
    """With a plan of two primary claims."""
    study = ls.load_study("mobile-reputation", source="shipped")
    primary = ["engaged-recommend", "responsibility-matters"]
    plan = make_plan(study.codebook, [*primary, "would-miss"], primary=primary)
    return analyse(study, plan, language="nb")


def test_the_report_of_a_plan_shows_its_primary_claims_in_the_head(analysis, tmp_path):
    facts = {"version": "1", "answers_sha256": "a", "codebook_sha256": "b"}
    claims = analysis.claims.assign(truth="", truth_note="")
    page = study_page([analysis], claims, [tmp_path], [facts], tmp_path)
    head = page[page.index("id='verdicts'") : page.index("class='source'")]
    assert "Planens primære påstander" in head and "gjenstår: " in head
    own = claims.set_index("claim")["p"]
    assert 2 * own["engaged-recommend"] < 0.001
    assert "<li>engasjerte anbefaler: får støtte (p &lt; 0,001)</li>" in head
    assert "<li>ansvar betyr noe: ikke robust (p " in head and "savne" not in head
    unplanned = study_page([replace(analysis, plan=None)], claims, [tmp_path], [facts], tmp_path)
    assert "Planens primære påstander" not in unplanned
