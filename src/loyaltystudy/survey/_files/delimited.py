"""Delimited text: the encoding and the delimiter are given or found, never assumed."""

import codecs
import csv
import io
import re
from pathlib import Path

import pandas as pd

from loyaltystudy.errors import SurveyError
from loyaltystudy.survey._files.cells import headed_frame, ragged_shown, without_blank
from loyaltystudy.survey._files.guard import unguard
from loyaltystudy.survey._files.provenance import check_rows, read_beside
from loyaltystudy.survey._values import COMMA

_SINGLE = ("cp1252", "cp850", "mac-roman")
_LETTERS = set("åäöæøéüßÅÄÖÆØÉÜ")
_SIGNS = set("‘’“”„–—…•€§°´·×½«»\u00a0")
DELIMITERS = (",", ";", "\t", "|")
SAMPLE = 2000  # rows looked at to find the delimiter
_MARKS = (  # UTF-32 first: its little-endian mark begins with that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_WORD = re.compile(rb"[A-Za-z][\x80-\xff]+|[\x80-\xff]+[A-Za-z]")
_POINT = re.compile(r"[+-]?[0-9]+\.[0-9]+")
# What UTF-8 looks like after it was read as cp1252 and saved as UTF-8 once more.
_TAIL = "[\u0080-\u00bf\u20ac\u2122\u2013-\u203a\u0152-\u017e\u0192\u02c6\u02dc]"
_TWICE = re.compile(f"[ÂÃ]{_TAIL}|â{_TAIL}{{2}}")


def read_delimited(
    path: Path,
    *,
    encoding: str | None = None,
    delimiter: str | None = None,
    decimal: str | None = None,
) -> pd.DataFrame:
    """Every cell as text; further header rows of survey tools become ``wording`` or names."""
    name = path.name
    data = path.read_bytes()
    found = None if encoding else found_encoding(data)
    text = decode(data, encoding or found, name)
    lines = re.match(r"sep=(.)\r?\n", text)  # the line that Excel writes and understands
    if lines:
        delimiter, text = delimiter or lines[1], text[lines.end() :]
    if not text.strip("\r\n"):
        raise SurveyError(f"{name}: the file is empty.")
    if decimal not in (None, ".", ","):
        raise SurveyError(f"decimal={decimal!r} is not known. Take '.' or ','.")
    if delimiter is not None and (len(delimiter) != 1 or delimiter in '"\r\n'):
        raise SurveyError(f"delimiter={delimiter!r} is not one character that can part cells.")
    delimiter = delimiter or _find_delimiter(text, name)
    header, body, blank = _rows(text, delimiter, name)
    frame = headed_frame(header, body, name)
    frame.attrs.pop("header")
    frame.attrs["blank_rows"] = tuple(blank)
    provenance = read_beside(path)
    check_rows(frame, provenance, name)
    if provenance is not None:
        kept = frame.attrs
        frame = unguard(frame)
        frame.attrs.update(kept, provenance=provenance)
    decimal = decimal or _found_decimal(body, delimiter)
    frame.attrs.update(delimiter=delimiter, decimal=decimal, encoding_found=found)
    return frame


def _found_decimal(body: list[list[str]], delimiter: str) -> str:
    """A comma, where another mark cuts the cells and numbers have commas and none has a point."""
    if delimiter == ",":
        return "."
    cells = {cell.strip() for row in body[:SAMPLE] for cell in row}
    commas = any(COMMA.fullmatch(cell) for cell in cells)
    points = any(_POINT.fullmatch(cell) for cell in cells)
    return "," if commas and not points else "."


def found_encoding(data: bytes) -> str | None:
    """The encoding of single bytes that alone gives usual letters, where exactly one does.

    Only files that are no UTF-8 and have no mark are looked at. A file whose every letter beyond
    ASCII is one of those of Swedish, Norwegian, Danish, Finnish or German, or a usual sign, in
    one encoding and not in the others leaves no doubt.
    """
    if any(data.startswith(mark) for mark, _ in _MARKS) or b"\0" in data:
        return None
    try:
        data.decode("utf-8")
        return None
    except UnicodeDecodeError:
        pass
    beyond = bytes(set(data) - set(range(128)))
    within = bytes({byte for word in _WORD.findall(data) for byte in word if byte > 127})
    fitting = [codec for codec in _SINGLE if _usual(beyond, within, codec)]
    return fitting[0] if len(fitting) == 1 else None


def _usual(beyond: bytes, within: bytes, codec: str) -> bool:
    """Whether all bytes are usual letters or signs, and one is a letter in a word, or the euro."""
    try:
        signs, letters = set(beyond.decode(codec)), set(within.decode(codec))
    except UnicodeDecodeError:
        return False
    return signs <= _LETTERS | _SIGNS and bool(letters & _LETTERS or "€" in signs)


def decode(data: bytes, encoding: str | None, name: str) -> str:
    """Text, or an error that shows how the first doubtful line reads in likely encodings."""
    codec = encoding or next((codec for mark, codec in _MARKS if data.startswith(mark)), None)
    zero = (
        f"{name}: holds zero bytes: it is not text, or it is UTF-16 without its mark. Save it "
        "as CSV UTF-8, or say encoding='utf-16-le'."
    )
    if codec is None and b"\0" in data:
        raise SurveyError(zero)
    try:
        if encoding is not None and "".encode(encoding) is None:  # not a text codec
            raise LookupError
        text = data.decode(codec or "utf-8")
    except LookupError:
        raise SurveyError(
            f"encoding={encoding!r} is not known. Take e.g. 'utf-8', 'utf-16' or 'cp1252'."
        ) from None
    except UnicodeDecodeError as error:
        raise SurveyError(_undecoded(data, error.start, codec, name)) from None
    text = text.removeprefix("\ufeff")
    if "\0" in text:
        raise SurveyError(zero)
    if encoding is None:
        _check_letters(text, name)
    elif not codecs.lookup(encoding).name.startswith("utf"):
        _check_shown(data, text, encoding, name)
    return text


def _check_shown(data: bytes, text: str, encoding: str, name: str) -> None:
    """A given encoding of single bytes decodes anything; two mistakes can be seen all the same."""
    try:
        if not data.isascii() and data.decode("utf-8"):
            raise SurveyError(
                f"{name}: encoding={encoding!r} was given, but the file is UTF-8. Leave it out."
            )
    except UnicodeDecodeError:
        pass
    control = re.search("[\u0080-\u0084\u0086-\u009f]", text)
    if control:
        raise SurveyError(
            f"{name}: line {text.count(chr(10), 0, control.start()) + 1} holds a control character "
            f"({control[0]!r}) in {encoding}: perhaps it is cp1252."
        )


def _undecoded(data: bytes, at: int, codec: str | None, name: str) -> str:
    line = data.count(b"\n", 0, at) + 1
    place = f"{name}: byte {at} (line {line}) is not {(codec or 'UTF-8').upper()}."
    if codec is not None:
        return f"{place} Save the file again, or name it: encoding=... (--encoding)."
    piece = re.search(rb"[^\s,;|\t\"]*$", data[max(0, at - 20) : at])[0]
    piece += re.match(rb"[^\s,;|\t\"]*", data[at : at + 20])[0]
    readings = {c: piece.decode(c, "replace") for c in ("cp1252", "cp850", "mac-roman")}
    shown = ", ".join(f"{reading!r} in {codec}" for codec, reading in readings.items())
    return (
        f"{place} The word reads {shown}. Name the right one, e.g. "
        "encoding='cp1252' (--encoding cp1252), or save the file as CSV UTF-8."
    )


def _check_letters(text: str, name: str) -> None:
    """Letters that an earlier conversion lost or doubled."""
    lost = text.find("\ufffd")
    if lost >= 0:
        raise SurveyError(
            f"{name}: line {text.count(chr(10), 0, lost) + 1} holds U+FFFD, the mark of a letter "
            "that an earlier conversion lost. Export the answers again; to take the file as it "
            "is, say encoding='utf-8' (--encoding utf-8)."
        )
    for found in _TWICE.finditer(text):
        try:
            meant = found[0].encode("cp1252").decode("utf-8")
        except UnicodeError:
            continue
        raise SurveyError(
            f"{name}: line {text.count(chr(10), 0, found.start()) + 1} reads {found[0]!r}, which "
            f"is {meant!r} turned into UTF-8 twice. Export the answers again as UTF-8; to take "
            "the file as it is, say encoding='utf-8' (--encoding utf-8)."
        )


def _find_delimiter(text: str, name: str) -> str:
    """The one delimiter that cuts every row alike; with none in the header, one column."""
    opening = next(line for line in io.StringIO(text) if line.strip("\r\n"))
    present = [mark for mark in DELIMITERS if mark in opening]
    fitting = [mark for mark in present if _fits(text, mark)]
    if len(fitting) > 1:
        raise SurveyError(
            f"{name}: {' and '.join(map(repr, fitting))} both cut every row into as many cells as "
            "the header. Say which it is: delimiter=... (--delimiter)."
        )
    if fitting:
        return fitting[0]
    return max(present, key=opening.count) if present else ","


def _fits(text: str, mark: str) -> bool:
    widths = set()
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True)
        for count, row in enumerate(reader):
            if count > SAMPLE:
                break
            if row:
                widths.add(len(row))
    except csv.Error:
        return False
    return len(widths) == 1 and widths.pop() > 1


