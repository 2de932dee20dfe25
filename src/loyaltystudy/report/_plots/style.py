"""One look for all plots: colours that the colour-blind can distinguish, no ornament."""

# Okabe & Ito (2008), Color Universal Design
BLUE, ORANGE, GREEN, VERMILION = "#0072B2", "#E69F00", "#009E73", "#D55E00"
SKY, PURPLE, GREY, INK = "#56B4E9", "#CC79A7", "#8A8A8A", "#222222"
LONGEST = 60  # letters of a label
DIM, FAINT = "#595959", "#D9D9D9"  # DIM is for small words: 7:1 on white


def axes(ax, width: float, height: float):
    """The given Axes, or those of a new figure of a size in inches."""
    if ax is not None:
        return ax
    import matplotlib.pyplot as plt

    return plt.subplots(figsize=(width, height), layout="constrained")[1]


def nothing_to_show(ax, text: str, label: str = ""):
    """An empty figure that says so, with its label below."""
    ax.set_xticks([])
    ax.set_yticks([])
    ax.spines[:].set_visible(False)
    ax.text(0.5, 0.5, text, ha="center", va="center", color=DIM, transform=ax.transAxes)
    ax.set_xlabel(label)
    return ax


def bare(ax, *, grid: str = "x"):
    """Take off the frame; leave faint lines to read values by."""
    ax.spines[["top", "right", "left"]].set_visible(False)
    ax.spines["bottom"].set_color(GREY)
    ax.tick_params(axis="y", length=0)
    ax.tick_params(axis="x", color=GREY)
    ax.grid(axis=grid, color=FAINT, linewidth=0.6)
    ax.set_axisbelow(True)
    return ax


def note(ax, text: str, at, by: tuple[float, float], **look) -> None:
    """Words beside a point, ``by`` so many printer's points away from it."""
    ax.annotate(text, at, xytext=by, textcoords="offset points", **look)


def legend_above(ax, at: tuple[float, float], columns: int, gap: float = 0.2) -> None:
    """The key in one line above the axes."""
    place = {"loc": "lower center", "bbox_to_anchor": at, "frameon": False}
    ax.legend(ncols=columns, handletextpad=gap, columnspacing=1.2, **place)


def plain(name: str) -> str:
    """A name as a person would write it."""
    return drawn(name.replace("_", " "))


def drawn(text: str) -> str:
    """Text of others for a label: a dollar sign starts no formula, and length has an end."""
    text = text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
    return text.replace("$", r"\$")


def speak_numbers(axis, language: str) -> None:
    """Write the numbers of an axis as the language does; in English as matplotlib does."""
    if language != "en":
        axis.set_major_formatter(lambda value, _: f"{value:g}".replace(".", ",").replace("-", "−"))


def mark_cut(ax, rows, low, high, color=GREY) -> None:
    """An arrow at the edge of the axis wherever an interval goes on beyond it."""
    left, right = ax.get_xlim()
    style = {"color": color, "clip_on": False, "linestyle": "", "markersize": 7, "zorder": 4}
    for row, start, end in zip(rows, low, high, strict=True):
        if start < left:
            ax.plot(left, row, "<", **style)
        if end > right:
            ax.plot(right, row, ">", **style)
