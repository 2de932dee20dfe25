"""Simulated panels whose truth is known."""

import numpy as np
import pandas as pd

from loyaltystudy.errors import SurveyError


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
        If a parameter is not above 0.

    Examples
    --------
    >>> from loyaltystudy.purchases import simulate_counts
    >>> simulate_counts(3.0, 1.0, {"a": 0.6, "b": 0.4}, households=3, seed=2).shape
    (3, 2)
    """
    alpha = pd.Series(alpha, dtype=float)
    low = [f"{name} = {value}" for name, value in {"m": m, "k": k, **alpha}.items() if value <= 0]
    if low or households < 1:
        raise SurveyError(f"Parameters must lie above 0: {low or f'households = {households}'}.")
    rng = np.random.default_rng(seed)
    n = rng.negative_binomial(k, k / (k + m), households)
    # A gamma of tiny shape may underflow to 0 for every brand; the floor keeps the ratio defined.
    liking = np.maximum(rng.gamma(alpha.to_numpy(), size=(households, len(alpha))), 1e-300)
    counts = rng.multinomial(n, liking / liking.sum(axis=1, keepdims=True))
    index = pd.RangeIndex(1, households + 1, name="household")
    return pd.DataFrame(counts, index=index, columns=pd.Index(alpha.index, name="brand"))
