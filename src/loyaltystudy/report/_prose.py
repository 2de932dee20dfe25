"""Sentences of the notebooks, made from results, so that no figure in them is typed."""

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from loyaltystudy.claims import what_to_ask
from loyaltystudy.errors import SurveyError
from loyaltystudy.explain import BlockComparison

MEASURED = {"full": "as the claim means it", "proxy": "by a stand-in", "part": "in part"}
MORE = {"alone": "explain more than", "unique": "add more than"}


def figure(found: BlockComparison, block: str, measure: str = "alone") -> str:
    """A block's adjusted estimate with its interval, as the comparison shows it.

    Examples
    --------
    >>> import loyaltystudy as ls
    >>> study = ls.load_study("mobile-ecsi")
    >>> figure(ls.compare_blocks(study, "loyalty", {"trust": ["trust"]}), "trust")
    '0.112 [0.029, 0.236]'
    """
    row = _row(found.table, block=block, measure=measure)
    # the point is shown within its own interval: less than chance would give is shown as zero
    return spread(np.clip(row["adjusted"], row["low"], row["high"]), row["low"], row["high"])


def adds(found: BlockComparison, block: str, measure: str = "unique") -> str:
    """Whether a block adds anything, in words that its interval allows."""
    row = _row(found.table, block=block, measure=measure)
    said, name = figure(found, block, measure), block.replace("_", " ")
    verb = "explain" if measure == "alone" else "add"
    verb = verb if name.endswith("s") else f"{verb}s"
    if round(row["low"], 3) > 0:
        return f"{name} {verb} {said}"
    return f"{name} {verb} no more than chance may give, {said}"


def compared(found: BlockComparison, first: str, second: str, measure: str = "unique") -> str:
    """Which of two blocks explains more, if the interval of their difference says so.

    Parameters
    ----------
    found : BlockComparison
    first, second : str
        Blocks.
    measure : str
        Of the comparison's table of differences.

    Returns
    -------
    str
        Names the greater one only where the interval leaves zero out.
    """
    row = _pair(found.differences, first, second, measure)
    ahead, behind = row["first"], row["second"]
    point, low, high = row[["estimate", "low", "high"]]
    if point < 0:
        ahead, behind, point, low, high = behind, ahead, -point, -high, -low
    said, names = spread(point, low, high), [n.replace("_", " ") for n in (ahead, behind)]
    if round(low, 3) > 0:
        verb, _, rest = MORE.get(measure, "account for more than").partition(" ")
        verb = verb if names[0].endswith("s") else f"{verb}s"
        return f"{names[0]} {verb} {rest} {names[1]} (difference {said})"
    return f"which is ahead, {names[0]} or {names[1]}, stays open (difference {said})"


def described(values: pd.Series) -> str:
    """Mean, middle half and number of answers.

    Examples
    --------
    >>> described(pd.Series([1.0, 2.0, 3.0, 4.0, None]))
    'mean 2.50, the middle half from 1.75 to 3.25 (4 answers)'
    """
    known = values.dropna().astype(float)
    lower, upper = known.quantile([0.25, 0.75])
    spans = f"the middle half from {lower:.2f} to {upper:.2f}"
    return f"mean {known.mean():.2f}, {spans} ({len(known):,} answers)"


def goes_with(data: pd.DataFrame, first: str, second: str) -> str:
    """Whether people high in one answer are high in another, by their correlation.

    The interval is Fisher's, from SciPy.

    Examples
    --------
    >>> people = pd.DataFrame({"liking": range(20), "staying": range(20)})
    >>> people.loc[0, "staying"] = 19
    >>> goes_with(people, "liking", "staying")
    'more liking goes with more staying: correlation 0.739 [0.440, 0.890] (20 people)'
    """
    from scipy.stats import pearsonr

    both = data[[first, second]].dropna().astype(float)
    found = pearsonr(both[first], both[second])
    low, high = found.confidence_interval()
    said = f"correlation {spread(found.statistic, low, high)} ({len(both):,} people)"
    names = [_plain(name) for name in (first, second)]
    if round(low, 3) <= 0 <= round(high, 3):
        return f"whether {names[0]} goes with {names[1]} stays open: {said}"
    return f"more {names[0]} goes with {'more' if low > 0 else 'less'} {names[1]}: {said}"


def paths(ordered: pd.DataFrame, block: str) -> str:
    """What a block explains in a declared order: in all, directly, and through later blocks.

    Parameters
    ----------
    ordered : DataFrame
        ``ordered`` of a comparison with an order, or what ``other_orders`` gives.
    block : str

    Examples
    --------
    >>> import loyaltystudy as ls
    >>> blocks, order = ["trust", "relationship"], [["trust"], ["relationship"]]
    >>> study = ls.load_study("mobile-ecsi")
    >>> found = ls.compare_blocks(study, "loyalty", blocks, order=order)
    >>> paths(found.ordered, "trust").partition(" of it ")[0]
    'trust explains 0.112 [0.018, 0.256] in this order,'
    """
    said = {}
    for measure in ("total", "direct", "through_later"):
        row = _row(ordered, block=block, measure=measure)
        low, high = row[["low", "high"]]
        said[measure] = spread(np.clip(row["adjusted"], low, high), low, high)
    verb = "explain" if block.endswith("s") else "explains"
    direct = f"of it {said['direct']} directly and {said['through_later']} through later blocks"
    return f"{_plain(block)} {verb} {said['total']} in this order, {direct}"


