"""Do the items of a scale converge, and are the scales apart from one another?"""

import itertools

import numpy as np
import pandas as pd

from loyaltystudy.scales._design import RowDesign
from loyaltystudy.scales._factor_result import Cfa
from loyaltystudy.scales._inputs import Items, Scales, check_confidence, complete_items
from loyaltystudy.survey import Study


def correlation_draws(items: Items, resamples: int, seed: int) -> np.ndarray:
    """Correlation matrices of ``resamples`` bootstrap samples (draws x p x p).

    Of a simple sample n rows are drawn from n. Under a design, units (clusters, else rows) are
    drawn within strata, one fewer than there are, and weighted up (Rao, Wu & Yue 1992); raked
    weights are raked again.
    """
    rng, values = np.random.default_rng(seed), items.answers
    centred = values - values.mean(axis=0)
    out = np.empty((resamples, values.shape[1], values.shape[1]))
    for number in range(resamples):
        counts = _draw(items.design, rng)
        n = counts.sum()
        mean = counts @ centred / n
        cov = (centred * counts[:, None]).T @ centred / n - np.outer(mean, mean)
        spread = np.sqrt(np.diag(cov))
        with np.errstate(invalid="ignore", divide="ignore"):
            out[number] = cov / np.outer(spread, spread)
    return out


def _draw(design: RowDesign, rng: np.random.Generator) -> np.ndarray:
    """How much each row counts in one bootstrap sample."""
    n = len(design.weights)
    if design.simple:
        return np.bincount(rng.integers(n, size=n), minlength=n).astype(float)
    at = design.strata_of_units() if design.raking is None else design.raking.strata
    times = np.zeros(len(at))
    for stratum in range(at.max() + 1):
        # n - 1 of n units, weighted up by n / (n - 1): drawing n would make variances too small by
        # (n - 1) / n, which is a half in strata of two (Rao & Wu 1988)
        units = np.flatnonzero(at == stratum)
        drawn = rng.choice(units, size=len(units) - 1)
        times += np.bincount(drawn, minlength=len(at)) * len(units) / (len(units) - 1)
    if design.raking is not None:
        return design.raking.drawn(times)
    return design.weights * times[design.units]


def standardised_alpha(correlations: np.ndarray) -> np.ndarray:
    """Alpha from correlation matrices (..., k, k): k r / (1 + (k - 1) r), r their mean."""
    k = correlations.shape[-1]
    if k < 2:
        return np.full(correlations.shape[:-2], np.nan)
    mean = (correlations.sum(axis=(-2, -1)) - k) / (k * (k - 1))
    return k * mean / (1 + (k - 1) * mean)


def _percentiles(draws: np.ndarray, confidence: float) -> tuple[float, float]:
    draws = draws[np.isfinite(draws)]
    if len(draws) == 0:
        return float("nan"), float("nan")
    tail = (1 - confidence) / 2
    low, high = np.quantile(draws, [tail, 1 - tail])
    return float(low), float(high)


def reliability_table(model: Cfa, items: Items, draws: np.ndarray) -> pd.DataFrame:
    r"""Standardised alpha, composite reliability and average variance extracted.

    From the k standardised loadings l of a scale,

    .. math::
        \rho_C = \frac{(\sum l)^2}{(\sum l)^2 + \sum (1 - l^2)}, \qquad AVE = \frac1k \sum l^2 .

    Intervals of both by the delta method from the loadings' covariance; alpha's is the percentile
    interval of ``draws`` (see `correlation_draws`).
    """
    from scipy.stats import norm

    z = norm.ppf((1 + model.confidence) / 2)
    observed = items.correlations()
    rows = []
    for scale, members in items.scales.items():
        at = items.index(scale)
        block = np.ix_(at, at)
        loading, cov = model.loadings["loading"].to_numpy()[at], model.loading_covariance[block]
        # delta method: slopes of rho_c and of AVE in the scale's own standardised loadings (k,)
        total, rest = loading.sum(), (1 - loading**2).sum()
        rho = total**2 / (total**2 + rest)
        slope_rho = 2 * total * (rest + total * loading) / (total**2 + rest) ** 2
        ave, slope_ave = np.mean(loading**2), 2 * loading / len(at)
        half_rho, half_ave = (z * np.sqrt(s @ cov @ s) for s in (slope_rho, slope_ave))
        drawn = standardised_alpha(draws[:, at[:, None], at[None, :]])
        alpha = standardised_alpha(observed[block]), *_percentiles(drawn, model.confidence)
        spans = rho, rho - half_rho, rho + half_rho, ave, ave - half_ave, ave + half_ave
        rows.append((scale, len(members), items.n, *alpha, *spans))
    alpha = ["alpha_standardised", "alpha_low", "alpha_high"]
    spans = [f"{name}{end}" for name in ("rho_c", "ave") for end in ("", "_low", "_high")]
    return pd.DataFrame(rows, columns=["scale", "items", "n", *alpha, *spans])


