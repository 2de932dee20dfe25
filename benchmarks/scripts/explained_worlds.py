"""Coverage where nobody tuned: worlds for `compare_blocks`, truth from a million rows of each.

    python benchmarks/scripts/explained_worlds.py RUNS SEED [WORLD ...]

adds a line per world, size, measure and block to results/worlds.csv (with RUNS and SEED) and writes
results/worlds.md. Runs of another seed are kept apart. Truth: the R² of every subset in a million
rows drawn from the same world. `refused` counts samples that lack the rare category.
"""

from __future__ import annotations

import sys
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import norm

from loyaltystudy.errors import SurveyError
from loyaltystudy.explain._frame import Frame
from loyaltystudy.explain._tables import Variant, adjusted_r2, limits_of
from loyaltystudy.rsquared import (
    MEASURES,
    Estimates,
    group_moments,
    leave_group_out,
    leave_one_out,
    row_moments,
    stack,
    subset_r2,
)

RESULTS = Path(__file__).parents[1] / "results"
SIZES = (150, 300, 600)
MANY = 1_000_000


@dataclass(frozen=True)
class Sample:
    """Predictors, outcome, weights, and the cluster of each row or None."""

    x: np.ndarray
    y: np.ndarray
    w: np.ndarray
    clusters: np.ndarray | None = None


@dataclass(frozen=True)
class World:
    """How rows are drawn, and the blocks of columns."""

    draw: Callable[[int, np.random.Generator], Sample]
    blocks: tuple[tuple[int, ...], ...]


def plain(x: np.ndarray, y: np.ndarray) -> Sample:
    return Sample(x, y, np.ones(len(y)))


def correlated(n: int, rng, k: int, r: float) -> np.ndarray:
    shared = rng.standard_normal((n, 1))
    return np.sqrt(r) * shared + np.sqrt(1 - r) * rng.standard_normal((n, k))


def single(k: int, r: float, slopes: tuple[float, ...]) -> World:
    """Single predictors that all correlate r; those after the slopes add nothing."""
    beta = np.r_[slopes, np.zeros(k - len(slopes))]

    def draw(n: int, rng) -> Sample:
        x = correlated(n, rng, k, r)
        return plain(x, x @ beta + 0.8 * rng.standard_normal(n))

    return World(draw, tuple((j,) for j in range(k)))


def mixed(n: int, rng) -> Sample:
    """Seven blocks of 1 to 4 columns: normal, two values, five-point, rare, skewed."""
    z = correlated(n, rng, 16, 0.3)
    x = z.copy()
    x[:, 0] = z[:, 0] > 0.5
    x[:, 1] = z[:, 1] > 1.3
    x[:, 5:9] = np.searchsorted([-1.6, -1.0, -0.4, 0.5], z[:, 5:9])
    x[:, 15] = np.exp(z[:, 15])
    y = 0.25 * z[:, 2] + 0.2 * z[:, 5] + 0.15 * z[:, 9] + 0.3 * x[:, 0]
    return plain(x, y + 0.9 * rng.standard_normal(n))


def rare(p: float, slope: float) -> World:
    """A dummy of a rare category beside age, another one alone that adds nothing, two scales."""

    def draw(n: int, rng) -> Sample:
        d = (rng.random((n, 2)) < p) * 1.0
        t = correlated(n, rng, 4, 0.4)
        x = np.column_stack([d[:, 0], rng.standard_normal(n), d[:, 1], t])
        y = slope * d[:, 0] + 0.3 * t[:, 0] + 0.3 * t[:, 3] + 0.8 * rng.standard_normal(n)
        return plain(x, y)

    return World(draw, ((0, 1), (2,), (3, 4, 5), (6,)))


def ceiling(n: int, rng) -> Sample:
    """Items and outcome of five points, 60 in a hundred at the top."""
    z = correlated(n, rng, 6, 0.45)
    cuts = norm.ppf([0.05, 0.12, 0.22, 0.40])
    y = 0.35 * z[:, 0] + 0.25 * z[:, 3] + 0.8 * rng.standard_normal(n)
    return plain(np.searchsorted(cuts, z) * 1.0, np.searchsorted(cuts, y / y.std()) * 1.0)


