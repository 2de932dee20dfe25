"""What may be shown of people: groups of ten at least, and no more digits than chance leaves."""

import re
from collections.abc import Collection, Sequence

import numpy as np
import pandas as pd

SMALLEST = 10  # people: no figure rests on fewer
CHANCES = ("p", "p_holm", "p_primary")
CLAIM_FIGURES = ("estimate", "low", "high", *CHANCES, "robust", "c_used", "spill_needed")
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_ROWS = re.compile(r",? in rows? \d+(?:, \d+)*(?: and \d+ more)?")
_LONG = re.compile(r"\d[\d -]{5,}\d")
_QUOTED = re.compile(r"(?<!\w)'([^'\n]*)'(?!\w)|\"([^\"\n]*)\"")


def decimals(low: float, high: float) -> int:
    """Decimals that an interval supports: two digits of half its width.

    >>> decimals(0.182, 0.305), decimals(-20.3, 31.8), decimals(12_000, 15_000)
    (3, 0, 0)
    """
    half = abs(high - low) / 2
    if not np.isfinite(half) or half == 0:
        return 2
    return int(np.clip(1 - np.floor(np.log10(half)), 0, 12))


def decimals_of_n(n: float) -> int:
    """Decimals for a correlation or a share of variance of ``n`` people, without an interval."""
    return decimals(0, 2 / np.sqrt(n)) if n else 2


def rounded(table: pd.DataFrame, *triples: Sequence[str], n: float = 0) -> pd.DataFrame:
    """A table with each (estimate ..., low, high) rounded to what the interval supports.

    The last two names of a triple are the interval's; other columns of floats are rounded as
    figures of ``n`` people are.
    """
    table, done = table.copy(), set()
    for *points, low, high in triples:
        places = [decimals(a, b) for a, b in zip(table[low], table[high], strict=True)]
        known = (table[low].notna() & table[high].notna()).to_numpy()
        large = table[points[0]].abs().to_numpy() >= 10
        places = np.where(known, places, np.where(large, 0, decimals_of_n(n)))
        for column in (*points, low, high):
            values = [round(float(v), int(p)) for v, p in zip(table[column], places, strict=True)]
            table[column] = np.array(values, dtype=float)
            done.add(column)
    rest = [c for c in table if table[c].dtype.kind == "f" and c not in done]
    places = decimals_of_n(n)
    short = {c: table[c].round(places).where(table[c].abs() < 10, table[c].round(0)) for c in rest}
    return table.assign(**short)


def bins_of_ten(counts: Sequence[int], smallest: int = SMALLEST) -> list[tuple[int, int]]:
    """Neighbouring answers joined until each group has ten people: (first, last) places.

    Empty where only one group would be left, since that tells everybody's answer.

    >>> bins_of_ten([0, 3, 8, 20, 4, 15, 2])
    [(0, 2), (3, 3), (4, 6)]
    >>> bins_of_ten([1, 0, 200])
    []
    """
    bins, start, held = [], 0, 0
    for place, count in enumerate(counts):
        held += count
        if held >= smallest:
            bins.append((start, place))
            start, held = place + 1, 0
    if bins and start < len(counts):
        bins[-1] = (bins[-1][0], len(counts) - 1)
    return bins if len(bins) > 1 else []


def groups_of_ten(counts: pd.Series, smallest: int = SMALLEST) -> list[list]:
    """Categories without an order: the rarest joined until the joined ones are ten people.

    >>> groups_of_ten(pd.Series({"a": 50, "b": 30, "c": 6, "d": 2}))
    [['a'], ['b', 'c', 'd']]
    >>> groups_of_ten(pd.Series({"a": 50, "b": 3}))
    []
    """
    falling = counts[counts > 0].sort_values(ascending=False, kind="stable")
    small = falling[falling < smallest]
    single, joined = [*falling[falling >= smallest].index], [*small.index]
    while joined and single and counts[joined].sum() < smallest:
        joined.insert(0, single.pop())
    groups = [[name] for name in single] + ([joined] if joined else [])
    return groups if len(groups) > 1 else []


def withhold(claims: pd.DataFrame) -> pd.DataFrame:
    """Claims without the figures that fewer than ten people stand behind.

    The smallest group (``smallest_group``: a cell of a difference, a ratio, a share's count and
    its complement) decides where a table has it, else ``n``.
    """
    claims = claims.copy()
    n = claims["n"].astype(float)
    group = pd.to_numeric(claims.get("smallest_group", n), errors="coerce").fillna(n)
    small = (n > 0) & (np.minimum(n, group) < SMALLEST)
    figures = [c for c in CLAIM_FIGURES if c in claims]
    claims.loc[small, figures] = float("nan")
    claims.loc[small, "why"] = f"withheld (under {SMALLEST})"
    if "smallest_group" in claims and small.any():  # how many they are is withheld too
        shown = pd.to_numeric(claims["smallest_group"], errors="coerce").astype("Float64")
        claims["smallest_group"] = shown.mask(small)
    judged = ("supported", "contradicted", "inconclusive", "not robust")
    for column in claims.columns.intersection(["verdict", "verdict_primary"]):
        claims.loc[small & claims[column].isin(judged), column] = "not measured"
    return claims


def judged(claims: pd.DataFrame) -> pd.DataFrame:
    """Claims with a verdict, those that the answers could not be put to left out."""
    return claims[~claims["verdict"].isin(["not measured", "untestable"])]


def rounded_claims(claims: pd.DataFrame) -> pd.DataFrame:
    """Each row to what its interval supports; probabilities to three decimals."""
    chances = {c: claims[c].round(3) for c in CHANCES if c in claims}
    n = float(np.nanmax(claims["n"].to_numpy(dtype=float), initial=0.0))
    return rounded(claims, ("estimate", "low", "high"), n=n).assign(**chances)


def masked(text: str, known: Collection[str] = ()) -> str:
    """A message without what may be somebody's: addresses, long numbers, rows, unknown words.

    What stands in quotation marks is kept if it is one of ``known`` (names and labels of the
    codebook), else it becomes ``'…'``.

    >>> masked("column 'age': 'Anna Karlsson' is text, in row 7. Ask a.k@post.se.", {"age"})
    "column 'age': '…' is text. Ask …."
    """
    known = {str(name) for name in known}
    text = _ROWS.sub("", _ADDRESS.sub("…", text))
    text = _LONG.sub("…", text)
    return _QUOTED.sub(
        lambda m: m[0] if (m[1] or m[2] or "") in known else f"{m[0][0]}…{m[0][0]}", text
    )
