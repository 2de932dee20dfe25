"""Dominance of a block that adds nothing to the others and only correlates with them.

`python benchmarks/scripts/borrowed_dominance.py` writes borrowed_dominance.md: 500 samples of each
size, seed the size. Blocks of 4, 4 and 3 normal predictors, correlated .4 within and .25 between
blocks, coefficients .2, 0 and .1. Plain limits, and upper limits with the `steady` of `explained_interval`
that dominance has in compare_blocks (STEADY).
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from loyaltystudy.rsquared._estimates import Estimates
from loyaltystudy.rsquared._intervals import STEADY, leave_one_out
from loyaltystudy.rsquared._measures import dominance_r2, subset_r2
from loyaltystudy.rsquared._moments import Moments

RESULTS = Path(__file__).parents[1] / "results"

SIMULATIONS, SIZES = 500, (150, 500, 2000)
BLOCKS = [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 10]]
SLOPES = np.repeat([0.2, 0.0, 0.1], [4, 4, 3])


def population() -> np.ndarray:
    home = np.repeat([0, 1, 2], [4, 4, 3])
    x = np.where(home[:, None] == home, 0.4, 0.25)
    np.fill_diagonal(x, 1.0)
    xy = x @ SLOPES
    return np.block([[x, xy[:, None]], [xy, 1.0]])


def truth(cross: np.ndarray) -> np.ndarray:
    names, one = tuple(map(str, range(12))), np.asarray(1.0)
    m = Moments(names, one, one, one, np.zeros(12), cross)
    return dominance_r2(subset_r2(m, "11", [[str(c) for c in b] for b in BLOCKS]))


def main() -> None:
    cross = population()
    true, root, names = truth(cross), np.linalg.cholesky(cross), [*map(str, range(12))]
    lines = [
        "| n | upper limit | block | truth | covered | truth below | truth above | length |",
        "|---" * 8 + "|",
    ]
    for n in SIZES:
        rng, found = np.random.default_rng(n), {0.0: [], STEADY: []}
        for _ in range(SIMULATIONS):
            z = rng.standard_normal((n, 12)) @ root.T
            left_out = leave_one_out(z[:, :11], z[:, 11], np.ones(n), BLOCKS, [], names)
            estimates = Estimates.from_units(*left_out)
            for steady, kept in found.items():
                low, high = estimates.interval(dominance_r2, [4, 4, 3], steady=steady)
                kept.append([true < low, true > high, high - low])
        for steady, kept in found.items():
            below, above, length = np.mean(np.array(kept, float), axis=0)
            for j, name in enumerate(("strong", "adds nothing", "weak")):
                lines.append(
                    f"| {n} | {'steady' if steady else 'plain'} | {name} | {true[j]:.4f} | "
                    f"{1 - below[j] - above[j]:.3f} | {below[j]:.3f} | {above[j]:.3f} "
                    f"| {length[j]:.4f} |"
                )
    head = f"# Dominance that is borrowed\n\n{__doc__.split(chr(10) * 2, 1)[1].strip()}\n\n"
    (RESULTS / "borrowed_dominance.md").write_text(head + "\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
