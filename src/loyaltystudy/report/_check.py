"""A user's own study: read, analysed, written; the report last, the notebook after it."""

import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from importlib import import_module
from pathlib import Path

import pandas as pd

from loyaltystudy.claims import Plan, read_plan
from loyaltystudy.errors import SurveyError
from loyaltystudy.report._analysis import SECTIONS, Analysis, analyse
from loyaltystudy.report._disclosure import judged, rounded
from loyaltystudy.report._files import REPORT, UNFINISHED, finish, open_folder
from loyaltystudy.report._notebook import analysis_notebook, execute, parameter_cell, to_html
from loyaltystudy.report._section_tables import spoken_language
from loyaltystudy.report._simulated_truth import with_truth
from loyaltystudy.report._study_page import study_page
from loyaltystudy.report._tables import write_figure
from loyaltystudy.report._translations import check_language, say
from loyaltystudy.report._written import write_analysis
from loyaltystudy.survey import (
    Codebook,
    csv_text,
    file_hash,
    held,
    load_codebook,
    read_study,
    write_whole,
)

TAKEN = {"claims.csv", "figures", REPORT, UNFINISHED.casefold()}  # beside several studies


def check(
    answers: Sequence,
    codebooks: Sequence,
    *,
    plan=None,
    outcome: str | None = None,
    out="results",
    language: str | None = None,
    reading: Mapping | None = None,
    progress: bool = True,
) -> Path:
    """Analyse one's own answers and write a report.

    Every file is written whole; ``report.html`` comes last, so that an interrupted run has none,
    and ``UNFINISHED.txt`` says so.

    Parameters
    ----------
    answers : sequence of path
        Files that :func:`loyaltystudy.read_study` reads.
    codebooks : sequence of path
        One for each file of answers, or one for all.
    plan : path or None
        A ``plan.yaml``, of the first study.
    outcome : str or None
        What is explained; see :func:`analyse`.
    out : path
        Folder of the results: a new or empty one, or that of an earlier run.
    language : {"en", "sv", "nb"} or None
        Of the report; None takes the first codebook's first language that reports come in.
    reading : mapping, optional
        Options of :func:`loyaltystudy.read_study`, for files that leave a doubt.
    progress : bool
        Whether to show a progress bar on a terminal.

    Returns
    -------
    Path
        Of ``report.html``. Beside it what :func:`write_analysis` writes; of several studies each
        in a folder of its own.

    Raises
    ------
    SurveyError
        For problems of plan, codebook, answers, outcome or folder.
    """
    answers, codebooks = _inputs(answers, codebooks)
    given, planned = Path(out), read_plan(plan) if plan else None
    books = [load_codebook(path) for path in codebooks]
    names = study_names(answers, books)
    language = check_language(language) if language else spoken_language(books[0])
    inputs = [*answers, *codebooks, *([Path(plan)] if plan else [])]
    planned = _renamed(planned, books[0], names[0])
    books = [replace(book, study=name) for book, name in zip(books, names, strict=True)]
    options = {"outcome": outcome, "language": language}
    with held(given, "--out ") as folder:
        open_folder(folder, inputs, say("unfinished", language))
        pairs = list(zip(answers, codebooks, books, strict=True))
        with _steps(len(pairs) * (len(SECTIONS) + 3), progress) as step:
            _write(pairs, (plan, planned), folder, options, reading or {}, step)
    return given / REPORT


def _write(pairs, plans, out: Path, options: dict, reading: Mapping, step) -> None:
    """Each study's results in its folder, what they say side by side, the report last."""
    language, analyses = options["language"], []
    folders = result_folders(out, [book.study for *_, book in pairs])
    hashes = [_hashes(answers, codebook) for answers, codebook, _ in pairs]
    for i, (answers, codebook, book) in enumerate(pairs):
        plan, planned = (None, None) if i else plans
        step(say("step reading", language))
        study = read_study(answers, book, **reading)
        found = analyse(study, planned, **options, each=partial(_section, step, language))
        step(say("step writing", language))
        facts = hashes[i] | {"reading": dict(reading)}
        write_analysis(found, folders[i], facts, codebook=_file(codebook), plan=plan)
        analyses.append(found)
    claims = _all_claims(analyses)
    if len(analyses) > 1:
        _side_by_side(claims, out, language)
    finish(out, study_page(analyses, claims, folders, hashes, out))


def _section(step: Callable[[str], None], language: str, section: str) -> None:
    step(say(f"step {section}", language))


def _inputs(answers: Sequence, codebooks: Sequence) -> tuple[list[Path], list[Path]]:
    answers, codebooks = [Path(a) for a in answers], [Path(c) for c in codebooks]
    if len(codebooks) not in (1, len(answers)):
        raise SurveyError(
            f"{len(answers)} files of answers, {len(codebooks)} codebooks: give one "
            "codebook for all, or one for each."
        )
    absent = [path.name for path in answers if not path.is_file()]
    if absent:
        raise SurveyError(f"No file {absent[0]!r} here. Give the path of the answers.")
    return answers, codebooks * len(answers) if len(codebooks) == 1 else codebooks


@contextmanager
def _steps(total: int, progress: bool) -> Iterator[Callable[[str], None]]:
    """A progress bar on a terminal that names each step; nothing elsewhere."""
    from tqdm import tqdm

    form = "{l_bar}{bar}| {elapsed}{postfix}"
    hidden = None if progress else True
    with tqdm(total=total, desc="check", bar_format=form, disable=hidden) as bar:

        def step(name: str) -> None:
            bar.set_postfix_str(name)
            bar.update()

        yield step


