"""The pages of the notebooks, exercises and solutions, as they were executed and committed."""

from __future__ import annotations

import json
import re
import shutil
import tomllib
from pathlib import Path
from urllib.parse import urlsplit

from mdparts import toctree

ROOT = Path(__file__).resolve().parents[1]

NOTEBOOKS = """# Notebooks

One question each, in reading order. They are shown as they were executed and committed; the test
suite runs each one and compares. `make lab` opens them in JupyterLab.

"""
EXERCISES = """# Exercises

Five tasks, graded. Open them with `make lab` (folder `notebooks/exercises`), put your answer where
three dots stand, and run the check cell below: it says what is wrong and what to look at.

"""
SOLUTIONS = """# Solutions

For whoever has tried. Each is one way; the checks take others.

"""


def write_notebooks(folder: Path) -> None:
    """The notebooks as they stand, the exercises and their solutions each in a section."""
    shutil.copytree(
        ROOT / "notebooks",
        folder,
        dirs_exist_ok=True,
        ignore=shutil.ignore_patterns(".ipynb_checkpoints", "*.py"),
    )
    for place, text, inside in (
        (folder, NOTEBOOKS, ["exercises/index"]),
        (folder / "exercises", EXERCISES, ["solutions/index"]),
        (folder / "exercises/solutions", SOLUTIONS, []),
    ):
        books = sorted(place.glob("*.ipynb"))
        for path in books:
            write_links(path, path.relative_to(folder))
        entries = [path.stem for path in books] + inside
        (place / "index.md").write_text(text + toctree(entries), encoding="utf-8")


def write_links(path: Path, name: Path) -> None:
    """Below the heading of a notebook: where it can be run, and the file."""
    book = json.loads(path.read_text(encoding="utf-8"))
    for cell in book["cells"]:  # from the repository's folders to the site's
        cell["source"] = re.sub(r"\]\(((?:\.\./)+)docs/", r"](\1", "".join(cell["source"]))
    first = book["cells"][0]["source"]
    heading, _, rest = first.partition("\n")
    binder = (
        f"https://mybinder.org/v2/gh/{home()}/main?urlpath=lab/tree/notebooks/{name.as_posix()}"
    )
    links = f"[Run on Binder]({binder}) · {{download}}`Download <{name.name}>`"
    book["cells"][0]["source"] = f"{heading}\n\n{links}\n{rest}"
    path.write_text(json.dumps(book), encoding="utf-8")


def home() -> str:
    """Owner and name of the repository, as pyproject.toml has it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return urlsplit(project["urls"]["Repository"]).path.strip("/")
