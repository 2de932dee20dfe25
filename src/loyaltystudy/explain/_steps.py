"""Blocks entered one after the other under a design: Wald tests of what each adds."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from loyaltystudy.explain._frame import Frame
from loyaltystudy.explain._left_out import LeftOut
from loyaltystudy.rsquared import Moments, nested_slopes
from loyaltystudy.survey import unit_totals

Spread = tuple[np.ndarray, np.ndarray]  # coefficients and their covariance


def steps_table(frame: Frame, values: np.ndarray, spreads, freedom: float) -> pd.DataFrame:
    r"""``step, block, r2, added, f, df1, df2, p`` by Wald tests of each block's coefficients.

    .. math:: F = \frac{\beta' V^{-1} \beta}{q}, \qquad df = (q, \; f - p)

    with *V* the covariance of the *q* coefficients of the block in the model with the blocks
    before it (*p* columns in all), and *f* units less strata. ``spreads`` has coefficients and *V*
    of each block: of :func:`by_design` or :func:`by_moments`.

    Binder (1983), International Statistical Review 51, 279-292. R: ``survey::svyglm``,
    ``survey::regTermTest``.
    """
    from scipy.stats import f

    rows, entered, columns = [], 0, len(frame.controls)
    for (step, (block, own)), (beta, cov) in zip(
        enumerate(frame.blocks.items()), spreads, strict=True
    ):
        before, entered = entered, entered | 1 << step
        columns += len(own)
        df1, df2 = len(beta), freedom - columns
        ratio = beta @ np.linalg.solve(cov, beta) / df1 if df1 and df2 > 0 else np.nan
        row = {"step": step + 1, "block": block, "r2": values[entered]}
        row |= {"added": values[entered] - values[before], "f": ratio, "df1": df1, "df2": df2}
        rows.append(row | {"p": f.sf(ratio, df1, df2)})
    return pd.DataFrame(rows)


def by_design(frame: Frame) -> list[Spread]:
    r"""Coefficients of each block as it enters, and their covariance by linearisation.

    .. math:: \psi_u = S_{xx}^{-1} \sum_{i \in u} w_i (x_i - \bar x) e_i, \qquad
              V = \sum_h \frac{n_h}{n_h - 1} \sum_u (\psi_{hu} - \bar\psi_h)
              (\psi_{hu} - \bar\psi_h)'

    over units *u* (rows, clusters or groups) in strata *h*: the infinitesimal jackknife. Of raked
    weights, what the margins leave of it (:meth:`~loyaltystudy.survey._raking.Raking.unit_sums`).
    """
    found, columns = [], [*frame.controls]
    for own in frame.blocks.values():
        columns += own
        found.append(_linearised(frame, columns, own))
    return found


def _linearised(frame: Frame, columns: Sequence[str], own: Sequence[str]) -> Spread:
    """Coefficients of a block's columns, the last ones, and their covariance."""
    whole = frame.whole
    spread = dict(zip(whole.columns, np.diag(whole.cross), strict=True))
    columns = [c for c in columns if spread[c] > 0]  # at one level some may not vary
    own = sum(spread[c] > 0 for c in own)
    whole = whole.select([*columns, frame.outcome])
    xx, xy = whole.cross[:-1, :-1], whole.cross[:-1, -1]
    beta = np.linalg.solve(xx, xy)
    pull, clusters = _pulls(frame, whole, np.append(-beta, 1.0))
    apart = unit_totals(pull @ np.linalg.inv(xx), clusters, frame.strata, frame.raking)
    cov = apart.T @ apart
    first = len(columns) - own
    return beta[first:], cov[first:, first:]


def _pulls(frame: Frame, whole: Moments, form: np.ndarray):
    """Weight times deviation times residual of rows (``form`` of each), or of groups; clusters."""
    if frame.rows is None:
        units = frame.moments.select(whole.columns)
        gap = units.mean - whole.mean
        about = units.cross + units.weight[:, None, None] * gap[:, :, None] * gap[:, None, :]
        return (about @ form)[:, :-1], None
    centred = frame.rows[list(whole.columns)].to_numpy() - whole.mean
    return (frame.weights * (centred @ form))[:, None] * centred[:, :-1], frame.clusters


def by_moments(lefts: Sequence[LeftOut], frame: Frame) -> list[Spread]:
    """The same by the jackknife of moments, and over imputations by Rubin's rules."""
    sizes, columns = frame.widths, frame.columns

    def slopes(m: Moments) -> np.ndarray:
        return nested_slopes(m.select(columns).cross, sizes, len(frame.controls))

    found = [left.estimates(slopes, [np.asarray]) for left in lefts]
    betas, m = np.stack([one.r2 for one in found]), len(found)
    cov = np.mean([one.root.T @ one.root for one in found], axis=0)
    if m > 1:
        cov = cov + (1 + 1 / m) * np.cov(betas.T, ddof=1).reshape(cov.shape)
    ends = np.cumsum(sizes)
    parts = [slice(end - size, end) for end, size in zip(ends, sizes, strict=True)]
    return [(betas.mean(axis=0)[part], cov[part, part]) for part in parts]
