"""The household bootstrap: multinomial weights on households, sums by matrix products."""

from collections.abc import Callable, Iterator

import numpy as np

CELLS = 4_000_000  # weights held in memory at a time


def resampled_sums(
    blocks: Callable[[], Iterator[np.ndarray]],
    households: int,
    non_buyers: int,
    resamples: int,
    seed: int,
) -> np.ndarray:
    """Column sums over households: plain in row 0, then one row a resample.

    ``blocks`` yields arrays of households x columns. A one-dimensional block gives the first
    households of runs instead, and yields the households in each run. Whole households are drawn,
    since purchases of one household are not independent; ``non_buyers`` are drawn among them, as
    rows of zeros.
    """
    rows = [_sums(np.ones((1, households)), blocks)]
    rng = np.random.default_rng(seed)
    size = max(1, CELLS // households)
    everybody = households + non_buyers
    chances = np.full(households, 1 / everybody)
    for start in range(0, resamples, size):
        draws = min(size, resamples - start)
        # what is left of the chances goes to the last cell, the households without purchase
        last = [max(0.0, 1 - chances.sum())] if non_buyers else []
        weights = rng.multinomial(everybody, np.append(chances, last), size=draws)
        rows.append(_sums(weights[:, :households].astype(float), blocks))
    return np.vstack(rows)


def _sums(weights, blocks):
    return np.hstack(
        [
            np.add.reduceat(weights, block, axis=1) if block.ndim == 1 else weights @ block
            for block in blocks()
        ]
    )


def intervals(values: np.ndarray, confidence: float) -> np.ndarray:
    """Percentile limits (2 x measures) of resampled measures; NaN where none is defined."""
    tails = [(1 - confidence) / 2, (1 + confidence) / 2]
    limits = np.full((2, values.shape[1]), np.nan)
    defined = np.isfinite(values)
    for j in np.flatnonzero(defined.any(axis=0)):
        limits[:, j] = np.quantile(values[defined[:, j], j], tails)
    return limits
