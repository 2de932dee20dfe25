"""What kind of file this is, by its first bytes; the extension must agree."""

import zipfile
from pathlib import Path

from loyaltystudy.errors import SurveyError

# First bytes to what the file is and what to do about it; None stands for kinds that are read.
_SIGNATURES: tuple[tuple[bytes, str, str | None], ...] = (
    (b"PAR1", "parquet", None),
    (b"$FL2", "sav", None),
    (b"$FL3", "sav", None),
    (b"<stata_dta>", "dta", None),
    (b"PARE", "an encrypted Parquet file", "Save it without encryption"),
    (
        b"\xd0\xcf\x11\xe0",
        "an old .xls or a password-protected workbook",
        "Save it as XLSX without a password",
    ),
    (b"\x1f\x8b", "a gzip archive", "Unpack it"),
    (b"7z\xbc\xaf", "a 7z archive", "Unpack it"),
    (b"%PDF", "a PDF", "Export the answers as CSV"),
    (b"SQLite format 3", "an SQLite database", "Export the answers as CSV"),
    (b"\x89HDF", "an HDF5 file", "Save it as Parquet"),
    (b"ARROW1", "an Arrow (Feather) file", "Save it as Parquet"),
    (b"RDX", "an R data file", "Save it as Parquet or CSV"),
    (b"ASCII SPSS PORT FILE", "an SPSS portable file", "Save it as .sav"),
    (b"HEADER RECORD*******", "a SAS transport file", "Save it as .sav or CSV"),
    (b"{\\rtf", "a rich text document", "Export the answers as CSV"),
    (b"\x89PNG", "a picture", "Give the file of the answers"),
    (b"\xff\xd8\xff", "a picture", "Give the file of the answers"),
)
UNPACKED = 2_000_000_000  # bytes of a workbook, unpacked
_EXTENSIONS = dict.fromkeys((".csv", ".tsv", ".tab", ".txt"), "text")
_EXTENSIONS |= {".xlsx": "xlsx", ".xlsm": "xlsx", ".parquet": "parquet"}
_EXTENSIONS |= {".sav": "sav", ".zsav": "sav", ".dta": "dta"}
NAMES = {
    "text": "delimited text",
    "xlsx": "an XLSX workbook",
    "parquet": "a Parquet file",
    "sav": "an SPSS file",
    "dta": "a Stata file",
}


def kind_of(path: Path, *, limit: float = 1.0) -> str:
    """``text``, ``xlsx``, ``parquet``, ``sav`` or ``dta``."""
    if path.is_dir():
        raise SurveyError(f"{path.name!r} is a folder. Give the path of the file of answers.")
    if not path.is_file():
        raise SurveyError(f"No file {path.name!r} here. Give the path of the answers.")
    with path.open("rb") as file:
        head = file.read(512)
    if not head:
        raise SurveyError(f"{path.name}: the file is empty.")
    found = _by_content(path, head, limit)
    promised = _EXTENSIONS.get(path.suffix.lower(), found)
    if promised == found:
        return found
    if found == "text":
        raise SurveyError(
            f"{path.name}: this is not {NAMES[promised]}: it is damaged, or another kind of file "
            "under this name. Save it again, or rename it to what it is."
        )
    raise SurveyError(
        f"{path.name}: the content is {NAMES[found]}, the extension says {NAMES[promised]}. "
        f"Rename it to end in .{found}."
    )


def _by_content(path: Path, head: bytes, limit: float) -> str:
    for start, what, remedy in _SIGNATURES:
        if head.startswith(start):
            if remedy is None:
                return what
            raise SurveyError(f"{path.name}: this is {what}. {remedy}.")
    if head.startswith(b"PK"):
        return _zipped(path, limit)
    if 102 <= head[0] <= 115 and len(head) > 2 and head[1] in (1, 2) and head[2] == 1:
        return "dta"  # Stata 12 and older: version, byte order, file type
    opening = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if opening.startswith((b"<!doctype html", b"<html", b"<?xml", b"<table")):
        raise SurveyError(
            f"{path.name}: this is a web page or XML, perhaps a log-in page saved in place of the "
            "export. Export the answers as CSV or XLSX."
        )
    if opening.startswith((b"{", b"[{", b"[[")) and not opening.startswith(b'{"importid'):
        raise SurveyError(f"{path.name}: this is JSON. Export the answers as CSV or XLSX.")
    return "text"


def _zipped(path: Path, limit: float) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except Exception as error:
        raise SurveyError(
            f"{path.name}: a damaged or truncated workbook or archive ({type(error).__name__}). "
            "Save or download it again."
        ) from None
    names = {entry.filename for entry in entries}
    if "xl/workbook.xml" in names:
        if sum(entry.file_size for entry in entries) > UNPACKED * limit:
            raise SurveyError(
                f"{path.name}: unpacks to more than {UNPACKED * limit / 1e9:g} GB. Save it as "
                "Parquet or CSV, or allow more: limit=... (--limit)."
            )
        return "xlsx"
    if "xl/workbook.bin" in names:
        raise SurveyError(f"{path.name}: this is a binary workbook (.xlsb). Save it as XLSX.")
    if "content.xml" in names:
        raise SurveyError(f"{path.name}: this is an OpenDocument file. Save it as XLSX or CSV.")
    raise SurveyError(f"{path.name}: this is a zip archive. Unpack it.")
