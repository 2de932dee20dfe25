"""Scores in sum: how the scales of a study came out."""

import numpy as np
import pandas as pd

from loyaltystudy.scales._design import RowDesign, check_units, design_of
from loyaltystudy.scales._inputs import check_confidence
from loyaltystudy.survey import BaseStudy


def describe_scores(study: BaseStudy, *, confidence: float = 0.95) -> pd.DataFrame:
    r"""Mean and spread of every scale's scores, under the survey's design.

    .. math:: \bar s = \frac{\sum_r w_r s_r}{\sum_r w_r}, \qquad
              sd^2 = \frac{n}{n - 1} \frac{\sum_r w_r (s_r - \bar s)^2}{\sum_r w_r}

    Parameters
    ----------
    study : Study
        With answers in memory.
    confidence : float
        Level of the intervals, between 0 and 1.

    Returns
    -------
    DataFrame
        ``scale, n, mean, sd, low, high``: respondents with a score (and a weight), in units of the
        answers; limits of the mean by Student's t, with the variance of whole clusters within
        strata where the codebook declares them. Of fewer than three respondents only ``n``.

    Raises
    ------
    SurveyError
        If ``confidence`` lies outside 0..1, or the design gives no variance.

    Notes
    -----
    In R: ``survey::svymean(~ s, design)``, ``survey::svyvar(~ s, design)``.

    Examples
    --------
    >>> import loyaltystudy as ls
    >>> from loyaltystudy.scales import describe_scores
    >>> table = describe_scores(ls.load_study("mobile-ecsi"))
    >>> table[table["scale"] == "satisfaction"].round(2).to_dict("records")
    [{'scale': 'satisfaction', 'n': 250, 'mean': 7.48, 'sd': 1.33, 'low': 7.31, 'high': 7.64}]
    """
    check_confidence(confidence)
    study = study.in_memory()
    scores, (design, known) = study.scores(), design_of(study)
    rows = [_row(name, scores[name].to_numpy()[known], design, confidence) for name in scores]
    return pd.DataFrame(rows, columns=["scale", "n", "mean", "sd", "low", "high"])


def _row(name: str, scores: np.ndarray, design: RowDesign, confidence: float) -> tuple:
    from scipy.special import stdtrit

    scored = ~np.isnan(scores)
    values, own, n = scores[scored], design.of(scored), int(scored.sum())
    if n < 3:
        return name, n, *[np.nan] * 4
    check_units(own)
    mean = np.average(values, weights=own.weights)
    away = values - mean
    se = np.sqrt(own.covariance(away[:, None])[0, 0])
    half = stdtrit(own.freedom, (1 + confidence) / 2) * se
    spread = np.sqrt(n / (n - 1) * np.average(away**2, weights=own.weights))
    return name, n, mean, spread, mean - half, mean + half
