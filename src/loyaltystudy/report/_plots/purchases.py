"""Plots of purchases: double jeopardy, observed beside expected, the luck in tiers."""

import numpy as np

from loyaltystudy.errors import SurveyError
from loyaltystudy.report._plots.style import BLUE, DIM, GREY, INK, VERMILION, axes, bare, note

WORDS = {
    "market_share": "share of purchases",
    "penetration": "households buying at least once",
    "purchase_rate": "purchases per buyer",
    "category_rate": "category purchases per buyer of the brand",
    "share_of_requirements": "share of the buyers' category purchases",
    "sole_buyers": "buyers who bought no other brand",
    "repeat_buyers": "buyers who bought at least twice",
}
SHARES = {"market_share", "penetration", "share_of_requirements", "sole_buyers", "repeat_buyers"}


def plot_double_jeopardy(fit, *, ax=None):
    """Purchases per buyer against penetration, with the line that the Dirichlet expects.

    Small brands suffer twice: fewer people buy them, and these buy them somewhat less often.
    Brands far above the line are bought by few who buy much (a niche), far below by many who buy
    little.

    Parameters
    ----------
    fit : Dirichlet
        See :func:`loyaltystudy.purchases.fit_dirichlet`.
    ax : Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    Axes

    Examples
    --------
    >>> from loyaltystudy.report._plots.purchases import plot_double_jeopardy
    >>> from loyaltystudy.purchases import fit_dirichlet, load_panel
    >>> ax = plot_double_jeopardy(fit_dirichlet(load_panel("tuna")))
    >>> ax.get_ylabel()
    'purchases per buyer'
    """
    ax = axes(ax, 6.5, 4.2)
    points, line = fit.double_jeopardy, fit.line
    ax.plot(line["penetration"], line["purchase_rate"], color=GREY, linewidth=1.5, zorder=1)
    ax.scatter(points["penetration"], points["purchase_rate"], color=BLUE, s=36, zorder=3)
    _percent(ax.xaxis)
    top = max(points["purchase_rate"].max(), line["purchase_rate"].max())
    right = max(points["penetration"].max(), line["penetration"].max())
    ax.set_xlim(0, min(1.05, 1.12 * right))
    ax.set_ylim(0, 1.12 * top)
    _label_points(ax, points["penetration"], points["purchase_rate"], points["brand"])
    end = line[["penetration", "purchase_rate"]].iloc[-1]
    note(ax, "expected", tuple(end), (0, 6), color=GREY, ha="right")
    ax.set_xlabel(f"{WORDS['penetration']} (of {fit.base})")
    ax.set_ylabel(WORDS["purchase_rate"])
    ax.set_title("Double jeopardy: how many buy, and how often", loc="left")
    return bare(ax, grid="both")


def plot_dirichlet(fit, *, measure: str = "sole_buyers", ax=None):
    """One measure of every brand, observed beside what the Dirichlet expects.

    Parameters
    ----------
    fit : Dirichlet
    measure : str
        One of the measures in ``fit.table``.
    ax : Axes, optional

    Returns
    -------
    Axes

    Raises
    ------
    SurveyError
        If there is no such measure, or it was not observed.

    Examples
    --------
    >>> from loyaltystudy.report._plots.purchases import plot_dirichlet
    >>> from loyaltystudy.purchases import fit_dirichlet, load_panel
    >>> ax = plot_dirichlet(fit_dirichlet(load_panel("tuna")), measure="penetration")
    >>> ax.get_yticklabels()[-1].get_text()
    'Starkist water'
    """
    rows = fit.table[fit.table["measure"] == measure]
    known = fit.table.loc[fit.table["observed"].notna(), "measure"].unique().tolist()
    if measure not in known:
        raise SurveyError(f"measure={measure!r}: not observed. Choose one of {known}.")
    share = fit.table[fit.table["measure"] == "market_share"].set_index("brand")["observed"]
    rows = rows.set_index("brand").loc[share.sort_values(kind="stable").index]
    ax = axes(ax, 6.5, 0.9 + 0.38 * len(rows))
    places = np.arange(len(rows))
    ax.hlines(places, rows["expected"], rows["observed"], color=GREY, linewidth=1.2, zorder=1)
    ax.plot(rows["expected"], places, "|", color=DIM, markersize=13, markeredgewidth=2, zorder=2)
    ax.scatter(rows["observed"], places, color=BLUE, s=44, zorder=3)
    ax.set_yticks(places, [str(b) for b in rows.index])
    _name_marks(ax, rows[["observed", "expected"]].iloc[-1], places[-1])
    ax.set_xlabel(WORDS.get(measure, measure))
    ax.set_xlim(0, None)
    ax.set_ylim(-0.6, len(rows) - 0.3)
    ax.margins(x=0.1)
    if measure in SHARES:
        _percent(ax.xaxis)
    return bare(ax)


