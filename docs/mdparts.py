"""Markdown that the generated pages share."""

from __future__ import annotations

from collections.abc import Iterable


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
