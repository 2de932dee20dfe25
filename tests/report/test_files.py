"""The folder of a report: whole files, and nothing of others touched."""

import pytest

from loyaltystudy.errors import SurveyError
from loyaltystudy.report._files import is_complete, open_folder, seal


def test_a_report_cut_short_does_not_look_whole(tmp_path):
    whole = seal("<p>One. Two.</p>\n")
    for cut in (0, 5, len(whole) // 2, len(whole) - 2):
        (tmp_path / "report.html").write_text(whole[:cut])
        assert not is_complete(tmp_path / "report.html")
    (tmp_path / "report.html").write_text(whole)
    assert is_complete(tmp_path / "report.html")


def test_a_folder_with_other_files_or_with_the_input_is_left_alone(tmp_path):
    (tmp_path / "thesis.docx").write_text("years of work")
    with pytest.raises(SurveyError, match=r"holds other files \(\['thesis.docx'\]\)"):
        open_folder(tmp_path, [], "words")
    (tmp_path / "claims.csv").write_text("my answers")
    with pytest.raises(SurveyError, match="which it must not write over"):
        open_folder(tmp_path, [tmp_path / "claims.csv"], "words")
    assert (tmp_path / "claims.csv").read_text() == "my answers"
    open_folder(tmp_path / "new", [], "words")
    assert (tmp_path / "new/UNFINISHED.txt").read_text() == "words\n"
    (tmp_path / "new/report.html").write_text("of an earlier run")
    open_folder(tmp_path / "new", [], "words")
    assert not (tmp_path / "new/report.html").exists()
    (tmp_path / "by-hand").mkdir()  # by running the notebook
    (tmp_path / "by-hand/about.json").write_text('{"outcome_found_by": "loyalty"}')
    open_folder(tmp_path / "by-hand", [], "words")
    (tmp_path / "killed").mkdir()
    (tmp_path / "killed/.part-0123.txt").write_text("wor")  # of a run killed at once
    open_folder(tmp_path / "killed", [], "words")
    assert (tmp_path / "killed/UNFINISHED.txt").read_text() == "words\n"
