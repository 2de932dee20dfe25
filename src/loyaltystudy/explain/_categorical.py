"""Blocks compared for an outcome of two values or of ordered values: by pseudo-R², each named."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from loyaltystudy.errors import refuse
from loyaltystudy.explain._blocks import wrong_numbers
from loyaltystudy.explain._comparison import BlockComparison
from loyaltystudy.explain._frame import Frame, model_frame
from loyaltystudy.explain._likelihoods import as_problem, bootstrap, numbered
from loyaltystudy.explain._pseudo_r2 import LABELS
from loyaltystudy.explain._tables import Variant, differences_table, measures_table
from loyaltystudy.rsquared import Estimates


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
    proportional-odds model for 3 to 11 ordered values,

    .. math:: P(y \le j) = \Lambda(\tau_j - x'\beta), \qquad \Lambda(a) = 1 / (1 + e^{-a})

    and the measures of :func:`compare_blocks` (alone, unique, dominance, share) are taken of a
    pseudo-R², with l the log-likelihood, l₀ that of the thresholds alone:

    - ``mcfadden``: 1 − l / l₀
    - ``nagelkerke``: (1 − exp(2(l₀ − l)/n)) / (1 − exp(2 l₀/n))
    - ``tjur`` (binary only): mean fitted probability of the higher value among those who gave
      it, less the mean among those who did not
    - ``mckelvey_zavoina``: Var(x'β̂) / (Var(x'β̂) + π²/3), the R² of the latent
      continuous answer (variance with divisor *n*)

    Parameters
    ----------
    data : Study or DataFrame
        As in :func:`compare_blocks`; rows with a missing value are left out and counted.
    outcome : str
        Two values (numbers, booleans), or 3 to 11 ordered ones (numbers, an ordered category).
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
        :func:`~loyaltystudy.rsquared._intervals.explained_interval`, each row (or cluster) left
        out by one Newton step. At n 300 and 1,000 these 95 % intervals covered .944 to .990,
        highest at zero effect (1,000 simulations a cell,
        ``benchmarks/results/categorical_coverage.csv``).

    Raises
    ------
    SurveyError
        For an outcome of one value, over eleven or unordered ones; for predictors that separate
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
    frame = model_frame(numbered(data, outcome), outcome, blocks, controls)
    problem = as_problem(frame, measure)
    values, without, logliks = problem.subsets(problem.y, problem.w, True)
    found = Estimates.from_units(values, frame.calibrated(values, without))
    bias = found.bias if frame.controls else np.r_[0.0, found.bias[1:]]
    variant = Variant(found, values - bias, frame.ranks)
    return CategoricalComparison(
        table=measures_table(frame.blocks, variant, confidence),
        differences=differences_table(frame.blocks, variant, confidence),
        outcome=outcome,
        blocks=frame.blocks,
        controls=frame.controls,
        n=len(problem.y),
        n_dropped=frame.n_dropped,
        r2=float(values[-1]),
        r2_adjusted=float(variant.adjusted[-1]),
        r2_cv=float("nan"),
        confidence=confidence,
        notes=(*frame.notes, *_design_notes(frame)),
        draws=bootstrap(problem, resamples, seed) if resamples else None,
        variants=(variant,),
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
    refuse(problems)


def _design_notes(frame: Frame) -> tuple[str, ...]:
    weighted = frame.weights.min() != frame.weights.max()
    notes = ["log-likelihood weighted"] if weighted else []
    if frame.clusters is not None:
        notes.append("clusters left out whole")
    if frame.strata is not None:
        notes.append("strata not used, which leaves intervals wider than need be, as a rule")
    return (*notes, *frame.held)
