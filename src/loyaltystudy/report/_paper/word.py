"""A document for Word, set in the manner of the APA: A4, numbered tables and figures, notes."""

import io
from collections.abc import Sequence
from pathlib import Path

from loyaltystudy.report._paper.blocks import (
    Figure,
    Heading,
    Paragraph,
    Part,
    Table,
    numbered,
    unbroken,
)
from loyaltystudy.report._timeless import timeless
from loyaltystudy.report._translations import say

FONT, SIZE, SMALL = "Times New Roman", 12, 10  # points
TINY, MANY = 8, 7  # points, from so many columns on
WIDTH, HEIGHT = 15.92, 20.0  # cm inside the margins; of the tallest figure
LETTER, PAD, LEAST, MOST = 0.19, 0.5, 1.1, 15.0  # cm: of a letter of 10 points, of a column
SPOKEN = {"en": "en-GB", "sv": "sv-SE", "nb": "nb-NO"}


def to_docx(parts: Sequence[Part], folder: Path, title: str, language: str = "en") -> bytes:
    """A Word document; figures are looked for from ``folder``."""
    from docx import Document

    document = Document()
    document.core_properties.title = title
    document.core_properties.author = ""
    _set_styles(document, language)
    for part, number in numbered(parts, language):
        if isinstance(part, Heading):
            document.add_heading(part.text, level=part.level - 1)
        elif isinstance(part, Paragraph):
            document.add_paragraph(part.text)
        elif isinstance(part, Figure):
            _add_figure(document, part, number, folder)
        else:
            _add_table(document, part, number, language)
    buffer = io.BytesIO()
    document.save(buffer)
    return timeless(buffer.getvalue())


def _set_styles(document, language: str) -> None:
    """A4, one font in black, the language that spelling is checked in."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt, RGBColor

    page = document.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = Cm(2.54)
    sizes = {"Normal": SIZE, "Title": 16, "Heading 1": 13, "Heading 2": SIZE, "Caption": SMALL}
    for name, size in sizes.items():
        style = document.styles[name]
        style.font.name, style.font.size = FONT, Pt(size)
        style.font.color.rgb = RGBColor(0, 0, 0)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for key in ("ascii", "hAnsi", "cs", "eastAsia"):
            fonts.set(qn(f"w:{key}"), FONT)
        for key in ("asciiTheme", "hAnsiTheme", "cstheme", "eastAsiaTheme"):
            fonts.attrib.pop(qn(f"w:{key}"), None)
    spoken = OxmlElement("w:lang")
    spoken.set(qn("w:val"), SPOKEN[language])
    document.styles["Normal"].element.get_or_add_rPr().append(spoken)
    document.styles["Normal"].paragraph_format.space_after = Pt(8)
    document.styles["Title"].font.bold = True
    for border in document.styles["Title"].element.findall(f".//{qn('w:pBdr')}"):
        border.getparent().remove(border)


def _head(document, number: str, title: str) -> None:
    """The number in bold, the title in italics below it, on the page of what follows."""
    from docx.shared import Pt

    for text, kind in ((number, "bold"), (title, "italic")):
        if text:
            line = document.add_paragraph()
            setattr(line.add_run(text), kind, True)
            line.paragraph_format.keep_with_next = True
            line.paragraph_format.space_after = Pt(3)


def _add_figure(document, part: Figure, number: str, folder: Path) -> None:
    from docx.shared import Cm

    _head(document, number, part.caption)
    picture = document.add_picture(str(folder / part.path), width=Cm(WIDTH))
    if picture.height > Cm(HEIGHT):
        picture.width = int(picture.width * Cm(HEIGHT) / picture.height)
        picture.height = Cm(HEIGHT)


def _add_table(document, part: Table, number: str, language: str) -> None:
    """Three rules, columns as wide as what they hold, the head on every page."""
    from docx.shared import Cm, Pt

    _head(document, number, part.title)
    columns = [_capital(str(name)) for name in part.cells.columns]
    rows = part.cells.astype(str).to_numpy().tolist()
    table = document.add_table(rows=0, cols=len(columns))
    table.autofit = False
    widths = column_widths([columns, *rows])
    points = TINY if len(columns) >= MANY else SMALL
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(width)
    for place, texts in enumerate([columns, *rows]):
        row = table.add_row()
        _keep_whole(row, head=place == 0)
        for cell, text, width in zip(row.cells, texts, widths, strict=True):
            cell.width = Cm(width)
            paragraph = cell.paragraphs[0]
            paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(2)
            paragraph.add_run(unbroken(text) or "\N{NO-BREAK SPACE}").font.size = Pt(points)
    _rule(table.rows[0], "top", "bottom")
    _rule(table.rows[-1], "bottom")
    note = document.add_paragraph()
    if part.note:
        word, _, rest = say("table note", language, part.note).partition(" ")
        note.add_run(word).italic = True
        note.add_run(f" {rest}")
        for run in note.runs:
            run.font.size = Pt(SMALL)


def column_widths(rows: Sequence[Sequence[str]]) -> list[float]:
    """Widths in cm: what a column holds on one line, long texts narrower, all within the page.

    >>> [round(width, 1) for width in column_widths([["block", "n"], ["trust", "336"]])]
    [1.4, 1.1]
    >>> sum(column_widths([["x" * 200, "y"]] * 2)) <= WIDTH
    True
    """
    columns = [*zip(*rows, strict=True)]
    letter = LETTER * (TINY / SMALL if len(columns) >= MANY else 1)
    words = [max(len(word) for text in c for word in unbroken(text).split(" ")) for c in columns]
    lines = [max(map(len, c[1:]), default=0) for c in columns]  # a head may take several lines
    wanted = [max(n, w) * letter + PAD for n, w in zip(lines, words, strict=True)]
    wanted = [min(max(width, LEAST), MOST) for width in wanted]
    spare = sum(wanted) - WIDTH
    if spare <= 0:
        return wanted
    least = [min(max(n * letter + PAD, LEAST), w) for n, w in zip(words, wanted, strict=True)]
    give = sum(wanted) - sum(least)
    part = min(spare / give, 1.0) if give else 0.0
    widths = [w - part * (w - low) for w, low in zip(wanted, least, strict=True)]
    return [width * min(1.0, WIDTH / sum(widths)) for width in widths]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:] if len(text) > 1 else text


def _keep_whole(row, *, head: bool) -> None:
    from docx.oxml import OxmlElement

    of_row = row._tr.get_or_add_trPr()
    for name in ("w:cantSplit", *["w:tblHeader"] * head):
        of_row.append(OxmlElement(name))


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
