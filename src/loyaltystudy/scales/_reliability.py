"""How far scale scores can be relied on: alpha, omega, and each item's part in them."""

import warnings

import numpy as np
import pandas as pd

from loyaltystudy.errors import SurveyError, SurveyWarning, did_you_mean
from loyaltystudy.scales._alpha_intervals import (
    Interval,
    Statistic,
    adf_interval,
    alpha_of,
    feldt_interval,
    normal_omega_interval,
    omega_of,
)
from loyaltystudy.scales._directions import against_the_rest, item_rest, sentences
from loyaltystudy.scales._inputs import check_confidence, need_study, study_of
from loyaltystudy.scales._one_factor import fit_one_factor
from loyaltystudy.scales._scale_items import ScaleItems, scale_items
from loyaltystudy.survey import BaseStudy


def reliability(
    study: BaseStudy | pd.DataFrame, *, confidence: float = 0.95, interval: str = "adf"
) -> pd.DataFrame:
    r"""How far can each scale be relied on? Alpha and omega, with intervals.

    .. math:: \alpha = \frac{k}{k-1}\Bigl(1 - \frac{\operatorname{tr} S}{1' S 1}\Bigr), \qquad
              \omega = \frac{(\sum \lambda_i)^2}{(\sum \lambda_i)^2 + \sum \theta_i}

    with *S* the covariance matrix of the *k* keyed items, and loadings λᵢ and
    error variances θᵢ of a one-factor model fitted to *S* by maximum likelihood.
    *S* is weighted, and intervals are those of the clusters and strata, where the codebook's
    design declares them.

    Parameters
    ----------
    study : Study or DataFrame
        Of a DataFrame all columns are the items of one scale, as they stand: none is reversed.
        Of a study in partitions, groups of rows (or clusters) stand for rows in the intervals.
    confidence : float
        Level of the intervals, between 0 and 1.
    interval : {"adf", "feldt"}
        ``"adf"`` supposes no distribution of the answers: linearisation on the scale of
        log(1 - reliability), Student's t with degrees of freedom that heavy tails lower. Under a
        design units are left out instead; with weights the interval is symmetric but for skewness.
        ``"feldt"``: alpha by the F distribution (Feldt), omega by the delta method on its logit
        with the expected information of normal theory; both for a simple random sample of
        normal answers. Of items with most answers in the top box they cover too seldom.

    Returns
    -------
    DataFrame
        ``scale, items, n, alpha, alpha_low, alpha_high, omega, omega_low, omega_high, note``, one
        row a scale; ``n`` respondents answered every item (and have a weight). A single item has
        neither; two items have no omega (the one-factor model is not identified). A negative
        alpha is shown as it is, and so is the omega of a model with a negative error variance,
        as lavaan has it: ``note`` then says Heywood case. Where a figure cannot be given (too few
        answers, a constant item, items that sum to a constant or repeat one another) it is NaN,
        ``note`` has the reason, and the other scales stand.

    Raises
    ------
    SurveyError
        If ``confidence`` lies outside 0..1, ``interval`` is unknown, Feldt's is asked for under
        a design, or a column of a DataFrame holds no numbers.

    Warns
    -----
    SurveyWarning
        Naming the scales without a figure, and the items that correlate negatively with the rest
        of their scale: asked the other way round, or declared reversed and turned in the file
        already.

    Notes
    -----
    Coverage of a nominal .95 interval at n 200 and 1,000, of normal, skewed and heavy-tailed
    answers and of items with 60 % in the top box: ``benchmarks/results/alpha_coverage.md``.

    References
    ----------
    Maydeu-Olivares, Coffman & Hartmann (2007), Psychological Methods 12, 157-176.
    Feldt, Woodruff & Salih (1987), Applied Psychological Measurement 11, 93-103.
    McDonald (1999), Test theory, ch. 6. R: ``psych::alpha(x)``, ``lavaan::cfa``; under a design
    ``survey::svycralpha``.

    Examples
    --------
    >>> import loyaltystudy as ls
    >>> study = ls.load_study("mobile-reputation", source="shipped")
    >>> table = ls.reliability(study)
    >>> table.set_index("scale").loc["loyalty", ["n", "alpha", "omega"]].round(3).to_list()
    [336.0, 0.834, 0.851]
    >>> ls.reliability(study.answers[["cusl_1", "cusl_2", "cusl_3"]])["n"].item()  # of a DataFrame
    336
    """
    check_confidence(confidence)
    if interval not in ("adf", "feldt"):
        raise SurveyError(f"interval={interval!r}: give 'adf' or 'feldt'.")
    study = study_of(study)
    rows, against, gaps = [], [], []
    scales = [scale for scale in study.codebook.scales.values() if study.has_answers(scale.name)]
    for scale, items in zip(scales, scale_items(study, scales), strict=True):
        rows.append(_row(scale, items, confidence, interval))
        if rows[-1].pop("gap"):
            gaps.append(f"Scale '{scale.name}': {rows[-1]['note']}")
        else:
            against.append(against_the_rest(scale, items, study.codebook.items))
    _warn(gaps, against)
    columns = ["scale", "items", "n"] + [
        f"{kind}{end}" for kind in ("alpha", "omega") for end in ("", "_low", "_high")
    ]
    return pd.DataFrame(rows, columns=[*columns, "note"])


