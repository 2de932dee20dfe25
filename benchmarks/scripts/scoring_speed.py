"""Reading and scoring a million respondents, beside bare pandas and bare NumPy.

Run: python benchmarks/scripts/scoring_speed.py [respondents]; prints a Markdown table and writes
it to benchmarks/results/scoring_speed.md. Each time is the best of five, in seconds; what counts
is the ratio.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd

from loyaltystudy.scales._score import score
from loyaltystudy.survey._codebook import make_codebook
from loyaltystudy.survey._files import read_table
from loyaltystudy.survey._study import read_study

RESULTS = Path(__file__).parents[1] / "results"

ITEMS = 40


def codebook():
    names = [f"q{i}" for i in range(ITEMS)]
    return make_codebook(
        {
            "study": "speed",
            "title": "Speed",
            "kind": "simulated",
            "population": "simulated",
            "missing": [-99],
            "items": {
                name: {"answers": {"range": [1, 7]}, "reversed": place % 4 == 3}
                for place, name in enumerate(names)
            },
            "scales": {f"s{i}": {"items": names[4 * i : 4 * i + 4]} for i in range(ITEMS // 4)},
        }
    )


def best(task, times: int = 5) -> float:
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        task()
        taken.append(time.perf_counter() - start)
    return min(taken)


def main() -> None:
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    rng = np.random.default_rng(1)
    answers = rng.integers(1, 8, (n, ITEMS)).astype(float)
    answers[rng.random((n, ITEMS)) < 0.08] = np.nan
    book = codebook()
    with TemporaryDirectory() as folder:
        path = Path(folder, "answers.parquet")
        pd.DataFrame(answers, columns=list(book.items)).to_parquet(path, index=False)
        study = read_study(path, book)
        bare, plain = best(lambda: pd.read_parquet(path)), best(lambda: np.nanmean(answers, axis=1))
        rows = [
            ("pandas.read_parquet", bare, bare, ""),
            ("read_table", best(lambda: read_table(path)), bare, "2"),
            ("read_study (read and checked)", best(lambda: read_study(path, book)), bare, ""),
            ("numpy.nanmean of the array", plain, plain, ""),
            ("score (10 scales)", best(lambda: score(study)), plain, "3"),
        ]
    lines = [
        f"# Reading and scoring {n:,} respondents x {ITEMS} items",
        "",
        "8 % missing, floats, Parquet; simulated. Made by `python benchmarks/scripts/scoring_speed.py`.",
        "",
        "| task | seconds | ratio | at most |",
        "|---|---|---|---|",
        *(
            f"| {task} | {took:.2f} | {took / base:.2f} | {most} |"
            for task, took, base, most in rows
        ),
    ]
    print("\n".join(lines))
    (RESULTS / "scoring_speed.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
