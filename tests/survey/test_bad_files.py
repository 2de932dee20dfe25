# ruff: noqa: E501 (one bad file a line reads best as a table)
"""Bad files: each one clear SurveyError, or read right; none wrong in silence; no other error."""

from __future__ import annotations

import datetime
import io
import random
import re
import zipfile

import numpy as np
import openpyxl
import pandas as pd
import pyreadstat
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from loyaltystudy.errors import SurveyError
from loyaltystudy.survey._codebook import make_codebook
from loyaltystudy.survey._files import read_table
from loyaltystudy.survey._study import read_study

LABELS = {
    1: {"en": "Disagree", "sv": "Tar avstånd", "nb": "Uenig"},
    2: {"en": "Neither", "sv": "Varken eller", "nb": "Verken eller"},
    3: {"en": "Agree", "sv": "Håller med", "nb": "Enig"},
}
BOOK = make_codebook(
    {
        "study": "bad",
        "title": "Bad files",
        "population": "customers",
        "languages": ["en", "sv", "nb"],
        "missing": [-99],
        "items": {
            "t1": {
                "answers": {"range": [1, 7]},
                "wording": {"en": "I trust it", "sv": "Jag litar"},
            },
            "t2": {"answers": {"codes": LABELS}, "wording": {"en": "I rely on it"}},
        },
        "scales": {"trust": {"items": ["t1"]}},
        "variables": {"why": {"kind": "text"}},
        "design": {"respondent": "id"},
    }
)
RIGHT = pd.DataFrame(
    {"t1": [5.0, 7.0, np.nan], "t2": [1.0, 3.0, 2.0], "why": ["därför", "None", "NA"]},
    index=pd.Index([1, 2, 3], name="respondent"),
)
CSV = "id,t1,t2,why\n1,5,1,därför\n2,7,3,None\n3,,2,NA\n"
FRAME = pd.DataFrame(
    {"id": [1.0, 2, 3], "t1": [5.0, 7, np.nan], "t2": [1.0, 3, 2], "why": ["därför", "None", "NA"]}
)


def semicolons(text: str = CSV) -> str:
    return text.replace(",", ";")


def workbook(rows=None, change=None) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in rows or [
        ["id", "t1", "t2", "why"],
        *FRAME.astype(object).where(FRAME.notna(), None).to_numpy().tolist(),
    ]:
        sheet.append(row)
    if change:
        change(book, sheet)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def parquet(frame=FRAME) -> bytes:
    stream = io.BytesIO()
    frame.to_parquet(stream, index=False)
    return stream.getvalue()


@pytest.fixture
def spss(tmp_path):
    return lambda **options: statistical(tmp_path, "sav", **options)


def statistical(folder, kind, frame=FRAME, **options) -> bytes:
    path = folder / f"made.{kind}"
    (pyreadstat.write_sav if kind == "sav" else pyreadstat.write_dta)(frame, str(path), **options)
    return path.read_bytes()


def read(folder, name: str, content: bytes | str, **options):
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_study(read_table(path, **options) if options else path, BOOK)


