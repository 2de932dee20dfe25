"""What every panel says of itself."""

import pandas as pd
import pytest

from loyaltystudy.purchases import BasePanel, read_panel

ROWS = pd.DataFrame({"who": [1, 1, 2], "what": ["a", "b", "a"], "day": [1, 2, 3]})
SPEC = {"name": "ours", "title": "", "columns": {"household": "who", "brand": "what"}}


def test_nobody_makes_a_panel_without_the_answers_to_its_questions():
    with pytest.raises(TypeError, match="abstract"):
        BasePanel()


def test_households_without_purchase_where_the_size_is_known():
    assert read_panel(ROWS, SPEC).non_buyers is None
    assert read_panel(ROWS, {**SPEC, "panel_size": 5}).non_buyers == 3


def test_one_line_names_what_was_left_out():
    left = {**SPEC, "leave_out": [{"column": "what", "values": ["b"], "why": "own brand"}]}
    assert "2 purchases of 1 brands by 2 households" in repr(read_panel(ROWS, left))
    assert repr(read_panel(ROWS, left)).endswith("; 1 rows left out")
    assert "left out" not in repr(read_panel(ROWS, SPEC))
