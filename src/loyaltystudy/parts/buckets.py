"""Keys of rows dealt to buckets, so that equal ones meet without all being in one place."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

import numpy as np

KEYS_AT_A_TIME = 1 << 25  # looked through by one task: 8 bytes each, and a copy
PIECES_A_BUCKET, BUCKETS = 4, 64
TWICE_KEPT = 1000


def buckets_for(pieces: int, rows: int | None) -> int:
    """How many: about as many keys in each as four pieces have rows.

    From 256 pieces on 64 buckets, so that the tasks between pieces and buckets stay few; more only
    where a bucket would hold more than ``KEYS_AT_A_TIME`` keys, 2 x 10^9 rows and up (of a Dask
    DataFrame, whose rows are not known beforehand, never).
    """
    few = min(ceil(pieces / PIECES_A_BUCKET), BUCKETS)
    return max(few, ceil((rows or 0) / KEYS_AT_A_TIME))


@dataclass(frozen=True, eq=False)
class Keyed:
    """A table, and the keys of its rows in buckets: in each, arrays. Those of disjoint rows add."""

    table: object
    buckets: tuple[tuple[np.ndarray, ...], ...]

    @classmethod
    def of(cls, table, keys: np.ndarray, count: int) -> Keyed:
        """Well-mixed keys of 64 bits, cut by size into equal stretches."""
        ends = np.array([(b << 64) // count for b in range(1, count)], dtype=np.uint64)
        keys = np.sort(keys)
        return cls(table, tuple((part,) for part in np.split(keys, keys.searchsorted(ends))))

    def __add__(self, other: Keyed) -> Keyed:
        both = zip(self.buckets, other.buckets, strict=True)
        return Keyed(self.table + other.table, tuple(a + b for a, b in both))


def twice_in(keys) -> np.ndarray:
    """The smallest keys that come more than once in some arrays, each once."""
    together = np.concatenate([np.zeros(0, dtype=np.uint64), *keys])
    together.sort()
    return np.unique(together[1:][together[1:] == together[:-1]])[:TWICE_KEPT]
