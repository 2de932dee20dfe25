"""A user's own study: the analysis executed on the answers, the report written last."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from loyaltystudy.claims import read_plan
from loyaltystudy.errors import SurveyError
from loyaltystudy.report._files import finish, open_folder
from loyaltystudy.report._notebook import analysis_notebook, execute, parameter_cell, to_html
from loyaltystudy.report._simulated_truth import with_truth
from loyaltystudy.report._study_page import study_page
from loyaltystudy.report._tables import write_figure
from loyaltystudy.report._translations import LANGUAGES, check_language, say
from loyaltystudy.survey import csv_text, load_codebook, write_whole


def check(
    answers: Sequence,
    codebooks: Sequence,
    *,
    plan=None,
    out="results",
    language: str | None = None,
    progress: bool = True,
) -> Path:
    """Put one's own answers to the claims and write a report.

    The package's own analysis notebook is executed on each file of answers; no notebook or
    module that lies beside them is touched. Every file is written whole; ``report.html`` comes
    last, so that an interrupted run has none, and ``UNFINISHED.txt`` says so.

    Parameters
    ----------
    answers : sequence of path
        Files that :func:`loyaltystudy.read_study` reads.
    codebooks : sequence of path
        One for each file of answers, or one for all.
    plan : path or None
        A ``plan.yaml``, of the first study.
    out : path
        Folder of the results: a new or empty one, or that of an earlier run.
    language : {"en", "sv", "nb"} or None
        Of the report; None takes the first codebook's first language that reports come in.
    progress : bool
        Whether to show a progress bar.

    Returns
    -------
    Path
        Of ``report.html``. Beside it: ``claims.csv``, ``scores.parquet``, ``figures/``,
        ``tables/``, ``analysis.ipynb`` and ``analysis.html``; of several studies each in a
        folder of its own.

    Raises
    ------
    SurveyError
        For problems of plan, codebook, answers or folder.
    """
    answers, out = [Path(a) for a in answers], Path(out)
    codebooks = [Path(c) for c in codebooks]
    if len(codebooks) not in (1, len(answers)):
        raise SurveyError(
            f"{len(answers)} files of answers, {len(codebooks)} codebooks: give one "
            "codebook for all, or one for each."
        )
    codebooks = codebooks * len(answers) if len(codebooks) == 1 else codebooks
    absent = [path.name for path in answers if not path.is_file()]
    if absent:
        raise SurveyError(f"No file {absent[0]!r} here. Give the path of the answers.")
    if plan:
        read_plan(plan)
    books = [load_codebook(path) for path in codebooks]
    language = check_language(language) if language else _spoken(books[0])
    inputs = [*answers, *codebooks, *([Path(plan)] if plan else [])]
    open_folder(out, inputs, say("unfinished", language))
    names = _names(answers, books)
    folders = [out] if len(answers) == 1 else [out / name for name in names]
    _run_all(answers, codebooks, plan, folders, names, books, language, progress)
    abouts = [json.loads((f / "about.json").read_text(encoding="utf-8")) for f in folders]
    tables = [
        with_truth(pd.read_csv(f / "claims.csv"), about["world"])
        for f, about in zip(folders, abouts, strict=True)
    ]
    claims = pd.concat(tables, ignore_index=True)
    if len(folders) > 1:
        _together(claims.drop(columns=["truth", "truth_note"]), out, language)
    return finish(out, study_page(claims, abouts, folders, out, language))


def _run_all(answers, codebooks, plan, folders, names, books, language, progress) -> None:
    from tqdm import tqdm

    jobs = []
    for i, folder in enumerate(folders):
        own = names[i] if names[i] != books[i].study else None
        given = {
            "answers": answers[i],
            "codebook": codebooks[i],
            "out": folder,
            "plan": plan if i == 0 else None,
        }
        whole = {k: str(Path(v).resolve()) if v else None for k, v in given.items()}
        shown = {k: Path(v).name if v else None for k, v in given.items()}
        jobs.append((folder, whole | {"name": own}, shown | {"name": own}))
    cells = sum(c.cell_type == "code" for c in analysis_notebook(language).cells)
    with tqdm(total=cells * len(jobs), desc="check", disable=None if progress else True) as bar:
        for folder, whole, shown in jobs:
            bar.set_postfix_str(shown["answers"])
            _run(folder, whole, shown, language, bar.update)


def _run(folder: Path, whole: dict, shown: dict, language: str, each) -> None:
    """Execute the template on one study; what is kept shows file names, not where they lie."""
    import nbformat

    book = analysis_notebook(language, **whole)
    execute(book, "analysis", each=each)
    first = next(cell for cell in book.cells if cell.cell_type == "code")
    first.source = parameter_cell(language=language, **shown)
    write_whole(folder / "analysis.ipynb", nbformat.writes(book) + "\n")
    write_whole(folder / "analysis.html", to_html(book, language))


def _together(claims: pd.DataFrame, out: Path, language: str) -> None:
    """The claims of several studies: one table, one figure."""
    import matplotlib.pyplot as plt

    from loyaltystudy.report._plots.claims import plot_claims

    write_whole(out / "claims.csv", csv_text(claims))
    measured = claims.groupby("claim")["measured"].transform(lambda m: (m != "none").any())
    figure, ax = plt.subplots(
        figsize=(
            2.6 + 1.55 * claims["study"].nunique(),
            0.7 + 0.42 * claims.loc[measured, "claim"].nunique(),
        )
    )
    drawn = plot_claims(claims[measured], ax=ax, language=language)
    write_figure(drawn, out / "figures", "claims")
    plt.close(figure)


def _names(answers: Sequence[Path], books: Sequence) -> list[str]:
    """A name for each study; the file's beside it where two codebooks give the same one."""
    often = Counter(book.study for book in books)
    names = [
        _plain(f"{book.study}-{path.stem}" if often[book.study] > 1 else book.study)
        if len(books) > 1
        else book.study
        for path, book in zip(answers, books, strict=True)
    ]
    twice = sorted(name for name, count in Counter(names).items() if count > 1)
    if twice:
        raise SurveyError(f"Two studies are called {twice[0]!r}: rename a file or its `study`.")
    return names


def _plain(name: str) -> str:
    """A name that can be a folder's."""
    kept = "".join(c if c.isalnum() or c in "-_." else "-" for c in name).strip("-.")
    return kept or "study"


def _spoken(book) -> str:
    return next((code for code in book.languages if code in LANGUAGES), "en")