SV = {"id": [1, 2, 3], "t1": [5, 7, None], "t2": ["Tar avstånd", "Håller med", "Varken eller"]}
READ_RIGHT = {
    "UTF-8": ("a.csv", CSV.encode(), {}),
    "UTF-8 with mark": ("a.csv", CSV.encode("utf-8-sig"), {}),
    "UTF-16 with mark": ("a.csv", CSV.encode("utf-16"), {}),
    "UTF-16 big-endian with mark": ("a.csv", b"\xfe\xff" + CSV.encode("utf-16-be"), {}),
    "UTF-32 with mark": ("a.csv", CSV.encode("utf-32"), {}),
    "cp1252 told": ("a.csv", CSV.encode("cp1252"), {"encoding": "cp1252"}),
    "cp1252 found": ("a.csv", CSV.encode("cp1252"), {}),
    "cp850 found": ("a.csv", CSV.encode("cp850"), {}),
    "mac-roman found": ("a.csv", CSV.encode("mac-roman"), {}),
    "row names of R": (
        "a.csv",
        CSV.replace("\n", "\n9,").replace("id", ",id", 1)[:-2].encode(),
        {},
    ),
    "column in capitals": ("a.csv", CSV.replace("t2", "T2").encode(), {}),
    "UTF-16 without mark told": ("a.csv", CSV.encode("utf-16-le"), {"encoding": "utf-16-le"}),
    "semicolons": ("a.csv", semicolons().encode(), {}),
    "tabs, UTF-16 (Qualtrics)": ("a.tsv", CSV.replace(",", "\t").encode("utf-16"), {}),
    "bars": ("a.txt", CSV.replace(",", "|").encode(), {}),
    "carets told": ("a.txt", CSV.replace(",", "^").encode(), {"delimiter": "^"}),
    "Excel's sep= line": ("a.csv", ("sep=;\n" + semicolons()).encode(), {}),
    "CR line ends": ("a.csv", CSV.replace("\n", "\r").encode(), {}),
    "CRLF line ends": ("a.csv", CSV.replace("\n", "\r\n").encode(), {}),
    "no last line end": ("a.csv", CSV.strip().encode(), {}),
    "blank lines": ("a.csv", ("\n" + CSV.replace("\n2", "\n\n2") + "\n\n").encode(), {}),
    "all quoted": ("a.csv", re.sub(r"([^,\n]+)", r'"\1"', CSV).encode(), {}),
    "spaces around": ("a.csv", CSV.replace(",t2", ", t2 ").replace(",3,", ", 3 ,").encode(), {}),
    "numbers with .0": ("a.csv", CSV.replace(",7,", ",7.0,").replace("1,5", "1.0,5").encode(), {}),
    "trailing delimiters": ("a.csv", CSV.replace("\n", ",\n").encode(), {}),
    "no extension": ("answers", CSV.encode(), {}),
    "missing code": ("a.csv", CSV.replace("3,,", "3,-99,").encode(), {}),
    "labels of three languages": (
        "a.csv",
        CSV.replace(",1,", ",DISAGREE,")
        .replace(",3,", ", håller  med,")
        .replace(",2,N", ",verken eller,N")
        .encode(),
        {},
    ),
    "labels and codes mixed": ("a.csv", CSV.replace(",3,", ",Agree,").encode(), {}),
    "wording as header": (
        "a.csv",
        CSV.replace("t1", "i trust  IT").replace("t2", "Q? [I rely on it]").encode(),
        {},
    ),
    "LimeSurvey headers": (
        "a.csv",
        CSV.replace("t1", "G01Q01[t1]").replace("t2", "t[t2]").encode(),
        {},
    ),
    "Qualtrics' three header rows": (
        "a.csv",
        CSV.replace(
            "why\n",
            'why\nId,"I trust\nit","I rely",Why\n"{""ImportId"":""_id""}","{""ImportId"":""Q1""}",'
            '"{""ImportId"":""Q2""}","{""ImportId"":""Q3""}"\n',
        ).encode(),
        {},
    ),
    "XLSX": ("a.xlsx", workbook(), {}),
    "XLSX, numbers as text": (
        "a.xlsx",
        workbook(
            [
                ["id", "t1", "t2", "why"],
                ["1", "5", "1", "därför"],
                ["2", "7", "3", "None"],
                ["3", None, "2", "NA"],
            ]
        ),
        {},
    ),
    "XLSX, empty rows below": (
        "a.xlsx",
        workbook(change=lambda b, s: s.append([None, "", None, None])),
        {},
    ),
    "XLSX, empty second sheet": (
        "a.xlsx",
        workbook(change=lambda b, s: b.create_sheet("more")),
        {},
    ),
    "XLSX, sheet told": (
        "a.xlsx",
        workbook(change=lambda b, s: b.create_sheet("more").append([1])),
        {"sheet": "Sheet"},
    ),
    "Parquet": ("a.parquet", parquet(), {}),
    "Parquet, whole numbers": (
        "a.parquet",
        parquet(FRAME.astype({"id": int, "t1": "Int8", "t2": "int8"})),
        {},
    ),
    "Parquet, categories": (
        "a.parquet",
        parquet(FRAME.astype({"why": "category", "t2": "category"})),
        {},
    ),
}


