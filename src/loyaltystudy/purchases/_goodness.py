"""Where the NBD-Dirichlet fails: category purchases, penetrations, partitions, drift.

Every check returns a row: check, subject, statistic, df, p, verdict, note.
"""

import numpy as np
import pandas as pd

from loyaltystudy.purchases._likelihood import BuyerCounts
from loyaltystudy.purchases._theory import category_distribution, never_bought

LEVEL = 0.05
FEWEST = 5.0  # expected households a cell


def check_category(t: BuyerCounts, m: float, k: float) -> dict:
    """Pearson's chi-square of households by number of category purchases against the NBD.

    Cells from the top down are merged until each expects five households; two degrees of freedom
    go to M and K. (With parameters from ungrouped data the true level lies a little above 5 %.)
    """
    from scipy import stats

    distribution = category_distribution(m, k, buyers_only=not t.zeros)
    observed = np.zeros(max(len(distribution), len(t.totals)))
    observed[: len(t.totals)] = t.totals
    if not t.zeros:
        observed[0] = 0
    expected = np.zeros_like(observed)
    expected[: len(distribution)] = distribution * observed.sum()
    groups = _groups(expected)
    o, e = (np.bincount(groups, weights=w) for w in (observed, expected))
    df = len(o) - 3
    if df < 1:
        return _row("category", "NBD", np.nan, np.nan, np.nan, "too few different totals to test")
    statistic = float(((o - e) ** 2 / e).sum())
    worst = int(np.argmax(np.abs(o - e) / np.sqrt(e)))
    first, last = np.flatnonzero(groups == worst)[[0, -1]]
    first = max(first, int(not t.zeros))  # a panel of buyers only has no household at 0
    end = "" if first == last else " or more" if worst == len(o) - 1 else f" to {last}"
    counts = f"{o[worst]:.0f} households, {e[worst]:.0f} expected"
    note = f"farthest off: {first}{end} purchases, {counts}"
    return _row("category", "NBD", statistic, df, float(stats.chi2.sf(statistic, df)), note)


def check_brands(counts: np.ndarray, t: BuyerCounts, alpha: pd.Series) -> list[dict]:
    """Buyers of each brand, and of each pair, against the Dirichlet given category purchases.

    Given its n, whether a household bought brand j is a Bernoulli variable with known chance, so
    sums over households have known means and (co)variances; that alpha was fitted to the same
    counts takes D' C D off the variance of each brand's buyers, with D the derivatives of their
    expected number by log alpha, and C the inverse of the *expected* information (what is left
    is so little that the noise in the observed one would spoil it). For pairs the statistic is
    what is left of the joint buyers once both brands' own numbers of buyers are taken into
    account; that separates a partition (pairs bought by the same households too often or too
    seldom) from brands that merely have too many or too few buyers. The largest of all |z| is
    tested, Bonferroni-corrected.
    """
    totals = t.totals.copy()
    totals[0] = 0
    households = np.flatnonzero(totals)
    weight = totals[households]
    a = alpha.to_numpy(float)
    s = a.sum()
    bought = counts > 0
    joint = bought.T.astype(float) @ bought
    single = 1 - never_bought(a, s, len(totals) - 1)[:, households]
    information = _expected_information(a, households, weight, t)
    z = _brand_z(np.diag(joint), single, _slopes(a, households, weight), information, weight)
    rows = [_largest("brands", [str(b) for b in alpha.index], z, "buyers than expected")]
    names, values = [], []
    for j in range(len(a) - 1):
        either = 1 - never_bought(a[j] + a[j + 1 :], s, len(totals) - 1)[:, households]
        for k, union in enumerate(either, start=j + 1):
            observed = np.array([joint[j, k], joint[j, j], joint[k, k]])
            values.append(_pair_z(observed, single[j], single[k], union, weight))
            names.append(f"{alpha.index[j]} with {alpha.index[k]}")
    if len(a) > 2:  # with two brands the pair follows from the singles
        rows.append(_largest("partition", names, np.array(values), "joint buyers than expected"))
    return rows


def _brand_z(observed, single, slopes, information, weight):
    plain = (single * (1 - single)) @ weight
    used = np.linalg.lstsq(information, slopes.T, rcond=None)[0]
    spread = plain - np.einsum("ji,ij->j", slopes, used)
    miss = observed - single @ weight
    known = spread > 1e-6 * plain  # else the fit has used up all there was to see
    return np.where(known, miss / np.sqrt(np.where(known, spread, 1.0)), 0.0)


