"""Coverage of the intervals of single predictors: Owen values within blocks, relative weights.

`python benchmarks/scripts/predictor_coverage.py` writes predictor_coverage.md: 1,000 samples a
row, seed 1. Blocks of 3, 2 and 2 normal predictors, correlated .4 within the first two and .2
between them; the third pair is apart from all others and from each other. In each block the first
predictor has the largest coefficient, the last none: the last value is zero in the third block
alone.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from loyaltystudy import Moments
from loyaltystudy.explain._predictors import owen_values, relative_weights

RESULTS = Path(__file__).parents[1] / "results"

SIMULATIONS, SEED, SIZES = 1000, 1, (150, 500)
BLOCKS = {"one": ["a1", "a2", "a3"], "two": ["b1", "b2"], "three": ["c1", "c2"]}
NAMES = [name for block in BLOCKS.values() for name in block]
SLOPES = np.array([0.40, 0.15, 0.0, 0.20, 0.0, 0.20, 0.0])


def population() -> np.ndarray:
    """Correlations of the predictors, and of these with the outcome."""
    home = np.repeat([0, 1, 2], [3, 2, 2])
    x = np.where(home[:, None] == home, 0.4, 0.2)
    x[home == 2] = x[:, home == 2] = 0.0
    x[np.ix_(home == 2, home == 2)] = np.eye(2)
    np.fill_diagonal(x, 1.0)
    xy = x @ SLOPES
    return np.block([[x, xy[:, None]], [xy, 1.0]])


def both(data) -> pd.DataFrame:
    owen = owen_values(data, "y", BLOCKS).assign(measure="Owen value")
    weights = relative_weights(data, "y", NAMES).assign(measure="relative weight")
    return pd.concat([owen.drop(columns="block"), weights])


def main() -> None:
    r, names = population(), [*NAMES, "y"]
    table = Moments.from_correlations(pd.DataFrame(r, names, names), n=10**6)
    truth = both(table).set_index(["measure", "predictor"])["estimate"]
    truth = truth.where(truth > 1e-12, 0.0)
    root, lines = np.linalg.cholesky(r), []
    for n in SIZES:
        rng = np.random.default_rng([SEED, n])
        samples = (rng.standard_normal((n, len(names))) @ root.T for _ in range(SIMULATIONS))
        found = pd.concat(both(pd.DataFrame(x, columns=names)) for x in samples)
        for key, part in found.groupby(["measure", "predictor"], sort=False):
            true = truth[key]
            below, above = (part["low"] > true).mean(), (part["high"] < true).mean()
            error = (part["adjusted"] - true).mean()
            lines.append(
                f"| {n} | {key[0]} | {key[1]} | {true:.4f} | {1 - below - above:.3f} "
                f"| {below:.3f} | {above:.3f} | {error:+.4f} |"
            )
    head = "| n | measure | predictor | truth | covered | truth below | truth above | error |"
    text = f"# Intervals of single predictors\n\n{__doc__.split(chr(10) * 2, 1)[1].strip()}\n"
    note = "\n`error` is the mean of the adjusted estimate less the truth.\n"
    body = "\n".join([head, "|---" * 8 + "|", *lines])
    (RESULTS / "predictor_coverage.md").write_text(f"{text}{note}\n{body}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
