"""Invented answers for ordinal.R: five factors of four items with five answers, and six others.

    python tests/reference/ordinal_answers.py

Columns a1..e4: five answers. v1..v3: two answers, seldom 1. u1..u3: seven answers. w: weights.
"""

from pathlib import Path

import numpy as np
import pandas as pd

rng = np.random.default_rng(3)
n = 1000
mix = np.linalg.cholesky(0.4 + 0.6 * np.eye(7)).T
factors = rng.normal(size=(n, 7)) @ mix
latent = 0.75 * np.repeat(factors[:, :5], 4, axis=1) + 0.66 * rng.normal(size=(n, 20))
table = pd.DataFrame(
    np.digitize(latent, [-1, -0.3, 0.3, 1]) + 1,
    columns=[f"{f}{i}" for f in "abcde" for i in range(1, 5)],
)
for name, factor, cuts in (("v", 5, [1.0]), ("u", 6, [-2.2, -1.5, -0.8, -0.2, 0.4, 1.1])):
    for i in range(1, 4):
        own = (0.6 + 0.1 * i) * factors[:, factor] + 0.7 * rng.normal(size=n)
        table[f"{name}{i}"] = np.digitize(own, cuts)
table["w"] = np.round(np.exp(0.5 * rng.normal(size=n) + 0.3 * (table["a1"] > 3)), 3)
table.to_csv(Path(__file__).with_name("ordinal_answers.csv"), index=False)
