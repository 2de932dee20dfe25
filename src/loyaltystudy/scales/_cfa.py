"""Confirmatory factor analysis of one group."""

import pandas as pd

from loyaltystudy.errors import SurveyError, refuse
from loyaltystudy.scales._estimator import fit_model, group_moments
from loyaltystudy.scales._factor_result import Cfa, collect, improper, standardised
from loyaltystudy.scales._fit_indices import fit_indices
from loyaltystudy.scales._inputs import (
    Items,
    Scales,
    check_confidence,
    complete_items,
    need_more_rows_than_items,
    need_positive_definite,
)
from loyaltystudy.scales._layout import build_layout
from loyaltystudy.scales._ordinal import fit_ordinal
from loyaltystudy.survey import Study


def cfa(
    data: Study | pd.DataFrame,
    scales: Scales,
    *,
    ordinal: bool = False,
    missing: str = "complete",
    confidence: float = 0.95,
) -> Cfa:
    r"""Fit one factor per scale, factors free to correlate, each item on its own factor only.

    .. math:: \Sigma = \Lambda \Psi \Lambda' + \Theta, \qquad diag(\Psi) = 1

    Maximum likelihood minimises :math:`\log|\Sigma| + tr(S\Sigma^{-1}) - \log|S| - p`. With
    ``ordinal=True`` the polychoric correlations are fitted by diagonally weighted least squares;
    standard errors are robust, chi-square is adjusted in mean and variance (WLSMV).

    Parameters
    ----------
    data : Study or DataFrame
        Of a study reversed items are turned, and weights, clusters and strata of its codebook
        enter: estimates are weighted, standard errors and chi-square those of the design. A frame
        has one row a respondent, one column an item, reversed items already turned.
    scales : mapping of str to sequence of str, or names of scales in the study's codebook
        Items of each scale, at least two a scale, no item in two scales.
    ordinal : bool
        For items with five or fewer categories.
    missing : {"complete", "ml"}
        Respondents who answered every item, or every answer given (full-information maximum
        likelihood: right where gaps depend on what was answered; for numbers only).
    confidence : float
        Level of the intervals, between 0 and 1.

    Returns
    -------
    Cfa

    Raises
    ------
    SurveyError
        If items are unknown, constant, shared by scales or linearly dependent, if there are too
        few rows, or if the model is not identified or does not converge.

    Notes
    -----
    In R: ``lavaan::cfa(model, data, std.lv = TRUE)``; ordinal: with ``ordered = TRUE``
    (``estimator = "WLSMV"``), its ``.scaled`` measures; ``missing = "ml"``; under a design
    ``estimator = "MLR"`` with ``sampling.weights`` and ``cluster``.

    References
    ----------
    Joreskog, K. G. (1969). A general approach to confirmatory maximum likelihood factor analysis.
    Psychometrika 34, 183-202.
    Muthen, B., du Toit, S. H. C. & Spisic, D. (1997). Robust inference using weighted least squares
    and quadratic estimating equations in latent variable modeling. Unpublished; Mplus.
    Yuan, K.-H. & Bentler, P. M. (2000). Three likelihood-based methods for mean and covariance
    structure analysis with nonnormal missing data. Sociological Methodology 30, 165-200.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> rng = np.random.default_rng(1)
    >>> trust = rng.normal(size=400)
    >>> data = pd.DataFrame({f"t{i}": 0.8 * trust + 0.6 * rng.normal(size=400) for i in range(4)})
    >>> cfa(data, {"trust": ["t0", "t1", "t2", "t3"]}).loadings[["item", "loading"]].round(2)
      item  loading
    0   t0     0.77
    1   t1     0.76
    2   t2     0.74
    3   t3     0.80
    """
    check_confidence(confidence)
    if missing not in ("complete", "ml"):
        raise SurveyError(f"missing={missing!r}: give 'complete' or 'ml'.")
    if ordinal and missing == "ml":
        raise SurveyError("missing='ml' is for numbers; with ordinal=True take 'complete'.")
    items = complete_items(data, scales, least=2, gaps=missing == "ml")
    problems = need_more_rows_than_items(items.n, items.names)
    if not problems and not ordinal and missing == "complete":
        problems = need_positive_definite(items.moments()[0], items.names)
    refuse(problems, heading="cfa")
    if ordinal:
        return fit_ordinal(items, confidence)
    if missing == "ml" or not items.design.simple:
        return _robust(items, missing, confidence)
    fitted = fit_model(build_layout(items.scales), [group_moments(items.answers)])
    found, fit = standardised(fitted), fit_indices(fitted)
    return collect(items, found, fit, "maximum likelihood", confidence, improper(fitted))


def _robust(items: Items, missing: str, confidence: float) -> Cfa:
    """From every answer given, or under a design."""
    from loyaltystudy.scales._fiml import fit_likelihood

    found = fit_likelihood(items.answers, items.scales, items.design)
    full = "full-information " if missing == "ml" else ""
    method = f"{full}maximum likelihood"
    if not items.design.simple:
        method += f" ({items.design.description()}; robust standard errors and chi-square)"
    estimates = standardised(found.fitted, found.covariance)
    return collect(items, estimates, found.fit, method, confidence, improper(found.fitted))
