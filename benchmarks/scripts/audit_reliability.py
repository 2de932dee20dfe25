"""Does the correction for unreliability recover the truth, and do its intervals hold?

    python benchmarks/scripts/audit_reliability.py --simulations 400 --out
    benchmarks/results/audit_reliability.md

Simulated studies: three blocks of one scale each and a loyalty scale, three items a scale, factors
correlating at .4; the truth is the dominance of the factors. Uncorrected estimates stand beside.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pandas as pd

from loyaltystudy.explain._audit.baseline import Audited
from loyaltystudy.explain._audit.unreliability import reliability_corrected
from loyaltystudy.explain._blocks import compare_blocks
from loyaltystudy.explain._frame import model_frame
from loyaltystudy.rsquared._measures import MEASURES
from loyaltystudy.rsquared._moments import Moments, subset_r2
from loyaltystudy.survey._codebook import make_codebook
from loyaltystudy.survey._study import Study

SCALES, ITEMS = ("first", "second", "third", "loyalty"), 3
SLOPES, BETWEEN = np.array([0.5, 0.25, 0.0]), 0.4
WORLDS = {
    "normal, loadings .8": {"loadings": (0.8, 0.8, 0.8)},
    "normal, loadings .6": {"loadings": (0.6, 0.6, 0.6)},
    "normal, loadings .9 .7 .5": {"loadings": (0.9, 0.7, 0.5)},
    "t(8), loadings .8": {"loadings": (0.8, 0.8, 0.8), "tails": 8},
}


def codebook():
    items = {
        f"{s}{i}": {"answers": {"range": [-99, 99], "whole": False}}
        for s in SCALES
        for i in range(ITEMS)
    }
    scales = {s: {"items": [f"{s}{i}" for i in range(ITEMS)]} for s in SCALES}
    return make_codebook(
        {
            "study": "simulated",
            "title": "Simulated",
            "population": "simulated",
            "kind": "simulated",
            "items": items,
            "scales": scales,
            "blocks": {"trust": ["first"], "emotional_bonds": ["second"], "moral_bonds": ["third"]},
        }
    )


def factors() -> np.ndarray:
    """Correlations of the factors, loyalty last, with unit variances."""
    phi = np.full((3, 3), BETWEEN) + (1 - BETWEEN) * np.eye(3)
    return np.block([[phi, (phi @ SLOPES)[:, None]], [(phi @ SLOPES)[None], np.ones((1, 1))]])


def truth() -> dict[str, np.ndarray]:
    r = pd.DataFrame(factors(), index=SCALES, columns=SCALES)
    m = Moments.from_correlations(r, n=1000)
    values = subset_r2(m, "loyalty", [[s] for s in SCALES[:3]])
    return {name: of(values) for name, of in MEASURES.items()}


def simulated(rng, book, n: int, loadings, tails: float | None = None) -> Study:
    """Items are loading times factor plus independent error, unit variance."""

    def draw(shape):
        return (
            rng.normal(size=shape)
            if tails is None
            else (rng.standard_t(tails, size=shape) / np.sqrt(tails / (tails - 2)))
        )

    f = draw((n, 4)) @ np.linalg.cholesky(factors()).T
    lam = np.array(loadings)
    x = f[:, :, None] * lam + draw((n, 4, ITEMS)) * np.sqrt(1 - lam**2)
    names = [f"{s}{i}" for s in SCALES for i in range(ITEMS)]
    return Study(book, pd.DataFrame(x.reshape(n, -1), columns=names))


def one(study: Study) -> pd.DataFrame:
    comparison, frame = compare_blocks(study, "loyalty"), model_frame(study, "loyalty")
    rows = pd.DataFrame(reliability_corrected(Audited(comparison, frame, study, 0.95, 0)))
    rows = rows[rows["measure"].isin(MEASURES)].set_index(["measure", "block"])
    plain = comparison.table.set_index(["measure", "block"])["adjusted"]
    return rows[["estimate", "low", "high"]].join(plain.rename("uncorrected"))


def cell(world: str, n: int, simulations: int) -> pd.DataFrame:
    rng, book, true = np.random.default_rng([n, len(world)]), codebook(), truth()
    found = [one(simulated(rng, book, n, **WORLDS[world])) for _ in range(simulations)]
    given = pd.concat([f for f in found if len(f)])
    blocks = list(book.blocks)
    rows = []
    for (measure, block), part in given.groupby(level=[0, 1], sort=False):
        value = true[measure][blocks.index(block)]
        part = part.dropna()
        inside = (part["low"] <= value + 1e-12) & (value <= part["high"])
        rows.append(
            {
                "world": world,
                "n": n,
                "measure": measure,
                "block": block,
                "truth": value,
                "corrected": part["estimate"].mean(),
                "uncorrected": part["uncorrected"].mean(),
                "coverage": inside.mean(),
                "simulations": len(part),
            }
        )
    return pd.DataFrame(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--simulations", type=int, default=400)
    parser.add_argument("--n", type=int, nargs="+", default=[200, 800])
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args()
    table = pd.concat([cell(w, n, asked.simulations) for w in WORLDS for n in asked.n])
    text = table.to_string(index=False, float_format="{:.3f}".format)
    print(text)
    if asked.out:
        command = (
            f"python benchmarks/scripts/audit_reliability.py --simulations {asked.simulations}"
        )
        sizes = " ".join(map(str, asked.n))
        asked.out.write_text(
            "# Correction for unreliability: truth recovered, coverage of 95 % intervals\n\n"
            f"Simulated. Made by `{command} --n {sizes}`. {__doc__.split(chr(10) * 2)[2].strip()}\n"
            "`simulations` counts those with an interval; the rest had an impossible corrected "
            f"matrix.\n\n```\n{text}\n```\n",
            encoding="utf-8",
        )


if __name__ == "__main__":
    main()
