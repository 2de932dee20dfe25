"""Equal keys meet in one bucket, without all keys being in one place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from sys import getsizeof

import numpy as np

KEYS_AT_A_TIME = 1 << 25  # looked through by one task: 8 bytes each, and a copy
PARTITIONS_A_BUCKET, BUCKETS = 4, 64
REPEATED_KEPT = 1000
_NONE = np.zeros(0, dtype=np.uint64)


def buckets_for(partitions: int, rows: int | None) -> int:
    """How many: about as many keys in each as four partitions have rows.

    From 256 partitions on 64 buckets, so that the tasks between the two stay few; more only where a
    bucket would hold more than ``KEYS_AT_A_TIME`` keys, 2 x 10^9 rows and up (of a Dask
    DataFrame, whose rows are not known beforehand, never).
    """
    few = min(ceil(partitions / PARTITIONS_A_BUCKET), BUCKETS)
    return max(few, ceil((rows or 0) / KEYS_AT_A_TIME))


@dataclass(frozen=True, eq=False)
class Bucketed:
    """A table, and the contents of each bucket. Those of disjoint rows add.

    ``size`` is what the contents take, in bytes: Dask writes to disk what does not fit into memory.
    """

    table: object
    buckets: tuple[tuple, ...]
    size: int

    @classmethod
    def of(cls, table: object, content, count: int) -> Bucketed:
        return cls(table, tuple((own,) for own in content.split(count)), getsizeof(content))

    def __add__(self, other: Bucketed) -> Bucketed:
        both = zip(self.buckets, other.buckets, strict=True)
        buckets = tuple(a + b for a, b in both)
        return Bucketed(self.table + other.table, buckets, self.size + other.size)

    def __sizeof__(self) -> int:
        return self.size


@dataclass(frozen=True, eq=False)
class Keys:
    """Well-mixed keys of 64 bits."""

    values: np.ndarray

    @classmethod
    def joined(cls, some: Sequence[Keys]) -> Keys:
        return cls(np.concatenate([_NONE, *(keys.values for keys in some)]))

    def split(self, count: int) -> list[Keys]:
        """Sorted, and cut by size into equal stretches."""
        ends = np.array([(b << 64) // count for b in range(1, count)], dtype=np.uint64)
        ordered = np.sort(self.values)
        return [Keys(stretch) for stretch in np.split(ordered, ordered.searchsorted(ends))]

    def __sizeof__(self) -> int:
        return self.values.nbytes


def repeated_in(some: Sequence[Keys]) -> np.ndarray:
    """The smallest keys that come more than once in some, each once."""
    every = np.sort(Keys.joined(some).values)
    return np.unique(every[1:][every[1:] == every[:-1]])[:REPEATED_KEPT]


def smallest(some: Sequence[np.ndarray]) -> np.ndarray:
    """The smallest of the keys that came twice in any bucket."""
    return np.sort(np.concatenate([_NONE, *some]))[:REPEATED_KEPT]