def against(point: float, low: float, high: float, mark: float) -> str:
    """On which side of a mark a figure lies, if its interval says so.

    Examples
    --------
    >>> against(0.8, 0.75, 0.84, 0.85)
    '0.800 [0.750, 0.840], below 0.85'
    >>> against(0.8, 0.75, 0.9, 0.85)
    '0.800 [0.750, 0.900], below 0.85 or above it: that stays open'
    """
    said = spread(point, low, high)
    if high < mark or low > mark:
        return f"{said}, {'below' if high < mark else 'above'} {mark:g}"
    return f"{said}, below {mark:g} or above it: that stays open"


def judged(table: pd.DataFrame, *, parts: bool = False) -> str:
    """Verdicts as a list: study, people, how measured, figure, verdict.

    Parameters
    ----------
    table : DataFrame
        From :func:`loyaltystudy.check_claims`, of one claim in several studies or of several.
    parts : bool
        Also what the verdict rests on, and what stands in for what.
    """
    lines, many = [], len(set(table["claim"])) > 1
    for row in table.to_dict("records"):
        lines.append(_judgement(row, many=many))
        if parts:
            lines += [f"    - {_plain(part)}" for part in str(row["why"]).split("; ")]
    return "\n".join(lines)


def bullets(sentences: Iterable[str]) -> str:
    """Sentences as a list in Markdown: left-aligned, and never wider than the page."""
    return "\n".join(f"- {sentence}" for sentence in sentences)


def to_ask(claims: Sequence[str]) -> str:
    """What a study would have to ask of how many people, a claim a line.

    Examples
    --------
    >>> to_ask(["keeping-is-cheaper"]).partition(": ")[0]
    '- **keeping-is-cheaper**'
    """
    return bullets(what_to_ask(claims)["sentence"].str.rstrip())


def counted(verdicts: pd.Series) -> str:
    """How often each verdict was given: "2 supported, 1 not robust"."""
    counts = verdicts.value_counts().sort_index().sort_values(ascending=False, kind="stable")
    return ", ".join(f"{count} {verdict}" for verdict, count in counts.items()) or "none"


def by_truth(known: pd.DataFrame) -> str:
    """Verdicts on simulated answers, counted by whether the claim is true there.

    Parameters
    ----------
    known : DataFrame
        ``true`` (empty where it was not set) and ``verdict``.

    Examples
    --------
    >>> known = pd.DataFrame({"true": [True, False, None], "verdict": ["supported"] * 3})
    >>> print(by_truth(known))
    - 1 false claim: 1 supported
    - 1 true claim: 1 supported
    - 1 claim whose truth was not set: 1 supported
    """
    kinds = {
        "false {}": known["true"].eq(False),
        "true {}": known["true"].eq(True),
        "{} whose truth was not set": known["true"].isna(),
    }
    lines = []
    for words, own in kinds.items():
        if own.any():
            said = words.format("claim" if own.sum() == 1 else "claims")
            lines.append(f"{own.sum()} {said}: {counted(known['verdict'][own])}")
    return bullets(lines)


def spread(point: float, low: float, high: float) -> str:
    """A figure with its interval, at three decimals; without one where there is none."""
    if np.isnan(point):
        return "no figure"
    said = f"{_number(point)}"
    return (
        said if not np.isfinite([low, high]).all() else f"{said} [{_number(low)}, {_number(high)}]"
    )


def _number(value: float) -> str:
    return f"{value:.3f}" if round(value, 3) != 0 else "0.000"  # never -0.000


def _judgement(row: dict, *, many: bool) -> str:
    who = [f"n {row['n']:,.0f}"] if row["n"] else []
    who = [str(row["population"]), *who]
    who += [MEASURED[row["measured"]]] if row["measured"] in MEASURED else []
    name = f"{row['claim']}, {row['study']}" if many else row["study"]
    # as in a comparison, what is less than chance would give is shown within its interval
    said = spread(np.clip(row["estimate"], row["low"], row["high"]), row["low"], row["high"])
    return f"- *{name}* ({', '.join(who)}): {said}, **{row['verdict']}**"


def _plain(text: str) -> str:
    return text.replace("_", " ")


def _row(table: pd.DataFrame, **where: str) -> pd.Series:
    own = table
    for column, value in where.items():
        own = own[own[column] == value]
    if own.empty:
        raise SurveyError(f"No row with {where}. Blocks: {sorted(set(table['block']))}.")
    return own.iloc[0]


def _pair(table: pd.DataFrame, first: str, second: str, measure: str) -> pd.Series:
    both = table["first"].isin([first, second]) & table["second"].isin([first, second])
    own = table[both & (table["measure"] == measure)]
    if own.empty:
        raise SurveyError(f"No difference of {first!r} and {second!r} in {measure!r}.")
    return own.iloc[0]
