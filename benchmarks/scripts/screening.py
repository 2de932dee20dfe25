"""How many careless respondents `screen` finds, and how many careful ones it accuses.

Run: python benchmarks/scripts/screening.py [surveys per row]; prints a Markdown table and writes
it to benchmarks/results/screening.md. All respondents are simulated.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd
from helpers.careless import HABITS, simulate

from loyaltystudy.scales._screen import screen

RESULTS = Path(__file__).parents[1] / "results"

ROWS = {
    "100 items, 25 scales, 7 points": {},
    "loadings .60": {"loading": 0.60},
    "loadings .50": {"loading": 0.50},
    "loadings .85": {"loading": 0.85},
    "scales correlate .60": {"correlation": 0.60},
    "scales correlate .70, loadings .65": {"correlation": 0.70, "loading": 0.65},
    "all scales equally popular": {"popularity": 0.0},
    "personal styles (sd .3)": {"style": 0.3},
    "personal styles (sd .5)": {"style": 0.5},
    "5 points": {"points": 5},
    "5 points, loadings .60, correlated .50": {"points": 5, "loading": 0.6, "correlation": 0.5},
    "11 points": {"points": 11},
    "nothing reversed": {"reversed_share": 0.0},
    "n 250": {"n": 250},
    "n 2000": {"n": 2000},
    "10 % careless": {"careless": 0.10},
    "30 % careless": {"careless": 0.30},
    "10 % slips in straight lines": {"slips": 0.10},
    "25 % missing": {"missing": 0.25},
    "40 items, 10 scales": {"scales": 10},
    "24 items, 8 scales": {"scales": 8, "items": 3},
    "12 items, 3 scales": {"scales": 3},
    "4 items, 1 scale": {"scales": 1},
    "5 points, all equally popular, loadings .60, correlated .60": {
        "points": 5,
        "popularity": 0.0,
        "loading": 0.6,
        "correlation": 0.6,
    },
}


def rates(surveys: int, **world) -> dict[str, float]:
    found, kinds = [], []
    for seed in range(surveys):
        study, kind = simulate(1000 + seed, **world)
        found.append(screen(study)["careless"])
        kinds.append(kind)
    flagged, kind = pd.concat(found).to_numpy(), pd.concat(kinds).to_numpy()
    row = {habit: flagged[kind == habit].mean() for habit in HABITS}
    row["found"] = flagged[kind != "careful"].mean()
    row["false alarms"] = flagged[kind == "careful"].mean()
    return row


def main() -> None:
    surveys = int(sys.argv[1]) if len(sys.argv) > 1 else 40
    lines = [
        "# Screening: careless found, careful accused (simulated)",
        "",
        f"Unless a row says otherwise: n 500, 100 items in 25 scales, 7 points, loadings .75, "
        f"3 % careless, 8 % missing; {surveys} surveys a row. Made by "
        "`python benchmarks/scripts/screening.py`.",
        "",
        "| survey | random | straight | middle | found | false alarms |",
        "|---|---|---|---|---|---|",
    ]
    for name, world in ROWS.items():
        row = rates(surveys, **world)
        lines.append(f"| {name} | " + " | ".join(f"{value:.1%}" for value in row.values()) + " |")
        print(lines[-1], flush=True)
    (RESULTS / "screening.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
