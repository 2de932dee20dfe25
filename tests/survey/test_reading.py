"""Kinds of files that people have: read where nothing is in doubt, else one message a cause."""

from __future__ import annotations

import time
import unicodedata

import numpy as np
import openpyxl
import pandas as pd
import pyreadstat
import pytest

from loyaltystudy.errors import MOST_LINES, SurveyError
from loyaltystudy.survey import load_codebook, make_codebook, read_study, read_table
from loyaltystudy.survey._notes import not_finished

TOP = {"study": "mine", "title": "Mine", "population": "customers"}


def book(**columns):
    """A codebook of numeric items 1..5, or of the entries given."""
    items = {n: e or {"answers": {"range": [1, 5]}} for n, e in columns.items()}
    return make_codebook({**TOP, "items": items, "scales": {"s": {"items": [*items]}}})


def written(folder, content, name="a.csv"):
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def message(*args, **options) -> str:
    with pytest.raises(SurveyError) as caught:
        read_study(*args, **options)
    return str(caught.value)


# ---- blank rows and cells


@pytest.mark.parametrize(
    "content",
    [
        "t1;t2\n1;2\n3;4\n;\n;\n",
        "t1,t2\n1,2\n3,4\n , \n\t,\n,\n",
        "t1\tt2\r\n1\t2\r\n3\t4\r\n\t\r\n",
        't1,t2\n1,2\n3,4\n"",""\n',
    ],
)
def test_blank_rows_below_are_no_respondents(content, tmp_path):
    assert read_study(written(tmp_path, content), book(t1={}, t2={})).n == 2


@pytest.mark.parametrize("below", [(None, None), ("", "  "), (" ", None)])
def test_blank_rows_of_a_sheet_are_no_respondents(below, tmp_path):
    made = openpyxl.Workbook()
    for row in [("t1", "t2"), (1, 2), (3, 4), below, below]:
        made.active.append(row)
    made.save(tmp_path / "a.xlsx")
    assert read_study(tmp_path / "a.xlsx", book(t1={}, t2={})).n == 2


@pytest.mark.parametrize(
    ("content", "rows"),
    [
        ("t1;t2\n1;2\n ;\n3;4\n", "row 2"),
        ("t1,t2\n,\n1,2\n,\n3,4\n", "rows 1, 3"),
        ("t1\tt2\n1\t2\n  \t  \n3\t4\n", "row 2"),
    ],
)
def test_blank_rows_between_answers_are_left_out_and_said(content, rows, tmp_path):
    study = read_study(written(tmp_path, content), book(t1={}, t2={}))
    assert study.answers.to_numpy().tolist() == [[1, 2], [3, 4]]
    assert f"No cell is filled in {rows} below the column names: left out" in "".join(study.notes)


def test_a_blank_row_between_rows_of_a_sheet_is_left_out_and_said(tmp_path):
    made = openpyxl.Workbook()
    for row in [("t1", "t2"), (1, 2), (" ", None), (3, 4)]:
        made.active.append(row)
    made.save(tmp_path / "a.xlsx")
    study = read_study(tmp_path / "a.xlsx", book(t1={}, t2={}))
    assert study.n == 2 and "filled in row 2 below" in "".join(study.notes)


def test_cells_of_spaces_are_missing(tmp_path):
    entry = {"kind": "text"}
    made = make_codebook({**TOP, "variables": {"why": entry, "w": {**entry}}})
    found = read_study(written(tmp_path, "why,w\n  ,a\nb,\t\n"), made).answers
    assert found["why"].isna().tolist() == [True, False]
    assert found["w"].isna().tolist() == [False, True]


# ---- decimals and encodings


@pytest.mark.parametrize(
    ("content", "weights"),
    [
        ("w;t1\n0,5;1\n1,5;2\n", [0.5, 1.5]),
        ("w\tt1\n0,5\t1\n2\t2\n", [0.5, 2]),
        ("w|t1\n-0,25|1\n1,75|2\n", [-0.25, 1.75]),
        ('w;t1\n"1,5";1\n;2\n', [1.5, np.nan]),
    ],
)
def test_decimal_commas_are_read_where_cells_are_cut_otherwise(content, weights, tmp_path):
    w = {"kind": "numeric", "answers": {"range": [-1, 10]}}
    made = make_codebook({**TOP, "variables": {"w": w}})
    study = read_study(written(tmp_path, content), made)
    np.testing.assert_equal(study.answers["w"].to_numpy(), np.array(weights, dtype=float))
    assert "Numbers were read with a decimal comma." in study.notes


