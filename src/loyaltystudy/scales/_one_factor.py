"""The one-factor model of a scale: what omega, factor scores and audits rest on."""

import numpy as np
import pandas as pd

from loyaltystudy.errors import SurveyError
from loyaltystudy.scales._estimator import GroupMoments, fit_model
from loyaltystudy.scales._layout import build_layout


def one_factor(items: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Loadings and error variances of a one-factor model of complete answers."""
    return fit_one_factor(items.cov(ddof=0).to_numpy())


def fit_one_factor(observed: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Loadings and error variances of a one-factor model by maximum likelihood.

    Of a covariance matrix with divisor n, as in lavaan; NaN where the matrix is singular, where
    fewer than three items leave the model unidentified, or where the search does not converge.
    """
    k = len(observed)
    nothing = np.full(k, np.nan), np.full(k, np.nan)
    spread = np.sqrt(np.diag(observed))
    if k < 3 or not (spread > 0).all():
        return nothing
    # in units of each item's own spread, so that units of the answers leave the search alone
    scaled = observed / np.outer(spread, spread)
    if np.linalg.eigvalsh(scaled)[0] < 1e-12:
        return nothing
    layout = build_layout({"factor": [str(i) for i in range(k)]})
    try:
        fitted = fit_model(layout, [GroupMoments(scaled, np.zeros(k), 1)])
    except SurveyError:
        return nothing
    model = fitted.matrices()
    loadings = model.loadings[:, 0] * spread
    return loadings * (np.sign(loadings.sum()) or 1), model.residuals * spread**2
