"""Panels: specification, reading, checks, periods, and the real ones by name."""

import numpy as np
import pandas as pd
import pytest

from loyaltystudy.errors import SurveyError
from loyaltystudy.purchases._counts import purchase_table
from loyaltystudy.purchases._fit import fit_dirichlet
from loyaltystudy.purchases._panel import period_labels, period_tables
from loyaltystudy.purchases._reading import read_panel

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


def bought(**changes):
    frame = pd.DataFrame(
        {
            "card": [2, 1, 1, 2],
            "maker": ["tea", "oat", "tea", "tea"],
            "day": ["2026-03-01", "2026-02-01", "2026-01-01", "2026-01-15"],
            "paid": [3.0, 4.0, 0.0, 2.0],
            "pieces": [1, 2, 1, 1],
            "slip": [11, 12, 13, 14],
        }
    )
    return frame.assign(**changes)


def problems(frame, spec=SPEC):
    with pytest.raises(SurveyError) as error:
        read_panel(frame, spec)
    return error.value.problems


# -- specification -------------------------------------------------------------------------------


# -- reading -------------------------------------------------------------------------------------


def test_rows_are_sorted_by_time_within_household():
    panel = read_panel(bought(), SPEC)
    assert panel.purchases["household"].tolist() == [1, 1, 2, 2]
    assert panel.purchases["spend"].tolist() == [0.0, 4.0, 2.0, 3.0]
    assert panel.timed and panel.ordered
    assert repr(panel) == "Panel 'ours': 4 purchases of 2 brands by 2 households, timed"


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_files_read_like_frames(tmp_path, kind):
    path = tmp_path / f"bought.{kind}"
    bought().to_csv(path, index=False) if kind == "csv" else bought().to_parquet(path)
    pd.testing.assert_frame_equal(
        read_panel(path, SPEC).purchases, read_panel(bought(), SPEC).purchases, check_dtype=False
    )


def test_files_that_cannot_be_read_are_told(tmp_path):
    with pytest.raises(SurveyError, match=r"no file 'bought\.xlsx' here"):
        read_panel(tmp_path / "bought.xlsx", SPEC)
    with pytest.raises(SurveyError, match=r"no file 'bought\.csv' here"):
        read_panel(tmp_path / "bought.csv", SPEC)
    with pytest.raises(SurveyError, match="found list"):
        read_panel([1], SPEC)


def test_missing_columns_are_named():
    with pytest.raises(SurveyError) as error:
        read_panel(bought().drop(columns=["maker", "day"]), SPEC)
    assert str(error.value) == (
        "Panel 'ours': columns not in the purchases: ['maker', 'day']. "
        "Columns: ['card', 'paid', 'pieces', 'slip']."
    )


def test_no_purchases_are_refused():
    assert problems(bought()[:0]) == ("no purchases. Give at least one row.",)


def test_all_bad_cells_are_told_at_once():
    frame = bought(
        card=[2, None, 1, 2],
        pieces=[1, -2, 0, 1],
        paid=[3, -4, 0, 2],
        day=["2026-03-01", None, "2026-01-01", "2026-01-15"],
    )
    assert problems(frame) == (
        "card: missing, 1 rows (row 2); complete or remove them.",
        "pieces: not a number above 0, 2 rows (row 2: -2, row 3: 0); "
        "net returns against purchases, or remove them.",
        "paid: not a number from 0, 1 rows (row 2: -4); "
        "net returns against purchases, or remove them.",
        "day: missing times, 1 rows (row 2); complete them, or drop the time column.",
    )


def test_unreadable_times_are_told():
    assert problems(bought(day=["2026-03-01", "last week", "2026-01-01", "2026-01-15"])) == (
        "day: not a time, 1 rows (row 2: a text of 9 characters); write them as 2026-01-31 or "
        "2026-01-31 17:05.",
    )


def test_duplicate_receipts_are_told():
    frame = pd.concat([bought(), bought()[:1]], ignore_index=True)
    assert problems(frame) == (
        "receipts: rows that repeat another in every column, 1 rows (row 5); "
        "keep one of each, or add the column that tells them apart.",
    )
    # two lines of one receipt that differ are no duplicates
    lines = pd.concat([bought(), bought()[:1].assign(maker="oat")], ignore_index=True)
    assert len(read_panel(lines, SPEC).purchases) == 5


def test_without_a_receipt_equal_rows_are_two_purchases():
    frame = pd.DataFrame({"card": [1, 1], "maker": ["tea", "tea"]})
    spec = {"name": "x", "title": "x", "columns": {"household": "card", "brand": "maker"}}
    assert purchase_table(read_panel(frame, spec)).to_numpy().tolist() == [[2]]


def test_numeric_times_take_their_unit():
    spec = {**SPEC, "time_unit": "days"}
    panel = read_panel(bought(day=[1.0, 2.0, 1.0, 3.0]), spec)
    assert panel.purchases["time"].max() == pd.Timestamp("1970-01-04")


