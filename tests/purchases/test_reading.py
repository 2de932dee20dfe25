"""Files of purchases are read as answers are: names stay names, faults are one error."""

from __future__ import annotations

import openpyxl
import pandas as pd
import pytest

from loyaltystudy.errors import SurveyError
from loyaltystudy.purchases import read_panel

SPEC = {"name": "o", "title": "t", "columns": {"household": "card", "brand": "maker"}}
PAID = {**SPEC, "columns": {**SPEC["columns"], "spend": "paid", "time": "day"}}


def panel(folder, content, spec=SPEC, name="p.csv", **options):
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_panel(path, spec, **options)


@pytest.mark.parametrize(
    "cards",
    [
        ["007", "7", "0007"],
        ["12345678901234567890123", "12345678901234567890124"],
        ["1e3", "1000"],
        ["1.0x", "1.00x", "1x"],
        ["NA", "None", "nan"],
    ],
)
def test_cards_written_otherwise_are_other_households(cards, tmp_path):
    found = panel(tmp_path, "card,maker\n" + "".join(f"{card},tea\n" for card in cards))
    assert sorted(map(str, found.purchases["household"])) == sorted(cards)


@pytest.mark.parametrize("brands", [["NA", "None"], ["null", "tea"], ["1", "01"], ["-", "."]])
def test_brands_are_names(brands, tmp_path):
    found = panel(tmp_path, "card,maker\n" + "".join(f"1,{brand}\n" for brand in brands))
    assert found.purchases["brand"].tolist() == brands


@pytest.mark.parametrize(
    "content",
    [
        "card;maker;paid;day\n1;Kött;1,5;2024-01-02\n2;ost;2;2024-01-03\n".encode("cp1252"),
        "card\tmaker\tpaid\tday\n1\tKött\t1,5\t2024-01-02\n2\tost\t2\t2024-01-03\n".encode(
            "utf-16"
        ),
        "card,maker,paid,day\n1,Kött,1.5,2024-01-02\n2,ost,2,2024-01-03\n,,,\n".encode("utf-8-sig"),
    ],
)
def test_encodings_delimiters_and_decimals_are_found(content, tmp_path):
    found = panel(tmp_path, content, PAID).purchases
    assert found["brand"].tolist() == ["Kött", "ost"]
    assert found["spend"].tolist() == [1.5, 2] and found["household"].tolist() == [1, 2]
    assert found["time"].dt.day.tolist() == [2, 3]


def test_sheets_are_read_alike(tmp_path):
    book = openpyxl.Workbook()
    for row in [("card", "maker"), ("007", "tea"), (7, "oat"), ("0007", "tea")]:
        book.active.append(row)
    book.save(tmp_path / "p.xlsx")
    found = read_panel(tmp_path / "p.xlsx", SPEC).purchases
    assert sorted(found["household"]) == ["0007", "007", "7"]


def test_panels_of_use_are_read_alike(tmp_path):
    spec = {**SPEC, "records": "use"}
    found = panel(tmp_path, "card,tea,oat\n007,1,0\n7,1,1\n08,0,0\n", spec)
    assert found.purchases["household"].nunique() == 2 and found.spec.panel_size == 3
    with pytest.raises(SurveyError, match="expected 0 or 1"):
        panel(tmp_path, "card,tea\n1,yes\n", spec)


def test_numbers_that_a_workbook_holds_are_one_however_they_are_shown(tmp_path):
    book = openpyxl.Workbook()
    for row in [("card", "maker"), (1, "tea"), (1.0, "oat"), (2, "tea")]:
        book.active.append(row)
    book.save(tmp_path / "p.xlsx")
    assert read_panel(tmp_path / "p.xlsx", SPEC).purchases["household"].nunique() == 2


def test_one_and_one_point_nought_are_neither_joined_nor_parted_in_silence(tmp_path):
    assert panel(tmp_path, "card,maker\n1.0,tea\n2.0,oat\n").purchases["household"].nunique() == 2
    for ids in (("1", "1.0"), ("007", "7", "7.00")):
        with pytest.raises(SurveyError, match="column 'card' holds numbers written in two ways"):
            panel(tmp_path, "card,maker\n" + "".join(f"{name},tea\n" for name in ids))


def test_rows_count_as_they_stand_in_the_file(tmp_path):
    rule = {"column": "maker", "values": ["gift"], "why": "gifts"}
    with pytest.raises(SurveyError, match=r"card: missing, 1 rows \(row 3\)"):
        panel(tmp_path, "card,maker\n1,gift\n2,tea\n,tea\n", {**SPEC, "leave_out": [rule]})


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"card,maker,maker\n1,a,b\n", "stand in the file twice: \\['maker'\\]"),
        (b"card,maker\n1,\n", "maker: missing, 1 rows \\(row 1\\)"),
        (b"card,maker\n ,tea\n", "card: missing"),
        (b"card,maker\n", "no purchases"),
        (b"", "the file is empty"),
        (b"\x00\x01", "zero bytes"),
        (b'card,maker\n1,"tea\n', "quotation mark"),
        (b"PK\x03\x04broken", "damaged or truncated workbook"),
    ],
)
def test_whatever_is_wrong_is_one_error(content, said, tmp_path):
    with pytest.raises(SurveyError, match=said):
        panel(tmp_path, content)


def test_what_is_no_number_is_told(tmp_path):
    with pytest.raises(SurveyError, match=r"paid: expected numbers"):
        panel(tmp_path, "card,maker,paid,day\n1,tea,much,2024-01-02\n", PAID)
    with pytest.raises(SurveyError, match="day: not a time"):
        panel(tmp_path, "card,maker,paid,day\n1,tea,1,soon\n", PAID)


def test_codes_of_brands_keep_their_labels(tmp_path):
    spec = {**SPEC, "brands": {1: "tea", 2: "oat"}}
    found = panel(tmp_path, "card,maker\n1,1\n2,2\n", spec)
    assert found.purchases["brand"].tolist() == ["tea", "oat"]
    assert (
        read_panel(pd.DataFrame({"card": [1], "maker": [2]}), spec).purchases["brand"][0] == "oat"
    )


@pytest.mark.parametrize(
    ("cards", "found"),
    [
        ([7, "007", 7.0, "0007"], ["0007", "007", "7", "7"]),
        (["7", "\uff17", "\u0667", "7 "], ["7", "7 ", "\u0667", "\uff17"]),
        (pd.Categorical(["007", "7", "0007"]), ["0007", "007", "7"]),
        (["A\u030asa", "\u00c5sa"], ["A\u030asa", "\u00c5sa"]),
    ],
)
def test_a_frame_of_numbers_and_text_is_read_as_it_is_written(cards, found):
    frame = pd.DataFrame({"card": cards, "maker": "tea"})
    assert sorted(read_panel(frame, SPEC).purchases["household"]) == found


@pytest.mark.parametrize(
    ("cards", "said"),
    [
        ([2.0**53, 5.0], "more than 15 digits, which such a column rounds"),
        ([b"007", b"7"], "column 'card' holds bytes; text is needed"),
        (["", "7"], r"card: missing, 1 rows \(row 1\)"),
        (["1", "1.0"], "two ways"),
    ],
)
@pytest.mark.parametrize("kept", ["frame", "parquet"])
def test_names_that_a_column_cannot_tell_apart_are_refused(cards, said, kept, tmp_path):
    frame = pd.DataFrame({"card": cards, "maker": "tea"})
    if kept == "parquet":
        frame.to_parquet(tmp_path / "p.parquet")
    with pytest.raises(SurveyError, match=said):
        read_panel(frame if kept == "frame" else tmp_path / "p.parquet", SPEC)
