"""Error rates of the verdicts: each claim's test where the claim is true and where it is false.

    python benchmarks/scripts/verdicts.py            # every cell not yet in verdicts.csv, then the tables
    python benchmarks/scripts/verdicts.py --table    # verdicts.md and data/error_rates.csv alone
    python benchmarks/scripts/verdicts.py --jobs 8   # on eight cores
    python benchmarks/scripts/verdicts.py --claims would-miss two-logics    # these claims alone

A cell is a claim, a world and a sample size. A study has the questions that the claim needs and
goes through the claim's own test and rule. Delete verdicts.csv (or lines of it) to start anew.
All respondents are simulated.
"""

from __future__ import annotations

import argparse
import zlib
from itertools import product
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pandas as pd
from verdicts_table import beyond, for_five_percent, misses, read, write_rates, write_table

from loyaltystudy.claims._register import register
from loyaltystudy.claims._rules import combine
from loyaltystudy.errors import SurveyError
from loyaltystudy.simulation._claim_worlds import TRUTHS
from loyaltystudy.simulation._drawing import draw_for_claim
from loyaltystudy.simulation._panels import PANEL_TRUTHS
from loyaltystudy.survey._shipped import shelf

HERE = Path(__file__).parents[1] / "results"
CSV, NEEDED = HERE / "verdicts.csv", HERE / "verdicts_needed.csv"
SIMULATIONS = 400
SLOW = {"customers-differ": 100}  # latent classes with their bootstrap: 2 s a study
SIZES = (500, 1000)
# Claims whose false world passes for true too often; here without mood, agreeing, carelessness.
PLAIN = (
    "programme-fatigue",
    "love-beyond-money",
    "responsibility-matters",
    "identification",
    "listening-beats-boasting",
    "tailored-treatment-bonds",
    "direct-dialogue-closer",
    "after-purchase-value",
    "exclusive-access-value",
    "being-visible",
    "engaged-recommend",
    "shared-values-bind",
    "credible-story",
    "experiences-kindle",
    "customers-among-themselves",
)
# Cross-validated figures are told beside a verdict and decide nothing: without them it is quicker.
NO_FOLDS = patch("loyaltystudy.explain._blocks.folds_of", return_value=None)
VERDICTS = ("supported", "contradicted", "inconclusive", "not measured", "failed")


def cells() -> list[tuple[str, str, int]]:
    """Every cell: claim, world, n; the quick ones first."""
    named = [*TRUTHS, *PANEL_TRUTHS]
    plain = product(PLAIN, ("false, no habits",), SIZES)
    cells = [*product(named, ("true", "false"), SIZES), *plain]
    return sorted(cells, key=lambda cell: -SLOW.get(cell[0], SIMULATIONS))


def simulate(claim: str, kind: str, n: int) -> dict:
    """All studies of one cell, from a seed that its name gives."""
    known, counts = register()[claim], dict.fromkeys(VERDICTS, 0)
    many = SLOW.get(claim, SIMULATIONS)
    first = zlib.crc32(f"{claim}:{kind}:{n}".encode())
    habits, estimates = "no habits" not in kind, []
    for i in range(many):
        data = draw_for_claim(claim, kind.split(",")[0], n=n, seed=first + i, habits=habits)
        try:
            with NO_FOLDS:
                parts = known.test(data, i)
        except SurveyError:  # the test could not be run on this study; that is a fault to be told
            counts["failed"] += 1
            continue
        counts[combine([r.judge(p) for r, p in zip(known.rules, parts, strict=True)])] += 1
        estimates.append([part.estimate for part in parts])
    mean = np.array(estimates, float).mean(axis=0) if estimates else []
    told = "; ".join(f"{value:.4g}" for value in mean)
    row = {"claim": claim, "world": kind, "n": n, "simulations": many, "rule": known.rule_hash}
    return row | {v.replace(" ", "_"): c for v, c in counts.items()} | {"mean_estimates": told}


def run(jobs: int, claims: list[str]) -> None:
    from joblib import Parallel, delayed
    from tqdm import tqdm

    finished = set()
    if CSV.is_file():  # as text: pandas would read the worlds as truth values
        done = pd.read_csv(CSV, dtype={"world": str})
        finished = set(zip(done["claim"], done["world"], done["n"], strict=True))
    left = [cell for cell in cells() if cell not in finished]
    left = [cell for cell in left if not claims or cell[0] in claims]
    work = Parallel(n_jobs=jobs, return_as="generator_unordered")(
        delayed(simulate)(*cell) for cell in left
    )
    for row in tqdm(work, total=len(left), unit="cell"):
        pd.DataFrame([row]).to_csv(CSV, mode="a", header=not CSV.is_file(), index=False)


def find_sizes(jobs: int, claims: list[str]) -> None:
    """The n that claims take which miss a nominal rate at n 1,000, tried out at that n."""
    from joblib import Parallel, delayed

    done = set()
    if NEEDED.is_file():
        table = pd.read_csv(NEEDED, dtype={"world": str})
        done = set(zip(table["claim"], table["world"], strict=True))
    bad = misses(read(CSV))
    bad = bad[(bad["n"] == 1000) & (bad["verdict"] == "supported")]
    left = [
        (row.claim, row.world, row.rate)
        for row in bad.itertuples()
        if (row.claim, row.world) not in done and (not claims or row.claim in claims)
    ]
    work = Parallel(n_jobs=jobs, return_as="generator_unordered")(delayed(_size)(*c) for c in left)
    for row in work:
        pd.DataFrame([row]).to_csv(NEEDED, mode="a", header=not NEEDED.is_file(), index=False)


def _size(claim: str, world: str, rate: float) -> dict:
    """Where to begin is told by the rate at n 1,000; more is taken until the rate is nominal."""
    from loyaltystudy.simulation._power import sample_size

    many = SLOW.get(claim, SIMULATIONS)
    if world == "true":
        begin = sample_size(claim, sizes=(1000, 2000, 4000), simulations=min(100, many)).n
    else:
        begin = for_five_percent(rate)
    n, found = begin, np.nan
    while n == n and n <= 20_000:
        n = int(np.ceil(n / 100) * 100)
        found = simulate(claim, world, n)["supported"] / many
        if not beyond(found, world, many):
            break
        n, found = 1.2 * n, np.nan
    n = n if found == found else np.nan  # none that was tried does
    return {"claim": claim, "world": world, "n": n, "simulations": many, "rate": found}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--table", action="store_true", help="write the table alone")
    options.add_argument("--jobs", type=int, default=1, help="processes")
    options.add_argument("--claims", nargs="*", default=[], help="these claims alone")
    chosen = options.parse_args()
    if not chosen.table:
        run(chosen.jobs, chosen.claims)
        find_sizes(chosen.jobs, chosen.claims)
    write_table(CSV, NEEDED, HERE / "verdicts.md")
    write_rates(CSV, NEEDED, shelf() / "error_rates.csv")


if __name__ == "__main__":
    main()
