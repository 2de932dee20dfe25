"""The command line: every command with help, errors in plain words, exit 2."""

import io
import re
import sys
import time

import numpy as np
import pandas as pd
import pytest

from loyaltystudy import cli
from loyaltystudy.claims._plan import read_plan
from loyaltystudy.cli import _commands, _parser, main, reading_of
from loyaltystudy.errors import SurveyError

ANSWERS = "nr;glad;trygg\n" + "".join(f"{n};{1 + n % 5};{1 + n * 3 % 5}\n" for n in range(40))
COMMANDS = [
    "new",
    "rehearse",
    "plan",
    "check",
    "questionnaire",
    "data",
    "reproduce",
    "draft",
    "label",
]


@pytest.mark.parametrize("arguments", [["--help"], *([name, "--help"] for name in COMMANDS)])
def test_help(arguments, capsys):
    with pytest.raises(SystemExit) as stop:
        main(arguments)
    out = capsys.readouterr().out
    assert stop.value.code == 0 and "usage: loyaltystudy" in out and len(out.splitlines()) > 5


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_says_what_it_takes_and_shows_an_example(name, capsys):
    with pytest.raises(SystemExit):
        main([name, "--help"])
    text = capsys.readouterr().out
    example = text.split("example:\n  ")[1].splitlines()[0]
    made = example.replace('"', "").split()
    assert _parser().parse_args(made[1:]).command == made[1] == name  # the example is one
    for argument, how in _commands()[name]["arguments"].items():
        assert how == "group" or how["help"][:1].islower() or argument == "--languages"


def test_the_help_is_in_the_order_of_the_work():
    table = [name for name in _commands() if name not in ("way", "groups")]
    assert table[:3] == ["draft", "label", "check"] and {*COMMANDS} <= {*table}
    for line in _commands()["way"].splitlines():
        assert len(line) < 80


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["check", "a.csv", "--codebook", "gone.yaml"], "loyaltystudy draft a.csv"),
        (["label", "gone.yaml"], "loyaltystudy draft ANSWERS"),
        (["plan", "gone.yaml", "--codebook", "c.yaml"], "`loyaltystudy new FOLDER`"),
        (["questionnaire", "gone.yaml"], "Take `instrument`"),
        (["rehearse", "gone"], "make one with `loyaltystudy new`"),
        (["contribute", "gone"], "Run `loyaltystudy check` first"),
    ],
)
def test_errors_name_the_command_that_helps(arguments, says, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.csv").write_text(ANSWERS)
    assert main(arguments) == 2
    assert says in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["chek"], "loyaltystudy: no command 'chek'. Did you mean 'check'?\n"),
        (["check", "a.csv"], "Make one from the answers first: loyaltystudy draft ANSWERS\n"),
        (["check", "a.csv", "--codebook", "c", "--decimal", "x"], "choose from '.', ','"),
        (["new"], "Help: loyaltystudy new --help\n"),
    ],
)
def test_what_was_typed_wrong_is_said_in_a_line_or_two(arguments, says, capsys):
    with pytest.raises(SystemExit) as stop:
        main(arguments)
    error = capsys.readouterr().err
    assert stop.value.code == 2 and says in error and len(error.splitlines()) <= 3


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_on_a_terminal_a_long_command_says_how_long_it_has_run(monkeypatch):
    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setattr(cli, "FIRST", 0.02)
    with cli._clock("new"):
        time.sleep(0.2)
    assert screen.getvalue().startswith("\rnew: ") and screen.getvalue().endswith("\r")
    for command, stream in (("new", io.StringIO()), ("check", Terminal())):
        monkeypatch.setattr(sys, "stderr", stream)
        with cli._clock(command):
            time.sleep(0.1)
        assert stream.getvalue() == ""


def test_data_lists_studies_and_refuses_unknown_ones(capsys, tmp_path, monkeypatch):
    monkeypatch.setenv("LOYALTYSTUDY_DATA", str(tmp_path))
    assert main(["data"]) == 0 and "mobile-ecsi" in capsys.readouterr().out
    assert main(["data", "fetch", "nothing"]) == 2
    assert "No studies ['nothing']" in capsys.readouterr().err


