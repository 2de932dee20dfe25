"""What makes files that ship."""

import sys
from pathlib import Path

from loyaltystudy.survey._shipped import data_folder

sys.path.insert(0, str(Path(__file__).parents[2]))  # tools are no part of the package
from tools import evidence


def test_writing_the_bundled_answers_changes_no_byte(monkeypatch, tmp_path):
    (tmp_path / "nordic-simulated").mkdir()
    monkeypatch.setattr(evidence, "data_folder", lambda: tmp_path)
    committed = data_folder() / "nordic-simulated" / "answers.csv"
    assert evidence.write_nordic().read_bytes() == committed.read_bytes()
