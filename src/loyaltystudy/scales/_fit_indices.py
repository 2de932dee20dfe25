"""How well a factor model fits: chi-square, CFI, TLI, RMSEA and SRMR."""

from __future__ import annotations

import numpy as np

from loyaltystudy.scales._estimator import Fitted, GroupMoments

FIT_COLUMNS = (
    "n",
    "n_parameters",
    "chi_square",
    "df",
    "p",
    "cfi",
    "tli",
    "rmsea",
    "rmsea_low",
    "rmsea_high",
    "srmr",
)


def fit_indices(fitted: Fitted) -> dict[str, float]:
    r"""Fit of a maximum likelihood solution, by the formulas that lavaan uses.

    With :math:`\chi^2 = N F`, baseline :math:`\chi_0^2` of uncorrelated items and G groups

    .. math::
        CFI = 1 - \frac{\max(\chi^2 - df, 0)}{\max(\chi_0^2 - df_0, \chi^2 - df, 0)}, \quad
        TLI = \frac{\chi_0^2/df_0 - \chi^2/df}{\chi_0^2/df_0 - 1}, \quad
        RMSEA = \sqrt{G \max(\chi^2 - df, 0) / (N df)}.

    The RMSEA interval is the usual 90 %. SRMR is Bentler's, and counts means where they are
    modelled. Measures of a saturated model (df 0) are 1 (CFI, TLI) and 0 (RMSEA).
    """
    from scipy.stats import chi2

    layout, groups, n = fitted.layout, len(fitted.moments), fitted.n
    p = len(layout.items)
    points = groups * (p * (p + 1) // 2 + p * layout.means)
    df = points - layout.n_params
    chi = n * fitted.discrepancy
    base, base_df = _baseline(fitted.moments), groups * p * (p - 1) // 2
    excess, base_excess = max(chi - df, 0.0), max(base - base_df, chi - df, 0.0)
    low, high = _rmsea_interval(chi, df, n, groups)
    saturated = df == 0
    return {
        "n": n,
        "n_parameters": layout.n_params,
        "chi_square": chi,
        "df": df,
        "p": float("nan") if saturated else float(chi2.sf(chi, df)),
        "cfi": 1.0 if base_excess == 0 else 1 - excess / base_excess,
        "tli": 1.0 if saturated else (base / base_df - chi / df) / (base / base_df - 1),
        "rmsea": 0.0 if saturated else float(np.sqrt(groups * excess / (n * df))),
        "rmsea_low": low,
        "rmsea_high": high,
        "srmr": srmr(fitted),
    }


def _baseline(moments: tuple[GroupMoments, ...]) -> float:
    return sum(
        group.n * (np.log(np.diag(group.cov)).sum() - np.linalg.slogdet(group.cov)[1])
        for group in moments
    )


def srmr(fitted: Fitted) -> float:
    """Root mean square of the residual correlations (and standardised residual means)."""
    total, p = 0.0, len(fitted.layout.items)
    lower = np.tril_indices(p)
    for number, group in enumerate(fitted.moments):
        model, spread = fitted.matrices(number), np.sqrt(np.diag(group.cov))
        residual = ((group.cov - model.sigma) / np.outer(spread, spread))[lower]
        if fitted.layout.means:
            residual = np.append(residual, (group.mean - model.mu) / spread)
        total += group.n / fitted.n * np.sqrt(np.mean(residual**2))
    return float(total)


def _rmsea_interval(
    chi: float, df: int, n: int, groups: int, level: float = 0.90
) -> tuple[float, float]:
    """Bounds where the noncentral chi-square puts ``chi`` at its upper and lower 5 %."""
    from scipy.optimize import brentq
    from scipy.stats import ncx2

    if df == 0:
        return 0.0, 0.0

    def bound(share: float) -> float:
        def gap(noncentrality: float) -> float:
            return float(ncx2.cdf(chi, df, noncentrality)) - share

        tiny = 1e-12
        if gap(tiny) <= 0:
            return 0.0
        top = chi + 10.0
        while gap(top) > 0:
            top *= 2
        return float(np.sqrt(groups * brentq(gap, tiny, top) / (n * df)))

    return bound((1 + level) / 2), bound((1 - level) / 2)
