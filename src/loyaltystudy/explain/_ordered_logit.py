"""Logit models for two or more ordered values: Newton's method, and each unit left out."""

from dataclasses import dataclass

import numpy as np

from loyaltystudy.errors import SurveyError

MOST_STEPS = 40
SMALL_STEP = 1e-9
RUNNING = 0.05  # a coefficient that still moves so much at the end runs off to infinity


@dataclass(frozen=True, eq=False)
class Fit:
    r"""Maximum likelihood for :math:`P(y \le j) = \Lambda(\tau_j - x'\beta)`.

    ``theta``: thresholds, then coefficients; ``rows`` (n,): weighted log-likelihood of each row;
    ``scores`` (n, q): its derivative by theta; ``information`` (q, q): minus the second derivative
    of the log-likelihood; ``row_information``: designs and weights of which the information of
    single rows is made.
    """

    theta: np.ndarray
    loglik: float
    rows: np.ndarray
    scores: np.ndarray
    information: np.ndarray
    row_information: tuple


def fit_ordered(x, y, w, cuts: int, names=()) -> Fit:
    """Fit by Newton's method with halved steps; the log-likelihood is concave (Pratt 1981).

    ``x`` (n, p): columns of about unit spread (tolerances are absolute); ``y`` (n,): 0..cuts, all
    of which occur; ``cuts``: thresholds; 1 for a binary outcome; ``names``: of the columns, for
    messages.

    Raises SurveyError where coefficients run off to infinity, naming their columns.

    >>> x = np.array([[0.], [1.], [0.], [1.], [0.], [1.]])
    >>> fit = fit_ordered(x, np.array([0, 0, 0, 1, 1, 1]), np.ones(6), 1)
    >>> fit.theta.round(4)  # log odds of 1 are -log 2 at x = 0, log 2 at x = 1
    array([0.6931, 1.3863])
    """
    upper, lower = _designs(x, y, cuts)
    theta = _start(y, w, cuts, x.shape[1])
    fit, step = _evaluate(theta, upper, lower, w), np.zeros_like(theta)
    for _ in range(MOST_STEPS):
        try:
            step = np.linalg.solve(fit.information, fit.scores.sum(axis=0))
        except np.linalg.LinAlgError:
            break
        if np.abs(step).max() < SMALL_STEP:
            return fit
        tried = _evaluate(theta + step, upper, lower, w)
        while not tried.loglik >= fit.loglik - 1e-10 * (1 + abs(fit.loglik)):
            step = step / 2
            if np.abs(step).max() < SMALL_STEP:
                return fit
            tried = _evaluate(theta + step, upper, lower, w)
        theta, fit = tried.theta, tried
    raise SurveyError(_separated(step[cuts:], theta[cuts:], names))


def _separated(step, coefficients, names) -> str:
    running = [n for n, s in zip(names, step, strict=False) if abs(s) > RUNNING]
    running = running or [names[int(np.argmax(np.abs(coefficients)))]] if len(names) else running
    return (
        f"Separation: {running} tell some values of the outcome apart without error, so that "
        "their coefficients run off to infinity. Join rare categories, or leave these columns out."
    )


def _designs(x, y, cuts: int):
    """Rows of the upper and the lower argument, each linear in theta."""
    # thresholds are columns of the design, one a row: theta is linear in both arguments
    wide = np.eye(cuts + 1)[:, :cuts]
    upper = np.hstack([wide[y], -x])
    lower = np.hstack([np.where(y[:, None] > 0, wide[y - 1], 0.0), -x])
    return (upper, y < cuts), (lower, y > 0)


def _start(y, w, cuts: int, p: int) -> np.ndarray:
    below = np.cumsum(np.bincount(y, w, cuts + 1))[:-1] / w.sum()
    return np.concatenate([np.log(below / (1 - below)), np.zeros(p)])


def logistic(a):
    """1 / (1 + exp(-a)), without overflow."""
    return 0.5 * (1 + np.tanh(0.5 * a))


def _evaluate(theta, upper, lower, w) -> Fit:
    (za, has_a), (zb, has_b) = upper, lower
    a, b = np.where(has_a, za @ theta, np.inf), np.where(has_b, zb @ theta, -np.inf)
    # the mirrored difference keeps its digits where both arguments are large
    mirror = b > 0
    p = np.where(mirror, logistic(-b) - logistic(-a), logistic(a) - logistic(b))
    with np.errstate(divide="ignore", invalid="ignore"):
        rows = w * np.where(p > 0, np.log(np.maximum(p, 1e-300)), -np.inf)
        # first and second derivatives of log p in both arguments; all rows of the information are
        # outer products of za and zb with one factor a row, and are never stored
        fa, fb = logistic(a) * logistic(-a), logistic(b) * logistic(-b)
        ga, gb = fa / p, -fb / p
        haa = ga * (1 - 2 * logistic(a)) - ga**2
        hbb = gb * (1 - 2 * logistic(b)) - gb**2
        parts = [(za, za, -w * haa), (zb, zb, -w * hbb), (za, zb, w * ga * gb)]
        scores = (w * ga)[:, None] * za + (w * gb)[:, None] * zb
    information = sum(left.T @ (c[:, None] * right) for left, right, c in parts[:2])
    cross = za.T @ (parts[2][2][:, None] * zb)
    return Fit(theta, rows.sum(), rows, scores, information + cross + cross.T, tuple(parts))


def null_loglik(counts: np.ndarray) -> np.ndarray:
    """Log-likelihood of the thresholds alone, from (weighted) counts of the values."""
    total = counts.sum(axis=-1, keepdims=True)
    share = np.where(counts > 0, counts / total, 1.0)
    return (counts * np.log(share)).sum(axis=-1)


def drop_units(fit: Fit, units: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    r"""Log-likelihood and parameters without each unit of rows in turn, by one Newton step.

    With :math:`s_u` and :math:`I_u` score and information of the unit's rows,

    .. math:: \hat\theta_{-u} = \hat\theta - (I - I_u)^{-1} s_u, \qquad
              l_{-u} = l - l_u + \tfrac12 s_u' (I - I_u)^{-1} s_u

    ``units`` (n,): unit of each row, numbered from 0.

    Returns
    -------
    loglik : ndarray, shape (units,)
    theta : ndarray, shape (units, q)
    """
    order = np.argsort(units, kind="stable")
    starts = np.flatnonzero(np.diff(units[order], prepend=-1))
    score = np.add.reduceat(fit.scores[order], starts, axis=0)
    rows = np.add.reduceat(fit.rows[order], starts)
    step = np.empty_like(score)
    ends = np.append(starts[1:], len(order))
    chunk = max(1, 2**22 // fit.information.size)  # bounds the memory of single rows' information
    first = 0
    while first < len(starts):
        last = max(first + 1, int(np.searchsorted(ends, starts[first] + chunk, side="right")))
        # (rows of some whole units, q, q): information of single rows, summed by unit right after
        at = order[starts[first] : ends[last - 1]]
        own = sum(
            np.einsum("ni,n,nj->nij", left[at], c[at], right[at])
            for left, right, c in fit.row_information
        )
        left, right, c = fit.row_information[2]
        own = own + np.einsum("nj,n,ni->nij", left[at], c[at], right[at])
        own = np.add.reduceat(own, starts[first:last] - starts[first], axis=0)
        left_in = fit.information - own
        step[first:last] = np.linalg.solve(left_in, score[first:last, :, None])[..., 0]
        first = last
    gain = np.einsum("ui,ui->u", score, step) / 2
    return fit.loglik - rows + gain, fit.theta - step
