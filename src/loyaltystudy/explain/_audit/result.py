"""What an audit found, and how it is shown."""

from dataclasses import dataclass

import pandas as pd

from loyaltystudy.display import Display, Shown
from loyaltystudy.explain._audit.baseline import ALL
from loyaltystudy.explain._comparison import BlockComparison

CHECKS = {
    "as_compared": "as compared",
    "equal_width": "beyond chance at equal width",
    "best_demographics": "demographics at their best (unseen rows)",
    "learner": "curves against boosted trees",
    "reliability": "corrected for unreliability",
    "shared_method": "shared method taken out",
    "overlap": "without restated outcome",
    "behaviour": "behaviour as outcome",
}  # with a behaviour at hand, its name is in the check: behaviour_spend
FLAG = 0.85
OVERLAPS = ("htmt", "latent_correlation", "item_latent_correlation")


def label(check: str) -> str:
    """A check in plain words."""
    behaviour = check.removeprefix("behaviour_").replace("_", " ")
    return CHECKS.get(check, f"{behaviour} as outcome")


@dataclass(frozen=True, eq=False, repr=False)
class BlockAudit(Shown):
    """What :func:`audit_blocks` found; see there for the checks.

    Attributes
    ----------
    table : DataFrame
        ``check, block, measure, estimate, low, high, note``.
    comparison : BlockComparison
        The comparison that was audited.
    """

    table: pd.DataFrame
    comparison: BlockComparison

    @property
    def dominance(self) -> pd.DataFrame:
        """Block x check: dominance, the blocks in order as compared.

        Cross-validated for ``best_demographics``, else adjusted.
        """
        part = self.table[self.table["measure"].isin(["dominance", "dominance_cv"])]
        part = part[~((part["check"] == "as_compared") & (part["measure"] == "dominance_cv"))]
        wide = part.pivot_table(index="block", columns="check", values="estimate", sort=False)
        order = dict.fromkeys([*CHECKS, *part["check"]])
        wide = wide[[check for check in order if check in wide]].dropna(axis=1, how="all")
        wide.columns.name = None
        return wide.sort_values("as_compared", ascending=False)

    @property
    def flags(self) -> pd.DataFrame:
        """Overlaps at .85 and over, and items shared with the outcome."""
        over = self.table["measure"].isin(OVERLAPS) & (self.table["estimate"].abs() >= FLAG)
        return self.table[over | (self.table["measure"] == "shared_items")].reset_index(drop=True)

    @property
    def notes(self) -> pd.Series:
        """Check to what it says about the comparison as a whole."""
        part = self.table[(self.table["block"] == ALL) & (self.table["note"] != "")]
        return part.groupby("check", sort=False)["note"].agg(" ".join)

    def header(self) -> str:
        return f"Audit of {self.comparison.header()}"

    def _tables(self) -> dict[str, pd.DataFrame]:
        wide = self.dominance.reset_index()
        tables = {"dominance": wide}
        if len(self.flags):
            shown = ["block", "measure", "estimate", "low", "high", "note"]
            tables["flagged overlaps"] = self.flags[shown]
        return tables

    def _shown(self) -> Display:
        notes = tuple(f"- {label(check)}: {note}" for check, note in self.notes.items())
        return Display(self.header(), [*self._tables().items()], notes, html_only=("note",))
