"""Polychoric correlations of all pairs of items at once, with each row's influence on them.

Two steps, as Olsson (1979) and Muthen (1984): thresholds from each item's own margin, then the
correlation of each pair by maximum likelihood. Arrays below are stacked over pairs; items with
fewer categories than the widest get thresholds at FAR, beyond which nobody is.
"""

import itertools
from dataclasses import dataclass

import numpy as np

FAR = 40.0  # a threshold in place of infinity: the normal density underflows to zero there
NODES, SHARES = np.polynomial.legendre.leggauss(32)
EDGE = 0.999  # the correlation that stands for one that runs to 1
STEPS = 100


@dataclass(frozen=True, eq=False)
class Categories:
    """Answers as category numbers from 0, and the thresholds between them."""

    codes: np.ndarray  # n x p, integers
    counts: np.ndarray  # categories of each item
    thresholds: np.ndarray  # p x (most categories - 1), FAR beyond an item's own
    weights: np.ndarray  # mean 1

    @property
    def pairs(self) -> tuple[np.ndarray, np.ndarray]:
        """Rows and columns of the lower triangle, in the order of every array over pairs."""
        at = list(itertools.combinations(range(len(self.counts)), 2))
        first, second = np.array(at, dtype=int).reshape(-1, 2).T
        return first, second


@dataclass(frozen=True, eq=False)
class Polychoric:
    """Correlations of all pairs.

    ``influence`` (rows x pairs) is the influence function of each correlation, the error of the
    thresholds in it; its mean is zero, and its covariance over n that of the correlations.
    """

    matrix: np.ndarray
    correlations: np.ndarray
    tables: np.ndarray  # pairs x categories x categories, weighted counts
    at_edge: np.ndarray  # pairs whose likelihood rises all the way to 1 or -1
    filled: np.ndarray  # pairs of two binary items, one cell of which was empty
    influence: np.ndarray


def categories(values: np.ndarray, weights: np.ndarray) -> Categories:
    """Number the answers of each column and find its thresholds."""
    from scipy.special import ndtri

    w = weights / weights.mean()
    codes = np.empty(values.shape, dtype=int)
    shares = []
    for j, column in enumerate(values.T):
        codes[:, j] = np.unique(column, return_inverse=True)[1]
        shares.append(np.cumsum(np.bincount(codes[:, j], weights=w))[:-1] / w.sum())
    widest = max(len(share) for share in shares)
    thresholds = np.full((len(shares), widest), FAR)
    for j, share in enumerate(shares):
        thresholds[j, : len(share)] = ndtri(share)
    return Categories(codes, codes.max(axis=0) + 1, thresholds, w)


def polychoric_pairs(values: np.ndarray, weights: np.ndarray) -> Polychoric:
    r"""Correlations by maximum likelihood given the thresholds, and their influence functions.

    .. math:: \hat\rho = \arg\max_\rho \sum_{ab} n_{ab} \log \pi_{ab}(\rho)

    A table of two binary items with one empty cell has its maximum at 1 or -1; as lavaan does, half
    a person is moved so that every cell holds someone and the margins stay.
    """
    data = categories(values, weights)
    tables = _tables(data)
    tables, filled = _without_empty_cell(tables, data)
    first, second = data.pairs
    h, k = data.thresholds[first], data.thresholds[second]
    rho = _maximise(tables, h, k)
    edge = _at_edge(tables, h, k, rho)
    matrix = np.eye(len(data.counts))
    matrix[first, second] = matrix[second, first] = rho
    return Polychoric(matrix, rho, tables, edge, filled, _influence(data, h, k, rho))


def _tables(data: Categories) -> np.ndarray:
    first, second = data.pairs
    wide = data.thresholds.shape[1] + 1
    out = np.empty((len(first), wide, wide))
    for pair, (i, j) in enumerate(zip(first, second, strict=True)):
        cell = data.codes[:, i] * wide + data.codes[:, j]
        out[pair] = np.bincount(cell, weights=data.weights, minlength=wide * wide).reshape(
            wide, wide
        )
    return out


