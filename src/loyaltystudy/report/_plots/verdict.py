"""How far does a claim's figure lie beyond the smallest effect of interest?"""

import numpy as np
import pandas as pd

from loyaltystudy.claims import Evidence, register
from loyaltystudy.errors import SurveyError
from loyaltystudy.report._plots.claims import LOOKS
from loyaltystudy.report._plots.style import BLUE, DIM, FAINT, INK, axes, bare, drawn, mark_cut

STEPS = 2000  # values of the axis at which the rule is asked


def plot_verdicts(claims: pd.DataFrame, *, ax=None):
    """One claim's first figure in each study, against what its rule asks of it.

    Parameters
    ----------
    claims : DataFrame
        From :func:`loyaltystudy.check_claims` or :func:`loyaltystudy.claims.evidence_on`, of one
        claim. Studies without a figure have no row and are counted below.
    ax : Axes or None

    Returns
    -------
    Axes
        A row a study. Shaded: where the whole interval must lie for the first part of the rule.
        The verdict, on all parts of the claim, stands at the right; marks of what was measured by
        a stand-in or in part are open.

    Raises
    ------
    SurveyError
        For none or several claims.

    Examples
    --------
    >>> from loyaltystudy.claims import evidence_on
    >>> ax = plot_verdicts(evidence_on(["would-miss"]))
    >>> [tick.get_text() for tick in ax.get_yticklabels()]
    ['mobile-reputation (n 344)']
    """
    names = [*dict.fromkeys(claims["claim"])]
    if len(names) != 1:
        raise SurveyError(f"plot_verdicts shows one claim at a time, not {names}.")
    shown = claims.dropna(subset=["estimate"]).iloc[::-1].reset_index(drop=True)
    ax = bare(axes(ax, 7.2, 1.5 + 0.34 * len(shown)))
    ends = [np.clip(shown[end], -1e6, 1e6) for end in ("low", "high")]
    points = shown["estimate"].clip(*(end.fillna(shown["estimate"]) for end in ends))
    ax.set_xlim(*_range(points, ends[0], register()[names[0]].rules[0].bound))
    _shade(ax, register()[names[0]].rules[0])
    ax.hlines(shown.index, *ends, color=BLUE, linewidth=1.6)
    for row in shown.itertuples():
        fill = BLUE if row.measured == "full" else "white"
        ax.plot(points[row.Index], row.Index, "o", color=BLUE, markerfacecolor=fill, zorder=5)
    mark_cut(ax, shown.index, *ends, BLUE)
    place = {"xycoords": ("axes fraction", "data"), "va": "center", "size": 8}
    for row in shown.itertuples():
        sign = f"{LOOKS[row.verdict][2]} {row.verdict}".strip()
        ax.annotate(sign, (1.02, row.Index), color=INK, annotation_clip=False, **place)
    ax.set_yticks(shown.index, [drawn(f"{r.study} (n {r.n:,.0f})") for r in shown.itertuples()])
    ax.tick_params(axis="y", pad=9)  # room for arrows
    ax.set_ylim(-0.6, len(shown) - 0.3)
    ax.set_xlabel(_label(claims, len(claims) - len(shown)))
    return ax


def _range(points: pd.Series, low: pd.Series, bound: float) -> tuple[float, float]:
    """From the points, zero and the bound, with room for intervals; little below what has none."""
    inside = np.array([*points, 0.0, bound])
    room = 0.45 * max(np.ptp(inside), 0.05)
    least = np.array([*low.dropna(), *inside]).min() - 0.1 * room
    return max(inside.min() - room, least), inside.max() + room


def _shade(ax, rule) -> None:
    """Where the rule supports, found by asking it at every value of the axis."""
    left, right = ax.get_xlim()
    at = np.linspace(left, right, STEPS)
    yes = np.array([rule.judge(Evidence("", x, x, x)) == "supported" for x in at])
    if yes.any():
        ax.axvspan(at[yes].min(), at[yes].max(), color=FAINT, alpha=0.7, zorder=0)
        middle = (at[yes].min() + at[yes].max()) / 2
        words = {"ha": "center", "va": "bottom", "color": DIM, "size": 8}
        ax.text(middle, 1.0, "supported here", transform=ax.get_xaxis_transform(), **words)
    ax.axvline(0, color=DIM, linewidth=1, zorder=0)


def _label(claims: pd.DataFrame, without: int) -> str:
    what = drawn(str(claims["claim"].iloc[0]))
    lines = [f"{what}: first figure of the claim, 95 % interval"]
    lines.append("filled: as the claim means it; open: by a stand-in, or in part")
    lines += [f"studies without a figure: {without}"] if without else []
    return "\n".join(lines)
