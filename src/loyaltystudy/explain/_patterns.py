"""Rows by which of their answers are missing, and EM over these patterns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from loyaltystudy.errors import SurveyError, refuse
from loyaltystudy.rsquared import Moments, as_numbers, check_weights

CHANGE = 1e-10  # largest change of a mean or covariance of standardised columns at convergence
MOST_ROUNDS = 10_000
REDUNDANT = 1e-9  # 1 - R² of a column on the others; below, EM's matrix is singular


@dataclass(frozen=True, eq=False)
class Patterns:
    """Sums by pattern of missingness: all that EM needs of the rows.

    ``seen`` (g, p) tells which columns the rows of a pattern answered; ``weight`` (g,), ``mean``
    (g, p) and ``cross`` (g, p, p, about that mean) are zero in columns not seen; ``which`` is the
    pattern of each of the ``rows`` with any answer.
    """

    columns: tuple[str, ...]
    seen: np.ndarray
    which: np.ndarray
    rows: np.ndarray
    n: np.ndarray
    weight: np.ndarray
    weight2: np.ndarray
    mean: np.ndarray
    cross: np.ndarray

    @classmethod
    def of(cls, x: np.ndarray, w: np.ndarray, columns, like: Patterns | None = None) -> Patterns:
        """Patterns of the rows; ``like`` has those of the same rows under other weights."""
        if like is None:
            rows = np.flatnonzero(~np.isnan(x).all(axis=1))
            seen, which = np.unique(~np.isnan(x[rows]), axis=0, return_inverse=True)
            which = which.reshape(-1)
        else:
            rows, seen, which = like.rows, like.seen, like.which
        x, w, g = np.nan_to_num(x[rows]), w[rows], len(seen)
        # rows pattern by pattern, so that sums over a pattern are sums over a stretch of rows
        order = np.argsort(which, kind="stable")
        starts = np.searchsorted(which[order], np.arange(g))
        weight = np.bincount(which, w, g)
        total = np.add.reduceat(x[order] * w[order, None], starts, axis=0)
        mean = total / np.maximum(weight, 1e-300)[:, None]
        mean[weight == 0] = 0.0  # a pattern that a draw of rows missed
        # rows times the root of their weight: cross-products are then one product a pattern
        root = ((x - mean[which]) * seen[which] * np.sqrt(w)[:, None])[order]
        cross = np.stack([part.T @ part for part in np.split(root, starts[1:])])
        n = np.bincount(which, w > 0, g)
        return cls(
            tuple(columns), seen, which, rows, n, weight, np.bincount(which, w**2, g), mean, cross
        )

    def regressions(self, sigma: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """K with x̂ - μ = K (x - μ) for each pattern, and the inverse of the part seen."""
        seen = self.seen.astype(float)
        # columns not seen get a one on the diagonal and zeros beside it, so that all patterns are
        # inverted in one stack of whole matrices; the mask then takes the ones out again
        both = seen[:, :, None] * seen[:, None, :]
        padded = sigma * both + (1 - seen)[:, :, None] * np.eye(seen.shape[1])
        try:
            inverse = np.linalg.inv(padded) * both
        except np.linalg.LinAlgError:
            raise SurveyError(_redundant(sigma, self.columns)) from None
        return sigma @ inverse, inverse

    def completed(self, mean: np.ndarray, sigma: np.ndarray) -> Moments:
        """Expected moments of the completed rows of each pattern."""
        k, _ = self.regressions(sigma)
        centre = mean + np.einsum("gij,gj->gi", k, (self.mean - mean) * self.seen)
        # what the answers seen leave open of the others: sigma less its explained part, zero
        # where a column is seen; without it the covariances of completed rows would be too small
        spread = self.weight[:, None, None] * (sigma - k @ sigma)
        cross = k @ self.cross @ k.swapaxes(1, 2) + spread
        return Moments(self.columns, self.n, self.weight, self.weight2, centre, cross)

    def completed_rows(self, x: np.ndarray, w: np.ndarray, whole: Moments) -> Moments:
        """The same of each row."""
        sigma = whole.cross / whole.weight
        k, _ = self.regressions(sigma)
        known = np.nan_to_num(x - whole.mean)
        centre = whole.mean + np.einsum("nij,nj->ni", k[self.which], known)
        spread = w[:, None, None] * (sigma - k @ sigma)[self.which]
        return Moments(self.columns, np.ones(len(x), int), w, w**2, centre, spread)

    def fill(self, x: np.ndarray, theta: Moments, rng=None) -> np.ndarray:
        """Rows completed by draws, or without ``rng`` by conditional means."""
        sigma = theta.cross / theta.weight
        k, _ = self.regressions(sigma)
        filled = x.copy()
        for g, seen in enumerate(self.seen):
            if seen.all():
                continue
            at = np.ix_(self.rows[self.which == g], np.flatnonzero(~seen))
            known = np.nan_to_num(x[at[0].ravel()] - theta.mean)
            guess = theta.mean + known @ k[g].T
            if rng is not None:
                left = (sigma - k[g] @ sigma)[~seen][:, ~seen]
                # a root by eigenvalues: rounding may leave one just below zero, which would stop
                # a Cholesky factorisation
                values, vectors = np.linalg.eigh((left + left.T) / 2)
                root = vectors * np.sqrt(np.maximum(values, 0))
                guess[:, ~seen] += rng.standard_normal((len(known), len(values))) @ root.T
            filled[at] = guess[:, ~seen]
        return filled


def em(parts: Patterns, change: float = CHANGE, start: Moments | None = None):
    """Moments at convergence, and the rounds it took."""
    p = len(parts.columns)
    # columns are standardised, so that zero and the identity are a fair start
    mean = np.zeros(p) if start is None else start.mean
    sigma = np.eye(p) if start is None else start.cross / start.weight
    for rounds in range(MOST_ROUNDS):
        whole = parts.completed(mean, sigma).total()
        new = whole.cross / whole.weight
        moved = max(np.abs(whole.mean - mean).max(), np.abs(new - sigma).max())
        mean, sigma = whole.mean, new
        if (moved < change or rounds % 10 == 9) and _first_redundant(sigma) is not None:
            raise SurveyError(_redundant(sigma, parts.columns))
        if moved < change:
            return whole, rounds + 1
    raise SurveyError(
        f"EM did not converge in {MOST_ROUNDS} rounds (last change {moved:.1e} standard "
        "deviations): the answers say too little of some columns. Leave out columns with the "
        "most missing values."
    )


@dataclass(frozen=True, eq=False)
class Standardisation:
    """Standardising by the answers given, so that tolerances mean the same for every column."""

    centre: np.ndarray
    spread: np.ndarray

    def do(self, x: np.ndarray) -> np.ndarray:
        return (x - self.centre) / self.spread

    def back(self, x: np.ndarray) -> np.ndarray:
        return x * self.spread + self.centre

    def undo(self, m: Moments) -> Moments:
        cross = m.cross * self.spread[:, None] * self.spread
        return Moments(m.columns, m.n, m.weight, m.weight2, self.back(m.mean), cross)


def arrays(data, weights):
    x = as_numbers(data)
    endless = [str(c) for c, bad in zip(data, np.isinf(x).any(axis=0), strict=True) if bad]
    if endless:
        raise SurveyError(
            f"Columns with infinite values: {endless}. Make them missing, or numbers."
        )
    return x, check_weights(weights, len(x), data.index), tuple(map(str, data.columns))


def prepare(x: np.ndarray, w: np.ndarray, columns) -> tuple[Patterns, Standardisation]:
    """Patterns of the standardised rows, after a check that the moments are identified."""
    seen = ~np.isnan(x)
    given = seen.sum(axis=0)
    problems = [
        f"column {c!r} has no answers; leave it out."
        for c, n in zip(columns, given, strict=True)
        if not n
    ]
    centre = np.nan_to_num(x).sum(axis=0) / np.maximum(given, 1)
    spread = np.sqrt((np.where(seen, x - centre, 0) ** 2).sum(axis=0) / np.maximum(given, 1))
    flat = (given > 0) & (spread <= 1e-10 * np.maximum(np.abs(centre), 1e-300))
    problems += [f"column {columns[j]!r} is constant; leave it out." for j in np.flatnonzero(flat)]
    together = seen.T.astype(float) @ seen
    for i, j in combinations(np.flatnonzero(given), 2):
        if together[i, j] == 0:
            problems.append(
                f"columns {columns[i]!r} and {columns[j]!r} are never answered by the same row, "
                "so nothing tells how they go together; leave one out."
            )
    refuse(problems, heading="Missing answers")
    scale = Standardisation(centre, spread)
    return Patterns.of(scale.do(x), w, columns), scale


def _first_redundant(sigma: np.ndarray) -> int | None:
    """The first column that the columns before it determine."""
    # Gaussian elimination, which stops at the first column that is used up; a condition number
    # would say that there is one and not which
    left = sigma / np.sqrt(np.outer(np.diag(sigma), np.diag(sigma)))
    for j in range(len(sigma)):
        if not left[0, 0] > REDUNDANT:
            return j
        left = left[1:, 1:] - np.outer(left[1:, 0], left[0, 1:]) / left[0, 0]
    return None


def _redundant(sigma: np.ndarray, columns: Sequence[str]) -> str:
    j = _first_redundant(sigma)
    return (
        f"Column {columns[-1 if j is None else j]!r} is a linear combination of columns before it, "
        "or too few rows answered it together with them. Leave it out, or take fewer columns."
    )