def plot_tier_luck(tiers, *, ax=None):
    """How much of each tier's distance from the mean household was gone one period later.

    Points show what was observed, with intervals; the line shows what the NBD expects if nothing
    changed but luck. Points to the right of the line: more than luck was lost.

    Parameters
    ----------
    tiers : TierStability
        See :func:`loyaltystudy.purchases.follow_tiers`.
    ax : Axes, optional

    Returns
    -------
    Axes

    Examples
    --------
    >>> import pandas as pd
    >>> from loyaltystudy.report._plots.purchases import plot_tier_luck
    >>> from loyaltystudy.purchases import follow_tiers, read_panel
    >>> bought = pd.DataFrame({"card": [1, 1, 1, 2, 2, 3], "maker": list("ababab"),
    ...                        "week": [1, 2, 9, 1, 8, 10]})
    >>> columns = {"household": "card", "brand": "maker", "time": "week"}
    >>> panel = read_panel(bought, {"name": "ours", "title": "", "columns": columns})
    >>> ax = plot_tier_luck(follow_tiers(panel, rule="purchases", resamples=0))
    >>> ax.get_xlabel()
    'share of the lead over the mean household gone a period later'
    """
    table = tiers.table[tiers.table["households"] > 0].reset_index(drop=True)
    ax = axes(ax, 7.0, 1.5 + 0.5 * len(table))
    places = table.index.to_numpy()
    expected = float(table["luck_expected"].iloc[0])
    ax.axvline(expected, color=VERMILION, linewidth=1.5, zorder=1)
    ax.hlines(places, table["low"], table["high"], color=BLUE, linewidth=2, zorder=2)
    ax.scatter(table["luck_observed"], places, color=BLUE, s=44, zorder=3)
    ax.set_yticks(
        places,
        [
            f"{row.tier}: {row.households} households,\n"
            f"{row.first:.1f} purchases, then {row.adjusted:.1f}"
            for row in table.itertuples()
        ],
    )
    ax.set_ylim(-0.6, len(table) - 0.2)
    reach = table[["luck_observed", "low", "high"]].to_numpy()
    ax.set_xlim(
        min(0, np.nanmin(reach, initial=0) - 0.02),
        max(expected, np.nanmax(reach, initial=0)) * 1.12,
    )
    top, small = (expected, len(table) - 0.45), {"fontsize": 9}
    note(ax, f"luck alone: {expected:.0%}", top, (5, 0), color=VERMILION, **small)
    seen = table["luck_observed"].last_valid_index()
    if seen is not None:
        at = (table["luck_observed"][seen], seen)
        note(ax, "observed", at, (0, 7), color=BLUE, ha="center", **small)
    _percent(ax.xaxis)
    ax.set_xlabel("share of the lead over the mean household gone a period later")
    ax.set_title(f"Tiers by {tiers.rule}: how much of the lead was luck?", loc="left")
    return bare(ax)


