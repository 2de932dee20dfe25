"""One estimator for every factor model of numbers here: maximum likelihood.

Each free cell moves the implied covariance by a symmetric matrix of rank two, ``a b' + b a'``, and
the implied mean by a vector ``c``. Gradient and expected second derivatives are then products of
the stacked vectors A, B, C (cells x p):

    gradient  2 (A W . B) 1 - 2 C V d
    hessian   2 [(A V A') . (B V B') + (A V B') . (B V A')] + 2 C V C'

with ``.`` the elementwise product, V the inverse of Sigma and W = V (Sigma - S - d d') V. No
numerical derivative is taken. Respondents who left the same items unanswered are a group of their
own whose moments cover the other items only; all such groups share every parameter.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from loyaltystudy.errors import SurveyError
from loyaltystudy.scales._layout import (
    FACTOR,
    FACTOR_MEAN,
    INTERCEPT,
    LOADING,
    RESIDUAL,
    Layout,
    Matrices,
    matrices,
)

GAIN = 1e-13  # a step that promises less than this in F is no step: chi-square moves by 1e-10


@dataclass(frozen=True, eq=False)
class GroupMoments:
    """Covariance (divisor n), means and size of one group; ``at`` are its items where not all.

    ``constant`` is what makes F zero for a perfect fit; 0 where the covariance may be singular.
    """

    cov: np.ndarray
    mean: np.ndarray
    n: float
    at: np.ndarray | None = None

    @property
    def items(self) -> np.ndarray | slice:
        return slice(None) if self.at is None else self.at

    @property
    def constant(self) -> float:
        return np.linalg.slogdet(self.cov)[1] + len(self.cov) if self.at is None else 0.0


@dataclass(frozen=True, eq=False)
class Fitted:
    """Estimates, the discrepancy F at them, and the Hessian of F (expected)."""

    layout: Layout
    moments: tuple[GroupMoments, ...]
    x: np.ndarray
    discrepancy: float
    hessian: np.ndarray
    iterations: int

    @property
    def n(self) -> float:
        return sum(group.n for group in self.moments)

    @property
    def covariance(self) -> np.ndarray:
        """Covariance matrix of the maximum likelihood estimates (expected information)."""
        unit = 1 / np.sqrt(np.abs(np.diag(self.hessian)))
        units = np.outer(unit, unit)
        return np.linalg.inv(self.hessian * units * self.n / 2) * units

    def matrices(self, group: int = 0) -> Matrices:
        return matrices(self.layout, self.x, group)


def group_moments(values: np.ndarray) -> GroupMoments:
    """Moments of the rows of ``values``; maximum likelihood divides by n, not by n - 1."""
    return GroupMoments(np.cov(values.T, ddof=0), values.mean(axis=0), len(values))


def evaluate(
    layout: Layout, x: np.ndarray, moments: Sequence[GroupMoments]
) -> tuple[float, np.ndarray, np.ndarray]:
    """Discrepancy F, its gradient and its expected Hessian; F is infinite outside the model."""
    total, gradient = 0.0, np.zeros(layout.n_params)
    hessian = np.zeros((layout.n_params, layout.n_params))
    n = sum(group.n for group in moments)
    for number, group in enumerate(moments):
        model = matrices(layout, x, number)
        at = group.items
        d = group.mean - model.mu[at] if layout.means else np.zeros(len(group.mean))
        value, v, w = _likelihood(model.sigma[at][:, at], group, d)
        if not np.isfinite(value):
            return np.inf, gradient, hessian
        a, b, c = (of[:, at] for of in directions(layout, model, number))
        # (cells, p) products in place of a (p, p) derivative for each cell
        va, vb = a @ v, b @ v
        # tr(V D_i V D_j) of rank-two D = ab' + ba' has four terms, equal in pairs: (cells, cells)
        cross = va @ b.T
        curve = 2 * ((va @ a.T) * (vb @ b.T) + cross * cross.T)
        slope = 2 * ((a @ w) * b).sum(axis=1)
        if layout.means:
            curve += 2 * (c @ v @ c.T)
            slope -= 2 * (c @ (v @ d))
        share, at = group.n / n, layout.cells[number].param
        total += share * value
        gradient[at] += share * slope
        hessian[np.ix_(at, at)] += share * curve
    return total, gradient, hessian


def _likelihood(sigma, group, d):
    try:
        root = np.linalg.cholesky(sigma)
    except np.linalg.LinAlgError:
        return np.inf, None, None
    # symmetrised: rounding in the inverse would make gradient and Hessian of two minds
    v = np.linalg.inv(sigma)
    v = (v + v.T) / 2
    outer = group.cov + np.outer(d, d)
    value = 2 * np.log(np.diag(root)).sum() + (v * outer).sum() - group.constant
    return value, v, v @ (sigma - outer) @ v


def directions(layout: Layout, model: Matrices, number: int) -> tuple[np.ndarray, ...]:
    """The vectors a, b, c of every free cell of one group."""
    # (cells, p) each; where a diagonal cell gives a = b, half of b, or ab' + ba' would count double
    cells, p = layout.cells[number], len(layout.items)
    a, b, c = (np.zeros((len(cells.kind), p)) for _ in range(3))
    reach = model.loadings @ model.factors
    at, row, col = cells.of(LOADING), cells.row, cells.col
    a[at, row[at]] = 1
    b[at] = reach.T[col[at]]
    c[at, row[at]] = model.factor_means[col[at]]
    at = cells.of(FACTOR)
    a[at] = model.loadings.T[row[at]]
    b[at] = model.loadings.T[col[at]] * np.where(row[at] == col[at], 0.5, 1.0)[:, None]
    at = cells.of(RESIDUAL)
    a[at, row[at]], b[at, row[at]] = 1, 0.5
    at = cells.of(INTERCEPT)
    c[at, row[at]] = 1
    at = cells.of(FACTOR_MEAN)
    c[at] = model.loadings.T[row[at]]
    return a, b, c


def starting_values(layout: Layout, moments: Sequence[GroupMoments]) -> np.ndarray:
    """Loadings from each scale's first principal axis, half the variance unexplained."""
    x = np.zeros(layout.n_params)
    axis = np.zeros(len(layout.items))
    pooled = sum(group.cov * group.n for group in moments) / sum(group.n for group in moments)
    spread = np.sqrt(np.diag(pooled))
    for factor in range(len(layout.factors)):
        at = np.flatnonzero(layout.home == factor)
        block = (pooled / np.outer(spread, spread))[np.ix_(at, at)]
        first = np.linalg.eigh(block)[1][:, -1]
        axis[at] = first * np.sign(first.sum() or 1.0)
        axis[at] *= 0.7 / np.abs(axis[at]).max()
    for cells, group in zip(layout.cells, moments, strict=True):
        row, col = cells.row, cells.col
        start = np.zeros(len(row))
        for kind, values in (
            (LOADING, (axis * spread)[row]),
            (FACTOR, (row == col).astype(float)),
            (RESIDUAL, np.diag(group.cov)[row] / 2),
            (INTERCEPT, group.mean[row]),
        ):
            start[cells.of(kind)] = values[cells.of(kind)]
        x[cells.param] = start
    return x


