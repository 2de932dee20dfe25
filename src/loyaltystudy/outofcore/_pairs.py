"""How often a household bought a brand, in rows that are never all in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from loyaltystudy.purchases import cross_table
from loyaltystudy.survey import groups_of, hashed

PAIR = ("household", "brand")


@dataclass(frozen=True, eq=False)
class Counts:
    """``household, brand, times`` (and ``period``): how often the one bought the other.

    Goes into buckets (:meth:`Partitions.reduce_bucketed`), each household into one.
    """

    rows: pd.DataFrame

    @classmethod
    def of(cls, household: pd.Series, brand: pd.Series, **more) -> Counts:
        """One row a purchase."""
        names = {"household": _plain(household), "brand": _plain(brand), **more}
        return cls(pd.DataFrame({**names, "times": np.uint8(1)}))

    @classmethod
    def joined(cls, some: Sequence[Counts]) -> Counts:
        """One row a pair, in as few bytes as hold how often."""
        rows = cls.all_of(some).rows
        by = [name for name in rows if name != "times"]
        rows = rows.groupby(by, as_index=False, sort=False).sum()
        return cls(rows.assign(times=pd.to_numeric(rows["times"], downcast="unsigned")))

    @classmethod
    def all_of(cls, some: Sequence[Counts]) -> Counts:
        """Of different households: nothing to add."""
        rows = [counts.rows for counts in some] or [pd.DataFrame(columns=[*PAIR, "times"])]
        return cls(pd.concat(rows, ignore_index=True))

    def split(self, count: int) -> list[Counts]:
        bucket = groups_of(hashed(self.rows["household"]), count)
        rows = self.rows.iloc[np.argsort(bucket, kind="stable")]
        ends = np.cumsum(np.bincount(bucket, minlength=count))
        starts = [0, *ends[:-1]]
        rows = rows.reset_index(drop=True)
        return [Counts(rows.iloc[a:b]) for a, b in zip(starts, ends, strict=True)]

    def __sizeof__(self) -> int:
        return int(self.rows.memory_usage(index=False, deep=True).sum())

    def table(self) -> pd.DataFrame:
        return cross_table(self.rows["household"], self.rows["brand"], self.rows["times"])


def _plain(names: pd.Series) -> pd.Series:
    """Text as pandas has it in memory; categories, which differ between partitions, by name."""
    if isinstance(names.dtype, pd.CategoricalDtype):
        names = names.astype(names.cat.categories.dtype)
    return names.astype("str") if isinstance(names.dtype, pd.StringDtype) else names
