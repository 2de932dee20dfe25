"""Word and Excel files that are the same to the byte whenever they are written."""

import io
import re
import zipfile

FIRST = (1980, 1, 1, 0, 0, 0)  # the earliest time that a ZIP archive knows
_STAMP = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")


def timeless(content: bytes) -> bytes:
    """The same document without the time at which it was written.

    Examples
    --------
    >>> import zipfile
    >>> made = io.BytesIO()
    >>> with zipfile.ZipFile(made, "w") as archive:
    ...     archive.writestr("docProps/core.xml", "<dcterms:created>2026-11-29</dcterms:created>")
    >>> zipfile.ZipFile(io.BytesIO(timeless(made.getvalue()))).read("docProps/core.xml")
    b'<dcterms:created>1980-01-01T00:00:00Z</dcterms:created>'
    """
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for entry in old.infolist():
            body = old.read(entry)
            if entry.filename == "docProps/core.xml":
                body = _STAMP.sub(rb"\g<1>1980-01-01T00:00:00Z", body)
            held = zipfile.ZipInfo(entry.filename, FIRST)
            held.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(held, body)
    return out.getvalue()
