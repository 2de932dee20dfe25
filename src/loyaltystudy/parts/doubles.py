"""Rows that stand twice, in one part or in two, without ever holding all rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from operator import attrgetter

import numpy as np
import pandas as pd

from loyaltystudy.parts.engine import Batch, Parts, Tally
from loyaltystudy.parts.problems import Places

KEYS_AT_A_TIME = 1 << 25  # in one worker's memory: 8 bytes each, and a copy
TOLD = 1000


def doubled(parts: Parts, columns, identify: Callable[[pd.DataFrame], tuple]) -> Tally:
    """What identifies more than one row, to its :class:`Places`.

    ``identify`` gives, for a frame, the rows that count (from 0), a key of 64 bits for each, and a
    function from positions among them to what the keys stand for. Keys are gathered on one
    worker, some 33 million at a time, each time with a pass over ``columns`` alone; the rows of
    equal keys are then looked up, so that two things are never taken for one.
    """
    shares, twice = ceil(parts.rows / KEYS_AT_A_TIME), []
    for share in range(shares):
        work = _Keys(identify, share, shares)
        found = parts.reduce(work, columns=columns, finish=attrgetter("twice"))
        twice += [] if found is None else [found]
    keys = np.concatenate([np.zeros(0, dtype=np.uint64), *twice])[:TOLD]
    if not len(keys):
        return Tally()
    places = parts.reduce(_Places(identify, keys), columns=columns)
    return Tally({what: at for what, at in places.items() if at.count > 1})


@dataclass(frozen=True)
class _Keys:
    """The keys of a batch that belong to one share of all keys."""

    identify: Callable
    share: int
    shares: int

    def __call__(self, batch: Batch) -> SeenKeys:
        _, keys, _ = self.identify(batch.frame)
        own = keys[keys % np.uint64(self.shares) == np.uint64(self.share)]
        return SeenKeys(own[:0], own[:0]) + SeenKeys(own, own[:0])


@dataclass(frozen=True)
class SeenKeys:
    """Keys that were seen, sorted, each once; and those seen more than once."""

    seen: np.ndarray
    twice: np.ndarray

    def __add__(self, other: SeenKeys) -> SeenKeys:
        keys = np.sort(np.concatenate([self.seen, other.seen]))
        again = keys[1:] == keys[:-1]
        twice = np.unique(np.concatenate([self.twice, other.twice, keys[1:][again]]))
        return SeenKeys(keys[np.append(True, ~again)] if len(keys) else keys, twice)


@dataclass(frozen=True)
class _Places:
    """Where the rows with some keys stand."""

    identify: Callable
    keys: np.ndarray

    def __call__(self, batch: Batch) -> Tally:
        rows, keys, things = self.identify(batch.frame)
        at, found = np.flatnonzero(np.isin(keys, self.keys)), {}
        for row, thing in zip(rows[at], things(at), strict=True):
            found.setdefault(thing, []).append(row + 1)
        return Tally({thing: Places.of(at, batch) for thing, at in found.items()})
