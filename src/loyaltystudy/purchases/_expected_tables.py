"""What a fitted NBD-Dirichlet expects: of any period, by number of purchases, of heavy buyers."""

import numpy as np
import pandas as pd

from loyaltystudy.errors import SurveyError
from loyaltystudy.purchases._dirichlet import Dirichlet, by_measure
from loyaltystudy.purchases._theory import category_distribution, expected_measures, never_bought


def expected_period(fitted: Dirichlet, *, periods: float = 1.0) -> pd.DataFrame:
    """Brand measures expected of a period that is longer or shorter than the one fitted.

    The market is taken to stand still: M becomes ``periods`` times M; K, S and shares stay.

    Parameters
    ----------
    fitted : Dirichlet
    periods : float
        Length of the period in those of the data, above 0: 4 of a quarter is a year.

    Returns
    -------
    DataFrame
        brand, measure (as in ``Dirichlet.table``), expected. Penetrations are among the same
        people as those of the fit (``base``): all households, or buyers of the category.

    Raises
    ------
    SurveyError
        If ``periods`` is not above 0, or the fit could not tell M and K apart.

    Notes
    -----
    In R: ``summary(NBDdirichlet::dirichlet(...), t = periods, type = "buy")``.

    References
    ----------
    Goodhardt, Ehrenberg & Chatfield (1984), JRSS A 147, 621-655.

    Examples
    --------
    >>> import pandas as pd
    >>> from loyaltystudy.purchases import Aggregates, expected_period, fit_dirichlet
    >>> brands = pd.DataFrame({"share": [0.6, 0.3], "penetration": [0.4, 0.25]}, index=["a", "b"])
    >>> fitted = fit_dirichlet(Aggregates(0.56, 2.6, brands))
    >>> year = expected_period(fitted, periods=4)
    >>> year[year["measure"] == "penetration"].round(2)
      brand      measure  expected
    1     a  penetration      0.67
    8     b  penetration      0.45
    """
    wide = expected_measures(_distribution(fitted, periods), fitted.alpha, fitted.value("S"))
    return by_measure(wide, "expected")


def expected_frequencies(
    fitted: Dirichlet, *, periods: float = 1.0, cutoff: int = 5
) -> pd.DataFrame:
    r"""How many are expected to buy each brand not at all, once, twice, ...

    .. math:: f(r) = \sum_{n \ge r} P(n)\, p(r \mid n)

    with :math:`p(r \mid n)` the Beta-binomial of the brand.

    Parameters
    ----------
    fitted : Dirichlet
    periods : float
        As for :func:`expected_period`.
    cutoff : int
        The last number of purchases by itself; more are added up.

    Returns
    -------
    DataFrame
        brand, purchases (0 to ``cutoff``, then ``cutoff`` + 1), or_more (whether more are added
        up in this row), expected (share of the people of ``base``; a brand's sum to 1).

    Raises
    ------
    SurveyError
        If an argument is out of range, or the fit could not tell M and K apart.

    Notes
    -----
    In R: ``summary(NBDdirichlet::dirichlet(...), type = "freq", freq.cutoff = cutoff)``.

    Examples
    --------
    >>> import pandas as pd
    >>> from loyaltystudy.purchases import Aggregates, expected_frequencies, fit_dirichlet
    >>> brands = pd.DataFrame({"share": [0.6, 0.3], "penetration": [0.4, 0.25]}, index=["a", "b"])
    >>> expected_frequencies(fit_dirichlet(Aggregates(0.56, 2.6, brands)), cutoff=1)[:3].round(2)
      brand  purchases  or_more  expected
    0     a          0    False      0.59
    1     a          1    False      0.20
    2     a          2     True      0.20
    """
    from scipy import stats

    if cutoff < 0 or int(cutoff) != cutoff:
        raise SurveyError(f"cutoff={cutoff}: give a whole number from 0.")
    distribution, s = _distribution(fitted, periods), fitted.value("S")
    n, r = np.arange(len(distribution)), np.arange(int(cutoff) + 1)
    rows = []
    for brand, a in fitted.alpha.items():
        share = stats.betabinom.pmf(r[:, None], n, a, max(s - a, 1e-12)) @ distribution
        rows += [(brand, *row) for row in zip(r, [False] * len(r), share, strict=True)]
        rows.append((brand, int(cutoff) + 1, True, max(1 - share.sum(), 0.0)))
    return pd.DataFrame(rows, columns=["brand", "purchases", "or_more", "expected"])


def expected_heavy_buyers(
    fitted: Dirichlet, *, least: int = 1, most: int | None = None, periods: float = 1.0
) -> pd.DataFrame:
    r"""What is expected of those who buy the category between ``least`` and ``most`` times.

    .. math:: b_R = 1 - \frac{\sum_{n \in R} P(n) p(0 \mid n)}{\sum_{n \in R} P(n)}, \qquad
              w_R = \frac{\sum_{n \in R} n P(n) \cdot share}{b_R \sum_{n \in R} P(n)}

    Parameters
    ----------
    fitted : Dirichlet
    least, most : int
        Category purchases of these buyers; ``most`` None for without end.
    periods : float
        As for :func:`expected_period`.

    Returns
    -------
    DataFrame
        brand, measure (penetration among these buyers; purchase_rate of the brand's buyers among
        them), expected.

    Raises
    ------
    SurveyError
        If an argument is out of range, nobody is expected to buy so often, or the fit could not
        tell M and K apart.

    Notes
    -----
    In R: ``summary(NBDdirichlet::dirichlet(...), type = "heavy", heavy.limit = least:most)``.

    Examples
    --------
    >>> import pandas as pd
    >>> from loyaltystudy.purchases import Aggregates, expected_heavy_buyers, fit_dirichlet
    >>> brands = pd.DataFrame({"share": [0.6, 0.3], "penetration": [0.4, 0.25]}, index=["a", "b"])
    >>> expected_heavy_buyers(fit_dirichlet(Aggregates(0.56, 2.6, brands)), least=5).round(2)
      brand        measure  expected
    0     a    penetration      0.90
    1     a  purchase_rate      4.51
    2     b    penetration      0.63
    3     b  purchase_rate      3.23
    """
    if least < 1 or (most is not None and most < least):
        raise SurveyError(f"least={least}, most={most}: give 1 <= least <= most.")
    distribution, s = _distribution(fitted, periods), fitted.value("S")
    n = np.arange(len(distribution))
    among = distribution * ((n >= least) & (n <= (n[-1] if most is None else most)))
    if not among.sum() > 0:
        raise SurveyError(
            f"least={least}: nobody is expected to buy the category so often. Take fewer."
        )
    among = among / among.sum()
    alpha = fitted.alpha
    penetration = 1 - never_bought(alpha.to_numpy(), s, n[-1]) @ among
    rate = alpha.to_numpy() / s * (n @ among) / penetration
    wide = pd.DataFrame({"penetration": penetration, "purchase_rate": rate}, index=alpha.index)
    return by_measure(wide, "expected")


def _distribution(fitted: Dirichlet, periods: float) -> np.ndarray:
    """Category purchases of a period among the people whom the fit describes."""
    if not (np.isfinite(periods) and periods > 0):
        raise SurveyError(f"periods={periods}: give a length above 0, in periods of the data.")
    m, k = fitted.value("M"), fitted.value("K")
    if not np.isfinite([m, k]).all():
        raise SurveyError(
            "fitted: M and K cannot be distinguished, so nothing is expected of the category. "
            "Fit a panel whose non-buyers are known, or a longer one."
        )
    return category_distribution(m * periods, k, buyers_only=fitted.base == "category buyers")
