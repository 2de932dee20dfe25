"""A study: answers and the codebook that says what they mean."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from html import escape
from pathlib import Path

import numpy as np
import pandas as pd

from loyaltystudy.errors import SurveyError, did_you_mean
from loyaltystudy.opening import reader_of_partitions
from loyaltystudy.survey._base import BaseStudy
from loyaltystudy.survey._checks import check_answers, identifiers
from loyaltystudy.survey._codebook import load_codebook
from loyaltystudy.survey._download import WrongFile, wrong_files
from loyaltystudy.survey._files import read_table
from loyaltystudy.survey._groups import GroupedMoments, GroupedSums
from loyaltystudy.survey._headers import columns_used, find_columns
from loyaltystudy.survey._item_sums import ItemSums
from loyaltystudy.survey._notes import reading_notes, rows_kept
from loyaltystudy.survey._open_studies import SOURCES
from loyaltystudy.survey._raked_answers import raked_answers
from loyaltystudy.survey._raking import Raking
from loyaltystudy.survey._schema import Codebook, Scale, Variable
from loyaltystudy.survey._scores import scale_mean, scale_scores, turned
from loyaltystudy.survey._shared_moments import SharedMoments, moments_table, shared_table
from loyaltystudy.survey._shipped import data_folder
from loyaltystudy.survey._waves import wave_notes


@dataclass(frozen=True, eq=False)
class Study(BaseStudy):
    """Answers, one row a respondent, and their codebook.

    Attributes
    ----------
    codebook : Codebook
    answers : DataFrame
        Respondent x column: codes as floats, missing answers NaN, items as they were asked.
    shared_moments : DataFrame or None
        For a study whose answers may not ship: moments of all complete rows together, as in
        ``data/<study>/moments.csv``.
    shared_estimates : DataFrame or None
        With them, the errors of registered comparisons: ``data/<study>/estimates.csv``.
    unused : tuple of str
        Columns of the file that the codebook does not mention.
    notes : tuple of str
        What to know of how the file was read: encoding, decimal comma, labels in other words,
        previews and unfinished answers, weights of 0 or less, weighting to margins.
    raking : Raking or None
        Of a study weighted to margins: what rakes the weights of replicates again.

    Examples
    --------
    >>> import loyaltystudy as ls
    >>> study = ls.load_study("mobile-ecsi")
    >>> study.n, study.answers.shape[0], study.codebook.measures("loyalty").name
    (250, 250, 'loyalty')
    """

    codebook: Codebook
    answers: pd.DataFrame
    shared_moments: pd.DataFrame | None = None
    shared_estimates: pd.DataFrame | None = None
    unused: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    raking: Raking | None = None

    @property
    def n(self) -> int:
        """Respondents."""
        if len(self.answers) or self.shared_moments is None:
            return len(self.answers)
        return int(self.shared_moments["n"].iloc[0])

    @cached_property
    def answered(self) -> Collection[str]:
        return dict.fromkeys(self.answers.columns)

    def keyed(self, items) -> pd.DataFrame:
        """Answers to some items with reversed ones turned: low + high - x, by declared range."""
        book = self.codebook.items
        unknown = [item for item in items if item not in book]
        if unknown:
            raise SurveyError(f"Items not in the codebook: {unknown}. Known: {[*book][:12]}.")
        absent = [item for item in items if item not in self.answers]
        if absent:
            raise SurveyError(f"Study '{self.name}' has no answers to {absent}.")
        keyed = self.answers[list(items)].copy()
        for item in items:
            if book[item].reversed:
                keyed[item] = turned(book[item], keyed[item])
        return keyed

    def scores(self) -> pd.DataFrame:
        scales = [scale for scale in self.codebook.scales.values() if self.has_answers(scale.name)]
        return scale_scores(self.codebook, self.answers, scales)

    def measures(self, construct: str) -> Scale | Variable | None:
        known = self.__dict__.setdefault("_known_measures", {})
        if construct not in known:
            known[construct] = super().measures(construct)
        return known[construct]

    def column(self, name: str) -> np.ndarray:
        """Scores of a scale, or answers to an item or a variable; kept as long as the study is."""
        known = self.__dict__.setdefault("_known_columns", {})
        if name not in known:
            scale = self.codebook.scales.get(name)
            scored = scale and scale_mean(self.codebook, scale, self.column)
            known[name] = self.answers[name].to_numpy() if scored is None else scored
        return known[name]

    def item_moments(self, scales: Iterable[str]) -> dict[str, GroupedMoments]:
        work = ItemSums.of(self.codebook, scales)
        return work.finished(work(self), self.n)

    def item_rows(self, items: Iterable[str]) -> pd.DataFrame:
        return self.keyed(items)

    def rows(self, names: Iterable[str]) -> pd.DataFrame | None:
        names = list(names)
        if not all(self.has_answers(name) for name in names):
            return None
        table, variables = self.columns([*names, *self._design()]), self.codebook.variables
        nominal = [n for n in names if n in variables and variables[n].kind == "nominal"]
        return table.astype(dict.fromkeys(nominal, "category"))

    def _design(self) -> list[str]:
        """The columns that say how respondents were drawn."""
        design = self.codebook.design
        used = [name for name in (design.weight, design.cluster, design.strata) if name]
        if absent := [name for name in used if name not in self.answers]:
            raise SurveyError(f"Study '{self.name}' has no answers to {absent}, of its design.")
        return used

    def raking_of(self, people: pd.Index) -> Raking | None:
        if not self.codebook.design.margins:
            return None
        if self.raking is None:
            raise SurveyError(
                f"Study '{self.name}' has margins to which its answers are not weighted. Read them "
                "with read_study, or take `margins` out of the codebook's design."
            )
        return self.raking.of_people(people)

    def columns(self, names: Iterable[str]) -> pd.DataFrame:
        """Scores of scales and answers to variables, by name."""
        scales = self.codebook.scales
        asked = [scales[name] for name in names if name in scales]
        scores = scale_scores(self.codebook, self.answers, asked)
        return pd.DataFrame({n: (scores if n in scales else self.answers)[n] for n in names})

    def moments(self, names: Iterable[str]) -> GroupedMoments:
        names = list(names)
        if all(self.has_answers(name) for name in names):
            work = GroupedSums.of(self.codebook, names)
            return work.finished(work(self), self.n)
        if self.shared_moments is None:
            raise SurveyError(f"Study '{self.name}' has no answers to all of {names} at hand.")
        m = SharedMoments.from_table(self.shared_moments, self.shared_estimates)
        return GroupedMoments(m, self.codebook.respondents, "from moments in place of rows")

    def has(self, name: str) -> bool:
        return self.has_answers(name) or self.has_moments(name)

    def has_moments(self, name: str) -> bool:
        """Whether the shared moments hold a scale or variable."""
        shared = self.shared_moments
        return shared is not None and name in set(shared["variable"].str.split("=").str[0])

    def in_memory(self) -> Study:
        return self

    def at_wave(self, wave: float) -> Study:
        """The study at one time: a row a respondent, who name the rows; nobody is a cluster."""
        design = self.codebook.design
        if design.wave is None:
            raise SurveyError(f"Study '{self.name}' has no waves; declare `design: wave:`.")
        rows = self.answers[self.answers[design.wave] == wave]
        if rows.empty:
            waves = [f"{w:g}" for w in sorted(self.answers[design.wave].unique())]
            raise SurveyError(f"Study '{self.name}' has no wave {wave!r}. Waves: {waves}.")
        book = replace(self.codebook, design=replace(design, wave=None, cluster=None))
        people = identifiers(rows[design.respondent])
        rows = rows.set_axis(pd.Index(people, name="respondent"))
        notes = tuple(n for n in self.notes if n not in wave_notes(self.answers, design))
        return replace(self, codebook=book, answers=rows, notes=notes)

    def __repr__(self) -> str:
        absent = [c for c in self.codebook.columns if c not in self.answers]
        shared = [c for c in absent if self.has_moments(c)]
        absent = [c for c in absent if c not in shared]
        rows = f"{self.n} respondents, {self.answers.shape[1]} columns"
        lines = self.described(rows, {"From moments only": shared, "Not at hand": absent})
        return "\n".join([lines, *(f"Note: {note}" for note in self.notes)])

    def _repr_html_(self) -> str:
        head, *lines = map(escape, repr(self).splitlines())
        rest = "".join(f"<li>{line}</li>" for line in lines)
        return f"<p><b>{head}</b></p>" + (f"<ul>{rest}</ul>" if rest else "")


def read_study(
    answers,
    codebook,
    *,
    encoding: str | None = None,
    delimiter: str | None = None,
    decimal: str | None = None,
    sheet: str | None = None,
    limit: float | None = None,
    unfinished: str = "keep",
) -> Study:  # of data in partitions another BaseStudy
    """Read your own survey: answers and the codebook that says what they mean.

    Parameters
    ----------
    answers : str, Path or DataFrame
        A file (CSV, XLSX, Parquet, .sav, .dta; exports of LimeSurvey, Qualtrics and form tools)
        or a frame, one row a respondent. Or a Dask DataFrame or a folder of Parquet files, for
        more rows than memory holds: ``pip install loyaltystudy[scale]``.
    codebook : str, Path or Codebook
        The codebook, or the path of its YAML file or folder.
    encoding, delimiter, decimal, sheet, limit : optional
        Of a file, where it leaves a doubt: as in :func:`~loyaltystudy.survey.read_table`.
    unfinished : {"keep", "leave out"}
        What to do with previews and answers that were broken off, where the survey tool's own
        columns tell them (Qualtrics, LimeSurvey). Either is said in ``notes``.

    Returns
    -------
    Study
        Simulated, whatever the codebook says, if the file is one that
        :func:`loyaltystudy.write_study` wrote of simulated answers.
        Of a Dask DataFrame or folder a :class:`~loyaltystudy.outofcore.PartitionedStudy`: all
        rows have been checked, none is in memory.

    Raises
    ------
    SurveyError
        With every problem of the codebook, or every problem of the answers, at once.

    Examples
    --------
    >>> import pandas as pd
    >>> from loyaltystudy.survey import make_codebook
    >>> book = make_codebook({
    ...     "study": "mine", "title": "Mine", "population": "customers",
    ...     "items": {"t1": {"answers": {"range": [1, 7]}}, "t2": {"answers": {"range": [1, 7]}}},
    ...     "scales": {"trust": {"construct": "trust", "items": ["t1", "t2"]}}})
    >>> read_study(pd.DataFrame({"t1": [1, 5], "t2": [2, 6]}), book)
    Study 'mine': 2 respondents, 2 columns, population customers
    >>> read_study(pd.DataFrame({"t1": [1, 9], "t2": [2, 6]}), book)
    Traceback (most recent call last):
        ...
    loyaltystudy.errors.SurveyError: answers (row 1 is the first respondent): 1 problem.
    - column 't1': 9 is not among 1..7 (whole numbers), in row 2.
    """
    book = codebook if isinstance(codebook, Codebook) else load_codebook(codebook)
    if reader := reader_of_partitions(answers):
        return reader.open_study(answers, book)
    if isinstance(answers, pd.DataFrame):
        return _study(answers, book, unfinished=unfinished)
    cells = {"encoding": encoding, "delimiter": delimiter, "decimal": decimal}
    table = read_table(answers, **cells, sheet=sheet, limit=limit)
    return _study(table, book, called=Path(answers).name, unfinished=unfinished)


def load_study(name: str, *, source: str = "auto") -> Study:
    """Load an open study by name.

    Parameters
    ----------
    name : str
        A name in :func:`list_studies`.
    source : {"auto", "shipped"}
        Where rows do not ship, ``"auto"`` takes the file where it is at hand or can be fetched,
        else moments; ``"shipped"`` takes only what is installed, the same everywhere.

    Returns
    -------
    Study
        Where answers may not ship, ``shared_moments`` stands in for them.

    Raises
    ------
    SurveyError
        If the name is unknown, or nothing of the study is at hand.

    Examples
    --------
    >>> load_study("mobile-ecsi")
    Study 'mobile-ecsi': 250 respondents, 24 columns, population customers
    """
    if source not in ("auto", "shipped"):
        raise SurveyError(f"source={source!r} is not known. Take 'auto' or 'shipped'.")
    if name not in SOURCES:
        raise SurveyError(
            f"No study {name!r}.{did_you_mean(name, SOURCES)} Known: {sorted(SOURCES)}."
        )
    book, origin = load_codebook(data_folder() / name), SOURCES[name]
    if origin.shipped:
        return Study(book, origin.shipped())
    shared, errors = (_shipped_table(name, file) for file in ("moments.csv", "estimates.csv"))
    if source == "auto" and origin.full:
        try:
            return _study(origin.full(), book)
        except WrongFile:
            raise
        except SurveyError:
            if shared is None:
                raise
    if shared is None:
        raise SurveyError(f"No rows or moments of study {name!r} ship. Take source='auto'.")
    columns = pd.DataFrame(index=pd.RangeIndex(0, name="respondent"))
    return Study(book, columns, shared_moments=shared, shared_estimates=errors)


def _shipped_table(name: str, file: str) -> pd.DataFrame | None:
    """A table that ships in place of a study's rows, if there is one."""
    path = data_folder() / name / file
    if not path.is_file():
        return None
    return moments_table(path) if file == "moments.csv" else shared_table(path)


