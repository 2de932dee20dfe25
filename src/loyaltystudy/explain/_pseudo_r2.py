"""Pseudo-R² of logit models, and their values without each unit of rows."""

import numpy as np

from loyaltystudy.explain._ordered_logit import Fit, drop_units, logistic, null_loglik

LOGISTIC_VARIANCE = np.pi**2 / 3
LABELS = {
    "mcfadden": "McFadden's pseudo-R²",
    "nagelkerke": "Nagelkerke's pseudo-R²",
    "tjur": "Tjur's coefficient of discrimination",
    "mckelvey_zavoina": "McKelvey and Zavoina's pseudo-R²",
}


def mcfadden(loglik, null):
    r"""Share of the log-likelihood: :math:`1 - l / l_0` (McFadden 1974).

    ``loglik``, ``null``: of the model, and of its thresholds alone.

    R: ``1 - logLik(fit) / logLik(update(fit, . ~ 1))``.

    >>> mcfadden(-75.0, -100.0)
    0.25
    """
    return 1 - loglik / null


def nagelkerke(loglik, null, n):
    r"""Cox and Snell's R² as a share of its largest value (Nagelkerke 1991).

    .. math:: (1 - e^{2(l_0 - l)/n}) / (1 - e^{2 l_0 / n})

    ``n``: rows, or the sum of their weights.

    R: ``performance::r2_nagelkerke(fit)``.

    >>> round(float(nagelkerke(-75.0, -100.0, 150)), 4)
    0.3849
    """
    return np.expm1(2 * (null - loglik) / n) / np.expm1(2 * null / n)


def tjur(probability, y, weights=None) -> float:
    r"""Coefficient of discrimination (Tjur 2009): :math:`\bar p_{y=1} - \bar p_{y=0}`.

    ``probability``: fitted probability of 1; ``y``: 0 and 1.

    R: ``diff(tapply(fitted(fit), y, mean))``.

    >>> round(tjur(np.array([0.2, 0.4, 0.7]), np.array([0, 0, 1])), 4)
    0.4
    """
    w = np.ones(len(y)) if weights is None else weights
    one, zero = (np.average(probability[y == v], weights=w[y == v]) for v in (1, 0))
    return float(one - zero)


def mckelvey_zavoina(eta, weights=None) -> float:
    r"""R² of the latent continuous answer (McKelvey & Zavoina 1975).

    .. math:: \mathrm{Var}(x'\hat\beta) / (\mathrm{Var}(x'\hat\beta) + \pi^2 / 3)

    with divisor *n* in the variance, :math:`\pi^2/3` being that of the logistic distribution.

    ``eta``: linear predictor of each row.

    R: ``v <- mean((eta - mean(eta))^2); v / (v + pi^2 / 3)``.

    >>> round(mckelvey_zavoina(np.array([-1.0, 1.0])), 4)
    0.2331
    """
    w = np.ones(len(eta)) if weights is None else weights
    return float(_latent(np.average((eta - np.average(eta, weights=w)) ** 2, weights=w)))


def _latent(variance):
    return variance / (variance + LOGISTIC_VARIANCE)


def pseudo_r2(measure: str, fit: Fit, x, y, w) -> float:
    """The named pseudo-R² of a fit; ``y`` runs from 0, ``w`` are the rows' weights."""
    cuts = len(fit.theta) - x.shape[1]
    eta = x @ fit.theta[cuts:]
    if measure == "mckelvey_zavoina":
        return mckelvey_zavoina(eta, w)
    if measure == "tjur":
        return tjur(logistic(eta - fit.theta[0]), y, w)
    null = null_loglik(np.bincount(y, w, cuts + 1))
    return float(_of_likelihoods(measure, fit.loglik, null, w.sum()))


def _of_likelihoods(measure: str, loglik, null, n):
    return mcfadden(loglik, null) if measure == "mcfadden" else nagelkerke(loglik, null, n)


def pseudo_r2_without(measure: str, fit: Fit, x, y, w, units) -> np.ndarray:
    """The same without each unit in turn, by one Newton step each; shape (units,)."""
    loglik, theta = drop_units(fit, units)
    cuts = len(fit.theta) - x.shape[1]
    if measure == "mckelvey_zavoina":
        return _latent_without(theta[:, cuts:], x, w, units)
    if measure == "tjur":
        return _tjur_without(fit.theta, theta, x, y, w, units)
    own = np.zeros((len(theta), cuts + 1))
    np.add.at(own, (units, y), w)
    rest = own.sum(axis=0) - own
    return _of_likelihoods(measure, loglik, null_loglik(rest), rest.sum(axis=1))


def _latent_without(beta, x, w, units) -> np.ndarray:
    """Var(x'β) over the other rows, at the coefficients without the unit."""
    total = w.sum() - np.bincount(units, w)
    own = np.einsum("np,np->n", x, beta[units])
    # sum w (x'b_u)^2 over all rows from one (p, p) matrix of cross-products, less the unit's own
    squares = np.einsum("up,pq,uq->u", beta, (x * w[:, None]).T @ x, beta)
    squares = squares - np.bincount(units, w * own**2)
    sums = beta @ (w @ x) - np.bincount(units, w * own)
    return _latent(squares / total - (sums / total) ** 2)


def _tjur_without(theta, left, x, y, w, units) -> np.ndarray:
    """Mean probabilities of the other rows, to second order in the change of the parameters."""
    z = np.hstack([-np.ones((len(x), 1)), x])
    p, step, out = logistic(z @ theta), left - theta, 0.0
    slope = p * (1 - p)
    own = logistic(np.einsum("np,np->n", z, left[units]))
    for value, sign in ((1, 1), (0, -1)):
        # sum over rows of g p at the changed parameters of every unit at once: value, slope and
        # second derivative of the sum are taken once, (q,) and (q, q), not once a unit
        g = np.where(y == value, w, 0.0)
        bend = (z * (g * slope * (1 - 2 * p))[:, None]).T @ z
        total = g @ p + step @ ((g * slope) @ z) + np.einsum("up,pq,uq->u", step, bend, step) / 2
        rest = g.sum() - np.bincount(units, g)
        out = out + sign * (total - np.bincount(units, g * own)) / rest
    return out