def _expected_information(a, households, weight, t):
    """Of log alpha, given the households' category purchases."""
    from scipy import stats

    s = a.sum()
    r = np.arange(households[-1] + 1)
    own = []
    for alpha in a:
        chance = stats.betabinom.pmf(r, households[:, None], alpha, s - alpha)
        more = (weight @ chance)[::-1].cumsum()[::-1][1:]  # households expected above r = 0, 1, ...
        own.append(alpha**2 * (more / (alpha + r[:-1]) ** 2).sum())
    shared = (t.category / (s + np.arange(len(t.category))) ** 2).sum()
    return np.diag(own) - np.outer(a, a) * shared


def _slopes(a, households, weight, step=1e-4):
    """Derivatives of each brand's expected buyers (rows) by each log alpha (columns)."""

    def buyers(alpha):
        none = never_bought(alpha, alpha.sum(), households[-1])[:, households]
        return (1 - none) @ weight

    steps = np.exp(step * np.eye(len(a)))
    return np.column_stack([(buyers(a * e) - buyers(a / e)) / (2 * step) for e in steps])


def _pair_z(observed, one, two, union, weight):
    both = one + two - union
    probabilities = np.stack([both, one, two])
    products = np.stack([both, both, both, one, both, two])  # 00 01 02 11 12 22
    covariance = np.empty((3, 3))
    upper = np.triu_indices(3)
    cross = products - probabilities[upper[0]] * probabilities[upper[1]]
    covariance[upper] = cross @ weight
    covariance[upper[1], upper[0]] = covariance[upper]
    miss = observed - probabilities @ weight
    slope = np.linalg.lstsq(covariance[1:, 1:], covariance[1:, 0], rcond=None)[0]
    spread = covariance[0, 0] - covariance[0, 1:] @ slope
    if spread < 1e-9 * max(covariance[0, 0], 1.0):
        return 0.0
    return (miss[0] - slope @ miss[1:]) / np.sqrt(spread)


def check_stationary(halves) -> list[dict]:
    """Same households in two periods: do brand shares, and purchases, stay?

    Wald tests whose variance is between households. Shares: of each household that bought in
    both periods, the change of its own brand shares (brands - 1 degrees of freedom). Purchases:
    the change of its total; given only for real periods, since halves of a history are equally long
    by construction.
    """
    if halves is None:
        note = "the order of purchases is not known"
        return [_row("stationary shares", "all", np.nan, np.nan, np.nan, note)]
    first, second = halves
    one, two = first.sum(axis=1), second.sum(axis=1)
    both = (one > 0) & (two > 0)
    change = second[both] / two[both, None] - first[both] / one[both, None]
    rows = [_wald("stationary shares", change[:, :-1])]
    if np.any(one - two > 1) or np.any(two > one):  # not halves of each household's history
        rows.append(_wald("stationary purchases", (two - one)[:, None].astype(float)))
    return rows


def _wald(check, change):
    from scipy import stats

    df = change.shape[1]
    if len(change) < 10 * (df + 1):
        return _row(check, "all", np.nan, np.nan, np.nan, "too few households in both periods")
    mean = change.mean(axis=0)
    covariance = np.atleast_2d(np.cov(change.T)) / len(change)
    statistic = float(mean @ np.linalg.pinv(covariance) @ mean)
    df = int(np.linalg.matrix_rank(covariance))
    note = f"largest mean change a household {mean[np.argmax(np.abs(mean))]:+.3f}"
    return _row(check, "all", statistic, df, float(stats.chi2.sf(statistic, df)), note)


def _largest(check, names, z, words):
    from scipy import stats

    worst = int(np.argmax(np.abs(z)))
    p = min(1.0, len(z) * 2 * float(stats.norm.sf(abs(z[worst]))))
    more = "more" if z[worst] > 0 else "fewer"
    return _row(check, names[worst], float(z[worst]), np.nan, p, f"{names[worst]}: {more} {words}")


def _groups(expected):
    """Cell of every n: runs from 0 up that each expect five, the rest in the last."""
    groups, cell, inside = np.zeros(len(expected), dtype=int), 0, 0.0
    left = expected.sum()
    for n, value in enumerate(expected):
        groups[n] = cell
        inside, left = inside + value, left - value
        if inside >= FEWEST and left >= FEWEST:
            cell, inside = cell + 1, 0.0
    return groups


def _row(check, subject, statistic, df, p, note):
    verdict = "not tested" if np.isnan(p) else "fails" if p < LEVEL else "holds"
    return check, subject, statistic, df, p, verdict, note
