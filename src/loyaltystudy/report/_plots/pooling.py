"""Forest plot of pooled studies."""

from collections.abc import Collection

from loyaltystudy.errors import SurveyError
from loyaltystudy.explain import PooledBlocks
from loyaltystudy.report._plots.style import BLUE, DIM, VERMILION, axes, bare, drawn, plain


def plot_pooled(
    result: PooledBlocks,
    block: str,
    *,
    measure: str = "unique",
    by_stand_in: Collection[str] = (),
    ax=None,
):
    """Forest plot: each study's interval, the mean's, and that of a new study.

    Parameters
    ----------
    result : PooledBlocks
    block : str
    measure : {"alone", "unique", "dominance"}
    by_stand_in : collection of str
        Studies that measure the block by a stand-in: their marks are open.
    ax : Axes or None

    Returns
    -------
    Axes
        From above: the studies, the mean, a new study.

    Raises
    ------
    SurveyError
        If there is no such block or measure.

    Examples
    --------
    >>> import loyaltystudy as ls
    >>> years = {name: ls.load_study(name) for name in ("haskell-2018", "haskell-2019")}
    >>> blocks = ["demographics", "sociological_background"]
    >>> found = {n: ls.compare_blocks(s, "loyalty", blocks) for n, s in years.items()}
    >>> ls.plot_pooled(ls.pool_blocks(found), "demographics").get_xlabel()
    'unique R² of demographics'
    """
    studies = result.studies.query("block == @block and measure == @measure")
    pooled = result.table.query("block == @block and measure == @measure")
    if studies.empty:
        known = [*dict.fromkeys(result.table["block"])]
        raise SurveyError(f"Nothing pooled of {block!r}, {measure!r}. Blocks: {known}.")
    ax = bare(axes(ax, 6.4, 1.2 + 0.3 * (len(studies) + 2)))
    names = [drawn(f"{s.study} (n {s.n:,})") for s in studies.itertuples()]
    for place, s in enumerate(studies.itertuples()):
        ax.plot([s.low, s.high], [place, place], color=DIM, lw=1.2)
        fill = "white" if s.study in by_stand_in else BLUE
        ax.plot(max(s.estimate, s.low), place, "s", color=BLUE, ms=5, mfc=fill, mew=1.4)
    mean, k = pooled.iloc[0], len(studies)
    if mean.notna()["estimate"]:
        ax.plot([mean["low"], mean["high"]], [k, k], color=VERMILION, lw=3)
        ax.plot(max(mean["estimate"], mean["low"]), k, "D", color=VERMILION, ms=6)
        ax.plot([mean["predict_low"], mean["predict_high"]], [k + 1] * 2, color=VERMILION, lw=1)
        names += [f"mean of {k} (I² {mean['i2']:.0%})", "a new study"]
    ax.set_yticks(range(len(names)), names)
    ax.invert_yaxis()
    below = f"{measure} R² of {plain(block)}"
    ax.set_xlabel(f"{below}\nopen marks: by a stand-in" if by_stand_in else below)
    return ax
