"""Two folders of results compared cell by cell: what a reader would see differ, no more."""

import json
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def compare_runs(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    import compare_runs

    return compare_runs


def folder(path, tables, notebook=None):
    path.mkdir()
    for name, text in tables.items():
        (path / name).write_text(text, encoding="utf-8")
    if notebook is not None:
        cells = [
            {
                "cell_type": "code",
                "source": [source],
                "outputs": [{"output_type": "stream", "text": [text]}],
            }
            for source, text in notebook.items()
        ]
        (path / "a.ipynb").write_text(json.dumps({"cells": cells}), encoding="utf-8")
    return path


def test_numbers_are_equal_to_twelve_digits_whatever_their_spelling(compare_runs):
    same = compare_runs.same_text
    assert same("R² 0.1234567890123 of 5", "R² 0.1234567890124 of 5.0")
    assert same("-1e-05", "-0.00001") and same("", "")
    assert not same("0.123456789012", "0.123456789023")
    assert not same("supported", "inconclusive") and not same("1 row", "1 rows")
    assert not same("0", "1e-13") and not same("", "0")


def test_tables_are_compared_by_name_of_the_row(compare_runs, tmp_path):
    before = folder(tmp_path / "a", {"t.csv": "claim,low,verdict\nx,0.1,yes\ny,,no\nz,1,no\n"})
    after = folder(
        tmp_path / "b", {"t.csv": "claim,low,verdict,n\ny,,yes,3\nx,0.10000000000001,yes,3\n"}
    )
    found = compare_runs.compare_folders(before, after)
    assert found == {
        "t.csv": ["column 'n' only after", "row 'z' only before", "y, verdict: 'no' -> 'yes'"]
    }


def test_rows_without_a_name_are_compared_by_place(compare_runs, tmp_path):
    before = folder(tmp_path / "a", {"t.csv": "block,low\na,1\na,2\n", "only.csv": "a\n1\n"})
    after = folder(tmp_path / "b", {"t.csv": "block,low\na,1\na,3\n"})
    found = compare_runs.compare_folders(before, after)
    assert found == {"only.csv": ["only before"], "t.csv": ["row 2, low: '2' -> '3'"]}


def test_outputs_of_notebooks_are_compared_by_the_source_of_their_cell(compare_runs, tmp_path):
    first = {"import a": "", "a.f()": "n 3\nlow 0.5\n", "old()": "x", "end()": ""}
    second = {"a.f()": "n 3\nlow 0.6\n", "new()": "y", "end()": ""}
    before, after = folder(tmp_path / "a", {}, first), folder(tmp_path / "b", {}, second)
    assert compare_runs.compare_folders(before, after)["a.ipynb"] == [
        "only before: 'import a'",
        "'a.f()', text/plain: 'low 0.5' -> 'low 0.6'",
        "source: ['old()'] -> ['new()']",
        "'old()', text/plain: 'x' -> 'y'",
    ]


def test_the_exit_code_says_whether_anything_differs(compare_runs, tmp_path, capsys):
    before = folder(tmp_path / "a", {"t.csv": "a,b\nx,1\n"})
    after = folder(tmp_path / "b", {"t.csv": "a,b\nx,2\n"})
    assert compare_runs.main([str(before), str(before)]) == 0
    assert compare_runs.main([str(before), str(after)]) == 1
    assert "t.csv: 1 differences\n  x, b: '1' -> '2'\n1 files compared, 1 differ" in (
        capsys.readouterr().out
    )


def test_committed_notebooks_are_those_of_the_commit(compare_runs, capsys):
    assert compare_runs.main(["--commits", "HEAD", "HEAD"]) == 0
    assert ", 0 differ" in capsys.readouterr().out
