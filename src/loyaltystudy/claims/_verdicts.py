"""The table of a study put to the claims, as a notebook shows it."""

from html import escape

import pandas as pd

from loyaltystudy.claims._rules import NOT_MEASURED, UNTESTABLE
from loyaltystudy.display import Display
from loyaltystudy.explain import BELOW_ZERO

UNJUDGED = (NOT_MEASURED, UNTESTABLE)


class Verdicts(pd.DataFrame):
    """A DataFrame that a notebook shows compactly: judged claims first, the others in one line.

    Only the HTML differs: text is that of pandas, and whatever is made of it (a selection, a
    merge, a copy) is a plain DataFrame.
    """

    def _repr_html_(self) -> str:
        if not {"claim", "study", "kind", "verdict", "measured", "n"} <= {*self.columns}:
            return pd.DataFrame(self)._repr_html_()
        open_ones = self["verdict"].isin(UNJUDGED)
        tables = [] if open_ones.all() else [("", _judged(self[~open_ones]))]
        notes = ("Rules, reasons and all figures: the other columns.",) if tables else ()
        if (~open_ones & (self["estimate"] < 0) & (self["low"] >= 0)).any():
            notes = (f"Note: {BELOW_ZERO}.", *notes)
        shown = Display(_header(self), tables, notes, missing="").html()
        return shown + _folded(self[open_ones])


def _header(table: pd.DataFrame) -> str:
    """``my-study: 3 of 61 claims judged (2 supported, 1 inconclusive)``."""
    studies = [
        f"{name} (simulated)" if kind == "simulated" else str(name)
        for name, kind in dict.fromkeys(zip(table["study"], table["kind"], strict=True))
    ]
    counts = table.loc[~table["verdict"].isin(UNJUDGED), "verdict"].value_counts()
    counted = ", ".join(f"{count} {verdict}" for verdict, count in counts.items())
    many = f"{counts.sum()} of {len(table)} claims judged"
    return f"{', '.join(studies)}: {many}{f' ({counted})' if counted else ''}"


def _judged(table: pd.DataFrame) -> pd.DataFrame:
    """Claim, verdict beside it, and the figure of the part that decides."""
    columns = {"claim": table["claim"], "verdict": table["verdict"]}
    if len({*table["study"]}) > 1:
        columns["study"] = table["study"]
    figures = zip(table["estimate"], table["low"], table["high"], strict=True)
    columns["estimate, 95 %"] = [_figure(*row) for row in figures]
    columns |= {"n": table["n"].map("{:.0f}".format), "measured": table["measured"]}
    return pd.DataFrame(columns).reset_index(drop=True)


def _figure(estimate: float, low: float, high: float) -> str:
    if pd.isna(estimate):
        return ""
    if estimate < 0 <= low:  # an adjusted share, which its interval never holds
        estimate = 0.0
    return f"{estimate:.3f}" + ("" if pd.isna(low) else f" [{low:.3f}, {high:.3f}]")


def _folded(table: pd.DataFrame) -> str:
    """Claims without a verdict: how many, and when opened which."""
    if table.empty:
        return ""
    counts = table["verdict"].value_counts()
    counted = ", ".join(f"{count} {verdict}" for verdict, count in counts.items())
    names = [
        f"<p>{escape(verdict)}: {escape(', '.join(own['claim'].astype(str)))}</p>"
        for verdict, own in table.groupby("verdict", sort=False)
    ]
    return f"<details><summary>{escape(counted)}</summary>{''.join(names)}</details>"
