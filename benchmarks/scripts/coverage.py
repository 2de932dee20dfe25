"""Coverage of the intervals for explained variance, by simulation.

    python benchmarks/scripts/coverage.py            # every cell not yet in coverage.csv, then coverage.md
    python benchmarks/scripts/coverage.py --table    # coverage.md from coverage.csv alone
    python benchmarks/scripts/coverage.py --check 300  # the main grid at n 150 and 500 anew, in short
    python benchmarks/scripts/coverage.py --anew 60  # cells anew for 60 minutes, all but the bootstrap

Each sample yields jackknife, theory and (for the first samples of a cell of the main grid)
percentile and BCa intervals of the same data. Delete coverage.csv to start anew. ``--anew`` keeps the
bootstrap, which no change of the limits moves, and goes on where it was with coverage_anew.csv, which
holds 1,000 samples a cell.
"""

from __future__ import annotations

import sys
import time
import zlib
from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
from helpers.coverage_worlds import CROWDED, LAYOUTS, World, coefficients, draw, population
from scipy.special import ndtr, ndtri

from loyaltystudy.rsquared._estimates import Estimates
from loyaltystudy.rsquared._intervals import STEADY, leave_group_out, leave_one_out
from loyaltystudy.rsquared._measures import (
    MEASURES as MEASURE_OF,
    commonality_r2,
    conditional_r2,
    subset_widths,
)
from loyaltystudy.rsquared._moments import group_moments, row_moments, subset_r2
from loyaltystudy.rsquared._normal_theory import theory
from loyaltystudy.rsquared._resampling import bootstrap_moments
from loyaltystudy.rsquared._strata import as_units, without_each

HERE = Path(__file__).parents[1] / "results"
SIMULATIONS, SIDE_SIMULATIONS = 2000, 1000
BOOTSTRAPPED, DRAWS = 300, 500  # samples of a cell of the main grid, and draws from each
OTHER_THEORY = 500  # samples of a cell for theory where its assumption does not hold
KINDS = ("normal", "five-point", "heteroscedastic", "t8")
SIZES = (150, 500, 2000)
SIDE = {
    # name: (n, widths, controls, design, groups)
    "few rows, p/n .18": (60, (4, 4, 3), 0, "", 0),
    "five blocks": (500, (4, 4, 3, 3, 2), 0, "", 0),
    "five blocks, n 150": (150, (4, 4, 3, 3, 2), 0, "", 0),
    "15-column block": (500, (15, 4, 3), 0, "", 0),
    "15-column block, n 150": (150, (15, 4, 3), 0, "", 0),
    "single columns": (500, (1, 1, 1), 0, "", 0),
    "three controls": (500, (4, 4, 3), 3, "", 0),
    "weights, design effect 1.5": (500, (4, 4, 3), 0, "weights", 0),
    "informative weights": (500, (4, 4, 3), 0, "informative weights", 0),
    "60 clusters of 10": (600, (4, 4, 3), 0, "clusters", 60),
    "25 clusters of 20": (500, (4, 4, 3), 0, "clusters", 25),
    "17 groups of 20": (340, (4, 4, 3), 0, "groups", 17),
    "40 groups of 25": (1000, (4, 4, 3), 0, "groups", 40),
    "200 groups by hash": (2000, (4, 4, 3), 0, "hashed groups", 200),
    "6 strata of 100": (600, (4, 4, 3), 0, "6 strata", 0),
    "8 strata of 6 clusters of 10": (480, (4, 4, 3), 0, "8 strata of 6 clusters", 0),
    "20 strata of 2 clusters of 10": (400, (4, 4, 3), 0, "20 strata of 2 clusters", 0),
}
MEASURES = ("alone", "unique", "dominance")
FIELDS = [
    "scenario",
    "kind",
    "n",
    "measure",
    "layout",
    "what",
    "width",
    "truth",
    "method",
    "simulations",
    "covered",
    "below",
    "above",
    "length",
]


def cells():
    """Every cell: scenario, kind, n, measure, layout."""
    for n, kind, measure, layout in product(SIZES, KINDS, MEASURES, LAYOUTS):
        yield "main", kind, n, measure, layout
    for name, (n, *_), measure, layout in (
        (s, v, m, a) for s, v in SIDE.items() for m in MEASURES for a in LAYOUTS
    ):
        yield name, "normal", n, measure, layout


def simulate(scenario: str, kind: str, n: int, measure: str, layout: str) -> pd.DataFrame:
    """All samples of one cell."""
    _, widths, held, design, groups = SIDE.get(scenario, (n, (4, 4, 3), 0, "", 0))
    targets = (CROWDED if len(widths) > 3 or held else LAYOUTS)[layout][: len(widths)]
    world = World(kind, measure, targets, widths, held)
    beta = coefficients(world)
    values = population(world, world.sigma(), beta)
    truth = MEASURE_OF[measure](values)
    assert np.allclose(truth, world.targets, atol=1e-8), (truth, world)
    rng = np.random.default_rng(zlib.crc32(repr((scenario, kind, n, measure, layout)).encode()))
    tally = Tally(values, MEASURE_OF[measure], widths)
    for i in range(SIMULATIONS if scenario == "main" else SIDE_SIMULATIONS):
        sample = draw(world, beta, n, rng, design, groups)
        boot = scenario == "main" and i < BOOTSTRAPPED
        one_sample(tally, world, sample, i, boot=boot, design=design)
    rows = tally.rows()
    head = {"scenario": scenario, "kind": kind, "n": n, "measure": measure, "layout": layout}
    return pd.DataFrame([head | row for row in rows])[FIELDS]


