"""What an analysis keeps: tables, figures and data, each file written whole as it is made."""

from __future__ import annotations

import io
import json
import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path

import pandas as pd

from loyaltystudy.claims import Plan, deviations, read_plan
from loyaltystudy.errors import SurveyError, SurveyWarning
from loyaltystudy.explain import BlockComparison
from loyaltystudy.report._page import SMALLEST, withhold
from loyaltystudy.report._tables import write_figure, write_table
from loyaltystudy.report._translations import say, texts
from loyaltystudy.scales import screen, screening_rules
from loyaltystudy.survey import (
    Codebook,
    Study,
    constructs,
    csv_text,
    file_hash,
    load_codebook,
    read_study,
    write_whole,
)


@dataclass(frozen=True)
class NotPossible:
    """What stands where a result would: why there is none."""

    why: str

    def __repr__(self) -> str:
        return f"Not possible here: {self.why}"


@dataclass(frozen=True, eq=False)
class Results:
    """A study, its plan, and the folder that its results go to; made by :func:`open_results`."""

    study: Study
    out: Path
    about: dict
    plan: Plan | None = None

    @property
    def words(self) -> dict:
        """How plots speak here: the report's language, and what it calls the scales."""
        return {"language": self.about["language"], "labels": self.about["labels"]}

    @property
    def deviations(self) -> pd.DataFrame:
        """Departures from the plan that are known so far."""
        return pd.DataFrame(
            self.about["deviations"], columns=["deviation", "what", "planned", "found"]
        )

    def keep(self, name: str, function: Callable, *args, **options):
        """Compute something, write it, and hand it back.

        A table becomes ``tables/<name>.csv, .html, .tex``, a plot ``figures/<name>.svg, .png``,
        claims ``claims.csv`` too, scores ``scores.parquet`` alone. Where the study cannot give
        it, what comes back says why, and so does the report; warnings are told there too.

        Parameters
        ----------
        name : str
        function : callable
            Of ``*args`` and ``**options``, such as ``ls.reliability``.
        """
        stopped = next((a for a in args if isinstance(a, NotPossible)), None)
        if stopped is not None:
            return stopped
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always", SurveyWarning)
            try:
                result = function(*args, **options)
            except SurveyError as error:
                self._note(name, str(error))
                return NotPossible(str(error))
        for warning in told:
            if issubclass(warning.category, SurveyWarning):
                self._note(name, str(warning.message))
        return self._write(name, result)

    def _write(self, name: str, result):
        if name == "scores":
            buffer = io.BytesIO()
            result.to_parquet(buffer)
            write_whole(self.out / "scores.parquet", buffer.getvalue())
            return describe_scores(result)
        if name == "claims" and isinstance(result, pd.DataFrame):
            result = withhold(result)
            write_whole(self.out / "claims.csv", csv_text(result))
            self._departures(result)
            short = ["claim", "verdict", "measured", "n", "estimate", "low", "high"]
            self._typeset(name, result[short])
        elif isinstance(result, BlockComparison):
            self.about["comparison"] = {
                "r2": [result.r2, result.r2_adjusted, result.r2_cv],
                "n": result.n,
                "dropped": result.n_dropped or 0,
            }
            self._table(name, result.table)
        elif isinstance(result, pd.DataFrame):
            result = _withhold_rows(result)
            self._table(name, result)
        else:
            write_figure(result, self.out / "figures", name)
        self._tell()
        return result

    def _table(self, name: str, table: pd.DataFrame) -> None:
        write_whole(self.out / "tables" / f"{name}.csv", csv_text(table))
        self._typeset(name, table)

    def _typeset(self, name: str, table: pd.DataFrame) -> None:
        key = f"table {name}"
        title = say(key, self.about["language"]) if key in texts() else name
        write_table(
            table, self.out / "tables", name, f"{title}: {self.study.codebook.title}", **self.words
        )

    def _departures(self, claims: pd.DataFrame) -> None:
        if self.plan is not None:
            n = self.about["n"]
            found = deviations(self.plan, self.study.codebook, claims=claims, n=n)
            self.about["deviations"] = found.to_numpy().tolist()

    def _note(self, name: str, text: str) -> None:
        self.about["notes"].append([name, text])
        self._tell()

    def _tell(self) -> None:
        text = json.dumps(self.about, ensure_ascii=False, indent=1, sort_keys=True)
        write_whole(self.out / "about.json", text + "\n")


