"""One way to show results: the same numbers as text and as HTML, none rounded in what is kept."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pytest

import loyaltystudy as ls
from loyaltystudy.display import Display, Shown

TABLE = pd.DataFrame({"block": ["a & b", "c"], "low": [0.12345, np.nan], "n": [3, 4]})


@dataclass(frozen=True, eq=False, repr=False)
class Result(Shown):
    display: Display

    def _shown(self) -> Display:
        return self.display


def test_text_is_a_header_tables_and_notes():
    shown = Result(Display("Two blocks, n 7", [("", TABLE)], ("Note: few rows.",)))
    assert repr(shown) == (
        "Two blocks, n 7\nblock   low  n\na & b 0.123  3\n    c   n/a  4\nNote: few rows."
    )
    assert TABLE["low"][0] == 0.12345


def test_headings_stand_apart_and_wide_columns_are_for_html():
    display = Display("Head", [("fit", TABLE)], ("- one", "- two"), html_only=("low",))
    assert display.text() == "Head\n\nfit\nblock  n\na & b  3\n    c  4\n\n- one\n- two"
    html = display.html()
    assert "<p><b>fit</b></p>" in html and "<td>0.123</td>" in html
    assert html.endswith("<ul><li>one</li><li>two</li></ul>")


def test_zeros_at_the_end_may_be_left_out():
    table = pd.DataFrame({"df": [24.0, np.nan], "p": [0.5, 0.25]}, index=["x", "y"])
    assert Display("H", [("", table)], missing="", trimmed=True).text() == (
        "H\n     df     p\nx  24.0  0.50\ny        0.25"
    )


@pytest.mark.parametrize("cells", [{}, {"n": "<b>{}</b>".format}])
def test_what_people_wrote_is_never_taken_for_html(cells):
    table = TABLE.assign(block=["<script>", "c"])
    html = Display("<i>", [("", table)], ("<u>",), html_cells=cells).html()
    assert "<script>" not in html and "&lt;script&gt;" in html
    assert html.startswith("<p>&lt;i&gt;</p>") and "<p>&lt;u&gt;</p>" in html
    assert ("<b>3</b>" in html) == bool(cells)


def test_help_is_readable_as_plain_text():
    """What ``?`` shows in a notebook: no raw formula inside a sentence."""
    public = [getattr(ls, name) for name in dir(ls)]
    assert not [x.__name__ for x in public if callable(x) and ":math:" in (x.__doc__ or "")]


def test_a_study_shows_itself_as_html_with_its_notes():
    study = ls.load_study("mobile-ecsi")
    html = study._repr_html_()
    assert html.startswith("<p><b>Study &#x27;mobile-ecsi&#x27;: 250 respondents")
    noted = replace(study, notes=("a <b> note",))._repr_html_()
    assert "<li>Note: a &lt;b&gt; note</li></ul>" in noted and "<pre" not in noted


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        (lambda: ls.item_analysis(ls.load_study("mobile-reputation"), "trsut"), "trust"),
        (lambda: ls.load_panel("catsop"), "catsup"),
        (lambda: ls.load_published("fitness-clubs-203"), "fitness-clubs-2023"),
        (lambda: ls.simulate_study("all-tru", n=50, seed=0), "all-true"),
    ],
)
def test_a_misspelt_name_gets_did_you_mean(asked, meant):
    with pytest.raises(ls.SurveyError, match=f"Did you mean '{meant}'"):
        asked()
