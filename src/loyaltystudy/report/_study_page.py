"""The report of one's own study, or of several side by side: the answer first, claims last."""

from collections.abc import Callable, Sequence
from html import escape
from pathlib import Path

import pandas as pd

from loyaltystudy.report._analysis import Analysis
from loyaltystudy.report._claims_head import map_line, map_table, primary_lines
from loyaltystudy.report._disclosure import judged
from loyaltystudy.report._page import (
    bullets,
    claim_sections,
    figure_html,
    make_page,
    paragraph,
    section,
    verdict_counts,
)
from loyaltystudy.report._sections import (
    answer_section,
    answers_section,
    blocks_section,
    careful_section,
    gap_lines,
    measured_section,
    who_section,
)
from loyaltystudy.report._templates import part
from loyaltystudy.report._translations import called_claim, say


def study_page(
    analyses: Sequence[Analysis],
    claims: pd.DataFrame,
    folders: Sequence[Path],
    facts: Sequence[dict],
    out: Path,
) -> str:
    """The whole page.

    ``claims``: of all studies, with ``truth`` where they are simulated; ``folders``: where the
    figures of each lie; ``facts``: version and hashes of each; ``out``: folder of the page.
    """
    language = analyses[0].language
    title = " + ".join(analysis.study.codebook.title for analysis in analyses)
    pairs = list(zip(analyses, folders, strict=True))
    several = len(pairs) > 1

    def each(make: Callable[[Analysis, Path], str]) -> list[str]:
        made = [(analysis, make(analysis, folder)) for analysis, folder in pairs]
        return [_named(analysis, several) + inside for analysis, inside in made if inside]

    def under(key: str, make: Callable, lead: str = "") -> str:
        inside = each(make)
        words = paragraph(say(lead, language)) if lead and inside else ""
        return section(say(key, language), words, *inside)

    parts = [
        f"<h1>{escape(title)}</h1>",
        *(_simulated(analysis, claims) for analysis in analyses),
        section(say("answer heading", language), *each(answer_section), key="answer"),
        under("how answered", lambda a, f: answers_section(a)),
        under("who", lambda a, f: who_section(a)),
        under("measured", lambda a, f: measured_section(a, f, named=several), "measured lead"),
        under("careful", lambda a, f: careful_section(a), "careful lead"),
        under("blocks detail", lambda a, f: blocks_section(a, named=several), "explains lead"),
        _plan(analyses[0]),
        _claims(analyses, claims, language),
        under("map heading", _map, "map lead"),
        _side_by_side(claims, out, language),
        _gaps(analyses, several),
        _how(analyses, facts, language),
    ]
    return make_page(f"{say('report', language)}: {title}", parts, language)


def _named(analysis: Analysis, several: bool) -> str:
    return f"<h3>{escape(analysis.study.name)}</h3>" if several else ""


def _simulated(analysis: Analysis, claims: pd.DataFrame) -> str:
    """That answers are simulated, and what is true in their world."""
    book, language = analysis.study.codebook, analysis.language
    if "simulated" not in (book.kind, book.population):
        return ""
    note = f"<p><span class='label'>{escape(say('simulated note', language))}</span></p>"
    rows = claims[(claims["study"] == book.study) & (claims["measured"] != "none")]
    counts = [int((rows["truth"] == truth).sum()) for truth in ("true", "false", "unset")]
    if not any(counts):
        return note
    words = say("world", language, book.world, len(rows), *counts, analysis.study.n)
    return note + paragraph(words)


def _claims(analyses: Sequence[Analysis], claims: pd.DataFrame, language: str) -> str:
    """Claims with a verdict; all others in one line."""
    heading = say("verdicts", language)
    plan = analyses[0].plan if len(analyses) == 1 else None
    planned = None if plan is None else [*plan.claims]
    shown = judged(claims)
    kept = {*shown["claim"], *(planned or ())}
    rest = claims.loc[~claims["claim"].isin(kept), "claim"].nunique()
    line = paragraph(say("not applying", language, rest), "dim") if rest else ""
    if not kept:
        return section(heading, paragraph(say("no claim", language)), line, key="verdicts")
    return section(
        heading,
        verdict_counts(shown, language),
        _primary(analyses[0]),
        paragraph(say("verdicts lead", language)),
        claim_sections(claims[claims["claim"].isin(kept)], language, planned=planned, only=kept),
        line,
        key="verdicts",
    )


