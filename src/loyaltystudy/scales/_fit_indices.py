"""How well a factor model fits: chi-square, CFI, TLI, RMSEA and SRMR."""

import numpy as np

from loyaltystudy.scales._estimator import Fitted, GroupMoments

TEST, RMSEA = ("chi_square", "df", "p"), ("rmsea", "rmsea_low", "rmsea_high")
FIT_COLUMNS = ("n", "n_parameters", *TEST, "cfi", "tli", *RMSEA, "srmr")


def fit_indices(fitted: Fitted) -> dict[str, float]:
    """Fit of a maximum likelihood solution, by the formulas that lavaan uses.

    Chi-square is n times the discrepancy; the baseline model is that of uncorrelated items. SRMR is
    Bentler's, and counts means where they are modelled.
    """
    layout, groups, n = fitted.layout, len(fitted.moments), fitted.n
    p = len(layout.items)
    df = groups * (p * (p + 1) // 2 + p * layout.means) - layout.n_params
    out = {"n": n, "n_parameters": layout.n_params}
    base_df = groups * p * (p - 1) // 2
    out |= indices_from_chi_square(
        n * fitted.discrepancy, df, _baseline(fitted.moments), base_df, n, groups
    )
    return out | {"srmr": srmr(fitted)}


def indices_from_chi_square(
    chi: float, df: int, base: float, base_df: int, n: float, groups: int = 1
) -> dict[str, float]:
    r"""Chi-square, its p value, CFI, TLI, and RMSEA with its 90 % interval.

    .. math::
        CFI = 1 - \frac{\max(\chi^2 - df, 0)}{\max(\chi_0^2 - df_0, \chi^2 - df, 0)}, \quad
        TLI = \frac{\chi_0^2/df_0 - \chi^2/df}{\chi_0^2/df_0 - 1}, \quad
        RMSEA = \sqrt{G \max(\chi^2 - df, 0) / (n\,df)}

    for G groups. A saturated model (df 0) has CFI and TLI 1 and RMSEA 0; no p value.
    """
    from scipy.stats import chi2

    excess, base_excess = max(chi - df, 0.0), max(base - base_df, chi - df, 0.0)
    low, high = _rmsea_interval(chi, df, n, groups)
    saturated = df == 0
    return {
        "chi_square": chi,
        "df": df,
        "p": float("nan") if saturated else float(chi2.sf(chi, df)),
        "cfi": 1.0 if base_excess == 0 else 1 - excess / base_excess,
        "tli": 1.0 if saturated else (base / base_df - chi / df) / (base / base_df - 1),
        "rmsea": 0.0 if saturated else float(np.sqrt(groups * excess / (n * df))),
        "rmsea_low": low,
        "rmsea_high": high,
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
    chi: float, df: int, n: float, groups: int, level: float = 0.90
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
