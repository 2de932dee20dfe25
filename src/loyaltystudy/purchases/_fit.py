"""Fitting the NBD-Dirichlet: to published aggregates, or to household counts."""

import numpy as np
import pandas as pd

from loyaltystudy.errors import SurveyError, refuse
from loyaltystudy.purchases._aggregates import Aggregates, own_s, pooled_s, solve_k
from loyaltystudy.purchases._base import BasePanel
from loyaltystudy.purchases._counts import purchase_table
from loyaltystudy.purchases._describe import brand_measures, checked
from loyaltystudy.purchases._dirichlet import Dirichlet, set_beside
from loyaltystudy.purchases._goodness import check_brands, check_category, check_stationary
from loyaltystudy.purchases._likelihood import (
    count_buyers,
    dirichlet_loglik,
    fit_alpha,
    fit_nbd,
    nbd_loglik,
    start_alpha,
)
from loyaltystudy.purchases._panel import period_tables
from loyaltystudy.purchases._theory import MEASURES, category_distribution
from loyaltystudy.rsquared import wrong_confidence


def fit_dirichlet(
    data,
    *,
    household: str | None = None,
    brand: str | None = None,
    non_buyers: int | None = None,
    pooling: str = "share",
    confidence: float = 0.95,
) -> Dirichlet:
    r"""Fit the NBD-Dirichlet, a model of buying in which every household has steady habits.

    Category purchases of households are negative binomial with mean M and exponent K; a
    household's chances of choosing each brand are Dirichlet with parameters
    α of brand j = S × its share. A small S means that households stick to few brands.

    From :class:`Aggregates`: M is penetration x rate; K solves the penetration; each brand's own S
    solves its penetration, and S is the mean of these weighted by market share
    (``pooling="share"``), or the same without outlying brands (``pooling="notch"``, the rule of
    NBDdirichlet 1.4). There are no intervals: aggregates do not tell the sample.

    From counts: maximum likelihood, which falls into two parts: (M, K) from category purchases,
    alpha from brand purchases given these. A panel without households that bought nothing is
    fitted by the *zero-truncated* NBD, and all penetrations are then among buyers; M and K still
    describe all households, found by extrapolation: trust them as far as the NBD holds. Intervals
    come from the observed information on logarithms of the parameters (for S by the delta
    method), and suppose that the model is true.

    Parameters
    ----------
    data : Aggregates, Panel or DataFrame
        A DataFrame is a household x brand table (:func:`purchase_table`; rows of zeros are
        households without purchase), or purchases, one a row, if ``household`` and ``brand`` name
        its columns.
    household, brand : str
        Columns of a DataFrame of purchases.
    non_buyers : int
        Households without purchase beyond the rows of the table. None: not known (a Panel may
        know). 0: there were none, which is not the same.
    pooling : {"share", "notch"}
        How one S comes from the brands' own; aggregates only.
    confidence : float
        Level of the intervals.

    Returns
    -------
    Dirichlet

    Raises
    ------
    SurveyError
        If the counts are bad (see :func:`describe_purchases`), there are fewer than two brands,
        no household bought twice (so S cannot be known), or the panel records only whether a
        brand was used.

    References
    ----------
    Goodhardt, Ehrenberg & Chatfield (1984), JRSS A 147, 621-655. Minka (2000), *Estimating a
    Dirichlet distribution* (the likelihood from counts of how many bought how often). In R:
    ``NBDdirichlet::dirichlet`` for the aggregates.

    Examples
    --------
    >>> from loyaltystudy.purchases import fit_dirichlet, simulate_counts
    >>> truth = {"a": 0.6, "b": 0.4, "c": 0.2}
    >>> fitted = fit_dirichlet(simulate_counts(4.0, 0.8, truth, households=2000, seed=1))
    >>> fitted.params.query("parameter == 'S'")[["estimate", "low", "high"]].round(2)
       estimate   low  high
    2      1.14  1.03  1.25
    """
    refuse(wrong_confidence(confidence))
    if isinstance(data, Aggregates):
        return _from_aggregates(data, pooling)
    if pooling != "share":
        raise SurveyError("pooling: only for Aggregates; counts are fitted by likelihood.")
    halves = None
    if isinstance(data, BasePanel):
        table, non_buyers, halves = _from_panel(data, non_buyers)
    elif household is not None or brand is not None:
        table = purchase_table(data, household=household, brand=brand)
    else:
        table = data
    return _from_counts(table, non_buyers, confidence, halves)


def _from_panel(panel, non_buyers):
    panel.need_frequencies("fit_dirichlet")
    tables = period_tables(panel, periods=2) if panel.ordered else None
    halves = tables and [half.to_numpy() for half in tables]
    return purchase_table(panel), panel.non_buyers if non_buyers is None else non_buyers, halves


