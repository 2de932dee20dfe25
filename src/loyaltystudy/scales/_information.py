"""Scores of single respondents and observed information of a normal model.

A model moves the covariance by ``a b' + b a'`` and the mean by ``c`` (see `_estimator`). For a
respondent at distance d from the mean, over the items answered and with V the inverse of Sigma,

    score  (a V d) (b V d) - a V b + c V d

Information is the mean of minus the second derivatives, observed, as lavaan has it where answers
are missing: the expected one would suppose that gaps have nothing to do with the answers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from loyaltystudy.scales._estimator import Fitted, GroupMoments, directions
from loyaltystudy.scales._layout import Layout, matrices


class Directions(NamedTuple):
    """How each parameter moves covariance and mean: three arrays, parameters x items."""

    a: np.ndarray
    b: np.ndarray
    c: np.ndarray


@dataclass(frozen=True, eq=False)
class Pattern:
    """Respondents who answered the same items, and their moments."""

    rows: np.ndarray
    moments: GroupMoments


def patterns(values: np.ndarray, weights: np.ndarray) -> list[Pattern]:
    """Rows grouped by what they answered; those that answered nothing are in none."""
    given = ~np.isnan(values)
    kinds, number = np.unique(given, axis=0, return_inverse=True)
    out = []
    for kind, answered in enumerate(kinds):
        if not answered.any():
            continue
        rows, at = np.flatnonzero(number.ravel() == kind), np.flatnonzero(answered)
        x, w = values[np.ix_(rows, at)], weights[rows]
        mean = np.average(x, axis=0, weights=w)
        cov = ((x - mean) * w[:, None]).T @ (x - mean) / w.sum()
        out.append(Pattern(rows, GroupMoments(cov, mean, float(w.sum()), at)))
    return out


def scores(groups: Sequence[Pattern], values, sigma, mu, toward: Directions) -> np.ndarray:
    """Score of every row in every parameter; zero for rows without an answer."""
    out = np.zeros((len(values), len(toward.a)))
    for group in groups:
        at = group.moments.items
        v = np.linalg.inv(sigma[np.ix_(at, at)])
        a, b, c = (of[:, at] for of in toward)
        # (rows, items) of V (x - mu); z'Da z of a rank-two direction is twice (a'z)(b'z)
        away = (values[np.ix_(group.rows, at)] - mu[at]) @ v
        level = ((a @ v) * b).sum(axis=1)
        out[group.rows] = (away @ a.T) * (away @ b.T) - level + away @ c.T
    return out


def observed_information(
    groups: Sequence[Pattern], sigma, mu, toward: Directions
) -> tuple[np.ndarray, np.ndarray]:
    """Information of one row on average where Sigma is linear in the parameters, and V - VMV.

    The second, summed over patterns, is what second derivatives of Sigma are weighed with.
    """
    total = sum(group.moments.n for group in groups)
    information = np.zeros((len(toward.a), len(toward.a)))
    rest = np.zeros_like(sigma)
    for group in groups:
        at, share = group.moments.items, group.moments.n / total
        a, b, c = (of[:, at] for of in toward)
        v = np.linalg.inv(sigma[np.ix_(at, at)])
        d = group.moments.mean - mu[at]
        u = v @ (group.moments.cov + np.outer(d, d)) @ v
        information += share * _curvature(a, b, c, v, u, v @ d)
        rest[np.ix_(at, at)] += share * (v - u)
    return information, rest


def _curvature(a, b, c, v, u, q) -> np.ndarray:
    """Minus the second derivatives of one pattern: u is V M V, q is V d."""
    # tr(D_i V D_j U) and tr(D_i V D_j V) of rank-two D = ab' + ba', expanded into products of
    # (parameters, parameters) forms a'Va, a'Ub, ...: symmetric in i and j term by term
    av, bv, au, bu = a @ v, b @ v, a @ u, b @ u
    ava, bvb, avb = av @ a.T, bv @ b.T, av @ b.T
    aua, bub, aub = au @ a.T, bu @ b.T, au @ b.T
    out = ava * bub + bvb * aua + avb.T * aub + avb * aub.T - ava * bvb - avb * avb.T
    pull = (a @ q)[:, None] * (bv @ c.T) + (b @ q)[:, None] * (av @ c.T)
    return out + c @ v @ c.T + pull + pull.T


def model_directions(layout: Layout, x: np.ndarray) -> Directions:
    """Directions of the parameters of a one-group model, cells of one parameter added up."""
    return Directions(*directions(layout, matrices(layout, x, 0), 0))


def model_information(fitted: Fitted, groups: Sequence[Pattern]) -> np.ndarray:
    """Observed information of one row on average, Sigma's own second derivatives included."""
    layout, model = fitted.layout, fitted.matrices()
    toward = model_directions(layout, fitted.x)
    information, rest = observed_information(groups, model.sigma, model.mu, toward)

    def pull(x: np.ndarray) -> np.ndarray:
        """Slope of tr(rest Sigma): one matrix for all patterns, so differences are cheap."""
        a, b, _ = model_directions(layout, x)
        return 2 * ((a @ rest) * b).sum(axis=1)

    # along one parameter Sigma is quadratic at most: differences of its slopes are exact but for
    # rounding
    bend = np.empty_like(information)
    for k, step in enumerate(1e-5 * np.maximum(np.abs(fitted.x), 0.1)):
        move = np.zeros_like(fitted.x)
        move[k] = step
        bend[k] = (pull(fitted.x + move) - pull(fitted.x - move)) / (2 * step)
    return information + (bend + bend.T) / 4


def saturated_directions(p: int, *, covariances: bool = True) -> Directions:
    """Every variance, covariance and mean free; without ``covariances`` no covariance."""
    unit = np.eye(p)
    i, j = np.tril_indices(p, 0 if covariances else -p)
    if not covariances:
        i = j = np.arange(p)
    a, b = unit[i], unit[j] * np.where(i == j, 0.5, 1.0)[:, None]
    zero = np.zeros((p, p))
    return Directions(np.vstack([a, zero]), np.vstack([b, zero]), np.vstack([0 * a, unit]))
