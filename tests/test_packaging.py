"""What is installed: files in the wheel, types that a checker sees, examples of the site."""

import ast
import os
import re
import shutil
import subprocess
import sys
import tomllib
import warnings
from copy import deepcopy
from importlib.util import find_spec
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

import loyaltystudy as ls

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src/loyaltystudy"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
CACHES = {"__pycache__", ".ipynb_checkpoints"}


def files_below(folder: Path) -> set[str]:
    """Paths of the files that are not Python, as the installed package knows them."""
    found = (p for p in folder.rglob("*") if p.is_file() and not CACHES & set(p.parts))
    return {p.relative_to(folder).as_posix() for p in found if p.suffix not in (".py", ".pyc")}


def read_by_the_package() -> set[str]:
    own = {f"loyaltystudy/{name}" for name in files_below(SOURCE)}
    return own | {f"loyaltystudy/data/{name}" for name in files_below(ROOT / "data")}


def test_what_the_package_reads_is_there():
    files = read_by_the_package()
    studies = {f"loyaltystudy/data/{name}/codebook.yaml" for name in ls.list_studies()["name"]}
    panels = {f"loyaltystudy/data/panels/{name}/panel.yaml" for name in ls.list_panels()["panel"]}
    others = {
        "instrument/codebook.yaml",
        "constructs.yaml",
        "registry.tsv",
        "evidence.csv",
        "error_rates.csv",
        "matrix.csv",
        "nordic-simulated/answers.csv",
    }
    assert studies | panels | {f"loyaltystudy/data/{name}" for name in others} <= files
    assert {"loyaltystudy/py.typed", "loyaltystudy/__init__.pyi"} <= files


def test_the_recipe_takes_package_and_data_whole():
    wheel = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert wheel == {
        "packages": ["src/loyaltystudy"],
        "force-include": {"data": "loyaltystudy/data"},
    }


def test_git_ignores_nothing_that_the_package_reads():
    """The build backend leaves out what git ignores."""
    names = [
        str(p.relative_to(ROOT))
        for folder in (SOURCE, ROOT / "data")
        for p in folder.rglob("*")
        if p.is_file() and not CACHES & set(p.parts)
    ]
    run = subprocess.run(
        ["git", "check-ignore", "--no-index", "--stdin"],
        cwd=ROOT,
        input="\n".join(names),
        capture_output=True,
        text=True,
    )
    assert run.stdout == "", run.stdout
    assert run.returncode == 1, run.stderr  # 1: looked at all, none is ignored


@pytest.mark.skipif(
    not find_spec("hatchling"), reason="hatchling comes with requirements-docs.lock"
)
def test_the_wheel_holds_every_file_that_the_package_reads(tmp_path):
    from zipfile import ZipFile

    code = "import sys; from hatchling.build import build_wheel; print(build_wheel(sys.argv[1]))"
    run = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, capture_output=True, text=True
    )
    assert run.returncode == 0, run.stderr
    with ZipFile(tmp_path / run.stdout.split()[-1]) as wheel:
        held = set(wheel.namelist())
    modules = {f"loyaltystudy/{p.relative_to(SOURCE).as_posix()}" for p in SOURCE.rglob("*.py")}
    assert not (read_by_the_package() | modules) - held
    assert not [name for name in held if name.startswith("tests") or "__pycache__" in name]


def test_data_outside_a_checkout_come_from_inside_the_package(tmp_path):
    """As installed: the package and its data side by side, and no repository around them."""
    shutil.copytree(SOURCE, tmp_path / "loyaltystudy", ignore=shutil.ignore_patterns(*CACHES))
    shutil.copytree(ROOT / "data", tmp_path / "loyaltystudy/data")
    code = (
        "import sys; sys.path.insert(0, '.')\n"
        "import loyaltystudy as ls\n"
        "from loyaltystudy.survey._shipped import data_folder\n"
        "print(data_folder().relative_to(sys.argv[1]).as_posix())\n"
        "print(ls.load_study('mobile-reputation', source='shipped').n)\n"
        "print(ls.load_panel('yogurt').name)"
    )
    run = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path.resolve())],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert run.stdout.split() == ["loyaltystudy/data", "344", "yogurt"], run.stderr


def test_version_has_one_source_and_is_cited():
    assert PROJECT["project"]["dynamic"] == ["version"]
    assert PROJECT["tool"]["hatch"]["version"]["path"] == "src/loyaltystudy/__init__.py"
    cited = re.search(r"^version: (\S+)", (ROOT / "CITATION.cff").read_text(), re.M)[1]
    assert cited.strip("\"'") == ls.__version__
    assert f"## {ls.__version__}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_every_link_names_the_repository_that_pyproject_states():
    stated = PROJECT["project"]["urls"]["Repository"].removeprefix("https://github.com/")
    pages = [
        ROOT / "README.md",
        ROOT / "CITATION.cff",
        *(ROOT / "docs").glob("*.ipynb"),
        *(ROOT / "docs/howto").glob("*.md"),
    ]
    links = [
        (path.name, found)
        for path in pages
        for found in re.findall(
            r"(?:repository-code: https://github\.com|mybinder\.org/v2/gh"
            r"|colab\.research\.google\.com/github|git\+https://github\.com)/([\w.-]+/[\w-]+)",
            path.read_text(encoding="utf-8"),
        )
    ]
    assert len(links) > 3
    assert {found for _, found in links} == {stated}, "make home REPOSITORY=owner/name"