def _study(raw, book: Codebook, called: str = "answers", unfinished: str = "keep") -> Study:
    raw, said = rows_kept(raw, unfinished)
    book = as_written(raw.attrs, book)
    answers = check_answers(raw, book, name=called, optional=True)
    known = columns_used(raw, book)
    unused = tuple(str(c) for c in raw.columns if c not in known)
    notes = (*said, *reading_notes(raw, book, find_columns(raw, book)[0]))
    notes += (*wave_notes(answers, book.design),)
    raking = None
    if book.design.margins:
        answers, raking, more = raked_answers(answers, book)
        notes += (*more,)
    return Study(book, answers, unused=unused, notes=notes, raking=raking)


def as_written(attrs: dict, book: Codebook) -> Codebook:
    """Answers that we wrote as simulated stay so under any codebook."""
    provenance = attrs.get("provenance")
    if not isinstance(provenance, dict) or provenance.get("kind") != "simulated":
        return book
    return replace(book, kind="simulated", population="simulated")


def list_studies() -> pd.DataFrame:
    """List the open studies that :func:`load_study` knows.

    Returns
    -------
    DataFrame
        ``name``, ``kind``, ``n``, ``title``, ``licence``, ``available``: ``rows`` (they ship),
        ``fetched`` (rows lie in the folder of fetched files), ``moments`` (these ship, rows can be
        fetched), ``fetch`` (rows can be fetched), ``wrong file`` (a file at hand is not what it
        should be: damaged, cut short or changed).

    Examples
    --------
    >>> list_studies().set_index("name").loc["mobile-ecsi", "available"]
    'rows'
    """
    rows = []
    for name, origin in SOURCES.items():
        book = load_codebook(data_folder() / name)
        ships = "moments" if (data_folder() / name / "moments.csv").is_file() else "fetch"
        available = "rows" if origin.shipped else "fetched" if origin.here else ships
        available = "wrong file" if wrong_files(*origin.files) else available
        rows.append((name, book.kind, book.respondents, book.title, book.licence, available))
    return pd.DataFrame(rows, columns=["name", "kind", "n", "title", "licence", "available"])
