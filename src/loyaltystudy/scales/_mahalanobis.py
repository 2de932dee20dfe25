"""Mahalanobis distances where answers are missing."""

import numpy as np

ROUNDS, TOLERANCE = 100, 1e-5
ROWS = 20_000  # for the covariance; more rows would not make it better for this use


def distances(answers: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    r"""Squared Mahalanobis distance of each row from the mean, over what it answered.

    .. math:: D^2_r = (x_o - m_o)' S_{oo}^{-1} (x_o - m_o)

    with *o* the answered items of *r*. Without missing answers, *m* and *S* are the mean and the
    covariance (n - 1), as in ``psych::outlier``. With them, they are the maximum-likelihood
    estimates under normality by EM (times n / (n - 1)): pairwise covariances need not be
    positive definite. The distance itself does not depend on an imputation: with
    :math:`P = S^{-1}` and *m* the unanswered, :math:`S_{oo}^{-1} = P_{oo} - P_{om} P_{mm}^{-1}
    P_{mo}`, so that only a matrix as large as the gap is solved.

    ``answers``: NaN where missing.

    Returns
    -------
    distances : (n,) array
        NaN for all where the covariance is singular (n not above k, or items that determine
        each other), and for rows without answers.
    answered : (n,) array of int
        Items that each distance rests on.

    >>> distances(np.array([[1.0, 2], [2, 1], [3, 4], [4, 4.5], [2, 3]]))[0].round(3)
    array([1.841, 3.123, 0.61 , 1.969, 0.456])
    """
    answers = np.asarray(answers, dtype=float)
    given = ~np.isnan(answers)
    answered = given.sum(axis=1)
    varying = np.array([len(np.unique(c[~np.isnan(c)])) > 1 for c in answers.T], dtype=bool)
    answers, given = answers[:, varying], given[:, varying]
    rows = answers[given.any(axis=1)][:ROWS]
    nothing = np.full(len(answered), np.nan)
    if len(rows) <= answers.shape[1] or not answers.shape[1]:
        return nothing, answered
    mean, covariance = _complete(rows) if not np.isnan(rows).any() else _em(rows)
    if covariance is None or np.linalg.cond(covariance) > 1e10:
        return nothing, answered
    found = np.concatenate(
        [
            _squared(part, mean, covariance)
            for part in np.array_split(answers, len(answers) // ROWS + 1)
        ]
    )
    return np.where(given.any(axis=1), found, np.nan), given.sum(axis=1)


def _complete(rows):
    return rows.mean(axis=0), np.atleast_2d(np.cov(rows, rowvar=False))


def _squared(rows: np.ndarray, mean: np.ndarray, covariance: np.ndarray) -> np.ndarray:
    centred, _ = _fill(rows, mean, np.linalg.inv(covariance))
    return (np.linalg.solve(covariance, centred.T).T * centred).sum(axis=1)


def _fill(rows: np.ndarray, mean: np.ndarray, precision: np.ndarray):
    """Rows centred, gaps at their conditional mean; and the sum of the gaps' covariances.

    Rows with equally many gaps are solved together, as a stack.
    """
    gaps = np.isnan(rows)
    centred = np.where(gaps, 0.0, rows - mean)
    pull = centred @ precision  # P_mo (x_o - m_o), read off in the gaps
    spread = np.zeros_like(precision)
    size = gaps.sum(axis=1)
    for width in np.unique(size[size > 0]):
        who = np.flatnonzero(size == width)
        where = np.nonzero(gaps[who])[1].reshape(len(who), width)
        inner = np.linalg.inv(precision[where[:, :, None], where[:, None, :]])
        value = -np.einsum("rij,rj->ri", inner, np.take_along_axis(pull[who], where, axis=1))
        centred[who[:, None], where] = value
        np.add.at(spread, (where[:, :, None], where[:, None, :]), inner)
    return centred, spread


def _em(rows: np.ndarray):
    """Mean and covariance by EM; None where the covariance turns singular."""
    n = len(rows)
    mean, covariance = np.nanmean(rows, axis=0), np.diag(np.nanvar(rows, axis=0))
    scale = np.sqrt(np.diag(covariance))
    for _ in range(ROUNDS):
        if not np.isfinite(covariance).all() or np.linalg.cond(covariance) > 1e12:
            return mean, None
        centred, spread = _fill(rows, mean, np.linalg.inv(covariance))
        shift = centred.mean(axis=0)
        new = (centred.T @ centred + spread) / n - np.outer(shift, shift)
        change = np.abs((new - covariance) / np.outer(scale, scale)).max()
        mean, covariance = mean + shift, new
        if change < TOLERANCE:
            break
    return mean, covariance * n / (n - 1)
