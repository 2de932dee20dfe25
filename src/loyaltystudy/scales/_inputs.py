"""Answers, scales and design that every statistic here starts from; all problems at once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from loyaltystudy.errors import SurveyError, refuse
from loyaltystudy.rsquared import wrong_confidence
from loyaltystudy.scales._design import RowDesign, check_units, design_of, simple_design
from loyaltystudy.survey import BaseStudy, Study, make_codebook

Scales = Mapping[str, Sequence[str]] | Sequence[str] | str


@dataclass(frozen=True, eq=False)
class Items:
    """Answers to the items of some scales, their design, and how many rows were left out."""

    scales: dict[str, list[str]]
    answers: np.ndarray  # n x p, one column per item, in the order of the scales
    n_dropped: int
    design: RowDesign

    @property
    def names(self) -> list[str]:
        return [item for items in self.scales.values() for item in items]

    @property
    def n(self) -> int:
        return len(self.answers)

    @property
    def weights(self) -> np.ndarray:
        return self.design.weights

    def index(self, scale: str) -> np.ndarray:
        """Positions of a scale's items among all items."""
        return np.array([self.names.index(item) for item in self.scales[scale]])

    def moments(self) -> tuple[np.ndarray, np.ndarray]:
        """Weighted covariance (divisor n) and means of complete answers."""
        mean = np.average(self.answers, axis=0, weights=self.weights)
        away = self.answers - mean
        return (away * self.weights[:, None]).T @ away / self.weights.sum(), mean

    def correlations(self) -> np.ndarray:
        cov = self.moments()[0]
        spread = np.sqrt(np.diag(cov))
        return cov / np.outer(spread, spread)


@dataclass(frozen=True, eq=False)
class ScaleAnswers:
    """Keyed answers of a study, or a frame as it is, the scales asked for, and the design."""

    frame: pd.DataFrame
    scales: dict[str, list[str]]
    design: RowDesign
    left_out: int  # rows whose weight, cluster or stratum is not known


def source_of(data: Study | pd.DataFrame, scales: Scales) -> ScaleAnswers:
    """What ``data`` and ``scales`` name.

    Of a study the scales may be given by their names in the codebook; reversed items are turned,
    and weights, clusters and strata are those that the codebook declares. A frame is taken as it
    is, as a simple random sample.
    """
    if isinstance(data, pd.DataFrame):
        wanted = _as_lists(scales)
        return ScaleAnswers(data, wanted, simple_design(len(data)), 0)
    if not isinstance(data, BaseStudy):
        raise SurveyError(
            f"data: give a study or a DataFrame of answers, not {type(data).__name__}."
        )
    book = data.codebook.scales
    if isinstance(scales, Mapping):
        wanted = _as_lists(scales)
    else:
        wanted = {name: list(book[name].items) for name in known(scales, book, "scale")}
    design, rows = design_of(data)
    check_units(design)
    items = [item for own in wanted.values() for item in own]
    at_hand = list(dict.fromkeys(item for item in items if item in data.answers))
    return ScaleAnswers(data.keyed(at_hand)[rows], wanted, design, int((~rows).sum()))


def need_study(data: object) -> None:
    """An error that says how to come from a frame to a study."""
    if not isinstance(data, BaseStudy):
        raise SurveyError(
            f"A study is needed, not {type(data).__name__}: ls.read_study(answers, codebook)."
        )


def study_of(data: BaseStudy | pd.DataFrame) -> BaseStudy:
    """A study as it is; of a frame one whose columns are the items of one scale."""
    if not isinstance(data, pd.DataFrame):
        need_study(data)
        return data
    names = ["_".join(map(str, c)) if isinstance(c, tuple) else str(c) for c in data.columns]
    twice = [name for name in dict.fromkeys(names) if names.count(name) > 1]
    problems = [f"{name!r} stands twice in the data; keep one." for name in twice]
    columns = [_numbers(data.iloc[:, n]) for n in range(len(names))]
    problems += [f"{n!r} {said}" for n, (_, said) in zip(names, columns, strict=True) if said]
    if problems or not names:
        raise SurveyError(problems or "No columns: give the items of one scale.", heading="Items")
    values = pd.DataFrame(dict(zip(names, (v for v, _ in columns), strict=True)), index=data.index)
    low, high = np.nanmin([0.0, *values.min()]), np.nanmax([1.0, *values.max()])
    scale = next(name for name in ("items", "scale", "scale_") if name not in names)
    raw = {"study": "frame", "title": "Items of a DataFrame", "population": "public"}
    raw["items"] = {n: {"answers": {"range": [low, high], "whole": False}} for n in names}
    raw["scales"] = {scale: {"construct": "undecided", "items": names}}
    return Study(codebook=make_codebook(raw), answers=values)


def _numbers(column: pd.Series) -> tuple[np.ndarray, str]:
    """The answers as floats, and what is wrong with them."""
    nothing = np.full(len(column), np.nan)
    if isinstance(column.dtype, pd.CategoricalDtype):
        return nothing, "is a category; give its codes as numbers, e.g. with .cat.codes."
    if not pd.api.types.is_numeric_dtype(column) and column.notna().any():
        texts = column.dropna().map(lambda cell: isinstance(cell, str)).any()
        try:
            if texts or column.dtype.kind in "mM":
                raise TypeError
            column = column.astype(float)
        except (TypeError, ValueError):
            return nothing, f"holds {column.dtype}, not numbers; give the codes as numbers."
    if pd.api.types.is_complex_dtype(column):
        return nothing, "holds complex numbers; take their real parts."
    values = pd.Series(column).to_numpy(dtype=float, na_value=np.nan)
    return values, "is infinite somewhere; recode it." if np.isinf(values).any() else ""


