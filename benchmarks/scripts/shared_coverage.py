"""Coverage of intervals from what is given away: rows, the same after rounding, and theory.

    python benchmarks/scripts/shared_coverage.py [simulations] [seed]      (default 300, 1)

Three blocks: a variable of five categories, and two five-point scales; the outcome in five points, or with
errors of unequal variance. Writes benchmarks/results/shared.md.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd

from loyaltystudy.explain import Frame, compare_blocks, make_release, write_release
from loyaltystudy.explain._estimation import subset_estimates
from loyaltystudy.explain._shared_moments import moments_table, read_shared
from loyaltystudy.explain._tables import adjusted_r2, measures_table
from loyaltystudy.rsquared import MEASURES, moments, subset_r2
from loyaltystudy.survey import SharedMoments

OUT = Path(__file__).parents[1] / "results" / "shared.md"
BLOCKS = {"kind": [f"kind={i}" for i in range(1, 5)], "first": ["first"], "second": ["second"]}


def rows(rng, n: int, outcome: str) -> pd.DataFrame:
    """A sample; the second scale goes with the first."""
    kind = rng.integers(0, 5, n)
    latent = rng.standard_normal((n, 2)) @ np.array([[1.0, 0.5], [0.0, 0.87]])
    scales = np.clip(np.round(3 + latent), 1, 5)
    line = 0.15 * kind + 0.5 * scales[:, 0] + 0.1 * scales[:, 1]
    if outcome == "five points":
        y = np.clip(np.round(line + rng.standard_normal(n)), 1, 5)
    else:
        y = line + rng.standard_normal(n) * (0.4 + 0.35 * scales[:, 0])
    table = pd.DataFrame({f"kind={i}": (kind == i).astype(float) for i in range(1, 5)})
    return table.assign(first=scales[:, 0], second=scales[:, 1], y=y)


def truth(outcome: str) -> dict[str, np.ndarray]:
    """Measures in two million rows."""
    whole = moments(rows(np.random.default_rng(0), 2_000_000, outcome))
    values = subset_r2(whole, "y", list(BLOCKS.values()), [])
    return {name: of(values) for name, of in MEASURES.items()}


def tables(sample: pd.DataFrame, folder: Path) -> dict[str, pd.DataFrame]:
    """The same comparison from rows, from what is given away, and by theory."""
    frame = Frame("y", BLOCKS, [], 0, rows=sample, weights=np.ones(len(sample)))
    found = subset_estimates(frame)
    write_release(make_release(frame, [list(BLOCKS)]), folder)
    bare = SharedMoments.from_table(moments_table(sample, frame.weights))
    return {
        "rows": measures_table(frame, found, adjusted_r2(frame, found), 0.95),
        "given away": compare_blocks(read_shared(folder), "y", BLOCKS).table,
        "theory": compare_blocks(bare, "y", BLOCKS).table,
    }


def cell(n: int, outcome: str, runs: int, rng, folder: Path) -> list[dict]:
    true = truth(outcome)
    hits = {way: dict.fromkeys(MEASURES, 0.0) for way in ("rows", "given away", "theory")}
    furthest = 0.0
    for _ in range(runs):
        found = tables(rows(rng, n, outcome), folder)
        for way, table in found.items():
            for measure, values in true.items():
                part = table[table["measure"] == measure]
                hits[way][measure] += ((part["low"] <= values) & (values <= part["high"])).mean()
        gap = found["rows"][["low", "high"]] - found["given away"][["low", "high"]]
        furthest = max(furthest, float(np.nanmax(gap.abs())))
    return [
        {
            "n": n,
            "outcome": outcome,
            "interval from": way,
            **{m: f"{total / runs:.3f}" for m, total in text.items()},
            "largest move of a limit": f"{furthest:.4f}" if way == "given away" else "",
        }
        for way, text in hits.items()
    ]


def main() -> None:
    import tempfile

    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    rng = np.random.default_rng(seed)
    with tempfile.TemporaryDirectory() as folder:
        cells = [
            row
            for n in (330, 800)
            for outcome in ("five points", "unequal variance")
            for row in cell(n, outcome, runs, rng, Path(folder))
        ]
    table = pd.DataFrame(cells)
    lines = [table.columns.tolist(), ["---"] * table.shape[1], *table.to_numpy().tolist()]
    body = "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)
    OUT.write_text(
        "# Intervals from what is given away\n\n"
        f"By `python benchmarks/scripts/shared_coverage.py {runs} {seed}`: {runs} simulations a cell; "
        "coverage of 95 % intervals, the mean over three blocks.\n\n"
        f"{body}\n",
        encoding="utf-8",
    )
    print(OUT.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
