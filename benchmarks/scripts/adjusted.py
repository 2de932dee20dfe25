"""Which adjusted R² has the least bias under a design: Ezekiel's, or less the jackknife bias?

`python benchmarks/scripts/adjusted.py` writes adjusted.md: mean error (and root mean square error)
of the adjusted measures, 400 samples a world, seed 5, the worlds of coverage.py. Ezekiel's formula
takes the effective sample size of the weights and knows nothing of clusters and strata.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from coverage import SIDE, units_left_out
from helpers.coverage_worlds import LAYOUTS, World, coefficients, draw

from loyaltystudy.rsquared._estimates import Estimates
from loyaltystudy.rsquared._intervals import leave_one_out
from loyaltystudy.rsquared._measures import MEASURES, subset_widths

RESULTS = Path(__file__).parents[1] / "results"

SIMULATIONS, SEED = 400, 5
SCENARIOS = [
    "25 clusters of 20",
    "60 clusters of 10",
    "8 strata of 6 clusters of 10",
    "20 strata of 2 clusters of 10",
    "17 groups of 20",
    "weights, design effect 1.5",
    "informative weights",
]


def adjusted_both_ways(world: World, sample) -> tuple[np.ndarray, np.ndarray]:
    x, y, w, groups, strata = sample
    names = [*map(str, range(world.p)), "y"]
    if groups is None and strata is None:
        values, without = leave_one_out(x, y, w, world.blocks, [], names)
    else:
        named = [[names[c] for c in block] for block in world.blocks], []
        table = np.column_stack([x, y])
        values, without, strata = units_left_out(table, w, groups, strata, names, named)
    found = Estimates.from_units(values, without, strata)
    p, n = subset_widths(world.widths), w.sum() ** 2 / (w**2).sum()
    ezekiel = np.where(p == 0, 0.0, 1 - (1 - values) * (n - 1) / (n - p - 1))
    return ezekiel, values - found.bias


def cell(scenario: str, measure: str, layout: str) -> list[dict]:
    n, widths, _, design, units = SIDE[scenario]
    world = World("normal", measure, LAYOUTS[layout], widths, 0)
    beta, rng = coefficients(world), np.random.default_rng(SEED)
    samples = (draw(world, beta, n, rng, design, units) for _ in range(SIMULATIONS))
    points = np.array([adjusted_both_ways(world, sample) for sample in samples])
    errors = MEASURES[measure](points) - np.array(world.targets)
    return [
        {
            "scenario": scenario,
            "measure": measure,
            "truth": truth,
            "Ezekiel": errors[:, 0, j],
            "jackknife": errors[:, 1, j],
        }
        for j, truth in enumerate(world.targets)
    ]


def main() -> None:
    rows = [
        row
        for scenario in SCENARIOS
        for measure in MEASURES
        for layout in LAYOUTS
        for row in cell(scenario, measure, layout)
    ]
    lines = ["| scenario | measure | truth | Ezekiel | jackknife |", "|---" * 5 + "|"]
    keys = ["scenario", "measure", "truth"]
    for key, part in pd.DataFrame(rows).groupby(keys, sort=False):
        shown = []
        for way in ("Ezekiel", "jackknife"):
            error = np.concatenate(part[way].to_list())
            shown.append(f"{error.mean():+.4f} ({np.sqrt((error**2).mean()):.4f})")
        lines.append("| " + " | ".join([*map(str, key), *shown]) + " |")
    head = f"# Adjusted R² under a design\n\n{__doc__.split(chr(10) * 2, 1)[1].strip()}\n\n"
    (RESULTS / "adjusted.md").write_text(head + "\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