def test_new_then_an_edited_plan_locked_again(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["new", "mine", "--language", "nb"]) == 0
    assert "Read mine/README.md first" in capsys.readouterr().out.replace("\\", "/")
    path = tmp_path / "mine/plan.yaml"
    edited = path.read_text(encoding="utf-8").replace("careless: keep", "careless: leave out")
    edited += (
        f"primary: [{next(iter(read_plan(path).claims))}]\n" if "primary:" not in edited else ""
    )
    path.write_text(edited, encoding="utf-8")
    assert not read_plan(path).intact
    assert main(["plan", str(path), "--codebook", str(tmp_path / "mine")]) == 0
    plan = read_plan(path)
    assert plan.primary == (next(iter(plan.claims)),)
    assert plan.intact and plan.careless == "leave out" and plan.lock in capsys.readouterr().out
    assert plan.lock in (tmp_path / "mine/preregistration.md").read_text(encoding="utf-8")
    assert main(["new", "mine"]) == 2
    assert capsys.readouterr().err.startswith("loyaltystudy: 'mine' is not empty")


@pytest.mark.parametrize(
    ("to", "name"), [("xlsform", "q.xlsx"), ("limesurvey", "q.txt"), ("html", "q.html")]
)
def test_questionnaire(to, name, capsys, tmp_path):
    out = str(tmp_path / name)
    asked = ["--to", to, "--language", "sv", "--form", "short", "--out", out]
    assert main(["questionnaire", "instrument", *asked]) == 0
    assert (tmp_path / name).stat().st_size > 1000 and "Questionnaire: " in capsys.readouterr().out


@pytest.mark.parametrize(
    ("to", "name", "made"),
    [
        ("xlsform", "q.xlsx", ["q.xlsx"]),
        ("limesurvey", "q.txt", ["q.txt"]),
        ("html", "q.html", ["q-nb.html", "q-sv.html"]),
    ],
)
def test_questionnaire_in_several_languages(to, name, made, tmp_path):
    asked = ["--to", to, "--languages", "nb,sv", "--form", "brief", "--out", str(tmp_path / name)]
    assert main(["questionnaire", "instrument", *asked]) == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == made
    if to == "html":
        pages = [(tmp_path / page).read_text(encoding="utf-8") for page in made]
        assert ['lang="nb"' in page for page in pages] == [True, False]
    if to == "limesurvey":
        assert "additional_languages\t\tsv" in (tmp_path / name).read_text(encoding="utf-8-sig")