@pytest.mark.parametrize("case", READ_RIGHT)
def test_is_read_right(case, tmp_path):
    name, content, options = READ_RIGHT[case]
    study = read(tmp_path, name, content, **options)
    pd.testing.assert_frame_equal(study.answers, RIGHT, check_dtype=False)


@pytest.mark.parametrize("kind", ["sav", "dta"])
def test_statistical_files_are_read_right(kind, tmp_path):
    labels = {"t2": {1: "uenig", 2: "Verken Eller", 3: "enig"}}
    content = statistical(tmp_path, kind, variable_value_labels=labels)
    study = read(tmp_path, f"a.{kind}", content)
    pd.testing.assert_frame_equal(study.answers, RIGHT, check_dtype=False)


def test_compressed_spss_and_old_stata_are_read_right(tmp_path):
    for options in ({"compress": True}, {"row_compress": True}):
        study = read(tmp_path, "a.sav", statistical(tmp_path, "sav", **options))
        pd.testing.assert_frame_equal(study.answers, RIGHT, check_dtype=False)
    for version in (8, 10, 12, 13):
        content = statistical(tmp_path, "dta", version=version)
        for said in ({"encoding": "utf-8"}, {}):  # found, since all its texts are UTF-8
            study = read(tmp_path, "a.dta", content, **said)
            pd.testing.assert_frame_equal(study.answers, RIGHT, check_dtype=False)


@pytest.mark.parametrize(
    ("codec", "word", "found"),
    [
        ("utf-8", "Göteborg", "utf-8"),
        ("cp1252", "Göteborg", "cp1252"),
        ("cp850", "Blåbær", "cp850"),
        ("utf-8", "budističkoj", "utf-8"),
        ("cp1252", "Andalucía", None),  # no letters of the north: a doubt
    ],
)
@pytest.mark.parametrize("version", [114, 118])
def test_the_encoding_of_a_stata_file_is_found_where_it_leaves_no_doubt(
    tmp_path, codec, word, found, version
):
    """Older files say none; newer ones should be UTF-8, and some programs write other bytes."""
    data, path = word.encode(codec), tmp_path / "a.dta"
    stand_in = "x" * len(data)
    pd.DataFrame({"town": [stand_in, "Oslo"]}).to_stata(path, version=version, write_index=False)
    path.write_bytes(path.read_bytes().replace(stand_in.encode(), data))
    if found is None:
        with pytest.raises(SurveyError, match="as cp1252 it reads .'Andalucía'"):
            read_table(path)
        assert read_table(path, encoding="cp1252")["town"][0] == word
        return
    frame = read_table(path)
    assert frame["town"].tolist() == [word, "Oslo"]
    assert frame.attrs["encoding_found"] == (None if version == 118 and codec == "utf-8" else found)


def merged(book, sheet):
    sheet.insert_rows(1)
    sheet["A1"] = "All answers"
    sheet.merge_cells("A1:D1")


def questions(book, sheet):
    """A question over its items, merged; below it what it lists; others over both rows."""
    sheet.insert_rows(1)
    for cell, text in {"A1": "id", "B1": "Agree?", "D1": "why", "A2": None, "D2": None}.items():
        sheet[cell] = text
    for area in ("A1:A2", "B1:C1", "D1:D2"):
        sheet.merge_cells(area)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", CSV.replace("why\n", "why\nId,I trust,I rely,Why\n"), "as the wording of the"),
        ("a.csv", CSV.replace("why\n", "why\n,I trust (1-7),I rely (1-7),\n"), "as the wording"),
        ("a.csv", "Our survey,,,\n" + CSV, "The first row is a title"),
        (
            "a.csv",
            CSV.replace("id,t1,t2,why", "id,Agree?,,why\n,t1,t2,"),
            "a question, and below it what it lists",
        ),
        ("a.xlsx", merged, "The first row is a title"),
        ("a.xlsx", questions, "a question, and below it what it lists"),
    ],
)
def test_a_second_row_of_names_is_known_and_told(tmp_path, name, content, said):
    content = workbook(change=content) if callable(content) else content
    study = read(tmp_path, name, content)
    pd.testing.assert_frame_equal(study.answers, RIGHT, check_dtype=False)
    assert any(said in note for note in study.notes)


