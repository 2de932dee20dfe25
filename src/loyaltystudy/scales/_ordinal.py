"""Factor analysis of ordered categories: polychoric correlations, weighted least squares."""

import warnings

import numpy as np
import pandas as pd

from loyaltystudy.errors import SurveyError, SurveyWarning, refuse
from loyaltystudy.scales._factor_result import Cfa, LoadingEstimates, collect, improper_estimates
from loyaltystudy.scales._inputs import Items, complete_items
from loyaltystudy.scales._polychoric import Polychoric, polychoric_pairs
from loyaltystudy.scales._wlsmv import fit_dwls, robust_fit
from loyaltystudy.survey import Study

MOST_CATEGORIES = 11
METHOD = "weighted least squares on polychoric correlations (WLSMV{})"


def polychoric(data: Study | pd.DataFrame, items: list[str] | None = None) -> pd.DataFrame:
    r"""Polychoric correlation of every pair of items.

    The correlation of two normal variables whose cuts at thresholds give the cross table, by
    two-step maximum likelihood: thresholds from each item's own margin, then

    .. math:: \hat\rho = \arg\max_\rho \sum_{ij} n_{ij} \log \pi_{ij}(\rho).

    Of two items with two answers each and one empty cell the likelihood rises to 1 or -1; as lavaan
    does, half a person is moved into that cell, margins unchanged, and a warning says so.

    Parameters
    ----------
    data : Study or DataFrame
        Items as codes, at most 11 different ones each; rows with a gap are left out. Of a study,
        weighted as the codebook declares.
    items : list of str, optional
        Default: all columns of a frame.

    Returns
    -------
    DataFrame
        Symmetric, items by items.

    Raises
    ------
    SurveyError
        If the likelihood of a pair with empty cells rises to 1 or -1, naming the pair.

    Warns
    -----
    SurveyWarning
        Naming the pairs of two-answer items with an empty cell.

    Notes
    -----
    In R: ``lavaan::lavCor(answers, ordered = items)``. ``psych::tetrachoric`` adds the half without
    keeping the margins, so that its figures for an empty cell differ.

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
    if items is None and not isinstance(data, pd.DataFrame):
        raise SurveyError("items: name the items of the study whose correlations you want.")
    names = list(data.columns) if items is None else list(items)
    complete = complete_items(data, {"items": names}, least=2)
    pairs = _checked(complete, "polychoric")
    if pairs.filled.any():
        warnings.warn(_empty_cells(pairs, names), SurveyWarning, stacklevel=2)
    return pd.DataFrame(pairs.matrix, index=names, columns=names)


def fit_ordinal(items: Items, confidence: float) -> Cfa:
    """Fit the polychoric correlations of complete answers, with robust statistics."""
    pairs = _checked(items, "ordinal factor model")
    gamma = items.design.gamma(pairs.influence)
    fitted = fit_dwls(pairs.correlations, gamma, [*map(len, items.scales.values())], items.n)
    design = items.design.description()
    notes = [_empty_cells(pairs, items.names)] if pairs.filled.any() else []
    if np.linalg.eigvalsh(pairs.matrix)[0] <= 0:
        notes.append(
            "The polychoric correlation matrix is not positive definite: too few answers for so "
            "many items or categories."
        )
    residuals = 1 - fitted.loadings**2
    notes += improper_estimates(items.names, [*items.scales], residuals, fitted.factors)
    return collect(
        items,
        LoadingEstimates(fitted.loadings, fitted.factors, fitted.covariance),
        robust_fit(fitted, pairs.correlations, gamma),
        METHOD.format(f"; {design}" if design else ""),
        confidence,
        tuple(notes),
    )


def _checked(items: Items, where: str) -> Polychoric:
    """All pairs; raises for too many categories and for correlations that run to the edge."""
    problems = [
        f"Item '{name}': {count} different answers, polychoric correlations are for at "
        f"most {MOST_CATEGORIES}. Use ordinal=False."
        for name, count in zip(items.names, categories_of(items.answers), strict=True)
        if count > MOST_CATEGORIES
    ]
    refuse(problems, heading=where)
    pairs = polychoric_pairs(items.answers, items.weights)
    problems = edge_problems(items, pairs)
    refuse(problems, heading=where)
    return pairs


def edge_problems(items: Items, pairs: Polychoric | None = None) -> list[str]:
    """Pairs of items whose polychoric correlation runs to 1 or -1."""
    pairs = polychoric_pairs(items.answers, items.weights) if pairs is None else pairs
    first, second = np.triu_indices(len(items.names), 1)
    return [
        f"Items '{items.names[first[k]]}' and '{items.names[second[k]]}': the polychoric "
        f"correlation runs to {np.sign(pairs.correlations[k]):.0f}; {_empty(pairs.tables[k])} "
        "cells of their cross table are empty. Join categories or leave one item out."
        for k in np.flatnonzero(pairs.at_edge)
    ]


def categories_of(answers: np.ndarray) -> list[int]:
    """Different answers to each item."""
    return [len(np.unique(column[~np.isnan(column)])) for column in answers.T]


def _empty(table: np.ndarray) -> int:
    """Empty cells among the rows and columns that somebody chose."""
    return int((table[table.any(axis=1)][:, table.any(axis=0)] == 0).sum())


def _empty_cells(pairs: Polychoric, names: list[str]) -> str:
    first, second = np.triu_indices(len(names), 1)
    at = np.flatnonzero(pairs.filled)
    found = [f"'{names[first[k]]}' with '{names[second[k]]}'" for k in at[:5]]
    more = f" and {len(at) - 5} more pairs" if len(at) > 5 else ""
    return (
        f"Of {', '.join(found)}{more} one of the four cells is empty: half a person was moved into "
        "it, margins kept. Read these correlations with care."
    )
