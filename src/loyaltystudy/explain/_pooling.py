"""Several studies made one answer: block measures and correlations pooled by random effects."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field

import numpy as np
import pandas as pd

from loyaltystudy.errors import SurveyError, refuse
from loyaltystudy.explain._comparison import BlockComparison
from loyaltystudy.rsquared import (
    MEASURES,
    Moments,
    as_matrix,
    below_diagonal,
    corrected_correlation,
    pairs_of,
    pool_correlations,
    random_effects,
)

FEWEST = 3  # studies; fewer are listed, not pooled
FIGURES = ("estimate", "low", "high", "predict_low", "predict_high", "tau", "i2")


@dataclass(frozen=True, eq=False)
class PooledBlocks:
    """What :func:`pool_blocks` found.

    Attributes
    ----------
    table : DataFrame
        ``block, measure, k, estimate, low, high, predict_low, predict_high, tau, i2``.
    studies : DataFrame
        ``study, block, measure, n, estimate, low, high``: what was pooled, adjusted.
    confidence : float
    """

    table: pd.DataFrame
    studies: pd.DataFrame
    confidence: float = field(default=0.95)

    def __repr__(self) -> str:
        names = ", ".join(dict.fromkeys(self.studies["study"]))
        body = self.table.to_string(index=False, float_format="{:.3f}".format, na_rep="n/a")
        return f"{self.studies['study'].nunique()} studies: {names}\n{body}"


def pool_blocks(
    results: Sequence[BlockComparison] | Mapping[str, BlockComparison],
    *,
    confidence: float = 0.95,
) -> PooledBlocks:
    r"""Pool comparisons of the same blocks over studies, with what a new study may find.

    .. math:: \hat\theta_s \sim N(\mu, c / n_s + \tau^2), \qquad
              c = \frac1k \sum_s n_s SE_s^2

    with θ̂ₛ the adjusted measure of study *s*. Its sampling variance is taken at
    the average and not as its own squared standard error, which goes with the estimate: with its
    own the interval of a mean unique R² covers .75 at k 30, at the average .985. The rest is
    :func:`~loyaltystudy.rsquared._random_effects.random_effects`; an explained variance is never
    negative, so neither is the lower limit for a new study.

    Parameters
    ----------
    results : list of BlockComparison, or dict of study name to BlockComparison
        With equal block names, of different people.
    confidence : float

    Returns
    -------
    PooledBlocks
        Fewer than three studies are listed in ``studies``; their figures in ``table`` are NaN.

    Raises
    ------
    SurveyError
        If a result is no comparison, or blocks are not called the same.

    Examples
    --------
    >>> import loyaltystudy as ls
    >>> years = {name: ls.load_study(name) for name in ("haskell-2018", "haskell-2019")}
    >>> blocks = ["demographics", "sociological_background"]
    >>> found = {n: ls.compare_blocks(s, "loyalty", blocks) for n, s in years.items()}
    >>> pool_blocks(found).table[["block", "measure", "k", "estimate"]].head(2)
                         block measure  k  estimate
    0             demographics   alone  2       NaN
    1  sociological_background   alone  2       NaN
    """
    named = _by_study(results, BlockComparison, "results: comparisons of blocks")
    _check_blocks(named)
    studies = pd.concat([_figures(name, found) for name, found in named.items()])
    studies = studies.reset_index(drop=True)
    rows = []
    for (measure, block), part in studies.groupby(["measure", "block"], sort=False):
        row = {"block": block, "measure": measure, "k": len(part)}
        rows.append(row | _pooled(part, confidence))
    shown = studies.drop(columns="se")
    return PooledBlocks(pd.DataFrame(rows), shown, confidence)


def _by_study(given, kind: type, what: str) -> dict:
    """What is given of each study, all of one kind, by the study's name."""
    if not isinstance(given, Mapping):
        given = {f"study {i}": one for i, one in enumerate(given, 1)}
    wrong = [name for name, one in given.items() if not isinstance(one, kind)]
    if wrong or not given:
        raise SurveyError(f"{what} are needed; these are none: {wrong}.")
    return dict(given)


def _check_blocks(named: dict[str, BlockComparison]) -> None:
    first, *others = named.items()
    wanted = set(first[1].blocks)
    problems = [
        f"{name}: blocks {sorted(found.blocks)}, not {sorted(wanted)} as in {first[0]}."
        for name, found in others
        if set(found.blocks) != wanted
    ]
    refuse(problems, heading="Blocks must be called the same to be pooled")


