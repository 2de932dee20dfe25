"""What every statistic starts from: constructs as columns, the design, and smooth functions."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from functools import wraps

import numpy as np
import pandas as pd

from loyaltystudy.claims._design import SampleDesign, design_means, quantile
from loyaltystudy.claims._rules import Evidence
from loyaltystudy.survey import Study

LEVEL = 0.95
MOST_AT_AN_END = 0.15  # of the answers to a question; our convention
WEIGHT, CLUSTER, STRATUM, RAKED = "(weight)", "(cluster)", "(stratum)", "(raked)"
Construct = str  # a construct by standard name; "a|b": the first of them that is measured
Constructs = Sequence[str]


def statistic(words: str, *, rows: bool = True):
    """Make a function of a study's columns into a statistic that a claim can name.

    The function below takes a table of the complete rows of its constructs (arguments declared
    ``Construct`` or ``Constructs``) after the study. The statistic takes the study and the same
    other arguments: constructs that are not measured, and studies at hand as moments only, give
    an Evidence that says so. ``words`` name the figure, with the arguments in braces; ``what``
    replaces them. With ``rows=False`` the function takes the study alone.
    """

    def decorate(function):
        signature = inspect.signature(function)
        taken = list(signature.parameters)[2 if rows else 1 :]
        kinds = {p: signature.parameters[p].annotation for p in taken}

        @wraps(function)
        def call(study: Study, *args, what: str = "", **kwargs) -> Evidence:
            bound = signature.bind(study, *((None,) if rows else ()), *args, **kwargs)
            bound.apply_defaults()
            named = {p: _resolved(study, bound.arguments[p], kinds[p]) for p in taken}
            asked = _constructs(named, kinds)
            said = what or _said(words, named)
            if absent := missing(study, asked):
                return Evidence(said, missing=absent)
            if not rows:
                return function(study, **named).but(what=said)
            table = answered(study, asked)
            if table is None:
                return needs_rows(said)
            found = function(study, table, **named).but(what=said)
            return least_behind(found, table[list(dict.fromkeys(asked))], table[WEIGHT])

        call.takes_seed = "seed" in taken
        return call

    return decorate


def _resolved(study: Study, value, kind: str):
    """Constructs with alternatives, as the ones that the study measures."""
    if kind == "Construct" and value:
        return either(study, *value.split("|"))
    if kind == "Constructs":
        return [either(study, *name.split("|")) for name in value]
    return value


def _constructs(named: dict, kinds: dict) -> list[str]:
    single = [v for p, v in named.items() if kinds[p] == "Construct" and v]
    several = [c for p, v in named.items() if kinds[p] == "Constructs" for c in v]
    return list(dict.fromkeys(single + several))


def _said(words: str, named: dict) -> str:
    """The name of a figure; ``{held}`` stands for what is held, if anything is."""
    held = _listed(named.get("given") or ())
    listed = {p: _listed(v) for p, v in named.items()}
    return words.format(**listed, held=f" given {held}" if held else "")


def _listed(value) -> str:
    return ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)


def missing(study: Study, constructs: Sequence[str]) -> tuple[str, ...]:
    """Those of the constructs that the study does not measure."""
    return tuple(c for c in constructs if study.measures(c) is None)


def either(study: Study, *constructs: str) -> str:
    """The first of some constructs that the study measures, else the first."""
    return next((c for c in constructs if study.measures(c) is not None), constructs[0])


def left_unasked(study: Study, causes: Sequence[str]) -> tuple[list[str], tuple[str, ...]]:
    """Common causes that a study measures, to be held, and those that it does not."""
    held = [c for c in causes if study.measures(c) is not None]
    return held, tuple(c for c in causes if c not in held)


def at_an_end(study: Study, constructs: Sequence[str], rows=slice(None)) -> tuple[str, ...]:
    """Constructs whose answers pile up at one end of their range: more than 15 %.

    An end of the scale cuts straight lines short and brings spreads close together: a bend, a
    product of two causes, or a difference of variances may be made by it alone.
    """
    found = []
    for construct in constructs:
        low, high = declared_range(study, construct)
        entry = study.measures(construct)
        asked = entry.items if entry.name in study.codebook.scales else (entry.name,)
        x = pd.DataFrame({name: study.column(name) for name in asked if name in study.answered})
        x = x.to_numpy(float)[rows]
        x = x[np.isfinite(x)]
        if len(x) and max((x == low).mean(), (x == high).mean()) > MOST_AT_AN_END:
            found.append(f"answers on {construct} clear of the ends of the scale")
    return tuple(found)


def names(study: Study, constructs: Sequence[str]) -> list[str]:
    """The scales or variables that measure constructs, each once."""
    return list(dict.fromkeys(study.measures(c).name for c in constructs))


def complete(study: Study, constructs: Sequence[str]) -> tuple[dict, np.ndarray] | None:
    """Answers by construct with the design's columns, and the complete rows; None without rows."""
    names = {c: study.measures(c).name for c in constructs}
    if not all(study.has_answers(name) for name in names.values()):
        return None
    return _complete(study, {c: study.column(name) for c, name in names.items()})