def test_commas_and_points_in_one_file_leave_a_doubt(tmp_path):
    w = {"kind": "numeric", "answers": {"range": [0, 10]}}
    made = make_codebook({**TOP, "variables": {"w": w, "v": w}})
    path = written(tmp_path, "w;v\n0,5;1.25\n1,5;2\n")
    said = message(path, made)
    assert "say decimal=',' (--decimal ,)" in said and said.count("\n") == 1
    found = read_study(path, made, decimal=",").answers
    assert found["w"].tolist() == [0.5, 1.5] and found["v"].tolist() == [1.25, 2]


@pytest.mark.parametrize("price", ["1001-1500€", "€ 20", "500 €"])
def test_the_euro_of_windows_is_no_letter_of_a_mac(price, tmp_path):
    (tmp_path / "a.csv").write_bytes(f"t1,paid\n1,{price}\n".encode("cp1252"))
    assert read_table(tmp_path / "a.csv")["paid"].tolist() == [price]


@pytest.mark.parametrize("codec", ["cp1252", "cp850", "mac-roman", "latin-1"])
@pytest.mark.parametrize("word", ["Förtroende på lördag", "Kjøpt på Røros", "Straße für Öl"])
def test_letters_of_the_north_tell_their_encoding(codec, word, tmp_path):
    path = written(tmp_path, f"t1,why\n1,{word}\n".encode(codec))
    frame = read_table(path)
    assert frame["why"].tolist() == [word]
    assert frame.attrs["encoding_found"] in (codec, "cp1252")


@pytest.mark.parametrize("word", ["çãõ", "łódź", "Привет"])
def test_other_letters_leave_a_doubt(word, tmp_path):
    codec = {"çãõ": "cp1252", "łódź": "cp1250", "Привет": "cp1251"}[word]
    with pytest.raises(SurveyError, match="Name the right one"):
        read_table(written(tmp_path, f"t1,why\n1,{word}\n".encode(codec)))


# ---- codes in the frame in which they were declared


@pytest.mark.parametrize(
    ("entry", "everywhere"),
    [
        ({"kind": "numeric", "answers": {"range": [18, 99]}}, [99]),
        ({"kind": "nominal", "answers": {"codes": {1: "a", 9: "b"}}}, [9]),
        ({"kind": "ordinal", "answers": {"range": [-5, 5]}}, [-1]),
    ],
)
def test_a_code_is_no_answer_and_missing_at_once(entry, everywhere):
    with pytest.raises(SurveyError, match=r"are declared both as answers and as missing"):
        make_codebook({**TOP, "missing": everywhere, "variables": {"v": entry}})


def test_missing_codes_are_judged_before_recoding(tmp_path):
    """0 means no answer in the file; 1 becomes 0, which is an answer."""
    recode = {"1": 0, "2": 1, "3": 2}
    entry = {"answers": {"range": [0, 2]}, "recode": recode, "missing": [9, -1]}
    found = read_study(pd.DataFrame({"t1": [1, 2, 3, 9, -1]}), book(t1=entry)).answers["t1"]
    np.testing.assert_equal(found.to_numpy(), [0, 1, 2, np.nan, np.nan])
    entry = {"answers": {"range": [0, 2]}, "recode": recode, "missing": [0]}
    found = read_study(pd.DataFrame({"t1": [1, 2, 3, 0]}), book(t1=entry)).answers["t1"]
    np.testing.assert_equal(found.to_numpy(), [0, 1, 2, np.nan])
    entry = {"answers": {"range": [1, 5]}, "recode": {"vet ej": 8}, "missing": [8]}
    found = read_study(pd.DataFrame({"t1": ["1", "vet ej", "8"]}), book(t1=entry)).answers["t1"]
    np.testing.assert_equal(found.to_numpy(), [1, np.nan, np.nan])


def test_missing_may_stand_with_named_answers():
    made = make_codebook(
        {
            **TOP,
            "answers": {"agree": {"range": [1, 5], "missing": [9]}},
            "items": {"t1": {"answers": "agree"}},
            "scales": {"s": {"items": ["t1"]}},
        }
    )
    assert made.items["t1"].missing == (9,)


# ---- weights