def _from_aggregates(given, pooling) -> Dirichlet:
    k = solve_k(given)
    own = own_s(given, k)
    s, left_out = pooled_s(own, given, pooling)
    alpha = (given.brands["share"] * s).rename("alpha")
    observed = pd.DataFrame(np.nan, index=alpha.index, columns=list(MEASURES))
    observed["market_share"] = given.brands["share"]
    observed["penetration"] = given.brands["penetration"]
    observed["purchase_rate"] = given.mean * observed["market_share"] / observed["penetration"]
    params = [_param("M", None, given.mean), _param("K", None, k), _param("S", None, s)]
    params += [_param("alpha", b, value) for b, value in alpha.items()]
    params += [_param("own_s", b, value) for b, value in own.items()]
    reasons = "; ".join(f"{brand}: {reason}" for brand, reason in left_out.items())
    notes = [f"Left out of S: {reasons}."] if left_out else []
    distribution = category_distribution(given.mean, k)
    return set_beside(
        distribution,
        alpha,
        s,
        observed,
        None,
        params=params,
        joint=None,
        fit=[],
        notes=notes,
        method=f"aggregates, S pooled by {pooling}",
        base="all households",
        n=None,
        loglik=np.nan,
    )


def _from_counts(table, non_buyers, confidence, halves) -> Dirichlet:
    counts = checked(table)
    _check_counts(counts, non_buyers)
    t = count_buyers(counts, non_buyers=non_buyers)
    (m, k), nbd_covariance, nbd_found = fit_nbd(t)
    a, covariance, found = fit_alpha(t, start_alpha(t))
    alpha = pd.Series(a, index=table.columns, name="alpha")
    s = float(a.sum())
    weights = a / s
    variances = [*np.diag(nbd_covariance), weights @ covariance @ weights, *np.diag(covariance)]
    names = [("M", None), ("K", None), ("S", None), *(("alpha", b) for b in table.columns)]
    values = [*((m, k) if nbd_found else (np.nan, np.nan)), s, *a]
    params = [
        _param(*name, value, error, confidence)
        for name, value, error in zip(names, values, np.sqrt(variances), strict=True)
    ]
    distribution = category_distribution(m, k, buyers_only=not t.zeros)
    checks = [check_category(t, m, k), *check_brands(counts, t, alpha)]
    checks += check_stationary(halves)
    seen = t.totals.copy()
    seen[0] *= t.zeros
    extra = (non_buyers or 0) if t.zeros else 0
    joint = (counts > 0).T.astype(float) @ (counts > 0)
    return set_beside(
        distribution,
        alpha,
        s,
        brand_measures(table, non_buyers=extra),
        seen / seen.sum(),
        params=params,
        joint=joint,
        fit=checks,
        notes=_notes(t, k, nbd_found, found, s, joint, table.columns),
        method="maximum likelihood" + ("" if t.zeros else ", zero-truncated"),
        base="all households" if t.zeros else "category buyers",
        n=int(seen.sum()),
        loglik=nbd_loglik(m, k, t) + dirichlet_loglik(a, t),
    )


def _param(parameter, brand, estimate, error=np.nan, confidence=0.95):
    from scipy.special import ndtri

    width = np.exp(ndtri((1 + confidence) / 2) * error)
    return parameter, brand, float(estimate), float(estimate / width), float(estimate * width)


def _check_counts(counts, non_buyers) -> None:
    problems = []
    if counts.shape[1] < 2:
        problems.append("table: one brand only; brand choice needs two or more.")
    if counts.sum(axis=1).max() < 2:
        problems.append("table: no household bought twice, so S cannot be known.")
    if non_buyers is not None and non_buyers < 0:
        problems.append(f"non_buyers={non_buyers}: give a number from 0, or None if not known.")
    refuse(problems)


def _notes(t, k, nbd_found, found, s, joint, brands) -> list[str]:
    notes = []
    if not t.zeros:
        notes.append(
            "No household without purchase in the panel: zero-truncated NBD; M and K are "
            "extrapolated to all households."
        )
    if not nbd_found:
        limit = "0 (the logarithmic series)" if k < 1 else "infinity (Poisson)"
        notes.append(f"K runs to {limit}: M and K cannot be distinguished and are left out.")
    if not found:
        limit = "infinity: all households alike" if s > 1 else "0: each household buys one brand"
        notes.append(f"S runs to {limit}; it has no interval.")
    few = [str(b) for b, count in zip(brands, np.diag(joint), strict=True) if count < 10]
    if few:
        notes.append(f"Fewer than 10 buyers, so their figures hardly mean anything: {few}.")
    return notes
