"""Data that come in parts: Dask DataFrames and folders of Parquet files, worked on by Dask."""

from loyaltystudy.parts.buckets import Keys, smallest, twice_in
from loyaltystudy.parts.doubles import places_of, rows_twice
from loyaltystudy.parts.engine import (
    WORKER_SETTINGS,
    Batch,
    Parts,
    Tally,
    is_large,
    open_parts,
)
from loyaltystudy.parts.keys import GROUPS, groups_of, hashed, mixed
from loyaltystudy.parts.problems import Problems

__all__ = [
    "GROUPS",
    "WORKER_SETTINGS",
    "Batch",
    "Keys",
    "Parts",
    "Problems",
    "Tally",
    "groups_of",
    "hashed",
    "is_large",
    "mixed",
    "open_parts",
    "places_of",
    "rows_twice",
    "smallest",
    "twice_in",
]
