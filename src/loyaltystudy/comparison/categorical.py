"""Blocks compared for an outcome of two values or of ordered values: by pseudo-R², each named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from loyaltystudy.comparison.blocks import wrong_numbers
from loyaltystudy.comparison.frame import Frame, model_frame
from loyaltystudy.comparison.orderedlogit import fit_ordered
from loyaltystudy.comparison.pseudor2 import LABELS, pseudo_r2, pseudo_r2_without
from loyaltystudy.comparison.result import BlockComparison
from loyaltystudy.comparison.tables import differences_table, measures_table
from loyaltystudy.errors import SurveyError
from loyaltystudy.heart.estimates import Estimates
from loyaltystudy.heart.subsets import subset_r2
from loyaltystudy.study import Study

MOST_BLOCKS = 8  # 256 models, each with its leave-one-out values


@dataclass(frozen=True, eq=False, repr=False)
class CategoricalComparison(BlockComparison):
    """What :func:`compare_blocks_categorical` found.

    As :class:`BlockComparison`, every R² being the pseudo-R² named in ``measure``. These are not
    linear R²: set none of them beside one, nor beside another pseudo-R².

    Attributes
    ----------
    measure : str
        ``mcfadden``, ``nagelkerke``, ``tjur`` or ``mckelvey_zavoina``.
    categories : tuple of float
        The outcome's values in order.
    logliks : ndarray, shape (2**k,)
        Log-likelihood of every subset of blocks.
    simple : bool
        Neither weights nor clusters, so that likelihood-ratio tests hold.
    """

    measure: str = ""
    categories: tuple[float, ...] = ()
    logliks: np.ndarray | None = None
    simple: bool = True

    @property
    def steps(self) -> pd.DataFrame:
        """Blocks entered one after the other, with likelihood-ratio tests of what each adds.

        ``step, block, pseudo_r2, added, chi2, df, p``. Not valid for weighted or clustered data,
        where the tests are NaN.
        """
        from scipy.stats import chi2

        rows, entered = [], 0
        for step, (block, columns) in enumerate(self.blocks.items()):
            before, entered = entered, entered | 1 << step
            ratio = 2 * (self.logliks[entered] - self.logliks[before]) if self.simple else np.nan
            row = {"step": step + 1, "block": block, "pseudo_r2": self.values[entered]}
            row |= {"added": self.values[entered] - self.values[before], "chi2": ratio}
            rows.append(row | {"df": len(columns), "p": chi2.sf(ratio, len(columns))})
        return pd.DataFrame(rows)

    def wide(self) -> pd.DataFrame:
        """The table to read: a row a block, the adjusted estimate with its interval."""
        return super().wide().drop(columns=["alone_cv", "unique_cv"])

    def header(self) -> str:
        """One line: the outcome, which pseudo-R², n and what was left out."""
        model = "binary" if len(self.categories) == 2 else f"{len(self.categories)} ordered values"
        return (
            f"{self.outcome} ({model}): {LABELS[self.measure]} {self.r2:.3f} "
            f"(adjusted {self.r2_adjusted:.3f}; not a linear R²), n {self.n}, "
            f"{self.n_dropped} dropped"
        )


def compare_blocks_categorical(
    data,
    outcome: str,
    blocks=None,
    *,
    controls: Sequence[str] = (),
    measure: str = "mcfadden",
    confidence: float = 0.95,
    resamples: int = 0,
    seed: int = 0,
) -> CategoricalComparison:
    r"""Compare how much of a binary or ordinal outcome each block of predictors explains.

    Every subset of blocks is fitted by maximum likelihood: a logit model for two values, the
    proportional-odds model for 3 to 10 ordered values,

    .. math:: P(y \le j) = \Lambda(\tau_j - x'\beta), \qquad \Lambda(a) = 1 / (1 + e^{-a})

    and the measures of :func:`compare_blocks` (alone, unique, dominance, share) are taken of a
    pseudo-R², with *l* the log-likelihood, :math:`l_0` that of the thresholds alone:

    - ``mcfadden``: :math:`1 - l / l_0`
    - ``nagelkerke``: :math:`(1 - e^{2(l_0 - l)/n}) / (1 - e^{2 l_0 / n})`
    - ``tjur`` (binary only): mean fitted probability of the higher value among those who gave
      it, less the mean among those who did not
    - ``mckelvey_zavoina``: :math:`\mathrm{Var}(x'\hat\beta) / (\mathrm{Var}(x'\hat\beta) +
      \pi^2/3)`, the R² of the latent continuous answer (variance with divisor *n*)

    Parameters
    ----------
    data : Study or DataFrame
        As in :func:`compare_blocks`; rows with a missing value are left out and counted.
    outcome : str
        Two values (numbers, booleans), or 3 to 10 ordered ones (numbers, an ordered category).
    blocks, controls
        As in :func:`compare_blocks`.
    measure : {"mcfadden", "nagelkerke", "tjur", "mckelvey_zavoina"}
    confidence : float
    resamples, seed : int
        Bootstrap draws for how often a dominance pattern recurs (``.complete``); the intervals
        need none.

    Returns
    -------
    CategoricalComparison
        ``adjusted`` is the estimate less its jackknife bias: under no effect a raw pseudo-R² lies
        above zero. Intervals: the jackknife with noncentral chi² of
        :func:`~loyaltystudy.heart.intervals.explained_interval`, each row (or cluster) left out by
        one Newton step. At n 300 these 95 % intervals covered .943 to .990, highest at zero effect
        (300 simulations a cell, ``benchmarks/categorical_coverage.csv``).

    Raises
    ------
    SurveyError
        For an outcome of one value, more than ten or unordered ones; for predictors that separate
        the outcome (their coefficients run off to infinity), named; and as
        :func:`compare_blocks`.

    Notes
    -----
    The models take the effect of a predictor on the log-odds to be linear and, for ordered
    values, the same at every threshold. Weights multiply the log-likelihood, scaled to mean 1.
    Tjur's and McKelvey and Zavoina's measure may fall when a block is added: unique may be
    negative. R: ``MASS::polr``, ``glm(family = binomial)``; ``domir::domir`` with a pseudo-R².

    References
    ----------
    McFadden (1974), in Zarembka (ed.), Frontiers in Econometrics, 105-142. Nagelkerke (1991),
    Biometrika 78, 691-692. Tjur (2009), The American Statistician 63, 366-372. McKelvey & Zavoina
    (1975), Journal of Mathematical Sociology 4, 103-120.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> trust, age = rng.normal(size=(2, 400))
    >>> stays = trust + rng.logistic(size=400) > 0
    >>> table = pd.DataFrame({"stays": stays, "trust": trust, "age": age})
    >>> found = compare_blocks_categorical(table, "stays", {"bonds": ["trust"], "who": ["age"]})
    >>> print(found.header())
    stays (binary): McFadden's pseudo-R² 0.112 (adjusted 0.108; not a linear R²), n 400, 0 dropped
    """
    _check_arguments(measure, confidence, resamples)
    frame = model_frame(_numbered(data, outcome), outcome, blocks, controls)
    problem = as_problem(frame, measure)
    values, without, logliks = problem.subsets(problem.y, problem.w, True)
    found = Estimates.from_units(values, without)
    bias = found.bias if frame.controls else np.r_[0.0, found.bias[1:]]
    adjusted = values - bias
    return CategoricalComparison(
        table=measures_table(frame, found, adjusted, confidence),
        differences=differences_table(frame, found, adjusted, confidence),
        outcome=outcome,
        blocks=frame.blocks,
        controls=frame.controls,
        n=len(problem.y),
        n_dropped=frame.n_dropped,
        r2=float(values[-1]),
        r2_adjusted=float(adjusted[-1]),
        r2_cv=float("nan"),
        values=values,
        confidence=confidence,
        notes=(*frame.notes, *_design_notes(frame)),
        draws=_bootstrap(problem, resamples, seed) if resamples else None,
        adjusted=adjusted,
        found=found,
        measure=measure,
        categories=problem.categories,
        logliks=logliks,
        simple=not _design_notes(frame),
    )


def _check_arguments(measure: str, confidence: float, resamples: int) -> None:
    problems = []
    if measure not in LABELS:
        problems.append(f"measure={measure!r} is not known; take one of {[*LABELS]}.")
    problems += wrong_numbers(confidence, resamples)
    if problems:
        raise SurveyError(problems)


def _numbered(data, outcome: str):
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
    if outcome not in data or pd.api.types.is_numeric_dtype(data[outcome]):
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
class _Problem:
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


def as_problem(frame: Frame, measure: str) -> _Problem:
    """The arrays of a comparison, after a check of the outcome."""
    y, names = frame.rows[frame.outcome].to_numpy(), frame.columns[:-1]
    categories, codes, counts = np.unique(y, return_inverse=True, return_counts=True)
    _check_outcome(frame.outcome, categories, counts, measure)
    if len(frame.blocks) > MOST_BLOCKS:
        raise SurveyError(
            f"{len(frame.blocks)} blocks; at most {MOST_BLOCKS} are compared at once. Join some."
        )
    blocks = list(frame.blocks.values())
    subset_r2(frame.whole, frame.outcome, blocks, frame.controls)  # names what is collinear
    x, w = frame.rows[names].to_numpy(), frame.weights / frame.weights.mean()
    x = x - w @ x / w.sum()
    x = x / np.sqrt(w @ x**2 / w.sum())
    at = {name: i for i, name in enumerate(names)}
    held = [at[c] for c in frame.controls]
    members = [[*held, *(at[c] for j, b in enumerate(blocks) if s >> j & 1 for c in b)]
               for s in range(1 << len(blocks))]  # fmt: skip
    units = np.arange(len(x)) if frame.clusters is None else frame.clusters
    return _Problem(x, codes, w, units, names, members, tuple(map(float, categories)), measure)


def _check_outcome(outcome: str, categories, counts, measure: str) -> None:
    if len(categories) < 2:
        raise SurveyError(f"The outcome {outcome!r} is constant: there is nothing to explain.")
    if len(categories) > 10:
        raise SurveyError(
            f"The outcome {outcome!r} has {len(categories)} values; 2 to 10 are needed. Take "
            "compare_blocks for a scale, or join values."
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


def _design_notes(frame: Frame) -> tuple[str, ...]:
    weighted = frame.weights.min() != frame.weights.max()
    notes = ["log-likelihood weighted"] if weighted else []
    if frame.clusters is not None:
        notes.append("clusters left out whole")
    if frame.strata is not None:
        notes.append("strata not used, which leaves intervals wider than need be, as a rule")
    return tuple(notes)


def _bootstrap(problem: _Problem, resamples: int, seed: int) -> np.ndarray:
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