@pytest.mark.parametrize("bad", [0, -1, -0.001])
def test_weights_of_nobody_are_told_and_left_out_like_missing_ones(bad):
    weight = {"kind": "numeric", "answers": {"range": [-1, 10]}}
    made = make_codebook(
        {
            **TOP,
            "items": {"t1": {"answers": {"range": [1, 5]}}},
            "scales": {"s": {"items": ["t1"]}},
            "variables": {"w": weight},
            "design": {"weight": "w"},
        }
    )
    study = read_study(pd.DataFrame({"t1": [1, 2, 3], "w": [1, bad, np.nan]}), made)
    np.testing.assert_equal(study.answers["w"].to_numpy(), [1, np.nan, np.nan])
    assert study.notes == (
        "column 'w': 1 weights of 0 or less; left out like missing weights wherever "
        "weights are used.",
    )
    assert "Note: column 'w'" in repr(study)


# ---- survey tools' header rows and names


def test_qualtrics_wording_finds_columns(tmp_path):
    rows = [
        "ResponseId,StartDate,EndDate,Finished,Status,Q1,Q2_1,Q2_2",
        "Response ID,Start,End,Finished,Type,I stay,How much? - I trust it,How much? - I like it",
        ",".join('"{""ImportId"":""x""}"' for _ in range(8)),
        "R1,a,b,True,IP Address,5,4,3",
        "R2,a,b,False,IP Address,2,1,1",
        "R3,a,b,True,Survey Preview,1,1,1",
    ]
    path = written(tmp_path, "\n".join(rows) + "\n")
    made = book(
        stay={"answers": {"range": [1, 5]}, "wording": {"en": "I stay"}},
        trust={"answers": {"range": [1, 5]}, "wording": {"en": "I trust it"}},
        like={"answers": {"range": [1, 5]}, "wording": {"en": "i LIKE  it"}},
    )
    study = read_study(path, made)
    assert study.answers.to_numpy().tolist() == [[5, 4, 3], [2, 1, 1], [1, 1, 1]]
    assert study.notes[0].startswith("1 previews and 1 unfinished answers are among the answers")
    kept = read_study(path, made, unfinished="leave out")
    assert kept.n == 1 and kept.notes[0].endswith("were left out; 1 of 3 rows are read.")
    with pytest.raises(SurveyError, match="unfinished='drop' is not known"):
        read_study(path, made, unfinished="drop")


def test_limesurvey_says_who_broke_off():
    frame = pd.DataFrame(
        {"id": [1, 2], "submitdate": ["2024-01-01", " "], "lastpage": [3, 1], "startlanguage": "sv"}
    )
    assert not_finished(frame)["unfinished answers"].tolist() == [False, True]


@pytest.mark.parametrize(
    "header",
    [
        "t1",
        "T1",
        "bonds/t1",
        "survey/bonds/t1",
        "G1[t1]",
        "t1. I trust this company",
        "G1[t1]. How much? [I trust this company]",
        "How much do you agree? [I trust this company]",
        "I TRUST  this company",
    ],
)
def test_headers_of_survey_tools_are_known(header):
    made = book(t1={"answers": {"range": [1, 5]}, "wording": {"en": "I trust this company"}})
    frame = pd.DataFrame({header: [4], "other": [1]})
    assert read_study(frame, made).answers["t1"].tolist() == [4]


def test_surveymonkey_has_two_header_rows(tmp_path):
    rows = [
        "Respondent ID,Collector ID,Start Date,How much do you agree?,,Any comment?,Sex",
        ",,,I trust it,I like it,Open-Ended Response,Response",
        "11,1,x,4,5,fine,1",
        "12,1,x,2,1,,2",
    ]
    five = {"answers": {"range": [1, 5]}}
    made = make_codebook(
        {
            **TOP,
            "items": {
                "t": {**five, "wording": {"en": "I trust it"}},
                "u": {**five, "wording": {"en": "I like it"}},
            },
            "scales": {"s": {"items": ["t", "u"]}},
            "variables": {"Sex": {"kind": "nominal", **five}},
        }
    )
    study = read_study(written(tmp_path, "\n".join(rows) + "\n"), made)
    assert study.answers[["t", "u", "Sex"]].to_numpy().tolist() == [[4, 5, 1], [2, 1, 2]]


@pytest.mark.parametrize(
    ("declared", "given"),
    [
        ("förtroende", unicodedata.normalize("NFD", "förtroende")),
        (unicodedata.normalize("NFD", "tillgivenhet_å"), "tillgivenhet_å"),
        ("Trust", "trust"),
    ],
)
def test_names_are_the_same_however_letters_are_composed(declared, given):
    frame = pd.DataFrame({given: [4], "x": [1]})
    assert read_study(frame, book(**{declared: None})).answers[declared].tolist() == [4]


