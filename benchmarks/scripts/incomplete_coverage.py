"""Coverage of compare_blocks with missing="em" and missing="impute", by simulation.

Normal data, three blocks of 4, 4 and 3 columns: the first two correlate, the third explains
nothing. Answers are missing in 15 % of the cells: completely at random (mcar), or (mar) in all but
two columns, the more the higher these two are.

    python benchmarks/scripts/incomplete_coverage.py --method em --simulations 500
    python benchmarks/scripts/incomplete_coverage.py --method impute --simulations 150

Each writes benchmarks/incomplete_coverage_<method>.csv: the share of intervals that cover, that
miss below and above, and the mean error of the raw and the adjusted estimate.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pandas as pd
from tqdm import tqdm

from loyaltystudy.explain._estimation import imputed
from loyaltystudy.explain._frame import model_frame
from loyaltystudy.explain._missing import raw_answers
from loyaltystudy.explain._tables import Variant, differences_table, measures_table
from loyaltystudy.rsquared._measures import MEASURES, subset_r2
from loyaltystudy.rsquared._moments import Moments

RESULTS = Path(__file__).parents[1] / "results"

NAMES = [f"x{i}" for i in range(11)]
COLUMNS = [*NAMES, "y"]
BLOCKS = {"strong": NAMES[:4], "weak": NAMES[4:8], "none": NAMES[8:]}
SLOPES = np.r_[np.full(4, 0.12), np.full(4, 0.06), np.zeros(3)]
SHARE = 0.15


def population() -> np.ndarray:
    """Correlations of .4 within the first eight and within the last three; y of variance 1."""
    x = np.full((11, 11), 0.4) + 0.6 * np.eye(11)
    x[8:, :8] = x[:8, 8:] = 0
    cov = np.eye(12)
    cov[:11, :11], cov[11, :11], cov[:11, 11] = x, x @ SLOPES, x @ SLOPES
    return cov


def simulate(n: int, mechanism: str, root: np.ndarray, rng) -> pd.DataFrame:
    x = rng.standard_normal((n, 12)) @ root.T
    if mechanism == "mcar":
        gaps = rng.random(x.shape) < SHARE
    else:
        odds = np.log(SHARE / (1 - SHARE)) * 1.1 + x[:, [0]] + x[:, [4]]
        gaps = rng.random(x.shape) < 1 / (1 + np.exp(-odds))
        gaps[:, [0, 4]] = False
    return pd.DataFrame(np.where(gaps, np.nan, x), columns=COLUMNS)


def compare(data: pd.DataFrame, method: str, seed: int):
    frame = model_frame(data, "y", BLOCKS, keep_incomplete=True)
    raw = raw_answers(data, frame, items=method == "impute")
    r2 = raw.frame.subset_r2
    found = raw.em_left_out().estimates(r2) if method == "em" else imputed(raw, seed)
    variant = Variant(found, found.r2 - found.bias, raw.frame.ranks)
    effects = measures_table(raw.frame.blocks, variant, 0.95)
    gaps = differences_table(raw.frame.blocks, variant, 0.95)
    gaps["block"] = gaps["first"] + " - " + gaps["second"]
    gaps["adjusted"] = gaps["estimate"]
    effects = effects[effects["measure"] != "share"]
    return pd.concat([effects, gaps.drop(columns=["first", "second"])])


def truths() -> pd.Series:
    cov = pd.DataFrame(population(), COLUMNS, COLUMNS)
    values = subset_r2(Moments.from_correlations(cov, n=10**6), "y", list(BLOCKS.values()))
    out = {}
    for measure, of in MEASURES.items():
        true = dict(zip(BLOCKS, np.maximum(of(values), 0).round(12), strict=True))
        out |= {(measure, b): t for b, t in true.items()}
        out |= {(measure, f"{a} - {b}"): true[a] - true[b] for a in true for b in true}
    return pd.Series(out)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--method", choices=["em", "impute"], default="em")
    parser.add_argument("--simulations", type=int, default=500)
    parser.add_argument("--n", type=int, nargs="+", default=[300])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    out = given.out or (RESULTS / f"incomplete_coverage_{given.method}.csv")
    root, true, rows = np.linalg.cholesky(population()), truths(), []
    for n in given.n:
        for mechanism in ("mcar", "mar"):
            rng = np.random.default_rng([given.seed, n, mechanism == "mar"])
            found = pd.concat(
                compare(simulate(n, mechanism, root, rng), given.method, seed)
                for seed in tqdm(range(given.simulations), desc=mechanism, disable=None)
            )
            for key, part in found.groupby(["measure", "block"], sort=False):
                t = true[key]
                row = {"method": given.method, "mechanism": mechanism, "n": n, "measure": key[0]}
                row |= {"block": key[1], "truth": t, "simulations": given.simulations}
                row |= {"seed": given.seed, "below": (part["high"] < t).mean()}
                row |= {"above": (part["low"] > t).mean()}
                row["covered"] = 1 - row["below"] - row["above"]
                row |= {f"error_{c}": (part[c] - t).mean() for c in ("estimate", "adjusted")}
                rows.append(row)
            table = pd.DataFrame(rows)
            table.to_csv(out, index=False, float_format="%.5g", lineterminator="\n")


if __name__ == "__main__":
    main()
