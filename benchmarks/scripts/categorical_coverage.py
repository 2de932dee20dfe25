"""Coverage of the intervals of compare_blocks_categorical, by simulation.

Three blocks of 4, 4 and 3 columns; the first two correlate, the third explains nothing. A logistic
latent answer is cut into two or five values. Population values come from one sample of 150,000.

    python benchmarks/scripts/categorical_coverage.py --simulations 500 --n 300 1000

writes benchmarks/results/categorical_coverage.csv: covered (share of intervals), missed below and
above, and the mean error of the raw and the adjusted estimate.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pandas as pd
from tqdm import tqdm

from loyaltystudy.explain._categorical import compare_blocks_categorical
from loyaltystudy.explain._frame import model_frame
from loyaltystudy.explain._likelihoods import as_problem
from loyaltystudy.rsquared._measures import MEASURES

RESULTS = Path(__file__).parents[1] / "results"

NAMES = [f"x{i}" for i in range(11)]
BLOCKS = {"strong": NAMES[:4], "weak": NAMES[4:8], "none": NAMES[8:]}
SLOPES = np.r_[np.full(4, 0.25), np.full(4, 0.12), np.zeros(3)]
CUTS = {"binary": [0.4], "ordinal": [-2.0, -0.8, 0.4, 1.6]}
KINDS = {
    "binary": ["mcfadden", "nagelkerke", "tjur", "mckelvey_zavoina"],
    "ordinal": ["mcfadden", "nagelkerke", "mckelvey_zavoina"],
}


def simulate(n: int, kind: str, rng) -> pd.DataFrame:
    x = np.sqrt(0.7) * rng.standard_normal((n, 11))
    x[:, :8] += np.sqrt(0.3) * rng.standard_normal((n, 1))
    x[:, 8:] += np.sqrt(0.3) * rng.standard_normal((n, 1))
    y = np.digitize(x @ SLOPES + rng.logistic(size=n), CUTS[kind])
    return pd.DataFrame(x, columns=NAMES).assign(y=y.astype(float))


def population(kind: str, measure: str) -> np.ndarray:
    data = simulate(150_000, kind, np.random.default_rng(1))
    problem = as_problem(model_frame(data, "y", BLOCKS), measure)
    return problem.subsets(problem.y, problem.w, False)[0]


def cell(kind: str, measure: str, n: int, simulations: int, seed: int) -> list[dict]:
    values = population(kind, measure)
    truth = {name: of(values) * (np.arange(3) < 2) for name, of in MEASURES.items()}
    rng, tables = np.random.default_rng([seed, n, len(CUTS[kind])]), []
    for _ in tqdm(range(simulations), desc=f"{kind} {measure} {n}", disable=None):
        found = compare_blocks_categorical(simulate(n, kind, rng), "y", BLOCKS, measure=measure)
        tables.append(found.table.query("measure != 'share'"))
    rows = []
    for (name, block), part in pd.concat(tables).groupby(["measure", "block"], sort=False):
        true = truth[name][list(BLOCKS).index(block)]
        row = {"outcome": kind, "pseudo_r2": measure, "n": n, "measure": name, "block": block}
        row |= {"truth": true, "simulations": simulations, "seed": seed}
        row |= {"below": (part["high"] < true).mean(), "above": (part["low"] > true).mean()}
        row["covered"] = 1 - row["below"] - row["above"]
        errors = {f"error_{c}": (part[c] - true).mean() for c in ("estimate", "adjusted")}
        rows.append(row | errors)
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--simulations", type=int, default=500)
    parser.add_argument("--n", type=int, nargs="+", default=[300, 1000])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=(RESULTS / "categorical_coverage.csv"))
    given = parser.parse_args()
    rows = []
    for n in given.n:
        for kind, named in KINDS.items():
            for measure in named:
                rows += cell(kind, measure, n, given.simulations, given.seed)
                table = pd.DataFrame(rows)
                table.to_csv(given.out, index=False, float_format="%.5g", lineterminator="\n")


if __name__ == "__main__":
    main()
