"""How much does each block explain?"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from loyaltystudy.errors import SurveyError
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
        Adjusted estimates with their intervals (below zero: 0); blocks in order of dominance, most
        on top.
    """
    table = comparison.shown.set_index(["measure", "block"])
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
    _explained(ax, comparison, language, labels)
    _legend_above(ax, (0.45, 1.0), 0.2)
    return ax


def plot_order(
    comparison: BlockComparison,
    *,
    ax=None,
    language: str = "en",
    labels: Mapping[str, str] | None = None,
):
    """What each layer explains in a declared order: by its direct path, and through later layers.

    Parameters
    ----------
    comparison : BlockComparison
        From :func:`loyaltystudy.compare_blocks` with ``order=...``.
    ax : Axes or None
    language : {"en", "sv", "nb"}
        Of the words in the figure.
    labels : dict, optional
        What to call the outcome, by its name.

    Returns
    -------
    Axes
        The earliest layer on top. A dark bar is a layer's direct path, the pale one beside it what
        runs through later layers; the point is their sum, the total, with its interval. A layer of
        several blocks is followed by the total of each. With curves there are totals alone.

    Raises
    ------
    SurveyError
        If the comparison has no declared order.
    """
    if comparison.ordered is None:
        raise SurveyError(
            "plot_order: this comparison has no declared order. Call compare_blocks with "
            "order=..., the earliest layer first."
        )
    names, table = _order_rows(comparison.ordered)
    ax = bare(axes(ax, 7.2, 1.6 + 0.5 * len(names)))
    rows = range(len(names))
    for part, left, pale in (("direct", 0.0, 1.0), ("through_later", table["direct"], 0.35)):
        if table[part].notna().any():
            ax.barh(
                rows, table[part], 0.5, left=left, color=BLUE, alpha=pale, label=say(part, language)
            )
    ax.hlines(rows, table["low"], table["high"], color=ORANGE, linewidth=1.6, zorder=3)
    ax.plot(table["total"], rows, "o", color=ORANGE, zorder=3, label=say("total", language))
    ax.axvline(0, color=GREY, linewidth=1, zorder=0)
    ax.set_yticks(rows, [_layer_name(blocks, language) for blocks in names])
    ax.set_ylim(len(names) - 0.4, -0.6)
    _explained(ax, comparison, language, labels)
    ax.set_title(say("order_declared", language), loc="left", fontsize=9)
    _legend_above(ax, (0.35, 1.07), 0.4)
    return ax


def _explained(ax, comparison: BlockComparison, language: str, labels) -> None:
    """The axis of shares: of which outcome, at which confidence, of how many."""
    speak_numbers(ax.xaxis, language)
    outcome = drawn(called(comparison.outcome, language, labels))
    confidence = number(100 * comparison.confidence, language, 0)
    ax.set_xlabel(say("explained", language, outcome, confidence, comparison.n))


def _legend_above(ax, at: tuple[float, float], gap: float) -> None:
    plain = {"ncols": 3, "frameon": False, "columnspacing": 1.2}
    ax.legend(loc="lower center", bbox_to_anchor=at, handletextpad=gap, **plain)


def _order_rows(ordered: pd.DataFrame) -> tuple[list[list[str]], pd.DataFrame]:
    """Layers from the earliest on, each of several blocks followed by these, and their figures."""
    keys = ["layer", "block"]
    wide = ordered.pivot(index=keys, columns="measure", values="adjusted")  # noqa: PD010
    wide = wide.reindex(ordered.set_index(keys).index.drop_duplicates())
    wide = wide.reindex(columns=["total", "direct", "through_later"])
    totals = ordered[ordered["measure"] == "total"].set_index(keys)
    wide = wide.join(totals[["low", "high"]])
    # less than chance would give is drawn as nothing; the two bars go on adding up to the total
    wide[["total", "direct"]] = wide[["total", "direct"]].clip(lower=0)
    wide["through_later"] = wide["total"] - wide["direct"]
    names = [block.split(" & ") for block in wide.index.get_level_values("block")]
    return names, wide.reset_index(drop=True)


def _layer_name(blocks: list[str], language: str) -> str:
    return " + ".join(drawn(called_block(block, language)) for block in blocks)
