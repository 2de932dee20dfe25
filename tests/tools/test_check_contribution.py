"""Which folders a pull request brings that have to be checked."""

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))  # tools are no part of the package
from tools.check_contribution import changed_folders, main  # noqa: E402

FILES = {
    "data/matrix.csv": "claim,study,settled,why\nsome-claim,taken,full,\n",
    "data/taken/provenance.yaml": "study: taken\n",
    "data/old/provenance.yaml": "study: old\n",
}


def git(root: Path, *words: str) -> None:
    who = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", "-C", str(root), *who, *words], check=True, capture_output=True)


def add(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    git(root, "add", "-A")
    git(root, "commit", "-m", "Add files")


@pytest.fixture
def branch(tmp_path) -> Path:
    """A repository with two studies on main, and a branch."""
    git(tmp_path, "init", "-b", "main")
    add(tmp_path, FILES)
    git(tmp_path, "checkout", "-b", "mine")
    return tmp_path


@pytest.mark.parametrize(
    ("files", "found"),
    [
        ({"README.md": "x"}, []),
        ({"data/new/provenance.yaml": "study: new"}, ["data/new"]),
        ({"given/åäö 1/provenance.yaml": "s: 1", "given/åäö 1/x": ""}, ["given/åäö 1"]),
        ({"data/old/README.md": "x"}, ["data/old"]),
        ({"data/taken/README.md": "x"}, []),
        ({"data/taken/matrix.csv": "x"}, ["data/taken"]),
    ],
)
def test_changed_contributions_are_found(branch, files, found):
    add(branch, files)
    git(branch, "checkout", "main")
    add(branch, {"data/elsewhere/provenance.yaml": "x"})  # main goes on; not of this branch
    git(branch, "checkout", "mine")
    assert changed_folders("main", branch) == [branch / name for name in found]


def test_what_a_branch_removes_is_not_checked(branch):
    git(branch, "rm", "-r", "data/old")
    git(branch, "commit", "-m", "Remove a study")
    assert changed_folders("main", branch) == []


def test_a_folder_without_its_files_fails(branch, monkeypatch, capsys):
    add(branch, {"data/new/provenance.yaml": "study: new"})
    monkeypatch.chdir(branch)
    assert main(["--changed-since", "main"]) == 1
    said = capsys.readouterr().out
    assert "1 contributions are new or changed since main" in said
    assert "- codebook.yaml: is missing." in said


def test_nothing_named_is_an_error(capsys):
    with pytest.raises(SystemExit):
        main([])
    assert "name a folder, or --changed-since REF" in capsys.readouterr().err


@pytest.mark.parametrize("path", sorted((ROOT / ".github/workflows").glob("*.yml")), ids=str)
def test_workflows_pin_actions_and_read_only(path):
    flow = yaml.safe_load(path.read_text(encoding="utf-8"))
    used = [s["uses"] for job in flow["jobs"].values() for s in job["steps"] if "uses" in s]
    assert used and all(len(u.partition("@")[2]) == 40 for u in used)
    assert flow["permissions"] == {"contents": "read"}