@pytest.mark.parametrize(
    "content",
    [
        "id,t1,t2,why\na,much,some,x\n2,7,3,y\n3,5,2,z\n4,5,2,w\n",  # a few words of one person
        "id,t1,,\n1,5,x,y\n2,7,x,w\n3,7,z,y\n4,5,u,v\n",  # columns without names, with answers
        "id,t1,t2,why\nx,often,seldom,a\ny,seldom,often,b\nz,often,often,c\nu,seldom,often,d\n",
    ],
)
def test_answers_in_words_are_no_second_row_of_names(tmp_path, content):
    (tmp_path / "a.csv").write_text(content)
    frame = read_table(tmp_path / "a.csv")
    assert len(frame) == 4 and "header_said" not in frame.attrs


def zipped(**files) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), content)
    return stream.getvalue()


def without_values(book, sheet):
    sheet["B2"] = "=2+3"


T1 = "column 't1': "
BAD = {
    "empty": ("a.csv", b"", "a.csv: the file is empty."),
    "only line ends": ("a.csv", b"\n\r\n", "a.csv: the file is empty."),
    "header only": ("a.csv", b"id,t1,t2,why\n", "no respondents; a header and one row"),
    "blank header": ("a.csv", b",,,\n1,5,1,x\n", "the first row is blank; it must hold"),
    "blank header and cells": ("a.csv", b",,,\n,,,\n", "the file is empty"),
    "letters of two encodings": (
        "a.csv",
        CSV.replace("därför", "õÕ").encode("cp1252"),
        "(line 2) is not UTF-8. The word reads 'õÕ' in cp1252",
    ),
    "no usual letters": (
        "a.csv",
        CSV.replace("därför", "łódź").encode("cp1250"),
        "Name the right one, e.g. ",
    ),
    "UTF-16 without mark": (
        "a.csv",
        CSV.encode("utf-16-le"),
        "zero bytes: it is not text, or it is UTF-16 without its mark",
    ),
    "UTF-16 cut short": ("a.csv", CSV.encode("utf-16")[:-1], "is not UTF-16"),
    "UTF-8 twice": (
        "a.csv",
        CSV.encode().decode("cp1252").encode(),
        "line 2 reads 'Ã¤', which is 'ä' turned into UTF-8 twice",
    ),
    "letters lost": ("a.csv", CSV.replace("ä", "\ufffd").encode(), "line 2 holds U+FFFD"),
    "two delimiters fit": (
        "a.csv",
        b"id,t1;t2,why\n1,5;1,x\n2,7;3,y\n",
        "',' and ';' both cut every row",
    ),
    "ragged": (
        "a.csv",
        CSV.replace("2,7,3", "2,7").encode(),
        "the header has 4 cells, but row 2 has another number",
    ),
    "unquoted delimiter": (
        "a.csv",
        CSV.replace("därför", "a, b").encode(),
        "row 1 has another number. Quote cells",
    ),
    "decimal commas cut cells": (
        "a.csv",
        CSV.replace(",5,", ",5,0,").encode(),
        "row 1 has another number",
    ),
    "decimal commas": (
        "a.csv",
        semicolons().replace(";5;", ";5,5;").encode(),
        T1 + "5.5 is not among 1..7 (whole numbers), in row 1.",
    ),
    "points for thousands": (
        "a.csv",
        semicolons().replace(";5;", ";5.000;").encode(),
        T1 + "'5.000' may be a decimal or stand for thousands, in row 1.",
    ),
    "open quote": (
        "a.csv",
        CSV.replace("därför", '"därför').encode(),
        "line 4: unexpected end of data. A quotation mark is open",
    ),
    "quote inside": (
        "a.csv",
        CSV.replace("därför", '"där"för').encode(),
        "A quotation mark is open or stands inside",
    ),
    "huge cell": (
        "a.csv",
        CSV.replace("därför", "x" * 200_000).encode(),
        "field larger than field limit",
    ),
    "title above header": (
        "a.csv",
        ("Survey 2024\n" + CSV).encode(),
        "the header has 1 cell, but rows 1, 2, 3, 4 have",
    ),
    "no header": (
        "a.csv",
        CSV.split("\n", 1)[1].encode(),
        "column 't2' is missing. Columns of the file: ['1', '5', 'därför']",
    ),
    "total row": (
        "a.csv",
        (CSV + "Mean,6,2,\n").encode() + b"Mean,6,2,\n",
        "one respondent stands in rows 4, 5; keep one row.",
    ),
    "doubled column": (
        "a.csv",
        CSV.replace("t2", "t1").encode(),
        "column 't1' stands in the file 2 times; keep one.",
    ),
    "missing column": (
        "a.csv",
        CSV.replace("t2", "t02").encode(),
        "column 't2' is missing. Near: ['t02'",
    ),
    "doubled respondent": (
        "a.csv",
        CSV.replace("\n2", "\n1").encode(),
        "column 'id': one respondent stands in rows 1, 2; keep one row.",
    ),
    "doubled by decimals": (
        "a.csv",
        CSV.replace("\n2", "\n1.0").encode(),
        "column 'id': one respondent stands in rows 1, 2; keep one row.",
    ),
    "blank respondent": (
        "a.csv",
        CSV.replace("\n2", "\n ").encode(),
        "column 'id': no respondent in row 2.",
    ),
    "shifted codes": (
        "a.csv",
        CSV.replace(",1,", ",0,").encode(),
        "column 't2': 0 is not among 1, 2, 3, in row 1.",
    ),
    "shifted columns": (
        "a.csv",
        CSV.replace("2,7,3,None", "2,None,7,3").encode(),
        T1
        + "'None' is text where a number is due, in row 2. If it stands for no answer, declare `recode: {'None': null}`.",
    ),
    "unknown label": (
        "a.csv",
        CSV.replace(",3,", ",Strongly agree,").encode(),
        "column 't2': 'Strongly agree' is no declared label, in row 2. Declared: ['Disagree / Tar avstånd / Uenig'",
    ),
    "NA in numbers": (
        "a.csv",
        CSV.replace(",7,", ",NA,").encode(),
        "'NA' is text where a number is due, in row 2. If it stands for no answer",
    ),
    "nan in numbers": (
        "a.csv",
        CSV.replace(",7,", ",nan,").encode(),
        "'nan' is text where a number is due",
    ),
    "infinite": (
        "a.csv",
        CSV.replace(",7,", ",inf,").encode(),
        "'inf' is text where a number is due",
    ),
    "too large": ("a.csv", CSV.replace(",7,", ",1e999,").encode(), "inf is not among 1..7"),
    "date for number": (
        "a.csv",
        CSV.replace(",7,", ",07.mar,").encode(),
        "'07.mar' is text where a number is due, in row 2. It reads like a date",
    ),
    "thousands": (
        "a.csv",
        CSV.replace(",7,", ',"7,000",').encode(),
        "'7,000' is text where a number is due",
    ),
    "percent": (
        "a.csv",
        CSV.replace(",7,", ",70%,").encode(),
        "'70%' is text where a number is due",
    ),
    "Unicode minus": (
        "a.csv",
        CSV.replace(",7,", ",−7,").encode(),
        "'−7' is text where a number is due",
    ),
    "half answers": (
        "a.csv",
        CSV.replace(",7,", ",6.5,").encode(),
        "6.5 is not among 1..7 (whole numbers), in row 2.",
    ),
    "LimeSurvey's own codes": (
        "a.csv",
        CSV.replace(",7,", ",A7,").encode(),
        "'A7' is text where a number is due",
    ),
    "several answers in a cell": (
        "a.csv",
        CSV.replace(",3,", ',"Agree, Neither",').encode(),
        "'Agree, Neither' is no declared label",
    ),
    "one wording, two columns": (
        "a.csv",
        CSV.replace("t1", "X [I trust it]")
        .replace("why", "why,I trust it")
        .replace("r\n", "r,5\n")
        .replace("None", "None,6")
        .replace("NA", "NA,1")
        .encode(),
        "'t1' is found in ['X [I trust it]', 'I trust it'] alike",
    ),
    "web page": (
        "a.csv",
        b"\n<!DOCTYPE html><html><body>Log in</body></html>",
        "this is a web page or XML",
    ),
    "JSON": ("a.csv", b'[{"id": 1, "t1": 5}]', "this is JSON"),
    "gzip": ("a.csv", b"\x1f\x8b\x08\x00rest", "this is a gzip archive. Unpack it."),
    "PDF": ("a.csv", b"%PDF-1.7 rest", "this is a PDF"),
    "zip archive": ("a.zip", zipped(a_csv=CSV), "this is a zip archive. Unpack it."),
    "OpenDocument": ("a.ods", zipped(content_xml="<x/>"), "this is an OpenDocument file"),
    "binary workbook": ("a.xlsb", zipped(xl__workbook_bin="x"), "this is a binary workbook"),
    "old workbook": (
        "a.xls",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest",
        "an old .xls or a password-protected workbook",
    ),
    "workbook named .csv": (
        "a.csv",
        workbook(),
        "the content is an XLSX workbook, the extension says delimited text. Rename it to end in .xlsx.",
    ),
    "text named .xlsx": (
        "a.xlsx",
        CSV.encode(),
        "this is not an XLSX workbook: it is damaged, or another kind of file under this name",
    ),
    "text named .sav": ("a.sav", CSV.encode(), "this is not an SPSS file"),
    "Parquet named .dta": (
        "a.dta",
        parquet(),
        "the content is a Parquet file, the extension says a Stata file",
    ),
    "workbook cut short": ("a.xlsx", workbook()[:-300], "a damaged or truncated workbook"),
    "workbook without sheets": ("a.xlsx", zipped(xl__workbook_xml="<x/>"), "not readable as XLSX"),
    "merged answers": (
        "a.xlsx",
        workbook(change=lambda b, s: s.merge_cells("B2:B3")),
        "cells B2:B3 are merged",
    ),
    "title row": (
        "a.xlsx",
        workbook([["Answers"], ["id", "t1", "t2", "why"], [1, 5, 1, "x"]]),
        "3 of 4 columns hold cells but have no name in the first row",
    ),
    "dates in numbers": (
        "a.xlsx",
        workbook(change=lambda b, s: setattr(s["B3"], "value", datetime.date(2024, 3, 2))),
        "'2024-03-02' is text where a number is due, in row 2. It reads like a date",
    ),
    "truth in numbers": (
        "a.xlsx",
        workbook(change=lambda b, s: setattr(s["B3"], "value", True)),
        "'True' is text where a number is due",
    ),
    "formula without value": (
        "a.xlsx",
        workbook(change=without_values),
        "cell B2 is a formula without a stored value",
    ),
    "error value": (
        "a.xlsx",
        workbook(change=lambda b, s: setattr(s["B2"], "value", "#N/A")),
        "cell B2 holds the error #N/A",
    ),
    "two full sheets": (
        "a.xlsx",
        workbook(change=lambda b, s: b.create_sheet("more").append([1])),
        "2 sheets hold cells: ['Sheet', 'more']. Say which",
    ),
    "empty workbook": (
        "a.xlsx",
        workbook(change=lambda b, s: s.delete_rows(1, 9)),
        "the file is empty",
    ),
    "stray cell": (
        "a.xlsx",
        workbook(change=lambda b, s: s.cell(1_048_576, 16_000, "x")),
        "a stray cell far out",
    ),
    "Parquet cut short": ("a.parquet", parquet()[:-20], "not readable as Parquet"),
    "Parquet with lists": (
        "a.parquet",
        parquet(FRAME.assign(t1=[[1], [2], [3]])),
        T1 + "cells hold lists",
    ),
    "Parquet with dates": (
        "a.parquet",
        parquet(FRAME.assign(t1=pd.Timestamp("2024-01-02"))),
        "It reads like a date",
    ),
    "Parquet with truths": (
        "a.parquet",
        parquet(FRAME.assign(t1=True)),
        "'True' is text where a number is due",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_is_one_clear_error(case, tmp_path):
    name, content, message = BAD[case]
    with pytest.raises(SurveyError) as caught:
        read(tmp_path, name, content)
    assert message in str(caught.value)


def test_at_least_sixty_kinds():
    assert len(BAD) >= 60


def test_spss_disagreements_stop_the_import(spss, tmp_path):
    def error(**options):
        with pytest.raises(SurveyError) as caught:
            read(tmp_path, "a.sav", spss(**options))
        return caught.value.problems

    turned = {"t2": {1: "Agree", 2: "Neither", 3: "Disagree"}}
    assert error(variable_value_labels=turned)[0] == (
        "column 't2': code 1 is 'Agree' in the file, but 'Disagree / Tar avstånd / Uenig' in the "
        "codebook (there 3 has that label). Correct the one that is wrong, or declare `recode`."
    )
    shifted = {"t2": {0: "Disagree"}}
    assert (
        "code 0 is 'Disagree' in the file, but without a label"
        in error(variable_value_labels=shifted)[0]
    )
    assert error(missing_ranges={"t1": [7]}) == (
        "column 't1': the file calls 7 missing, the codebook an answer, in row 2. "
        "Put one of them right.",
    )
    assert error(frame=FRAME.fillna({"t1": -1}), missing_ranges={"t1": [{"lo": -9, "hi": -1}]}) == (
        "column 't1': -1 is not among 1..7 (whole numbers), in row 3. The file calls it missing: "
        "declare it under `missing`.",
    )


def test_user_missing_that_the_codebook_declares_is_missing(spss, tmp_path):
    content = spss(frame=FRAME.fillna({"t1": -99}), missing_ranges={"t1": [-99]})
    pd.testing.assert_frame_equal(
        read(tmp_path, "a.sav", content).answers, RIGHT, check_dtype=False
    )


def test_every_truncation_of_spss_and_stata_is_told(tmp_path):
    for kind in ("sav", "dta"):
        whole = statistical(tmp_path, kind)
        for end in random.Random(1).sample(range(1, len(whole) - 60), 12):
            with pytest.raises(SurveyError):
                read(tmp_path, f"a.{kind}", whole[:end])


def test_spss_that_promises_more_rows_is_told(tmp_path, spss):
    content = bytearray(spss())
    content[80:84] = (7).to_bytes(4, "little")
    with pytest.raises(SurveyError):
        read(tmp_path, "a.sav", bytes(content))


def test_all_problems_at_once(tmp_path):
    with pytest.raises(SurveyError) as caught:
        read(tmp_path, "a.csv", "id,t1,why\n1,9,x\n1,oh,y\n")
    assert str(caught.value).splitlines() == [
        "answers (row 1 is the first respondent): 4 problems.".replace("answers", "a.csv"),
        "- column 't2' is missing. Columns of the file: ['id', 't1', 'why'].",
        "- column 't1': 'oh' is text where a number is due, in row 2.",
        "- column 't1': 9 is not among 1..7 (whole numbers), in row 1.",
        "- column 'id': one respondent stands in rows 1, 2; keep one row.",
    ]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"encoding": "utf-88"}, "encoding='utf-88' is not known"),
        ({"encoding": "rot13"}, "encoding='rot13' is not known"),
        ({"encoding": "ascii"}, "is not ASCII"),
        (
            {"encoding": "cp1252"},
            "encoding='cp1252' was given, but the file is UTF-8. Leave it out.",
        ),
        ({"delimiter": ";;"}, "delimiter=';;' is not one character"),
        ({"delimiter": "\n"}, "is not one character that can part cells"),
        ({"sheet": "one"}, "sheet= means nothing for a text file"),
    ],
)
def test_bad_options(options, message, tmp_path):
    with pytest.raises(SurveyError, match=re.escape(message)):
        read(tmp_path, "a.csv", CSV, **options)


