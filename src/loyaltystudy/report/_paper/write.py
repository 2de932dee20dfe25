"""All files that lead from an analysis to a paper."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from loyaltystudy.report._files import PRIVATE
from loyaltystudy.report._paper.archive import write_archive, write_hashes
from loyaltystudy.report._paper.blocks import Table, as_text
from loyaltystudy.report._paper.manuscript import write_manuscript
from loyaltystudy.report._paper.scripts import (
    ITEMS,
    ROWS,
    SAMPLE,
    comparison_rows,
    item_rows,
    r_script,
    sample_rows,
    stata_script,
)
from loyaltystudy.report._paper.word import to_docx
from loyaltystudy.report._phrases import in_words
from loyaltystudy.report._selection import columns_at_hand
from loyaltystudy.report._translations import say, texts
from loyaltystudy.survey import csv_text, write_whole

if TYPE_CHECKING:
    from loyaltystudy.report._analysis import Analysis


def write_paper(
    analysis: Analysis, tables: dict, folder: Path, *, codebook: Path | None = None, plan=None
) -> None:
    """Write ``manuscript/``, ``scripts/``, ``archive/``, Word tables, and the scripts' rows.

    ``tables``: as they are written, rounded; ``folder``: that the analysis was written to; rows of
    single people go to ``private/`` in it; ``codebook``, ``plan``: the files, for the archive.
    """
    _word_tables(analysis, tables, folder / "tables")
    write_manuscript(analysis, folder / "manuscript")
    if analysis.comparison is not None and has_rows(analysis):
        _scripts(analysis, folder)
    write_archive(analysis, folder / "archive", codebook, Path(plan) if plan else None)
    write_hashes(folder, folder / "archive")


def has_rows(analysis: Analysis) -> bool:
    """Whether every column of the comparison is at hand as answers, not as shared moments."""
    names = {analysis.outcome.name, *(name for names in analysis.blocks.values() for name in names)}
    return names <= {*columns_at_hand(analysis.study)}


def _word_tables(analysis: Analysis, tables: dict, folder: Path) -> None:
    language, title = analysis.language, analysis.study.codebook.title
    for name, table in tables.items():
        key = f"table {name}"
        heading = f"{say(key, language) if key in texts() else name}: {title}"
        part = Table(heading, as_text(in_words(table, language), language, analysis.labels))
        write_whole(folder / f"{name}.docx", to_docx([part], folder, heading, language))


def _scripts(analysis: Analysis, folder: Path) -> None:
    """Scripts, and the rows they read; rows of single people in the private folder alone."""
    write_whole(folder / "scripts" / "comparison.R", r_script(analysis))
    write_whole(folder / "scripts" / "comparison.do", stata_script(analysis))
    write_whole(folder / PRIVATE / ROWS, csv_text(comparison_rows(analysis)[0]))
    if analysis.study.raking is not None:
        write_whole(folder / PRIVATE / SAMPLE, csv_text(sample_rows(analysis.study)))
    items, _, scales = item_rows(analysis.study)
    if scales:
        write_whole(folder / PRIVATE / ITEMS, csv_text(items))
