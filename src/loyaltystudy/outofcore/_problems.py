"""Problems of many partitions, gathered, counted and shown with the first rows that have them."""

from __future__ import annotations

from dataclasses import dataclass
from heapq import nsmallest

from loyaltystudy.errors import ROWS
from loyaltystudy.outofcore._engine import Batch, Totals

PLACES_SHOWN = 10  # rows of one problem
PROBLEMS_SHOWN = 200
PROBLEMS_KEPT = 1000


@dataclass(frozen=True)
class Places:
    """How many rows, and the first: number of the partition, row from 1, name of the file."""

    count: int
    first: tuple[tuple[int, int, str], ...]

    def __add__(self, other: Places) -> Places:
        first = tuple(sorted(self.first + other.first)[:PLACES_SHOWN])
        return Places(self.count + other.count, first)

    @classmethod
    def of(cls, rows, batch: Batch) -> Places:
        """Rows of a batch, numbered from 1."""
        partition = batch.partition
        first = (
            (partition.number, batch.start + int(r), partition.label) for r in rows[:PLACES_SHOWN]
        )
        return cls(len(rows), tuple(first))

    def __str__(self) -> str:
        by_file: dict[str, list[int]] = {}
        for _, row, label in self.first:
            by_file.setdefault(label, []).append(row)
        shown = "; ".join(
            f"{label} row{'s' if len(rows) > 1 else ''} {', '.join(map(str, rows))}"
            for label, rows in by_file.items()
        )
        return shown if self.count <= len(self.first) else f"{self.count} rows, first {shown}"


class Problems(Totals):
    """Text of a problem (``ROWS`` where the rows are to stand) to its places."""

    @classmethod
    def of(cls, faults, batch: Batch) -> Problems:
        """From pairs of text and rows of a batch, numbered from 1."""
        return cls({text: Places.of(rows, batch) for text, rows in faults})

    def __add__(self, other: Problems) -> Problems:
        both = super().__add__(other)
        if len(both) > PROBLEMS_KEPT:
            both = nsmallest(PROBLEMS_KEPT, both.items(), key=_first)
        return Problems(both)

    def lines(self) -> list[str]:
        """One line a problem, in the order of its first row."""
        lines = [t.replace(ROWS, str(places)) for t, places in sorted(self.items(), key=_first)]
        if len(lines) > PROBLEMS_SHOWN:
            more = f"at least {len(lines) - PROBLEMS_SHOWN} more problems."
            lines = [*lines[:PROBLEMS_SHOWN], more]
        return lines


def _first(item):
    text, places = item
    return (*(places.first[0][:2] if places.first else (-1, 0)), text)
