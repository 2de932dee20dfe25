"""Errors of explained variance by normal theory, where nobody can be left out."""

from collections.abc import Callable

import numpy as np

from loyaltystudy.rsquared._estimates import Estimates, compressed
from loyaltystudy.rsquared._moments import Moments, subset_r2


def theory(m: Moments, outcome: str, blocks, controls) -> Estimates:
    r"""R² of every subset, with errors by normal theory, without any rows.

    With :math:`a_S = (1, -b_S)` on the outcome and the columns of *S* (standardised
    coefficients), the gradient of :math:`R^2_S` in the correlation matrix *R* is

    .. math:: G_S = (1 - R^2_S)\, e_y e_y' - a_S a_S', \qquad
              \operatorname{cov}(\hat R^2_S, \hat R^2_T) \approx
              \frac{2}{n} \operatorname{tr}(G_S R\, G_T R)

    for rows drawn independently from a multivariate normal distribution; the bias is Ezekiel's,
    :math:`(1 - R^2_S) p_S / (n - 1)`, *n* the effective sample size.

    Parameters
    ----------
    m : Moments
        Of all rows together, such as :meth:`Moments.from_correlations`.
    outcome : str
    blocks : list of list of str
    controls : list of str

    Returns
    -------
    Estimates

    Raises
    ------
    SurveyError
        For constant or collinear columns.

    Examples
    --------
    One predictor: the standard error is :math:`2 r (1 - r^2) / \sqrt n` (Olkin & Finn, 1995).

    >>> import pandas as pd
    >>> from loyaltystudy import Moments
    >>> table = pd.DataFrame([[1, .5], [.5, 1]], index=["x", "y"], columns=["x", "y"])
    >>> m = Moments.from_correlations(table, n=100)
    >>> round(float(theory(m, "y", [["x"]], []).se()[1]), 6)
    0.075

    References
    ----------
    Olkin & Finn (1995), Psychological Bulletin 118, 155-164. Ezekiel (1930).
    """
    values = subset_r2(m, outcome, blocks, controls)
    columns = [*controls, *(c for block in blocks for c in block), outcome]
    r, n = m.select(columns).correlation, float(m.n_effective)
    root, at = _root(r), {c: i for i, c in enumerate(columns)}
    width = np.empty(len(values))
    i, j = np.triu_indices(len(columns))
    twice = np.where(i == j, 1.0, np.sqrt(2.0))
    spread = np.empty((len(i), len(values)))
    for subset in range(len(values)):
        members = [*controls, *(c for j, b in enumerate(blocks) if subset >> j & 1 for c in b)]
        x = [at[c] for c in members]
        a = np.zeros(len(columns))
        a[-1], a[x] = 1.0, -np.linalg.solve(r[np.ix_(x, x)], r[x, -1])
        lifted, own = root.T @ a, root.T[:, -1]
        # slopes of R² in the correlations, sandwiched between the root of their covariance: with
        # a = (-b, 1), r = LL', own and lifted are L'e_y and L'a, and no (p², p²) matrix is made
        gradient = (1 - values[subset]) * np.outer(own, own) - np.outer(lifted, lifted)
        # the trace is the inner product of the lifted gradients: each entry is one row of the root
        spread[:, subset] = np.sqrt(2 / n) * twice * gradient[i, j]
        width[subset] = len(members)
    return Estimates(values, (1 - values) * width / (n - 1), compressed(spread), np.inf)


def theory_of(m: Moments, statistic: Callable) -> Estimates:
    r"""Any function of moments with its error by normal theory: the delta method by differences.

    With *LL'* the correlations, sampling moves them along
    :math:`D_{ij} = L(e_i e_j' + e_j e_i')L'` (:math:`\sqrt2\, L e_i e_i' L'`), each with standard
    deviation :math:`1/\sqrt n`; the slopes along them are the rows of the root, half their second
    derivatives sum to *n* times the bias.

    Parameters
    ----------
    m : Moments
        Of all rows together.
    statistic : callable
        From moments with any leading axes to an array with one more axis, free of units.
    """
    r, n = m.correlation, float(m.n_effective)
    root, (i, j) = _root(r), np.triu_indices(len(r))
    # (p (p + 1) / 2, p, p): one way that sampling moves the correlations for each pair of columns
    ways = np.einsum("pd,qd->dpq", root[:, i], root[:, j])
    ways = (ways + ways.swapaxes(1, 2)) / np.where(i == j, np.sqrt(2.0), 1.0)[:, None, None]
    # second differences lose half the digits: a smaller step would leave rounding alone
    step = 1e-3

    def at(cross: np.ndarray) -> np.ndarray:
        lead = np.ones(cross.shape[:-2])
        counts = (m.n * lead, m.weight * lead, m.weight2 * lead)
        return statistic(Moments(m.columns, *counts, np.zeros(cross.shape[:-1]), cross))

    centre, up, down = at(r), at(r + step * ways), at(r - step * ways)
    bias = (up + down - 2 * centre).sum(axis=0) / (2 * step**2 * n)
    return Estimates(centre, bias, compressed((up - down) / (2 * step * np.sqrt(n))), np.inf)


def _root(r: np.ndarray) -> np.ndarray:
    """A square root of correlations, singular ones too (an outcome that its predictors make up)."""
    values, vectors = np.linalg.eigh(r)
    return vectors * np.sqrt(np.maximum(values, 0.0))
