"""Parquet: columns as they are stored."""

import json
from pathlib import Path

import pandas as pd

from loyaltystudy.errors import SurveyError
from loyaltystudy.survey._files.provenance import check_rows
from loyaltystudy.survey._files.shared import Shared

MOST_CELLS = 50_000_000
KEY = b"loyaltystudy"  # of the file's metadata: labels and provenance as JSON


def read_parquet(path: Path, *, limit: float = 1.0) -> pd.DataFrame:
    """As pandas reads it; a named index becomes a column again."""
    try:
        import pyarrow.parquet as pq

        about = pq.read_metadata(path)
        stored = (about.metadata or {}).get(KEY)
        _refuse_size(path, about, limit)
        pq.read_table(path).validate(full=True)  # broken text would raise when first used
        frame = pd.read_parquet(path)
        attrs = stored_attrs(stored) if stored else {}
    except SurveyError:
        raise
    except Exception as error:  # pyarrow raises several kinds, and OSError for broken pages
        raise SurveyError(
            f"{path.name}: not readable as Parquet ({type(error).__name__}): damaged, truncated "
            "or with doubled column names. Save it again."
        ) from None
    if any(name is not None for name in frame.index.names):
        frame = frame.reset_index()
    frame.attrs.update(attrs)
    check_rows(frame, attrs.get("provenance"), path.name)
    return frame


def _refuse_size(path: Path, about, limit: float) -> None:
    """By the footer, before anything is unfolded: a run of one value packs to nothing."""
    cells = about.num_rows * about.num_columns
    if cells > MOST_CELLS * limit:
        raise SurveyError(
            f"{path.name}: {about.num_rows} rows of {about.num_columns} columns are more than "
            f"{MOST_CELLS * limit:.0f} cells. Read it from a folder (out of core), or allow more: "
            f"limit={(more := cells / MOST_CELLS):.0f} (--limit {more:.0f})."
        )


def stored_attrs(stored: bytes) -> dict:
    """What a file written by :func:`~loyaltystudy.write_study` says of itself."""
    kept = json.loads(stored)
    if not isinstance(kept, dict):
        return {}
    labels = {c: {float(k): v for k, v in m.items()} for c, m in kept["labels"].items()}
    return {"labels": Shared(labels), "provenance": kept["provenance"]}