def test_labels_merge_brands_and_must_cover_them():
    spec = {**SPEC, "brands": {"tea": "Drinks", "oat": "Drinks"}}
    assert read_panel(bought(), spec).purchases["brand"].unique().tolist() == ["Drinks"]
    assert problems(bought(), {**SPEC, "brands": {"tea": "Tea"}}) == (
        "maker: no label for, 1 rows (row 2: oat); add them to brands.",
    )


def test_what_is_left_out_is_declared_and_counted():
    rule = {"column": "pieces", "values": [2], "why": "gifts"}
    panel = read_panel(bought(), {**SPEC, "leave_out": [rule]})
    assert panel.left_out.to_dict("records") == [{"why": "gifts", "rows": 1}]
    assert repr(panel).endswith("; 1 rows left out")
    with pytest.raises(SurveyError, match="leave_out: no such column: 'x'"):
        read_panel(bought(), {**SPEC, "leave_out": [{"column": "x", "why": "y"}]})


def test_panel_size_gives_the_households_without_purchase():
    panel = read_panel(bought(), {**SPEC, "panel_size": 10})
    assert panel.non_buyers == 8
    assert panel.where("brand", "oat").non_buyers == 9
    assert read_panel(bought(), SPEC).where("brand", "oat").non_buyers == 1
    with pytest.raises(SurveyError, match="panel_size: 1, but 2 households bought"):
        read_panel(bought(), {**SPEC, "panel_size": 1})


def test_where_and_names_that_are_not_there():
    panel = read_panel(bought(), SPEC)
    with pytest.raises(SurveyError, match="column='colour': no such column"):
        panel.where("colour", "red")
    with pytest.raises(SurveyError, match=r"no purchase holds any of \['milk'\]"):
        panel.where("brand", "milk")
    with pytest.raises(SurveyError, match=r"nobody bought \['milk'\]"):
        panel.rename_brands({"milk": "Milk"})
    assert panel.pool_brands(keep=1).purchases["brand"].value_counts().to_dict() == {
        "tea": 3,
        "all others": 1,
    }


def test_use_is_not_frequency():
    used = pd.DataFrame({"a": [1, 0, 0], "b": [1, 1, 0]})
    spec = {
        "name": "u",
        "title": "",
        "records": "use",
        "columns": {"household": "person", "brand": "used"},
    }
    panel = read_panel(used, spec)
    assert purchase_table(panel).to_numpy().tolist() == [[1, 1], [0, 1]]
    assert panel.non_buyers == 1  # who uses none is not forgotten
    with pytest.raises(SurveyError, match="records whether a brand is used, not how often"):
        fit_dirichlet(panel)
    with pytest.raises(SurveyError, match=r"expected 0 or 1 in every column; not so in \['b'\]"):
        read_panel(used.assign(b=[2, 1, 0]), spec)


# -- order and periods ---------------------------------------------------------------------------


def untimed(brands, households):
    spec = {"name": "x", "title": "x", "columns": {"household": "h", "brand": "b"}}
    return read_panel(pd.DataFrame({"h": households, "b": list(brands)}), spec)


def test_untimed_periods_are_parts_of_each_history():
    panel = untimed("abcabxyz", [1] * 5 + [2] * 3)
    assert period_labels(panel).tolist() == [0, 0, 0, 1, 1, 0, 0, 1]
    first, second = period_tables(panel)
    assert first.sum(axis=1).tolist() == [3, 2] and second.sum(axis=1).tolist() == [2, 1]
    assert list(first.columns) == list("abcxyz")


def test_timed_periods_are_equal_windows():
    spec = {"name": "x", "title": "x", "columns": {"household": "h", "brand": "b", "time": "t"}}
    frame = pd.DataFrame({"h": 1, "b": "a", "t": [0, 4.9, 5.1, 10]})
    assert period_labels(read_panel(frame, spec)).tolist() == [0, 0, 1, 1]
    with pytest.raises(SurveyError, match="all purchases are of one time"):
        period_labels(read_panel(frame.assign(t=1), spec))
    with pytest.raises(SurveyError, match="periods=1"):
        period_labels(read_panel(frame, spec), periods=1)


def test_rows_sorted_by_brand_are_no_order_of_purchase():
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"h": np.repeat(np.arange(20), 6), "b": rng.choice(list("abc"), 120)})
    spec = {"name": "x", "title": "x", "columns": {"household": "h", "brand": "b"}}
    assert read_panel(frame, spec).ordered
    panel = read_panel(frame.sort_values(["h", "b"]), spec)
    assert not panel.ordered
    with pytest.raises(SurveyError, match="rows are sorted by brand"):
        period_tables(panel)
    checks = fit_dirichlet(panel).fit.set_index("check")
    assert checks.loc["stationary shares", "verdict"] == "not tested"


def test_faithful_households_are_not_mistaken_for_sorted_rows():
    assert untimed("aaaaaabbbbbb", [1] * 6 + [2] * 6).ordered


# -- real panels ---------------------------------------------------------------------------------
