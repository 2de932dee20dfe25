"""A full disk, a folder that may not be written, and an end at each write of the five commands."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
import yaml

from loyaltystudy.cli import main
from loyaltystudy.errors import SurveyError
from loyaltystudy.report import _check, _reproduce, _written
from loyaltystudy.report._analysis import Analysis, analyse
from loyaltystudy.report._files import filled
from loyaltystudy.report._paper import manuscript, write as paper
from loyaltystudy.survey import _atomic, held, read_study, write_whole

BOOK = {
    "study": "ours",
    "title": "Our shop",
    "population": "customers",
    "items": {name: {"answers": {"range": [1, 7]}} for name in ("l1", "l2", "t1", "t2")},
    "scales": {
        "loyalty": {"construct": "loyalty", "items": ["l1", "l2"]},
        "trust": {"construct": "trust", "items": ["t1", "t2"]},
    },
    "variables": {"age": {"kind": "numeric", "construct": "age", "answers": {"range": [18, 90]}}},
    "blocks": {"demographics": ["age"], "trust": ["trust"]},
}
COMMANDS = {
    "new": ["new", "mine", "--form", "brief"],
    "check": ["check", "answers.csv", "--codebook", "codebook.yaml", "--no-notebook"],
    "plan": ["plan", "plan.yaml", "--codebook", "codebook.yaml"],
    "contribute": ["contribute", "done", "--out", "given"],
    "reproduce": ["reproduce", "--notebooks", "notebooks", "--out", "reports"],
}


@pytest.fixture(scope="module")
def inputs(tmp_path_factory):
    """What the commands find: answers, codebook, an edited plan, a finished report, a notebook."""
    folder = tmp_path_factory.mktemp("inputs")
    rng = np.random.default_rng(1)
    mood = rng.normal(size=(120, 1))
    rows = np.clip(np.round(4 + mood + rng.normal(size=(120, 4))), 1, 7).astype(int)
    answers = pd.DataFrame(rows, columns=[*BOOK["items"]]).assign(age=rng.integers(20, 80, 120))
    answers.to_csv(folder / "answers.csv", index=False)
    (folder / "codebook.yaml").write_text(yaml.safe_dump(BOOK), encoding="utf-8")
    plan = "study: ours\nclaims:\n  would-miss: {rule_hash: x}\nrespondents: 90\n"
    (folder / "plan.yaml").write_text(plan, encoding="utf-8")
    (folder / "notebooks").mkdir()
    notebook = next((Path(__file__).parents[2] / "notebooks").glob("01*.ipynb"))
    shutil.copy(notebook, folder / "notebooks")
    found = analyse(read_study(folder / "answers.csv", folder / "codebook.yaml"))
    with pytest.MonkeyPatch.context() as patch:
        quick(patch, found)
        given = [str(folder / "answers.csv"), "--codebook", str(folder / "codebook.yaml")]
        assert main(["check", *given, "--no-notebook", "--out", str(folder / "done")]) == 0
    return folder, found


def quick(patch, found: Analysis) -> None:
    """What takes long and writes nothing is done beforehand."""
    claims = pd.DataFrame({"claim": ["would-miss"]})
    for where, name, value in (
        (_check, "analyse", lambda *_, **__: found),
        (_reproduce, "execute", lambda *_, **__: None),
        (_reproduce, "all_claims", lambda **_: claims),
        (_reproduce, "index_page", lambda *_: "<p>All.</p>"),
        (_reproduce, "headline", lambda _: ""),
        (paper, "to_docx", lambda *_: b"Word"),
        (manuscript, "to_docx", lambda *_: b"Word"),
        (_written, "FIGURES", ("reliability",)),
        (_written, "write_figure", lambda _, folder, name: write_whole(folder / name, name)),
        (
            _written,
            "write_table",
            lambda _, folder, name, *__, **___: write_whole(folder / name, ""),
        ),
        (Analysis, "plot", lambda *_, **__: plt.figure().add_subplot()),
        (_atomic.os, "fsync", lambda _: None),
    ):
        patch.setattr(where, name, value)


@pytest.fixture
def here(inputs, tmp_path, monkeypatch):
    """A copy of the inputs to work in."""
    folder, found = inputs
    shutil.copytree(folder, tmp_path / "here")
    monkeypatch.chdir(tmp_path / "here")
    quick(monkeypatch, found)
    return Path.cwd()


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def ended_at(number: int, error: BaseException, patch) -> list[str]:
    """The number-th write gets half of its content onto the disk and fails; what was tried."""
    fill, tried = _atomic._fill, []

    def broken(part, content):
        tried.append(part.name)
        if len(tried) != number:
            return fill(part, content)
        whole = b"half" if callable(content) else content
        fill(part, whole[: len(whole) // 2])
        raise error

    patch.setattr(_atomic, "_fill", broken)
    return tried


FAULTS = [
    (OSError(errno.ENOSPC, "No space left on device"), 2, "No space left on device"),
    (KeyboardInterrupt(), 130, "Run the same command again; it ends the same."),
]


@pytest.mark.parametrize("command", COMMANDS)
def test_ended_at_any_write_the_old_stays_and_run_again_it_ends_the_same(
    command, here, tmp_path, capsys, monkeypatch
):
    """One write further each time: each run meets what the runs before it have left."""
    shutil.copytree(here, tmp_path / "whole")
    monkeypatch.chdir(tmp_path / "whole")
    assert main(COMMANDS[command]) == 0
    before, whole = contents(here), contents(tmp_path / "whole")
    monkeypatch.chdir(here)
    capsys.readouterr()
    for number in range(1, 200):
        error, code, said = FAULTS[number % 2]
        with monkeypatch.context() as patch:
            tried = ended_at(number, error, patch)
            ended = main(COMMANDS[command])
        if len(tried) < number:
            break
        assert ended == code
        err = capsys.readouterr().err
        assert said in err and (code == 130 or "could not be written" in err)
        left = contents(here)
        assert before.keys() <= left.keys() and not any("/.part-" in f"/{name}" for name in left)
        odd = [name for name, now in left.items() if now not in (before.get(name), whole.get(name))]
        assert odd in ([], ["results/UNFINISHED.txt"]), odd
    assert ended == 0 and contents(here) == whole and number > 2


@pytest.mark.parametrize("command", COMMANDS)
def test_a_folder_that_may_not_be_written_is_named_and_nothing_changes(
    command, here, capsys, monkeypatch
):
    before, usual = contents(here), os.open

    def refused(path, flags, *rest, **more):
        if flags & os.O_CREAT:
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return usual(path, flags, *rest, **more)

    with monkeypatch.context() as patch:
        patch.setattr(_atomic.os, "open", refused)
        assert main(COMMANDS[command]) == 2
    err = capsys.readouterr().err
    named = {"new": "'mine'", "check": "--out 'results'", "plan": "plan.yaml"}
    named |= {"contribute": "--out 'given'", "reproduce": "--out 'reports'"}
    assert "Permission denied" in err and named[command] in err and len(err.splitlines()) == 1
    assert contents(here) == before and main(COMMANDS[command]) == 0


# ---- folders of results


@pytest.mark.parametrize("command", [c for c in COMMANDS if c != "plan"])
def test_a_second_run_into_the_folder_is_told_of_the_first(command, here, capsys):
    folder = {"new": "mine", "check": "results", "contribute": "given", "reproduce": "reports"}
    with held(folder[command]):
        code = "import sys; from loyaltystudy.survey import held\nwith held(sys.argv[1]): pass"
        if command == "new":  # another process is told
            run = [sys.executable, "-c", code, folder[command]]
            done = subprocess.run(run, capture_output=True, text=True, env=environment())
            assert "another run writes into it just now" in done.stderr
        _atomic._HELD.clear()  # as another process sees it
        assert main(COMMANDS[command]) == 2
    assert "another run writes into it just now" in capsys.readouterr().err
    assert main(COMMANDS[command]) == 0


def environment() -> dict:
    return {**os.environ, "PYTHONPATH": str(Path(_check.__file__).parents[2])}


@pytest.mark.parametrize("command", [c for c in COMMANDS if c != "plan"])
@pytest.mark.parametrize("dangling", [True, False])
def test_no_command_writes_through_a_link(command, dangling, here, tmp_path, capsys):
    folder = {"new": "mine", "check": "results", "contribute": "given", "reproduce": "reports"}
    elsewhere = tmp_path / "elsewhere"
    if not dangling:
        elsewhere.mkdir()
    Path(folder[command]).symlink_to(elsewhere)
    assert main(COMMANDS[command]) == 2
    assert "is a link to another folder; name that folder itself" in capsys.readouterr().err
    assert elsewhere.exists() != dangling and not contents(tmp_path / "elsewhere")


def test_a_link_that_is_swapped_in_between_is_not_followed(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    with held(tmp_path / "out") as out:
        write_whole(out / "tables" / "a.csv", "1")
        shutil.rmtree(out / "tables")
        (out / "tables").symlink_to(tmp_path / "elsewhere")
        with pytest.raises(SurveyError, match="b.csv: its folder became a link to another"):
            write_whole(out / "tables" / "b.csv", "2")
    assert not contents(tmp_path / "elsewhere")


def test_a_change_of_the_working_folder_moves_no_study(tmp_path, monkeypatch):
    (tmp_path / "other").mkdir()
    monkeypatch.chdir(tmp_path)
    with filled(Path("mine"), ["a"]) as made:
        os.chdir(tmp_path / "other")
        write_whole(made / "a", "1")
    assert {*contents(tmp_path)} == {"mine/a"}


def test_a_killed_run_leaves_a_folder_that_can_be_filled(tmp_path):
    (tmp_path / ".part-0").mkdir()
    for name, text in ((".part-0/b", "of a killed run"), (".part-lock", ""), ("a", "same")):
        (tmp_path / name).write_text(text)
    with filled(tmp_path, ["a", "b"]) as made:
        write_whole(made / "a", "same")
        write_whole(made / "b", "new")
    assert contents(tmp_path) == {"a": b"same", "b": b"new"}
    with (
        pytest.raises(SurveyError, match=r"is not empty \(it holds \['b'\]\)"),
        filled(tmp_path, ["a", "b"]) as made,
    ):
        write_whole(made / "a", "same")
        write_whole(made / "b", "other")
    assert contents(tmp_path) == {"a": b"same", "b": b"new"}


@pytest.mark.parametrize(
    ("studies", "said"),
    [
        (("Mine", "mine"), "Two studies are called"),
        (("ma\u0300", "m\u00e0"), "Two studies are called"),
        (("figures", "mine"), "as a file of the results is"),
        (("mine", "Claims.csv"), "as a file of the results is"),
    ],
)
def test_names_that_collide_are_refused_before_work_begins(studies, said, here, tmp_path, capsys):
    answers = ["answers.csv"] * 2
    for number, study in enumerate(studies):
        Path(f"{number}.yaml").write_text(
            yaml.safe_dump(BOOK | {"study": study}, allow_unicode=True)
        )
    assert main(["check", *answers, "--codebook", "0.yaml", "1.yaml"]) == 2
    assert said in capsys.readouterr().err and not Path("results").exists()


def test_notebooks_are_not_written_over(here, capsys):
    before = contents(here)
    assert main(["reproduce", "--notebooks", "notebooks", "--out", "notebooks"]) == 2
    assert "holds the notebooks" in capsys.readouterr().err and contents(here) == before


def test_a_plan_locked_again_keeps_what_it_is_for(here):
    text = Path("plan.yaml").read_text()
    Path("plan.yaml").write_text(text + "primary: [would-miss]\n")
    assert main(COMMANDS["plan"]) == 0
    assert yaml.safe_load(Path("plan.yaml").read_text())["primary"] == ["would-miss"]


def test_a_report_of_other_answers_that_is_replaced_is_not_to_be_given_away_too(here, capsys):
    """Subtracted from each other the two tell what the few answered who are in one alone."""
    assert main(COMMANDS["check"]) == 0 and main([*COMMANDS["check"], "--language", "sv"]) == 0
    assert "not both" not in capsys.readouterr().out
    answers = Path("answers.csv")
    answers.write_text("".join(answers.read_text().splitlines(keepends=True)[:-1]))
    assert main(COMMANDS["check"]) == 0
    assert "Give one of them away, not both." in capsys.readouterr().out
    Path("results/about.json").write_text("{broken")
    assert main(COMMANDS["check"]) == 0
