"""Cells of one column as codes, and each cell that has none."""

import numpy as np
import pandas as pd
import pytest

from loyaltystudy.errors import VALUE
from loyaltystudy.survey import make_codebook
from loyaltystudy.survey._values import check_column, masked_cell, plain, thousands

YES_NO = {"codes": {1: {"en": "Yes", "sv": "Ja"}, 2: {"en": "No", "sv": "Nej"}}}


def entry(answers=None, kind="nominal", **more):
    book = {"study": "s", "title": "S", "population": "customers"}
    column = {"kind": kind, "answers": answers or YES_NO, **more}
    return make_codebook({**book, "variables": {"v": column}}).variables["v"]


def checked(cells, column=None, **options):
    column = entry() if column is None else column
    values, faults = check_column(pd.Series(cells), column, column.missing, **options)
    return values, [fault.line().replace(VALUE, "") for fault in faults]


def test_codes_labels_in_any_language_and_empty_cells():
    values, faults = checked(["1", "ja ", "NO", 2.0, None, ""])
    assert np.array_equal(values, [1, 1, 2, 2, np.nan, np.nan], equal_nan=True) and not faults


def test_recoded_words_come_first_and_missing_codes_go():
    column = entry(recode={"kanske": 2, "NA": None}, missing=[9])
    values, faults = checked(["kanske", "NA", "9", "1"], column)
    assert np.array_equal(values, [2, np.nan, np.nan, 1], equal_nan=True) and not faults


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ("N/A", "If it stands for no answer, declare `recode: {'N/A': null}`."),
        ("1,5", "Write decimals with a point, or say decimal=','"),
        ("3-maj", "It reads like a date: a spreadsheet may have made one of a number."),
        ("-oth-", "It is LimeSurvey's code for 'Other'"),
        ("A02", "If it is the survey tool's code for 2, declare `recode: {A02: 2, ...}`"),
        ("perhaps", "Declared: ['Yes / Ja', 'No / Nej']."),
    ],
)
def test_each_kind_of_word_has_its_remedy(cell, message):
    values, (fault,) = checked(["1", cell])
    assert np.isnan(values[1]) and message in fault and "row 2" in fault


def test_numbers_that_are_not_declared():
    _, (fault,) = checked([1, 3, 3])
    assert "3 is not among 1, 2, in rows 2, 3" in fault
    scale = entry({"range": [1, 7]}, "ordinal")
    assert checked([1, 7], scale)[1] == []
    _, (half, below) = checked([2.5, 0, 7], scale)
    assert "0 is not among 1..7 (whole numbers)" in half and "2.5" in below
    assert checked([2.5, 7], entry({"range": [1, 7]}, "numeric"))[1] == []


def test_more_values_than_are_shown_are_counted():
    _, faults = checked([*range(10, 40)])
    assert len(faults) == 21 and faults[-1] == "10 more values are not declared."


def test_what_the_file_calls_missing_and_the_codebook_an_answer():
    _, (fault,) = checked([1, 2], user_missing=[(2, 2)])
    assert "the file calls 2 missing, the codebook an answer, in row 2" in fault
    _, (fault,) = checked([1, 8], user_missing=[(8, 9)])
    assert "The file calls it missing: declare it under `missing`." in fault


def test_lists_and_bytes_are_no_answers():
    assert checked([[1], 2])[1] == ["cells hold lists; one answer a cell is needed."]
    text = entry(kind="text", answers={"codes": {}})
    assert checked([b"x", "y"], text)[1] == ["cells hold bytes; text is needed."]


def test_open_text_stays_as_it_is_and_blanks_are_missing():
    values, faults = checked(["NA", "  ", None, 7.0], entry(kind="text", answers={"codes": {}}))
    assert values.tolist()[0] == "NA" and values.tolist()[3] == "7" and not faults
    assert values.isna().tolist() == [False, True, True, False]


def test_truth_values_count_where_the_codes_are_zero_and_one():
    zero_one = entry({"codes": {0: {"en": "No"}, 1: {"en": "Yes"}}})
    assert checked([True, False], zero_one)[0].tolist() == [1, 0]
    assert "'True' is no declared label" in checked([True])[1][0]


def test_decimal_commas_where_the_file_has_them():
    amount = entry({"range": [0, 10], "whole": False}, "numeric")
    assert checked(["1,5", "2"], amount, comma=True)[0].tolist() == [1.5, 2]


def test_points_that_may_stand_for_thousands():
    (fault,) = thousands(pd.Series(["1.234", "12.000", "7"]))
    assert "'1.234' may be a decimal or stand for thousands, in rows 1, 2" in fault.line()
    assert thousands(pd.Series(["1.23", "12.000"])) == [] == thousands(pd.Series(["1", "2"]))


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ("agree", "'agree'"),
        ("2026-01-31", "'2026-01-31'"),
        ("kari@firma.no", "a text of 13 characters"),
        ("Kari Nordmann", "a text of 13 characters"),
        ("070-123 45 67", "a text of 13 characters"),
        ("one two three four five six seven", "a text of 33 characters"),
    ],
)
def test_cells_that_may_point_to_a_person_are_shown_by_length(cell, shown):
    assert masked_cell(cell) == shown


def test_whole_numbers_have_no_point():
    assert [plain(v) for v in (2.0, 2.5, " x ", np.float64(3))] == ["2", "2.5", "x", "3"]
