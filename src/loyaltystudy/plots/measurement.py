"""Is the scale any good?"""

from __future__ import annotations

import pandas as pd

from loyaltystudy.plots.style import BLUE, DIM, GREY, ORANGE, axes, bare, plain

KINDS = {"alpha": (BLUE, "o", -0.15), "omega": (ORANGE, "D", 0.15)}


def plot_reliability(reliability: pd.DataFrame, *, ax=None):
    """Alpha and omega of each scale with their intervals, the most reliable on top.

    Parameters
    ----------
    reliability : DataFrame
        From :func:`loyaltystudy.reliability`; scales of one item are left out and told below.
    ax : Axes or None

    Returns
    -------
    Axes
    """
    shown = reliability.dropna(subset=["alpha"]).sort_values("alpha").reset_index(drop=True)
    ax = bare(axes(ax, 7.2, 1.5 + 0.36 * len(shown)))
    for kind, (colour, marker, shift) in KINDS.items():
        part = shown.dropna(subset=[kind])
        ends = [part[kind] - part[f"{kind}_low"], part[f"{kind}_high"] - part[kind]]
        style = {"fmt": marker, "color": colour, "markersize": 5, "linewidth": 1.6}
        ax.errorbar(part[kind], part.index + shift, xerr=ends, label=kind, **style)
    ax.axvline(0.7, color=GREY, linewidth=1, linestyle=(0, (4, 3)), zorder=0)
    ax.text(0.69, len(shown) - 0.55, "0.70, a rule of thumb", ha="right", color=DIM, size=8)
    labels = [f"{plain(s)}  ({k} items)" for s, k in zip(shown["scale"], shown["items"],
                                                         strict=True)]  # fmt: skip
    ax.set_yticks(range(len(shown)), labels)
    ax.set_ylim(-0.6, len(shown) - 0.3)
    ax.set_xlim(min(0.4, shown["alpha_low"].min()), 1)
    single = int((reliability["items"] == 1).sum())
    ax.set_xlabel(f"reliability with interval ({single} scales of one item have none)")
    ax.legend(loc="lower right", bbox_to_anchor=(1, 1), frameon=False, ncols=2, handletextpad=0.3)
    return ax
