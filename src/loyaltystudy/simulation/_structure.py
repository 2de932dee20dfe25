"""The structural model: standardised latent variables, each a sum of earlier ones and its own."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from loyaltystudy.errors import SurveyError

NONE: Mapping = {}


@dataclass
class Structure:
    r"""A recursive linear model of standard normal variables.

    .. math:: \xi_j = \sum_{i < j} b_{ij} \xi_i + \sqrt{1 - b_j' \Sigma_{<j} b_j}\; e_j,
              \qquad e_j \sim N(0, 1)

    so that every variance is 1 by construction and ``covariance`` holds every correlation that
    the paths imply.

    >>> model = Structure()
    >>> model.add("trust")
    >>> model.add("loyalty", {"trust": 0.5})
    >>> model.correlation("trust", "loyalty")
    0.5
    """

    names: list[str] = field(default_factory=list)
    covariance: np.ndarray = field(default_factory=lambda: np.zeros((0, 0)))
    paths: list[tuple[np.ndarray, np.ndarray, float]] = field(default_factory=list)

    def add(
        self,
        name: str,
        paths: Mapping[str, float] | None = None,
        correlations: Mapping[str, float] | None = None,
    ) -> None:
        """Add a variable: paths from earlier ones, and correlations that further paths bring about.

        The latter solve ``Sigma_PP b = r - Sigma_P. paths`` for the paths ``b`` from the named
        variables.
        """
        b = np.zeros(len(self.names))
        for parent, coefficient in (paths or {}).items():
            b[self._place(parent)] += coefficient
        if correlations:
            places = [self._place(parent) for parent in correlations]
            target = np.array(list(correlations.values())) - self.covariance[places] @ b
            b[places] += np.linalg.solve(self.covariance[np.ix_(places, places)], target)
        explained = float(b @ self.covariance @ b)
        if explained >= 1:
            raise SurveyError(f"{name!r}: its causes explain {explained:.2f} of a variance of 1.")
        self._extend(name, b, np.sqrt(1 - explained))

    def _extend(self, name: str, b: np.ndarray, own: float) -> None:
        k = len(self.names)
        grown = np.eye(k + 1)
        grown[:k, :k] = self.covariance
        grown[k, :k] = grown[:k, k] = self.covariance @ b
        self.covariance = grown
        used = np.flatnonzero(b)
        self.paths.append((used, b[used], float(own)))
        self.names.append(name)

    def _place(self, name: str) -> int:
        if name not in self.names:
            raise SurveyError(f"No latent variable {name!r} so far: {self.names}.")
        return self.names.index(name)

    def correlation(self, first: str, second: str) -> float:
        """Correlation of two variables in the population."""
        return float(self.covariance[self._place(first), self._place(second)])

    def draw(
        self, n: int, rng: np.random.Generator, later: Mapping[str, np.random.Generator] = NONE
    ) -> dict[str, np.ndarray]:
        """n draws of every variable; of those in ``later`` each from a stream of its own."""
        drawn = np.empty((len(self.names), n))
        drawn[[name not in later for name in self.names]] = rng.standard_normal(
            (sum(name not in later for name in self.names), n)
        )
        for name in set(self.names) & set(later):
            drawn[self.names.index(name)] = later[name].standard_normal(n)
        for row, (used, b, own) in enumerate(self.paths):
            drawn[row] *= own
            if len(used):
                drawn[row] += b @ drawn[used]
        return dict(zip(self.names, drawn, strict=True))