def _as_lists(scales: Scales) -> dict[str, list[str]]:
    if not isinstance(scales, Mapping) or not scales:
        raise SurveyError("scales: give a mapping of scale name to item names, at least one scale.")
    return {
        name: [items] if isinstance(items, str) else list(items) for name, items in scales.items()
    }


def complete_items(
    data: Study | pd.DataFrame, scales: Scales, *, least: int = 1, gaps: bool = False
) -> Items:
    """Rows with an answer to every item of ``scales``; raises where no statistic could follow.

    ``least`` is the fewest items that a scale may have. With ``gaps`` rows with an answer to any
    item are kept.
    """
    return items_of(source_of(data, scales), least=least, gaps=gaps)


def items_of(source: ScaleAnswers, *, least: int = 1, gaps: bool = False) -> Items:
    """The same of answers whose source is known."""
    frame, scales = source.frame, source.scales
    problems = _naming_problems(frame.columns, scales, least)
    twice = sorted({str(c) for c in frame.columns[frame.columns.duplicated()]})
    problems += [f"Columns that stand twice in the answers: {twice}."] if twice else []
    refuse(problems, heading="scales")
    names = [item for items in scales.values() for item in items]
    frame = frame[names]
    problems = [
        f"Item '{name}': answers are {frame[name].dtype}, not numbers. Give the codes."
        for name in names
        if not pd.api.types.is_numeric_dtype(frame[name])
    ]
    refuse(problems, heading="answers")
    values = frame.to_numpy(dtype=float, na_value=np.nan)
    empty = np.isnan(values)
    rows = ~empty.all(axis=1) if gaps else ~empty.any(axis=1)
    kept = values[rows]
    problems = _value_problems(frame, values, kept, names)
    refuse(problems, heading="answers")
    design = source.design.of(rows)
    check_units(design)
    return Items(scales, kept, int((~rows).sum()) + source.left_out, design)


def _naming_problems(columns: pd.Index, scales: dict[str, list[str]], least: int) -> list[str]:
    problems, home = [], {}
    for scale, items in scales.items():
        if len(items) < least:
            problems.append(
                f"Scale '{scale}': {len(items)} item{'s' * (len(items) != 1)}, "
                f"this needs at least {least}. Leave the scale out."
            )
        missing = [item for item in items if item not in columns]
        if missing:
            near = [str(c) for c in columns if str(c)[:1] == str(missing[0])[:1]]
            problems.append(
                f"Scale '{scale}': items not in the answers: {missing}. "
                f"Columns starting with '{str(missing[0])[:1]}': {near}."
            )
        for item in items:
            if item in home:
                problems.append(
                    f"Item '{item}' is in scale '{home[item]}' and in scale '{scale}'. "
                    "Name scales that share no item."
                )
            home[item] = scale
    return problems


def _value_problems(
    frame: pd.DataFrame, values: np.ndarray, kept: np.ndarray, names: list[str]
) -> list[str]:
    """Infinite answers, too few rows, and items on which all agree."""
    rows, cols = np.nonzero(np.isinf(values))
    problems = [
        f"Item '{names[col]}', row {frame.index[row]!r}: {values[row, col]} is no answer."
        for row, col in zip(rows[:10], cols[:10], strict=True)
    ]
    if len(kept) < 3:
        blank = int(np.isnan(values).sum(axis=0).argmax())
        return [
            *problems,
            f"{len(kept)} rows answer all {len(names)} items, at least 3 are needed; "
            f"'{names[blank]}' is missing most often. Leave out items seldom answered.",
        ]
    for name, column in zip(names, kept.T, strict=True):
        given = column[~np.isnan(column)]
        if len(given) and np.ptp(given) == 0:
            problems.append(
                f"Item '{name}': all {len(given)} complete rows answer {given[0]:g}. "
                "A constant item cannot be analysed: leave it out."
            )
        elif not len(given):
            problems.append(f"Item '{name}': nobody answered it. Leave it out.")
    return problems


def need_more_rows_than_items(n: int, names: Sequence[str], where: str = "") -> list[str]:
    """A covariance matrix of p items has full rank only with more than p rows."""
    if n > len(names):
        return []
    return [
        f"{where}{n} complete rows for {len(names)} items: a covariance matrix of that many "
        f"items needs more than {len(names)} rows. Use fewer items or more answers."
    ]


def need_positive_definite(matrix: np.ndarray, names: Sequence[str], where: str = "") -> list[str]:
    """Name the items that make a covariance or correlation matrix singular or worse."""
    spread = np.sqrt(np.diag(matrix))
    values, vectors = np.linalg.eigh(matrix / np.outer(spread, spread))
    if values[0] > 1e-8:
        return []
    culprits = [names[i] for i in np.flatnonzero(np.abs(vectors[:, 0]) > 0.1)]
    return [
        f"{where}the correlation matrix is not positive definite (smallest eigenvalue "
        f"{values[0]:.2g}): items {culprits} depend on one another. Leave one of them out."
    ]


def check_confidence(confidence: float) -> None:
    """A level is a share between 0 and 1, not a percentage."""
    refuse(wrong_confidence(confidence))


def known(names: Iterable[str] | str, available: Iterable[str], what: str) -> list[str]:
    """``names`` as a list, or an error that lists what there is."""
    names, available = [names] if isinstance(names, str) else list(names), list(available)
    unknown = [name for name in names if name not in available]
    if unknown:
        raise SurveyError(f"No {what} named {unknown}. There are: {available}.")
    return names
