"""How rows are listed in messages."""

from __future__ import annotations

from loyaltystudy.survey._faults import rows_shown


def test_rows_told():
    assert rows_shown([4]) == "row 4"
    assert rows_shown([4, 9]) == "rows 4, 9"
    assert rows_shown(list(range(1, 131))).endswith("19, 20 and 110 more")
