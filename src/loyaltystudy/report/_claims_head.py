"""What stands at the head of the claims: many at once, the primary ones, bounds moved."""

from collections.abc import Sequence

import pandas as pd

from loyaltystudy.claims import remaining
from loyaltystudy.report._templates import part
from loyaltystudy.report._translations import called_claim, number, say

SUPPORTED = "supported"


def remaining_line(claims: pd.DataFrame, language: str) -> str:
    """How many supported verdicts remain when few of those named may be false; '' without any."""
    if "p" not in claims or not claims["verdict"].eq(SUPPORTED).any():
        return ""
    found = remaining(claims)
    return say("remaining", language, int(found["supported"].sum()), int(found["remain"].sum()))


def primary_lines(claims: pd.DataFrame, primary: Sequence[str], language: str) -> list[str]:
    """The verdicts on a plan's primary claims by Holm among them, a line each."""
    rows = claims.set_index("claim")
    return [_primary_line(rows.loc[name], language) for name in primary if name in rows.index]


def _primary_line(row: pd.Series, language: str) -> str:
    found = row["verdict_primary"]
    lines = [] if pd.isna(row["p_primary"]) else [_p(row["p_primary"], language)]
    if found != row["verdict"]:
        lines.append(say("primary alone", language, say(row["verdict"], language)))
    inside = f" ({'; '.join(lines)})" if lines else ""
    return f"{called_claim(row.name, language)}: {say(found, language)}{inside}"


def _p(p: float, language: str) -> str:
    return f"p < {number(0.001, language)}" if p < 0.001 else f"p {number(p, language)}"


def map_line(table: pd.DataFrame, language: str) -> str:
    """On how many claims the verdict is the same at all bounds, and which ones it is not."""
    kinds = table.groupby("claim", sort=False)["verdict"].nunique()
    moved = [called_claim(name, language) for name in kinds.index[kinds > 1]]
    line = say("map same", language, len(kinds), len(kinds) - len(moved))
    return f"{line} {say('map moved', language, ', '.join(moved))}" if moved else line


def map_cells(table: pd.DataFrame, language: str) -> pd.DataFrame:
    """The map in words: a row a claim, a column a factor of the bounds."""
    wide = table.set_index(["claim", "factor"])["verdict"].unstack(sort=False)  # noqa: PD010
    wide = wide.map(lambda verdict: say(verdict, language))
    wide.index = [called_claim(name, language) for name in wide.index]
    wide.columns = [times(factor, language) for factor in wide.columns]
    return wide


def map_table(table: pd.DataFrame, language: str) -> str:
    """The map as a table that can be read aloud."""
    cells = map_cells(table, language)
    return part("verdict_table", language, list(cells), [*cells.iterrows()])


def times(factor: float, language: str) -> str:
    """A factor of the bounds as the language writes it.

    >>> times(0.5, "en"), times(0.5, "sv"), times(1.0, "nb")
    ('× 0.5', '× 0,5', '× 1')
    """
    text = f"× {factor:g}"
    return text if language == "en" else text.replace(".", ",")
