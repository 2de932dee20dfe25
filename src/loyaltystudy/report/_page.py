"""One self-contained page: verdicts in plain words, each unfolding to figures, rule and limits."""

import base64
from collections.abc import Collection, Iterable, Sequence
from html import escape
from pathlib import Path

import pandas as pd

from loyaltystudy.claims import SOURCES, register
from loyaltystudy.report._claim_section import claim_block, headline_rows
from loyaltystudy.report._claims_head import remaining_line
from loyaltystudy.report._disclosure import decimals
from loyaltystudy.report._hypotheses import source_title
from loyaltystudy.report._templates import part, rendered
from loyaltystudy.report._translations import capital, number, say

HEADLINE = ("customers", "members")  # whose verdicts count; others are shown apart
_ORDER = ("supported", "contradicted", "not robust", "inconclusive")


def make_page(
    title: str,
    body: Iterable[str],
    language: str,
    *,
    skip: bool = True,
    styles: Sequence[str] = ("page.css",),
) -> str:
    """The page around its parts; ``title`` is text, the parts are HTML.

    ``skip`` puts a link to the verdicts first, for those who read with the keyboard.
    """
    parts = [text for text in body if text]
    return rendered("page.html", language, title=title, body=parts, skip=skip, styles=styles)


def verdict_counts(claims: pd.DataFrame, language: str) -> str:
    """How many verdicts of each kind: customers and members first, each other group apart."""
    kinds = claims["kind"].eq("simulated")
    headline = claims["population"].isin(HEADLINE) & ~kinds
    groups = [(say("headline", language), "", claims[headline])]
    for population, rows in claims[~headline & ~kinds].groupby("population", sort=True):
        groups.append((capital(say(population, language)), say("apart", language), rows))
    groups.append(
        (capital(say("simulated", language)), say("simulated note", language), claims[kinds])
    )
    return "\n".join(_counts(*group, language) for group in groups if len(group[2]))


def with_interval(table: pd.DataFrame, name: str, language: str) -> pd.Series:
    """Estimates with their intervals as text, to the digits that these intervals support."""
    columns = table[[name, f"{name}_low", f"{name}_high"]]
    known = columns.dropna()
    supported = [decimals(low, high) for low, high in known.iloc[:, 1:].to_numpy()]
    places = sorted(supported)[len(supported) // 2] if supported else 2
    texts = {
        index: "{} [{};\u00a0{}]".format(*(number(v, language, places) for v in row))
        for index, row in zip(known.index, known.to_numpy(), strict=True)
    }
    return pd.Series([texts.get(i, "–") for i in table.index], index=table.index, dtype=object)


def _counts(heading: str, note: str, rows: pd.DataFrame, language: str) -> str:
    rows = rows.drop_duplicates(["claim", "study"], keep="last")
    found = rows["verdict"].value_counts()
    shown = [(v, found[v]) for v in (*_ORDER, "not measured", "untestable") if found.get(v)]
    return part("counts", language, heading, note, shown, remaining_line(rows, language))


def claim_sections(
    claims: pd.DataFrame, language: str, *, planned=None, only: Collection[str] | None = None
) -> str:
    """All claims, or ``only`` some, text by text; settled ones first."""
    known, parts = register(), []
    for source in SOURCES:
        names = [n for n in known if known[n].source == source and (only is None or n in only)]
        names.sort(key=lambda name: _settled(claims[claims["claim"] == name]))
        blocks = [
            claim_block(known[name], claims[claims["claim"] == name], language, planned=planned)
            for name in names
        ]
        if blocks:
            title = escape(source_title(source, language))
            parts.append(f"<h3 class='source'>{title}</h3>\n" + "\n".join(blocks))
    return "\n".join(parts)


def _settled(rows: pd.DataFrame) -> int:
    """Where a claim stands on the page: settled ones first."""
    verdicts = set(headline_rows(rows)["verdict"]) or set(rows["verdict"])
    return min((_ORDER.index(v) for v in verdicts if v in _ORDER), default=len(_ORDER))


def table_html(table: pd.DataFrame, language: str, *, caption: str, decimals: int = 3) -> str:
    """A table of any frame: text escaped, numbers as the language writes them."""
    numeric = {c for c in table if table[c].dtype.kind in "fiu"}
    rows = [
        [(c, _cell(row[c], c in numeric, language, decimals)) for c in table]
        for _, row in table.iterrows()
    ]
    return part("table", language, caption, list(table), numeric, rows)


def _cell(value, numeric: bool, language: str, decimals: int) -> str:
    if not numeric:
        return str(value)
    if pd.isna(value):
        return "–"
    whole = float(value).is_integer() and not isinstance(value, float)
    return number(value, language, 0 if whole else decimals)


def figure_html(svg: Path, alt: str) -> str:
    """A figure inside the page, with words for those who do not see it."""
    if not svg.is_file():
        return ""
    data = base64.b64encode(svg.read_bytes()).decode()
    source = f"data:image/svg+xml;base64,{data}"
    alt = escape(alt, quote=True)  # on a phone a figure is wider than the screen: it scrolls
    return f"<figure tabindex='0'><img src='{source}' alt='{alt}'></figure>"


def section(heading: str, *parts: str, key: str = "") -> str:
    """A part of the page under its heading; nothing where it has no parts."""
    inside = [text for text in parts if text]
    if not inside:
        return ""
    at = f" id='{key}'" if key else ""
    return f"<section{at}><h2>{escape(heading)}</h2>\n" + "\n".join(inside) + "\n</section>"


def paragraph(text: str, kind: str = "") -> str:
    style = f" class='{kind}'" if kind else ""
    return f"<p{style}>{escape(text)}</p>" if text else ""


def bullets(lines: Sequence[str]) -> str:
    inside = "".join(f"<li>{escape(line)}</li>" for line in lines)
    return f"<ul>{inside}</ul>" if inside else ""
