"""Where the rows stand whose keys came twice."""

from collections.abc import Callable
from functools import partial, reduce
from operator import add

import numpy as np

from loyaltystudy.errors import ROWS
from loyaltystudy.outofcore._buckets import REPEATED_KEPT
from loyaltystudy.outofcore._engine import Batch, Partitions, Totals
from loyaltystudy.outofcore._problems import Places, Problems


def places_of(
    partitions: Partitions, keys: np.ndarray, columns, identify: Callable[[Batch], tuple]
) -> Totals:
    """What identifies more than one row, to its :class:`Places`; a second look at ``columns``.

    Only where :meth:`Partitions.reduce_keyed` found keys twice are they looked at again.
    ``identify`` gives, for a batch, the rows that count (from 0), a key of 64 bits for each, and a
    function from positions among them to what the keys stand for, so that two values of one key,
    which may happen to hashed text, are not taken for one.
    """
    if not len(keys):
        return Totals()
    found = partitions.reduce(partial(_places, identify, keys), columns=columns)
    return Totals({what: at for what, at in found.items() if at.count > 1})


def repeated_rows(
    partitions: Partitions, keys: np.ndarray, columns, identify: Callable[[Batch], tuple], text: str
) -> Problems:
    """The same as one problem, whose ``text`` says ``ROWS`` where the rows are to stand."""
    same = places_of(partitions, keys, columns, identify).values()
    if len(keys) == REPEATED_KEPT:  # and perhaps more that were not kept
        text = text.replace(ROWS, f"at least {ROWS}")
    return Problems({text: reduce(add, same)} if same else {})


def _places(identify: Callable, wanted: np.ndarray, batch: Batch) -> Totals:
    """Where the rows with some keys stand."""
    rows, keys, values = identify(batch)
    at, found = np.flatnonzero(np.isin(keys, wanted)), {}
    for row, value in zip(rows[at], values(at), strict=True):
        found.setdefault(value, []).append(row + 1)
    return Totals({value: Places.of(at, batch) for value, at in found.items()})