def _hashes(answers: Path, codebook: Path) -> dict[str, str]:
    """What says later which files a report was made from."""
    return {
        "version": import_module("loyaltystudy").__version__,
        "answers_sha256": file_hash(answers),
        "codebook_sha256": file_hash(_file(codebook)),
    }


def _file(codebook: Path) -> Path:
    return codebook / "codebook.yaml" if codebook.is_dir() else codebook


def _renamed(plan: Plan | None, book: Codebook, name: str) -> Plan | None:
    """Another name given for a study to stand beside others is no departure."""
    renamed = plan is not None and plan.study == book.study != name
    return replace(plan, study=name).locked() if renamed else plan


def _all_claims(analyses: Sequence[Analysis]) -> pd.DataFrame:
    """Claims of all studies, with what is true where answers are simulated."""
    tables = [
        with_truth(analysis.claims, analysis.study.codebook.world)
        for analysis in analyses
        if analysis.claims is not None
    ]
    if not tables:
        raise SurveyError("The claims could not be tested: " + str(analyses[0].gaps[-1].why))
    return pd.concat(tables, ignore_index=True)


def _side_by_side(claims: pd.DataFrame, out: Path, language: str) -> None:
    """The claims of several studies: one table, one figure."""
    import matplotlib.pyplot as plt

    from loyaltystudy.report._plots.claims import plot_claims

    table = rounded(claims.drop(columns=["truth", "truth_note"]), ("estimate", "low", "high"))
    write_whole(out / "claims.csv", csv_text(table))
    shown = claims[claims["claim"].isin(judged(claims)["claim"])]
    if shown.empty:
        return
    size = (2.6 + 1.55 * shown["study"].nunique(), 0.7 + 0.42 * shown["claim"].nunique())
    figure, ax = plt.subplots(figsize=size)
    write_figure(plot_claims(shown, ax=ax, language=language), out / "figures", "claims")
    plt.close(figure)


def write_notebooks(
    answers: Sequence,
    codebooks: Sequence,
    *,
    plan=None,
    outcome=None,
    out="results",
    language=None,
    reading: Mapping | None = None,
    progress: bool = True,
) -> list[Path]:
    """Execute the analysis notebook on each file of answers: ``analysis.ipynb`` and ``.html``.

    The package's own notebook is run in an empty folder; nothing that lies beside the answers is
    touched. What is kept shows file names, not where they lie.

    Raises
    ------
    SurveyError
        If there is no kernel, or it dies.
    """
    answers, codebooks = _inputs(answers, codebooks)
    books = [load_codebook(path) for path in codebooks]
    language = language or spoken_language(books[0])
    names = study_names(answers, books)
    cells = sum(cell.cell_type == "code" for cell in analysis_notebook(language).cells)
    options = {"outcome": outcome, "language": language, "reading": dict(reading or {})}
    with held(out, "--out ") as held_out, _steps(cells * len(names), progress) as step:
        each = partial(step, say("step notebook", language))
        for i, folder in enumerate(result_folders(held_out, names)):
            given = {"answers": answers[i], "codebook": codebooks[i], "plan": None if i else plan}
            _write_notebook(folder, given, options, each)
    return [folder / "analysis.ipynb" for folder in result_folders(Path(out), names)]


def _write_notebook(folder: Path, given: dict, options: dict, each) -> None:
    """Execute the notebook on the files; what is kept has their names alone."""
    import nbformat

    whole = {key: str(Path(v).resolve()) if v else None for key, v in given.items()}
    shown = {key: Path(v).name if v else None for key, v in given.items()}
    book = analysis_notebook(**whole, **options)
    execute(book, "analysis", each=each)
    first = next(cell for cell in book.cells if cell.cell_type == "code")
    first.source = parameter_cell(**shown, **options)
    write_whole(folder / "analysis.ipynb", nbformat.writes(book) + "\n")
    write_whole(folder / "analysis.html", to_html(book, options["language"]))


def result_folders(out: Path, names: Sequence[str]) -> list[Path]:
    """The folder itself for one study, a folder in it for each of several."""
    return [out] if len(names) == 1 else [out / name for name in names]


def study_names(answers: Sequence[Path], books: Sequence[Codebook]) -> list[str]:
    """A name for each study; the file's beside it where two codebooks give the same one.

    Several studies get a folder each: names that a system takes for one (capitals, composed
    letters) or that stand for files of ours are refused.
    """
    often = Counter(_folded(book.study) for book in books)
    names = [
        _plain(f"{book.study}-{path.stem}" if often[_folded(book.study)] > 1 else book.study)
        if len(books) > 1
        else book.study
        for path, book in zip(answers, books, strict=True)
    ]
    counts = Counter(map(_folded, names))
    twice = sorted(name for name in names if counts[_folded(name)] > 1)
    ours = sorted(name for name in names if len(names) > 1 and _folded(name) in TAKEN)
    if twice:
        raise SurveyError(f"Two studies are called {twice[0]!r}: rename a file or its `study`.")
    if ours:
        raise SurveyError(f"A study is called {ours[0]!r}, as a file of the results is: rename it.")
    return names


def _folded(name: str) -> str:
    """A name as systems that know no capitals compare it."""
    return unicodedata.normalize("NFC", name).casefold()


def _plain(name: str) -> str:
    """A name that can be a folder's."""
    name = unicodedata.normalize("NFC", name)
    kept = "".join(c if c.isalnum() or c in "-_." else "-" for c in name).strip("-.")
    return kept or "study"
