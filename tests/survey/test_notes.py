"""Rows that are left out on request, and what is noted of those read."""

import numpy as np
import pandas as pd
import pytest

from loyaltystudy.errors import SurveyError
from loyaltystudy.survey import make_codebook
from loyaltystudy.survey._notes import reading_notes, rows_kept

BOOK = make_codebook(
    {
        "study": "s",
        "title": "S",
        "population": "customers",
        "variables": {"w": {"kind": "numeric", "answers": {"range": [-9, 9], "whole": False}}},
        "design": {"weight": "w"},
    }
)
QUALTRICS = pd.DataFrame(
    {"Status": "IP Address", "Finished": ["1", "0", "1"], "ResponseId": ["a", "b", "c"]}
)


def test_answers_broken_off_are_counted_and_left_out_where_asked():
    kept, (note,) = rows_kept(QUALTRICS, "keep")
    assert len(kept) == 3 and "unfinished='leave out' leaves them out" in note
    kept, (note,) = rows_kept(QUALTRICS, "leave out")
    assert kept.index.tolist() == [0, 2] and note.endswith("were left out; 2 of 3 rows are read.")


def test_what_a_file_says_of_itself_stays_with_the_rows():
    raw = QUALTRICS.copy()
    raw.attrs["wording"] = {"a": "How?"}
    assert rows_kept(raw, "leave out")[0].attrs["wording"] == {"a": "How?"}


def test_nobody_finished_and_an_unknown_choice():
    with pytest.raises(SurveyError, match="All 3 rows are previews or unfinished"):
        rows_kept(QUALTRICS.assign(Finished="0"), "leave out")
    with pytest.raises(SurveyError, match=r"unfinished='drop' is not known"):
        rows_kept(QUALTRICS, "drop")


def test_files_of_other_tools_are_read_whole_without_a_note():
    frame = pd.DataFrame({"a": [1, 2]})
    kept, notes = rows_kept(frame, "leave out")
    assert kept is frame and notes == []


def test_weights_of_nobody_and_how_the_file_was_read():
    raw = pd.DataFrame({"w": ["1,5", "0", "-2", None]})
    raw.attrs |= {"encoding_found": "cp1252", "decimal": ","}
    notes = reading_notes(raw, BOOK, {"w": "w"})
    assert notes[0] == "The file was read as cp1252."
    assert notes[1] == "Numbers were read with a decimal comma."
    assert notes[2].startswith("column 'w': 2 weights of 0 or less; left out like missing")
    assert reading_notes(pd.DataFrame({"w": [1.0, np.nan]}), BOOK, {"w": "w"}) == []