def test_latin_1_told_of_cp1252(tmp_path):
    content = CSV.replace("därför", "10 €").encode("cp1252")
    with pytest.raises(SurveyError, match=r"line 2 holds a control character \('\\x80'\)"):
        read(tmp_path, "a.csv", content, encoding="latin-1")
    assert read(tmp_path, "a.csv", content, encoding="cp1252").answers["why"].iloc[0] == "10 €"


def test_no_file_and_a_folder(tmp_path):
    with pytest.raises(SurveyError, match=r"No file 'none\.csv' here"):
        read_table(tmp_path / "none.csv")
    with pytest.raises(SurveyError, match="is a folder"):
        read_table(tmp_path)


def test_blank_lines_of_one_column_are_asked_about(tmp_path):
    (tmp_path / "a.csv").write_text("t1\n5\n\n7\n")
    with pytest.raises(SurveyError, match="one column only, and row 2 is blank"):
        read_table(tmp_path / "a.csv")
    (tmp_path / "a.csv").write_text('t1\n5\n""\n7\n')
    assert read_table(tmp_path / "a.csv")["t1"].tolist() == ["5", "", "7"]


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    folder = tmp_path_factory.mktemp("whole")
    return folder, {
        "csv": CSV.encode(),
        "xlsx": workbook(),
        "parquet": parquet(),
        "sav": statistical(folder, "sav"),
        "dta": statistical(folder, "dta"),
    }