def fit_model(
    layout: Layout,
    moments: Sequence[GroupMoments],
    *,
    start: np.ndarray | None = None,
    max_iterations: int = 500,
) -> Fitted:
    """Minimise the discrepancy: BFGS that starts from the expected Hessian.

    The expected Hessian alone (Fisher scoring) crawls where a model fits badly, as it then misses
    part of the curvature; the BFGS updates learn that part.

    Raises SurveyError if the model is not identified, or the search does not converge.
    """
    x = starting_values(layout, moments) if start is None else start
    unit = _units(layout, moments)
    x, (value, gradient, hessian) = x / unit, _evaluate_in(unit, layout, x / unit, moments)
    inverse = _inverse(hessian)
    for iteration in range(max_iterations):
        step = -inverse @ gradient
        if -gradient @ step < GAIN:
            fresh = _inverse(hessian)
            if gradient @ fresh @ gradient < GAIN:
                _need_identified(layout, hessian)
                hessian = hessian / np.outer(unit, unit)
                return Fitted(layout, tuple(moments), x * unit, value, hessian, iteration)
            inverse, step = fresh, -fresh @ gradient
        length, trial = _search(unit, layout, x, moments, value, step, gradient)
        if length == 0.0:
            break
        moved, turned = length * step, trial[1] - gradient
        x, (value, gradient, hessian) = x + moved, trial
        # The first steps run from a rough start, where Fisher scoring is the better guide.
        inverse = _inverse(hessian) if iteration < 4 else _learn(inverse, moved, turned)
    raise SurveyError(
        f"The factor model of {list(layout.factors)} did not converge in {max_iterations} "
        "iterations. Check for scales with two items, items keyed the wrong way, or items that "
        "measure something else; fit fewer scales at a time."
    )


