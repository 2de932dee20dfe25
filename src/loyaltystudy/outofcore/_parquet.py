"""A folder of Parquet files as partitions of some row groups each, and their rows in slices."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from loyaltystudy.errors import SurveyError, refuse
from loyaltystudy.outofcore._copies import copied_files

ROWS = 1 << 16  # held in memory at a time
STORED = b"loyaltystudy"  # what our own files say of themselves: labels and provenance
PARTITION = 1 << 18  # rows of a task, unless a row group holds more


class Partition(NamedTuple):
    """One task's rows: a whole partition of a Dask frame, or some row groups of a file."""

    number: int
    label: str  # what a reader calls it
    start: int = 0  # rows of the file before it
    rows: int | None = None  # None: not counted yet
    position: int | None = None  # rows of all data before it
    path: str = ""
    row_groups: tuple[int, ...] = ()


def files_in(folder: Path) -> list[Path]:
    """Its Parquet files, ``part.2`` before ``part.10``."""
    found = [p for p in folder.glob("*.parquet") if p.is_file()]
    return sorted(found, key=lambda p: [int(t) if t.isdigit() else t for t in _split(p.name)])


def _split(name: str) -> list[str]:
    return re.split(r"(\d+)", name)  # text and numbers by turns, so that sorting compares like


def partitions_of(folder: Path) -> tuple[pd.DataFrame, tuple[Partition, ...]]:
    """The columns, as a frame without rows, and the partitions; every unfit file is named."""
    import pyarrow.parquet as pq

    problems, partitions, first, position, stored, filled = [], [], None, 0, {}, []
    for path in files_in(folder):
        try:
            with pq.ParquetFile(path) as file:
                schema, sizes = file.schema_arrow, _sizes(file.metadata)
        except Exception as error:  # pyarrow raises several kinds
            problems.append(f"{path.name}: not readable as Parquet ({_brief(error)}).")
            continue
        first = (path.name, schema) if first is None else first
        stored |= {v: None for k, v in (schema.metadata or {}).items() if k == STORED}
        problems += _other_columns(path.name, schema, *first)
        filled += [path] * (sum(sizes) > 0)  # files without rows may well be the same
        for groups, start, rows in _bundles(sizes):
            place = (len(partitions), path.name, start, rows, position, str(path), groups)
            partitions.append(Partition(*place))
            position += rows
    refuse([*problems, *copied_files(filled)], heading=f"Folder {folder.name!r}")
    if not position:
        raise SurveyError(f"Folder {folder.name!r}: its Parquet files hold no rows.")
    meta = first[1].empty_table().to_pandas(ignore_metadata=True)
    meta.attrs["stored"] = (*stored,)
    return meta, tuple(partitions)


def _sizes(metadata) -> list[int]:
    return [metadata.row_group(i).num_rows for i in range(metadata.num_row_groups)]


def _bundles(sizes: list[int]) -> Iterator[tuple[tuple[int, ...], int, int]]:
    """Neighbouring row groups joined up to ``PARTITION`` rows: groups, rows before, rows."""
    start, groups, rows = 0, [], 0
    for group, size in enumerate(sizes):
        if groups and rows + size > PARTITION:
            yield tuple(groups), start, rows
            start, groups, rows = start + rows, [], 0
        groups.append(group)
        rows += size
    if groups:
        yield tuple(groups), start, rows


def _other_columns(name, schema, first_name, first_schema) -> list[str]:
    """How a file's columns differ from the first file's."""
    own, others = {*schema.names}, {*first_schema.names}
    found = []
    if own != others:
        found.append(
            f"{name}: columns {sorted(others - own)} missing and {sorted(own - others)} added, "
            f"compared with {first_name}."
        )
    for column in [c for c in first_schema.names if c in own]:
        kinds = [_kind(s.field(column).type) for s in (schema, first_schema)]
        if kinds[0] != kinds[1] and "no answers" not in kinds:
            found.append(f"{name}: column {column!r} holds {kinds[0]}, in {first_name} {kinds[1]}.")
    return found


def _kind(kind) -> str:
    import pyarrow.types as t

    if t.is_dictionary(kind):
        kind = kind.value_type
    if t.is_null(kind):
        return "no answers"
    if t.is_integer(kind):
        return "whole numbers"
    if t.is_floating(kind) or t.is_decimal(kind):
        return "numbers"
    return "text" if t.is_string(kind) or t.is_large_string(kind) else str(kind)


def slices(partition: Partition, columns) -> Iterator[pd.DataFrame]:
    """The rows of a partition, some at a time; SurveyError if they are not all there."""
    import pyarrow.parquet as pq

    seen = 0
    try:
        with pq.ParquetFile(partition.path, pre_buffer=False) as file:
            batches = file.iter_batches(
                ROWS, row_groups=list(partition.row_groups), columns=columns, use_threads=False
            )
            for batch in batches:
                seen += len(batch)
                frame = batch.to_pandas(ignore_metadata=True, use_threads=False)
                yield frame if columns is None else frame[columns]
    except GeneratorExit:
        raise
    except Exception as error:
        raise SurveyError(
            f"{partition.label}: damaged; not readable beyond row {partition.start + seen} "
            f"({_brief(error)}). Restore this file: no result was computed without its rows."
        ) from None
    check_rows(partition, seen)


def check_rows(partition: Partition, seen: int) -> None:
    """All rows that were counted before must have been seen."""
    if partition.rows is not None and seen != partition.rows:
        raise SurveyError(
            f"{partition.label}: {seen} rows were read where {partition.rows} were counted before. "
            "The data changed meanwhile; open them again."
        )


def _brief(error: Exception) -> str:
    return f"{type(error).__name__}: {str(error).splitlines()[0][:120] if str(error) else ''}"
