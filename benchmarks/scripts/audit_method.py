"""Does the interval of the turning point of shared method variance hold?

    python benchmarks/scripts/audit_method.py --simulations 500 --out
    benchmarks/results/audit_method.md

Simulated studies of a scale a, a fact b and an outcome y, correlations .5 (a, y), .3 (b, y) and
.2 (a, b): the order of a and b turns where (.5 - c)² = .09 (1 - c), at c = .2381.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pandas as pd

from loyaltystudy.explain._audit.baseline import Audited
from loyaltystudy.explain._audit.method import shared_method
from loyaltystudy.explain._blocks import compare_blocks
from loyaltystudy.explain._frame import model_frame
from loyaltystudy.survey._codebook import make_codebook
from loyaltystudy.survey._study import Study

R = np.array([[1, 0.2, 0.5], [0.2, 1, 0.3], [0.5, 0.3, 1]])
TRUTH = (0.91 - np.sqrt(0.8281 - 0.64)) / 2
ANY = {"range": [-99, 99], "whole": False}
KINDS = {
    "normal": lambda z: z,
    "five-point skewed": lambda z: np.digitize(z, [-2, -1.4, -0.7, 0.3]),
}


def codebook():
    return make_codebook(
        {
            "study": "simulated",
            "title": "Simulated",
            "kind": "simulated",
            "population": "simulated",
            "items": {"a1": {"answers": ANY}, "y1": {"answers": ANY}},
            "scales": {"a": {"items": ["a1"]}, "y": {"items": ["y1"]}},
            "variables": {"b": {"kind": "numeric", "answers": ANY}},
            "blocks": {"trust": ["a"], "facts": ["b"]},
        }
    )


def true_turn(kind: str, n: int = 1_000_000) -> float:
    """By the formula for the normal world, from a million rows for the others."""
    if kind == "normal":
        return TRUTH
    found = turn(rows(np.random.default_rng(1), kind, n), codebook())
    return found["estimate"]


def rows(rng, kind: str, n: int) -> pd.DataFrame:
    x = KINDS[kind](rng.normal(size=(n, 3)) @ np.linalg.cholesky(R).T)
    return pd.DataFrame(x, columns=["a1", "b", "y1"]).astype(float)


def turn(answers: pd.DataFrame, book) -> dict:
    study = Study(book, answers)
    comparison, frame = compare_blocks(study, "y"), model_frame(study, "y")
    found = shared_method(Audited(comparison, frame, study, 0.95, 0))
    return next(r for r in found if r["measure"] == "turning_point")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--simulations", type=int, default=500)
    parser.add_argument("--n", type=int, nargs="+", default=[200, 800])
    parser.add_argument("--out", type=Path)
    asked, book, table = parser.parse_args(), codebook(), []
    for kind in KINDS:
        truth = true_turn(kind)
        for n in asked.n:
            rng = np.random.default_rng(n)
            found = [turn(rows(rng, kind, n), book) for _ in range(asked.simulations)]
            # where b leads in the sample, or nothing turns, there is no such turning point
            given = pd.DataFrame(f for f in found if f["block"] == "trust > facts").dropna()
            inside = (given["low"] <= truth) & (truth <= given["high"])
            table.append(
                {
                    "answers": kind,
                    "n": n,
                    "truth": truth,
                    "mean": given["estimate"].mean(),
                    "coverage": inside.mean(),
                    "given": len(given) / asked.simulations,
                }
            )
    text = pd.DataFrame(table).to_string(index=False, float_format="{:.3f}".format)
    print(text)
    if asked.out:
        sizes = " ".join(map(str, asked.n))
        script = "benchmarks/scripts/audit_method.py"
        command = f"python {script} --simulations {asked.simulations} --n {sizes}"
        asked.out.write_text(
            "# Turning point of shared method variance: coverage of 95 % intervals\n\n"
            f"Simulated. Made by `{command}`. {__doc__.split(chr(10) * 2)[2].strip()}\n"
            "`given`: share of samples that show the order and a turning point.\n\n"
            f"```\n{text}\n```\n",
            encoding="utf-8",
        )


if __name__ == "__main__":
    main()
