"""What do the data say of the claims?"""

import pandas as pd

from loyaltystudy.claims import register
from loyaltystudy.report._plots.style import (
    BLUE,
    DIM,
    FAINT,
    INK,
    ORANGE,
    VERMILION,
    axes,
    drawn,
    nothing_to_show,
)
from loyaltystudy.report._translations import called_claim, check_language, say

LOOKS = {  # fill, text colour, a sign where there is no room for words
    "supported": (BLUE, "white", "+"),
    "contradicted": (VERMILION, "white", "–"),
    "not robust": (ORANGE, INK, "~"),
    "inconclusive": (FAINT, INK, "?"),
    "not measured": ("none", DIM, ""),
    "untestable": ("none", DIM, "×"),
}
ROOM_FOR_WORDS = 6  # studies; with more of them, signs stand for words
GAP_OF_SIGNS, GAP_OF_WORDS = 0.9, 0.15  # between groups, in cells
ROOM_FOR_HEADS = 2.4  # cells: the heads below groups of one study must not meet
HEADS = ("real headline", "real apart", "simulated")  # keys of their words


def plot_claims(claims: pd.DataFrame, *, ax=None, language: str = "en"):
    """Verdicts: a row a claim, a column a study.

    Parameters
    ----------
    claims : DataFrame
        From :func:`loyaltystudy.check_claims`, of one study or of several put together. What
        is in it is drawn: leave out studies and claims before, not here.
    ax : Axes or None
    language : {"en", "sv", "nb"}
        Of the words in the figure; names of claims and studies stay.

    Returns
    -------
    Axes
        Real customers and members come first; employees and visitors, and simulated studies,
        stand apart from them. A verdict by a stand-in or in part is outlined and not filled. Up to
        six studies a cell's words say the verdict and its colour repeats it; ``by proxy`` and
        ``in part`` stand below. With more studies a sign says it, claims are grouped by their
        source text, and a key stands below.

    Examples
    --------
    >>> import loyaltystudy as ls
    >>> study = ls.load_study("mobile-ecsi")
    >>> ax = ls.plot_claims(ls.check_claims(study, ["responsibility-matters", "identification"]))
    >>> [label.get_text() for label in ax.get_yticklabels()]
    ['responsibility-matters', 'identification']
    """
    check_language(language)
    if claims.empty:
        return nothing_to_show(axes(ax, 4.0, 1.5), say("nothing to show", language))
    groups = _groups(claims)
    wide = sum(len(group) for group in groups.values()) > ROOM_FOR_WORDS
    gap = GAP_OF_SIGNS if wide else GAP_OF_WORDS
    x = _places(groups, gap, ROOM_FOR_HEADS if wide else 0)
    y = _places(_texts(claims) if wide else {"": list(dict.fromkeys(claims["claim"]))}, gap)
    last_x, last_y = max(x.values()), max(y.values())
    size = (0.31, 0.27) if wide else (1.55, 0.42)
    ax = axes(ax, 2.6 + size[0] * (last_x + 1), 0.7 + 1.6 * wide + size[1] * (last_y + 1))
    draw = _sign if wide else _words
    if wide:
        _grid(ax, x, y)
    for cell in claims.itertuples():
        draw(ax, x[cell.study], y[cell.claim], cell, language)
    ax.set_xticks(list(x.values()), [_label(s, claims, language, wide=wide) for s in x])
    ax.set_yticks(list(y.values()), [drawn(called_claim(name, language)) for name in y])
    ax.set_xlim(-0.55, last_x + 0.55)
    ax.set_ylim(last_y + 0.55, -1.3 if wide else -0.55)
    ax.xaxis.tick_top()
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    if wide:
        heads = {say(head, language): studies for head, studies in groups.items()}
        _finish(ax, x, y, heads, _key(claims, language))
        for text, names in _texts(claims).items():
            ax.text(-0.48, y[names[0]] - 0.58, text, size=8.5, weight="bold", color=INK)
    return ax


def _groups(claims: pd.DataFrame) -> dict[str, list[str]]:
    """Studies by what their evidence may bear witness to."""
    groups = {head: [] for head in HEADS}
    for study in claims.drop_duplicates("study").itertuples():
        apart = getattr(study, "population", "customers") not in ("customers", "members")
        head = HEADS[2] if study.kind == "simulated" else HEADS[int(apart)]
        groups[head].append(study.study)
    return {head: studies for head, studies in groups.items() if studies}


def _texts(claims: pd.DataFrame) -> dict[str, list[str]]:
    """Claims by the text that makes them."""
    known, groups = register(), {}
    for name in dict.fromkeys(claims["claim"]):
        groups.setdefault(known[name].source if name in known else "", []).append(name)
    return groups


