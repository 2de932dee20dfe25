"""What ``reproduce`` writes: the claims table against the settled matrix, and the page."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

import loyaltystudy as ls
from loyaltystudy.claims._register import register
from loyaltystudy.cli import main
from loyaltystudy.errors import SurveyError
from loyaltystudy.report._reproduce import all_claims, index_page, reproduce


def notebook(folder, *cells):
    folder.mkdir(exist_ok=True)
    title = new_markdown_cell("# A question?\n\nWords.")
    book = new_notebook(cells=[title, *map(new_code_cell, cells)])
    nbformat.write(book, folder / "00-test.ipynb")


@pytest.fixture(scope="module")
def claims():
    return all_claims(progress=False)


def test_reproduce_writes_report_twice_the_same(tmp_path, claims):
    notebook(tmp_path / "notebooks", "1 + 1")
    assert (
        main(
            [
                "reproduce",
                "--notebooks",
                str(tmp_path / "notebooks"),
                "--out",
                str(tmp_path / "out"),
            ]
        )
        == 0
    )
    text = (tmp_path / "out/index.html").read_text(encoding="utf-8")
    assert '<a href="00-test.html">A question?</a>' in text
    assert "http" not in text.replace("http-equiv", "")  # nothing from the network
    executed = nbformat.read(tmp_path / "out/00-test.ipynb", as_version=4)
    assert executed.cells[1].outputs[0]["data"]["text/plain"] == "2"
    assert not list((tmp_path / "out").glob(".*"))
    first = text.index("Of the differences in loyalty")  # the headline before verdict counts
    assert first < text.index("><img") < text.index("class='counts'")
    found = ls.compare_blocks(ls.load_study("mobile-reputation", source="shipped"), "loyalty")
    assert f"about {100 * found.r2_adjusted:.0f} %" in text and f"the {found.n} people" in text
    again = claims.to_csv(index=False, lineterminator="\n").encode()
    assert (tmp_path / "out/claims.csv").read_bytes() == again


def test_a_failing_notebook_is_told(tmp_path):
    notebook(tmp_path / "notebooks", "raise ValueError('broken')")
    with pytest.raises(SurveyError, match=r"Notebook 00-test.ipynb: ValueError: broken"):
        reproduce(tmp_path / "notebooks", tmp_path / "out", progress=False)
    assert not (tmp_path / "out/index.html").exists()


def test_live_and_stored_rows_stand_together(claims):
    live = set(claims.loc[claims["evidence"] == "live", "study"])
    stored = set(claims.loc[claims["evidence"] == "stored", "study"])
    assert {"mobile-reputation", "airport-2017", "catsup", "journey", "nordic-simulated"} <= live
    assert {"acsi-2015", "gss-2006-reading", "travel-agencies"} <= stored
    assert not live & stored and set(claims["evidence"]) == {"live", "stored"}
    assert not claims.duplicated(["claim", "study"]).any()


def test_each_verdict_tells_the_commit_of_its_rule(claims):
    commits = claims.groupby("rule_version")["registered"].unique()
    assert set(commits[1]) == {"7680a72"} and set(commits[2]) == {"7c41f63", "7170008"}
    assert set(commits[3]) == {"3b6768e", "9467312", "7170008"}
    assert set(commits[4]) == {"eccf1ac"}


def test_every_testable_claim_is_put_to_the_simulated_study_and_its_truth_stands_beside(claims):
    drawn = claims[claims["study"] == "nordic-simulated"].set_index("claim")
    testable = [name for name, c in register().items() if not c.untestable]
    assert set(drawn["kind"]) == {"simulated"}
    short = drawn.loc[testable, "measured"] != "full"
    assert set(short[short].index) == {"averages-mislead"}  # one occasion a person is not enough
    left_out = "memberships-14.3-half-idle"
    assert set(drawn.loc[testable, "truth"].drop(left_out)) == {"true", "false"}
    assert drawn.loc[left_out, "truth"] == "" and set(claims.query("kind == 'real'").truth) == {""}
    judged = drawn[drawn["verdict"].isin(["supported", "contradicted"])]
    right = (judged["verdict"] == "supported") == (judged["truth"] == "true")
    assert right.all() and len(judged) > 25


def test_the_first_claims_stand_on_both_mobile_studies(claims):
    first = [
        "would-miss",
        "love-beyond-money",
        "responsibility-matters",
        "moral-bonds-hard",
        "demographics-weak",
        "two-building-blocks",
        "affective-first",
    ]
    rows = claims.set_index(["study", "claim"])
    for study in ("mobile-reputation", "mobile-ecsi"):
        assert rows.loc[study].loc[first].index.is_unique
    absent = rows.loc[("mobile-ecsi", "would-miss")]
    assert absent[["measured", "verdict"]].tolist() == ["none", "not measured"]
    assert absent["why"] == "not measured here: would_miss"
    real = rows.loc["mobile-reputation"].loc[first[:4], "verdict"]
    assert set(real) <= {"supported", "contradicted", "inconclusive", "not robust"}


def test_every_claim_is_on_the_page_with_its_five_parts(claims):
    page = index_page(claims, {})
    assert page.count("class='source'") == 5  # the texts
    for name in register():
        assert page.count(f"id='claim-{name}'") == 1
    for words in ("What was said", "What would settle it", "What the data say", "they cannot say"):
        assert page.count(words) == len(register())


def test_page_escapes_what_it_is_given(claims):
    hostile = claims.assign(why="<script>alert(1)</script>", study="<b>s</b>")
    page = index_page(hostile, {"x": "<img src=x>"})
    assert "<script>alert" not in page and "<b>s</b>" not in page and "<img src=x>" not in page


def test_a_verdict_on_simulated_answers_only_says_so_in_its_sentence(claims):
    turned = (claims["claim"] == "identification") & (claims["kind"] == "simulated")
    page = index_page(claims.assign(truth=claims["truth"].mask(turned, "false")), {})
    block = page[page.index("id='claim-identification'") :]
    sentence = block[: block.index("</summary>")]
    assert "The simulated answers support this." in sentence
    inside = block[: block.index("</details>")]
    assert "In this simulated study the claim is false. So this verdict is an error." in inside
    assert "The answers support this." not in sentence


def test_claims_that_a_study_asks_nothing_of_are_not_on_the_page(claims):
    page = index_page(claims, {})
    block = page[page.index("id='claim-would-miss'") :]
    block = block[: block.index("</details>")]
    assert "mobile-reputation" in block and "mobile-ecsi" not in block


def test_a_claim_that_was_set_aside_says_why(claims):
    hostile = claims["why"].str.replace("one question, and nothing", "<b>one</b> & nothing")
    page = index_page(claims.assign(why=hostile), {})
    block = page[page.index("id='claim-identification'") :]
    block = block[: block.index("</details>")]
    assert "mobile-reputation</strong> <span class='dim'>set aside in its codebook: " in block
    assert "&lt;b&gt;one&lt;/b&gt; &amp; nothing on those who recommend" in block
