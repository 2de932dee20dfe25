"""Do intervals of shares, means, differences and ratios hold under clusters, weights and strata?

    python benchmarks/scripts/design_coverage.py            # design_coverage.csv and .md
    python benchmarks/scripts/design_coverage.py --runs 8000

Populations of customers: 20 stores or 40 in 4 strata, an intraclass correlation of 0 or .1, weights
of design effect 1 or 2 (log-normal, drawn apart from the answers, or with them: those who answer
low weigh more). The truth is that of the population. Everything goes through the functions that
the claims use. Simulated; the seed is 18.
"""

from __future__ import annotations

import argparse
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.special import ndtr
from scipy.stats import norm

from loyaltystudy.claims._design import SampleDesign, design_means, share_interval

RESULTS = Path(__file__).resolve().parents[1] / "results"
SEED = 18
CUTS = (0.0, float(norm.isf(0.1)))  # of the latent answers, for the two shares
STATISTICS = ("share .5", "share .1", "mean", "paired difference", "group difference", "ratio")


def draw(rng, *, stores: int, strata: int, icc: float, weighted: str, size: int = 50):
    """Latent answers of one sample, group, weights, stores and strata; the mean is 0."""
    store = np.repeat(np.arange(stores), size)
    stratum = store * strata // stores
    level = rng.standard_normal(stores)[store] * np.sqrt(icc)
    level = level + (stratum - (strata - 1) / 2) * (0.4 if strata > 1 else 0.0)
    z = level + np.sqrt(1 - icc) * rng.standard_normal(len(store))
    other = 0.5 * z + np.sqrt(0.75) * rng.standard_normal(len(store))
    group = rng.standard_normal(len(store)) < 0
    sigma = np.sqrt(np.log(2.0))  # of weights whose design effect is 2
    w = np.ones(len(store))
    if weighted == "apart":
        w = np.exp(sigma * rng.standard_normal(len(store)))
    if weighted == "with the answers":  # importance weights for a population whose mean is lower
        shift = 0.5 * sigma
        w = np.exp(-shift * z) * np.exp(np.sqrt(0.75) * sigma * rng.standard_normal(len(store)))
    return z, other, group, SampleDesign(w, store, stratum if strata > 1 else None)


def truths(*, strata: int, icc: float, weighted: str, draws: int = 400) -> np.ndarray:
    """The population's figures, from many samples put in one."""
    rng = np.random.default_rng(SEED)
    many = [
        draw(rng, stores=2000 // strata * strata, strata=strata, icc=icc, weighted=weighted)
        for _ in range(max(1, draws // 20))
    ]
    z, other, group, w = (
        np.concatenate(x) for x in zip(*((a, b, c, d.weights) for a, b, c, d in many), strict=True)
    )
    return np.array(figures(z, other, group, w))


def figures(z, other, group, w):
    """Plain weighted figures of a sample."""
    mean = lambda x: np.average(x, weights=w)  # noqa: E731
    amount = np.exp(0.5 * z)
    return [
        mean(z > CUTS[0]),
        mean(z > CUTS[1]),
        mean(z),
        mean(z - other),
        np.average(z, weights=w * group) - np.average(z, weights=w * ~group),
        mean(amount * ndtr(other)) / mean(amount),
    ]


def intervals(z, other, group, design: SampleDesign) -> list[tuple[float, float]]:
    """Those of the functions behind the claims, in the order of the statistics."""
    amount, g = np.exp(0.5 * z), group.astype(float)
    u = np.column_stack([z, z - other, z * g, g, amount * ndtr(other), amount])
    means = design_means(u, design)

    def gap(m):
        return m[..., 2] / m[..., 3] - (m[..., 0] - m[..., 2]) / (1 - m[..., 3])

    smooth = (
        lambda m: m[..., 0],
        lambda m: m[..., 1],
        gap,
        lambda m: m[..., 4] / m[..., 5],
    )
    shares = [share_interval((z > cut).astype(float), design)[1:3] for cut in CUTS]
    return [*shares, *(means.interval(f)[1:] for f in smooth)]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--runs", type=int, default=2000)
    runs, rows = options.parse_args().runs, []
    for (stores, strata), icc, weighted in product(
        ((20, 1), (40, 4)), (0.0, 0.1), ("none", "apart", "with the answers")
    ):
        words = {"strata": strata, "icc": icc, "weighted": weighted}
        rng, truth = np.random.default_rng(SEED), truths(**words)
        held = np.zeros((runs, len(STATISTICS)))
        for i in range(runs):
            z, other, group, design = draw(rng, stores=stores, **words)
            ends = np.array(intervals(z, other, group, design))
            held[i] = (ends[:, 0] <= truth) & (truth <= ends[:, 1])
        for name, share in zip(STATISTICS, held.mean(axis=0), strict=True):
            rows.append(
                {"stores": stores, **words, "statistic": name, "runs": runs, "coverage": share}
            )
        print(rows[-1], flush=True)
    table = pd.DataFrame(rows)
    table.to_csv(RESULTS / "design_coverage.csv", index=False, lineterminator="\n")
    wide = table.pivot_table("coverage", ["stores", "strata", "icc", "weighted"], "statistic")
    lines = [
        *HEAD,
        "",
        "| stores | strata | ICC | weights | " + " | ".join(STATISTICS) + " |",
        "|" + "---|" * (4 + len(STATISTICS)),
    ]
    for key, row in wide.iterrows():
        lines.append(
            "| "
            + " | ".join(map(str, key))
            + " | "
            + " | ".join(f"{row[s]:.3f}" for s in STATISTICS)
            + " |"
        )
    (RESULTS / "design_coverage.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


HEAD = (
    "# Intervals under clusters, weights and strata (simulated)",
    "",
    "Coverage of 95 % intervals of shares (Wilson at the size that the design is worth, Student's "
    "quantile), means, differences and ratios (linearised), 50 people a store, seed 18. Without the "
    "design an interval of a share covers .70 with 20 stores and an intraclass correlation of .1. "
    "Made by `python benchmarks/scripts/design_coverage.py`.",
)


if __name__ == "__main__":
    main()
