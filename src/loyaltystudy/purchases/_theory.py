"""What the NBD-Dirichlet expects of every brand, once its parameters are known.

Category purchases n of a household follow the negative binomial (mean M, exponent K). Given n, the
purchases of one brand are Beta-binomial(n, alpha_j, S - alpha_j), with S the sum of all alpha.
Everything below is a sum over n, so it takes any distribution of n: the NBD, the NBD without its
zeros, or the one observed.
"""

import numpy as np
import pandas as pd

TAIL = 1e-14  # share of purchases that the sum over n leaves out

MEASURES = (
    "market_share",
    "penetration",
    "purchase_rate",
    "category_rate",
    "share_of_requirements",
    "sole_buyers",
    "repeat_buyers",
)


def category_distribution(m: float, k: float, *, buyers_only: bool = False) -> np.ndarray:
    r"""Probabilities of n = 0, 1, 2, ... category purchases under the NBD.

    .. math:: P(n) = \frac{\Gamma(K+n)}{\Gamma(K)\,n!}
              \left(\frac{K}{K+M}\right)^K \left(\frac{M}{K+M}\right)^n

    The list ends where less than 1e-14 of all *purchases* (so still less of all households)
    would come from households beyond it.

    ``m``, ``k``: mean purchases a household and the NBD exponent, both above 0; ``buyers_only``:
    leave out n = 0 and divide by the share of buyers (the zero-truncated NBD).

    >>> from loyaltystudy.purchases._theory import category_distribution
    >>> p = category_distribution(1.456, 0.78)
    >>> round(float(1 - p[0]), 3), round(float((p * range(len(p))).sum()), 3)
    (0.56, 1.456)
    """
    from scipy import stats

    p = k / (k + m)
    # n P(n) is proportional to the NBD of exponent k + 1 at n - 1: its tail is the one to cut.
    last = int(stats.nbinom.isf(TAIL, k + 1, p)) + 2
    pmf = stats.nbinom.pmf(np.arange(last + 1), k, p)
    if buyers_only:
        pmf[0] = 0.0
        pmf /= -np.expm1(k * np.log(p))
    return pmf


def never_bought(alpha: np.ndarray, s: float, largest: int) -> np.ndarray:
    """P(no purchase of the brand | n category purchases), brands x (n = 0..largest).

    The product over i < n of (S - alpha + i) / (S + i): Beta-binomial at zero.
    """
    i = np.arange(largest)
    # brands that make up the whole category have alpha = S, or by rounding a hair above
    steps = np.maximum(1 - np.asarray(alpha, float)[:, None] / (s + i), 0.0)
    return np.concatenate([np.ones((len(steps), 1)), steps.cumprod(axis=1)], axis=1)


def expected_measures(distribution: np.ndarray, alpha: pd.Series, s: float) -> pd.DataFrame:
    """Expected brand measures, one row a brand, columns as in ``MEASURES``.

    ``distribution``: P(n) for n = 0, 1, ...; measures are shares of the households it describes, so
    a distribution without zeros gives penetrations among category buyers; ``alpha``: Dirichlet
    parameters by brand. They may sum to less than ``s``: the rest is other brands; ``s``: sum of
    the Dirichlet parameters of all brands.

    Returns
    -------
    DataFrame
        penetration P(r > 0); purchase_rate E[r | r > 0]; category_rate E[n | r > 0];
        share_of_requirements E[r] / E[n; r > 0]; sole_buyers P(r = n | r > 0);
        repeat_buyers P(r > 1 | r > 0).

    Goodhardt, Ehrenberg & Chatfield (1984), JRSS A 147, 621-655.
    """
    n = np.arange(len(distribution))
    a = alpha.to_numpy(float)
    share = a / s
    none = never_bought(a, s, n[-1])
    penetration = 1 - none @ distribution
    mean = share * (n @ distribution)
    category = (n * distribution) @ (1 - none).T
    # P(r = 1 | n) = n alpha / (S + n - 1) P(0 | n - 1)
    once = ((n[1:] * distribution[1:] / (s + n[1:] - 1)) @ none[:, :-1].T) * a
    only = never_bought(s - a, s, n[-1])[:, 1:] @ distribution[1:]
    values = (
        share,
        penetration,
        mean / penetration,
        category / penetration,
        mean / category,
        only / penetration,
        1 - once / penetration,
    )
    return pd.DataFrame(dict(zip(MEASURES, values, strict=True)), index=alpha.index)


def expected_joint(distribution: np.ndarray, alpha: np.ndarray, s: float) -> np.ndarray:
    """P(buys both brands), brands x brands; its diagonal is the penetration.

    Two brands taken as one are again a Dirichlet brand with alpha_j + alpha_k, so
    P(both) = P(j) + P(k) - P(j or k).
    """
    a = np.asarray(alpha, float)
    penetration = 1 - never_bought(a, s, len(distribution) - 1) @ distribution
    joint = np.diag(penetration)
    for j in range(len(a) - 1):
        either = 1 - never_bought(a[j] + a[j + 1 :], s, len(distribution) - 1) @ distribution
        joint[j, j + 1 :] = joint[j + 1 :, j] = penetration[j] + penetration[j + 1 :] - either
    return joint


def expected_repeat_rate(m: float, k: float, alpha: pd.Series, s: float) -> pd.Series:
    """Share of a brand's buyers of one period who buy it again in the next, equally long one.

    With b1 and b2 the penetrations in one and in two periods (2M in place of M), the share that
    buys in both is 2 b1 - b2, so the repeat rate is (2 b1 - b2) / b1.
    """
    one, two = (
        expected_measures(category_distribution(periods * m, k), alpha, s)["penetration"]
        for periods in (1, 2)
    )
    return ((2 * one - two) / one).rename("repeat_rate")
