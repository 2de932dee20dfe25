"""SPSS and Stata: codes are the truth, labels and user-missing codes come along."""

from __future__ import annotations

import re
import warnings
from pathlib import Path

import pandas as pd

from loyaltystudy.errors import SurveyError
from loyaltystudy.survey._files.provenance import read_beside


def read_statistical(path: Path, *, encoding: str | None = None) -> pd.DataFrame:
    """Codes, with ``labels`` and ``user_missing`` in ``.attrs``.

    SPSS's user-missing codes stay codes, so that they can be compared with the codebook.
    Stata's ``.a`` to ``.z`` are missing by the nature of the format and become NaN.
    """
    import pyreadstat

    with path.open("rb") as file:
        spss = file.read(4) in (b"$FL2", b"$FL3")
    reader = pyreadstat.read_sav if spss else pyreadstat.read_dta
    options = {"user_missing": True} if spss else {}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            frame, meta = reader(str(path), encoding=encoding, **options)
    except Exception as error:  # its own error class is not public, and decoding raises others
        raise SurveyError(
            f"{path.name}: not readable as {'SPSS' if spss else 'Stata'} "
            f"({str(error) or type(error).__name__}): damaged, truncated, or in another encoding "
            "than it says. Save it again, or name it: read_table(path, encoding=...)."
        ) from None
    if spss:
        _check_count(path, frame)
    if encoding is None and not _says_encoding(path, spss, meta):
        _check_letters(path, frame, meta)
    provenance = _provenance(meta.notes) if spss else read_beside(path)
    if provenance:
        frame.attrs["provenance"] = provenance
    frame.attrs.update(
        labels={c: _codes(m) for c, m in meta.variable_value_labels.items()},
        user_missing={
            column: [(r["lo"], r["hi"]) for r in ranges if not isinstance(r["lo"], str)]
            for column, ranges in getattr(meta, "missing_ranges", {}).items()
        },
        wording={c: w for c, w in meta.column_names_to_labels.items() if w},
    )
    return frame


def _says_encoding(path: Path, spss: bool, meta) -> bool:
    """Stata says so from version 14 (release 118) on, which is always UTF-8."""
    if spss:
        return bool(meta.file_encoding)
    with path.open("rb") as file:
        release = re.search(rb"<release>([0-9]+)", file.read(60))
    return release is not None and int(release[1]) >= 118


def _check_letters(path: Path, frame: pd.DataFrame, meta) -> None:
    """Without an encoding, only plain letters are sure to be read right."""
    texts = [frame[c] for c in frame if not pd.api.types.is_numeric_dtype(frame[c])]
    words = [word for text in texts for word in text.unique() if isinstance(word, str)]
    words += [label for m in meta.variable_value_labels.values() for label in m.values()]
    words += [label for label in (*meta.column_names, *meta.column_labels) if label]
    doubtful = [word for word in words if not word.isascii()]
    if doubtful:
        raise SurveyError(
            f"{path.name}: an older file that does not say its encoding; as cp1252 it reads "
            f"{doubtful[:3]}. If that is right, say read_table(path, encoding='cp1252'); else "
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


def _codes(labels: dict) -> dict[float, str]:
    """Labels of numbers; those of text and of Stata's ``.a`` belong to no code."""
    return {float(c): t for c, t in labels.items() if isinstance(c, (int, float))}


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
