"""Work on partitions by Dask: each to a small table, the tables added up in their order.

The only module that imports Dask. It runs where the client points: with a ``distributed.Client``
on that cluster's workers, without one on threads.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from loyaltystudy.errors import SurveyError, refuse
from loyaltystudy.outofcore._buckets import Bucketed, Keys, buckets_for, repeated_in, smallest
from loyaltystudy.outofcore._parquet import ROWS, Partition, check_rows, partitions_of, slices

FAN_IN = 8  # tables added up by one task
HELD = 32  # partitions whose contents one task holds until the buckets have them
# Dask has the C library of its workers give back freed memory at once; the arrays of one slice of
# rows are then asked for anew for every slice, which takes two to three times the processor's time.
WORKER_SETTINGS = {
    "distributed.nanny.pre-spawn-environ.MALLOC_TRIM_THRESHOLD_": 1 << 28,
    "distributed.nanny.pre-spawn-environ.MALLOC_MMAP_THRESHOLD_": 1 << 25,
}


class Batch(NamedTuple):
    """Some rows of a partition, in their order; ``start`` rows of the file come before them.

    ``labels`` is what the index of a Dask DataFrame calls them; the rows of a folder have none.
    """

    frame: pd.DataFrame
    partition: Partition
    start: int
    labels: pd.Index | None = None

    @property
    def position(self) -> int:
        """Rows of all data before these."""
        return self.partition.position + self.start - self.partition.start


class Totals(dict):
    """Tables by name, added up by name."""

    def __add__(self, other: Totals) -> Totals:
        both = {k: self[k] + v if k in self else v for k, v in other.items()}
        return Totals({**self, **both})


@dataclass(frozen=True, eq=False)
class Partitions:
    """Rows that are never all in memory.

    ``name``: what errors call the data; ``meta``: without rows: the columns and what they hold;
    ``frame``: None for a folder of Parquet files.
    """

    name: str
    meta: pd.DataFrame
    partitions: tuple[Partition, ...]
    frame: object = None

    @property
    def rows(self) -> int | None:
        """All rows, where they have been counted (a folder's footers say)."""
        known = [partition.rows for partition in self.partitions]
        return None if None in known else sum(known)

    def reduce(self, function: Callable[[Batch], object], *, columns=None):
        """``function`` of every slice of rows, added up; None where there are no rows.

        Results are added in the order of the rows, whatever the order in which they come in. So the
        digits are the same for any number of workers, and when a partition is worked on twice
        because a worker died; other partitions of the same rows may round differently.

        Raises SurveyError naming every file that is damaged or lacks rows: there is no result from
        some of them.
        """
        (total,) = self._computed(_added_up(self._tasks(partial(_folded, function), columns)))
        return total

    def reduce_keyed(self, function: Callable[[Batch], tuple[object, np.ndarray]], *, columns=None):
        """:meth:`reduce` of a function that also gives keys of 64 bits, one a row or none.

        Returns the sum of the tables and the keys that come more than once, at most the smallest
        1,000. Meanwhile the workers hold 8 bytes a row between them.
        """
        keyed = partial(_keyed, function)
        total, twice = self.reduce_bucketed(keyed, repeated_in, columns=columns)
        return total, smallest(twice)

    def reduce_bucketed(
        self, function: Callable[[Batch], tuple], finish: Callable, *, columns=None
    ):
        """:meth:`reduce` of a function that also gives contents whose sum would be large.

        Each task puts its contents into buckets, by what must meet; one task a bucket makes
        something small of them. Rows are read once, and no task adds up all contents.

        ``function``: of a :class:`Batch` to a table and a content:
        ``type(content).joined(contents)`` is one of several, ``content.split(count)`` a list of
        ``count`` such; ``finish``: of the contents of a bucket.

        Returns
        -------
        tuple
            The sum of the tables, None where there are no rows, and a list of what ``finish`` made.
        """
        count = buckets_for(len(self.partitions), self.rows)
        held = _joined(self._tasks(partial(_folded_and_bucketed, function, count), columns), HELD)
        finish = _delayed(partial(_finished, finish))
        made = [finish([_delayed(partial(_bucket, b))(h) for h in held]) for b in range(count)]
        total, *made = self._computed(_added_up([_delayed(_table_alone)(h) for h in held]), *made)
        return total, made

    def with_rows(self, counts: Totals) -> Partitions:
        """Counted rows by partition put into the partitions."""
        partitions, position = [], 0
        for partition in self.partitions:
            rows = counts.get(partition.number, 0)
            partitions.append(partition._replace(rows=rows, position=position))
            position += rows
        return replace(self, partitions=tuple(partitions))

    def map(self, function: Callable[[Batch], pd.DataFrame], meta: pd.DataFrame, *, columns=None):
        """A Dask DataFrame of what ``function`` makes of the rows; nothing runs yet."""
        import dask.dataframe as dd

        return dd.from_delayed(self._tasks(partial(_mapped, function, meta), columns), meta=meta)

    def _computed(self, result, *others) -> list:
        result, *others = _compute([result, *others], self.name)
        refuse(result.damaged, heading=self.name)
        return [result.total, *others]

    def _tasks(self, work, columns) -> list:
        columns = None if columns is None else list(dict.fromkeys(columns))
        if self.frame is None:
            return [_delayed(partial(work, p, columns))() for p in self.partitions]
        frame = self.frame if columns is None else self.frame[columns]
        both = zip(self.partitions, frame.to_delayed(), strict=True)
        return [_delayed(partial(work, partition, columns))(rows) for partition, rows in both]


def open_partitions(data) -> Partitions:
    """A Dask DataFrame or a folder of Parquet files as partitions.

    Raises SurveyError without Dask; for another Dask collection than a DataFrame; naming every file
    of the folder that is damaged or has other columns than the first.
    """
    try:
        import dask.dataframe as dd
    except ImportError:
        raise SurveyError(
            "Data in partitions need Dask, which is not installed: pip install loyaltystudy[scale]"
        ) from None
    if isinstance(data, str | Path):
        return Partitions(f"Folder {Path(data).name!r}", *partitions_of(Path(data)))
    if not isinstance(data, dd.DataFrame):
        raise SurveyError(f"A Dask DataFrame is needed, not {type(data).__name__}.")
    partitions = tuple(Partition(i, f"partition {i}") for i in range(data.npartitions))
    return Partitions("Dask DataFrame", data._meta, partitions, data)


def _delayed(function):
    import dask

    return dask.delayed(function, pure=False, traverse=False)


class _Result(NamedTuple):
    total: object
    damaged: tuple[str, ...]


def _batches(partition: Partition, columns, frame: pd.DataFrame | None):
    if frame is None:
        found = slices(partition, columns)
    else:
        check_rows(partition, len(frame))
        found = (frame.iloc[i : i + ROWS] for i in range(0, len(frame), ROWS))
    start = partition.start
    for rows in found:
        labels = None if frame is None else rows.index
        yield Batch(rows.reset_index(drop=True), partition, start, labels)
        start += len(rows)


def _folded(function, partition, columns, frame=None) -> _Result:
    """One partition, slice by slice; an unreadable file is noted, so that all can be named."""
    total, batches = None, _batches(partition, columns, frame)
    while True:
        try:
            batch = next(batches, None)
        except SurveyError as error:
            return _Result(None, error.problems)
        if batch is None:
            return _Result(total, ())
        found = function(batch)
        total = found if total is None else total + found


def _joined_results(results: list[_Result]) -> _Result:
    damaged = tuple(problem for result in results for problem in result.damaged)
    total = None
    for result in results if not damaged else ():
        if result.total is not None:
            total = result.total if total is None else total + result.total
    return _Result(total, damaged)


def _joined(tasks: list, width: int) -> list:
    return [_delayed(_joined_results)(tasks[i : i + width]) for i in range(0, len(tasks), width)]


def _added_up(tasks: list):
    while len(tasks) > 1:
        tasks = _joined(tasks, FAN_IN)
    return tasks[0]


def _keyed(function, batch: Batch) -> tuple[object, Keys]:
    table, keys = function(batch)
    return table, Keys(keys)


def _folded_and_bucketed(function, count: int, partition, columns, frame=None) -> _Result:
    def found(batch: Batch) -> Totals:
        table, content = function(batch)
        return Totals(table=table, contents=(content,))

    total, damaged = _folded(found, partition, columns, frame)
    if total is None:
        return _Result(None, damaged)
    content = type(total["contents"][0]).joined(total["contents"])
    return _Result(Bucketed.of(total["table"], content, count), damaged)


def _table_alone(result: _Result) -> _Result:
    return result if result.total is None else _Result(result.total.table, result.damaged)


def _bucket(number: int, result: _Result) -> tuple:
    return () if result.total is None else result.total.buckets[number]


def _finished(finish, some: list[tuple]):
    return finish([content for contents in some for content in contents])


def _mapped(function, meta, partition, columns, frame=None) -> pd.DataFrame:
    partitions = [function(batch) for batch in _batches(partition, columns, frame)]
    return pd.concat(partitions) if partitions else meta


def _compute(tasks: list, name: str):
    import dask

    try:
        return dask.compute(*tasks)
    except SurveyError:
        raise
    except Exception as error:
        # what reading a partition or losing workers raises; anything else is a fault of ours
        home = type(error).__module__.split(".")[0]
        if home not in ("pyarrow", "distributed") and not isinstance(error, OSError):
            raise
        raise SurveyError(_remedy(name, error)) from error


def _remedy(name: str, error: Exception) -> str:
    text = f"{type(error).__name__}: {str(error)[:300]}"
    if type(error).__name__ == "KilledWorker":
        return (
            f"{name}: workers died again and again on the same partition ({text}). As a rule they "
            "ran out of memory: give each more, or fewer threads."
        )
    return (
        f"{name}: not readable to the end ({text}); no result was computed from the rest. "
        "Given the folder of Parquet files itself, the error names the file."
    )