def recommendation(n: int, rng) -> Sample:
    """0 to 10, heaped at 8 to 10 and at 5; error grows with dissatisfaction."""
    z = correlated(n, rng, 6, 0.35)
    y = 0.4 * z[:, 0] + 0.3 * z[:, 2] + (0.7 + 0.3 * (z[:, 0] < 0)) * rng.standard_normal(n)
    score = np.clip(np.rint(8 + 2.2 * y), 0, 10)
    return plain(z, np.where((score == 4) & (rng.random(n) < 0.6), 5, score))


def income(n: int, rng) -> Sample:
    """A lognormal predictor (sigma 1) that matters through its logarithm, and a noise one."""
    z = correlated(n, rng, 5, 0.3)
    x = z.copy()
    x[:, 0], x[:, 1] = np.exp(z[:, 0]), np.exp(rng.standard_normal(n))
    return plain(x, 0.3 * z[:, 0] + 0.3 * z[:, 2] + 0.8 * rng.standard_normal(n))


def stores(n: int, rng) -> Sample:
    """Stores of 10 rows; an eighth of the variance of everything lies between them."""
    at = np.arange(n) // 10
    z = np.sqrt(1 / 8) * rng.standard_normal((at.max() + 1, 6))[at]
    z += np.sqrt(7 / 8) * rng.standard_normal((n, 6))
    x = z[:, :5] + 0.5 * z[:, [2]]
    return Sample(x, 0.35 * x[:, 0] + 0.25 * x[:, 2] + 0.8 * z[:, 5], np.ones(n), at)


def weighted(n: int, rng) -> Sample:
    """Weights of design effect 2 that depend on a predictor and, half as much, on chance."""
    size = 6 * n
    x = correlated(size, rng, 5, 0.3)
    y = 0.35 * x[:, 0] + 0.25 * x[:, 3] + 0.8 * rng.standard_normal(size)
    chance = np.exp(-0.72 * x[:, 0] + 0.41 * rng.standard_normal(size))
    taken = np.argsort(-np.log(rng.random(size)) / chance)[:n]
    return Sample(x[taken], y[taken], 1 / chance[taken])


PAIRS = ((0, 1), (2,), (3, 4))
WORLDS = {
    "five single, r .4": single(5, 0.4, (0.35, 0.25)),
    "five single, r .6": single(5, 0.6, (0.35, 0.25)),
    "three single, r .4": single(3, 0.4, (0.4,)),
    "seven single, r .3": single(7, 0.3, (0.4, 0.3, 0.15)),
    "five single, r .2": single(5, 0.2, (0.35, 0.25)),
    "four single, r .5": single(4, 0.5, (0.3, 0.3)),
    "seven mixed blocks": World(
        mixed, ((0, 1), (2, 3, 4), (5, 6, 7, 8), (9,), (10, 11), (12, 13, 14), (15,))
    ),
    "rare dummies, 2 %, no effect": rare(0.02, 0.0),
    "rare dummies, 2 %, effect": rare(0.02, 0.8),
    "ceiling items": World(ceiling, ((0, 1), (2,), (3, 4, 5))),
    "recommendation 0 to 10": World(recommendation, ((0, 1), (2, 3), (4, 5))),
    "lognormal income": World(income, PAIRS),
    "stores of 10": World(stores, PAIRS),
    "weights, design effect 2": World(weighted, PAIRS),
}