def test_capitals_count_where_two_columns_differ_by_them():
    frame = pd.DataFrame({"trust": [4], "TRUST": [1]})
    with pytest.raises(SurveyError, match="column 'Trust' is missing"):
        read_study(frame, book(Trust=None))
    assert read_study(frame, book(trust=None)).answers["trust"].tolist() == [4]


@pytest.mark.parametrize(
    ("label", "cell"),
    [
        ("Don't know it", "Don’t know it"),
        ("Agree - fully", "agree – fully"),
        ('So "good"', "so “good”"),
        ("Ärligt", unicodedata.normalize("NFD", "ärligt")),
        ("more ...", "More …"),
    ],
)
def test_labels_are_the_same_with_straight_and_curly_marks(label, cell):
    entry = {"answers": {"codes": {1: "No", 2: label}}}
    assert read_study(pd.DataFrame({"t1": [cell]}), book(t1=entry)).answers["t1"].tolist() == [2]


# ---- what the codebook does not use


@pytest.mark.parametrize(
    "content",
    [
        "t1,note,note\n4,a,b\n2,c,d\n",
        ",t1\n1,4\n2,2\n",
        "t1,calc\n4,#DIV/0!\n2,#REF!\n",
        "x,x,t1,x\n,,4,\n,,2,\n",
    ],
)
def test_columns_that_nobody_uses_refuse_no_file(content, tmp_path):
    path = written(tmp_path, content)
    assert read_study(path, book(t1=None)).answers["t1"].tolist() == [4, 2]


def test_faulty_cells_of_a_sheet_are_told_where_they_are_used(tmp_path):
    made = openpyxl.Workbook()
    for row in [("t1", "t2", "calc"), (1, 2, "#DIV/0!"), (3, 4, "=A3/0"), (5, 5, "x")]:
        made.active.append(row)
    made.active.merge_cells("C4:C5")
    made.active["B3"].value, made.active["B3"].data_type = "#N/A", "e"
    made.save(tmp_path / "a.xlsx")
    assert read_study(tmp_path / "a.xlsx", book(t1=None)).answers["t1"].tolist() == [1, 3, 5]
    said = message(tmp_path / "a.xlsx", book(t1=None, t2=None))
    assert said.endswith("column 't2': cell B3 holds the error #N/A; put it right.")
    assert "cell C3 is a formula without a stored value" in message(
        tmp_path / "a.xlsx", book(calc=None)
    )


def test_a_date_out_of_range_in_a_column_nobody_uses(tmp_path):
    frame = pd.DataFrame({"t1": [1.0, 2.0], "day": [1e12, 13e9]})
    pyreadstat.write_sav(frame, str(tmp_path / "a.sav"), variable_format={"day": "DATE11"})
    table = read_table(tmp_path / "a.sav")
    assert table["day"].tolist() == ["33271-07-10", "1994-09-26"]
    assert read_study(tmp_path / "a.sav", book(t1=None)).answers["t1"].tolist() == [1, 2]


# ---- labels


@pytest.mark.parametrize("label", [".", "2 Disagree", "Rather not", "do not agree"])
def test_labels_that_contradict_nothing_are_read_with_a_note(label):
    frame = pd.DataFrame({"t1": [1.0, 2.0]})
    frame.attrs["labels"] = {"t1": {1.0: "No", 2.0: label}}
    study = read_study(frame, book(t1={"answers": {"codes": {1: "No", 2: "Disagree"}}}))
    assert study.answers["t1"].tolist() == [1, 2]
    assert study.notes == (
        f"column 't1': code 2 is {label!r} in the file, 'Disagree' in the codebook; taken for the "
        "same answer.",
    )


def test_a_label_of_another_code_is_an_error():
    frame = pd.DataFrame({"t1": [1.0, 2.0]})
    frame.attrs["labels"] = {"t1": {1.0: "Disagree"}}
    said = message(frame, book(t1={"answers": {"codes": {1: "No", 2: "Disagree"}}}))
    assert "code 1 is 'Disagree' in the file, but 'No' in the codebook (there 2 has" in said


# ---- names, columns read twice, many of everything


@pytest.mark.parametrize(
    ("name", "read"),
    [("007", "7"), ("yes", "True"), ("1e3", "1e3"), ("12", "12"), ("null", "None")],
)
def test_names_that_yaml_reads_otherwise_are_refused_with_the_line(name, read, tmp_path):
    path = tmp_path / "codebook.yaml"
    path.write_text(
        f"study: m\ntitle: M\npopulation: public\nvariables:\n  {name}:\n    kind: text\n"
    )
    if name == "1e3":  # YAML 1.1 wants a point in it: a name
        assert [*load_codebook(path).variables] == ["1e3"]
        return
    with pytest.raises(SurveyError, match=rf"line 5.*YAML reads this name as {read} \("):
        load_codebook(path)


