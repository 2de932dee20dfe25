"""A manuscript with every number inserted from the results: what was asked, found, and open."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from loyaltystudy.report._claims_head import map_cells, map_line, primary_lines, remaining_line
from loyaltystudy.report._disclosure import judged
from loyaltystudy.report._hypotheses import hypothesis
from loyaltystudy.report._paper.blocks import (
    Figure,
    Heading,
    Paragraph,
    Part,
    Table,
    to_myst,
)
from loyaltystudy.report._paper.word import to_docx
from loyaltystudy.report._sections import block_cells, design_lines, gap_lines, reliability_cells
from loyaltystudy.report._sentences import apa, listed
from loyaltystudy.report._translations import called, called_block, say
from loyaltystudy.survey import package_folder, write_whole

if TYPE_CHECKING:
    from loyaltystudy.report._analysis import Analysis

FEW, MOST_DRAWN = 6, 20  # scales with a sentence each; rows of a figure that can be read
OF_HTML = ("weasyprint", "wkhtmltopdf")
ENGINES = ("typst", *OF_HTML[:1], "tectonic", "xelatex", "lualatex", *OF_HTML[1:])
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
    lines += [say("method text", language), *design_lines(analysis, language)]
    held = [
        (called_block(block, language, analysis.labels), _members(analysis, names))
        for block, names in analysis.blocks.items()
    ]
    heads = [say("block", language), say("column holds", language)]
    table = Table(say("table held", language), pd.DataFrame(held, columns=heads))
    return [Paragraph(" ".join(lines)), *[table] * bool(held)]


def _members(analysis: Analysis, names: Sequence[str]) -> str:
    labels = [called(name, analysis.language, analysis.labels) for name in names]
    return listed(labels, analysis.language)


def _results(analysis: Analysis, figures: Collection[str]) -> list[Part]:
    """Sentences, then the tables and figures they rest on; a figure that would be small is not."""
    language, found = analysis.language, analysis.comparison
    parts: list[Part] = [Paragraph(line) for line in apa(analysis, scales=FEW)]
    cells = {}
    if found is not None:
        cells["comparison"] = block_cells(analysis)
    if analysis.reliability is not None:
        cells["reliability"] = reliability_cells(analysis)
    notes = {"comparison": say("reading", language), "reliability": say("interval note", language)}
    if found is not None and found.below_zero:
        notes["comparison"] += f" {say('below zero', language)}"
    for name, table in cells.items():
        title = say(f"table {name}", language)
        if len(table):
            parts.append(Table(title, table.map(str), notes[name]))
        if name in figures and len(table) <= MOST_DRAWN:
            parts.append(Figure(f"../figures/{name}.png", title))
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
    rows = [
        (hypothesis(known[row.claim], language), say(row.verdict, language))
        for row in judged(claims).itertuples()
    ]
    heads = [say("hypothesis", language), say("verdict", language)]
    table = Table(say("table claims", language), pd.DataFrame(rows, columns=heads))
    return [*(Paragraph(line) for line in lines if line), *[table] * bool(rows)]


def _bounds(analysis: Analysis, figures: Collection[str]) -> list[Part]:
    """The verdicts where the bounds of their rules were half to twice as wide."""
    table, language = analysis.verdict_map, analysis.language
    if table is None or not len(table):
        return []
    title = say("map heading", language)
    cells = map_cells(table, language).rename_axis(say("column claim", language)).reset_index()
    note = say("map lead", language)
    parts: list[Part] = [Paragraph(map_line(table, language)), Table(title, cells, note)]
    if "verdict_map" in figures and len(cells) <= MOST_DRAWN:
        parts.append(Figure("../figures/verdict_map.png", title))
    return parts


def write_manuscript(analysis: Analysis, folder: Path) -> None:
    """Write ``manuscript.md`` and ``manuscript.docx``; a PDF too, where pandoc can make one."""
    figures = {path.stem for path in (folder.parent / "figures").glob("*.png")}
    parts, title = manuscript(analysis, figures), analysis.study.codebook.title
    head = (
        f"---\ntitle: {json.dumps(title, ensure_ascii=False)}\nlang: {analysis.language}\n---\n\n"
    )
    write_whole(folder / "manuscript.md", head + to_myst(parts[1:], analysis.language))
    write_whole(folder / "sentences.txt", "\n".join(apa(analysis)) + "\n")
    write_whole(folder / "manuscript.docx", to_docx(parts, folder, title, analysis.language))
    _write_pdf(folder)


def _write_pdf(folder: Path) -> None:
    """By pandoc and the first engine that is installed; without them the others stand alone."""
    pandoc = shutil.which("pandoc")
    engine = next(filter(shutil.which, ENGINES), None)
    if pandoc and engine:
        command = [pandoc, "manuscript.md", "-o", "-", "-t", "pdf", f"--pdf-engine={engine}"]
        command += _layout(engine)
        timeless = {**os.environ, "SOURCE_DATE_EPOCH": "0"}
        try:
            done = subprocess.run(
                command, cwd=folder, check=True, capture_output=True, timeout=120, env=timeless
            )
        except (subprocess.SubprocessError, OSError):
            return
        write_whole(folder / "manuscript.pdf", done.stdout)


def _layout(engine: str) -> list[str]:
    """A4 and the margins of the Word file, by whatever engine."""
    if engine in OF_HTML:
        style = package_folder() / "report" / "templates" / "manuscript.css"
        return ["--css", str(style), "-M", "document-css=false"]
    return ["-V", "papersize=a4", "-V", "geometry:margin=2.54cm", "-V", "fontsize=11pt"]