def _primary(analysis: Analysis) -> str:
    """The verdicts on the plan's primary claims, by Holm among them."""
    if analysis.plan is None or analysis.claims is None:
        return ""
    language = analysis.language
    lines = primary_lines(analysis.claims, analysis.plan.primary, language)
    if not lines:
        return ""
    heading = f"<h3>{escape(say('primary', language))}</h3>"
    return heading + paragraph(say("primary lead", language)) + bullets(lines)


def _map(analysis: Analysis, folder: Path) -> str:
    """The verdicts over bounds from half to twice each claim's own: figure and table."""
    table, language = analysis.verdict_map, analysis.language
    if table is None or table.empty:
        return ""
    line = map_line(table, language)
    figure = figure_html(folder / "figures" / "verdict_map.svg", line)
    name = escape(f"{analysis.study.name}: {say('map heading', language)}", quote=True)
    fold = (
        f"<details class='more'><summary>{escape(say('map table', language))}</summary>"
        f"<div class='wide' role='region' tabindex='0' aria-label='{name}'>"
        f"{map_table(table, language)}</div></details>"
    )
    return paragraph(line) + figure + fold


def _side_by_side(claims: pd.DataFrame, out: Path, language: str) -> str:
    """Claims x studies: a figure, and the same as a table that can be read aloud."""
    studies = list(dict.fromkeys(claims["study"]))
    if len(studies) < 2:
        return ""
    kinds = claims.drop_duplicates("study").set_index("study")["kind"]
    label = f" ({say('simulated', language)})"
    named = [s + (label if kinds[s] == "simulated" else "") for s in studies]
    verdicts = claims.set_index(["claim", "study"])["verdict"]
    rows = [
        (claim, called_claim(claim, language), [verdicts[claim, s] for s in studies])
        for claim in dict.fromkeys(judged(claims)["claim"])
    ]
    heading = say("side by side", language)
    made = part("side_by_side", language, heading, named, rows) if rows else ""
    figure = figure_html(out / "figures" / "claims.svg", heading)
    return section(heading, made, figure)


def _plan(analysis: Analysis) -> str:
    language, plan = analysis.language, analysis.plan
    heading = say("plan", language)
    if plan is None:
        return section(heading, paragraph(say("plan none", language)))
    lock = f"<p>{escape(say('plan lock', language))}: <code>{escape(plan.lock)}</code></p>"
    lines = [_departure(*row, language) for row in analysis.deviations.to_numpy()]
    kept = "" if lines else paragraph(say("plan kept", language))
    return section(heading, kept, bullets(lines), lock, key="plan")


def _departure(kind: str, what: str, planned: str, found: str, language: str) -> str:
    line = say(f"dev {kind}", language, called_claim(what, language))
    if kind in ("not_measured", "coding_added", "coding_gone", "claim_unknown"):
        return line
    return f"{line} ({say('planned', language)}: {planned}; {say('found', language)}: {found})"


def _gaps(analyses: Sequence[Analysis], several: bool) -> str:
    lines = [
        f"{analysis.study.name}, {line}" if several else line
        for analysis in analyses
        for line in gap_lines(analysis)
    ]
    return section(say("notes", analyses[0].language), bullets(lines), key="gaps")


def _how(analyses: Sequence[Analysis], facts: Sequence[dict], language: str) -> str:
    lines = [say(f"limit {which}", language) for which in ("associational", "small")]
    lines.append(say("privacy", language))
    for analysis, fact in zip(analyses, facts, strict=True):
        if unused := len(analysis.study.unused):
            lines.append(say("unused", language, unused))
        hashes = (fact[key] for key in ("version", "answers_sha256", "codebook_sha256"))
        lines.append(say("hashes", language, analysis.study.name, *hashes))
    return section(say("how", language), bullets(lines))