def _row(scale, items: ScaleItems, confidence: float, interval: str) -> dict:
    """One scale's line of the table; ``gap`` says that alpha could not be given."""
    row = {"scale": scale.name, "items": len(scale.items), "n": items.n, "note": "", "gap": False}
    if len(scale.items) < 2:
        return row
    if interval == "feldt" and not items.design.simple:
        raise SurveyError(
            f"interval='feldt' supposes a simple random sample; the codebook declares a design "
            f"({items.design.description()}). Take interval='adf'."
        )
    problem = items.problem or items.constant_sum
    if problem:
        return row | {"note": problem, "gap": True}
    found = {"alpha": _alpha(items, confidence, interval)}
    if len(scale.items) > 2:
        loadings, errors = fit_one_factor(items.covariance)
        row["note"] = _omega_note(items, loadings, errors)
        if not np.isnan(loadings).any():
            found["omega"] = _omega(items, loadings, errors, confidence, interval)
    for kind, (estimate, low, high) in found.items():
        row |= {kind: estimate, f"{kind}_low": low, f"{kind}_high": high}
    return row


def _alpha(items: ScaleItems, confidence: float, interval: str) -> Interval:
    statistic = alpha_of(items.covariance)
    if interval == "feldt":
        return feldt_interval(statistic.value, items.n, len(items.names), confidence)
    return _distribution_free(items, statistic, confidence)


def _omega(items: ScaleItems, loadings, errors, confidence: float, interval: str) -> Interval:
    if interval == "feldt":
        return normal_omega_interval(loadings, errors, items.n, confidence)
    return _distribution_free(items, omega_of(loadings, errors, items.covariance), confidence)


def _distribution_free(items: ScaleItems, statistic: Statistic, confidence: float) -> Interval:
    (totals, bias), design = items.error(statistic), items.design
    options = {"weighted": design.weighted, "bias": bias}
    return adf_interval(statistic.value, totals, design.freedom, confidence, **options)


def _omega_note(items: ScaleItems, loadings: np.ndarray, errors: np.ndarray) -> str:
    if np.isnan(loadings).any():
        if items.repeated:
            return "No omega: its items repeat one another exactly."
        return "No omega: the one-factor model did not converge."
    below = [
        f"'{item}' ({error:.3g})"
        for item, error in zip(items.names, errors, strict=True)
        if error < 0
    ]
    if not below:
        return ""
    return f"Heywood case: error variance below zero of {', '.join(below)}. Do not trust omega."


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
        scale, the keyed item's mean and standard deviation in units of the answers (all weighted
        where the codebook declares a weight), its
        correlation with the sum of the other items, and alpha without it (NaN where only one
        item would be left).

    Raises
    ------
    SurveyError
        If the scale is not in the codebook, its answers are not at hand, or an item is constant.

    Warns
    -----
    SurveyWarning
        Naming the items that correlate negatively with the rest of the scale, and whether they
        were turned twice.

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
    need_study(study)
    if scale not in study.codebook.scales:
        scales = [*study.codebook.scales]
        near = did_you_mean(scale, scales)
        raise SurveyError(f"No scale {scale!r}.{near} Scales: {scales}.")
    (items,) = scale_items(study, [study.codebook.scales[scale]])
    if items.problem:
        raise SurveyError(f"Scale '{scale}': {items.problem}")
    covariance = items.covariance * items.n / (items.n - 1)
    rest = [np.delete(np.delete(covariance, j, 0), j, 1) for j in range(len(covariance))]
    table = pd.DataFrame({"item": items.names, "n": items.n, "mean": items.mean})
    table = table.assign(sd=np.sqrt(np.diag(covariance)), r_drop=item_rest(covariance))
    table["alpha_drop"] = [alpha(other) for other in rest]
    _warn([], [against_the_rest(study.codebook.scales[scale], items, study.codebook.items)])
    return table


def cronbach(items: pd.DataFrame) -> float:
    """Raw alpha of complete answers; NaN of one item or a constant sum."""
    return alpha(items.cov().to_numpy())


def alpha(covariance: np.ndarray) -> float:
    """Raw alpha from covariances or cross-products; NaN of one item and of a constant sum."""
    k, total = len(covariance), covariance.sum()
    if k < 2 or not total > 1e-12 * np.trace(covariance):
        return float("nan")
    return float(k / (k - 1) * (1 - np.trace(covariance) / total))


def _warn(gaps: list[str], against: list[dict]) -> None:
    for sentence in (" ".join(gaps), *sentences(against)):
        if sentence:
            warnings.warn(sentence, SurveyWarning, stacklevel=3)
