"""Do the worlds hold what they say? One large simulated sample a world, through the claim's test.

    python benchmarks/scripts/worlds_reached.py      # worlds_reached.csv: figure intended, figure reached

100,000 respondents where the test allows it; fewer where it would take minutes or whose figure
depends on n. All respondents are simulated.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from tqdm import tqdm

from loyaltystudy.claims._register import register
from loyaltystudy.simulation._claim_worlds import TRUTHS
from loyaltystudy.simulation._drawing import draw_for_claim
from loyaltystudy.simulation._panels import PANEL_TRUTHS

HERE = Path(__file__).parents[1] / "results"
SIZE = 100_000
SMALLER = {
    "engaged-stay": 15_000,
    "background-over-demographics": 10_000,
    "two-building-blocks": 4_000,
    "two-logics": 20_000,
    "functions-over-tiers": 40_000,
    "loyalty-is-returned": 1_000,
    "affective-first": 1_000,
    "customers-differ": 1_000,
    "some-never-grow": 5_000,
    "polygamous": 20_000,
}
SEED = 11


def intended(claim: str) -> tuple[tuple[float, ...], tuple[float, ...]]:
    if claim in PANEL_TRUTHS:
        return tuple((figure,) for figure in PANEL_TRUTHS[claim])
    return TRUTHS[claim].effects


def main() -> None:
    rows, known = [], register()
    worlds = [(c, k) for c in (*TRUTHS, *PANEL_TRUTHS) for k in ("true", "false")]
    for claim, kind in tqdm(worlds, unit="world", disable=None):
        n = SMALLER.get(claim, SIZE)
        parts = known[claim].test(draw_for_claim(claim, kind, n=n, seed=SEED), 0)
        aims = intended(claim)[("true", "false").index(kind)]
        for number, (part, aim) in enumerate(zip(parts, aims, strict=True), 1):
            rows.append(
                {
                    "claim": claim,
                    "world": kind,
                    "part": number,
                    "what": part.what,
                    "intended": aim,
                    "reached": part.estimate,
                    "drawn": n,
                    "complete": part.n,
                }
            )
    table = pd.DataFrame(rows)
    table["gap"] = table["reached"] - table["intended"]
    table.to_csv(HERE / "worlds_reached.csv", index=False, float_format="%.4f")
    far = table[table["gap"].abs() > 0.03]
    print(far[["claim", "world", "part", "intended", "reached"]].to_string(index=False))
    print(f"{np.isfinite(table['gap']).sum()} figures intended, {len(far)} further off than .03")


if __name__ == "__main__":
    main()
