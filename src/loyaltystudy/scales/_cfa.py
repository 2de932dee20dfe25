"""Confirmatory factor analysis of one group."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from loyaltystudy.display import as_html, as_text
from loyaltystudy.errors import SurveyError
from loyaltystudy.scales._estimator import Fitted, fit_model, group_moments
from loyaltystudy.scales._fit_indices import FIT_COLUMNS, fit_indices
from loyaltystudy.scales._inputs import (
    Items,
    Scales,
    check_confidence,
    complete_items,
    need_more_rows_than_items,
    need_positive_definite,
)
from loyaltystudy.scales._layout import FACTOR, LOADING, RESIDUAL, build_layout


@dataclass(frozen=True, eq=False)
class Cfa:
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

    def __repr__(self) -> str:
        return as_text(self.header, self._tables())

    def _repr_html_(self) -> str:
        return as_html(self.header, self._tables())


def cfa(
    answers: pd.DataFrame,
    scales: Scales,
    *,
    ordinal: bool = False,
    resamples: int = 200,
    confidence: float = 0.95,
    seed: int = 0,
) -> Cfa:
    r"""Fit one factor per scale, factors free to correlate, each item on its own factor only.

    .. math:: \Sigma = \Lambda \Psi \Lambda' + \Theta, \qquad diag(\Psi) = 1

    Maximum likelihood minimises :math:`\log|\Sigma| + tr(S\Sigma^{-1}) - \log|S| - p`. With
    ``ordinal=True`` the polychoric correlations are fitted by unweighted least squares, and
    standard errors come from ``resamples`` bootstrap draws (0 for none).

    Parameters
    ----------
    answers : DataFrame
        One row a respondent, one column an item, reversed items already turned. Rows without an
        answer to every item are left out and counted.
    scales : mapping of str to sequence of str
        Items of each scale, at least two a scale, no item in two scales.
    ordinal : bool
        For items with five or fewer categories.
    resamples, seed : int
        Bootstrap draws for the ordinal standard errors, and their seed.
    confidence : float
        Level of the intervals, between 0 and 1.

    Returns
    -------
    Cfa

    Raises
    ------
    SurveyError
        If items are unknown, constant, shared by scales or linearly dependent, if there are too
        few rows, or if the model is not identified or does not converge.

    Notes
    -----
    A naive chi-square of unweighted least squares has no chi-square distribution; the ordinal
    model therefore shows its SRMR alone.

    In R: ``lavaan::cfa(model, data, std.lv = TRUE)``; ordinal:
    ``lavaan::cfa(model, data, std.lv = TRUE, ordered = TRUE, estimator = "ULS")``.

    References
    ----------
    Joreskog, K. G. (1969). A general approach to confirmatory maximum likelihood factor analysis.
    Psychometrika 34, 183-202.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> rng = np.random.default_rng(1)
    >>> trust = rng.normal(size=400)
    >>> data = pd.DataFrame({f"t{i}": 0.8 * trust + 0.6 * rng.normal(size=400) for i in range(4)})
    >>> cfa(data, {"trust": ["t0", "t1", "t2", "t3"]}).loadings[["item", "loading"]].round(2)
      item  loading
    0   t0     0.77
    1   t1     0.76
    2   t2     0.74
    3   t3     0.80
    """
    check_confidence(confidence)
    items = complete_items(answers, scales, least=2)
    problems = need_more_rows_than_items(items.n, items.names)
    if not problems and not ordinal:
        problems = need_positive_definite(np.cov(items.answers.T), items.names)
    if problems:
        raise SurveyError(problems, heading="cfa")
    if ordinal:
        from loyaltystudy.scales._ordinal import fit_ordinal

        return fit_ordinal(items, resamples=resamples, confidence=confidence, seed=seed)
    fitted = fit_model(build_layout(items.scales), [group_moments(items.answers)])
    return collect(
        items,
        fitted,
        standardised(fitted),
        fit=fit_indices(fitted),
        method="maximum likelihood",
        confidence=confidence,
    )


class LoadingEstimates(NamedTuple):
    """Standardised loadings, their covariance, and standard errors of factor correlations."""

    loadings: np.ndarray
    covariance: np.ndarray
    errors: np.ndarray


def standardised(fitted: Fitted) -> LoadingEstimates:
    """Standardised maximum likelihood estimates.

    With unit factor variance the loading is :math:`l = \\lambda / \\sqrt{\\lambda^2 + \\theta}`;
    its covariance follows from that of the estimates by the delta method.
    """
    model, cells, p = fitted.matrices(), fitted.layout.cells[0], len(fitted.layout.items)
    own = model.loadings[np.arange(p), fitted.layout.home]
    spread = np.sqrt(own**2 + model.residuals)
    jacobian = np.zeros((p, fitted.layout.n_params))
    at, rest = cells.of(LOADING), cells.of(RESIDUAL)
    jacobian[cells.row[at], cells.param[at]] = (model.residuals / spread**3)[cells.row[at]]
    jacobian[cells.row[rest], cells.param[rest]] = (-own / (2 * spread**3))[cells.row[rest]]
    covariance = fitted.covariance
    at = cells.of(FACTOR)
    errors = np.sqrt(np.diag(covariance)[cells.param[at]])
    return LoadingEstimates(own / spread, jacobian @ covariance @ jacobian.T, errors)


def collect(
    items: Items,
    fitted: Fitted,
    estimates: LoadingEstimates,
    *,
    fit: dict[str, float],
    method: str,
    confidence: float,
    notes: tuple[str, ...] = (),
) -> Cfa:
    """Lay a fitted model out in tables."""
    from scipy.stats import norm

    z = norm.ppf((1 + confidence) / 2)
    loading, half = estimates.loadings, z * np.sqrt(np.diag(estimates.covariance))
    scale_of = [scale for scale, members in items.scales.items() for _ in members]
    loadings = pd.DataFrame({"scale": scale_of, "item": items.names, "loading": loading})
    loadings = loadings.assign(low=loading - half, high=loading + half, residual=1 - loading**2)
    cells, factors = fitted.layout.cells[0], np.array(list(items.scales), dtype=object)
    at = cells.of(FACTOR)
    row, col = cells.row[at], cells.col[at]
    between = fitted.matrices().factors[row, col]
    pairs = pd.DataFrame({"first": factors[col], "second": factors[row], "estimate": between})
    half = z * estimates.errors
    return Cfa(
        fit=pd.DataFrame([fit], columns=list(FIT_COLUMNS)),
        loadings=loadings,
        correlations=pairs.assign(low=between - half, high=between + half),
        loading_covariance=estimates.covariance,
        scales=items.scales,
        n=items.n,
        n_dropped=items.n_dropped,
        method=method,
        confidence=confidence,
        notes=notes + improper(fitted),
    )


def improper(fitted: Fitted, group: int = 0, where: str = "") -> tuple[str, ...]:
    """Plain words for estimates that no population can have (Heywood cases)."""
    model, notes = fitted.matrices(group), []
    for i in np.flatnonzero(model.residuals < 0):
        notes.append(
            f"Heywood case{where}: item '{fitted.layout.items[i]}' has the residual variance "
            f"{model.residuals[i]:.3g}, below zero. Do not trust its loading or its scale's "
            "AVE; look for an item that nearly repeats it, a scale of two items, or a small sample."
        )
    spread = np.sqrt(np.diag(model.factors))
    between = model.factors / np.outer(spread, spread)
    if len(between) > 1 and np.linalg.eigvalsh(between)[0] < 0:
        apart = np.abs(between - np.eye(len(between)))
        i, j = np.unravel_index(apart.argmax(), apart.shape)
        first, second = sorted((int(i), int(j)))
        notes.append(
            f"Heywood case{where}: the correlations between factors are not positive definite; "
            f"the largest is {between[first, second]:.3f}, '{fitted.layout.factors[first]}' with "
            f"'{fitted.layout.factors[second]}'. These scales may not be apart: join or drop one."
        )
    return tuple(notes)
