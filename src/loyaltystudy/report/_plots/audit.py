"""Does the order of the blocks survive the audit, and the choices of scoring?"""

import textwrap

import numpy as np

from loyaltystudy.explain import BlockAudit, SpecificationCurve, label
from loyaltystudy.report._plots.comparison import stand_ins
from loyaltystudy.report._plots.style import (
    BLUE,
    FAINT,
    GREEN,
    GREY,
    INK,
    ORANGE,
    PURPLE,
    SKY,
    VERMILION,
    axes,
    bare,
    legend_above,
    plain,
)
from loyaltystudy.survey import Study

COLOURS = (BLUE, VERMILION, GREEN, PURPLE, ORANGE, SKY, INK, GREY)
MARKERS = "osD^vPX*"


def plot_audit(result: BlockAudit, *, study: Study | None = None, ax=None):
    """Dominance of each block under each check: does the order of the blocks change?

    Parameters
    ----------
    result : BlockAudit
        From :func:`loyaltystudy.audit_blocks`.
    study : Study, optional
        Whose answers were compared: marks of blocks that it measures by a stand-in are open.
    ax : Axes or None

    Returns
    -------
    Axes
        A row a check, a mark a block; nothing is joined, since checks have no order. Values below
        zero (less than chance would give) stand at zero; checks that were not possible have no row.

    Examples
    --------
    >>> import loyaltystudy as ls
    >>> study = ls.load_study("mobile-reputation", source="shipped")
    >>> audit = ls.audit_blocks(study, "loyalty", ["trust", "emotional_bonds"])
    >>> [text.get_text() for text in ls.plot_audit(audit).get_legend().get_texts()]
    ['emotional bonds', 'trust']
    """
    wide = result.dominance.clip(lower=0)
    checks, blocks = list(wide.columns), list(wide.index)
    ax = bare(axes(ax, 7.2, 1.3 + 0.62 * len(checks)), grid="x")
    standing = set() if study is None else stand_ins(result.comparison, study)
    for i, block in enumerate(blocks):
        style = {"color": COLOURS[i % 8], "marker": MARKERS[i % 8], "label": plain(block)}
        style |= {"markerfacecolor": "white", "markeredgewidth": 1.6} if block in standing else {}
        ax.plot(wide.loc[block], range(len(checks)), linestyle="", markersize=7, **style)
    ax.axvline(0, color=GREY, linewidth=1, zorder=0)
    ax.set_yticks(range(len(checks)), [textwrap.fill(label(check), 28) for check in checks])
    ax.set_ylim(len(checks) - 0.5, -0.5)
    outcome, n = plain(result.comparison.outcome), result.comparison.n
    below = f"{outcome}: average contribution (dominance) under each check, n {n:,}"
    ax.set_xlabel(f"{below}\nopen marks: measured by a stand-in" if standing else below)
    legend_above(ax, (0.4, 1.0), min(4, len(blocks)), gap=0.1)
    return ax


def plot_specification_curve(result: SpecificationCurve, measure: str = "dominance", *, ax=None):
    """The difference between two blocks for every set of choices, sorted; the choices below.

    Parameters
    ----------
    result : SpecificationCurve
        From :func:`loyaltystudy.specification_curve`.
    measure : {"dominance", "alone", "unique"}
    ax : Axes or None

    Returns
    -------
    Axes
        The upper one, with the differences; the choices are in the last axes of its figure.

    Examples
    --------
    >>> import loyaltystudy as ls
    >>> study = ls.load_study("mobile-ecsi")
    >>> curve = ls.specification_curve(study, "loyalty", first="relationship", second="trust")
    >>> len(ls.plot_specification_curve(curve).figure.axes)  # differences, choices
    2
    """
    table = result.table.sort_values(f"difference_{measure}", ignore_index=True)
    choices = [(c, level) for c, levels in result.choices.items() for level in levels]
    if ax is None:  # no layout engine: it does not know of axes that one axes is divided into
        import matplotlib.pyplot as plt

        figure, ax = plt.subplots(figsize=(7.6, 3.4 + 0.2 * len(choices)), layout="none")
        figure.subplots_adjust(left=0.34, right=0.98, top=0.94, bottom=0.06)
    bare(ax, grid="y")
    _curve(ax, result, table, measure)
    from mpl_toolkits.axes_grid1 import make_axes_locatable

    height = f"{max(30, 8 * len(choices))}%"
    below = make_axes_locatable(ax).append_axes("bottom", size=height, pad=0.12, sharex=ax)
    bare(below, grid="y")
    for i, (choice, level) in enumerate(choices):
        at = np.flatnonzero((table[choice] == level).to_numpy())
        below.plot(at, np.full(len(at), i), "|", color=INK, markersize=7, markeredgewidth=1.1)
    names = [f"{plain(choice)}: {_level(level)}" for choice, level in choices]
    below.set_yticks(range(len(choices)), names, fontsize=8)
    below.set_ylim(len(choices) - 0.5, -0.5)
    below.set_xlabel(f"{len(table)} ways of scoring and selecting, in order of the difference")
    ax.tick_params(axis="x", labelbottom=False, length=0)
    below.tick_params(axis="x", labelbottom=False, length=0)
    return ax


def _curve(ax, result: SpecificationCurve, table, measure: str) -> None:
    x, y = np.arange(len(table)), table[f"difference_{measure}"]
    low, high = table[f"low_{measure}"], table[f"high_{measure}"]
    apart = ((low > 0) | (high < 0)).to_numpy()
    for chosen, colour, name in ((apart, BLUE, "apart from 0"), (~apart, GREY, "not apart from 0")):
        if chosen.any():
            ax.vlines(x[chosen], low[chosen], high[chosen], color=colour, linewidth=0.9, alpha=0.6)
            ax.plot(x[chosen], y[chosen], "o", color=colour, markersize=3, label=name)
    ax.axhline(0, color=VERMILION, linewidth=1)
    ax.set_xlim(-1, len(table))
    least, most = min(0, low.min()), max(0, high.max())
    ax.set_ylim(least - 0.05 * (most - least), most + 0.2 * (most - least))  # room for the key
    ax.set_ylabel(f"{plain(result.first)} minus\n{plain(result.second)}, {measure}")
    share = result.share.set_index("measure").loc[measure, "first_above"]
    above = f"{plain(result.first)} above {plain(result.second)} in {share:.0%} of them"
    ax.set_title(above, loc="left", fontsize=10)
    ax.legend(loc="upper left", frameon=False, fontsize=8, ncols=2)
    ax.grid(axis="y", color=FAINT)


def _level(level) -> str:
    return f"{level:g}" if isinstance(level, float) else plain(str(level))