@pytest.mark.parametrize(
    "broken",
    [
        {"blocks": {"a": [["s"]]}},
        {"blocks": {"a": [1, {"b": 2}]}},
        {"scales": {"s": {"items": [["t1"], 2]}}},
        {"scales": {"s": {"items": ["t1"], "construct": ["trust"]}}},
        {"items": {"t1": [1, 2]}},
        {"design": {"weight": ["t1"]}},
    ],
)
def test_lists_where_names_are_due_are_one_error(broken):
    raw = {
        **TOP,
        "items": {"t1": {"answers": {"range": [1, 5]}}},
        "scales": {"s": {"items": ["t1"]}},
    }
    with pytest.raises(SurveyError):
        make_codebook({**raw, **broken})


def test_bytes_and_lists_in_text_are_told():
    made = make_codebook({**TOP, "variables": {"why": {"kind": "text"}}})
    for cell in (b"bytes", ["a"], {"a": 1}):
        assert "text is needed" in message(pd.DataFrame({"why": [cell]}), made)


def test_a_column_may_be_read_twice_but_by_one_item_only():
    nps = {"answers": {"range": [0, 10]}}
    promoter = {
        "kind": "nominal",
        "column": "nps",
        "answers": {"codes": {0: "no", 1: "yes"}},
        "recode": {str(n): int(n > 8) for n in range(11)},
    }
    raw = {
        **TOP,
        "items": {"nps": nps},
        "scales": {"s": {"items": ["nps"]}},
        "variables": {"promoter": promoter},
    }
    found = read_study(pd.DataFrame({"nps": [0, 8, 9, 10]}), make_codebook(raw)).answers
    assert found["promoter"].tolist() == [0, 0, 1, 1] and found["nps"].tolist() == [0, 8, 9, 10]
    raw["items"]["again"] = {**nps, "column": "nps"}
    with pytest.raises(SurveyError, match="column 'nps' is read by 'nps' already"):
        make_codebook(raw)


def wide(n: int, wording=True):
    entry = {"answers": {"range": [1, 5]}}
    items = {f"i{k}": {**entry, "wording": {"en": f"Question {k} on trust"}} for k in range(n)}
    return make_codebook({**TOP, "items": items, "scales": {"s": {"items": ["i0", "i1"]}}})


def test_three_thousand_questions_are_found_by_wording_at_once():
    made, start = wide(3000), time.perf_counter()
    frame = pd.DataFrame([[3] * 3000] * 5, columns=[f"Question {k} on trust" for k in range(3000)])
    assert read_study(frame, made).answers.shape == (5, 3000)
    assert time.perf_counter() - start < 10  # under a second where nothing else runs


def test_no_message_is_longer_than_forty_lines():
    made = wide(300)
    many = pd.DataFrame([[9] * 300] * 3, columns=[f"i{k}" for k in range(300)])
    said = message(many, made)
    assert said.count("\n") + 1 == MOST_LINES
    assert said.startswith("answers (row 1 is the first respondent): 300 problems.")
    assert said.endswith("- and 262 more.")
    few = pd.DataFrame({"i0": [1]})
    assert len(message(few, made)) < 2000


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ("Anna Svensson", "a text of 13 characters"),
        ("anna@example.com", "a text of 16 characters"),
        ("19820230-1234", "a text of 13 characters"),
        ("Anna", "a text of 4 characters"),
        ("liv-grete", "a text of 9 characters"),
        ("Strongly agree!", "'Strongly agree!'"),
        ("5 - Stämmer helt", "'5 - Stämmer helt'"),
        ("kanske", "'kanske'"),
    ],
)
def test_messages_mask_what_reads_like_no_answer(cell, shown):
    said = message(pd.DataFrame({"t1": [cell]}), book(t1=None))
    assert f"column 't1': {shown} is text where a number is due, in row 1." in said


def test_identifiers_are_in_no_message():
    made = make_codebook(
        {**TOP, "variables": {"why": {"kind": "text"}}, "design": {"respondent": "id"}}
    )
    said = message(pd.DataFrame({"id": ["anna", "anna", "bo", "bo"], "why": "x"}), made)
    assert said.splitlines()[1:] == [
        "- column 'id': one respondent stands in rows 1, 2; keep one row.",
        "- column 'id': one respondent stands in rows 3, 4; keep one row.",
    ]
