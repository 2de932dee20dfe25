"""Report and command line."""

import nbformat
import pandas as pd
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from loyaltystudy.cli import main
from loyaltystudy.errors import SurveyError
from loyaltystudy.report import all_claims, index_page, reproduce, write_text


def notebook(folder, *cells):
    folder.mkdir(exist_ok=True)
    title = new_markdown_cell("# A question?\n\nWords.")
    book = new_notebook(cells=[title, *map(new_code_cell, cells)])
    nbformat.write(book, folder / "00-test.ipynb")


@pytest.fixture(scope="module")
def claims():
    return all_claims(progress=False)


def test_reproduce_writes_report_twice_the_same(tmp_path):
    notebook(tmp_path / "notebooks", "1 + 1")
    page = reproduce(tmp_path / "notebooks", tmp_path / "out", progress=False)
    first = (tmp_path / "out/claims.csv").read_bytes()
    text = page.read_text(encoding="utf-8")
    assert "<!-- " not in text and '<a href="00-test.html">A question?</a>' in text
    assert "http" not in text.replace("http-equiv", "")  # nothing from the network
    reproduce(tmp_path / "notebooks", tmp_path / "out", progress=False)
    assert (tmp_path / "out/claims.csv").read_bytes() == first
    executed = nbformat.read(tmp_path / "out/00-test.ipynb", as_version=4)
    assert executed.cells[1].outputs[0]["data"]["text/plain"] == "2"
    assert not list((tmp_path / "out").glob(".*"))


def test_a_failing_notebook_is_told(tmp_path):
    notebook(tmp_path / "notebooks", "raise ValueError('broken')")
    with pytest.raises(SurveyError, match=r"Notebook 00-test.ipynb: ValueError: broken"):
        reproduce(tmp_path / "notebooks", tmp_path / "out", progress=False)
    assert not (tmp_path / "out/index.html").exists()


def test_every_claim_and_reason_is_on_the_page(claims):
    page = index_page(claims, {})
    assert page.count('class="source"') == 5  # the texts
    for name in set(claims["claim"]):
        assert f"<strong>{name}</strong>" in page


def test_page_escapes_what_it_is_given(claims):
    hostile = claims.assign(why="<script>alert(1)</script>", study="<b>s</b>")
    page = index_page(hostile, {"x": "<img src=x>"})
    assert "<script>alert" not in page and "<b>s</b>" not in page and "<img src=x>" not in page


def test_writing_is_whole_or_not_at_all(tmp_path):
    write_text(tmp_path / "a.txt", "one")
    with pytest.raises(UnicodeEncodeError):
        write_text(tmp_path / "a.txt", "two \ud800")
    assert (tmp_path / "a.txt").read_text() == "one"


def test_commands(capsys, tmp_path, monkeypatch):
    monkeypatch.setenv("LOYALTYSTUDY_DATA", str(tmp_path))
    assert main(["data"]) == 0
    assert "mobile-ecsi" in capsys.readouterr().out
    assert main(["data", "fetch", "nothing"]) == 2
    assert "No studies ['nothing']" in capsys.readouterr().err
    assert main(["reproduce", "--notebooks", str(tmp_path)]) == 2
    assert "No notebooks in" in capsys.readouterr().err
    notebook(tmp_path / "n", "1")
    assert (
        main(["reproduce", "--notebooks", str(tmp_path / "n"), "--out", str(tmp_path / "o")]) == 0
    )
    assert "Report: " in capsys.readouterr().out
    table = pd.read_csv(tmp_path / "o/claims.csv")
    assert {"mobile-reputation", "mobile-ecsi"} <= set(table["study"])


@pytest.mark.parametrize("arguments", [["--help"], ["reproduce", "--help"], ["data", "--help"]])
def test_help(arguments, capsys):
    with pytest.raises(SystemExit) as stop:
        main(arguments)
    assert stop.value.code == 0 and "usage: loyaltystudy" in capsys.readouterr().out
