"""Markdown that the generated pages share."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable
from pathlib import Path


def toctree(entries: Iterable[str], *, hidden: bool = False) -> str:
    options = ":hidden:" if hidden else ":maxdepth: 1"
    return "\n".join(["```{toctree}", options, "", *entries, "```", ""])


def table(rows: list[dict]) -> str:
    """Rows as a Markdown table; an empty cell is a dash."""
    head = list(rows[0])
    cells = [
        [str(row[h]).replace("|", "\\|").replace("\n", " ") or "–" for h in head] for row in rows
    ]
    lines = [head, ["---"] * len(head), *cells]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def measured_on(path: Path) -> str:
    """A line on the day of a result's last change; empty outside a clone."""
    command = ["git", "log", "-1", "--format=%cs", "--", str(path)]
    done = subprocess.run(command, cwd=path.parent, capture_output=True, text=True)
    day = done.stdout.strip()
    return f"\n\n*Stored on {day}: the figures are of the code of that day.*\n" if day else ""