def plot_conditional_trend(tiers, *, ax=None):
    """Purchases of the next period by purchases of the first, observed beside the NBD's line.

    >>> from loyaltystudy.report._plots.purchases import plot_conditional_trend
    >>> from loyaltystudy.purchases import follow_tiers, load_panel
    >>> tiers = follow_tiers(load_panel("journey"), resamples=0)
    >>> ax = plot_conditional_trend(tiers)
    >>> ax.get_ylabel()
    'purchases in the next period'
    """
    ax = axes(ax, 6.0, 4.2)
    trend = tiers.trend
    ax.plot(trend["first"], trend["expected"], color=VERMILION, linewidth=1.5, zorder=1)
    ax.plot(trend["first"], trend["first"], color=GREY, linewidth=1, linestyle=":", zorder=0)
    if trend["low"].notna().any():
        ax.vlines(trend["first"], trend["low"], trend["high"], color=BLUE, linewidth=1.5, zorder=2)
    ax.scatter(trend["first"], trend["adjusted"], color=BLUE, s=30, zorder=3)
    end = trend.iloc[-1]
    for value, words, colour in (
        (end["first"], "as before", GREY),
        (end["expected"], "if only luck ran out", VERMILION),
        (end["adjusted"], "observed", BLUE),
    ):
        note(ax, words, (end["first"], value), (7, -3), color=colour, fontsize=9)
    ax.set_xlim(-0.02 * end["first"], 1.32 * end["first"])
    ax.set_ylim(0, None)
    ax.set_xlabel("purchases in the first period")
    ax.set_ylabel("purchases in the next period")
    return bare(ax, grid="both")


def _name_marks(ax, row, place) -> None:
    """Names of the two marks, above the topmost pair, each on its own side."""
    observed_left = row["observed"] < row["expected"]
    for name, colour, left in (
        ("observed", BLUE, observed_left),
        ("expected", DIM, not observed_left),
    ):
        side = "right" if left else "left"
        note(ax, name, (row[name], place), (0, 8), ha=side, color=colour, fontsize=9)


def _label_points(ax, x, y, names) -> None:
    """Names beside points: of ten places around each, the one that covers least."""
    from matplotlib.patheffects import withStroke

    look = {"va": "center", "fontsize": 9, "color": INK}
    look |= {"path_effects": [withStroke(linewidth=3, foreground="white")]}
    width, height = ax.get_xlim()[1] * 0.0125, ax.get_ylim()[1] * 0.045  # of one letter
    boxes = [
        (px - width, px + width, py - height / 2, py + height / 2)
        for px, py in zip(x, y, strict=True)
    ]
    for px, py, name in sorted(zip(x, y, names.astype(str), strict=True)):
        places = []
        for lift in (0, 1, -1, 2, -2):
            for side, start in (("left", px + 1.3 * width), ("right", px - 1.3 * width)):
                long = width * len(name)
                left = start if side == "left" else start - long
                box = (left, left + long, py + (lift - 0.5) * height, py + (lift + 0.5) * height)
                cost = sum(_overlap(box, other) for other in boxes) / (width * height)
                outside = max(0, -left) + max(0, left + long - ax.get_xlim()[1])
                places.append(
                    (cost + 5 * outside / width + 0.2 * abs(lift), side, start, lift, box)
                )
        _, side, start, lift, box = min(places)
        boxes.append(box)
        if abs(lift) > 1:  # too far from its point to be read without a line
            end = start + (width if side == "left" else -width) * 0.5
            ax.plot([px, end], [py, py + lift * height * 0.8], color=GREY, linewidth=0.7, zorder=1)
        ax.text(start, py + lift * height, name, ha=side, **look)


def _overlap(a, b) -> float:
    return max(0.0, min(a[1], b[1]) - max(a[0], b[0])) * max(0.0, min(a[3], b[3]) - max(a[2], b[2]))


def _percent(axis) -> None:
    from matplotlib.ticker import PercentFormatter

    axis.set_major_formatter(PercentFormatter(1.0, decimals=0))