def open_results(answers, codebook, *, plan=None, out="results", language="en", name=None):
    """Open a study for analysis: the plan first, then the answers.

    Parameters
    ----------
    answers, codebook : path
    plan : path or None
        Of a ``plan.yaml``; its exclusions are carried out, departures from it listed.
    out : path
        Folder for the results; files of an earlier run are replaced one by one.
    language : {"en", "sv", "nb"}
        Of the report.
    name : str or None
        What to call the study; None takes the codebook's name.

    Returns
    -------
    Results

    Raises
    ------
    SurveyError
        For problems of plan, codebook or answers, and for under 10 respondents.
    """
    book = load_codebook(codebook)
    planned = read_plan(plan) if plan else None  # before any answer is read
    departed = deviations(planned, book) if planned else pd.DataFrame()
    study = read_study(answers, replace(book, study=name) if name else book)
    if study.n < SMALLEST:
        raise SurveyError(
            f"{Path(answers).name}: {study.n} respondents; a report needs {SMALLEST} at least, so "
            "that nobody can be recognised."
        )
    study, excluded = _exclude(study, planned)
    whose = (study.codebook.kind, study.codebook.population)
    about = {
        "study": study.name,
        "title": book.title,
        "population": whose[1],
        "n": study.n,
        "kind": "simulated" if "simulated" in whose else "real",
        "world": book.world if "simulated" in whose else "",
        "excluded": _few(excluded),
        "unused": len(study.unused),
        "language": language,
        "answers_sha256": file_hash(answers),
        "codebook_sha256": file_hash(_file(codebook)),
        "version": import_module("loyaltystudy").__version__,
        "notes": [],
        "comparison": None,
        "labels": _labels(book, language),
        "lock": planned.lock if planned else None,
        "planned": list(planned.claims) if planned else None,
        "deviations": departed.to_numpy().tolist(),
    }
    results = Results(study, Path(out), about, planned and _renamed(planned, book, name))
    results._tell()
    return results


def _renamed(plan: Plan, book, name: str | None) -> Plan:
    """Another name given for a study to stand beside others is no departure."""
    return plan if not name or plan.study != book.study else replace(plan, study=name).locked()


def _labels(book: Codebook, language: str) -> dict[str, str]:
    """What each scale is called in the report: as its construct, where it has one."""
    words = {name: entry["label"][language] for name, entry in constructs().items()}
    plain = {name: name.replace("_", " ") for name in book.scales}
    return {
        name: words.get(scale.construct or name, plain[name]) for name, scale in book.scales.items()
    }


def _file(codebook) -> Path:
    path = Path(codebook)
    return path / "codebook.yaml" if path.is_dir() else path


def _exclude(study: Study, plan: Plan | None) -> tuple[Study, int]:
    if plan is None or plan.careless == "keep":
        return study, 0
    flagged = screen(study)["careless"].to_numpy()
    if (~flagged).sum() < SMALLEST:
        raise SurveyError(
            f"Study '{study.name}': without careless respondents under {SMALLEST} are left."
        )
    return replace(study, answers=study.answers[~flagged]), int(flagged.sum())


def _few(count: int) -> int | str:
    """A count of people that may be shown."""
    return count if count == 0 or count >= SMALLEST else "few"


def screening_counts(study: Study) -> pd.DataFrame:
    """How many respondents each sign of careless answering flags.

    Returns
    -------
    DataFrame
        ``sign, careless_if, source`` and, last, all signs together: ``careless``. ``flagged`` is
        text: a count under 10 is told as such.
    """
    careless = int(screen(study)["careless"].sum())
    told = f"under {SMALLEST}" if _few(careless) == "few" else str(careless)
    rows = screening_rules()[["sign", "careless_if", "source"]].assign(flagged="")
    last = {"sign": "careless", "careless_if": "2 points or more", "source": "", "flagged": told}
    return pd.concat([rows, pd.DataFrame([last])], ignore_index=True)


def describe_scores(scores: pd.DataFrame) -> pd.DataFrame:
    """Scores in sum, no single one: ``scale, n, mean, sd``; under 10 people withheld."""
    rows = {
        "scale": scores.columns,
        "n": scores.count().to_numpy(),
        "mean": scores.mean().to_numpy(),
        "sd": scores.std().to_numpy(),
    }
    return _withhold_rows(pd.DataFrame(rows))


def headline(study: Study) -> BlockComparison:
    """Loyalty explained by the blocks of the headline comparison that the study measures."""
    from loyaltystudy.explain import compare_blocks

    wanted = ("demographics", "sociological_background", "trust", "engagement", "emotional_bonds")
    outcome = study.measures("loyalty")
    if outcome is None:
        raise SurveyError(f"Study '{study.name}' does not measure loyalty.")
    members = {
        block: [m for m in study.codebook.blocks.get(block, ()) if study.has(m)] for block in wanted
    }
    members = {block: names for block, names in members.items() if names}
    if not members:
        raise SurveyError(f"Study '{study.name}' measures no block of {', '.join(wanted)}.")
    return compare_blocks(study, outcome.name, members)


def _withhold_rows(table: pd.DataFrame) -> pd.DataFrame:
    """Blank the figures of rows that rest on fewer than 10 people."""
    if "n" not in table:
        return table
    table = table.copy()
    figures = [c for c in table if table[c].dtype.kind == "f"]
    table.loc[table["n"] < SMALLEST, figures] = float("nan")
    return table
