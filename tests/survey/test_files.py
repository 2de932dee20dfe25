"""Tables from files: what each format says about itself comes along."""

from __future__ import annotations

import pandas as pd
import pyreadstat
import pytest

from loyaltystudy.errors import SurveyError
from loyaltystudy.survey._files import read_table
from loyaltystudy.survey._files.detect import kind_of
from loyaltystudy.survey._files.guard import guard_text, unguard_text

FRAME = pd.DataFrame({"t1": [1.0, 2.0, -99.0], "why": ["a", "None", ""]})


def test_cells_of_text_are_text(tmp_path):
    (tmp_path / "a.csv").write_text("a,b,c\n007,None, NA \n,nan,1.50\n")
    assert read_table(tmp_path / "a.csv").to_numpy().tolist() == [
        ["007", "None", " NA "],
        ["", "nan", "1.50"],
    ]


def test_line_separators_of_other_alphabets_do_not_end_rows(tmp_path):
    (tmp_path / "a.csv").write_text("a,b\nx\u2028y\x0bz,\x85\n", encoding="utf-8")
    assert read_table(tmp_path / "a.csv").to_numpy().tolist() == [["x\u2028y\x0bz", "\x85"]]


def test_letters_as_they_stand_where_the_encoding_is_told(tmp_path):
    (tmp_path / "a.csv").write_text("a,b\nÃ¤,\ufffd\n", encoding="utf-8")
    with pytest.raises(SurveyError):
        read_table(tmp_path / "a.csv")
    lines = read_table(tmp_path / "a.csv", encoding="utf-8")
    assert lines.to_numpy().tolist() == [["Ã¤", "\ufffd"]]


def test_genuine_letters_are_not_taken_for_damage(tmp_path):
    text = "a,b\nÃo,â l’œuvre «Âge» Ã…\n"
    (tmp_path / "a.csv").write_text(text.replace("Ã…", "Ãœ…"), encoding="utf-8")
    with pytest.raises(SurveyError, match="'Ü' turned into UTF-8 twice"):
        read_table(tmp_path / "a.csv")
    (tmp_path / "a.csv").write_text(text.replace(" Ã…", ""), encoding="utf-8")
    assert read_table(tmp_path / "a.csv").iloc[0, 0] == "Ão"


def test_qualtrics_wording_comes_along(tmp_path):
    (tmp_path / "a.csv").write_text(
        'Q1,Q2\n"First, really",Second\n"{""ImportId"":""QID1""}","{""ImportId"":""QID2""}"\n4,11\n'
    )
    frame = read_table(tmp_path / "a.csv")
    assert frame.to_dict("list") == {"Q1": ["4"], "Q2": ["11"]}
    assert frame.attrs["wording"] == {"Q1": "First, really", "Q2": "Second"}


def test_spss_says_labels_and_user_missing(tmp_path):
    pyreadstat.write_sav(
        FRAME,
        tmp_path / "a.sav",
        column_labels={"t1": "I trust it"},
        variable_value_labels={"t1": {1: "No", -99: "Refused"}, "why": {"a": "A"}},
        missing_ranges={"t1": [{"lo": -99, "hi": -90}]},
    )
    frame = read_table(tmp_path / "a.sav")
    assert frame["t1"].tolist() == [1, 2, -99]
    assert frame.attrs["labels"]["t1"] == {1: "No", -99: "Refused"}
    assert frame.attrs["user_missing"] == {"t1": [(-99, -90)]}
    assert frame.attrs["wording"] == {"t1": "I trust it"}


@pytest.mark.parametrize("note", ["a: " + "[" * 70, "a: 2026-99-99", "a: &x [*x", "- b"])
def test_notes_that_are_no_provenance_of_ours_are_only_notes(note, tmp_path):
    notes = ["package: loyaltystudy", *[note] * 60]
    pyreadstat.write_sav(FRAME, tmp_path / "a.sav", note=notes)
    assert "provenance" not in read_table(tmp_path / "a.sav").attrs


def test_letter_codes_of_stata_are_missing(tmp_path):
    pyreadstat.write_dta(
        FRAME.astype({"t1": object}).assign(t1=[1, "a", 3]),
        tmp_path / "a.dta",
        missing_user_values={"t1": ["a"]},
    )
    frame = read_table(tmp_path / "a.dta")
    assert frame["t1"].isna().tolist() == [False, True, False]


def test_a_named_index_of_parquet_is_a_column(tmp_path):
    FRAME.rename_axis("id").to_parquet(tmp_path / "a.parquet")
    assert list(read_table(tmp_path / "a.parquet")) == ["id", "t1", "why"]


@pytest.mark.parametrize(
    ("start", "what"),
    [
        (b"PARE", "encrypted Parquet"),
        (b"ARROW1", "Feather"),
        (b"\x89HDF", "HDF5"),
        (b"SQLite format 3\0", "SQLite"),
        (b"RDX3\n", "R data"),
        (b"ASCII SPSS PORT FILE", "portable"),
        (b"HEADER RECORD*******LIB", "SAS transport"),
        (b"\x89PNG\r\n", "picture"),
        (b"{\\rtf1", "rich text"),
    ],
)
def test_other_kinds_are_named(start, what, tmp_path):
    (tmp_path / "a.dat").write_bytes(start + b"rest")
    with pytest.raises(SurveyError, match=what):
        kind_of(tmp_path / "a.dat")


@pytest.mark.parametrize(
    ("plain", "guarded"),
    [
        ("=1+1", "'=1+1"),
        ("+47 22", "'+47 22"),
        ("-", "'-"),
        ("@me", "'@me"),
        ("\tx", "'\tx"),
        ("\rx", "'\rx"),
        ("\nx", "'\nx"),
        ("'=x", "''=x"),
        ("''-x", "'''-x"),
        ("'quoted'", "'quoted'"),
        ("a=b", "a=b"),
        ("", ""),
    ],
)
def test_guarding_text(plain, guarded):
    assert guard_text(plain) == guarded
    assert unguard_text(guarded) == plain