def _rows(text: str, delimiter: str, name: str) -> tuple[list[str], list[list[str]], list[int]]:
    """The header, the rows that hold a cell, and the places of those that hold none."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows = []
    try:
        rows.extend(reader)
    except csv.Error as error:
        raise SurveyError(
            f"{name}: line {reader.line_num}: {error}. A quotation mark is open or stands inside "
            'a cell: double it ("") or remove it.'
        ) from None
    while rows and not any(cell.strip() for cell in rows[-1]):
        rows.pop()  # what a spreadsheet leaves where cells below were cleared
    while rows and not rows[0]:
        rows.pop(0)
    if not rows:
        raise SurveyError(f"{name}: the file is empty.")
    header = rows[0]
    if len(header) == 1 and any(not row for row in rows):
        blank = [n for n, row in enumerate(rows[1:], 1) if not row]
        raise SurveyError(
            f"{name}: one column only, and {_lines(blank)} blank: a missing answer or nothing? "
            'Write "" for a missing answer, or remove the blank line.'
        )
    body = [row for row in rows[1:] if row]  # a blank line among several columns is no respondent
    body, blank = without_blank(body)
    ragged = [n for n, row in enumerate(body, 1) if len(row) != len(header)]
    if ragged:
        raise SurveyError(ragged_shown(name, header, ragged, delimiter))
    return header, body, blank


def _lines(blank: list[int]) -> str:
    return f"row {blank[0]} is" if len(blank) == 1 else f"{len(blank)} rows (first {blank[0]}) are"