def _figures(name: str, found: BlockComparison) -> pd.DataFrame:
    """Adjusted measures of one study with their standard errors."""
    table = found.table[found.table["measure"].isin(MEASURES)]
    errors = np.concatenate([found.found.se(of) for of in MEASURES.values()])
    table = table.assign(study=name, n=found.n, estimate=table["adjusted"], se=errors)
    return table[["study", "block", "measure", "n", "estimate", "low", "high", "se"]]


def _pooled(part: pd.DataFrame, confidence: float) -> dict:
    if len(part) < FEWEST or part["se"].isna().any():
        return dict.fromkeys(FIGURES, np.nan)
    n = part["n"].to_numpy(float)
    variance = (n * part["se"].to_numpy() ** 2).mean() / n
    found = random_effects(part["estimate"], variance, confidence=confidence)
    row = _shown(found)
    return row | {"predict_low": max(0.0, row["predict_low"])}


def _shown(found) -> dict:
    kept = asdict(found)
    figures = {name: float(kept[name]) for name in FIGURES if name in kept}
    return {"estimate": found.mean, **figures, "tau": float(np.sqrt(found.tau2))}


@dataclass(frozen=True, eq=False)
class PooledMoments:
    """What :func:`pool_moments` found.

    Attributes
    ----------
    table : DataFrame
        ``first, second, corrected, k, estimate, low, high, predict_low, predict_high, tau, i2``:
        a row a pair; a second one without the noise of the scales where reliabilities were given.
    correlation : DataFrame
        The pooled correlations, not corrected; NaN where fewer than three studies have a pair.
    """

    table: pd.DataFrame
    correlation: pd.DataFrame

    def __repr__(self) -> str:
        body = self.table.to_string(index=False, float_format="{:.3f}".format, na_rep="n/a")
        return f"Correlations of {len(self.correlation)} columns\n{body}"


def pool_moments(
    moments: Sequence[Moments] | Mapping[str, Moments],
    *,
    reliability: Sequence[Mapping[str, float]] | Mapping[str, Mapping[str, float]] | None = None,
    items: Sequence[Mapping[str, int]] | Mapping[str, Mapping[str, int]] | None = None,
    confidence: float = 0.95,
) -> PooledMoments:
    """Pool the correlations of several studies, with and without the noise of their scales.

    Means by the first stage of two-stage structural equation modelling
    (:func:`~loyaltystudy.rsquared._random_effects.pool_correlations`); what a new study may find by
    :func:`~loyaltystudy.rsquared._random_effects.prediction_interval` of each pair. Corrected
    correlations are pooled pair by pair.

    Parameters
    ----------
    moments : list of Moments, or dict of study name to Moments
        Columns of the same name measure the same; a study may lack some.
    reliability, items : list or dict like ``moments``
        Of each study: column to alpha, and column to number of items (1 where not given).
    confidence : float

    Raises
    ------
    SurveyError
        If there are no moments, or reliabilities outside 0 to 1.

    Notes
    -----
    With four-item scales and a true mean of .49 pooling without correction finds .39 and covers the
    truth in .55, .12 and .00 of cases (k 5, 10, 30), with it .94, .93 and .90
    (``benchmarks/results/pooling.md``). Always read both.

    Examples
    --------
    >>> from loyaltystudy.rsquared import Moments
    >>> def table(r):
    ...     names = ["bond", "loyalty"]
    ...     return pd.DataFrame([[1, r], [r, 1]], index=names, columns=names)
    >>> studies = [Moments.from_correlations(table(r), n=200) for r in (0.3, 0.4, 0.5)]
    >>> pool_moments(studies).table[["first", "second", "k", "estimate"]].round(2)
         first second  k  estimate
    0  loyalty   bond  3       0.4
    """
    named = _by_study(moments, Moments, "moments: Moments of studies")
    named = {name: m.total() if np.ndim(m.n) else m for name, m in named.items()}
    columns = list(dict.fromkeys(c for m in named.values() for c in m.columns))
    matrices = [_whole_matrix(m, columns) for m in named.values()]
    n = np.array([float(m.n_effective) for m in named.values()])
    correlation = np.full((len(columns),) * 2, np.nan)
    together = _often_enough(matrices)
    rows = _uncorrected(matrices, n, together, correlation, columns, confidence)
    if reliability is not None:
        alphas = _aligned(reliability, named)
        counts = _aligned(items or {}, named)
        rows += _corrected(matrices, n, columns, alphas, counts, confidence)
    frame = pd.DataFrame(correlation, index=columns, columns=columns)
    return PooledMoments(pd.DataFrame(rows), frame)


