"""The report of one's own study, or of several side by side."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path

import pandas as pd

from loyaltystudy.report._claim_section import badge
from loyaltystudy.report._page import (
    bullets,
    claim_sections,
    figure_html,
    make_page,
    paragraph,
    section,
    table_html,
    verdict_counts,
    with_interval,
)
from loyaltystudy.report._translations import called_block, number, say


def study_page(
    claims: pd.DataFrame, abouts: Sequence[dict], folders: Sequence[Path], out: Path, language: str
) -> str:
    """The whole page from what the analysis kept.

    Parameters
    ----------
    claims : DataFrame
        Of all studies.
    abouts, folders : sequences
        What each analysis told of itself, and where its files lie.
    out : Path
        Folder of the page.
    language : {"en", "sv", "nb"}
    """
    title = " + ".join(about["title"] for about in abouts)
    planned = abouts[0]["planned"] if len(abouts) == 1 else None
    verdicts = section(
        say("verdicts", language),
        verdict_counts(claims, language),
        paragraph(say("verdicts lead", language)),
        paragraph(say("english", language), "dim"),
        claim_sections(claims, language, planned=planned),
        key="verdicts",
    )
    whose = [_who(about, claims, language) for about in abouts]
    parts = [
        f"<h1>{escape(title)}</h1>",
        *whose,
        verdicts,
        _side_by_side(claims, out, language),
        _plan(abouts[0], language),
    ]
    for key in ("measured", "explains", "careful"):
        inside = [
            _PARTS[key](a, f, language, len(abouts) > 1)
            for a, f in zip(abouts, folders, strict=True)
        ]
        if any(inside):
            parts.append(
                section(say(key, language), paragraph(say(f"{key} lead", language)), *inside)
            )
    parts += [_notes(abouts, language), _how(abouts, language)]
    return make_page(f"{say('report', language)}: {title}", parts, language)


def _who(about: dict, claims: pd.DataFrame, language: str) -> str:
    who = "simulated" if about["kind"] == "simulated" else about["population"]
    told = paragraph(say("answered", language, about["n"], say(who, language)), "lead")
    if about["kind"] == "simulated":
        told += f"<p><span class='label'>{escape(say('simulated note', language))}</span></p>"
        rows = claims[(claims["study"] == about["study"]) & (claims["measured"] != "none")]
        counts = [int((rows["truth"] == truth).sum()) for truth in ("true", "false", "unset")]
        if any(counts):
            words = say("world", language, about["world"], len(rows), *counts, about["n"])
            told += paragraph(words)
    if about["excluded"]:
        count = say("few", language) if about["excluded"] == "few" else about["excluded"]
        told += paragraph(say("excluded", language, count))
    return told


def _side_by_side(claims: pd.DataFrame, out: Path, language: str) -> str:
    """Claims x studies: a figure, and the same as a table that can be read aloud."""
    studies = list(dict.fromkeys(claims["study"]))
    if len(studies) < 2:
        return ""
    kinds = claims.drop_duplicates("study").set_index("study")["kind"]
    label = f" ({say('simulated', language)})"
    head = "".join(
        f"<th scope='col'>{escape(s + (label if kinds[s] == 'simulated' else ''))}</th>"
        for s in studies
    )
    table = claims.set_index(["claim", "study"])["verdict"]
    rows = []
    for claim in dict.fromkeys(claims.loc[claims["measured"] != "none", "claim"]):
        cells = "".join(f"<td>{badge(table[claim, s], language)}</td>" for s in studies)
        rows.append(
            f"<tr><th scope='row'><a href='#claim-{escape(claim)}'>{escape(claim)}</a></th>"
            f"{cells}</tr>"
        )
    heading = say("side by side", language)
    made = (
        f"<div class='wide' role='region' tabindex='0' aria-label='{escape(heading)}'><table>"
        f"<thead><tr><td></td>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )
    return section(heading, made, figure_html(out / "figures" / "claims.svg", heading))


def _plan(about: dict, language: str) -> str:
    heading = say("plan", language)
    if about["planned"] is None:
        return section(heading, paragraph(say("plan none", language)))
    lock = f"<p>{escape(say('plan lock', language))}: <code>{escape(about['lock'])}</code></p>"
    lines = [_departure(*row, language) for row in about["deviations"]]
    kept = "" if lines else paragraph(say("plan kept", language))
    return section(heading, kept, bullets(lines), lock, key="plan")


def _departure(kind: str, what: str, planned: str, found: str, language: str) -> str:
    told = say(f"dev {kind}", language, what)
    if kind in ("not_measured", "coding_added", "coding_gone", "claim_unknown"):
        return told
    return f"{told} ({say('planned', language)}: {planned}; {say('found', language)}: {found})"


def _measured(about: dict, folder: Path, language: str, several: bool) -> str:
    table = _kept(folder, "reliability")
    if table is None:
        return ""
    single = int((table["items"] == 1).sum())
    table = table[table["items"] > 1]
    shown = pd.DataFrame(
        {
            say("scale", language): table["scale"].map(about["labels"]),
            say("items", language): table["items"],
            "n": table["n"],
            say("alpha", language): with_interval(table, "alpha", language),
            say("omega", language): with_interval(table, "omega", language),
        }
    )
    words = say("measured", language)
    figure = figure_html(folder / "figures" / "reliability.svg", words)
    told = paragraph(say("single", language, single), "dim") if single else ""
    caption = f"{about['study'] if several else words} ({say('interval', language)})"
    body = table_html(shown, language, caption=caption) if len(shown) else ""
    return _named(about, several) + body + told + figure


def _explains(about: dict, folder: Path, language: str, several: bool) -> str:
    table = _kept(folder, "comparison")
    if table is None:
        return ""
    table = table[table["measure"].isin(["alone", "dominance", "unique"])]
    table = table.rename(columns={"low": "adjusted_low", "high": "adjusted_high"})
    shown = pd.DataFrame(
        {
            say("block", language): [called_block(name, language) for name in table["block"]],
            say("measure", language): [say(name, language) for name in table["measure"]],
            f"R², {say('interval', language)}": with_interval(table, "adjusted", language),
        }
    )
    figure = figure_html(folder / "figures" / "comparison.svg", say("explains lead", language))
    whole = about["comparison"]
    r2 = ["–" if pd.isna(value) else number(value, language) for value in whole["r2"]]
    caption = f"{about['study']}: " if several else ""  # regions of a page have names of their own
    caption += say("compared", language, *r2, whole["n"], whole["dropped"])
    return _named(about, several) + figure + table_html(shown, language, caption=caption)


def _careful(about: dict, folder: Path, language: str, several: bool) -> str:
    table = _kept(folder, "screening")
    if table is None:
        return ""
    flagged = str(table["flagged"].iloc[-1])
    told = say("few", language) if flagged.startswith("under") else flagged
    words = say("flagged", language, told, about["n"])
    return _named(about, several) + paragraph(words[:1].upper() + words[1:])


_PARTS = {"measured": _measured, "explains": _explains, "careful": _careful}


def _named(about: dict, several: bool) -> str:
    return f"<h3>{escape(about['study'])}</h3>" if several else ""


def _kept(folder: Path, name: str) -> pd.DataFrame | None:
    path = folder / "tables" / f"{name}.csv"
    return pd.read_csv(path, keep_default_na=name != "screening") if path.is_file() else None


def _notes(abouts: Sequence[dict], language: str) -> str:
    lines = [
        f"{about['study']}, {name}: {text}" for about in abouts for name, text in about["notes"]
    ]
    return section(say("notes", language), bullets(lines))


def _how(abouts: Sequence[dict], language: str) -> str:
    lines = [
        say("limit associational", language),
        say("limit small", language),
        say("privacy", language),
    ]
    for about in abouts:
        if about["unused"]:
            lines.append(say("unused", language, about["unused"]))
        lines.append(
            f"{about['study']}: loyaltystudy {about['version']}, answers sha256 "
            f"{about['answers_sha256']}, codebook sha256 "
            f"{about['codebook_sha256']}"
        )
    return section(say("how", language), bullets(lines))
