"""Invented answers for incomplete_factors.R: skewed items with gaps, stores, weights.

python tests/reference/incomplete_factors.py
"""

from pathlib import Path

import numpy as np
import pandas as pd

rng = np.random.default_rng(11)
n, stores = 500, 40
store = rng.integers(stores, size=n)
mix = np.linalg.cholesky(0.5 + 0.5 * np.eye(3)).T
factors = (0.5 * rng.normal(size=(stores, 3))[store] + 0.87 * rng.normal(size=(n, 3))) @ mix
latent = np.repeat(factors, 3, axis=1) * np.tile([0.6, 0.7, 0.8], 3) + 0.6 * rng.normal(size=(n, 9))
items = np.round(np.exp(0.4 * latent) * 2, 2)
table = pd.DataFrame(items, columns=[f"{f}{i}" for f in "abc" for i in (1, 2, 3)])
# gaps: at random, and in b3 and c2 the more the higher a1 (missing at random, not completely)
gap = rng.random(items.shape) < 0.04
gap[:, 5] |= rng.random(n) < 0.3 * (table["a1"] > table["a1"].median())
gap[:, 7] |= rng.random(n) < 0.2 * (table["a1"] > table["a1"].median())
gap[:, 0] = False
table = table.mask(gap)
table["store"] = store
table["w"] = np.round(np.exp(0.6 * rng.normal(size=n)), 3)
table.to_csv(Path(__file__).with_name("incomplete_factors_data.csv"), index=False)