class Tally:
    """Counts of limits on either side of the truth, for each method and target."""

    def __init__(self, values: np.ndarray, of, widths) -> None:
        self.widths, k = np.array(widths), len(widths)
        self.pairs = i, j = np.triu_indices(k, 1)
        several = [s for s in range(1, 1 << k) if s.bit_count() > 1]
        effects, common = of(values), commonality_r2(values)
        self.truths = {
            "effect": (effects, self.widths),
            "difference": (effects[i] - effects[j], self.widths[i]),
            "common": (common[[s - 1 for s in several]], [s.bit_count() for s in several]),
            "conditional": (between(values), np.repeat(self.widths, max(k - 2, 0))),
        }
        self.counts: dict[tuple[str, str], np.ndarray] = {}

    def gaps_of(self, of):
        """The differences between each two blocks in a measure."""
        i, j = self.pairs
        return lambda values: of(values)[..., i] - of(values)[..., j]

    def add(self, what: str, method: str, low, high) -> None:
        truth = np.where(np.abs(self.truths[what][0]) < 1e-9, 0.0, self.truths[what][0])
        counts = self.counts.setdefault((what, method), np.zeros((4, len(truth))))
        below, above = truth < low, truth > high
        counts += np.array([np.ones(len(truth)), below, above, high - low])

    def rows(self):
        for (what, method), (many, below, above, length) in self.counts.items():
            for j, (truth, width) in enumerate(zip(*self.truths[what], strict=True)):
                yield {
                    "what": what,
                    "width": width,
                    "truth": round(truth, 10) + 0.0,
                    "method": method,
                    "simulations": int(many[j]),
                    "below": int(below[j]),
                    "above": int(above[j]),
                    "length": length[j] / many[j],
                    "covered": int(many[j] - below[j] - above[j]),
                }


def one_sample(tally: Tally, world: World, sample, number: int, *, boot: bool, design: str) -> None:
    x, y, w, groups, strata = sample
    of = MEASURE_OF[world.measure]
    names = [*map(str, range(world.p)), "y"]
    held = list(range(world.controls))
    named = [[names[c] for c in block] for block in world.blocks], [names[c] for c in held]
    table = np.column_stack([x, y])
    if groups is None and strata is None:
        values, without = leave_one_out(x, y, w, world.blocks, held, names)
    else:
        values, without, strata = units_left_out(table, w, groups, strata, names, named)
    found = {"jackknife": Estimates.from_units(values, without, strata)}
    if strata is not None:
        found["jackknife, units - 1"] = replace(found["jackknife"], freedom=len(without) - 1)
    elif groups is not None:
        found["jackknife, chi2"] = replace(found["jackknife"], freedom=np.inf)
    plain = groups is None and strata is None and (w == 1).all()
    if plain and (world.kind == "normal" or number < OTHER_THEORY):
        found["theory"] = theory(row_moments(table, w, tuple(names)), "y", *named)
    if design == "hashed groups":  # of independent rows, so each can be left out instead
        found["jackknife, rows"] = Estimates.from_units(
            *leave_one_out(x, y, w, world.blocks, held, names), None
        )
    if strata is not None or design == "clusters":
        adjusted = values - found["jackknife"].bias
    else:
        p, n = subset_widths(world.widths, world.controls), w.sum() ** 2 / (w**2).sum()
        adjusted = np.where(p == 0, 0.0, 1 - (1 - values) * (n - 1) / (n - p - 1))
    for method, estimates in found.items():
        steady = STEADY if world.measure == "dominance" else 0.0
        tally.add("effect", method, *estimates.interval(of, tally.widths, steady=steady))
        tally.add("difference", method, *estimates.around(tally.gaps_of(of), adjusted))
        parts(tally, method, estimates, adjusted)
    if boot:
        drawn = bootstrap_moments(table, w, draws=DRAWS, seed=number, columns=names)
        bootstrap(tally, of, subset_r2(drawn, "y", *named), of(values), of(without))


def units_left_out(table, w, groups, strata, names, named):
    """R² of every subset, the same without each unit, and the stratum of each unit."""
    if groups is None:
        units = as_units(table, w, tuple(names))
    else:
        units = group_moments(table, w, groups, names)
    if strata is None:
        return *leave_group_out(units, "y", *named), None
    if groups is not None:
        strata = strata[np.unique(groups, return_index=True)[1]]
    values = subset_r2(units.total(), "y", *named)
    return values, subset_r2(without_each(units, strata), "y", *named), strata


