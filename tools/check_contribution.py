"""Check what a user has made with ``loyaltystudy contribute``, before it becomes a study here.

    python -m tools.check_contribution contribution/      exit 1 with what is wrong
    python -m tools.check_contribution --changed-since main      the folders that a branch brings

Codebook and constructs, the files that may be there and no others, claims and verdicts, the attack
on the moments, and that nothing rests on fewer than ten people.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from loyaltystudy.claims import register
from loyaltystudy.errors import SurveyError
from loyaltystudy.report import CONTRIBUTED
from loyaltystudy.survey import data_folder, load_codebook, read_yaml
from tools import attack

SETTLED = {"full", "proxy", "part", "struck"}
NEEDED = {"codebook.yaml", "README.md", "provenance.yaml", "verdicts.csv", "matrix.csv"}
DATE = re.compile(r"\b(19|20)\d\d-\d\d-\d\d\b")
ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
# telephones; numbers of birth, Swedish and Norwegian; sums of money are neither
NUMBER = re.compile(r"(?<!\d)(?<!\d )(?:\+\d|0\d)[\d -]{5,}\d|\b\d{6}(?:\d\d)?[-+ ]?\d{4,5}\b")
NOBODY = "No label names a person."
SMALLEST = 10
SECONDS = 10.0  # for the attack on the moments


def problems(folder: Path) -> list[str]:
    """Everything that is wrong with a contribution; none if it may become a study."""
    held = {path.name for path in folder.iterdir()}
    said = [f"{name}: no such file belongs here." for name in sorted(held - set(CONTRIBUTED))]
    said += [f"{name}: is missing." for name in sorted(NEEDED - held)]
    if NEEDED - held:
        return said
    checks = (_codebook, _readme, _provenance, _matrix, _verdicts, _moments)
    return said + [text for check in checks for text in check(folder)]


def _codebook(folder: Path) -> list[str]:
    try:
        book = load_codebook(folder)
    except SurveyError as error:
        return [str(error)]
    open_text = [v.name for v in book.variables.values() if v.kind == "text"]
    said = [f"codebook.yaml: {name} is an open question." for name in open_text]
    if book.design.respondent:
        said.append("codebook.yaml: design > respondent: nobody's number belongs here.")
    return said + _names(folder)


def _names(folder: Path) -> list[str]:
    """Labels that may be somebody's: addresses, long numbers, capitalised words."""
    texts = [*_texts(read_yaml(folder / "codebook.yaml"))]
    own = sum(bool(ADDRESS.search(t) or NUMBER.search(t)) for t in texts)
    said = [f"codebook.yaml: {own} texts hold an address or somebody's number."] if own else []
    labels = sorted({t for t in texts if _like_a_name(t.split())})
    if labels and NOBODY not in (folder / "README.md").read_text(encoding="utf-8"):
        said.append(
            f"codebook.yaml: read these for names of people: {labels}. Take out such a column, or "
            f"write into README.md: {NOBODY}"
        )
    return said


def _like_a_name(parts: list[str]) -> bool:
    """Two or three capitalised words and nothing else."""
    return len(parts) in (2, 3) and all(p.strip(".-").istitle() for p in parts)


def _texts(part) -> Iterator[str]:
    """Every text of a codebook, keys too: answers that are words are keys."""
    if isinstance(part, dict):
        for key, value in part.items():
            yield from _texts(key)
            yield from _texts(value)
    elif isinstance(part, list):
        for value in part:
            yield from _texts(value)
    elif isinstance(part, str):
        yield part


def _readme(folder: Path) -> list[str]:
    text = (folder / "README.md").read_text(encoding="utf-8")
    said = (
        []
        if text.split("## ")[1:2] and text.split("## ")[1].startswith("Limits first")
        else ["README.md: the first section is '## Limits first'."]
    )
    if "Say here who was asked" in text and "Simulated" not in text:
        said.append("README.md: say who was asked, how they were found, and what was not asked.")
    return said


def _provenance(folder: Path) -> list[str]:
    content, book = read_yaml(folder / "provenance.yaml"), load_codebook(folder)
    said = [
        f"provenance.yaml: {key} is missing."
        for key in ("study", "licence", "population")
        if not content.get(key)
    ]
    if book.licence.split(";")[0] != content.get("licence"):
        said.append(f"codebook.yaml: licence {book.licence!r} is not that of provenance.yaml.")
    if found := DATE.search(str(content)):
        said.append(f"provenance.yaml: {found[0]}: no date belongs here.")
    return said


def _matrix(folder: Path) -> list[str]:
    table, name = pd.read_csv(folder / "matrix.csv"), load_codebook(folder).study
    unknown = sorted(set(table["claim"]) - set(register()))
    said = [f"matrix.csv: {claim} is no claim of the register." for claim in unknown]
    said += [
        f"matrix.csv: {w}: not among {sorted(SETTLED)}."
        for w in sorted(set(table["settled"]) - SETTLED)
    ]
    others = sorted(set(table["study"]) - {name})
    return said + [f"matrix.csv: {other} is not {name}." for other in others]


def _verdicts(folder: Path) -> list[str]:
    table = pd.read_csv(folder / "verdicts.csv")
    known = register()
    said = [
        f"verdicts.csv: {r.claim}: not judged by the rule that is registered now; run check again."
        for r in table.itertuples()
        if r.claim in known and known[r.claim].rule_hash != r.rule_hash
    ]
    thin = table[table["n"] < SMALLEST]["claim"]
    return said + [f"verdicts.csv: {claim}: fewer than {SMALLEST} people." for claim in thin]


def _moments(folder: Path) -> list[str]:
    path = folder / "moments.csv"
    if not path.is_file():
        return []
    found = attack.attack(path, seconds=SECONDS)
    said = [f"moments.csv: {text}" for text in found["broken"]]
    if rows := sum(found[how] for how in attack.FINDS):
        said.append(f"moments.csv: {rows} rows or answers of people can be read out.")
    others = [other for other in data_folder().rglob("moments.csv") if not other.samefile(path)]
    return said + attack.differences([attack.read_products(file) for file in (path, *others)])


def changed_folders(base: str, root: Path = Path()) -> list[Path]:
    """Contributions with a file that is new or other than where the branch left ``base``.

    A folder whose lines stand in ``data/matrix.csv`` was taken in, and is none of them.
    """
    git = ["git", "-C", str(root), "diff", "--name-only", "-z", "--relative", f"{base}...HEAD"]
    names = subprocess.run(git, check=True, capture_output=True, text=True).stdout.split("\0")
    folders = sorted({(root / name).parent for name in names if name})
    taken_in = set(pd.read_csv(root / "data/matrix.csv")["study"])
    given = [f for f in folders if (f / "provenance.yaml").is_file()]
    return [f for f in given if f.name not in taken_in or (f / "matrix.csv").is_file()]


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Check contributions.")
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument("--changed-since", metavar="REF", help="folders new since then")
    options = parser.parse_args(arguments)
    if not (options.folders or options.changed_since):
        parser.error("name a folder, or --changed-since REF")
    new = changed_folders(options.changed_since) if options.changed_since else []
    if options.changed_since:
        print(f"{len(new)} contributions are new or changed since {options.changed_since}")
    wrong = 0
    for folder in [*options.folders, *new]:
        said = problems(folder)
        wrong += len(said)
        print(f"{folder}: {len(said) or 'no'} problems", *said, sep="\n- ")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
