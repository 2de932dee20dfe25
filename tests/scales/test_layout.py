"""Which cells are free, which are one parameter, and what the matrices imply."""

import numpy as np
import pytest

from loyaltystudy.scales._layout import (
    FACTOR,
    FACTOR_MEAN,
    INTERCEPT,
    LOADING,
    RESIDUAL,
    build_layout,
    matrices,
)

TWO = {"trust": ["a", "b", "c"], "loyalty": ["d", "e"]}


def kinds(layout, group):
    return [int((layout.cells[group].kind == kind).sum()) for kind in range(5)]


def test_one_group_has_loadings_residuals_and_correlations():
    layout = build_layout(TWO)
    assert kinds(layout, 0) == [5, 1, 5, 0, 0]
    assert layout.n_params == 11 and layout.home.tolist() == [0, 0, 0, 1, 1]


@pytest.mark.parametrize("equal", [(), ("loadings",), ("loadings", "intercepts")])
def test_equal_cells_are_counted_once_and_free_what_they_fix(equal):
    # per group 5 loadings, 5 residuals, 5 intercepts, 1 correlation; equal loadings free the
    # variances of the second group's factors, equal intercepts their means
    freed = 2 * ("intercepts" in equal) + 2 * ("loadings" in equal)
    layout = build_layout(TWO, 2, means=True, equal=equal)
    assert layout.n_params == 32 - 5 * len(equal) + freed
    assert kinds(layout, 1)[FACTOR_MEAN] == 2 * ("intercepts" in equal)
    assert kinds(layout, 1)[FACTOR] == 1 + 2 * ("loadings" in equal)
    assert kinds(layout, 0)[FACTOR_MEAN] == 0


def test_one_item_can_be_set_free():
    tied = build_layout(TWO, 2, means=True, equal=("loadings",))
    freed = build_layout(TWO, 2, means=True, equal=("loadings",), free={("loadings", "b")})
    assert freed.n_params == tied.n_params + 1
    at = freed.cells[1].of(LOADING)
    shared = np.isin(freed.cells[1].param[at], freed.cells[0].param)
    assert shared.tolist() == [True, False, True, True, True]


def test_matrices_hold_the_values_where_the_cells_say():
    layout = build_layout(TWO, means=True)
    x = np.arange(1.0, layout.n_params + 1) / 10
    model, cells = matrices(layout, x, 0), layout.cells[0]
    for kind, matrix in ((RESIDUAL, model.residuals), (INTERCEPT, model.intercepts)):
        at = cells.of(kind)
        assert np.array_equal(matrix[cells.row[at]], x[cells.param[at]])
    assert model.loadings[0, 1] == model.loadings[3, 0] == 0
    assert model.factors[0, 1] == model.factors[1, 0] != 0
    lam, phi = model.loadings, model.factors
    assert np.allclose(model.sigma, lam @ phi @ lam.T + np.diag(model.residuals))
    assert np.array_equal(model.mu, model.intercepts)  # the only group's factors have mean 0
