"""Maximum likelihood from every answer given, and statistics that hold under a survey's design.

Full information: each respondent adds the likelihood of what was answered. Under a design (weights,
clusters, strata) the same estimates are pseudo maximum likelihood; their covariance is the sandwich
of observed information and the design's covariance of the scores, and chi-square is divided by the
scaling factor of Yuan and Bentler (lavaan's MLR).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from loyaltystudy.errors import SurveyError
from loyaltystudy.scales._design import RowDesign
from loyaltystudy.scales._estimator import Fitted, GroupMoments, fit_model, starting_values
from loyaltystudy.scales._fit_indices import indices_from_chi_square, srmr
from loyaltystudy.scales._information import (
    Directions,
    Pattern,
    model_directions,
    model_information,
    observed_information,
    patterns,
    saturated_directions,
    scores,
)
from loyaltystudy.scales._layout import Layout, Matrices, build_layout

ROUNDS, CLOSE = 5000, 1e-9  # of EM, and the change of a standardised moment that ends it


@dataclass(frozen=True, eq=False)
class Likelihood:
    """A fitted model, the covariance of its estimates, and its fit."""

    fitted: Fitted  # of items in units of their own spread
    covariance: np.ndarray
    fit: dict[str, float]
    scaling: float  # of chi-square; 1 for a simple random sample


def fit_likelihood(
    values: np.ndarray, scales: Mapping[str, Sequence[str]], design: RowDesign
) -> Likelihood:
    """Fit the model to all rows with an answer.

    ``values`` (n, p): NaN where unanswered; every row has an answer; ``scales``: items of each
    scale, in the order of the columns; ``design``: of the rows.

    Raises SurveyError if the model is not identified, a pair of items was never answered by one
    person, or the search does not converge.
    """
    # in units of each item's own spread: nothing that is returned depends on units
    values = (values - np.nanmean(values, axis=0)) / np.nanstd(values, axis=0)
    sample = _Sample(patterns(values, design.weights), values, design)
    sigma, mu = saturated_moments(sample.groups, values.shape[1])
    fitted, model = _fit(sample.groups, scales, sigma, mu)
    information = model_information(fitted, sample.groups)
    toward = model_directions(fitted.layout, fitted.x)
    own = scores(sample.groups, values, model.sigma, model.mu, toward)
    bread, n = np.linalg.inv(information), len(values)
    covariance = bread / n if design.simple else design.covariance(own @ bread)
    meat = float(np.trace(n * design.covariance(own) @ bread))
    chi, scaling, df, base = _chi_squares(sample, sigma, mu, model, len(toward.a), meat)
    fit = {"n": n, "n_parameters": fitted.layout.n_params - len(mu)}
    fit |= indices_from_chi_square(chi, df, *base, n)
    whole = Fitted(fitted.layout, (GroupMoments(sigma, mu, n),), fitted.x, 0.0, information, 0)
    return Likelihood(whole, covariance, fit | {"srmr": srmr(whole)}, scaling)


@dataclass(frozen=True, eq=False)
class _Sample:
    """Rows, grouped by what was answered, and their design."""

    groups: list[Pattern]
    values: np.ndarray
    design: RowDesign

    def trace(self, sigma: np.ndarray, mu: np.ndarray, toward: Directions) -> float:
        """Trace of the scores' covariance in units of the information."""
        information = observed_information(self.groups, sigma, mu, toward)[0]
        own = scores(self.groups, self.values, sigma, mu, toward)
        meat = len(self.values) * self.design.covariance(own)
        return float(np.trace(np.linalg.solve(information, meat)))


def _chi_squares(sample: _Sample, sigma, mu, model, parameters: int, meat: float):
    """Chi-square, its scaling factor and df; and chi-square and df of the baseline model.

    ``meat`` is the trace of the model's scores (`_Sample.trace`), the baseline that of items
    which do not correlate. Scaling factors are 1 for a simple random sample.
    """
    n, p = len(sample.values), len(mu)
    full, bare = saturated_directions(p), saturated_directions(p, covariances=False)
    independent = _independent(sample.groups, p)
    df, base_df = len(full.a) - parameters, len(full.a) - len(bare.a)
    level = _discrepancy(sample.groups, sigma, mu)
    chi = max(n * (_discrepancy(sample.groups, model.sigma, model.mu) - level), 0.0)
    base = n * (_discrepancy(sample.groups, *independent) - level)
    if sample.design.simple or df == 0:
        return chi, 1.0, df, (base, base_df)
    most = sample.trace(sigma, mu, full)
    scaling = (most - meat) / df
    base_scaling = (most - sample.trace(*independent, bare)) / base_df
    return chi / scaling, scaling, df, (base / base_scaling, base_df)