def _aligned(given, named: dict) -> list[Mapping]:
    """What belongs to each study, in order."""
    if isinstance(given, Mapping):
        return [given.get(name, {}) for name in named]
    if len(given) != len(named):
        raise SurveyError(f"{len(given)} reliabilities for {len(named)} studies; give one each.")
    return list(given)


def _whole_matrix(m: Moments, columns: list[str]) -> np.ndarray:
    r = np.full((len(columns),) * 2, np.nan)
    at = [columns.index(c) for c in m.columns]
    r[np.ix_(at, at)] = m.correlation
    return r


def _often_enough(matrices) -> list[int]:
    """Columns of which every pair stands in three studies at least; the rarest go first."""
    counts = np.sum([np.isfinite(r) for r in matrices], axis=0)
    kept = list(range(len(counts)))
    while len(kept) > 1 and counts[np.ix_(kept, kept)].min() < FEWEST:
        short = (counts[np.ix_(kept, kept)] < FEWEST).sum(axis=0)
        kept.pop(int(short.argmax()))
    return kept if len(kept) > 1 else []


def _uncorrected(matrices, n, together, correlation, columns, confidence) -> list[dict]:
    from scipy.special import ndtri

    pooled = {}
    if together:
        parts = [r[np.ix_(together, together)] for r in matrices]
        there = [np.isfinite(below_diagonal(r)).any() for r in parts]
        used = [r for r, some in zip(parts, there, strict=True) if some]
        found = pool_correlations(used, n[there])
        correlation[np.ix_(together, together)] = as_matrix(found.mean, len(together))
        half = ndtri((1 + confidence) / 2) * found.se
        for at, (i, j) in enumerate(pairs_of(len(together))):
            pooled[together[i], together[j]] = (found, at, half[at])
    rows = []
    for i, j in pairs_of(len(columns)):
        r = np.array([matrix[i, j] for matrix in matrices])
        row = {"first": columns[i], "second": columns[j], "corrected": False}
        row |= {"k": int(np.isfinite(r).sum()), **dict.fromkeys(FIGURES, np.nan)}
        if (i, j) in pooled:
            row |= _of_pair(r, n, *pooled[i, j], confidence)
        rows.append(row)
    return rows


def _of_pair(r, n, found, at, half, confidence) -> dict:
    mean, there = float(found.mean[at]), np.isfinite(r)
    variance = (1 - mean**2) ** 2 / n[there]
    single = random_effects(r[there], variance, confidence=confidence)
    return {
        "estimate": mean,
        "low": mean - half,
        "high": mean + half,
        "predict_low": single.predict_low,
        "predict_high": single.predict_high,
        "tau": float(np.sqrt(found.tau2[at])),
        "i2": float(found.i2[at]),
    }


def _corrected(matrices, n, columns, alphas, counts, confidence) -> list[dict]:
    bad = {c: a for study in alphas for c, a in study.items() if not 0 < a <= 1}
    if bad:
        raise SurveyError(f"reliability: {bad}; each lies above 0 and at most at 1.")
    rows = []
    for i, j in pairs_of(len(columns)):
        pair = (columns[i], columns[j])
        mean = np.nanmean([matrix[i, j] for matrix in matrices]) if len(matrices) else np.nan
        figures = []
        for matrix, size, alpha, count in zip(matrices, n, alphas, counts, strict=True):
            if np.isfinite(matrix[i, j]) and all(name in alpha for name in pair):
                noise = tuple(alpha[name] for name in pair)
                length = tuple(count.get(name, 1) for name in pair)
                v = (1 - mean**2) ** 2 / size
                figures.append(corrected_correlation(matrix[i, j], v, noise, length, size))
        row = {"first": pair[0], "second": pair[1], "corrected": True, "k": len(figures)}
        row |= dict.fromkeys(FIGURES, np.nan)
        if len(figures) >= FEWEST:
            y, v = np.array(figures).T
            row |= _shown(random_effects(y, v, confidence=confidence))
        rows.append(row)
    return rows
