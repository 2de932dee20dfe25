"""Do customers fall into classes? Latent classes against a one-factor model."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from loyaltystudy.claims._rules import Evidence
from loyaltystudy.claims._statistics.base import answered, missing, needs_rows
from loyaltystudy.survey import Study


def classes_over_factor(
    study: Study, needed: Sequence[str], extra: Sequence[str] = (), *, seed: int, draws: int = 39
) -> Evidence:
    """Do bonds fall into classes? BIC of a one-factor model minus that of latent classes.

    Each construct is turned to normal scores first, so that skew alone cannot make classes. The
    classes (2 to 4, independent within) must beat a one-factor model by BIC and, where they do,
    by a parametric bootstrap of that difference, and their means must lie at least .2 standard
    deviations apart.
    ``extra`` constructs join in where they are scales of three items or more of their own.
    """
    words = "BIC of one factor minus BIC of latent classes"
    if absent := missing(study, needed):
        return Evidence(words, missing=absent)
    here = list(needed) + [c for c in extra if _own_scale(study, c, needed)]
    table = answered(study, here)
    if table is None:
        return needs_rows(words)
    x = normal_scores(table[here].to_numpy())
    gap, apart = _class_gain(x, seed)
    note = f"class means {apart:.2f} SD apart"
    if gap <= 0:  # classes are no better: nothing is left to be tested
        return Evidence(words, gap, n=len(x), note=note)
    p = _bootstrap_p(x, gap, seed, draws)
    estimate = gap if apart >= 0.2 else 0.0
    return Evidence(words, estimate, p=p, n=len(x), note=f"bootstrap p {p:.3f}, {note}")


def _bootstrap_p(x: np.ndarray, gap: float, seed: int, draws: int) -> float:
    """How often samples of the one-factor model show as large a gap."""
    rng, root = np.random.default_rng(seed), np.linalg.cholesky(one_factor_correlation(x))
    drawn = [
        _class_gain(normal_scores(rng.normal(size=x.shape) @ root.T), seed)[0] for _ in range(draws)
    ]
    return (1 + sum(d >= gap for d in drawn)) / (1 + draws)


def _own_scale(study: Study, construct: str, others: Sequence[str]) -> bool:
    """A scale of three items or more that shares none with others: no coarse, doubled columns."""
    items = getattr(study.measures(construct), "items", ())
    used = {i for c in others for i in getattr(study.measures(c), "items", ())}
    return len(items) >= 3 and not used & set(items)


def normal_scores(x: np.ndarray) -> np.ndarray:
    """Each column by its ranks as a standard normal variable (van der Waerden)."""
    from scipy.stats import norm, rankdata

    z = norm.ppf(rankdata(x, axis=0) / (len(x) + 1))
    return (z - z.mean(axis=0)) / z.std(axis=0)


def one_factor_correlation(x: np.ndarray) -> np.ndarray:
    """Correlations implied by a one-factor model, by maximum likelihood.

    EM of Rubin & Thayer (1982), Psychometrika 47, 69-76; unique variances of .005 at least.
    R: ``factanal(x, 1)``.
    """
    r = np.corrcoef(x.T)
    loadings = np.sqrt(0.5) * np.sign(np.linalg.eigh(r)[1][:, -1])
    unique = np.full(len(r), 0.5)
    for _ in range(5000):
        implied = np.outer(loadings, loadings) + np.diag(unique)
        slope = np.linalg.solve(implied, loadings)  # of the factor on the columns
        fresh = r @ slope / (1 - slope @ loadings + slope @ r @ slope)
        unique = np.maximum(1 - fresh * (r @ slope), 0.005)
        moved, loadings = np.abs(fresh - loadings).max(), fresh
        if moved < 1e-8:
            break
    return np.outer(loadings, loadings) + np.diag(unique)


def _class_gain(x: np.ndarray, seed: int) -> tuple[float, float]:
    """BIC(one factor) - BIC(best latent classes), and how far apart the class means lie."""
    n, p = x.shape
    implied, observed = one_factor_correlation(x), np.corrcoef(x.T)
    fit = np.linalg.slogdet(implied)[1] + np.trace(np.linalg.solve(implied, observed))
    factor_bic = n * (p * np.log(2 * np.pi) + fit) + 3 * p * np.log(n)
    fits = [latent_classes(x, k, seed) for k in (2, 3, 4)]
    best = min(fits, key=lambda model: model.bic(x))
    gaps = [np.abs(a - b).max() for i, a in enumerate(best.means_) for b in best.means_[:i]]
    return float(factor_bic - best.bic(x)), float(min(gaps))


def latent_classes(x: np.ndarray, count: int, seed: int, floor: float = 0.05):
    """Normal classes, independent within: a latent profile model.

    ``floor`` is added to each variance, which keeps a class from closing in on one answer.
    R: ``mclust::Mclust(x, count, modelNames = "VVI")`` at no floor.
    """
    from sklearn.mixture import GaussianMixture

    model = GaussianMixture(
        count,
        covariance_type="diag",
        reg_covar=floor,
        random_state=seed,
        n_init=2,
        max_iter=500,
        tol=1e-4,
    )
    return model.fit(x)
