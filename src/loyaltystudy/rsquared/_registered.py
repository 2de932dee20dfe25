"""Errors of registered comparisons, read from a file beside moments that were given away."""

from dataclasses import dataclass, field

import numpy as np

from loyaltystudy.rsquared._estimates import Estimates
from loyaltystudy.rsquared._intervals import explained_interval
from loyaltystudy.rsquared._measures import MEASURES


@dataclass(frozen=True, eq=False)
class RegisteredEstimates(Estimates):
    """R² of every subset with what a file says of the error of its measures.

    Of alone, unique and dominance alone, and of differences between two blocks in each; every
    other measure has no error here, and its limits are NaN.

    Attributes
    ----------
    covariance : dict of str to ndarray, shape (k, k)
        Of the blocks' values in each measure; NaN where the file leaves a line out.
    by_design : bool
        Whether rows were drawn in clusters or strata, so that points are less the jackknife bias.
    """

    covariance: dict[str, np.ndarray] = field(default_factory=dict)
    by_design: bool = False

    @property
    def known(self) -> bool:
        return True

    def se(self, of=np.asarray) -> np.ndarray:
        """Standard errors of the blocks in a measure of :data:`MEASURES`; NaN of any other."""
        variance = np.diag(self._of(of)) if self._has(of) else np.full(of(self.r2).shape, np.nan)
        return np.sqrt(variance)

    def gap_se(self, of, i, j) -> np.ndarray:
        """Standard errors of differences between blocks *i* and *j* in a measure."""
        c = self._of(of)
        return np.sqrt(c[i, i] + c[j, j] - 2 * c[i, j])

    def interval(self, of, width, confidence: float = 0.95, *, steady=0.0, tails=None):
        se = self.se(of)
        limits = np.full((2, len(se)), np.nan)
        lines = np.isfinite(se)
        if lines.any():
            options = {"confidence": confidence, "freedom": self.freedom, "steady": steady}
            options["tails"] = None if self.tails is None else self.tails[:, lines]
            given = (of(self.r2), se, of(self.bias), np.asarray(width))
            limits[:, lines] = explained_interval(*(part[lines] for part in given), **options)
        return limits

    def _has(self, of) -> bool:
        return any(of is known for known in MEASURES.values())

    def _of(self, of) -> np.ndarray:
        return next(self.covariance[name] for name, known in MEASURES.items() if of is known)