def parts(tally: Tally, method: str, estimates: Estimates, adjusted) -> None:
    """What blocks share, and what they add to models of each size but none and all others."""
    limits = estimates.leaning(commonality_r2, adjusted)
    several = [s - 1 for s in range(1, len(adjusted)) if s.bit_count() > 1]
    tally.add("common", method, *(limit[several] for limit in limits))
    if len(tally.widths) > 2:
        widths = np.repeat(tally.widths, len(tally.widths) - 2)
        tails = estimates.tails
        tails = None if tails is None else np.repeat(tails, len(tally.widths) - 2, axis=1)
        limits = estimates.interval(between, widths, steady=STEADY, tails=tails)
        tally.add("conditional", method, *limits)


def between(values: np.ndarray) -> np.ndarray:
    """Conditional dominance without its ends, which are alone and unique."""
    return conditional_r2(values)[..., 1:-1].reshape(*values.shape[:-1], -1)


def bootstrap(tally, of, values, estimate, without) -> None:
    """Percentile and BCa limits of the measure, and percentile limits of differences."""
    drawn = of(values)
    tally.add("effect", "percentile", *np.quantile(drawn, [0.025, 0.975], axis=0))
    i, j = tally.pairs
    tally.add(
        "difference", "percentile", *np.quantile(drawn[:, i] - drawn[:, j], [0.025, 0.975], axis=0)
    )
    shifted = without.mean(axis=0) - without
    a = (shifted**3).sum(axis=0) / (6 * (shifted**2).sum(axis=0) ** 1.5)
    share = np.clip((drawn < estimate).mean(axis=0), 1 / (2 * DRAWS), 1 - 1 / (2 * DRAWS))
    z0, limits = ndtri(share), []
    for z in ndtri([0.025, 0.975]):
        level = ndtr(z0 + (z0 + z) / (1 - a * (z0 + z)))
        limits.append([np.quantile(d, q) for d, q in zip(drawn.T, level, strict=True)])
    tally.add("effect", "bca", *np.array(limits))


def check(simulations: int) -> None:
    """The main grid at the smaller sizes with fewer samples, beside the long run of each cell."""
    globals().update(SIMULATIONS=simulations, BOOTSTRAPPED=0)
    long = pd.read_csv(HERE / "coverage.csv")
    rows = []
    for cell in cells():
        if cell[0] == "main" and cell[2] in SIZES[:2]:
            new = simulate(*cell)
            keys = [*FIELDS[:5], "what", "truth", "method"]
            both = new[(new["what"] == "effect") & (new["method"] == "jackknife")].merge(
                long, on=keys, suffixes=("", "_before")
            )
            rows.append(both.drop_duplicates(keys))
            table = pd.concat(rows)
            now = table["covered"] / table["simulations"]
            before = table["covered_before"] / table["simulations_before"]
            shown = table[FIELDS[:5]].assign(truth=table["truth"], now=now, before=before)
            shown.to_csv(HERE / "coverage_check.csv", index=False, float_format="%.4g")
    print(shown[["now", "before"]].describe().round(4).to_string())


def run(path: Path, until: float = np.inf) -> pd.DataFrame:
    """Every cell that a file does not hold yet."""
    done = pd.read_csv(path) if path.exists() else pd.DataFrame(columns=FIELDS)
    whole = done[done["what"] == "common"]  # what a run before common parts left behind goes
    have = {*whole[FIELDS[:5]].itertuples(index=False, name=None)}
    for cell in cells():
        if cell in have or time.time() > until:
            continue
        others = ~(done[FIELDS[:5]] == list(cell)).all(axis=1)
        done = pd.concat([done[others], simulate(*cell)])
        done.to_csv(path, index=False, float_format="%.6g", lineterminator="\n")
        print(*cell, flush=True)
    return done


def anew(path: Path, minutes: float) -> None:
    """Methods but the bootstrap once more, in the first of the same samples."""
    globals().update(BOOTSTRAPPED=0, SIMULATIONS=1000)
    new, long = run(HERE / "coverage_anew.csv", time.time() + 60 * minutes), pd.read_csv(path)
    cell = FIELDS[:5]
    renewed = pd.MultiIndex.from_frame(long[cell]).isin(pd.MultiIndex.from_frame(new[cell]))
    kept = long[~renewed | long["method"].isin(["percentile", "bca"])]
    pd.concat([new, kept]).to_csv(path, index=False, float_format="%.6g", lineterminator="\n")


def main() -> None:
    if "--check" in sys.argv:
        return check(int(sys.argv[-1]))
    path = HERE / "coverage.csv"
    if "--anew" in sys.argv:
        anew(path, float(sys.argv[-1]))
    elif "--table" not in sys.argv:
        run(path)
    from helpers.coverage_table import write_table

    write_table(pd.read_csv(path), HERE / "coverage.md")


if __name__ == "__main__":
    main()