def _units(layout: Layout, moments: Sequence[GroupMoments]) -> np.ndarray:
    """The unit of each parameter: the search must not depend on the units of the answers."""
    unit = np.ones(layout.n_params)
    if any(group.at is not None for group in moments):
        return unit
    pooled = sum(group.cov * group.n for group in moments) / sum(group.n for group in moments)
    spread = np.sqrt(np.diag(pooled))
    for cells in layout.cells:
        for kind, power in ((LOADING, 1), (INTERCEPT, 1), (RESIDUAL, 2)):
            at = cells.of(kind)
            unit[cells.param[at]] = spread[cells.row[at]] ** power
    return unit


def _evaluate_in(unit, layout, x, moments):
    """`evaluate` of parameters measured in these units."""
    value, gradient, hessian = evaluate(layout, x * unit, moments)
    return value, gradient * unit, hessian * np.outer(unit, unit)


def _search(unit, layout, x, moments, value, step, gradient):
    """Halve the step until the discrepancy falls enough; length 0 where it never does."""
    slope, length = gradient @ step, 1.0
    while length > 1e-12:
        trial = _evaluate_in(unit, layout, x + length * step, moments)
        # Near the minimum a fall drowns in rounding.
        if trial[0] <= value + 1e-4 * length * slope + 1e-15 * (1 + abs(value)):
            return length, trial
        length /= 2
    return 0.0, None


def _learn(inverse: np.ndarray, moved: np.ndarray, turned: np.ndarray) -> np.ndarray:
    """The BFGS update of an inverse Hessian."""
    curvature = moved @ turned
    if curvature <= 1e-12 * np.sqrt((moved @ moved) * (turned @ turned)):
        return inverse
    # (I - sy'/s'y) H (I - ys'/s'y) + ss'/s'y written out, so that no (q, q) matrices are multiplied
    pulled = inverse @ turned
    outer = np.outer(moved, pulled)
    return (
        inverse
        - (outer + outer.T) / curvature
        + (1 + turned @ pulled / curvature) * np.outer(moved, moved) / curvature
    )


def _inverse(hessian: np.ndarray) -> np.ndarray:
    scale = np.sqrt(np.maximum(np.diag(hessian), 1e-12))
    scaled = hessian / np.outer(scale, scale)
    # A touch of ridge keeps steps finite far from the solution; it leaves the optimum alone.
    return np.linalg.inv(scaled + 1e-9 * np.eye(len(scaled))) / np.outer(scale, scale)


def _need_identified(layout: Layout, hessian: np.ndarray) -> None:
    scale = np.sqrt(np.maximum(np.diag(hessian), 1e-300))
    smallest = np.linalg.eigvalsh(hessian / np.outer(scale, scale))[0]
    if smallest > 1e-9:
        return
    sizes = {f: int((layout.home == i).sum()) for i, f in enumerate(layout.factors)}
    raise SurveyError(
        f"The factor model is not identified: items per scale {sizes}. A scale on its own needs "
        "at least three items that hang together; one with two must correlate with another scale."
    )
