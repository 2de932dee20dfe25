"""Is the scale any good?"""

from collections.abc import Mapping

import pandas as pd

from loyaltystudy.report._plots.style import (
    BLUE,
    DIM,
    GREY,
    ORANGE,
    axes,
    bare,
    drawn,
    mark_cut,
    nothing_to_show,
    speak_numbers,
)
from loyaltystudy.report._translations import called, number, say

KINDS = {"alpha": (BLUE, "o", -0.15), "omega": (ORANGE, "D", 0.15)}


def plot_reliability(
    reliability: pd.DataFrame,
    *,
    ax=None,
    language: str = "en",
    labels: Mapping[str, str] | None = None,
):
    """Alpha and omega of each scale with their intervals, the most reliable on top.

    Parameters
    ----------
    reliability : DataFrame
        From :func:`loyaltystudy.reliability`; scales of one item, and those of which no figure
        can be given, are left out and named below. Of no scale at all the figure is empty and
        says so.
    ax : Axes or None
    language : {"en", "sv", "nb"}
        Of the words in the figure.
    labels : dict, optional
        What to call the scales, by their names.

    Returns
    -------
    Axes
        An arrow stands where an interval goes on beyond the axis.

    Examples
    --------
    >>> import loyaltystudy as ls
    >>> ax = ls.plot_reliability(ls.reliability(ls.load_study("mobile-ecsi")))
    >>> ax.get_yticklabels()[-1].get_text()
    'quality  (7 items)'
    """
    shown = reliability.dropna(subset=["alpha"]).sort_values("alpha").reset_index(drop=True)
    below = _left_out(reliability, language, labels)
    ax = axes(ax, 7.2, 1.5 + 0.36 * len(shown))
    if shown.empty:
        return nothing_to_show(ax, say("nothing to show", language), below)
    bare(ax)
    for kind, (colour, marker, shift) in KINDS.items():
        part = shown.dropna(subset=[kind])
        ends = [part[kind] - part[f"{kind}_low"], part[f"{kind}_high"] - part[kind]]
        style = {"fmt": marker, "color": colour, "markersize": 5, "linewidth": 1.6}
        ax.errorbar(part[kind], part.index + shift, xerr=ends, label=say(kind, language), **style)
    ax.axvline(0.7, color=GREY, linewidth=1, linestyle=(0, (4, 3)), zorder=0)
    thumb = say("thumb", language, number(0.7, language, 2))
    ax.text(0.69, len(shown) - 0.55, thumb, ha="right", color=DIM, size=8)
    names = [
        say("of items", language, drawn(called(scale, language, labels)), items)
        for scale, items in zip(shown["scale"], shown["items"], strict=True)
    ]
    ax.set_yticks(range(len(shown)), names)
    ax.set_ylim(-0.6, len(shown) - 0.3)
    ax.set_xlim(min(0.4, shown["alpha_low"].min()), 1)
    for kind, (colour, _, shift) in KINDS.items():
        part = shown.dropna(subset=[kind])
        mark_cut(ax, part.index + shift, part[f"{kind}_low"], part[f"{kind}_high"], colour)
    speak_numbers(ax.xaxis, language)
    ax.set_xlabel(below)
    ax.legend(loc="lower right", bbox_to_anchor=(1, 1), frameon=False, ncols=2, handletextpad=0.3)
    return ax


def _left_out(reliability: pd.DataFrame, language: str, labels) -> str:
    """What the axis shows, and the scales that are not in the figure."""
    single = reliability["items"] == 1
    gaps = reliability.loc[reliability["alpha"].isna() & ~single, "scale"]
    lines = [say("reliability", language, int(single.sum()))]
    if len(gaps):
        names = ", ".join(drawn(called(scale, language, labels)) for scale in gaps)
        lines.append(say("no figure", language, names))
    return "\n".join(lines)
