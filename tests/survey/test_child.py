"""Files that make the C reader crash, hang or swell end in one error; this process lives."""

from __future__ import annotations

import pandas as pd
import pyreadstat
import pytest

from loyaltystudy.errors import SurveyError
from loyaltystudy.survey import read_table
from loyaltystudy.survey._files import child


@pytest.fixture
def labelled(tmp_path):
    frame = pd.DataFrame({"t1": [1.0, 2.0, None], "why": ["a", "", "c"], "n": [1, 2, 3]})
    path = tmp_path / "a.sav"
    pyreadstat.write_sav(
        frame,
        str(path),
        column_labels={"t1": "I trust it"},
        variable_value_labels={"t1": {1: "No", 2: "Yes"}},
        missing_ranges={"t1": [{"lo": 8, "hi": 9}]},
        variable_measure={"t1": "ordinal"},
    )
    return path


def test_cells_and_what_the_file_says_come_through(labelled):
    table = read_table(labelled)
    assert table["t1"].tolist()[:2] == [1, 2] and pd.isna(table["t1"][2])
    assert table["why"].fillna("").tolist() == ["a", "", "c"]
    assert table.attrs["labels"] == {"t1": {1.0: "No", 2.0: "Yes"}}
    assert table.attrs["user_missing"] == {"t1": [(8.0, 9.0)]}
    assert table.attrs["wording"] == {"t1": "I trust it"}
    assert table.attrs["measure"]["t1"] == "ordinal"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "its reader broke down on it"),
        ("import os; os.abort()", "its reader broke down on it"),
        ("import time; time.sleep(60)", "took more than"),
        ("x = bytearray(10**12)", "needs more than .* GB of memory"),
        ("raise ValueError('odd header')", r"not readable as SPSS \(odd header\)"),
        ("raise SystemExit(7)", "its reader broke down on it"),
    ],
)
def test_whatever_the_reader_does_is_one_error(body, said, labelled, tmp_path, monkeypatch):
    script = tmp_path / "reader.py"
    script.write_text(body)
    monkeypatch.setattr(child, "SCRIPT", script)
    monkeypatch.setattr(child, "SECONDS", 10 if "sleep" not in body else 1)
    with pytest.raises(SurveyError, match=said):
        read_table(labelled)


def test_limits_can_be_raised(labelled, tmp_path, monkeypatch):
    script = tmp_path / "reader.py"
    script.write_text("import sys; raise ValueError(f'allowed {sys.argv[4]}')")
    monkeypatch.setattr(child, "SCRIPT", script)
    size = labelled.stat().st_size
    for limit in (1, 2.5):
        with pytest.raises(SurveyError, match=f"allowed {limit * (child.MEMORY + 40 * size):.0f}"):
            read_table(labelled, limit=limit)


def test_no_process_can_be_started(labelled, monkeypatch):
    monkeypatch.setattr(child.sys, "executable", "/no/such/python")
    with pytest.raises(SurveyError, match="no process could be started to read"):
        read_table(labelled)


def test_temporary_folders_are_not_needed(labelled, monkeypatch):
    monkeypatch.setenv("TMPDIR", "/no/such/folder/" + "x" * 300)
    assert len(read_table(labelled)) == 3