DAMAGE = st.lists(
    st.tuples(
        st.sampled_from(["flip", "cut", "insert", "drop", "double", "swap"]),
        st.integers(0, 10**6),
        st.binary(min_size=1, max_size=6),
    ),
    min_size=1,
    max_size=4,
)


BOUNDED = {
    "deadline": None,
    "derandomize": True,
    "suppress_health_check": [HealthCheck.function_scoped_fixture],
}


@pytest.mark.parametrize("kind", ["csv", "xlsx", "parquet"])
@settings(max_examples=120, **BOUNDED)
@given(damage=DAMAGE)
def test_random_damage_raises_nothing_else(kind, whole, damage):
    read_damaged(kind, whole, damage)


@pytest.mark.parametrize("kind", ["sav", "dta"])  # a process each: fewer here, more in benchmarks
@settings(max_examples=15, **BOUNDED)
@given(damage=DAMAGE)
def test_random_damage_of_statistical_files_raises_nothing_else(kind, whole, damage):
    read_damaged(kind, whole, damage)


def read_damaged(kind, whole, damage):
    folder, files = whole
    content = bytearray(files[kind])
    for how, where, what in damage:
        at = where % max(len(content), 1)
        if how == "flip":
            content[at : at + len(what)] = what
        elif how == "cut":
            del content[at:]
        elif how == "insert":
            content[at:at] = what
        elif how == "drop":
            del content[at : at + 8 * len(what)]
        elif how == "double":
            content[at:at] = content[at : at + 40]
        else:
            content = content[at:] + content[:at]
    path = folder / f"damaged.{kind}"
    path.write_bytes(bytes(content))
    try:
        study = read_study(path, BOOK)
    except SurveyError as error:
        assert str(error)
    else:  # what gets through is declared
        assert study.answers["t1"].dropna().between(1, 7).all()
        assert study.answers["t2"].dropna().isin([1, 2, 3]).all()
        assert study.answers.index.is_unique