@pytest.mark.parametrize(
    ("arguments", "lines"),
    [
        (["questionnaire", "instrument", "--languages", "nb,de"], "language='de'"),
        (["questionnaire", "nowhere.yaml"], "No file 'nowhere.yaml' here"),
        (["questionnaire", "instrument", "--out", "q.doc"], "must end in '.html'"),
        (["reproduce", "--notebooks", "."], "No notebooks in"),
        (["check", "none.sav", "--codebook", "c.yaml"], "No file 'none.sav' here"),
        (["check", "a", "b", "c", "--codebook", "c", "d"], "3 files of answers, 2 codebooks"),
        (["plan", "plan.yaml", "--codebook", "c.yaml"], "No file 'plan.yaml' here"),
        (["rehearse", "nowhere"], "No study in 'nowhere': make one with `loyaltystudy new`"),
        (["new", "a b"], "cannot name a study"),
    ],
)
def test_errors_are_one_line_and_exit_2(arguments, lines, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == 2
    err = capsys.readouterr().err
    assert lines in err and err.startswith("loyaltystudy: ") and len(err.splitlines()) == 1


def test_an_interruption_says_what_is_kept(capsys, tmp_path, monkeypatch):
    import loyaltystudy.report as report

    def interrupted(*_, out, **__):
        (tmp_path / "out").mkdir()
        (tmp_path / "out/claims.csv").write_text("claim\n")
        (tmp_path / "out/.part-0123.html").write_text("half")
        (tmp_path / "out/UNFINISHED.txt").write_text("words")
        raise KeyboardInterrupt

    monkeypatch.setattr(report, "check", interrupted)
    code = main(["check", "a.csv", "--codebook", "c.yaml", "--out", str(tmp_path / "out")])
    assert code == 130
    err = capsys.readouterr().err
    assert "interrupted; finished files kept in 'out': 1." in err and "again" in err


def test_version(capsys):
    with pytest.raises(SystemExit) as left:
        main(["--version"])
    assert left.value.code == 0 and re.fullmatch(
        r"loyaltystudy \d+\.\d+.*\n", capsys.readouterr().out
    )


def small_study(folder) -> list[str]:
    rng = np.random.default_rng(2)
    table = pd.DataFrame(rng.integers(1, 6, (60, 4)), columns=["a1", "a2", "b1", "b2"])
    table.to_csv(folder / "answers.csv", index=False)
    items = "\n".join(f"  {name}: {{answers: {{range: [1, 5]}}}}" for name in table)
    (folder / "codebook.yaml").write_text(
        f"study: small\ntitle: Small\npopulation: customers\nitems:\n{items}\n"
        "scales:\n  mine: {items: [a1, a2]}\n  yours: {items: [b1, b2]}\n"
        "blocks: {first: [mine], second: [yours]}\n"
    )
    given = [str(folder / "answers.csv"), "--codebook", str(folder / "codebook.yaml")]
    return ["check", *given, "--out", str(folder / "out")]


def test_check_of_an_outcome_without_a_notebook(capsys, tmp_path):
    command = [*small_study(tmp_path), "--outcome", "mine", "--no-notebook"]
    assert main(command) == 0
    assert capsys.readouterr().out.startswith("Report: ")
    page = (tmp_path / "out/report.html").read_text(encoding="utf-8")
    assert "What is explained: mine, as asked for." in page
    assert not (tmp_path / "out/analysis.ipynb").exists()
    assert main([*command[:-3], "--outcome", "mien"]) == 2
    assert "Did you mean 'mine'?" in capsys.readouterr().err


def test_a_notebook_that_cannot_run_leaves_the_report_and_exit_0(capsys, tmp_path, monkeypatch):
    import loyaltystudy.report as report

    def dead(*_, **__):
        raise SurveyError("The kernel died.")

    monkeypatch.setattr(report, "write_notebooks", dead)
    assert main(small_study(tmp_path)) == 0
    err = capsys.readouterr().err
    assert "the report is whole; no notebook: The kernel died." in err
    assert (tmp_path / "out/report.html").is_file()


def test_without_a_command_the_help_is_shown(capsys):
    with pytest.raises(SystemExit) as left:
        main([])
    assert left.value.code == 0 and "questionnaire" in capsys.readouterr().out


def test_options_that_were_given_are_those_of_the_reader():
    assert reading_of(_parser().parse_args(["draft", "a.csv"])) == {}
    words = ["--encoding", "cp1252", "--decimal", ",", "--limit", "2"]
    assert reading_of(_parser().parse_args(["draft", "a.csv", *words])) == {
        "encoding": "cp1252",
        "decimal": ",",
        "limit": 2.0,
    }
    with pytest.raises(SystemExit):
        _parser().parse_args(["draft", "a.csv", "--decimal", ";"])


def test_a_draft_is_written_once_and_never_over_another(tmp_path, capsys):
    answers, out = tmp_path / "a.csv", tmp_path / "codebook.yaml"
    answers.write_text(ANSWERS)
    words = ["draft", str(answers), "--out", str(out), "--language", "sv"]
    assert main(words) == 0 and f"loyaltystudy label {out}" in capsys.readouterr().out
    before = out.read_text()
    assert "construct: undecided" in before
    assert main(words) == 2
    assert "--out 'codebook.yaml' is there already" in capsys.readouterr().err
    assert out.read_text() == before


def test_labelling_stops_where_the_answers_end(tmp_path, capsys, monkeypatch):
    answers, out = tmp_path / "a.csv", tmp_path / "codebook.yaml"
    answers.write_text(ANSWERS)
    monkeypatch.setattr("builtins.input", lambda _: "q")
    for words in (["draft", str(answers), "--out", str(out)], ["label", str(out)]):
        assert main(words) == 0
    assert "0 decided" in capsys.readouterr().out
