"""Simulated panels whose truth is known."""

import numpy as np
import pandas as pd

from loyaltystudy.errors import SurveyError

LEAST = 1e-200  # of a parameter: beyond it shares can no longer be told apart
UNDERFLOW = 1e-280  # a sum of gamma variables with no digits left


def simulate_counts(m, k, alpha, *, households: int, seed: int) -> pd.DataFrame:
    """Draw a household x brand table from the NBD-Dirichlet, households without purchase included.

    Parameters
    ----------
    m, k : float
        Mean category purchases a household and the NBD exponent, above 0.
    alpha : mapping of brand to float
        Dirichlet parameters, above 0.
    households : int
        Households, buyers or not.
    seed : int
        Seed of the random numbers.

    Returns
    -------
    DataFrame
        households x brands, whole numbers.

    Raises
    ------
    SurveyError
        If a parameter is not a number above 1e-200, or there is no household.

    Examples
    --------
    >>> from loyaltystudy.purchases import simulate_counts
    >>> simulate_counts(3.0, 1.0, {"a": 0.6, "b": 0.4}, households=3, seed=2).shape
    (3, 2)
    """
    alpha = pd.Series(alpha, dtype=float)
    named = {"m": m, "k": k, **alpha}
    low = [f"{name} = {value}" for name, value in named.items() if not LEAST < value < np.inf]
    if low or households < 1:
        wrong = low or f"households = {households}"
        raise SurveyError(f"Parameters must lie above 0 (numbers above {LEAST:g}): {wrong}.")
    rng = np.random.default_rng(seed)
    n = rng.negative_binomial(k, k / (k + m), households)
    counts = rng.multinomial(n, _shares(alpha.to_numpy(), households, rng))
    index = pd.RangeIndex(1, households + 1, name="household")
    return pd.DataFrame(counts, index=index, columns=pd.Index(alpha.index, name="brand"))


def _shares(alpha: np.ndarray, households: int, rng: np.random.Generator) -> np.ndarray:
    """Each household's shares of the brands, Dirichlet, as gamma variables over their sum.

    A tiny shape leaves no digits of a sum. Shares do not depend on it, so those households are
    drawn anew by logarithms: a gamma of shape a is one of shape a + 1 times U^(1/a).
    """
    liking = rng.gamma(alpha, size=(households, len(alpha)))
    lost = np.flatnonzero(liking.sum(axis=1) < UNDERFLOW)
    if len(lost):
        size = (len(lost), len(alpha))
        logs = np.log(rng.gamma(alpha + 1, size=size)) + np.log1p(-rng.random(size)) / alpha
        liking[lost] = np.exp(logs - logs.max(axis=1, keepdims=True))
    return liking / liking.sum(axis=1, keepdims=True)
