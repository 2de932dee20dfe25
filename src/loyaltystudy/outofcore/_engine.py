"""Work on data in parts by Dask: each part to a small table, the tables added up in a tree.

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

from loyaltystudy.errors import SurveyError
from loyaltystudy.outofcore._buckets import Dealt, Keys, buckets_for, smallest, twice_in
from loyaltystudy.outofcore._parquet import ROWS, Piece, check_rows, files_in, pieces_of, slices

FAN_IN = 8  # tables added up by one task
HELD = 32  # pieces of which one task holds what was dealt, until the buckets have it
# Dask has the C library of its workers give back freed memory at once; the arrays of one slice of
# rows are then asked for anew for every slice, which takes two to three times the processor's time.
WORKER_SETTINGS = {
    "distributed.nanny.pre-spawn-environ.MALLOC_TRIM_THRESHOLD_": 1 << 28,
    "distributed.nanny.pre-spawn-environ.MALLOC_MMAP_THRESHOLD_": 1 << 25,
}


class Batch(NamedTuple):
    """Some rows of a piece, in their order; ``start`` rows of the file come before them.

    ``labels`` is what the index of a Dask DataFrame calls them; the rows of a folder have none.
    """

    frame: pd.DataFrame
    piece: Piece
    start: int
    labels: pd.Index | None = None

    @property
    def position(self) -> int:
        """Rows of all data before these."""
        return self.piece.position + self.start - self.piece.start


class Tally(dict):
    """Tables by name, added up by name."""

    def __add__(self, other: Tally) -> Tally:
        both = {k: self[k] + v if k in self else v for k, v in other.items()}
        return Tally({**self, **both})


@dataclass(frozen=True, eq=False)
class Parts:
    """Rows that never are in memory together.

    Attributes
    ----------
    name : str
        What errors call the data.
    meta : DataFrame
        Without rows: the columns and what they hold.
    pieces : tuple of Piece
    frame : dask.dataframe.DataFrame or None
        None for a folder of Parquet files.
    """

    name: str
    meta: pd.DataFrame
    pieces: tuple[Piece, ...]
    frame: object = None

    @property
    def rows(self) -> int | None:
        """All rows, where they have been counted (a folder's footers say)."""
        known = [piece.rows for piece in self.pieces]
        return None if None in known else sum(known)

    def reduce(self, function: Callable[[Batch], object], *, columns=None):
        """``function`` of every slice of rows, added up; None where there are no rows.

        What comes back must not depend on the order of addition; then nothing depends on how the
        rows are cut or where a piece was worked on, nor on a piece having been worked on twice,
        as happens when a worker dies.

        Raises
        ------
        SurveyError
            Naming every file that is damaged or lacks rows: there is no result from some of them.
        """
        (total,) = self._computed(_added_up(self._tasks(partial(_folded, function), columns)))
        return total

    def reduce_keyed(self, function: Callable[[Batch], tuple[object, np.ndarray]], *, columns=None):
        """:meth:`reduce` of a function that also gives keys of 64 bits, one a row or none.

        Returns the sum of the tables and the keys that come more than once, at most the smallest
        1,000. Meanwhile the workers hold 8 bytes a row between them.
        """
        keyed = partial(_keyed, function)
        total, twice = self.reduce_dealt(keyed, twice_in, columns=columns)
        return total, smallest(twice)

    def reduce_dealt(self, function: Callable[[Batch], tuple], finish: Callable, *, columns=None):
        """:meth:`reduce` of a function that also gives things whose sum would be large.

        Each task deals its things to buckets, by what must meet; one task a bucket makes something
        small of them. Rows are read once, and no task adds up all things.

        Parameters
        ----------
        function
            Of a :class:`Batch` to a table and a thing: ``type(thing).together(things)`` is one of
            several, ``thing.deal(count)`` a list of ``count`` such.
        finish
            Of the things of a bucket.

        Returns
        -------
        tuple
            The sum of the tables, None where there are no rows, and a list of what ``finish`` made.
        """
        count = buckets_for(len(self.pieces), self.rows)
        held = _joined(self._tasks(partial(_folded_and_dealt, function, count), columns), HELD)
        finish = _delayed(partial(_finished, finish))
        made = [finish([_delayed(partial(_bucket, b))(h) for h in held]) for b in range(count)]
        total, *made = self._computed(
            _added_up([_delayed(_without_things)(h) for h in held]), *made
        )
        return total, made

    def with_rows(self, counts: Tally) -> Parts:
        """Counted rows by piece put into the pieces."""
        pieces, position = [], 0
        for piece in self.pieces:
            rows = counts.get(piece.number, 0)
            pieces.append(piece._replace(rows=rows, position=position))
            position += rows
        return replace(self, pieces=tuple(pieces))

    def map(self, function: Callable[[Batch], pd.DataFrame], meta: pd.DataFrame, *, columns=None):
        """A Dask DataFrame of what ``function`` makes of the rows; nothing runs yet."""
        import dask.dataframe as dd

        return dd.from_delayed(self._tasks(partial(_mapped, function, meta), columns), meta=meta)

    def _computed(self, result, *others) -> list:
        result, *others = _compute([result, *others], self.name)
        if result.damaged:
            raise SurveyError(result.damaged, heading=self.name)
        return [result.total, *others]

    def _tasks(self, work, columns) -> list:
        columns = None if columns is None else list(dict.fromkeys(columns))
        if self.frame is None:
            return [_delayed(partial(work, p, columns))() for p in self.pieces]
        frame = self.frame if columns is None else self.frame[columns]
        both = zip(self.pieces, frame.to_delayed(), strict=True)
        return [_delayed(partial(work, piece, columns))(part) for piece, part in both]


def is_large(data) -> bool:
    """Whether data come in parts: a Dask DataFrame, or a folder with Parquet files."""
    if isinstance(data, Parts):
        return True
    if isinstance(data, str | Path):
        return Path(data).is_dir() and bool(files_in(Path(data)))
    return type(data).__module__.split(".")[0] in ("dask", "dask_expr")


def open_parts(data) -> Parts:
    """A Dask DataFrame or a folder of Parquet files as parts.

    Raises
    ------
    SurveyError
        Without Dask; for another Dask collection than a DataFrame; naming every file of the
        folder that is damaged or has other columns than the first.
    """
    try:
        import dask.dataframe as dd
    except ImportError:
        raise SurveyError(
            "Data in parts need Dask, which is not installed: pip install loyaltystudy[scale]"
        ) from None
    if isinstance(data, Parts):
        return data
    if isinstance(data, str | Path):
        return Parts(f"Folder {Path(data).name!r}", *pieces_of(Path(data)))
    if not isinstance(data, dd.DataFrame):
        raise SurveyError(f"A Dask DataFrame is needed, not {type(data).__name__}.")
    pieces = tuple(Piece(i, f"partition {i}") for i in range(data.npartitions))
    return Parts("Dask DataFrame", data._meta, pieces, data)


def _delayed(function):
    import dask

    return dask.delayed(function, pure=False, traverse=False)


class _Result(NamedTuple):
    total: object
    damaged: tuple[str, ...]


def _batches(piece: Piece, columns, frame: pd.DataFrame | None):
    if frame is None:
        found = slices(piece, columns)
    else:
        check_rows(piece, len(frame))
        found = (frame.iloc[i : i + ROWS] for i in range(0, len(frame), ROWS))
    start = piece.start
    for part in found:
        labels = None if frame is None else part.index
        yield Batch(part.reset_index(drop=True), piece, start, labels)
        start += len(part)


def _folded(function, piece, columns, frame=None) -> _Result:
    """One piece, slice by slice; a file that cannot be read is told, not raised, to tell all."""
    total, batches = None, _batches(piece, columns, frame)
    while True:
        try:
            batch = next(batches, None)
        except SurveyError as error:
            return _Result(None, error.problems)
        if batch is None:
            return _Result(total, ())
        found = function(batch)
        total = found if total is None else total + found


def _together(results: list[_Result]) -> _Result:
    damaged = tuple(problem for result in results for problem in result.damaged)
    total = None
    for result in results if not damaged else ():
        if result.total is not None:
            total = result.total if total is None else total + result.total
    return _Result(total, damaged)


def _joined(tasks: list, width: int) -> list:
    return [_delayed(_together)(tasks[i : i + width]) for i in range(0, len(tasks), width)]


def _added_up(tasks: list):
    while len(tasks) > 1:
        tasks = _joined(tasks, FAN_IN)
    return tasks[0]


def _keyed(function, batch: Batch) -> tuple[object, Keys]:
    table, keys = function(batch)
    return table, Keys(keys)


@dataclass(frozen=True, eq=False)
class _Found:
    """A table and things of some slices of a piece."""

    table: object
    things: tuple

    def __add__(self, other: _Found) -> _Found:
        return _Found(self.table + other.table, self.things + other.things)


def _folded_and_dealt(function, count: int, piece, columns, frame=None) -> _Result:
    def found(batch: Batch) -> _Found:
        table, thing = function(batch)
        return _Found(table, (thing,))

    total, damaged = _folded(found, piece, columns, frame)
    if total is None:
        return _Result(None, damaged)
    together = type(total.things[0]).together(total.things)
    return _Result(Dealt.of(total.table, together, count), damaged)


def _without_things(result: _Result) -> _Result:
    return result if result.total is None else _Result(result.total.table, result.damaged)


def _bucket(number: int, result: _Result) -> tuple:
    return () if result.total is None else result.total.buckets[number]


def _finished(finish, some: list[tuple]):
    return finish([thing for things in some for thing in things])


def _mapped(function, meta, piece, columns, frame=None) -> pd.DataFrame:
    parts = [function(batch) for batch in _batches(piece, columns, frame)]
    return pd.concat(parts) if parts else meta


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
    told = f"{type(error).__name__}: {str(error)[:300]}"
    if type(error).__name__ == "KilledWorker":
        return (
            f"{name}: workers died again and again on the same part ({told}). As a rule they ran "
            "out of memory: give each more, or fewer threads."
        )
    return (
        f"{name}: not readable to the end ({told}); no result was computed from the rest. "
        "Given the folder of Parquet files itself, the error names the file."
    )
