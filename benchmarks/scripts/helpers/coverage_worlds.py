"""Worlds with known explained variance, for benchmarks/scripts/coverage.py: all truths are exact."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.optimize import root
from scipy.special import expit
from scipy.stats import multivariate_normal, norm

from loyaltystudy.rsquared._measures import MEASURES
from loyaltystudy.rsquared._moments import Moments, subset_r2
from loyaltystudy.survey._keys import groups_of, mixed

WITHIN, BETWEEN = 0.40, 0.25  # correlations of predictors, within a block and between blocks
ANSWERS = np.array([0.05, 0.10, 0.20, 0.35, 0.30])  # of a skewed five-point item
ICC = 0.15
APART = 0.10  # variance between strata, of each predictor and of the error
# design: strata, and clusters in each (0 for rows by themselves)
STRATA = {
    "6 strata": (6, 0),
    "8 strata of 6 clusters": (8, 6),
    "20 strata of 2 clusters": (20, 2),
}
CONTROL = 0.10  # a control's correlation with the outcome, or its coefficient
# truths of the measure under test for each block: too many of them leave no room for .30
LAYOUTS = {"a": (0.00, 0.05, 0.30), "b": (0.02, 0.10, 0.05)}
CROWDED = {"a": (0.00, 0.05, 0.10, 0.02, 0.05), "b": (0.02, 0.10, 0.05, 0.00, 0.02)}


@dataclass(frozen=True)
class World:
    """One population: predictors in blocks, an outcome, and the truth of one measure."""

    kind: str
    measure: str
    targets: tuple[float, ...]
    widths: tuple[int, ...]
    controls: int = 0

    @property
    def p(self) -> int:
        return self.controls + sum(self.widths)

    @property
    def blocks(self) -> list[list[int]]:
        starts = self.controls + np.cumsum([0, *self.widths])
        return [[*range(a, b)] for a, b in pairwise(starts)]

    @property
    def owner(self) -> np.ndarray:
        """Block of each column; controls are block -1."""
        return np.repeat(np.arange(-1, len(self.widths)), [self.controls, *self.widths])

    def latent(self) -> np.ndarray:
        """Correlations of the predictors before they are cut into answers."""
        same = self.owner[:, None] == self.owner
        sigma = np.where(same, WITHIN, BETWEEN)
        if self.measure == "dominance":  # a zero of dominance needs a block apart from the others
            for j in np.flatnonzero(np.array(self.targets) == 0):
                sigma[(self.owner == j) != (self.owner == j)[:, None]] = 0.0
        np.fill_diagonal(sigma, 1.0)
        return sigma

    def sigma(self) -> np.ndarray:
        """Correlations of the predictors as they are observed."""
        latent = self.latent()
        if self.kind != "five-point":
            return latent
        seen = {r: _cut_correlation(r) for r in np.unique(latent)}
        return np.vectorize(seen.get)(latent)


def coefficients(world: World) -> np.ndarray:
    """Coefficients that give each block its target; predictors and outcome have variance 1."""
    sigma, one = world.sigma(), np.ones(world.p)
    held = np.flatnonzero(world.owner == -1)
    beta, targets = np.zeros(world.p), np.array(world.targets)
    if world.measure == "dominance":
        return _solve(world, sigma, np.where(world.owner == -1, CONTROL, 0.0), targets)
    # unique: what a block has left beside all others; alone: beside the controls
    for j, block in enumerate(world.blocks):
        rest = [c for c in range(world.p) if c not in block] if world.measure == "unique" else held
        across, size = sigma[np.ix_(block, rest)], one[block]
        onto = np.linalg.solve(sigma[np.ix_(rest, rest)], across.T).T
        left = sigma[np.ix_(block, block)] - onto @ across.T
        if world.measure == "unique":
            beta[block] = np.sqrt(targets[j] / (size @ left @ size))
        else:  # the correlation with the outcome: through the controls, and beside them
            beside = np.sqrt(targets[j] / (size @ np.linalg.solve(left, size)))
            beta[block] = onto @ (CONTROL * one[held]) + beside
    beta[held] = CONTROL
    return np.linalg.solve(sigma, beta) if world.measure == "alone" else beta


def _solve(world, sigma, held, targets) -> np.ndarray:
    """Scales of the blocks by root finding, on the scale of roots; zeros stay at zero."""
    free = np.flatnonzero(targets > 0)
    ends = [np.where(world.owner == j, 1.0, 0.0) for j in range(len(targets))]

    def beta(scale):
        return held + sum(s * ends[j] for s, j in zip(scale, free, strict=True))

    def gap(scale):
        got = MEASURES[world.measure](population(world, sigma, beta(scale)))
        return np.sign(got[free]) * np.sqrt(np.abs(got[free])) - np.sqrt(targets[free])

    start = np.sqrt(targets[free]) / 2.5 / np.sqrt(np.array(world.widths)[free] / 4)
    found = root(gap, start, tol=1e-12)
    if not found.success:
        raise RuntimeError(f"no population for {world}: {found.message}")
    return beta(found.x)


def population(world: World, sigma: np.ndarray, beta: np.ndarray) -> np.ndarray:
    """R² of every subset of blocks in the population."""
    xy = sigma @ beta
    cross = np.block([[sigma, xy[:, None]], [xy[None], np.ones((1, 1))]])
    names = tuple(map(str, range(world.p + 1)))
    one = np.asarray(1.0)
    m = Moments(names, one, one, one, np.zeros(world.p + 1), cross)
    blocks = [[str(c) for c in block] for block in world.blocks]
    return subset_r2(m, str(world.p), blocks, [str(c) for c in range(world.controls)])


def _cut_correlation(r: float) -> float:
    """Correlation of two five-point answers cut from normals that correlate r."""
    if r in (0.0, 1.0):
        return r
    cuts = norm.ppf(np.cumsum(ANSWERS)[:-1])
    both = multivariate_normal([0, 0], [[1, r], [r, 1]])
    joint = sum(both.cdf([a, b]) - norm.cdf(a) * norm.cdf(b) for a in cuts for b in cuts)
    return float(joint / _answer_variance())


def _answer_variance() -> float:
    codes = np.arange(5)
    return float(ANSWERS @ codes**2 - (ANSWERS @ codes) ** 2)


def _answers(z: np.ndarray) -> np.ndarray:
    """Normals cut into standardised skewed five-point answers."""
    codes = np.searchsorted(norm.ppf(np.cumsum(ANSWERS)[:-1]), z)
    return (codes - ANSWERS @ np.arange(5)) / np.sqrt(_answer_variance())


def draw(world: World, beta: np.ndarray, n: int, rng, design: str = "", units: int = 0):
    """One sample: predictors, outcome, weights; the group and the stratum of each row or None."""
    if design in STRATA:
        return _stratified(world, beta, n, rng, *STRATA[design])
    size = 4 * n if design == "informative weights" else n
    groups = np.arange(n) * units // n if units else None
    if design == "hashed groups":  # as data in partitions have them
        groups = np.unique(groups_of(mixed(np.arange(n)), units), return_inverse=True)[1]
    shared = groups if design == "clusters" else None
    x = _predictors(world, size, rng, shared)
    y = x @ beta + _errors(world, beta, x, rng, shared)
    w = np.ones(n)
    if design == "weights":
        w = rng.lognormal(sigma=np.sqrt(np.log(1.5)), size=n)
    elif design == "informative weights":
        chance = 0.1 + 0.8 * expit(1.5 * y + 0.5 * x[:, -1])
        taken = np.flatnonzero(rng.random(size) < chance)[:n]
        x, y, w = x[taken], y[taken], 1 / chance[taken]
    return x, y, w, groups, None


def _stratified(world: World, beta: np.ndarray, n: int, rng, strata: int, clusters: int):
    """As many rows from each stratum, whose shares of the population differ fourfold.

    Strata differ in all means along one direction, and in the outcome beside that; within them
    the covariances are smaller by just so much that those of the population stay what they are.
    """
    share = np.linspace(1, 4, strata) / np.linspace(1, 4, strata).sum()
    scores = np.vstack([np.ones(strata), np.linspace(-1, 1, strata), np.arange(strata) % 3])
    basis = np.linalg.qr((scores * np.sqrt(share)).T)[0] / np.sqrt(share)[:, None]
    of_x, of_y = basis[:, 1] * np.sqrt(APART), basis[:, 2] * np.sqrt(APART)
    stratum = np.arange(n) * strata // n
    groups = np.arange(n) * (strata * clusters) // n if clusters else None
    inside = np.linalg.cholesky(world.sigma() - APART * np.ones((world.p, world.p)))
    z = rng.standard_normal((n, world.p + 1))
    if clusters:
        common = rng.standard_normal((strata * clusters, world.p + 1))[groups]
        z = np.sqrt(ICC) * common + np.sqrt(1 - ICC) * z
    x = z[:, :-1] @ inside.T + of_x[stratum, None]
    e = np.sqrt(1 - APART) * z[:, -1] + of_y[stratum]
    y = x @ beta + e * np.sqrt(1 - beta @ world.sigma() @ beta)
    return x, y, share[stratum], groups, stratum


def _predictors(world: World, n: int, rng, shared) -> np.ndarray:
    root_sigma = np.linalg.cholesky(world.latent())
    z = rng.standard_normal((n, world.p))
    if shared is not None:
        common = rng.standard_normal((shared.max() + 1, world.p))
        z = np.sqrt(ICC) * common[shared] + np.sqrt(1 - ICC) * z
    x = z @ root_sigma.T
    if world.kind == "five-point":
        return _answers(x)
    if world.kind == "t8":  # multivariate t with 8 degrees, variance 1
        return x / np.sqrt(rng.chisquare(8, n) / 6)[:, None]
    return x


def _errors(world: World, beta, x, rng, shared) -> np.ndarray:
    n, sigma = len(x), world.sigma()
    e = rng.standard_normal(n)
    if shared is not None:
        e = np.sqrt(ICC) * rng.standard_normal(shared.max() + 1)[shared] + np.sqrt(1 - ICC) * e
    if world.kind == "five-point":
        e = _answers(e)
    elif world.kind == "t8":
        e = e / np.sqrt(rng.chisquare(8, n) / 6)
    elif world.kind == "heteroscedastic":
        index = x.sum(axis=1) / np.sqrt(sigma.sum())
        e = e * np.sqrt(0.25 + 0.75 * index**2)
    return e * np.sqrt(1 - beta @ sigma @ beta)
