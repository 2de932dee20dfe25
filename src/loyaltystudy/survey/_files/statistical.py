"""SPSS and Stata: codes are the truth, labels and user-missing codes come along."""

import re
from pathlib import Path

import pandas as pd

from loyaltystudy.errors import SurveyError
from loyaltystudy.survey._files.child import parse
from loyaltystudy.survey._files.delimited import found_encoding
from loyaltystudy.survey._files.provenance import check_rows, read_beside
from loyaltystudy.survey._files.shared import Shared

_ANY = "latin1"  # gives every byte back as it is


def read_statistical(
    path: Path, *, encoding: str | None = None, limit: float = 1.0
) -> pd.DataFrame:
    """Codes, with ``labels``, ``user_missing``, ``wording`` and ``measure`` in ``.attrs``.

    SPSS's user-missing codes stay codes, so that they can be compared with the codebook.
    Stata's ``.a`` to ``.z`` are missing by the nature of the format and become NaN. Dates and
    times are text.
    """
    with path.open("rb") as file:
        spss = file.read(4) in (b"$FL2", b"$FL3")
    frame, about, found = _parsed(path, "sav" if spss else "dta", encoding, limit)
    if spss:
        _check_count(path, frame)
    frame.attrs["encoding_found"] = found
    provenance = _provenance(about["notes"]) if spss else read_beside(path)
    check_rows(frame, provenance, path.name)
    if provenance:
        frame.attrs["provenance"] = provenance
    frame.attrs.update(
        labels=Shared((column, dict(codes)) for column, codes in about["labels"].items()),
        user_missing=Shared((c, [*map(tuple, r)]) for c, r in about["user_missing"].items()),
        wording=Shared(about["wording"]),
        measure=Shared(about["measure"]),
    )
    return frame


def _parsed(
    path: Path, kind: str, encoding: str | None, limit: float
) -> tuple[pd.DataFrame, dict, str | None]:
    """Cells, what the file says of itself, and the encoding that was found where it says none.

    Stata says so from version 14 (release 118) on, which should be UTF-8, but some programs write
    other bytes there, or UTF-8 into older files.
    """
    if encoding or kind == "sav" or _is_utf8(path):
        try:
            frame, about = parse(path, kind, encoding, limit=limit)
            if encoding or kind == "dta" or about["encoding"]:
                return frame, about, None
        except SurveyError as error:
            if encoding or kind == "sav" or "invalid" not in str(error):
                raise
    frame, about = parse(path, kind, _ANY, limit=limit)
    found = _found_encoding(path, _doubtful(frame, about))
    if found is None:
        return frame, about, None
    return *parse(path, kind, found, limit=limit), found


def _is_utf8(path: Path) -> bool:
    with path.open("rb") as file:
        release = re.search(rb"<release>([0-9]+)", file.read(60))
    return release is not None and int(release[1]) >= 118


def _doubtful(frame: pd.DataFrame, about: dict) -> list[bytes]:
    """Texts beyond plain letters: only those depend on the encoding."""
    texts = [frame[c] for c in frame if not pd.api.types.is_numeric_dtype(frame[c])]
    words = [word for text in texts for word in text.unique() if isinstance(word, str)]
    words += [label for codes in about["labels"].values() for _, label in codes]
    words += [*frame.columns, *about["wording"].values()]
    return [word.encode(_ANY) for word in words if not word.isascii()]


def _found_encoding(path: Path, words: list[bytes]) -> str | None:
    """UTF-8 where all texts are, else the one encoding that gives usual letters, or an error."""
    data = b"\n".join(words)
    if not data:
        return None
    try:
        data.decode("utf-8")
        return "utf-8"
    except UnicodeDecodeError:
        if found := found_encoding(data):
            return found
    shown = [word.decode("cp1252", "replace") for word in words[:3]]
    raise SurveyError(
        f"{path.name}: a file that does not say its encoding, or another than it has; as cp1252 "
        f"it reads {shown}. If that is right, say encoding='cp1252' (--encoding); else "
        "name the right one."
    )


def _provenance(notes: list[str]) -> dict | None:
    """What :func:`loyaltystudy.write_study` left in the notes of an SPSS file."""
    import yaml

    if not notes or notes[0] != "package: loyaltystudy":
        return None
    try:
        kept = yaml.safe_load("\n".join(notes))
    except (yaml.YAMLError, ValueError, RecursionError):  # not, or no longer, as we wrote it
        return None
    return kept if isinstance(kept, dict) else None


def _check_count(path: Path, frame: pd.DataFrame) -> None:
    """An SPSS file says at byte 80 how many rows it holds (-1 where its writer did not know)."""
    with path.open("rb") as file:
        head = file.read(84)
    order = "little" if 0 < int.from_bytes(head[64:68], "little") < 256 else "big"
    promised = int.from_bytes(head[80:84], order, signed=True)
    if promised not in (-1, len(frame)):
        raise SurveyError(
            f"{path.name}: holds {len(frame)} rows, but says that it holds {promised}: truncated. "
            "Save or copy it again."
        )
