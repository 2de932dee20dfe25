"""Every subset of blocks fitted to an outcome of few values by maximum likelihood."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from loyaltystudy.errors import SurveyError
from loyaltystudy.explain._columns import check_labels
from loyaltystudy.explain._frame import Frame
from loyaltystudy.explain._ordered_logit import fit_ordered
from loyaltystudy.explain._pseudo_r2 import pseudo_r2, pseudo_r2_without
from loyaltystudy.survey import Study

MOST_VALUES = 11  # a recommendation from 0 to 10
MOST_BLOCKS = 8  # 256 models, each with its leave-one-out values


def numbered(data, outcome: str):
    """The data with the outcome as numbers in the order of its values."""
    if isinstance(data, Study):
        variable = data.codebook.variables.get(outcome)
        if variable is None or variable.kind != "nominal":
            return data
        if data.answers[outcome].nunique() > 2:
            raise SurveyError(_unordered(outcome, data.answers[outcome]))
        ordinal = replace(variable, kind="ordinal")
        variables = {**data.codebook.variables, outcome: ordinal}
        return replace(data, codebook=replace(data.codebook, variables=variables))
    if not isinstance(data, pd.DataFrame):
        raise SurveyError(f"data: a Study or DataFrame is needed, not {type(data).__name__}.")
    check_labels(data, [outcome])
    if pd.api.types.is_numeric_dtype(data[outcome]):
        return data
    column = data[outcome]
    if isinstance(column.dtype, pd.CategoricalDtype) and column.cat.ordered:
        codes = column.cat.codes.astype(float)
        return data.assign(**{outcome: codes.where(codes >= 0)})
    if set(column.dropna().unique()) <= {True, False}:
        return data.assign(**{outcome: column.map({True: 1.0, False: 0.0}).astype(float)})
    raise SurveyError(_unordered(outcome, column))


def _unordered(outcome: str, column: pd.Series) -> str:
    return (
        f"The outcome {outcome!r} has values without an order: {column.dropna().unique()[:5]}. "
        "Code it as numbers, or as pd.Categorical(..., categories=[...], ordered=True)."
    )


@dataclass(frozen=True, eq=False)
class Problem:
    """One comparison as arrays: standardised columns, outcome 0..K-1, units to leave out."""

    x: np.ndarray
    y: np.ndarray
    w: np.ndarray
    units: np.ndarray
    names: list[str]
    members: list[list[int]]  # columns of every subset of blocks, controls in
    categories: tuple[float, ...]
    measure: str

    def subsets(self, y, w, units: bool, rows=slice(None)):
        """Pseudo-R² of every subset, without each unit (or None), and log-likelihoods."""
        y = np.unique(y, return_inverse=True)[1]  # a draw may miss a rare value
        x, cuts = self.x[rows], int(y.max())
        values, logliks = np.empty(len(self.members)), np.empty(len(self.members))
        without = np.empty((len(self.members), self.units.max() + 1)) if units else None
        for subset, columns in enumerate(self.members):
            names = [self.names[c] for c in columns]
            part = x[:, columns]
            fit = fit_ordered(part, y, w, cuts, names)
            logliks[subset] = fit.loglik
            values[subset] = pseudo_r2(self.measure, fit, part, y, w)
            if units:
                without[subset] = pseudo_r2_without(self.measure, fit, part, y, w, self.units)
        return values, None if without is None else without.T, logliks


def as_problem(frame: Frame, measure: str) -> Problem:
    """The arrays of a comparison, after a check of the outcome."""
    y, names = frame.rows[frame.outcome].to_numpy(), frame.columns[:-1]
    categories, codes, counts = np.unique(y, return_inverse=True, return_counts=True)
    _check_outcome(frame.outcome, categories, counts, measure)
    if len(frame.blocks) > MOST_BLOCKS:
        raise SurveyError(
            f"{len(frame.blocks)} blocks; at most {MOST_BLOCKS} are compared at once. Join some."
        )
    frame.subset_r2(frame.whole)  # names what is collinear
    x, w = frame.rows[names].to_numpy(), frame.weights / frame.weights.mean()
    x = x - w @ x / w.sum()
    x = x / np.sqrt(w @ x**2 / w.sum())
    members = [frame.members(subset) for subset in range(1 << len(frame.blocks))]
    units = np.arange(len(x)) if frame.clusters is None else frame.clusters
    return Problem(x, codes, w, units, names, members, tuple(map(float, categories)), measure)


def _check_outcome(outcome: str, categories, counts, measure: str) -> None:
    if len(categories) < 2:
        raise SurveyError(f"The outcome {outcome!r} is constant: there is nothing to explain.")
    if len(categories) > MOST_VALUES:
        raise SurveyError(
            f"The outcome {outcome!r} has {len(categories)} values; 2 to {MOST_VALUES} are needed. "
            "Take compare_blocks for a scale, or join values."
        )
    rare = [f"{c:g}" for c, n in zip(categories, counts, strict=True) if n < 2]
    if rare:
        raise SurveyError(
            f"The outcome {outcome!r} has values given once only: {', '.join(rare)}. "
            "Join them with a neighbour."
        )
    if measure == "tjur" and len(categories) > 2:
        raise SurveyError(
            f"measure='tjur' is of two values; {outcome!r} has {len(categories)}. Take 'mcfadden'."
        )


def bootstrap(problem: Problem, resamples: int, seed: int) -> np.ndarray:
    """Pseudo-R² of every subset in draws of rows or clusters, which appear by their weight."""
    from tqdm import tqdm

    rng, units = np.random.default_rng(seed), problem.units.max() + 1
    draws = []
    for _ in tqdm(range(int(resamples)), desc="bootstrap", disable=None):
        times = np.bincount(rng.integers(units, size=units), minlength=units)[problem.units]
        rows = np.flatnonzero(times)
        w = problem.w[rows] * times[rows]
        try:
            draws.append(problem.subsets(problem.y[rows], w, False, rows)[0])
        except SurveyError as problem_of_draw:
            raise SurveyError(
                f"In a bootstrap draw: {problem_of_draw} Or take resamples=0."
            ) from None
    return np.stack(draws)
