"""What a document is made of, and how it is written as MyST Markdown."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pandas as pd

from loyaltystudy.report._translations import number, say, spoken


@dataclass(frozen=True)
class Heading:
    text: str
    level: int = 2


@dataclass(frozen=True)
class Paragraph:
    text: str


@dataclass(frozen=True, eq=False)
class Table:
    """Cells are text already."""

    title: str
    cells: pd.DataFrame
    note: str = ""


@dataclass(frozen=True)
class Figure:
    """A picture beside the document, by its path from there."""

    path: str
    caption: str


Part = Heading | Paragraph | Table | Figure


def as_text(table: pd.DataFrame, language: str, labels=None, decimals: int = 3) -> pd.DataFrame:
    """A table as its reader sees it: headings in the language, numbers as text.

    >>> as_text(pd.DataFrame({"scale": ["trust"], "alpha": [0.81]}), "sv").to_numpy().tolist()
    [['Förtroende', '0,810']]
    """
    said = spoken(table, language, labels)
    numeric = [c for c in said if said[c].dtype.kind == "f"]
    for column in numeric:
        values = [number(v, language, decimals) if pd.notna(v) else "" for v in said[column]]
        said[column] = pd.Series(values, index=said.index, dtype=object)
    said.columns = [str(column).replace("_", " ") for column in said]
    return said.map(str)


def numbered(parts: Sequence[Part], language: str) -> Iterator[tuple[Part, str]]:
    """Parts with the numbers of tables and figures; a table that stands alone has none."""
    counts = {Table: 0, Figure: 0}
    for part in parts:
        kind, words = type(part), ""
        if kind in counts and len(parts) > 1:
            counts[kind] += 1
            words = say(f"numbered {kind.__name__.lower()}", language, counts[kind])
        yield part, words


def to_myst(parts: Sequence[Part], language: str = "en") -> str:
    """MyST Markdown; pandoc, Quarto and mystmd read it."""
    return "\n\n".join(_myst(*each, language) for each in numbered(parts, language)) + "\n"


def _myst(part: Part, number: str, language: str) -> str:
    if isinstance(part, Heading):
        return f"{'#' * part.level} {_plain(part.text)}"
    if isinstance(part, Paragraph):
        return _plain(part.text)
    if isinstance(part, Figure):
        caption = f"{number}. {part.caption}" if number else part.caption
        return f"![{_plain(caption)}]({part.path})"
    title = f"**{number}**\n\n*{_plain(part.title)}*" if number else f"**{_plain(part.title)}**"
    head = "| " + " | ".join(map(_cell, part.cells.columns)) + " |"
    rule = "|" + "|".join("-" * width for width in _dashes(part.cells)) + "|"
    rows = ["| " + " | ".join(map(_cell, row)) + " |" for row in part.cells.to_numpy()]
    note = ["", _plain(say("table note", language, part.note))] if part.note else []
    return "\n".join([title, "", head, rule, *rows, *note])


def _dashes(cells: pd.DataFrame) -> list[int]:
    """How long the line under each head is: pandoc takes widths from it where lines are long."""
    columns = [[str(name), *map(str, cells[name])] for name in cells.columns]
    return [max(3, min(max(map(len, column)), 60)) for column in columns]


def _plain(text: str) -> str:
    """Text of others that starts no markup, no formula and no HTML."""
    for sign in "\\*_[]<>$`#{}|~@^":
        text = text.replace(sign, f"\\{sign}")
    return " ".join(re.split(r"[ \t\r\n]+", text.strip()))


def _cell(text: str) -> str:
    return _plain(unbroken(str(text))) or " "


def unbroken(text: str) -> str:
    """An interval stays on one line."""
    return re.sub(
        r"\[[^\]]*\](?: \*)?", lambda found: found[0].replace(" ", "\N{NO-BREAK SPACE}"), text
    )
