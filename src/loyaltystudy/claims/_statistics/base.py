"""What every statistic starts from: constructs as columns, and the jackknife of any moment."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from weakref import WeakKeyDictionary

import numpy as np
import pandas as pd

from loyaltystudy.claims._rules import Evidence
from loyaltystudy.explain import Frame, model_frame
from loyaltystudy.rsquared import Moments, as_units, jackknife
from loyaltystudy.scales import score
from loyaltystudy.survey import Study

LEVEL = 0.95
WEIGHT, CLUSTER = "(weight)", "(cluster)"
_SCORES: WeakKeyDictionary[Study, pd.DataFrame] = WeakKeyDictionary()


def _scores(study: Study) -> pd.DataFrame:
    """Claims ask for the scores of one study again and again; kept as long as the study is."""
    if study not in _SCORES:
        _SCORES[study] = score(study)
    return _SCORES[study]


def missing(study: Study, constructs: Sequence[str]) -> tuple[str, ...]:
    """Those of the constructs that the study does not measure."""
    return tuple(c for c in constructs if study.measures(c) is None)


def either(study: Study, *constructs: str) -> str:
    """The first of some constructs that the study measures, else the first."""
    return next((c for c in constructs if study.measures(c) is not None), constructs[0])


def names(study: Study, constructs: Sequence[str]) -> list[str]:
    """The scales or variables that measure constructs, each once."""
    return list(dict.fromkeys(study.measures(c).name for c in constructs))


def answered(study: Study, constructs: Sequence[str]) -> pd.DataFrame | None:
    """Answers by construct, rows complete, with weight and cluster; None without rows."""
    book, columns = study.codebook, {}
    for construct in constructs:
        name = study.measures(construct).name
        source = _scores(study) if name in book.scales else study.answers
        if name not in source:
            return None
        columns[construct] = source[name]
    design = book.design
    columns[WEIGHT] = study.answers[design.weight] if design.weight else 1.0
    columns[CLUSTER] = study.answers[design.cluster] if design.cluster else 0.0
    return pd.DataFrame(columns, index=study.answers.index).dropna()


def regression_frame(table: pd.DataFrame, outcome: str, columns: Sequence[str]) -> Frame:
    """A model frame of one outcome on some columns of an answered table."""
    clusters = pd.factorize(table[CLUSTER])[0] if np.ptp(table[CLUSTER]) > 0 else None
    return Frame(
        outcome,
        {"predictors": list(columns)},
        [],
        None,
        rows=table[[*columns, outcome]].astype(float),
        weights=table[WEIGHT].to_numpy(float),
        clusters=clusters,
    )


def frame_of(study: Study, outcome: str, constructs: Sequence[str]) -> Frame:
    """The frame of an outcome on constructs, from rows or else from shared moments."""
    table = answered(study, [outcome, *constructs])
    if table is not None:
        return regression_frame(table, outcome, constructs)
    own = names(study, constructs)
    return model_frame(study, study.measures(outcome).name, {"predictors": own})


def jackknifed(what: str, frame: Frame, statistic: Callable[[Moments], np.ndarray]) -> Evidence:
    """A statistic of the moments with its jackknife interval: rows, clusters or groups left out."""
    from scipy.stats import t as student

    whole, units = frame.whole, frame.groups
    if units is None:
        columns = tuple(frame.columns)
        units = as_units(frame.rows[frame.columns].to_numpy(), frame.weights, columns)
    estimate = float(statistic(whole))
    if not np.isfinite(estimate):
        return Evidence(what, missing=("answers that differ",))
    se = float(jackknife(estimate, statistic(whole - units))[0])
    freedom = len(units.n) - 1
    half = student.isf((1 - LEVEL) / 2, freedom) * se
    p = 2 * student.sf(abs(estimate) / se, freedom) if se > 0 else np.nan
    return Evidence(what, estimate, estimate - half, estimate + half, float(p), int(whole.n))


def betas(m: Moments, *, standardised: bool = True) -> np.ndarray:
    """Coefficients of the last column on all others, for every group at once."""
    matrix = m.correlation if standardised else m.cross
    return np.linalg.solve(matrix[..., :-1, :-1], matrix[..., :-1, -1:])[..., 0]


def needs_rows(what: str) -> Evidence:
    """For studies that are at hand as moments only."""
    return Evidence(what, missing=("answers by row",))


def declared_range(study: Study, construct: str) -> tuple[float, float]:
    """Declared range of a scale's items or of a variable."""
    book, entry = study.codebook, study.measures(construct)
    column = book.items[entry.items[0]] if entry.name in book.scales else entry
    return column.low, column.high


def midpoint(study: Study, construct: str) -> float:
    """Middle of the declared range of what measures a construct."""
    low, high = declared_range(study, construct)
    return (low + high) / 2


def lowest_quarter(study: Study, construct: str) -> Callable:
    """Picks answers in the lowest quarter of a construct's declared range."""
    if study.measures(construct) is None:
        return lambda x: x < -np.inf
    low, high = declared_range(study, construct)
    return lambda x: x <= low + (high - low) / 4
