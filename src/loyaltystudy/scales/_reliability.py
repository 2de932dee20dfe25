"""How far scale scores can be relied on: alpha, omega, and each item's part in them."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd

from loyaltystudy.errors import SurveyError, SurveyWarning
from loyaltystudy.rsquared import Moments
from loyaltystudy.survey import BaseStudy, Scale


def reliability(study: BaseStudy, *, confidence: float = 0.95) -> pd.DataFrame:
    r"""Reliability of every scale: raw alpha and omega total, with intervals.

    .. math:: \alpha = \frac{k}{k-1}\Bigl(1 - \frac{\operatorname{tr} S}{1' S 1}\Bigr), \qquad
              \omega = \frac{(\sum \lambda_i)^2}{(\sum \lambda_i)^2 + \sum \theta_i}

    with *S* the covariance matrix of the *k* keyed items, and loadings :math:`\lambda_i` and
    error variances :math:`\theta_i` of a one-factor model fitted to *S* by maximum likelihood.

    Parameters
    ----------
    study : Study
        All that is needed are the moments of each scale's items.
    confidence : float
        Level of the intervals, between 0 and 1.

    Returns
    -------
    DataFrame
        ``scale, items, n, alpha, alpha_low, alpha_high, omega, omega_low, omega_high``, one row
        a scale; ``n`` respondents answered every item. Interval of alpha: Feldt (F
        distribution). Interval of omega: delta method on logit omega with the expected
        information of normal theory. A single item has neither; two items have no omega (the
        one-factor model is not identified), nor has a scale whose model does not converge. A
        negative alpha is shown as it is, and so is the omega of a model with a negative error
        variance (Heywood case), as lavaan has it.

    Raises
    ------
    SurveyError
        If ``confidence`` lies outside 0..1, or a scale has under 3 complete respondents or a
        constant item.

    Warns
    -----
    SurveyWarning
        Naming the items that correlate negatively with the rest of their scale.

    References
    ----------
    Feldt, Woodruff & Salih (1987), Applied Psychological Measurement 11, 93-103.
    McDonald (1999), Test theory, ch. 6. R: ``psych::alpha(x)``, ``lavaan::cfa``.

    Examples
    --------
    >>> import loyaltystudy as ls
    >>> table = ls.reliability(ls.load_study("mobile-reputation", source="shipped"))
    >>> table.set_index("scale").loc["loyalty", ["n", "alpha", "omega"]].round(3).to_list()
    [336.0, 0.834, 0.851]
    """
    if not 0 < confidence < 1:
        raise SurveyError(f"confidence={confidence}: expected a level between 0 and 1, e.g. 0.95.")
    rows, flipped = [], []
    scales = [scale for scale in study.codebook.scales.values() if study.has_answers(scale.name)]
    for scale, items in zip(scales, _complete(study, scales), strict=True):
        rows.append({"scale": scale.name, "items": len(scale.items), "n": int(items.n)})
        if len(scale.items) > 1:
            rows[-1] |= _alpha(items, confidence) | _omega(items, confidence)
            flipped += [f"{item} (scale {scale.name})" for item in _flipped(items)]
    _warn(flipped)
    columns = ["scale", "items", "n"] + [
        f"{kind}{end}" for kind in ("alpha", "omega") for end in ("", "_low", "_high")
    ]
    return pd.DataFrame(rows, columns=columns)


def item_analysis(study: BaseStudy, scale: str) -> pd.DataFrame:
    """What each item does for its scale.

    Parameters
    ----------
    study : Study
    scale : str
        Name of a scale in the codebook.

    Returns
    -------
    DataFrame
        ``item, n, mean, sd, r_drop, alpha_drop``: respondents who answered every item of the
        scale, the keyed item's mean and standard deviation in units of the answers, its
        correlation with the sum of the other items, and alpha without it (NaN where only one
        item would be left).

    Raises
    ------
    SurveyError
        If the scale is not in the codebook, its answers are not at hand, or an item is constant.

    Warns
    -----
    SurveyWarning
        Naming the items that correlate negatively with the rest of the scale.

    Notes
    -----
    R: ``psych::alpha(x)$item.stats`` (``r.drop``) and ``$alpha.drop`` (``raw_alpha``).

    Examples
    --------
    >>> import loyaltystudy as ls
    >>> study = ls.load_study("mobile-ecsi")
    >>> ls.item_analysis(study, "loyalty_published")[["item", "r_drop", "alpha_drop"]].round(2)
        item  r_drop  alpha_drop
    0  CUSL1    0.35        0.18
    1  CUSL2    0.08        0.70
    2  CUSL3    0.43        0.09
    """
    if scale not in study.codebook.scales:
        raise SurveyError(f"No scale {scale!r}. Scales: {[*study.codebook.scales]}.")
    (items,) = _complete(study, [study.codebook.scales[scale]])
    covariance = items.cross / (items.n - 1)
    rest = [np.delete(np.delete(covariance, j, 0), j, 1) for j in range(len(covariance))]
    table = pd.DataFrame(
        {
            "item": items.columns,
            "n": int(items.n),
            "mean": items.mean,
            "sd": np.sqrt(np.diag(covariance)),
            "r_drop": _item_rest(covariance),
            "alpha_drop": [alpha(other) for other in rest],
        }
    )
    _warn([f"{item} (scale {scale})" for item in _flipped(items)])
    return table


def cronbach(items: pd.DataFrame) -> float:
    """Raw alpha of complete answers; NaN of a single item."""
    return alpha(items.cov().to_numpy())


def alpha(covariance: np.ndarray) -> float:
    """Raw alpha from the items' covariances (or cross-products); NaN of a single item."""
    k = len(covariance)
    if k < 2:
        return float("nan")
    return float(k / (k - 1) * (1 - np.trace(covariance) / covariance.sum()))


def _complete(study: BaseStudy, scales: list[Scale]) -> list[Moments]:
    """Moments of each scale's keyed items over the respondents who answered all of them."""
    found = study.item_moments([scale.name for scale in scales])
    for scale in scales:
        _check_items(scale, found[scale.name])
    return [found[scale.name] for scale in scales]


def _check_items(scale: Scale, items: Moments) -> None:
    n = int(items.n)
    if n < 3:
        raise SurveyError(
            f"Scale '{scale.name}': {n} respondents answered all of {[*scale.items]}; "
            "at least 3 are needed."
        )
    spread = np.diag(items.cross)
    still = spread <= 1e-20 * n * np.maximum(items.mean**2, 1e-300)
    constant = [item for item, alike in zip(items.columns, still, strict=True) if alike]
    if constant and len(scale.items) > 1:
        raise SurveyError(
            f"Scale '{scale.name}': everyone gave the same answer to {constant}. "
            "Take these items out of the scale."
        )


def _alpha(items: Moments, confidence: float) -> dict[str, float]:
    from scipy.stats import f

    value, n, k = alpha(items.cross), int(items.n), len(items.columns)
    tail, df1, df2 = (1 - confidence) / 2, n - 1, (n - 1) * (k - 1)
    return {
        "alpha": value,
        "alpha_low": 1 - (1 - value) * f.isf(tail, df1, df2),
        "alpha_high": 1 - (1 - value) * f.ppf(tail, df1, df2),
    }


def _omega(items: Moments, confidence: float) -> dict[str, float]:
    from scipy.special import expit, logit
    from scipy.stats import norm

    if len(items.columns) < 3:
        return {}
    loadings, errors = fit_one_factor(items.cross / items.n)
    common, unique = loadings.sum() ** 2, errors.sum()
    omega = common / (common + unique)
    slope = (
        np.r_[np.full(len(loadings), 2 * loadings.sum() * unique), np.full(len(errors), -common)]
        / (common + unique) ** 2
    )
    if np.isnan(omega):
        return {"omega": omega}
    information = int(items.n) * _information(loadings, errors)[2]
    se = np.sqrt(slope @ np.linalg.solve(information, slope))
    half = norm.isf((1 - confidence) / 2) * se / (omega * (1 - omega))
    return {
        "omega": omega,
        "omega_low": expit(logit(omega) - half),
        "omega_high": expit(logit(omega) + half),
    }


def one_factor(items: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Loadings and error variances of a one-factor model of complete answers."""
    return fit_one_factor(items.cov(ddof=0).to_numpy())


def fit_one_factor(observed: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Loadings and error variances of a one-factor model by maximum likelihood.

    Fisher scoring on the covariance matrix with divisor n, as in lavaan; NaN where it does not
    converge.
    """
    k = len(observed)
    values = np.r_[np.sqrt(np.diag(observed) / 2), np.diag(observed) / 2]
    for _ in range(500):
        loadings, errors = values[:k], values[k:]
        try:
            inverse, slopes, information = _information(loadings, errors)
            gap = inverse @ (observed - np.outer(loadings, loadings) - np.diag(errors)) @ inverse
            step = np.linalg.solve(information, [np.sum(gap * slope) / 2 for slope in slopes])
        except np.linalg.LinAlgError:
            break
        scale = np.r_[np.sqrt(np.diag(observed)), np.diag(observed)]
        longest = np.abs(step / scale).max()
        values = values + step * min(1, 0.5 / max(longest, 1e-300))
        if longest < 1e-10:
            return values[:k] * (np.sign(values[:k].sum()) or 1), values[k:]
    return np.full(k, np.nan), np.full(k, np.nan)


def _information(loadings: np.ndarray, errors: np.ndarray):
    """Inverse covariance S⁻¹, the slopes dS, and the information of one row: tr(S⁻¹dS S⁻¹dS)/2."""
    inverse = np.linalg.inv(np.outer(loadings, loadings) + np.diag(errors))
    unit = np.eye(len(loadings))
    slopes = [np.outer(e, loadings) + np.outer(loadings, e) for e in unit]
    slopes += [np.diag(e) for e in unit]
    turned = [inverse @ slope for slope in slopes]
    return inverse, slopes, np.array([[np.sum(a * b.T) for b in turned] for a in turned]) / 2


def _item_rest(covariance: np.ndarray) -> np.ndarray:
    """Correlation of each item with the sum of the others."""
    own, row = np.diag(covariance), covariance.sum(axis=0)
    rest = covariance.sum() - 2 * row + own
    with np.errstate(invalid="ignore", divide="ignore"):
        return (row - own) / np.sqrt(own * rest)


def _flipped(items: Moments) -> list[str]:
    if len(items.columns) < 2:
        return []
    rest = _item_rest(items.cross)
    return [item for item, r in zip(items.columns, rest, strict=True) if r < -1e-12]


def _warn(flipped: list[str]) -> None:
    if flipped:
        warnings.warn(
            f"Negative item-rest correlation: {', '.join(flipped)}. "
            "Check whether the item should be `reversed: true` in the codebook.",
            SurveyWarning,
            stacklevel=3,
        )