def _complete(study: Study, columns: dict) -> tuple[dict, np.ndarray]:
    """Complete rows of some columns and of the design's, which rows they are."""
    design, ones = study.codebook.design, np.ones(len(study.answers))
    columns = {**columns, WEIGHT: ones} | ({RAKED: ones} if design.margins else {})
    declared = {WEIGHT: design.weight, CLUSTER: design.cluster, STRATUM: design.strata}
    columns |= {label: study.column(name) for label, name in declared.items() if name}
    rows = np.flatnonzero(~np.any([pd.isna(values) for values in columns.values()], axis=0))
    return {c: np.asarray(values)[rows] for c, values in columns.items()}, rows


def answered(study: Study, constructs: Sequence[str]) -> pd.DataFrame | None:
    """Answers by construct, rows complete, with the design's columns; None without rows.

    Of raked weights the table carries what rakes them again.
    """
    found = complete(study, constructs)
    return None if found is None else _table(study, *found)


def with_design(study: Study, columns: dict) -> pd.DataFrame:
    """Complete rows of some columns beside those of the design."""
    return _table(study, *_complete(study, columns))


def _table(study: Study, columns: dict, rows: np.ndarray) -> pd.DataFrame:
    table = pd.DataFrame(columns, study.answers.index[rows], copy=False)
    table.attrs["raking"] = study.raking_of(table.index)
    return table


def design_of(table: pd.DataFrame) -> SampleDesign:
    """How the rows of an answered table were drawn."""
    raked = RAKED in table and bool(table[RAKED].any())
    raking = table.attrs["raking"] if raked else None
    return design_from(table, None if raking is None else raking.of_people(table.index))


def design_from(columns: Mapping, raking=None) -> SampleDesign:
    """How some rows were drawn, of the design's columns."""
    weights = np.asarray(columns[WEIGHT], float)
    codes = {c: pd.factorize(columns[c])[0] for c in (CLUSTER, STRATUM) if c in columns}
    clusters, strata = codes.get(CLUSTER), codes.get(STRATUM)
    several = clusters is not None and clusters.max(initial=0) + 1 < len(weights)
    return SampleDesign(
        weights,
        clusters if several else None,
        strata if strata is not None and strata.max(initial=0) > 0 else None,
        raking,
    )


def smooth(
    columns: dict[str, np.ndarray] | np.ndarray,
    design: SampleDesign,
    function: Callable[[np.ndarray], np.ndarray],
    *,
    smallest: int | None = None,
    note: str = "",
) -> Evidence:
    """A smooth function of the means of some columns, with the design's t interval."""
    u = np.column_stack(list(columns.values())) if isinstance(columns, dict) else columns
    means = design_means(u, design)
    value, se, _ = means.of(function)
    if not (np.isfinite(value) and np.isfinite(se)):
        return Evidence("", missing=("answers that differ",))
    half = quantile(LEVEL, means.freedom) * se
    ends = map(float, (value, value - half, value + half))
    smallest = design.n if smallest is None else smallest
    return Evidence("", *ends, n=design.n, note=note, smallest=smallest)


def behind(answers, group=None, weights=None) -> int:
    """People in the smallest group behind a figure of some answers, or of groups of people.

    Of each group those who gave another answer than most did, where most gave the same one: a share
    or a mean gives away how many they are, and what one of them said. Where all gave the same,
    nobody stands behind the figure, since it tells everybody's answer. One, where one person has
    more than half of the weights. Who has no weight stands behind nothing.

    Examples
    --------
    >>> behind([0, 0, 1, 1, 1]), behind([1, 2, 3, 4, 5]), behind([4] * 30 + [1, 7])
    (2, 5, 2)
    >>> behind([1] * 30), behind([1, 2] * 9, [0] * 16 + [1] * 2), behind([1, 2, 3], None, [1, 1, 9])
    (0, 1, 1)
    """
    answers = np.asarray(answers, float)
    cells = np.zeros(len(answers)) if group is None else np.asarray(group, float)
    weights = np.ones(len(answers)) if weights is None else np.asarray(weights, float)
    kept = (weights > 0) & np.isfinite(answers)
    answers, cells, weights = answers[kept], cells[kept], weights[kept]
    people = (_apart(answers[cells == c], weights[cells == c]) for c in np.unique(cells))
    return min(people, default=0)


