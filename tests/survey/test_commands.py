"""The commands `draft` and `label`, and the options of reading."""

import argparse

import pytest

from loyaltystudy.errors import SurveyError
from loyaltystudy.survey import add_draft, add_label, add_reading_options, reading_of

ANSWERS = "nr;glad;trygg\n" + "".join(f"{n};{1 + n % 5};{1 + n * 3 % 5}\n" for n in range(40))


def parsed(*words):
    parser = argparse.ArgumentParser()
    commands = parser.add_subparsers()
    add_draft(commands)
    add_label(commands)
    return parser.parse_args(words)


def test_options_that_were_given_are_those_of_the_reader():
    parser = argparse.ArgumentParser()
    add_reading_options(parser)
    assert reading_of(parser.parse_args([])) == {}
    words = ["--encoding", "cp1252", "--decimal", ",", "--limit", "2"]
    assert reading_of(parser.parse_args(words)) == {
        "encoding": "cp1252",
        "decimal": ",",
        "limit": 2.0,
    }
    with pytest.raises(SystemExit):
        parser.parse_args(["--decimal", ";"])


def test_a_draft_is_written_once_and_never_over_another(tmp_path, capsys):
    answers, out = tmp_path / "a.csv", tmp_path / "codebook.yaml"
    answers.write_text(ANSWERS)
    options = parsed("draft", str(answers), "--out", str(out), "--language", "sv")
    options.run(options)
    assert f"loyaltystudy label {out}" in capsys.readouterr().out
    before = out.read_text()
    assert "construct: undecided" in before
    with pytest.raises(SurveyError, match="--out 'codebook.yaml' is there already"):
        options.run(options)
    assert out.read_text() == before


def test_labelling_stops_where_the_answers_end(tmp_path, capsys, monkeypatch):
    answers, out = tmp_path / "a.csv", tmp_path / "codebook.yaml"
    answers.write_text(ANSWERS)
    for words in (["draft", str(answers), "--out", str(out)], ["label", str(out)]):
        monkeypatch.setattr("builtins.input", lambda _: "q")
        options = parsed(*words)
        options.run(options)
    assert "0 decided" in capsys.readouterr().out
