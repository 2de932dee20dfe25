"""How much shared method does an association stand? How do verdicts depend on their bounds?"""

import numpy as np
import pandas as pd

from loyaltystudy.claims import SharedMethod
from loyaltystudy.report._claims_head import times
from loyaltystudy.report._plots.claims import LOOKS
from loyaltystudy.report._plots.style import (
    BLUE,
    DIM,
    FAINT,
    GREY,
    INK,
    ORANGE,
    axes,
    bare,
    drawn,
    note,
)
from loyaltystudy.report._translations import called_claim, check_language, say

MAP_VERDICTS = ("supported", "contradicted", "not robust", "inconclusive")
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

    Examples
    --------
    >>> import loyaltystudy as ls
    >>> found = ls.shared_method(ls.load_study("mobile-ecsi"), "responsibility", on="loyalty")
    >>> ls.plot_shared_method(found).get_ylabel()
    'trait correlation'
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
        place = (result.tipping_point, result.bound)
        ax.plot(*place, "D", color=ORANGE, markersize=7)
        ax.vlines(place[0], -WIDEST, place[1], color=ORANGE, linewidth=1, linestyle=":")
        foot = {"xycoords": ("data", "axes fraction"), "color": DIM}
        note(ax, f"tips at {place[0]:.2f}", (place[0], 0), (4, 4), **foot)
    least, most = min(0, low.min()), max(result.bound, high.max())
    ax.set_ylim(max(-WIDEST, least - 0.15), min(WIDEST, most + 0.15))
    _say_lines(ax, result)
    ax.set_xlabel("share of every item's variance that is shared method")
    kind = "slope, others held" if result.given else "trait correlation"
    ax.set_ylabel(kind)
    given = f", given {', '.join(result.given)}" if result.given else ""
    ax.set_title(f"{result.x} on {result.on}{given}: {result.verdict}", loc="left", size=10, pad=16)
    return ax


def _say_lines(ax, result: SharedMethod) -> None:
    """What the shaded shares and the dashed line are, beside them."""
    right, top = ax.get_xlim()[1], ax.get_ylim()[1]
    middle = (result.c_least + result.c_used) / 2
    ax.text(middle, top, "plausible shares", ha="center", va="bottom", color=DIM, size=8)
    smallest = {"ha": "right", "va": "bottom", "color": DIM, "size": 8}
    ax.text(right, result.bound, "smallest effect of interest", **smallest)


def plot_verdict_map(table: pd.DataFrame, *, ax=None, language: str = "en"):
    """Verdicts over bounds from half to twice each claim's own.

    Parameters
    ----------
    table : DataFrame
        From :func:`loyaltystudy.claims.verdict_map`: ``claim, factor, verdict``.
    ax : Axes or None
    language : {"en", "sv", "nb"}
        Of verdicts and claims' names.

    Returns
    -------
    Axes
        A row a claim, a column a factor by which every bound of the claim is multiplied; the
        outlined column is the claim's own rule. A cell's words say the verdict and its colour
        repeats it; the key below has the four verdicts.

    Examples
    --------
    >>> import loyaltystudy as ls
    >>> from loyaltystudy.claims import verdict_map
    >>> table = verdict_map(ls.load_study("mobile-ecsi"), ["responsibility-matters"])
    >>> [label.get_text() for label in ls.plot_verdict_map(table).get_xticklabels()]
    ['× 0.5', '× 0.7', '× 1', '× 1.4', '× 2']
    """
    check_language(language)
    claims, factors = list(dict.fromkeys(table["claim"])), sorted(set(table["factor"]))
    ax = axes(ax, 3.0 + 1.05 * len(factors), 1.3 + 0.3 * len(claims))
    for row in table.itertuples():
        x, y = factors.index(row.factor), claims.index(row.claim)
        _map_cell(ax, x, y, row, language)
    ax.set_xlim(-0.5, len(factors) - 0.5)
    ax.set_ylim(len(claims) - 0.5, -0.5)
    ax.set_xticks(np.arange(len(factors)), [times(f, language) for f in factors])
    ax.set_yticks(np.arange(len(claims)), [drawn(called_claim(name, language)) for name in claims])
    ax.xaxis.tick_top()
    ax.xaxis.set_label_position("top")
    ax.set_xlabel(say("map axis", language), size=8)
    ax.tick_params(length=0, labelsize=8)
    ax.spines[:].set_visible(False)
    _map_key(ax, {*MAP_VERDICTS, *table["verdict"]}, language)
    return ax


def _map_cell(ax, x: int, y: int, row, language: str) -> None:
    from matplotlib.patches import Rectangle

    fill, ink, _ = LOOKS[row.verdict]
    edge, width = (INK, 1.4) if row.factor == 1 else (FAINT if fill == "none" else "none", 0.8)
    box = Rectangle((x - 0.46, y - 0.42), 0.92, 0.84, facecolor=fill, edgecolor=edge, lw=width)
    ax.add_patch(box)
    ax.text(x, y, say(row.verdict, language), ha="center", va="center", color=ink, size=6.5)


def _map_key(ax, verdicts: set[str], language: str) -> None:
    """The colours of the verdicts, at a set distance below the rows, however many these are."""
    from matplotlib.patches import Patch

    handles = [
        Patch(facecolor=fill, edgecolor=DIM, linewidth=0.6, label=say(verdict, language))
        for verdict, (fill, _, _) in LOOKS.items()
        if verdict in verdicts
    ]
    place = {"loc": "upper center", "bbox_to_anchor": (0.5, 0), "borderaxespad": 0.8}
    ax.legend(handles=handles, ncols=len(handles), fontsize=7.5, frameon=False, **place)