def _without_empty_cell(tables: np.ndarray, data: Categories) -> tuple[np.ndarray, np.ndarray]:
    first, second = data.pairs
    binary = (data.counts[first] == 2) & (data.counts[second] == 2)
    empty = (tables[:, :2, :2] == 0).sum(axis=(1, 2))
    filled = binary & (empty == 1)
    out, half = tables.copy(), np.array([[0.5, -0.5], [-0.5, 0.5]])
    for pair in np.flatnonzero(filled):
        on_diagonal = (tables[pair][[0, 1], [0, 1]] == 0).any()
        out[pair, :2, :2] += half if on_diagonal else -half
    return out, filled


def _cells(rho: np.ndarray, h: np.ndarray, k: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Probability of every cell, and its derivative in the correlation."""
    from scipy.special import ndtr

    a, b = h[:, :, None], k[:, None, :]
    r = rho[:, None, None]
    # Phi2(a, b; rho) = Phi(a) Phi(b) + integral of the density over rho, in the angle asin(rho)
    below = ndtr(a) * ndtr(b)
    # Gauss-Legendre over the angle: its integrand stays smooth up to a correlation of 1, where
    # that over rho itself has a pole
    half = np.arcsin(r) / 2
    total = np.zeros_like(below)
    for node, share in zip(NODES, SHARES, strict=True):
        sine = np.sin(half * (node + 1))
        total += share * np.exp((2 * a * b * sine - a**2 - b**2) / (2 * (1 - sine**2)))
    below += half * total / (2 * np.pi)
    density = np.exp((2 * a * b * r - a**2 - b**2) / (2 * (1 - r**2)))
    density /= 2 * np.pi * np.sqrt(1 - r**2)
    return _differences(below, ndtr(h), ndtr(k)), _differences(density, 0 * h, 0 * k)


def _differences(inner: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Cells from a cumulative table: its own borders are 0 below and the margins above."""
    pairs, m, _ = inner.shape
    whole = np.zeros((pairs, m + 2, m + 2))
    whole[:, 1:-1, 1:-1] = inner
    whole[:, 1:-1, -1], whole[:, -1, 1:-1] = rows, columns
    whole[:, -1, -1] = 1.0 if rows.any() else 0.0
    return np.diff(np.diff(whole, axis=1), axis=2)


def _log_likelihood(tables, h, k, rho) -> np.ndarray:
    inside = np.maximum(_cells(rho, h, k)[0], 1e-300)
    return (tables * np.log(inside)).sum(axis=(1, 2))


def _maximise(tables: np.ndarray, h: np.ndarray, k: np.ndarray) -> np.ndarray:
    """Fisher scoring on atanh(rho), a step halved wherever the likelihood would fall."""
    size, z = tables.sum(axis=(1, 2)), np.zeros(len(tables))
    most = np.arctanh(EDGE)
    value = _log_likelihood(tables, h, k, np.tanh(z))
    for _ in range(STEPS):
        rho = np.tanh(z)
        # (pairs, categories, categories); the chain rule to z = atanh(rho) is the factor 1 - rho^2
        p, slope = _cells(rho, h, k)
        p = np.maximum(p, 1e-300)
        score = (tables * slope / p).sum(axis=(1, 2)) * (1 - rho**2)
        information = size * (slope**2 / p).sum(axis=(1, 2)) * (1 - rho**2) ** 2
        step = np.clip(score / np.maximum(information, 1e-300), -0.5, 0.5)
        for _ in range(30):
            trial = np.clip(z + step, -most, most)
            found = _log_likelihood(tables, h, k, np.tanh(trial))
            worse = found < value - 1e-12 * np.abs(value)
            if not worse.any():
                break
            step = np.where(worse, step / 2, step)
        moved = np.abs(trial - z).max(initial=0.0)
        z, value = trial, found
        if moved < 1e-9:
            break
    return np.tanh(z)


def _at_edge(tables, h, k, rho) -> np.ndarray:
    """Pairs with empty cells for which a correlation of 1 or -1 is as likely as any."""
    empty = np.array([(t[t.any(axis=1)][:, t.any(axis=0)] == 0).any() for t in tables], dtype=bool)
    here = _log_likelihood(tables, h, k, rho)
    there = _log_likelihood(tables, h, k, np.where(rho < 0, -EDGE, EDGE))
    return empty & ((np.abs(rho) > 0.99) | (there > here - 0.05))


def _influence(data: Categories, h: np.ndarray, k: np.ndarray, rho: np.ndarray) -> np.ndarray:
    """Influence functions by stacked scores: outer products in place of expected information."""
    first, second = data.pairs
    own, inverse = _threshold_scores(data)
    p, slope = _cells(rho, h, k)
    p = np.maximum(p, 1e-300)
    by_rho = slope / p
    by_first = _threshold_slopes(h, k, rho) / p[:, None]
    turned = _threshold_slopes(k, h, rho).transpose(0, 1, 3, 2) / p[:, None]
    weighted = _tables(data) * by_rho
    total = data.weights.sum()
    pull_first = np.einsum("pab,ptab->pt", weighted, by_first) / total
    pull_second = np.einsum("pab,ptab->pt", weighted, turned) / total
    curvature = (weighted * by_rho).sum(axis=(1, 2)) / total
    out = np.empty((len(data.codes), len(rho)))
    for pair, (i, j) in enumerate(zip(first, second, strict=True)):
        # thresholds are estimated too, from each item alone; what their error pulls is taken off
        score = by_rho[pair, data.codes[:, i], data.codes[:, j]]
        score = score - (own[i] @ (inverse[i] @ pull_first[pair]))[data.codes[:, i]]
        score = score - (own[j] @ (inverse[j] @ pull_second[pair]))[data.codes[:, j]]
        out[:, pair] = score / curvature[pair]
    return out


def _threshold_scores(data: Categories) -> tuple[np.ndarray, np.ndarray]:
    """For each item the score of every category in its thresholds, and the inverse information."""
    from scipy.special import ndtr

    p, wide = data.thresholds.shape
    cumulative = np.hstack([np.zeros((p, 1)), ndtr(data.thresholds), np.ones((p, 1))])
    share = np.diff(cumulative, axis=1)
    density = np.exp(-(data.thresholds**2) / 2) / np.sqrt(2 * np.pi)
    scores, inverse = np.zeros((p, wide + 1, wide)), np.zeros((p, wide, wide))
    for j, count in enumerate(data.counts):
        at = np.arange(count - 1)
        scores[j, at, at] = density[j, at] / share[j, at]
        scores[j, at + 1, at] = -density[j, at] / share[j, at + 1]
        s = scores[j, :count, : count - 1]
        inverse[j, : count - 1, : count - 1] = np.linalg.inv((s.T * share[j, :count]) @ s)
    return scores, inverse


def _threshold_slopes(h: np.ndarray, k: np.ndarray, rho: np.ndarray) -> np.ndarray:
    """Derivative of every cell in each threshold of the first item: pairs x thresholds x cells."""
    from scipy.special import ndtr

    pairs, m = h.shape
    r = rho[:, None, None]
    given = ndtr((k[:, None, :] - r * h[:, :, None]) / np.sqrt(1 - r**2))
    given = np.concatenate([np.zeros((pairs, m, 1)), given, np.ones((pairs, m, 1))], axis=2)
    density = np.exp(-(h**2) / 2) / np.sqrt(2 * np.pi)
    change = density[:, :, None] * np.diff(given, axis=2)  # pairs x threshold x category of k
    out = np.zeros((pairs, m, m + 1, m + 1))
    at = np.arange(m)
    out[:, at, at], out[:, at, at + 1] = change, -change
    return out
