"""What a document is made of, and the two ways of writing it: MyST Markdown and Word."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from loyaltystudy.report._timeless import timeless
from loyaltystudy.report._translations import number, spoken


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


def to_myst(parts: Sequence[Part]) -> str:
    """MyST Markdown; pandoc, Quarto and mystmd read it."""
    return "\n\n".join(_myst(part) for part in parts) + "\n"


def _myst(part: Part) -> str:
    if isinstance(part, Heading):
        return f"{'#' * part.level} {_plain(part.text)}"
    if isinstance(part, Paragraph):
        return _plain(part.text)
    if isinstance(part, Figure):
        return f"![{_plain(part.caption)}]({part.path})"
    head = "| " + " | ".join(map(_cell, part.cells.columns)) + " |"
    rule = "|" + "---|" * part.cells.shape[1]
    rows = ["| " + " | ".join(map(_cell, row)) + " |" for row in part.cells.to_numpy()]
    return "\n".join([f"**{_plain(part.title)}**", "", head, rule, *rows])


def _plain(text: str) -> str:
    """Text of others that starts no markup, no formula and no HTML."""
    for sign in "\\*_[]<>$`#{}|~@^":
        text = text.replace(sign, f"\\{sign}")
    return " ".join(text.split())


def _cell(text: str) -> str:
    return _plain(str(text)) or " "


def to_docx(parts: Sequence[Part], folder: Path, title: str) -> bytes:
    """A Word document; figures are looked for from ``folder``."""
    from docx import Document
    from docx.shared import Cm

    document = Document()
    document.core_properties.title = title
    document.core_properties.author = ""
    for part in parts:
        if isinstance(part, Heading):
            document.add_heading(part.text, level=part.level - 1)
        elif isinstance(part, Paragraph):
            document.add_paragraph(part.text)
        elif isinstance(part, Figure):
            document.add_picture(str(folder / part.path), width=Cm(15))
            document.add_paragraph(part.caption, style="Caption")
        else:
            _docx_table(document, part)
    buffer = io.BytesIO()
    document.save(buffer)
    return timeless(buffer.getvalue())


def _docx_table(document, part: Table) -> None:
    """A table with three rules, as the APA has it."""
    document.add_paragraph().add_run(part.title).italic = True
    table = document.add_table(rows=1, cols=part.cells.shape[1])
    for cell, text in zip(table.rows[0].cells, part.cells.columns, strict=True):
        cell.text = str(text)
    for row in part.cells.to_numpy():
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = str(text)
    _rule(table.rows[0], "top", "bottom")
    _rule(table.rows[-1], "bottom")
    document.add_paragraph()


def _rule(row, *sides: str) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    for cell in row.cells:
        borders = OxmlElement("w:tcBorders")
        for side in sides:
            line = OxmlElement(f"w:{side}")
            for key, value in (("val", "single"), ("sz", "6"), ("color", "000000")):
                line.set(qn(f"w:{key}"), value)
            borders.append(line)
        cell._tc.get_or_add_tcPr().append(borders)
