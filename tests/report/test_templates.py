"""Pages from templates: escaped, and in the reader's language."""

import pytest
from jinja2 import UndefinedError

from loyaltystudy.report._templates import part, rendered


def test_values_are_escaped_and_fixed_texts_speak_the_language():
    shown = part("counts", "sv", "<b>", "", [("not robust", 2)], "a & b")
    assert "<h3>&lt;b&gt;</h3>" in shown and "<p>a &amp; b</p>" in shown
    assert "<b>2</b> <span class='verdict not-robust'>håller inte</span>" in shown
    assert type(shown) is str  # a kind of text that escapes what is added to it would not do


def test_a_value_that_is_not_given_is_an_error():
    with pytest.raises(UndefinedError, match="form"):
        rendered("questionnaire.html", "en")