def _apart(answers: np.ndarray, weights: np.ndarray) -> int:
    if 2 * weights.max() > weights.sum():
        return 1
    counts = np.unique(answers, return_counts=True)[1]
    most = int(counts.max())
    return len(answers) - most if len(counts) <= 2 or 2 * most > len(answers) else len(answers)


def lone(x: np.ndarray, weights) -> bool:
    """Whether one person makes more than half of how much a column differs.

    A slope or a correlation then tells how this one answered.

    >>> lone(np.array([2, 3, 2, 3, 48]), np.ones(5)), lone(np.array([2, 3, 2, 3]), np.ones(4))
    (True, False)
    >>> lone(np.array([]), np.array([]))
    False
    """
    if not np.sum(weights):  # nobody answered
        return False
    squares = weights * (x - np.average(x, weights=weights)) ** 2
    return bool(2 * squares.max() > squares.sum())


def least_behind(found: Evidence, columns: pd.DataFrame, weights) -> Evidence:
    """Evidence with the smallest group behind any of the columns that it is made of."""
    if found.missing or not len(columns):
        return found
    people = [behind(columns[c], weights=weights) for c in columns]
    own = found.n if found.smallest is None else found.smallest
    return found.but(smallest=min([own, *people]))


def adders(amounts) -> int:
    """People behind a sum: those who add to it; one, where one is more than half of it."""
    amounts = np.abs(np.asarray(amounts, float))
    if not len(amounts) or 2 * amounts.max() > amounts.sum():
        return min(len(amounts), 1)
    return int((amounts > 0).sum())


def products(x: np.ndarray, w: np.ndarray) -> np.ndarray:
    """Columns whose weighted means are the covariances of the columns of x, upper triangle."""
    centred = x - np.average(x, axis=0, weights=w)
    a, b = np.triu_indices(x.shape[1])
    return centred[:, a] * centred[:, b]


def least_squares(m: np.ndarray, columns: int, *, standardised: bool = True) -> np.ndarray:
    """Coefficients of the last column on all others, from covariances ``(..., upper triangle)``."""
    a, b = np.triu_indices(columns)
    cov = np.zeros((*m.shape[:-1], columns, columns))
    cov[..., a, b] = cov[..., b, a] = m
    if standardised:
        sd = np.sqrt(np.diagonal(cov, axis1=-2, axis2=-1))
        cov = cov / (sd[..., :, None] * sd[..., None, :])
    return np.linalg.solve(cov[..., :-1, :-1], cov[..., :-1, -1:])[..., 0]


def regression(
    table: pd.DataFrame,
    outcome: str,
    columns: Sequence[str],
    of: Callable[[np.ndarray], np.ndarray],
    *,
    standardised: bool = False,
    smallest: int | None = None,
) -> Evidence:
    """A smooth function of least-squares coefficients of an outcome on some columns."""
    x = table[[*columns, outcome]].to_numpy(float)
    design = design_of(table)
    flat = np.ptp(x, axis=0) == 0
    if flat.any():
        return Evidence("", missing=("answers that differ",))
    k = x.shape[1]
    if any(lone(column, design.weights) for column in x.T):
        smallest = 1

    def slopes(m: np.ndarray) -> np.ndarray:
        return of(least_squares(m, k, standardised=standardised))

    return smooth(products(x, design.weights), design, slopes, smallest=smallest)


def coefficients(table: pd.DataFrame, outcome: str, columns: Sequence[str]) -> np.ndarray:
    """Least-squares coefficients themselves, for notes."""
    x = table[[*columns, outcome]].to_numpy(float)
    w = table[WEIGHT].to_numpy(float)
    m = np.average(products(x, w), axis=0, weights=w)
    return least_squares(m, x.shape[1], standardised=False)


def standardised(table: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """The table with some columns at weighted mean 0 and standard deviation 1."""
    w, out = table[WEIGHT].to_numpy(float), {}
    for c in columns:
        x = table[c].to_numpy(float)
        middle = np.average(x, weights=w)
        sd = np.sqrt(np.average((x - middle) ** 2, weights=w))
        out[c] = (x - middle) / (sd or 1.0)
    return table.assign(**out)


def needs_rows(what: str) -> Evidence:
    """For studies that are at hand as moments only."""
    return Evidence(what, missing=("answers by row",))


def declared_range(study: Study, construct: str) -> tuple[float, float]:
    """Declared range of a scale's items or of a variable."""
    book, entry = study.codebook, study.measures(construct)
    column = book.items[entry.items[0]] if entry.name in book.scales else entry
    return column.low, column.high


def point(study: Study, construct: str, share: float) -> float:
    """Where a share of the declared range of what measures a construct is reached."""
    low, high = declared_range(study, construct)
    return low + share * (high - low)


def midpoint(study: Study, construct: str) -> float:
    """Middle of the declared range of what measures a construct."""
    return point(study, construct, 0.5)
