"""Which cell of which model matrix is which parameter.

A confirmatory factor model says, in group g, that the items have

    covariance  Sigma_g = Lambda_g Psi_g Lambda_g' + Theta_g      (p x p, Theta diagonal)
    means       mu_g    = nu_g + Lambda_g alpha_g                 (p)

Every free cell carries the number of its parameter. Cells that share a number are equal; this is
all that measurement invariance needs. Factors have variance 1 and mean 0, except where equal
loadings (equal intercepts) let the later groups' variances (means) be estimated.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

LOADING, FACTOR, RESIDUAL, INTERCEPT, FACTOR_MEAN = range(5)


@dataclass(frozen=True, eq=False)
class Cells:
    """The free cells of one group: kind of matrix, row, column, and number of the parameter."""

    kind: np.ndarray
    row: np.ndarray
    col: np.ndarray
    param: np.ndarray

    def of(self, kind: int) -> np.ndarray:
        return np.flatnonzero(self.kind == kind)


@dataclass(frozen=True, eq=False)
class Layout:
    """The free cells of every group; ``means`` says whether the means are part of the model."""

    items: tuple[str, ...]
    factors: tuple[str, ...]
    home: np.ndarray  # for each item the number of its factor
    cells: tuple[Cells, ...]
    n_params: int
    means: bool


@dataclass(frozen=True, eq=False)
class Matrices:
    """The model matrices of one group, and what they imply."""

    loadings: np.ndarray
    factors: np.ndarray
    residuals: np.ndarray
    intercepts: np.ndarray
    factor_means: np.ndarray

    @property
    def sigma(self) -> np.ndarray:
        return self.loadings @ self.factors @ self.loadings.T + np.diag(self.residuals)

    @property
    def mu(self) -> np.ndarray:
        return self.intercepts + self.loadings @ self.factor_means


def build_layout(
    scales: Mapping[str, Sequence[str]],
    groups: int = 1,
    *,
    means: bool = False,
    equal: Collection[str] = (),
    free: Collection[tuple[str, str]] = (),
) -> Layout:
    """Number the parameters.

    ``equal`` may hold ``"loadings"`` and ``"intercepts"``; ``free`` exempts single items, as in
    ``{("loadings", "t3")}``.
    """
    items = tuple(item for members in scales.values() for item in members)
    home = np.repeat(np.arange(len(scales)), [len(members) for members in scales.values()])
    numbers: dict[tuple, int] = {}
    cells = []
    for group in range(groups):
        rows = _group_cells(group, items, home, len(scales), means, equal, free)
        table = np.array([(*at, numbers.setdefault(key, len(numbers))) for *at, key in rows])
        cells.append(Cells(*table.T))
    return Layout(items, tuple(scales), home, tuple(cells), len(numbers), means)


def _group_cells(group, items, home, n_factors, means, equal, free):
    """Rows (kind, row, column, key); equal keys make equal parameters."""
    last = group > 0
    for i, item in enumerate(items):
        shared = "loadings" in equal and ("loadings", item) not in free
        yield LOADING, i, home[i], (LOADING, i) if shared else (LOADING, i, group)
        yield RESIDUAL, i, i, (RESIDUAL, i, group)
        if means:
            shared = "intercepts" in equal and ("intercepts", item) not in free
            yield INTERCEPT, i, 0, (INTERCEPT, i) if shared else (INTERCEPT, i, group)
    for j in range(n_factors):
        for k in range(j + 1):
            if j != k or (last and "loadings" in equal):
                yield FACTOR, j, k, (FACTOR, j, k, group)
        if means and last and "intercepts" in equal:
            yield FACTOR_MEAN, j, 0, (FACTOR_MEAN, j, group)


def matrices(layout: Layout, x: np.ndarray, group: int) -> Matrices:
    """Fill the model matrices of ``group`` with the parameter values ``x``."""
    p, m = len(layout.items), len(layout.factors)
    out = Matrices(np.zeros((p, m)), np.eye(m), np.zeros(p), np.zeros(p), np.zeros(m))
    cells = layout.cells[group]
    values = x[cells.param]
    for kind, target in (
        (LOADING, out.loadings),
        (FACTOR, out.factors),
        (RESIDUAL, out.residuals),
        (INTERCEPT, out.intercepts),
        (FACTOR_MEAN, out.factor_means),
    ):
        at = cells.of(kind)
        if target.ndim == 1:
            target[cells.row[at]] = values[at]
            continue
        target[cells.row[at], cells.col[at]] = values[at]
        if kind == FACTOR:
            target[cells.col[at], cells.row[at]] = values[at]
    return out