def population(name: str) -> np.ndarray:
    """R² of every subset in a million rows, as the survey would weight them."""
    world, rng = WORLDS[name], np.random.default_rng(99)
    parts = []
    for _ in range(10):
        s = world.draw(MANY // 10, rng)
        columns = tuple(map(str, range(s.x.shape[1] + 1)))
        parts.append(row_moments(np.column_stack([s.x, s.y]), s.w, columns))
    return subset_r2(stack(parts).total(), columns[-1], _named(world))


def _named(world: World) -> list[list[str]]:
    return [[str(c) for c in block] for block in world.blocks]


def variant(world: World, s: Sample) -> Variant:
    """What compare_blocks makes of one sample."""
    names = [*map(str, range(s.x.shape[1])), "y"]
    blocks = {str(j): [str(c) for c in block] for j, block in enumerate(world.blocks)}
    columns = [c for block in world.blocks for c in block]
    rows = pd.DataFrame(np.column_stack([s.x[:, columns], s.y]), columns=[*map(str, columns), "y"])
    frame = Frame("y", blocks, [], 0, rows=rows, weights=s.w, clusters=s.clusters)
    if s.clusters is None:
        found = leave_one_out(s.x, s.y, s.w, [list(b) for b in world.blocks], [], names)
    else:
        m = group_moments(np.column_stack([s.x, s.y]), s.w, s.clusters, names)
        found = leave_group_out(m, "y", _named(world), [])
    estimates = Estimates.from_units(*found)
    return Variant(estimates, adjusted_r2(frame, estimates), frame.ranks)


def simulate(name: str, n: int, runs: int, seed: int, truth: np.ndarray) -> pd.DataFrame:
    world = WORLDS[name]
    rng = np.random.default_rng([seed, zlib.crc32(f"{name} {n}".encode())])
    kept, refused = [], 0
    for _ in range(runs):
        try:
            made = variant(world, world.draw(n, rng))
        except SurveyError:  # nobody in the rare category
            refused += 1
            continue
        kept.append([(*limits_of(made, m, 0.95), of(made.adjusted)) for m, of in MEASURES.items()])
    found, rows = np.array(kept), []
    for i, (measure, of) in enumerate(MEASURES.items()):
        for j, true in enumerate(np.where(np.abs(of(truth)) < 2e-5, 0.0, of(truth))):
            low, high, point = found[:, i, :, j].T
            rows.append(
                {
                    "world": name,
                    "n": n,
                    "measure": measure,
                    "block": j + 1,
                    "truth": round(true, 5),
                    "runs": len(found),
                    "refused": refused,
                    "seed": seed,
                    "below": int((true < low).sum()),
                    "above": int((true > high).sum()),
                    "covered": int(((low <= true) & (true <= high)).sum()),
                    "bias": point.mean() - true,
                    "length": (high - low).mean(),
                }
            )
    return pd.DataFrame(rows)


def write_table(done: pd.DataFrame) -> None:
    """The worst, the mean and the best cell of each world and size, seeds added up."""
    seeds = ", ".join(map(str, sorted(done["seed"].unique())))
    keys = ["world", "n", "measure", "block", "truth"]
    done = done.assign(bias=done["bias"] * done["runs"]).groupby(keys, sort=False)
    done = done[["runs", "covered", "bias"]].sum().reset_index()
    done = done.assign(share=done["covered"] / done["runs"], bias=done["bias"] / done["runs"])
    lines = [
        "| world | n | cells | runs | least | in | mean | most | greatest bias |",
        "|---" * 9 + "|",
    ]
    for (world, n), part in done.groupby(["world", "n"], sort=False):
        worst = part.loc[part["share"].idxmin()]
        where = f"{worst['measure']} of block {worst['block']}, truth {worst['truth']:.3f}"
        bias = part.loc[part["bias"].abs().idxmax(), "bias"]
        lines.append(
            f"| {world} | {n} | {len(part)} | {part['runs'].min()} | {worst['share']:.3f} | {where} "
            f"| {part['share'].mean():.3f} | {part['share'].max():.3f} | {bias:+.4f} |"
        )
    head = f"# Worlds that nothing was tuned on\n\n{__doc__.strip()}\n\nSeeds here: {seeds}.\n\n"
    (RESULTS / "worlds.md").write_text(head + "\n".join(lines) + "\n", encoding="utf-8")


def main() -> None:
    runs, seed = int(sys.argv[1]), int(sys.argv[2])
    path, names = RESULTS / "worlds.csv", sys.argv[3:] or [*WORLDS]
    for name in names:
        truth, started = population(name), time.time()
        for n in SIZES:
            new = simulate(name, n, runs, seed, truth)
            done = pd.read_csv(path) if path.exists() else new.iloc[:0]
            same = (done["world"] == name) & (done["n"] == n) & (done["seed"] == seed)
            done = pd.concat([done[~same], new], ignore_index=True)
            done.to_csv(path, index=False, float_format="%.6g", lineterminator="\n")
        print(name, round(time.time() - started), "s", flush=True)
    write_table(pd.read_csv(path))


if __name__ == "__main__":
    main()
