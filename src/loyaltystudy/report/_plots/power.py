"""How many respondents does a claim need?"""

import numpy as np

from loyaltystudy.report._plots.style import BLUE, DIM, GREY, ORANGE, axes, bare, note
from loyaltystudy.simulation import PowerCurve


def plot_power(power: PowerCurve, *, ax=None):
    """Share of simulated studies in which a true claim is supported, by sample size.

    Parameters
    ----------
    power : PowerCurve
        From :func:`loyaltystudy.sample_size`.
    ax : Axes or None

    Returns
    -------
    Axes
        Shares with their 95 % intervals, the rising curve, the power asked for and the sample
        that reaches it.

    Examples
    --------
    >>> import loyaltystudy as ls
    >>> power = ls.sample_size("decline-reflex", sizes=(100, 200, 400), simulations=50)
    >>> ls.plot_power(power).get_ylabel()
    'share supported'
    """
    table = power.table
    ax = bare(axes(ax, 6.4, 3.8), grid="y")
    ends = [table["power"] - table["low"], table["high"] - table["power"]]
    ax.plot(table["n"], table["curve"], color=BLUE, linewidth=1.6, zorder=2)
    look = {"fmt": "o", "color": BLUE, "markersize": 5, "linewidth": 1.4, "zorder": 3}
    ax.errorbar(table["n"], table["power"], yerr=ends, **look)
    ax.axhline(power.power, color=GREY, linewidth=1, linestyle=(0, (4, 3)), zorder=0)
    if not np.isnan(power.n):
        ax.plot([power.n], [power.power], "D", color=ORANGE, markersize=7, zorder=4)
        note(ax, f"n {power.n:,.0f}", (power.n, power.power), (8, -14), color=DIM)
    ax.set_xscale("log")
    ax.set_xticks(table["n"], [f"{n:,}" for n in table["n"]])
    ax.minorticks_off()
    ax.set_ylim(-0.02, 1.02)
    ax.set_xlabel(f"respondents ({power.simulations} simulated studies at each size)")
    ax.set_ylabel("share supported")
    ax.set_title(f"{power.claim}, where it is true (simulated)", loc="left", size=10)
    return ax
