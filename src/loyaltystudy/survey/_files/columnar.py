"""Parquet: columns as they are stored."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd

from loyaltystudy.errors import SurveyError

KEY = b"loyaltystudy"  # of the file's metadata: labels and provenance as JSON


def read_parquet(path: Path) -> pd.DataFrame:
    """As pandas reads it; a named index becomes a column again."""
    try:
        import pyarrow.parquet as pq

        stored = (pq.read_schema(path).metadata or {}).get(KEY)
        frame = pd.read_parquet(path)
        attrs = stored_attrs(stored) if stored else {}
    except Exception as error:  # pyarrow raises several kinds, and OSError for broken pages
        raise SurveyError(
            f"{path.name}: not readable as Parquet ({type(error).__name__}): damaged, truncated "
            "or with doubled column names. Save it again."
        ) from None
    if any(name is not None for name in frame.index.names):
        frame = frame.reset_index()
    frame.attrs.update(attrs)
    return frame


def stored_attrs(stored: bytes) -> dict:
    """What a file written by :func:`~loyaltystudy.write_study` says of itself."""
    kept = json.loads(stored)
    if not isinstance(kept, dict):
        return {}
    labels = {c: {float(k): v for k, v in m.items()} for c, m in kept["labels"].items()}
    return {"labels": labels, "provenance": kept["provenance"]}
