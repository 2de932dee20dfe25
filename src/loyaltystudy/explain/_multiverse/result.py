"""What a specification curve found, and how it is shown."""

from dataclasses import dataclass

import pandas as pd

from loyaltystudy.display import Display, Shown
from loyaltystudy.rsquared import MEASURES


@dataclass(frozen=True, eq=False, repr=False)
class SpecificationCurve(Shown):
    """What :func:`specification_curve` found; see there for the columns.

    Attributes
    ----------
    table : DataFrame
        One row a universe.
    choices : dict
        Choice to its levels; a choice with one level is not varied and has no column.
    notes : tuple of str
        Choices that could not be varied here, and universes that were not possible.
    """

    table: pd.DataFrame
    choices: dict[str, list]
    outcome: str
    first: str
    second: str
    notes: tuple[str, ...] = ()

    @property
    def share(self) -> pd.DataFrame:
        """Of each measure: universes with the first block above, and apart either way.

        ``measure, first_above, first_apart, second_apart``; apart: the interval leaves out 0.
        """
        rows = []
        for measure in MEASURES:
            gap, low, high = (
                self.table[f"{part}_{measure}"] for part in ("difference", "low", "high")
            )
            shares = {"first_above": gap > 0, "first_apart": low > 0, "second_apart": high < 0}
            rows.append({"measure": measure} | {k: float(v.mean()) for k, v in shares.items()})
        return pd.DataFrame(rows)

    def header(self) -> str:
        n = self.table["n"]
        size = f"n {n.min()}" if n.min() == n.max() else f"n {n.min()} to {n.max()}"
        found = [c for c in self.table if c not in self.choices]
        distinct = len(self.table[found].round(12).drop_duplicates())
        return (
            f"{self.first} against {self.second}, outcome {self.outcome}: "
            f"{len(self.table)} universes ({distinct} with results of their own), {size}"
        )

    def _shown(self) -> Display:
        notes = tuple(f"Note: {note}." for note in self.notes)
        return Display(self.header(), [("", self.share)], notes)