def test_stub_is_the_one_list_of_public_names():
    tree = ast.parse((SOURCE / "__init__.pyi").read_text(encoding="utf-8"))
    stub = {
        alias.asname: (node.module, node.level)
        for node in tree.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert sorted(stub) == sorted(ls.__all__) == sorted(dir(ls))
    assert all(level == 1 and "." not in module for module, level in stub.values())


@pytest.mark.skipif(not find_spec("mypy"), reason="mypy comes with requirements-docs.lock")
def test_strict_type_checker_accepts_what_users_write(tmp_path):
    run = subprocess.run(
        [sys.executable, "-m", "mypy", "--cache-dir", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stdout + run.stderr


def test_lock_of_the_site_holds_the_versions_of_the_other_lock():
    def entries(file):
        text = (ROOT / file).read_text(encoding="utf-8")
        return dict(re.findall(r"^([A-Za-z0-9_.-]+)==([^ ]+)", text, re.M))

    site, base = entries("requirements-docs.lock"), entries("requirements.lock")
    assert {name: site[name] for name in base} == base
    extras = PROJECT["project"]["optional-dependencies"]
    asked = {re.split("[<>=]", r)[0] for r in extras["docs"] + extras["packaging"]}
    assert asked <= set(site)


# ---- examples of the site --------------------------------------------------------------------

PAGES = ["start.md"] + [
    f"howto/{page}.md" for page in ("own-survey", "many-rows", "survey-tools", "r-users")
]


def simulated_answers(n: int = 120, seed: int = 7) -> pd.DataFrame:
    """Answers to the codebook of own-survey.md: trust, and a loyalty that follows it."""
    rng = np.random.default_rng(seed)
    trust = rng.normal(size=n)
    asked = {
        name: np.clip(np.round(4 + sign * 1.2 * trust + rng.normal(size=n)), 1, 7).astype(int)
        for name, sign in {"t1": 1, "t2": -1, "t3": 1, "l1": 1, "l2": 1}.items()
    }
    who = {"id": range(n), "age": rng.integers(18, 90, n), "sex": rng.integers(1, 3, n)}
    return pd.DataFrame(who | asked)


@pytest.mark.parametrize("page", PAGES)
def test_examples_of_the_site_run(page, tmp_path, monkeypatch, capsys):
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    for book in re.findall(r"```yaml\n(.*?)```", text, re.S):
        name = "panel.yaml" if "wave: wave" in book else "codebook.yaml"
        Path(name).write_text(book, encoding="utf-8")
        simulated_answers().to_csv("answers.csv", index=False)
        waves = [simulated_answers(seed=wave).assign(wave=wave) for wave in (1, 2)]
        pd.concat(waves).to_csv("panel.csv", index=False)
    code = re.findall(r"```(?:python|\{code-cell\} ipython3)\n(.*?)```", text, re.S)
    names: dict[str, object] = {}
    for block in code:
        exec(compile(block, page, "exec"), names)
    plt.close("all")
    assert code and capsys.readouterr().out
    if page == "howto/own-survey.md":
        assert [*names["wide"]] == ["trust_1", "loyalty_1", "trust_2", "loyalty_2"]
        assert names["found"].r2 > 0.3
        weak = names["verdicts"].set_index("claim").loc["demographics-weak"]
        assert weak["measured"] == "part" and "not measured here: region" in weak["why"]
    if page == "howto/survey-tools.md":
        assert Path("mobile-ecsi.sav").is_file() and Path("survey.txt").is_file()


def test_the_colab_notebook_gives_what_it_shows(tmp_path, monkeypatch):
    """Run strictly, as nbval would, but in a folder of its own: its cells make files."""
    import nbformat
    from nbclient import NotebookClient

    monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)
    monkeypatch.setenv("LOYALTYSTUDY_DATA", str(tmp_path / "none"))  # no raw files
    (tmp_path / "none").mkdir()
    stored = nbformat.read(ROOT / "docs/colab.ipynb", 4)
    found = deepcopy(stored)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the kernel's transport
        here = {"metadata": {"path": str(tmp_path)}}
        NotebookClient(found, timeout=300, coalesce_streams=True, resources=here).execute()
    first, *others = (c for c in stored.cells if c.cell_type == "code")
    assert "%pip install -q git+https://" in first.source and not first.outputs
    assert [c.execution_count for c in (first, *others)] == [*range(1, len(others) + 2)]
    assert shown(found) == shown(stored) and len(shown(stored)) == len(others)
    assert (tmp_path / "results/report.html").is_file()


def shown(book) -> list[str]:
    """The text of every output: what was printed, and results but for their HTML."""
    cells = (c for c in book.cells if c.cell_type == "code")
    return [
        o.text if o.output_type == "stream" else o.data["text/plain"]
        for c in cells
        for o in c.outputs
    ]


def test_reference_has_every_public_name_and_all_that_pages_link_to(monkeypatch):
    """Roles such as {py:func}`~loyaltystudy.score` in pages written by hand."""
    monkeypatch.syspath_prepend(str(ROOT / "docs"))
    from reference import reference

    known = {f"loyaltystudy.{name}" for objects in reference().values() for name in objects}
    assert {f"loyaltystudy.{name}" for name in ls.__all__} <= known
    role = re.compile(r"\{py:\w+\}`~?(?:[^`<]*<)?(loyaltystudy[\w.]+)>?`")
    pages = [*(ROOT / "docs").glob("*.md"), *(ROOT / "docs").glob("*/*.md")]
    made = {"api", "data", "measured", "notebooks"}
    linked = {
        (path.name, name)
        for path in pages
        if path.parent.name not in made
        for name in role.findall(path.read_text(encoding="utf-8"))
    }
    members = {name for _, name in linked if name.rpartition(".")[0] in known}
    assert linked and not [link for link in linked if link[1] not in known | members]