def _fit(
    groups: Sequence[Pattern], scales, sigma: np.ndarray, mu: np.ndarray
) -> tuple[Fitted, Matrices]:
    """The fitted one-group model, and what it implies."""
    one = build_layout(scales, means=True)
    layout = Layout(
        one.items, one.factors, one.home, one.cells * len(groups), one.n_params, means=True
    )
    start = starting_values(one, [GroupMoments(sigma, mu, 1)])
    found = fit_model(layout, [group.moments for group in groups], start=start)
    fitted = replace(found, layout=one)
    return fitted, fitted.matrices()


def saturated_moments(groups: Sequence[Pattern], p: int) -> tuple[np.ndarray, np.ndarray]:
    """Covariance and mean by maximum likelihood, with nothing supposed but normality (EM)."""
    if len(groups) == 1 and len(groups[0].moments.mean) == p:
        return groups[0].moments.cov, groups[0].moments.mean
    _need_every_pair(groups, p)
    sigma, mu = _independent(groups, p)
    spread = np.sqrt(np.diag(sigma))
    for _ in range(ROUNDS):
        new_sigma, new_mu = _em_step(groups, sigma, mu)
        change = np.abs((new_sigma - sigma) / np.outer(spread, spread)).max()
        change = max(change, np.abs((new_mu - mu) / spread).max())
        sigma, mu = new_sigma, new_mu
        if change < CLOSE:
            break
    return sigma, mu


def _em_step(groups, sigma, mu) -> tuple[np.ndarray, np.ndarray]:
    """Expected first and second moments of the whole rows given what was answered."""
    total = sum(group.moments.n for group in groups)
    first, second = np.zeros_like(mu), np.zeros_like(sigma)
    for group in groups:
        m = group.moments
        at, share = m.at, m.n / total
        # regression of all items on those answered: identity in the rows of these
        fill = sigma[:, at] @ np.linalg.inv(sigma[np.ix_(at, at)])
        d = m.mean - mu[at]
        first += share * (fill @ d)
        inner = m.cov + np.outer(d, d)
        second += share * (sigma + fill @ (inner - sigma[np.ix_(at, at)]) @ fill.T)
    return second - np.outer(first, first), mu + first


def _need_every_pair(groups: Sequence[Pattern], p: int) -> None:
    both = np.zeros((p, p))
    for group in groups:
        both[np.ix_(group.moments.at, group.moments.at)] += len(group.rows)
    if (both > 1).all():
        return
    i, j = np.argwhere(both <= 1)[0]
    raise SurveyError(
        f"Items {i + 1} and {j + 1} of the model were answered by the same people less than "
        "twice: nothing tells how they go together. Leave one of them out."
    )


def _independent(groups: Sequence[Pattern], p: int) -> tuple[np.ndarray, np.ndarray]:
    """Each item's own variance and mean from all its answers: the baseline model's estimates."""
    weight, mean, square = np.zeros(p), np.zeros(p), np.zeros(p)
    for group in groups:
        m = group.moments
        weight[m.at] += m.n
        mean[m.at] += m.n * m.mean
    mean /= weight
    for group in groups:
        m = group.moments
        square[m.at] += m.n * (np.diag(m.cov) + (m.mean - mean[m.at]) ** 2)
    return np.diag(square / weight), mean


def _discrepancy(groups: Sequence[Pattern], sigma, mu) -> float:
    """Minus twice the log likelihood a row, less its constant."""
    total, out = sum(group.moments.n for group in groups), 0.0
    for group in groups:
        m = group.moments
        # by pattern, from its moments: rows of one pattern share log det and inverse
        block, d = sigma[np.ix_(m.at, m.at)], m.mean - mu[m.at]
        inner = m.cov + np.outer(d, d)
        out += m.n / total * (np.linalg.slogdet(block)[1] + np.trace(np.linalg.solve(block, inner)))
    return float(out)
