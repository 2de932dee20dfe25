"""Estimates of subsets as the tables of a comparison: a row a block and measure, a row a pair."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd

from loyaltystudy.explain._frame import Frame
from loyaltystudy.rsquared import MEASURES, Estimates, dominance_r2, subset_widths

FIGURES = ("estimate", "adjusted", "low", "high")


def ezekiel(values: np.ndarray, frame: Frame, n: float) -> np.ndarray:
    """Adjusted R² of every subset: unbiased to order 1/n for normal data (Ezekiel 1930)."""
    p = subset_widths(frame.widths, len(frame.controls))
    return np.where(p == 0, 0.0, 1 - (1 - values) * (n - 1) / (n - p - 1))


def adjusted_r2(frame: Frame, found: Estimates) -> np.ndarray:
    """R² of every subset as the points that are shown: Ezekiel's, or less the jackknife bias.

    For rows drawn independently Ezekiel's formula leaves no more bias than the jackknife and
    varies a little less. Of clusters and strata it knows nothing: at a true zero alone it leaves
    .0034 with 25 clusters of 20 and .0014 with 60 of 10, the jackknife .0004 and .0001. Weights
    that hang together with the outcome leave Ezekiel's .0034 too
    (``benchmarks/results/adjusted.md``).
    """
    if not found.known or (frame.clusters is None and frame.strata is None):
        return ezekiel(found.r2, frame, frame.n_effective)
    return found.r2 - found.bias


def measures_table(frame: Frame, found: Estimates, adjusted, confidence, more=None) -> pd.DataFrame:
    """A row a block and measure; ``more`` are measures with what figures there are of them."""
    rows = {}
    for measure, of in MEASURES.items():
        limits = found.interval(of, frame.widths, confidence)
        rows[measure] = (of(found.r2), of(adjusted), *limits)
    rows["share"] = [dominance_r2(v) / (v[-1] - v[0]) for v in (found.r2, adjusted)]
    rows |= more or {}
    blocks, gap = list(frame.blocks), np.full(len(frame.blocks), np.nan)
    filled = [[*given, *[gap] * (len(FIGURES) - len(given))] for given in rows.values()]
    columns = {f: np.concatenate([row[i] for row in filled]) for i, f in enumerate(FIGURES)}
    measure = [name for name in rows for _ in blocks]
    return pd.DataFrame({"block": blocks * len(rows), "measure": measure, **columns})


def differences_table(frame: Frame, found: Estimates, adjusted, confidence) -> pd.DataFrame:
    """Adjusted differences between each two blocks, with intervals."""
    names, pairs = list(frame.blocks), list(combinations(range(len(frame.blocks)), 2))
    i, j = np.array(pairs, dtype=int).reshape(-1, 2).T

    def gaps(values: np.ndarray) -> np.ndarray:
        every = [of(values) for of in MEASURES.values()]
        return np.concatenate([m[..., i] - m[..., j] for m in every], axis=-1)

    low, high = found.around(gaps, adjusted, confidence)
    times = len(MEASURES)
    return pd.DataFrame(
        {
            "first": [names[a] for a in i] * times,
            "second": [names[b] for b in j] * times,
            "measure": [measure for measure in MEASURES for _ in pairs],
            "estimate": gaps(adjusted),
            "low": low,
            "high": high,
        }
    )
