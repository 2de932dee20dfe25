"""Factor analysis of ordered categories: polychoric correlations, unweighted least squares."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd

from loyaltystudy.errors import SurveyError
from loyaltystudy.scales._estimator import Fitted, GroupMoments, fit_model
from loyaltystudy.scales._fit_indices import FIT_COLUMNS, srmr
from loyaltystudy.scales._inputs import Items, Scales, complete_items
from loyaltystudy.scales._layout import build_layout

MOST_CATEGORIES = 11
AT_THE_EDGE = 0.99


def polychoric(answers: pd.DataFrame, items: list[str] | None = None) -> pd.DataFrame:
    r"""Polychoric correlation of every pair of items.

    The correlation of two normal variables whose cuts at thresholds give the cross table, by
    two-step maximum likelihood: thresholds from each item's own margin, then

    .. math:: \hat\rho = \arg\max_\rho \sum_{ij} n_{ij} \log \pi_{ij}(\rho).

    Computed by the package ordinalcorr, which returns 1 for tables with empty cells without a
    word: here that raises.

    Parameters
    ----------
    answers : DataFrame
        Items as codes, at most 11 different ones each; rows with a gap are left out.
    items : list of str, optional
        Default: all columns.

    Returns
    -------
    DataFrame
        Symmetric, items by items.

    Raises
    ------
    SurveyError
        If a pair with empty cells has a correlation above .99, naming the pair.

    Notes
    -----
    In R: ``lavaan::lavCor(answers, ordered = items)``.

    References
    ----------
    Olsson, U. (1979). Maximum likelihood estimation of the polychoric correlation coefficient.
    Psychometrika 44, 443-460.

    Examples
    --------
    >>> import pandas as pd
    >>> a, b = [1, 1, 2, 2] * 25 + [1, 2] * 50, [1, 2, 1, 2] * 25 + [1, 2] * 50
    >>> polychoric(pd.DataFrame({"a": a, "b": b})).round(3)
           a      b
    a  1.000  0.707
    b  0.707  1.000
    """
    names = list(answers.columns) if items is None else list(items)
    complete = complete_items(answers, {"items": names}, least=2)
    matrix, problems = _matrix(complete.answers, names)
    if problems:
        raise SurveyError(problems, heading="polychoric")
    return pd.DataFrame(matrix, index=names, columns=names)


def _matrix(values: np.ndarray, names: list[str]) -> tuple[np.ndarray, list[str]]:
    from ordinalcorr import polychoric as of_pair

    matrix, problems = np.eye(len(names)), []
    for name, column in zip(names, values.T, strict=True):
        count = len(np.unique(column))
        if count > MOST_CATEGORIES:
            problems.append(
                f"Item '{name}': {count} different answers, polychoric correlations are for at "
                f"most {MOST_CATEGORIES}. Use ordinal=False."
            )
    if problems:
        return matrix, problems
    for i, j in itertools.combinations(range(len(names)), 2):
        r = of_pair(values[:, i], values[:, j])
        matrix[i, j] = matrix[j, i] = r
        if not abs(r) < AT_THE_EDGE:
            table = pd.crosstab(values[:, i], values[:, j]).to_numpy()
            if (table > 0).all() and abs(r) < 1:
                continue
            problems.append(
                f"Items '{names[i]}' and '{names[j]}': the polychoric correlation runs to {r:.3f}; "
                f"{(table == 0).sum()} cells of their cross table are empty. Join categories or "
                "leave one item out."
            )
    return matrix, problems


def fit_ordinal(items: Items, *, resamples: int, confidence: float, seed: int):
    """Fit the polychoric matrix; standard errors from ``resamples`` draws of respondents."""
    from loyaltystudy.scales._cfa import LoadingEstimates, collect

    matrix, problems = _matrix(items.answers, items.names)
    if problems:
        raise SurveyError(problems, heading="ordinal factor model")
    fitted = _fit(items.scales, matrix, items.n)
    p, m = len(items.names), len(items.scales)
    draws, lost = _bootstrap(items, fitted, resamples, seed)
    notes = _notes(matrix, resamples, lost)
    covariance = np.full((p, p), np.nan)
    errors = np.full(m * (m - 1) // 2, np.nan)
    if len(draws) > 1:
        covariance = np.cov(draws[:, :p].T)
        errors = draws[:, p:].std(axis=0, ddof=1)
    fit = dict.fromkeys(FIT_COLUMNS, float("nan"))
    fit |= {"n": items.n, "n_parameters": fitted.layout.n_params - p, "srmr": srmr(fitted)}
    fit["df"] = p * (p - 1) // 2 - fit["n_parameters"]
    return collect(
        items,
        fitted,
        LoadingEstimates(_standard(fitted)[:p], covariance, errors),
        fit=fit,
        method="unweighted least squares on polychoric correlations",
        confidence=confidence,
        notes=notes,
    )


def _fit(scales: Scales, matrix: np.ndarray, n: int, start: np.ndarray | None = None) -> Fitted:
    moments = [GroupMoments(matrix, np.zeros(len(matrix)), n)]
    return fit_model(build_layout(scales), moments, least_squares=True, start=start)


def _standard(fitted: Fitted) -> np.ndarray:
    """Loadings, then factor correlations: with unit variances both are standardised already."""
    model, m = fitted.matrices(), len(fitted.layout.factors)
    return np.append(
        model.loadings[np.arange(len(model.loadings)), fitted.layout.home],
        model.factors[np.tril_indices(m, -1)],
    )


def _bootstrap(items: Items, fitted: Fitted, resamples: int, seed: int) -> tuple[np.ndarray, int]:
    from tqdm import tqdm

    rng, draws, lost = np.random.default_rng(seed), [], 0
    for _ in tqdm(range(resamples), desc="ordinal bootstrap", disable=None):
        drawn = items.answers[rng.integers(items.n, size=items.n)]
        if (np.ptp(drawn, axis=0) == 0).any():
            lost += 1
            continue
        matrix, problems = _matrix(drawn, items.names)
        try:
            again = None if problems else _fit(items.scales, matrix, items.n, fitted.x)
        except SurveyError:
            again = None
        if again is None:
            lost += 1
            continue
        draws.append(_standard(again))
    return np.array(draws), lost


def _notes(matrix: np.ndarray, resamples: int, lost: int) -> tuple[str, ...]:
    notes = []
    if np.linalg.eigvalsh(matrix)[0] <= 0:
        notes.append(
            "The polychoric correlation matrix is not positive definite: too few answers for so "
            "many items or categories."
        )
    if lost:
        notes.append(
            f"{lost} of {resamples} bootstrap draws had a constant item or a pair at the edge, or "
            "did not converge, and are left out: the intervals may be too narrow."
        )
    return tuple(notes)
