"""Where the rows stand whose keys came twice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from operator import add

import numpy as np

from loyaltystudy.errors import ROWS
from loyaltystudy.outofcore._buckets import TWICE_KEPT
from loyaltystudy.outofcore._engine import Batch, Parts, Tally
from loyaltystudy.outofcore._problems import Places, Problems


def places_of(parts: Parts, keys: np.ndarray, columns, identify: Callable[[Batch], tuple]) -> Tally:
    """What identifies more than one row, to its :class:`Places`; a second look at ``columns``.

    Only where :meth:`Parts.reduce_keyed` found keys twice are they looked at again. ``identify``
    gives, for a batch, the rows that count (from 0), a key of 64 bits for each, and a function from
    positions among them to what the keys stand for, so that two things of one key, which may happen
    to hashed text, are not taken for one.
    """
    if not len(keys):
        return Tally()
    found = parts.reduce(_Places(identify, keys), columns=columns)
    return Tally({what: at for what, at in found.items() if at.count > 1})


def rows_twice(
    parts: Parts, keys: np.ndarray, columns, identify: Callable[[Batch], tuple], text: str
) -> Problems:
    """The same as one problem, whose ``text`` says ``ROWS`` where the rows are to stand."""
    same = places_of(parts, keys, columns, identify).values()
    if len(keys) == TWICE_KEPT:  # and perhaps more that were not kept
        text = text.replace(ROWS, f"at least {ROWS}")
    return Problems({text: reduce(add, same)} if same else {})


@dataclass(frozen=True)
class _Places:
    """Where the rows with some keys stand."""

    identify: Callable
    keys: np.ndarray

    def __call__(self, batch: Batch) -> Tally:
        rows, keys, things = self.identify(batch)
        at, found = np.flatnonzero(np.isin(keys, self.keys)), {}
        for row, thing in zip(rows[at], things(at), strict=True):
            found.setdefault(thing, []).append(row + 1)
        return Tally({thing: Places.of(at, batch) for thing, at in found.items()})
