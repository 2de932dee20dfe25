"""How much does each block explain?"""

from __future__ import annotations

from collections.abc import Mapping

from loyaltystudy.explain import BlockComparison
from loyaltystudy.report._plots.style import (
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    axes,
    bare,
    drawn,
    speak_numbers,
)
from loyaltystudy.report._translations import called, called_block, number, say

MEASURES = {
    "alone": (ORANGE, "s", 0.24),
    "dominance": (BLUE, "o", 0.0),
    "unique": (GREEN, "^", -0.24),
}


def plot_blocks(
    comparison: BlockComparison,
    *,
    ax=None,
    language: str = "en",
    labels: Mapping[str, str] | None = None,
):
    """Each block's explained variance: alone, as its share among all, and added to all others.

    Parameters
    ----------
    comparison : BlockComparison
        From :func:`loyaltystudy.compare_blocks`.
    ax : Axes or None
    language : {"en", "sv", "nb"}
        Of the words in the figure.
    labels : dict, optional
        What to call the outcome, by its name.

    Returns
    -------
    Axes
        Adjusted estimates with their intervals; blocks in order of dominance, most on top.
    """
    table = comparison.table.set_index(["measure", "block"])
    order = table.loc["dominance", "adjusted"].sort_values().index
    ax = bare(axes(ax, 7.2, 1.4 + 0.72 * len(order)))
    for measure, (colour, marker, shift) in MEASURES.items():
        part = table.loc[measure].loc[order]
        rows = [i + shift for i in range(len(order))]
        ax.hlines(rows, part["low"], part["high"], color=colour, linewidth=1.6)
        ax.plot(
            part["adjusted"], rows, marker, color=colour, markersize=6, label=say(measure, language)
        )
    ax.axvline(0, color=GREY, linewidth=1, zorder=0)
    ax.set_yticks(range(len(order)), [drawn(called_block(b, language)) for b in order])
    ax.set_ylim(-0.6, len(order) - 0.4)
    speak_numbers(ax.xaxis, language)
    outcome = drawn(called(comparison.outcome, language, labels))
    confidence = number(100 * comparison.confidence, language, 0)
    ax.set_xlabel(say("explained", language, outcome, confidence, comparison.n))
    ax.legend(
        loc="lower center",
        bbox_to_anchor=(0.45, 1.0),
        ncols=3,
        frameon=False,
        handletextpad=0.2,
        columnspacing=1.2,
    )
    return ax
