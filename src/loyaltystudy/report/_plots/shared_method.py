"""How much shared method does an association stand? How do verdicts depend on their bounds?"""

from __future__ import annotations

import numpy as np
import pandas as pd

from loyaltystudy.claims import SharedMethod
from loyaltystudy.report._plots.claims import LOOKS
from loyaltystudy.report._plots.style import BLUE, DIM, GREY, INK, ORANGE, axes, bare
from loyaltystudy.report._translations import check_language, say

WIDEST = 1.05  # of the axis: intervals without end are cut there, and drawn to the edge


def plot_shared_method(result: SharedMethod, *, ax=None):
    """An association by the share of method taken out, with its interval.

    Parameters
    ----------
    result : SharedMethod
        From :func:`loyaltystudy.shared_method`.
    ax : Axes or None

    Returns
    -------
    Axes
        The estimate and its 95 % interval over the share of method, the smallest effect of
        interest, the tipping point, and the shares from the least plausible to the one that the
        verdict must stand (shaded).
    """
    table = result.table.dropna(subset="estimate")
    low, high = (table[end].clip(-WIDEST, WIDEST) for end in ("low", "high"))
    ax = bare(axes(ax, 6.4, 3.8), grid="y")
    ax.axvspan(result.c_least, max(result.c_used, result.c_least + 1e-3), color=ORANGE, alpha=0.15)
    ax.fill_between(table["c"], low, high, color=BLUE, alpha=0.2, linewidth=0)
    ax.plot(table["c"], table["estimate"], color=BLUE, linewidth=1.8)
    ax.axhline(0, color=INK, linewidth=0.8)
    ax.axhline(result.bound, color=GREY, linewidth=1, linestyle=(0, (4, 3)))
    if 0 < result.tipping_point <= table["c"].max():
        ax.plot([result.tipping_point], [result.bound], "D", color=ORANGE, markersize=7)
        ax.annotate(f"tips at {result.tipping_point:.2f}", (result.tipping_point, result.bound),
                    xytext=(6, 6), textcoords="offset points", color=DIM)  # fmt: skip
    ax.set_ylim(-WIDEST, WIDEST)
    ax.set_xlabel("share of every item's variance that is shared method")
    kind = "slope, others held" if result.given else "trait correlation"
    ax.set_ylabel(kind)
    given = f", given {', '.join(result.given)}" if result.given else ""
    ax.set_title(f"{result.x} on {result.on}{given}: {result.verdict}", loc="left", size=10)
    return ax


def plot_verdict_map(table: pd.DataFrame, *, ax=None, language: str = "en"):
    """Verdicts over bounds from half to twice each claim's own.

    Parameters
    ----------
    table : DataFrame
        From :func:`loyaltystudy.claims.verdict_map`: ``claim, factor, verdict``.
    ax : Axes or None
    language : {"en", "sv", "nb"}
        Of the verdicts.

    Returns
    -------
    Axes
        A row a claim, a column a factor by which every bound of the claim is multiplied; the
        middle column is the claim's own rule.
    """
    from matplotlib.patches import Rectangle

    check_language(language)
    claims, factors = list(dict.fromkeys(table["claim"])), sorted(set(table["factor"]))
    ax = axes(ax, 2.8 + 1.0 * len(factors), 0.9 + 0.3 * len(claims))
    for row in table.itertuples():
        fill, ink, _ = LOOKS[row.verdict]
        x, y = factors.index(row.factor), claims.index(row.claim)
        edge = INK if row.factor == 1 else "none"
        box = Rectangle((x - 0.46, y - 0.42), 0.92, 0.84, facecolor=fill, edgecolor=edge, lw=0.8)
        ax.add_patch(box)
        ax.text(x, y, say(row.verdict, language), ha="center", va="center", color=ink, size=6.5)
    ax.set_xlim(-0.5, len(factors) - 0.5)
    ax.set_ylim(len(claims) - 0.5, -0.5)
    ax.set_xticks(np.arange(len(factors)), [f"× {f:g}" for f in factors])
    ax.set_yticks(np.arange(len(claims)), claims)
    ax.tick_params(length=0, labelsize=8)
    for side in ax.spines.values():
        side.set_visible(False)
    return ax
