"""A manuscript with every number inserted from the results: what was asked, found, and open."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

from loyaltystudy.report._claims_head import map_cells, map_line, primary_lines, remaining_line
from loyaltystudy.report._disclosure import judged
from loyaltystudy.report._hypotheses import hypothesis
from loyaltystudy.report._paper.blocks import (
    Figure,
    Heading,
    Paragraph,
    Part,
    Table,
    to_docx,
    to_myst,
)
from loyaltystudy.report._sections import block_cells, design_lines, gap_lines, reliability_cells
from loyaltystudy.report._sentences import apa, listed
from loyaltystudy.report._translations import called, called_block, say
from loyaltystudy.survey import write_whole

if TYPE_CHECKING:
    from loyaltystudy.report._analysis import Analysis

ENGINES = ("typst", "weasyprint", "tectonic", "xelatex", "lualatex", "wkhtmltopdf")
REFERENCES = (
    "Azen, R., & Budescu, D. V. (2003). The dominance analysis approach for comparing predictors "
    "in multiple regression. Psychological Methods, 8(2), 129-148.",
    "Budescu, D. V. (1993). Dominance analysis: A new approach to the problem of relative "
    "importance of predictors in multiple regression. Psychological Bulletin, 114(3), 542-551.",
    "McDonald, R. P. (1999). Test theory: A unified treatment. Erlbaum.",
)
RAKING = (
    "Deville, J.-C., & Särndal, C.-E. (1992). Calibration estimators in survey sampling. Journal "
    "of the American Statistical Association, 87(418), 376-382."
)


def manuscript(analysis: Analysis, figures: Collection[str]) -> list[Part]:
    """The parts of a manuscript; the words between the numbers are its author's to change."""
    language, book = analysis.language, analysis.study.codebook
    return [
        Heading(book.title, 1),
        Paragraph(say("draft note", language)),
        Heading(say("abstract", language)),
        Paragraph(" ".join(analysis.answer)),
        Heading(say("method", language)),
        *_method(analysis),
        Heading(say("results", language)),
        *_results(analysis, figures),
        Heading(say("limits", language)),
        Paragraph(say("limit associational", language)),
        *(Paragraph(line) for line in gap_lines(analysis)),
        Heading(say("references", language)),
        *(Paragraph(line) for line in (*REFERENCES, *[RAKING] * bool(book.design.margins))),
    ]


def _method(analysis: Analysis) -> list[Part]:
    language, book = analysis.language, analysis.study.codebook
    lines = [say("answered", language, analysis.study.n, say(book.population, language))]
    if analysis.outcome is not None:
        label = called(analysis.outcome.name, language, analysis.labels)
        lines.append(say(f"found {analysis.outcome.found_by}", language, label))
    for block, names in analysis.blocks.items():
        members = listed([called(name, language, analysis.labels) for name in names], language)
        own = called_block(block, language)
        if members.casefold() != own.casefold():
            lines.append(say("block holds", language, own, members))
    lines += [say("method text", language), *design_lines(analysis, language)]
    return [Paragraph(" ".join(lines))]


def _results(analysis: Analysis, figures: Collection[str]) -> list[Part]:
    """Sentences, then the tables and figures they rest on."""
    language, found = analysis.language, analysis.comparison
    parts: list[Part] = [Paragraph(line) for line in apa(analysis)]
    cells = {}
    if analysis.reliability is not None:
        cells["reliability"] = reliability_cells(analysis)
    if found is not None:
        cells["comparison"] = block_cells(analysis)
    for name, table in cells.items():
        title = say(f"table {name}", language)
        if len(table):
            parts.append(Table(title, table.map(str)))
        if name == "comparison":
            note = say("below zero", language) if found.below_zero else ""
            parts.append(Paragraph(f"{say('reading', language)} {note}".strip()))
        if name in figures:
            parts.append(Figure(f"../figures/{name}.png", say("figure", language, title)))
    return parts + _claims(analysis) + _bounds(analysis, figures)


def _claims(analysis: Analysis) -> list[Part]:
    """The planned claims, how many verdicts remain, then what each claim says and its verdict."""
    from loyaltystudy.claims import register

    if analysis.claims is None:
        return []
    language, known, claims = analysis.language, register(), analysis.claims
    lines = [remaining_line(claims, language)]
    if analysis.plan is not None and analysis.plan.primary:
        primary = primary_lines(claims, analysis.plan.primary, language)
        lines += [f"{say('primary', language)}: {say('primary lead', language)}", *primary]
    lines += [
        f"{hypothesis(known[row.claim], language)} {say(f'say {row.verdict}', language)}"
        for row in judged(claims).itertuples()
    ]
    return [Paragraph(line) for line in lines if line]


def _bounds(analysis: Analysis, figures: Collection[str]) -> list[Part]:
    """The verdicts where the bounds of their rules were half to twice as wide."""
    table, language = analysis.verdict_map, analysis.language
    if table is None or not len(table):
        return []
    title = say("map heading", language)
    cells = map_cells(table, language).rename_axis(say("column claim", language)).reset_index()
    parts: list[Part] = [
        Paragraph(f"{say('map lead', language)} {map_line(table, language)}"),
        Table(title, cells),
    ]
    if "verdict_map" in figures:
        parts.append(Figure("../figures/verdict_map.png", say("figure", language, title)))
    return parts


def write_manuscript(analysis: Analysis, folder: Path) -> None:
    """Write ``manuscript.md`` and ``manuscript.docx``; a PDF too, where pandoc can make one."""
    figures = {path.stem for path in (folder.parent / "figures").glob("*.png")}
    parts, title = manuscript(analysis, figures), analysis.study.codebook.title
    head = (
        f"---\ntitle: {json.dumps(title, ensure_ascii=False)}\nlang: {analysis.language}\n---\n\n"
    )
    write_whole(folder / "manuscript.md", head + to_myst(parts[1:]))
    write_whole(folder / "sentences.txt", "\n".join(apa(analysis)) + "\n")
    write_whole(folder / "manuscript.docx", to_docx(parts, folder, title))
    _write_pdf(folder)


def _write_pdf(folder: Path) -> None:
    """By pandoc and the first engine that is installed; without them the others stand alone."""
    pandoc = shutil.which("pandoc")
    engine = next(filter(shutil.which, ENGINES), None)
    if pandoc and engine:
        command = [pandoc, "manuscript.md", "-o", "-", "-t", "pdf", f"--pdf-engine={engine}"]
        timeless = {**os.environ, "SOURCE_DATE_EPOCH": "0"}
        try:
            done = subprocess.run(
                command, cwd=folder, check=True, capture_output=True, timeout=120, env=timeless
            )
        except (subprocess.SubprocessError, OSError):
            return
        write_whole(folder / "manuscript.pdf", done.stdout)
