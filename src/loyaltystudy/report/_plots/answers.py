"""The answers themselves: one distribution, and one outcome against what may explain it."""

import numpy as np
import pandas as pd

from loyaltystudy.errors import SurveyError
from loyaltystudy.report._plots.style import BLUE, GREY, axes, bare, plain

LEAST = 10  # people behind any bar or point
BARS = 24  # at most; more values are joined


def plot_distribution(values: pd.Series, *, of: str = "people", ax=None):
    """How many people gave which answer; no bar stands for fewer than ten.

    Parameters
    ----------
    values : Series
        A question's answers or a scale's scores; missing values are left out.
    of : str
        Who they are, for the label.
    ax : Axes or None

    Returns
    -------
    Axes
        Bars; neighbours are joined until each holds ten people at least, and are then as high as
        the mean of what they join, so that areas stay comparable.

    Raises
    ------
    SurveyError
        If fewer than ten answered.
    """
    values = _answered(values)
    edges = joined_edges(values)
    counts, _ = np.histogram(values, edges)
    ax = bare(axes(ax, 5.2, 2.8), grid="y")
    steps = np.diff(edges) / np.diff(edges).min()
    ax.bar(edges[:-1], counts / steps, np.diff(edges) * 0.95, align="edge", color=BLUE)
    ax.set_xlabel(plain(str(values.name)))
    each = "at each value" if values.nunique() <= BARS else "for each bar's width"
    ax.set_ylabel(f"{of} {each} (of {len(values):,})")
    return ax


def plot_groups(data: pd.DataFrame, x: str, y: str, *, groups: int = 8, ax=None):
    """The mean of one answer for people alike in another, with the middle half of each group.

    Parameters
    ----------
    data : DataFrame
        A person a row.
    x, y : str
        What people are grouped by, and what is averaged. A categorical ``x`` keeps its
        categories; a number is cut into ``groups`` of about equal size.
    groups : int
    ax : Axes or None

    Returns
    -------
    Axes
        A point a group of ten people at least, with lines from the lower to the upper quartile.
    """
    ax = bare(axes(ax, 5.2, 2.8), grid="y")
    table = grouped(data, x, y, groups=groups)
    number = pd.api.types.is_numeric_dtype(table["at"])
    places = table["at"].to_numpy(float) if number else np.arange(len(table))
    ends = [table["mean"] - table["lower"], table["upper"] - table["mean"]]
    ends = np.clip(ends, 0, None)
    ax.errorbar(places, table["mean"], yerr=ends, fmt="none", ecolor=GREY, linewidth=1)
    ax.scatter(
        places, table["mean"], s=20 + 160 * table["n"] / table["n"].sum(), color=BLUE, zorder=3
    )
    if not number:
        ax.set_xticks(places, [plain(str(at)) for at in table["at"]], rotation=20, ha="right")
    elif data[x].nunique() <= groups:  # levels, not cut
        ax.set_xticks(places, [f"{at:.3g}" for at in places])
    ax.set_xlabel(plain(x))
    ax.set_ylabel(f"{plain(y)} (mean, middle half)")
    return ax


def grouped(data: pd.DataFrame, x: str, y: str, *, groups: int = 8) -> pd.DataFrame:
    """``at, n, mean, lower, upper`` of ``y`` for groups of ten people at least.

    >>> people = pd.DataFrame({"age": range(40), "liking": [1, 5] * 20})
    >>> grouped(people, "age", "liking", groups=2)[["n", "mean"]].values.tolist()
    [[20.0, 3.0], [20.0, 3.0]]
    """
    both = data[[x, y]].dropna()
    key, number = both[x], pd.api.types.is_numeric_dtype(both[x])
    if number and key.nunique() > groups:
        key = pd.qcut(key, groups, duplicates="drop")
    rows = []
    for at, own in both.groupby(key, observed=True, sort=True):
        if len(own) >= LEAST:
            place, ends = own[x].mean() if number else str(at), own[y].quantile([0.25, 0.75])
            rows.append((place, len(own), own[y].mean(), *ends))
    return pd.DataFrame(rows, columns=["at", "n", "mean", "lower", "upper"])


def joined_edges(values: pd.Series) -> np.ndarray:
    """Edges of bars with ten people each at least, joined from the left, then at the right end."""
    levels = np.unique(values)
    if len(levels) <= BARS:
        gap = np.diff(levels).min() if len(levels) > 1 else 1.0
        fine = np.append(levels - gap / 2, levels[-1] + gap / 2)
    else:
        fine = np.linspace(levels[0], levels[-1], BARS + 1)
    counts, _ = np.histogram(values, fine)
    kept, held = [fine[0]], 0
    for edge, count in zip(fine[1:], counts, strict=True):
        held += count
        if held >= LEAST:
            kept, held = [*kept, edge], 0
    if held:
        kept[-1] = fine[-1]
    return np.array(kept)


def _answered(values: pd.Series) -> pd.Series:
    kept = values.dropna().astype(float)
    if len(kept) < LEAST:
        raise SurveyError(f"{values.name!r}: {len(kept)} answers are too few; ten are the least.")
    return kept
