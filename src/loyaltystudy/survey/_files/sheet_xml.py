"""What a sheet's XML says beside its values: extent, errors, formulas nobody has computed."""

import posixpath
import re
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

CHUNK = 4_000_000  # bytes of XML looked at in one go
OVERLAP = 20_000  # of one piece with the next: longer than a cell with its formula
_TAG = rb"<(?:\w+:)?"  # some writers give every element a prefix
# where rows and cells say that they are: r="7", r="C7", however it is quoted
_ROW = re.compile(rb"""\br\s*=\s*["']\s*\$?[A-Za-z]*\$?(\d{1,12})""")
_COLUMN = re.compile(rb"""\br\s*=\s*["']\s*\$?([A-Za-z]{1,9})""")
_ERROR = re.compile(
    _TAG
    + rb'c\b(?=[^>]*\bt="e")[^>]*?\br="([A-Z]+\d+)"[^>]*>(?:(?!</(?:\w+:)?c>).)*?'
    + _TAG
    + rb"v>([^<]*)<",
    re.DOTALL,
)
_FORMULA = _TAG + rb"f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)\s*"
_NO_VALUE = rb"(?:" + _TAG + rb"v\s*/>|" + _TAG + rb"v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
_EMPTY_FORMULA = re.compile(_TAG + rb'c\b[^>]*?\br="([A-Z]+\d+)"[^>]*>\s*' + _FORMULA + _NO_VALUE)
_SHEET = re.compile(_TAG + rb'sheet\b[^>]*?\bname="([^"]*)"[^>]*?\b\w+:id="([^"]+)"')
_TARGET = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*>")


@dataclass
class SheetFacts:
    """Extent, and the cells without a value of their own (name of the cell to the error)."""

    rows: int = 0
    columns: int = 0
    errors: dict[str, str] = field(default_factory=dict)
    formulas: list[str] = field(default_factory=list)


def sheet_facts(path: Path, position: int, sheets: int) -> SheetFacts:
    """Facts of the sheet at a position among so many sheets of the workbook.

    Where the workbook's list does not say which file holds the sheet, all of them are looked at:
    none may reach too far.
    """
    facts = SheetFacts()
    with zipfile.ZipFile(path) as archive:
        part = _part(archive, position, sheets)
        every = [name for name in archive.namelist() if "sheet" in name.lower()]
        for name in every if part is None else [part]:
            with archive.open(name) as stream:
                held = b""
                while chunk := stream.read(CHUNK):
                    _look(held + chunk, facts)
                    held = (held + chunk)[-OVERLAP:]
    facts.formulas = list(dict.fromkeys(facts.formulas))
    return facts


def _look(xml: bytes, facts: SheetFacts) -> None:
    facts.rows = max([facts.rows, *map(int, set(_ROW.findall(xml)))])
    letters = {found.decode().upper() for found in set(_COLUMN.findall(xml))}
    facts.columns = max([facts.columns, *map(column_number, letters)])
    if b't="e"' in xml:
        for cell, error in _ERROR.findall(xml):
            facts.errors[cell.decode()] = error.decode("utf-8", "replace")
    if b"<f" in xml or b":f" in xml:
        facts.formulas += [cell.decode() for cell in _EMPTY_FORMULA.findall(xml)]


def _part(archive: zipfile.ZipFile, position: int, sheets: int) -> str | None:
    """The file of the archive that holds a sheet, if the list of sheets leaves no doubt."""
    listed = _SHEET.findall(archive.read("xl/workbook.xml"))
    links = {}
    for tag in _TARGET.findall(archive.read("xl/_rels/workbook.xml.rels")):
        given = dict(re.findall(rb'(\w+)="([^"]*)"', tag))
        links[given.get(b"Id")] = given.get(b"Target", b"").decode()
    if len(listed) != sheets or not (target := links.get(listed[position][1])):
        return None
    name = target.lstrip("/") if target.startswith("/") else posixpath.join("xl", target)
    name = posixpath.normpath(name)
    return name if name in archive.namelist() else None


def column_number(letters: str) -> int:
    """The place of a column by its letters: A is 1."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def place(cell: str) -> tuple[int, int]:
    """Row and column of a cell, from 0: B3 is (2, 1)."""
    letters = cell.rstrip("0123456789")
    return int(cell[len(letters) :]) - 1, column_number(letters) - 1


def cell_name(row: int, column: int) -> str:
    """The name of a cell at a row and column from 0."""
    letters, left = "", column + 1
    while left:
        left, rest = divmod(left - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"
