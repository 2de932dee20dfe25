"""A codebook drafted from a file of answers: it reads unedited, what it measures is undecided."""

import re
from pathlib import Path

import numpy as np
import pandas as pd

from loyaltystudy.errors import SurveyError
from loyaltystudy.survey._checks import check_answers
from loyaltystudy.survey._codebook import make_codebook
from loyaltystudy.survey._draft.batteries import Battery, find_batteries
from loyaltystudy.survey._draft.columns import Draft, draft_column
from loyaltystudy.survey._draft.copies import mark_copies, mark_sums
from loyaltystudy.survey._draft.entries import DraftedCodebook, drafted_codebook
from loyaltystudy.survey._draft.shared_words import shared_words
from loyaltystudy.survey._draft.text import codebook_text
from loyaltystudy.survey._draft.words import is_personal_name, is_tool_name
from loyaltystudy.survey._files import read_table
from loyaltystudy.survey._values import plain

FEW = 10  # different cells that point to nobody
_NAMELESS = re.compile(r"\(column \d+\)|unnamed: \d+|x|rownames?|index", re.IGNORECASE)
PASSES = 3  # columns that the reader refuses are left out, and the rest is tried again


def draft_codebook(
    path,
    *,
    language: str | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    decimal: str | None = None,
    sheet: str | None = None,
    limit: float | None = None,
) -> str:
    """Draft a codebook from a file of answers.

    Names, wording and labels are the file's. Ranges come from value labels; where a file has
    none they are those observed, and marked so. Missing codes are those that the file calls
    missing, those whose label says so (in English, Swedish, Norwegian and some other languages)
    and, marked as such, codes that by custom mean it and stand far from all answers (99 beside 1
    to 5). Columns of one answer scale under one stem whose answers correlate are proposed as
    scales, but for recoded copies of other columns, which are marked; items that run against the
    others are proposed as reversed. What a scale measures is
    never guessed: every ``construct`` is ``undecided``, so that the study can be read, scored and
    compared, but is put to no claim until somebody decides (``loyaltystudy label``).

    Parameters
    ----------
    path : str or Path
        A file that :func:`~loyaltystudy.survey.read_table` reads: SPSS, Stata, XLSX, Parquet,
        delimited text, also as LimeSurvey, Qualtrics, Kobo, SurveyMonkey and Google Forms write.
    language : str, optional
        Of wording and labels: ``"en"``, ``"sv"``, ``"nb"`` or another code.
    encoding, delimiter, decimal, sheet, limit : optional
        As in :func:`~loyaltystudy.survey.read_table`.

    Returns
    -------
    str
        YAML, to be written to ``codebook.yaml``. Columns of survey tools (dates, addresses),
        columns that point to persons, and such that hold no answers are left out, each with the
        reason, in a comment.

    Raises
    ------
    SurveyError
        If the file cannot be read, or no column of it holds answers.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     file = Path(folder, "spring.csv")
    ...     _ = file.write_text("nr,sex\\n" + "".join(f"{n},{1 + n % 2}\\n" for n in range(9)))
    ...     lines = draft_codebook(file, language="en").splitlines()
    >>> print(*[line for line in lines if line.startswith("  sex: {")])
      sex: {kind: nominal, answers: {codes: {1: {en: '1'}, 2: {en: '2'}}}, construct: undecided} # observed codes, categories by what the question asks for
    """  # noqa: E501
    if language is not None and not re.fullmatch(r"[a-z]{2,3}", language):
        raise SurveyError(f"language={language!r} is no language code. Take e.g. 'sv'.")
    cells = {"encoding": encoding, "delimiter": delimiter, "decimal": decimal}
    frame = read_table(path, **cells, sheet=sheet, limit=limit)
    drafts = draft_columns(frame)
    for _ in range(PASSES):
        batteries = find_batteries([d for d in drafts if not d.why])
        mark_sums(drafts, batteries)
        plan = drafted_codebook(drafts, batteries, frame, Path(path).stem, language)
        refused = _refused(plan, frame)
        if not refused:
            return codebook_text(plan, Path(path).name)
        for draft in drafts:
            if draft.column in refused:
                draft.why = "the reader refuses it: " + refused[draft.column]
    raise SurveyError(f"{Path(path).name}: no codebook could be drafted that reads this file.")


def draft_columns(frame: pd.DataFrame) -> list[Draft]:
    """A proposal for every column, those to be left out too."""
    _check_names(frame)
    twice = set(frame.columns[frame.columns.duplicated()])
    faulty, shared = frame.attrs.get("cell_faults", {}), shared_words(frame)
    drafts = []
    for name in dict.fromkeys(frame.columns):
        if name in twice:
            drafts.append(Draft(str(name), why="the name stands in the file twice"))
            continue
        why = _left_out(str(name), frame[name], name in faulty)
        if why:
            drafts.append(Draft(str(name), why=why))
        else:
            drafts.append(draft_column(frame[name], name, frame.attrs, shared.get(name)))
    mark_copies(drafts)
    if all(draft.why for draft in drafts):
        raise SurveyError("No column of this file holds answers that a codebook could describe.")
    return drafts


def _check_names(frame: pd.DataFrame) -> None:
    """The first row is no row of names where it is found among the answers below it."""
    again = []
    for n, name in enumerate(frame.columns):
        cells = {plain(cell) for cell in frame.iloc[:, n].dropna().astype(object).astype(str)}
        if str(name) in cells and len(cells - {"", str(name)}):
            again.append(str(name))
    if len(again) >= max(3, len(frame.columns) / 3):
        raise SurveyError(
            f"The first row seems to be an answer, since {len(again)} of its {len(frame.columns)} "
            f"cells stand in their columns again, such as {again[:3]}. Put a row with the names of "
            "the columns above it."
        )


def _left_out(name: str, column: pd.Series, faulty: bool) -> str:
    if faulty:
        return "cells without a value (errors, formulas, merged cells)"
    if is_tool_name(name):
        return "written by the survey tool"
    different = column.astype(str).nunique()
    if is_personal_name(name) and (different > FEW or different > column.notna().sum() / 2):
        return "may point to a person"
    return "numbers the rows" if _NAMELESS.fullmatch(name) and _counts_rows(column) else ""


def _counts_rows(column: pd.Series) -> bool:
    """Whether the cells are 1, 2, 3, ... or 0, 1, 2, ..., as R and pandas write row names."""
    numbers = pd.to_numeric(column, errors="coerce").to_numpy(dtype=float)
    return len(numbers) > 1 and bool((numbers - numbers[0] == np.arange(len(numbers))).all())


def _refused(plan: DraftedCodebook, frame: pd.DataFrame) -> dict[str, str]:
    """Columns that make the drafted codebook or the answers unreadable, with the reason."""
    try:
        check_answers(frame, make_codebook(plan.raw))
    except SurveyError as error:
        return _blamed(error, plan)
    return {}


def _blamed(error: SurveyError, plan: DraftedCodebook) -> dict[str, str]:
    blamed = {}
    for problem in error.problems:
        named = re.search(r"column '(.+?)'", problem) or re.search(
            r"(?:items|variables) > (.+?)(?: >|:)", problem
        )
        column = plan.column_of(named[1]) if named else None
        if column is None:
            raise error
        blamed[column] = re.sub(r"'[^']*'", "...", problem.split(":", 1)[-1]).strip()[:80]
    return blamed


__all__ = ["Battery", "Draft", "draft_codebook", "draft_columns"]
