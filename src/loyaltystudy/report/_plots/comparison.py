"""How much does each block explain?"""

import textwrap
from collections.abc import Mapping

import pandas as pd

from loyaltystudy.errors import SurveyError
from loyaltystudy.explain import BlockComparison
from loyaltystudy.report._plots.style import (
    BLUE,
    GREEN,
    GREY,
    INK,
    ORANGE,
    SKY,
    axes,
    bare,
    drawn,
    legend_above,
    plain,
    speak_numbers,
)
from loyaltystudy.report._translations import called, called_block, number, say
from loyaltystudy.survey import Study

MEASURES = {
    "alone": (ORANGE, "s", 0.24),
    "dominance": (BLUE, "o", 0.0),
    "unique": (GREEN, "^", -0.24),
}


def plot_blocks(
    comparison: BlockComparison,
    *,
    study: Study | None = None,
    ax=None,
    language: str = "en",
    labels: Mapping[str, str] | None = None,
):
    """Each block's explained variance: alone, as its share among all, and added to all others.

    Parameters
    ----------
    comparison : BlockComparison
        From :func:`loyaltystudy.compare_blocks`.
    study : Study, optional
        Whose answers were compared: marks of blocks that it measures by a stand-in are open.
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

    Examples
    --------
    >>> import loyaltystudy as ls
    >>> blocks = {"trust": ["trust"], "satisfaction": ["satisfaction"]}
    >>> ax = ls.plot_blocks(ls.compare_blocks(ls.load_study("mobile-ecsi"), "loyalty", blocks))
    >>> [label.get_text() for label in ax.get_yticklabels()]
    ['trust', 'satisfaction']
    """
    table = comparison.shown.set_index(["measure", "block"])
    order = table.loc["dominance", "adjusted"].sort_values().index
    standing = set() if study is None else stand_ins(comparison, study)
    full = [block not in standing for block in order]
    ax = bare(axes(ax, 7.2, 1.4 + 0.72 * len(order)))
    for measure, (colour, marker, shift) in MEASURES.items():
        part = table.loc[measure].loc[order]
        rows = [i + shift for i in range(len(order))]
        ax.hlines(rows, part["low"], part["high"], color=colour, linewidth=1.6, zorder=1)
        style = {"color": colour, "markersize": 6, "linestyle": "", "marker": marker}
        ax.plot(part["adjusted"], rows, label=say(measure, language), **style)
        opened = [i for i, filled in enumerate(full) if not filled]
        points, places = part["adjusted"].iloc[opened], [rows[i] for i in opened]
        ax.plot(points, places, markerfacecolor="white", markeredgewidth=1.6, **style)
    ax.axvline(0, color=GREY, linewidth=1, zorder=0)
    ax.set_yticks(range(len(order)), [drawn(called_block(b, language, labels)) for b in order])
    ax.set_ylim(-0.6, len(order) - 0.4)
    _name_axis(ax, comparison, language, labels)
    if not all(full):
        ax.set_xlabel(f"{ax.get_xlabel()}\n{say('open marks', language)}")
    legend_above(ax, (0.45, 1.0), 3)
    return ax


def stand_ins(comparison: BlockComparison, study: Study) -> set[str]:
    """Blocks with a column that only stands in for what it is compared as.

    Examples
    --------
    >>> import loyaltystudy as ls
    >>> study = ls.load_study("mobile-reputation")
    >>> stand_ins(ls.compare_blocks(study, "loyalty", ["trust", "relationship"]), study)
    {'trust'}
    """
    book = study.codebook
    asked = {**book.variables, **book.scales}
    return {
        block
        for block, columns in comparison.blocks.items()
        if any(c in asked and not asked[c].construct and asked[c].stands_in_for for c in columns)
    }


def plot_overlap(comparison: BlockComparison, *, most: int = 8, ax=None):
    """Who shares what: the parts of R² that one block, two or several explain in common.

    Parameters
    ----------
    comparison : BlockComparison
        From :func:`loyaltystudy.compare_blocks`.
    most : int
        Parts drawn at most, the largest; how many were left out, and their sum, stands below.
    ax : Axes or None

    Returns
    -------
    Axes
        A bar a part (adjusted) with its 95 % interval, the largest on top: dark where one block
        explains it and no other could, pale where blocks share it.

    Examples
    --------
    >>> import loyaltystudy as ls
    >>> study = ls.load_study("mobile-ecsi")
    >>> found = ls.compare_blocks(study, "loyalty", ["trust", "relationship"])
    >>> [tick.get_text() for tick in plot_overlap(found).get_yticklabels()]
    ['only trust', 'trust and relationship', 'only relationship']
    """
    parts = comparison.commonality.sort_values("adjusted", key=abs).reset_index(drop=True)
    left, shown = parts.iloc[:-most], parts.iloc[-most:].sort_values("adjusted")
    ax = bare(axes(ax, 7.2, 1.1 + 0.42 * len(shown)))
    rows, at = range(len(shown)), shown["adjusted"].clip(shown["low"], shown["high"])
    ax.barh(rows, at, 0.6, color=[BLUE if single else SKY for single in shown["count"] == 1])
    ax.hlines(rows, shown["low"], shown["high"], color=INK, linewidth=1.4, zorder=3)
    ax.axvline(0, color=GREY, linewidth=1, zorder=0)
    ax.set_yticks(rows, [_shared_by(blocks) for blocks in shown["blocks"]])
    below = f"{drawn(comparison.outcome)}: part of R², n {comparison.n:,}"
    rest = f"\n{len(left)} smaller parts, in sum {left['adjusted'].sum():.3f}" if len(left) else ""
    ax.set_xlabel(below + rest)
    return ax


def _shared_by(blocks: str) -> str:
    names = [plain(block) for block in blocks.split(" & ")]
    said = " and ".join(names) if len(names) > 1 else f"only {names[0]}"
    return textwrap.fill(said, 30)


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

    Examples
    --------
    >>> import loyaltystudy as ls
    >>> blocks, order = {"t": ["trust"], "s": ["satisfaction"]}, ["t", "s"]
    >>> found = ls.compare_blocks(ls.load_study("mobile-ecsi"), "loyalty", blocks, order=order)
    >>> [label.get_text() for label in ls.plot_order(found).get_yticklabels()]
    ['t', 's']
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
    ax.set_yticks(rows, [_layer_name(blocks, language, labels) for blocks in names])
    ax.set_ylim(len(names) - 0.4, -0.6)
    _name_axis(ax, comparison, language, labels)
    ax.set_title(say("order_declared", language), loc="left", fontsize=9)
    legend_above(ax, (0.35, 1.07), 3, gap=0.4)
    return ax


def _name_axis(ax, comparison: BlockComparison, language: str, labels) -> None:
    """Explained variance of the outcome: its numbers and name, the level of intervals, and n."""
    speak_numbers(ax.xaxis, language)
    outcome = drawn(called(comparison.outcome, language, labels))
    confidence = number(100 * comparison.confidence, language, 0)
    ax.set_xlabel(say("explained", language, outcome, confidence, comparison.n))


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


def _layer_name(blocks: list[str], language: str, labels) -> str:
    return " + ".join(drawn(called_block(block, language, labels)) for block in blocks)
