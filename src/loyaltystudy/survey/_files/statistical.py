"""SPSS and Stata: codes are the truth, labels and user-missing codes come along."""

import re
from pathlib import Path

import pandas as pd

from loyaltystudy.errors import SurveyError
from loyaltystudy.survey._files.child import parse
from loyaltystudy.survey._files.provenance import check_rows, read_beside
from loyaltystudy.survey._files.shared import Shared


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
    frame, about = parse(path, "sav" if spss else "dta", encoding, limit=limit)
    if spss:
        _check_count(path, frame)
    if encoding is None and not _says_encoding(path, spss, about):
        _check_letters(path, frame, about)
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


def _says_encoding(path: Path, spss: bool, about: dict) -> bool:
    """Stata says so from version 14 (release 118) on, which is always UTF-8."""
    if spss:
        return bool(about["encoding"])
    with path.open("rb") as file:
        release = re.search(rb"<release>([0-9]+)", file.read(60))
    return release is not None and int(release[1]) >= 118


def _check_letters(path: Path, frame: pd.DataFrame, about: dict) -> None:
    """Without an encoding, only plain letters are sure to be read right."""
    texts = [frame[c] for c in frame if not pd.api.types.is_numeric_dtype(frame[c])]
    words = [word for text in texts for word in text.unique() if isinstance(word, str)]
    words += [label for codes in about["labels"].values() for _, label in codes]
    words += [*frame.columns, *about["wording"].values()]
    doubtful = [word for word in words if not word.isascii()]
    if doubtful:
        raise SurveyError(
            f"{path.name}: an older file that does not say its encoding; as cp1252 it reads "
            f"{doubtful[:3]}. If that is right, say encoding='cp1252' (--encoding); else "
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
