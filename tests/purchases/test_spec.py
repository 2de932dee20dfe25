"""The specification of a panel."""

import pytest

from loyaltystudy.errors import SurveyError
from loyaltystudy.purchases._spec import read_spec

SPEC = {
    "name": "ours",
    "title": "Our shop",
    "columns": {
        "household": "card",
        "brand": "maker",
        "time": "day",
        "spend": "paid",
        "quantity": "pieces",
        "receipt": "slip",
    },
}


def test_spec_from_file_and_dict_are_one(tmp_path):
    path = tmp_path / "panel.yaml"
    path.write_text(
        "name: ours\ntitle: Our shop\ncolumns:\n  household: card\n  brand: maker\n"
        "  time: day\n  spend: paid\n  quantity: pieces\n  receipt: slip\n"
    )
    assert read_spec(path) == read_spec(SPEC) == read_spec(read_spec(SPEC))


def test_bad_spec_is_told_at_once():
    with pytest.raises(SurveyError) as error:
        read_spec({"name": "x", "colums": 1, "columns": {"household": "a"}, "panel_size": 0})
    assert error.value.problems == (
        "title: is missing.",
        "columns.brand: is missing.",
        "panel_size: Input should be greater than or equal to 1 (found 0).",
        "colums: is no key of a panel.yaml (found 1).",
    )
    with pytest.raises(SurveyError, match="columns named for two roles: \\['a'\\]"):
        read_spec({"name": "x", "title": "x", "columns": {"household": "a", "brand": "a"}})
    with pytest.raises(SurveyError, match="found int"):
        read_spec(3)


def test_spec_with_a_key_twice_is_refused(tmp_path):
    path = tmp_path / "panel.yaml"
    path.write_text("name: a\nname: b\n")
    with pytest.raises(SurveyError, match="line 2: the key 'name' stands on line 1"):
        read_spec(path)
