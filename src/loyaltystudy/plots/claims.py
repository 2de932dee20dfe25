"""What do the data say of the claims?"""

from __future__ import annotations

import pandas as pd

from loyaltystudy.plots.style import BLUE, DIM, FAINT, INK, VERMILION, axes

LOOKS = {  # fill, text colour, what the cell says
    "supported": (BLUE, "white", "supported"),
    "contradicted": (VERMILION, "white", "contradicted"),
    "inconclusive": (FAINT, INK, "inconclusive"),
    "not measured": ("none", DIM, "not measured"),
    "untestable": ("none", DIM, "untestable"),
}


def plot_claims(claims: pd.DataFrame, *, ax=None):
    """Verdicts: a row a claim, a column a study.

    Parameters
    ----------
    claims : DataFrame
        From :func:`loyaltystudy.check_claims`, of one study or of several put together.
    ax : Axes or None

    Returns
    -------
    Axes
        A cell's words say the verdict, its colour repeats it; ``by proxy`` and ``in part`` stand
        below where not the construct itself, or not all of the claim, was measured.
    """
    rows = list(dict.fromkeys(claims["claim"]))[::-1]
    columns = list(dict.fromkeys(claims["study"]))
    ax = axes(ax, 2.6 + 1.55 * len(columns), 0.7 + 0.42 * len(rows))
    kinds = claims.drop_duplicates("study").set_index("study")["kind"]
    for cell in claims.itertuples():
        x, y = columns.index(cell.study), rows.index(cell.claim)
        fill, ink, words = LOOKS[cell.verdict]
        edge = FAINT if fill == "none" else fill
        ax.add_patch(_box(x, y, fill, edge))
        if cell.measured == "part":
            words = "measured in part" if cell.verdict == "not measured" else f"{words}\nin part"
        words += "\nby proxy" if cell.measured == "proxy" else ""
        ax.text(x, y, words, ha="center", va="center", color=ink, size=8, linespacing=1.1)
    labels = [s + ("\n(simulated)" if kinds[s] == "simulated" else "") for s in columns]
    ax.set_xticks(range(len(columns)), labels)
    ax.set_yticks(range(len(rows)), rows)
    ax.set_xlim(-0.55, len(columns) - 0.45)
    ax.set_ylim(-0.55, len(rows) - 0.45)
    ax.xaxis.tick_top()
    ax.tick_params(length=0)
    for spine in ax.spines.values():
        spine.set_visible(False)
    return ax


def _box(x: float, y: float, fill: str, edge: str):
    from matplotlib.patches import Rectangle

    return Rectangle((x - 0.48, y - 0.45), 0.96, 0.9, facecolor=fill, edgecolor=edge)
