"""Intervals from few groups of people: coverage and width, with and without the term of squares.

`python benchmarks/scripts/few_groups.py` writes few_groups.md: 600 simulated samples a row, seed
11, one block of one column (true added R² named) beside one of four (.10), predictors independent.
Without the second term of `intervals._scale` an estimate that is zero by chance has a scale
without bound.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from loyaltystudy.rsquared import _intervals as intervals
from loyaltystudy.rsquared._estimates import Estimates
from loyaltystudy.rsquared._measures import unique_r2
from loyaltystudy.rsquared._moments import group_moments

RESULTS = Path(__file__).parents[1] / "results"

SIMULATIONS, SEED = 600, 11


def limits(values, without, *, squares: bool):
    kept = intervals._scale
    if not squares:
        intervals._scale = lambda theta, se, bias, width, units: se**2 / (4 * theta)
    try:
        found = Estimates.from_units(values, without)
        return found.interval(unique_r2, np.array([1, 4]))
    finally:
        intervals._scale = kept


def cell(groups: int, n: int, effect: float, rng) -> list[dict]:
    found = {True: [], False: []}
    for _ in range(SIMULATIONS):
        x = rng.normal(size=(n, 6))
        y = np.sqrt(effect) * x[:, 0] + np.sqrt(0.1) * x[:, 1]
        x[:, 5] = y + np.sqrt(1 - effect - 0.1) * x[:, 5]
        m = group_moments(x, np.ones(n), np.arange(n) % groups, tuple("abcdey"))
        values, without = intervals.leave_group_out(m, "y", [["a"], ["b", "c", "d", "e"]], [])
        for squares, rows in found.items():
            low, high = limits(values, without, squares=squares)
            rows.append((low[0] <= effect <= high[0], high[0] - low[0]))
    return [
        {
            "groups": groups,
            "n": n,
            "effect": effect,
            "term of squares": squares,
            "coverage": np.mean([r[0] for r in rows]),
            "median width": np.median([r[1] for r in rows]),
            "largest width": np.max([r[1] for r in rows]),
        }
        for squares, rows in found.items()
    ]


def main() -> None:
    rng = np.random.default_rng(SEED)
    rows = [
        row
        for groups, n in ((13, 549), (17, 344), (40, 1000))
        for effect in (0.0, 0.02, 0.1)
        for row in cell(groups, n, effect, rng)
    ]
    table = pd.DataFrame(rows)
    lines = ["| " + " | ".join(table.columns) + " |", "|" + "---|" * table.shape[1]]
    lines += [
        f"| {r[0]} | {r[1]} | {r[2]:g} | {'yes' if r[3] else 'no'} | {r[4]:.3f} | {r[5]:.3f} "
        f"| {r[6]:.3f} |"
        for r in table.itertuples(index=False)
    ]
    head = f"# Intervals from few groups\n\n{__doc__.split(chr(10) * 2, 1)[1].strip()}\n\n"
    (RESULTS / "few_groups.md").write_text(head + "\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
