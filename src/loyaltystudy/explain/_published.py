"""Correlation tables seen in print, as moments that know what their columns measure."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from loyaltystudy.errors import SurveyError, did_you_mean, refuse
from loyaltystudy.rsquared import Moments
from loyaltystudy.survey import (
    Codebook,
    SharedMoments,
    Study,
    data_folder,
    make_codebook,
    read_yaml,
)

KEYS = {"name", "title", "source", "n", "population", "country", "columns", "correlations"}
COLUMN_KEYS = {"construct", "stands_in_for", "reliability", "items"}
WIDEST = 1e6  # declared range of a standardised score


@dataclass(frozen=True, eq=False)
class PublishedMoments(SharedMoments):
    """Moments of a published table: :func:`load_published`.

    Attributes
    ----------
    codebook : Codebook
        What each column measures, and of whom.
    source : str
    reliability : dict of str to float
        Alpha of each column, where it was printed.
    items : dict of str to int
        Questions behind each column, where it was printed.
    """

    codebook: Codebook | None = None
    source: str = ""
    reliability: dict[str, float] | None = None
    items: dict[str, int] | None = None

    def as_study(self) -> Study:
        """The table as a study of moments alone, for :func:`loyaltystudy.check_claims`."""
        lower = np.where(np.tri(len(self.columns), dtype=bool), self.cross, np.nan)
        table = pd.DataFrame(lower, columns=list(self.columns))
        counts = {"n": int(self.n), "weight": float(self.weight), "weight2": float(self.weight2)}
        table = table.assign(**counts, variable=list(self.columns), mean=self.mean)
        printed = {"reliability": self.reliability or {}, "items": self.items or {}}
        for what, given in printed.items():
            table[what] = [given.get(column, np.nan) for column in self.columns]
        nobody = pd.DataFrame(index=pd.RangeIndex(0, name="respondent"))
        return Study(self.codebook, nobody, shared_moments=table)


def list_published() -> pd.DataFrame:
    """Correlation tables seen in print that :func:`load_published` knows.

    Returns
    -------
    DataFrame
        ``name``, ``n``, ``population``, ``columns``, ``source``.

    Examples
    --------
    >>> list_published().set_index("name").loc["fitness-clubs-2023", "n"].item()
    300
    """
    tables = [load_published(path.stem) for path in sorted(_folder().glob("*.yaml"))]
    rows = [
        (m.codebook.study, int(m.n), m.codebook.population, ", ".join(m.columns), m.source)
        for m in tables
    ]
    return pd.DataFrame(rows, columns=["name", "n", "population", "columns", "source"])


def load_published(name: str) -> PublishedMoments:
    """A correlation table seen in print, by name, or from the path of a YAML file.

    Parameters
    ----------
    name : str
        In :func:`list_published`, or the path of a file of the same form: ``name``, ``title``,
        ``source``, ``n``, ``population``, ``columns`` (each with its ``construct``, or with
        ``stands_in_for`` and the reason; ``reliability`` and ``items`` where printed) and
        ``correlations`` as printed, whole and in the order of the columns.

    Raises
    ------
    SurveyError
        Naming keys that are not known or missing, constructs outside the vocabulary, and what makes
        the matrix impossible.

    Examples
    --------
    >>> import loyaltystudy as ls
    >>> table = load_published("gidakovic-zabkar-2021")
    >>> found = ls.compare_blocks(table, "loyalty", {"trust": ["trust"], "value": ["value"]})
    >>> found.table.query("measure == 'unique'")["adjusted"].round(2).tolist()
    [0.02, 0.16]
    """
    path = Path(name)
    if path.suffix != ".yaml":
        path = _folder() / f"{name}.yaml"
        if not path.is_file():
            known = sorted(p.stem for p in _folder().glob("*.yaml"))
            near = did_you_mean(name, known)
            raise SurveyError(f"No published table {name!r}.{near} Known: {known}.")
    raw = read_yaml(path)
    _check_keys(raw, path.name)
    columns = list(raw["columns"])
    table = pd.DataFrame(raw["correlations"], index=columns, columns=columns, dtype=float)
    m = Moments.from_correlations(table, n=int(raw["n"]))
    given = {name: entry or {} for name, entry in raw["columns"].items()}
    return PublishedMoments(
        **vars(m),
        codebook=_codebook(raw, given, path.name),
        source=str(raw["source"]),
        reliability={c: float(e["reliability"]) for c, e in given.items() if "reliability" in e},
        items={c: int(e["items"]) for c, e in given.items() if "items" in e},
    )


def _folder() -> Path:
    return data_folder() / "published"


def _check_keys(raw: dict, name: str) -> None:
    problems = [f"{key}: this key is not known." for key in sorted(set(raw) - KEYS)]
    needed = KEYS - {"country"}
    problems += [f"{key}: this key is required." for key in sorted(needed - set(raw))]
    columns = raw.get("columns") or {}
    for column, entry in columns.items():
        unknown = sorted(set(entry or {}) - COLUMN_KEYS)
        problems += [f"columns > {column} > {key}: this key is not known." for key in unknown]
    rows = raw.get("correlations") or []
    if any(len(row) != len(columns) for row in rows) or len(rows) != len(columns):
        problems.append(f"correlations: {len(columns)} rows of {len(columns)} numbers are needed.")
    refuse(problems, heading=name)


def _codebook(raw: dict, given: dict, name: str) -> Codebook:
    """A column of a table as a numeric variable of a codebook."""
    measured = ("construct", "stands_in_for")
    variables = {
        column: {
            "kind": "numeric",
            "answers": {"range": [-WIDEST, WIDEST]},
            **{key: entry[key] for key in measured if key in entry},
        }
        for column, entry in given.items()
    }
    top = ("title", "population", "country")
    book = {"study": raw["name"], "origin": raw["source"], "variables": variables}
    return make_codebook(book | {key: raw[key] for key in top if key in raw}, name)
