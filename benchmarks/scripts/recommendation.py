"""How often the interval of the net promoter score covers the true score.

    python benchmarks/scripts/recommendation.py 4000

writes benchmarks/results/recommendation.md. Answers are drawn from eleven shares with known score.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd

from loyaltystudy.report._answered import recommendation
from loyaltystudy.survey import Study, make_codebook

SEED = 20261129
OUT = Path(__file__).parents[1] / "results" / "recommendation.md"
BOOK = {
    "study": "s",
    "title": "S",
    "population": "customers",
    "variables": {
        "nps": {"kind": "numeric", "answers": {"range": [0, 10]}},
        "shop": {"kind": "nominal", "answers": {"range": [1, 999]}},
    },
}
SHARES = {
    "-40": (0.6, 0.2, 0.2),
    "0": (0.3, 0.4, 0.3),
    "30": (0.2, 0.3, 0.5),
    "70": (0.1, 0.1, 0.8),
}


def draw(rng, shares, n: int, clusters: int) -> pd.DataFrame:
    """Answers of three groups; with clusters each one has a group of its own for half its people."""
    group = rng.choice(3, size=n, p=shares)
    shop = rng.integers(0, clusters, n) if clusters else np.arange(n)
    if clusters:
        own = rng.choice(3, size=clusters, p=shares)
        group = np.where(rng.random(n) < 0.5, own[shop], group)
    return pd.DataFrame({"nps": np.array([3.0, 7, 9])[group], "shop": shop + 1.0})


def coverage(rng, shares, n: int, clusters: int, runs: int) -> tuple[float, int]:
    """Share of intervals that hold the true score, of the draws for which one is shown."""
    design = {"design": {"cluster": "shop"}} if clusters else {}
    book, true, hits = make_codebook(BOOK | design), 100 * (shares[2] - shares[0]), []
    for _ in range(runs):
        answers = draw(rng, shares, n, clusters)
        found = recommendation(Study(book, answers), answers["nps"])
        if found is not None:
            hits.append(found.low <= true <= found.high)
    return float(np.mean(hits)) if hits else float("nan"), len(hits)


def main(runs: int) -> None:
    rng, rows = np.random.default_rng(SEED), []
    for score, shares in SHARES.items():
        for n, clusters in ((60, 0), (150, 0), (500, 0), (300, 15), (600, 40)):
            held, shown = coverage(rng, shares, n, clusters, runs)
            rows.append(f"| {score} | {n} | {clusters or 'none'} | {held:.3f} | {shown} |")
    text = (
        f"# Coverage of the interval of the net promoter score\n\nSeed {SEED}, {runs} draws a row; "
        "shown: draws in which each of the three groups has ten people. 95 % intervals.\n\n"
        "| true score | n | clusters | covered | shown |\n|---|---|---|---|---|\n"
    )
    OUT.write_text(text + "\n".join(rows) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
