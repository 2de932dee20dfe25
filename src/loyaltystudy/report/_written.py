"""What an analysis leaves in a folder: tables, figures, claims, scores apart, the paper's files."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from loyaltystudy.errors import SurveyError
from loyaltystudy.report._disclosure import decimals_of_n, rounded, rounded_claims
from loyaltystudy.report._files import PRIVATE
from loyaltystudy.report._paper import write_paper
from loyaltystudy.report._phrases import in_words
from loyaltystudy.report._selection import smallest_groups
from loyaltystudy.report._tables import write_figure, write_table
from loyaltystudy.report._translations import say, texts
from loyaltystudy.scales import score
from loyaltystudy.survey import csv_text, write_whole

if TYPE_CHECKING:
    from loyaltystudy.report._analysis import Analysis

TABLES = ("screening", "reliability", "scores", "answers", "profile", "comparison", "claims")
FIGURES = ("reliability", "comparison", "claims", "verdict_map")
_SHORT = ["claim", "verdict", "measured", "n", "estimate", "low", "high"]


def write_analysis(
    analysis: Analysis, folder: Path, facts: dict | None = None, *, codebook=None, plan=None
) -> Path:
    """Write an analysis, each file whole.

    ``facts``: version and hashes, for ``about.json``; ``codebook``, ``plan``: the files, for the
    archive.

    Returns
    -------
    Path
        The folder: ``claims.csv``, ``tables/`` (CSV, HTML, LaTeX, Word), ``figures/`` (SVG, PNG),
        ``manuscript/``, ``scripts/``, ``archive/``, and ``private/`` for what tells of single
        people. Figures are rounded to what their intervals support.
    """
    tables = written_tables(analysis)
    if analysis.claims is not None:
        write_whole(folder / "claims.csv", csv_text(rounded_claims(analysis.claims)))
    if analysis.verdict_map is not None:
        write_whole(folder / "tables" / "verdict_map.csv", csv_text(analysis.verdict_map))
    title = analysis.study.codebook.title
    for name, table in tables.items():
        if name != "claims":
            write_whole(folder / "tables" / f"{name}.csv", csv_text(table))
        key = f"table {name}"
        heading = say(key, analysis.language) if key in texts() else name
        said = in_words(table, analysis.language)
        write_table(said, folder / "tables", name, f"{heading}: {title}", **analysis.words)
    _write_figures(analysis, folder / "figures")
    _write_scores(analysis, folder / PRIVATE)
    text = json.dumps(about(analysis) | (facts or {}), ensure_ascii=False, indent=1, sort_keys=True)
    write_whole(folder / "about.json", text + "\n")
    write_paper(analysis, tables, folder, codebook=codebook, plan=plan)
    return folder


def about(analysis: Analysis) -> dict:
    """What a program may want to know of an analysis; figures rounded, nobody in it."""
    book, found, plan = analysis.study.codebook, analysis.comparison, analysis.plan
    places = decimals_of_n(analysis.study.n)
    r2 = found and [round(v, places) for v in (found.r2, found.r2_adjusted, found.r2_cv)]
    return {
        "study": book.study,
        "title": book.title,
        "population": book.population,
        "kind": "simulated" if "simulated" in (book.kind, book.population) else "real",
        "world": book.world,
        "n": analysis.study.n,
        "language": analysis.language,
        "outcome": analysis.outcome and analysis.outcome.name,
        "outcome_found_by": analysis.outcome and analysis.outcome.found_by,
        "left_out": [list(left) for left in analysis.left_out],
        "comparison": found
        and {"r2": r2, "n": found.n, "outcome": found.outcome, "blocks": analysis.blocks},
        "answer": analysis.answer,
        "gaps": [[gap.section, gap.why] for gap in analysis.gaps],
        "notes": [[note.section, note.why] for note in analysis.notes],
        "lock": plan and plan.lock,
        "deviations": analysis.deviations.to_numpy().tolist(),
    }


def written_tables(analysis: Analysis) -> dict[str, pd.DataFrame]:
    """The tables that go into files, rounded, by name."""
    made = {name: getattr(analysis, name) for name in TABLES}
    made |= {"comparison": analysis.comparison and analysis.comparison.table}
    tables = {name: table for name, table in made.items() if table is not None and len(table)}
    n = analysis.study.n
    triples = {
        "comparison": [("estimate", "adjusted", "low", "high")],
        "reliability": [(k, f"{k}_low", f"{k}_high") for k in ("alpha", "omega")],
    }
    if "comparison" in tables:
        chosen = (analysis.study, analysis.blocks, analysis.outcome.name)
        tables["comparison"] = _with_groups(tables["comparison"], smallest_groups(*chosen))
    if "claims" in tables:
        tables["claims"] = rounded_claims(tables["claims"])[_SHORT]
    for name in tables.keys() - {"claims"}:
        tables[name] = rounded(tables[name], *triples.get(name, ()), n=n)
    return tables


def _with_groups(table: pd.DataFrame, groups: dict[str, int]) -> pd.DataFrame:
    """The size of the smallest group behind each figure: beside other blocks, that of them all."""
    if not groups:
        return table
    alone = table["measure"].isin(["alone", "alone_cv"])
    own = table["block"].map(groups)
    return table.assign(smallest_group=own.where(alone, min(groups.values())))


def _write_figures(analysis: Analysis, folder: Path) -> None:
    import matplotlib.pyplot as plt

    for name in FIGURES:
        ax = analysis.plot(name)
        if ax is not None:
            write_figure(ax, folder, name)
            plt.close(ax.figure)


def _write_scores(analysis: Analysis, folder: Path) -> None:
    """Scores of single respondents: in a folder of their own, with a word of warning."""
    try:
        scores = score(analysis.study)
    except SurveyError:
        return
    if not scores.shape[1]:
        return
    buffer = io.BytesIO()
    scores.to_parquet(buffer)
    write_whole(folder / "scores.parquet", buffer.getvalue())
    write_whole(folder / "README.txt", say("private", analysis.language) + "\n")