def _places(groups: dict[str, list[str]], gap: float, least: float = 0) -> dict[str, float]:
    """Where each name stands: one cell a name, a gap between groups, which have a least width."""
    places, at = {}, 0.0
    for names in groups.values():
        for name in names:
            places[name] = at
            at += 1
        at += max(0, least - len(names)) + gap
    return places


def _label(study: str, claims: pd.DataFrame, language: str, *, wide: bool) -> str:
    row = claims[claims["study"] == study].iloc[0]
    population = row.get("population", "customers")
    who = "simulated" if row["kind"] == "simulated" else population
    if who in ("customers", "members") or (wide and who != "simulated"):
        return drawn(study)
    return (" " if wide else "\n").join([drawn(study), f"({say(who, language)})"])


def _grid(ax, x: dict, y: dict) -> None:
    """Faint cells everywhere, so that what nothing measures is seen to be empty."""
    for at in x.values():
        for row in y.values():
            ax.add_patch(_box(at, row, "none", FAINT, line=0.6))


def _words(ax, x: float, y: float, cell, language: str) -> None:
    fill, ink, _ = LOOKS[cell.verdict]
    words = say(cell.verdict, language)
    if fill != "none" and cell.measured != "full":
        fill, ink = _outlined(ax, x, y, fill, ink)
    else:
        ax.add_patch(_box(x, y, fill, FAINT if fill == "none" else fill))
    if cell.measured == "part":
        some = f"{words}\n{say('in part', language)}"
        words = say("part", language) if cell.verdict == "not measured" else some
    words += f"\n{say('by proxy', language)}" if cell.measured == "proxy" else ""
    ax.text(x, y, words, ha="center", va="center", color=ink, size=8, linespacing=1.1)


def _sign(ax, x: float, y: float, cell, language: str) -> None:
    fill, ink, sign = LOOKS[cell.verdict]
    if cell.verdict == "not measured":
        sign = "" if cell.measured == "none" else "•"
    elif cell.verdict == "untestable":
        pass
    elif cell.measured != "full":
        fill, ink = _outlined(ax, x, y, fill, ink)
    else:
        ax.add_patch(_box(x, y, fill, fill))
    ax.text(x, y, sign, ha="center", va="center", color=ink, size=10, weight="bold")


def _outlined(ax, x: float, y: float, fill: str, ink: str) -> tuple[str, str]:
    """A cell by a stand-in or in part: its edge in the verdict's colour; fill and ink of it."""
    edge = DIM if fill == FAINT else fill
    ax.add_patch(_box(x, y, "none", edge, line=1.3, inset=0.05))
    return "none", INK if fill == ORANGE else edge  # orange on white is hard to read


def _key(claims: pd.DataFrame, language: str) -> tuple[str, str]:
    """What the signs mean; that of *not robust* where it occurs."""
    rare = {"not robust"} - set(claims["verdict"])
    shown = [v for v in LOOKS if v not in rare and v not in ("not measured", "untestable")]
    signs = "     ".join(f"{LOOKS[v][2]} {say(v, language)}" for v in shown)
    return signs, say("key of signs", language)


def _finish(ax, x: dict, y: dict, groups: dict, key: tuple[str, str]) -> None:
    """Slanted names of studies, what each group of them is, and the key."""
    for tick in ax.get_xticklabels():
        tick.set(rotation=60, ha="left", va="bottom", rotation_mode="anchor")
    ax.tick_params(labelsize=8.5)
    bottom = max(y.values()) + 0.75
    for head, studies in groups.items():
        left, right = x[studies[0]] - 0.48, x[studies[-1]] + 0.48
        ax.plot([left, right], [bottom, bottom], color=INK, linewidth=1, clip_on=False)
        words = head if right - left > 3 else head.replace(": ", ":\n")
        ax.text((left + right) / 2, bottom + 0.15, words, ha="center", va="top", size=8.5)
    low = {"ha": "left", "size": 8.5, "color": INK, "linespacing": 1.5}
    place = {"xy": (-0.48, bottom + 2.9), "textcoords": "offset points", "annotation_clip": False}
    ax.annotate(key[0], xytext=(0, 2), va="bottom", **place, **low)
    ax.annotate(key[1], xytext=(0, -2), va="top", **place, **low)


def _box(x: float, y: float, fill: str, edge: str, *, line: float = 1.0, inset: float = 0.0):
    from matplotlib.patches import Rectangle

    width, height = 0.96 - 2 * inset, 0.9 - 2 * inset
    look = {"facecolor": fill, "edgecolor": edge, "linewidth": line}
    return Rectangle((x - width / 2, y - height / 2), width, height, **look)
