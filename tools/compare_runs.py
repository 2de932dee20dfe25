"""Compare the results of two runs of `loyaltystudy reproduce`, cell by cell.

    python tools/compare_runs.py before/ after/               # folders that `--out` named
    python tools/compare_runs.py --commits fb73c88 main       # the notebooks committed in each

Every CSV table and every notebook of the folders is compared. Numbers are equal if they agree to
twelve digits, whatever their spelling; text is compared letter by letter, HTML tables by cell, and
pictures in small squares, as the tests of the notebooks do. Rows of a table are matched by their
text columns where these name each row once, else by place; cells of a notebook by their source.
Exits with 1 if anything differs.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import re
import subprocess
import sys
from difflib import SequenceMatcher
from math import isclose
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

ROOT = Path(__file__).resolve().parents[1]
TWELFTH = 1e-12  # relative
NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")


def same_text(first: str, second: str) -> bool:
    """Equal but for digits of numbers beyond the twelfth."""
    if first == second:
        return True
    if NUMBER.split(first) != NUMBER.split(second):
        return False
    pairs = zip(NUMBER.findall(first), NUMBER.findall(second), strict=True)
    return all(a == b or isclose(float(a), float(b), rel_tol=TWELFTH) for a, b in pairs)


def named_rows(table: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """The table with its rows named by their columns of text, or by place."""
    text = [c for c in columns if not table[c].map(is_number).all()]
    keys = (text[:k] for k in range(1, len(text) + 1))
    key = next((k for k in keys if not table.duplicated(k).any()), None)
    if key is None:
        return table.set_axis([f"row {i + 1}" for i in range(len(table))])
    return table.set_axis(table[key].agg(" / ".join, axis=1))


def is_number(cell: str) -> bool:
    return not cell or bool(NUMBER.fullmatch(cell)) or cell in ("nan", "inf", "-inf")


def compare_tables(first: Path, second: Path) -> list[str]:
    """What differs between two CSV files, one line a cell, row or column."""
    read = [pd.read_csv(path, dtype=str, keep_default_na=False) for path in (first, second)]
    shared = [c for c in read[0] if c in read[1]]
    lines = [f"column {c!r} only before" for c in read[0] if c not in shared]
    lines += [f"column {c!r} only after" for c in read[1] if c not in shared]
    before, after = (named_rows(table, shared) for table in read)
    lines += [f"row {name!r} only before" for name in before.index if name not in after.index]
    lines += [f"row {name!r} only after" for name in after.index if name not in before.index]
    for name in before.index.intersection(after.index, sort=False):
        for column in shared:
            one, other = before.loc[name, column], after.loc[name, column]
            if not same_text(one, other):
                lines.append(f"{name}, {column}: {one[:90]!r} -> {other[:90]!r}")
    return lines


def compare_notebooks(first: Path, second: Path) -> list[str]:
    """What differs between the outputs of two notebooks, one line a cell."""
    cells = [code_cells(path) for path in (first, second)]
    lines = []
    sources = [[cell["source"] for cell in found] for found in cells]
    for _, a, b, c, d in SequenceMatcher(None, *sources, autojunk=False).get_opcodes():
        before, after = cells[0][a:b], cells[1][c:d]
        if len(before) == len(after):  # the same source, or as many cells in its place
            for one, other in zip(before, after, strict=True):
                lines += compare_sources(one, other) + compare_outputs(one, other)
            continue
        lines += [f"only before: {cell['source'][:80]!r}" for cell in before]
        lines += [f"only after: {cell['source'][:80]!r}" for cell in after]
    return lines


def compare_sources(one: dict, other: dict) -> list[str]:
    """The lines of a cell's source that are others."""
    first, second = one["source"].splitlines(), other["source"].splitlines()
    gone = [line for line in first if line not in second]
    new = [line for line in second if line not in first]
    return [f"source: {gone} -> {new}"] if first != second else []


def code_cells(path: Path) -> list[dict]:
    book = json.loads(path.read_text(encoding="utf-8"))
    cells = (cell for cell in book["cells"] if cell["cell_type"] == "code")
    return [{**cell, "source": "".join(cell["source"])} for cell in cells]


def compare_outputs(one: dict, other: dict) -> list[str]:
    before, after, name = said(one), said(other), one["source"][:60]
    if len(before) != len(after):
        return [f"{name!r}: {len(before)} outputs -> {len(after)}"]
    lines = []
    for (kind, a), (_, b) in zip(before, after, strict=True):
        if kind == "image/png":
            lines += [] if looks().Picture(a) == looks().Picture(b) else [f"{name!r}: the picture"]
            continue
        rows = [a.splitlines(), b.splitlines()]
        if len(rows[0]) != len(rows[1]):
            lines.append(f"{name!r}, {kind}: {len(rows[0])} lines -> {len(rows[1])}")
            continue
        for x, y in zip(*rows, strict=True):
            if not same_text(x, y):
                lines.append(f"{name!r}, {kind}: {x.strip()[:120]!r} -> {y.strip()[:120]!r}")
    return lines


def said(cell: dict) -> list[tuple[str, str]]:
    """Kind and content of all that a cell gave: text, tables by cell, pictures."""
    found = []
    for output in cell["outputs"]:
        data = output.get("data") or {"text/plain": output.get("text", "")}
        for kind, content in sorted(data.items()):
            text = content if isinstance(content, str) else "".join(content)
            found.append((kind, looks().cells(text) if kind == "text/html" else text))
    return found


def looks():
    """How the tests of the notebooks compare pictures and tables."""
    name = "notebooks_conftest"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, ROOT / "notebooks/conftest.py")
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]


def compare_folders(before: Path, after: Path) -> dict[str, list[str]]:
    """File to what differs; files of one folder alone are named too."""
    files = [
        {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.suffix in KINDS}
        for folder in (before, after)
    ]
    found = {name: ["only before"] for name in files[0] - files[1]}
    found |= {name: ["only after"] for name in files[1] - files[0]}
    for name in files[0] & files[1]:
        found[name] = KINDS[Path(name).suffix](before / name, after / name)
    return dict(sorted(found.items()))


KINDS = {".csv": compare_tables, ".ipynb": compare_notebooks}


def committed_notebooks(commit: str, folder: Path) -> Path:
    """The notebooks of a commit, written into a folder of their own."""
    listed = _git("ls-tree", "-r", "--name-only", commit, "notebooks").decode().splitlines()
    for name in (n for n in listed if n.endswith(".ipynb")):
        path = folder / Path(name).relative_to("notebooks")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_git("show", f"{commit}:{name}"))
    return folder


def _git(*arguments: str) -> bytes:
    return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, check=True).stdout


def report(found: dict[str, list[str]]) -> int:
    """Print what differs, and how many files do; the exit code."""
    different = {name: lines for name, lines in found.items() if lines}
    for name, lines in different.items():
        print(f"{name}: {len(lines)} differences")
        print(*(f"  {line}" for line in lines), sep="\n")
    print(f"{len(found)} files compared, {len(different)} differ")
    return 1 if different or not found else 0


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("before", help="a folder of results, or a commit")
    parser.add_argument("after")
    parser.add_argument("--commits", action="store_true", help="compare committed notebooks")
    given = parser.parse_args(arguments)
    if not given.commits:
        return report(compare_folders(Path(given.before), Path(given.after)))
    with TemporaryDirectory() as folder:
        pairs = (("before", given.before), ("after", given.after))
        folders = [committed_notebooks(commit, Path(folder, name)) for name, commit in pairs]
        return report(compare_folders(*folders))


if __name__ == "__main__":
    sys.exit(main())