def htmt(
    data: Study | pd.DataFrame,
    scales: Scales,
    *,
    resamples: int = 1000,
    confidence: float = 0.95,
    seed: int = 0,
) -> pd.DataFrame:
    r"""Heterotrait-monotrait ratio of every pair of scales, in both variants.

    .. math::
        HTMT_{ab} = \frac{\overline{|r_{ab}|}}{\sqrt{\overline{|r_{aa}|}\;\overline{|r_{bb}|}}}

    with means over the correlations between and within scales: arithmetic for ``htmt`` (2015),
    geometric for ``htmt2``. Intervals are percentiles of bootstrap draws.

    Parameters
    ----------
    data : Study or DataFrame
        Respondent by item, reversed items already turned; rows with a gap are left out. Of a
        study, weights, clusters and strata of its codebook enter.
    scales : mapping of str to sequence of str, or names of scales in the study's codebook
        A scale of one item counts as measured without error (monotrait mean 1), as in the R
        package seminr: its ratios are then too small.
    resamples, seed, confidence
        Bootstrap draws (0 for none), seed, and level of the interval.

    Returns
    -------
    DataFrame
        first, second, variant, estimate, low, high. Values near 1 (above .85 or .90) say that two
        scales are hardly apart.

    Raises
    ------
    SurveyError
        If items are unknown, constant, or shared by scales.

    Notes
    -----
    In R (semTools 0.5-6): ``htmt(model, data, htmt2 = FALSE)`` for ``htmt``; its default is
    ``htmt2 = TRUE``.

    References
    ----------
    Rao, J. N. K., Wu, C. F. J. & Yue, K. (1992). Some recent work on resampling methods for
    complex surveys. Survey Methodology 18, 209-217.
    Henseler, J., Ringle, C. M. & Sarstedt, M. (2015). A new criterion for assessing discriminant
    validity. Journal of the Academy of Marketing Science 43, 115-135.
    Roemer, E., Schuberth, F. & Henseler, J. (2021). HTMT2: an improved criterion for assessing
    discriminant validity. Industrial Management & Data Systems 121, 2637-2650.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> r = np.array([[1, .64, .3, .3], [.64, 1, .3, .3], [.3, .3, 1, .36], [.3, .3, .36, 1]])
    >>> root = np.linalg.cholesky(r)
    >>> z = np.linalg.qr(np.random.default_rng(0).normal(size=(100, 5)))[0]
    >>> z = np.linalg.qr(z - z.mean(axis=0))[0][:, :4]  # uncorrelated, so that r holds exactly
    >>> data = pd.DataFrame(z @ root.T, columns=list("abcd"))
    >>> htmt(data, {"one": ["a", "b"], "two": ["c", "d"]}, resamples=0)[["variant", "estimate"]]
      variant  estimate
    0    htmt     0.625
    1   htmt2     0.625
    """
    check_confidence(confidence)
    items = complete_items(data, scales)
    return htmt_table(items, correlation_draws(items, resamples, seed), confidence)


def htmt_table(items: Items, draws: np.ndarray, confidence: float) -> pd.DataFrame:
    """HTMT and HTMT2 from checked items and their correlation draws."""
    observed, rows = items.correlations(), []
    for first, second in itertools.combinations(items.scales, 2):
        at = items.index(first), items.index(second)
        for variant in ("htmt", "htmt2"):
            value = float(_ratio(observed[None], *at, geometric=variant == "htmt2")[0])
            low, high = _percentiles(_ratio(draws, *at, geometric=variant == "htmt2"), confidence)
            rows.append((first, second, variant, value, low, high))
    return pd.DataFrame(rows, columns=["first", "second", "variant", "estimate", "low", "high"])


def _ratio(r: np.ndarray, a: np.ndarray, b: np.ndarray, *, geometric: bool) -> np.ndarray:
    size = np.abs(r)

    def average(values: np.ndarray) -> np.ndarray:
        if values.shape[1] == 0:
            return np.ones(len(values))
        if not geometric:
            return values.mean(axis=1)
        with np.errstate(divide="ignore"):
            return np.exp(np.log(values).mean(axis=1))

    def within(at: np.ndarray) -> np.ndarray:
        i, j = np.triu_indices(len(at), 1)
        return average(size[:, at[i], at[j]])

    between = average(size[:, a[:, None], b[None, :]].reshape(len(size), len(a) * len(b)))
    return between / np.sqrt(within(a) * within(b))


def fornell_larcker(model: Cfa) -> pd.DataFrame:
    """Does each of two scales share more variance with its own items than with the other scale?

    Returns
    -------
    DataFrame
        first, second, correlation (between factors), squared, ave_first, ave_second, and ``holds``:
        whether both AVE exceed the squared correlation (Fornell & Larcker 1981).

    References
    ----------
    Fornell, C. & Larcker, D. F. (1981). Evaluating structural equation models with unobservable
    variables and measurement error. Journal of Marketing Research 18, 39-50.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> rng = np.random.default_rng(3)
    >>> f = rng.normal(size=(500, 2))
    >>> data = {f"{n}{i}": 0.8 * f[:, k] + 0.6 * rng.normal(size=500)
    ...         for k, n in enumerate("ab") for i in range(3)}
    >>> from loyaltystudy.scales._cfa import cfa
    >>> model = cfa(pd.DataFrame(data), {n: [f"{n}{i}" for i in range(3)] for n in "ab"})
    >>> fornell_larcker(model)[["first", "second", "holds"]]
      first second  holds
    0     a      b   True
    """
    ave = model.loadings.assign(ave=model.loadings["loading"] ** 2).groupby("scale")["ave"].mean()
    out = model.correlations[["first", "second", "estimate"]]
    out = out.rename(columns={"estimate": "correlation"})
    out["squared"] = out["correlation"] ** 2
    for side in ("first", "second"):
        out[f"ave_{side}"] = out[side].map(ave).astype(float)
    return out.assign(holds=out[["ave_first", "ave_second"]].min(axis=1) > out["squared"])
