"""What a factor model found, however it was fitted: standardised, in tables, with its warnings."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from loyaltystudy.display import ShownTables
from loyaltystudy.scales._estimator import Fitted
from loyaltystudy.scales._fit_indices import FIT_COLUMNS
from loyaltystudy.scales._inputs import Items
from loyaltystudy.scales._layout import FACTOR, LOADING, RESIDUAL

JUST_IDENTIFIED = (
    "Just-identified: the model has as many parameters as there are correlations, so it reproduces "
    "any answers. Chi-square 0, CFI 1 and RMSEA 0 say nothing of fit."
)


@dataclass(frozen=True, eq=False, repr=False)
class Cfa(ShownTables):
    """A fitted factor model; every loading and correlation is standardised.

    Attributes
    ----------
    fit : DataFrame
        One row: n, n_parameters, chi_square, df, p, cfi, tli, rmsea with its 90 % interval, srmr.
    loadings : DataFrame
        scale, item, loading, low, high, residual (share of the item's variance left unexplained).
    correlations : DataFrame
        first, second, estimate, low, high: correlations between factors.
    notes : tuple of str
        What a reader must know before using the numbers, such as a Heywood case.
    """

    fit: pd.DataFrame
    loadings: pd.DataFrame
    correlations: pd.DataFrame
    loading_covariance: np.ndarray
    scales: dict[str, list[str]]
    n: int
    n_dropped: int
    method: str
    confidence: float
    notes: tuple[str, ...]

    @property
    def table(self) -> pd.DataFrame:
        """The headline: the loadings."""
        return self.loadings

    @property
    def header(self) -> str:
        lines = [f"Factor model, {self.method}: n = {self.n}, {self.n_dropped} rows dropped."]
        return "\n".join([*lines, *(f"Note: {note}" for note in self.notes)])

    def _tables(self) -> dict[str, pd.DataFrame]:
        return {"fit": self.fit, "loadings": self.loadings, "correlations": self.correlations}


class LoadingEstimates(NamedTuple):
    """Standardised loadings, factor correlations, and the covariance of both in that order."""

    loadings: np.ndarray
    factors: np.ndarray
    covariance: np.ndarray


def standardised(fitted: Fitted, covariance: np.ndarray | None = None) -> LoadingEstimates:
    """Standardised maximum likelihood estimates.

    With unit factor variance the loading is :math:`l = \\lambda / \\sqrt{\\lambda^2 + \\theta}`;
    its covariance follows from that of the estimates (default: by normal theory, from expected
    information) by the delta method.
    """
    model, cells, p = fitted.matrices(), fitted.layout.cells[0], len(fitted.layout.items)
    own = model.loadings[np.arange(p), fitted.layout.home]
    spread = np.sqrt(own**2 + model.residuals)
    # (p loadings, then factor correlations) x parameters: dl/dlambda = theta / s^3 and
    # dl/dtheta = -lambda / 2 s^3 with s^2 = lambda^2 + theta; factors have unit variance already
    between = cells.of(FACTOR)
    jacobian = np.zeros((p + len(between), fitted.layout.n_params))
    at, rest = cells.of(LOADING), cells.of(RESIDUAL)
    jacobian[cells.row[at], cells.param[at]] = (model.residuals / spread**3)[cells.row[at]]
    jacobian[cells.row[rest], cells.param[rest]] = (-own / (2 * spread**3))[cells.row[rest]]
    jacobian[p + np.arange(len(between)), cells.param[between]] = 1
    covariance = fitted.covariance if covariance is None else covariance
    return LoadingEstimates(own / spread, model.factors, jacobian @ covariance @ jacobian.T)


def collect(
    items: Items,
    estimates: LoadingEstimates,
    fit: dict[str, float],
    method: str,
    confidence: float,
    notes: tuple[str, ...],
) -> Cfa:
    """Lay a fitted model out in tables."""
    from scipy.stats import norm

    p, loading = len(items.names), estimates.loadings
    half = norm.ppf((1 + confidence) / 2) * np.sqrt(np.diag(estimates.covariance))
    scale_of = [scale for scale, members in items.scales.items() for _ in members]
    loadings = pd.DataFrame({"scale": scale_of, "item": items.names, "loading": loading})
    ends = {"low": loading - half[:p], "high": loading + half[:p], "residual": 1 - loading**2}
    factors = np.array(list(items.scales), dtype=object)
    row, col = np.tril_indices(len(factors), -1)
    between = estimates.factors[row, col]
    pairs = pd.DataFrame({"first": factors[col], "second": factors[row], "estimate": between})
    if fit["df"] == 0:
        notes = (*notes, JUST_IDENTIFIED)
    return Cfa(
        fit=pd.DataFrame([fit], columns=list(FIT_COLUMNS)),
        loadings=loadings.assign(**ends),
        correlations=pairs.assign(low=between - half[p:], high=between + half[p:]),
        loading_covariance=estimates.covariance[:p, :p],
        scales=items.scales,
        n=items.n,
        n_dropped=items.n_dropped,
        method=method,
        confidence=confidence,
        notes=notes,
    )


def improper(fitted: Fitted, group: int = 0, where: str = "") -> tuple[str, ...]:
    """Plain words for estimates that no population can have (Heywood cases)."""
    model, layout = fitted.matrices(group), fitted.layout
    return improper_estimates(layout.items, layout.factors, model.residuals, model.factors, where)


def improper_estimates(
    items: Sequence[str], names: Sequence[str], residuals: np.ndarray, factors: np.ndarray, where=""
) -> tuple[str, ...]:
    """The same from residual variances and factor covariances."""
    notes = [
        f"Heywood case{where}: item '{items[i]}' has the residual variance "
        f"{residuals[i]:.3g}, below zero. Do not trust its loading or its scale's "
        "AVE; look for an item that nearly repeats it, a scale of two items, or a small sample."
        for i in np.flatnonzero(residuals < 0)
    ]
    spread = np.sqrt(np.diag(factors))
    between = factors / np.outer(spread, spread)
    if len(between) > 1 and np.linalg.eigvalsh(between)[0] < 0:
        apart = np.abs(between - np.eye(len(between)))
        i, j = np.unravel_index(apart.argmax(), apart.shape)
        first, second = sorted((int(i), int(j)))
        notes.append(
            f"Heywood case{where}: the correlations between factors are not positive definite; "
            f"the largest is {between[first, second]:.3f}, '{names[first]}' with "
            f"'{names[second]}'. These scales may not be apart: join or drop one."
        )
    return tuple(notes)
