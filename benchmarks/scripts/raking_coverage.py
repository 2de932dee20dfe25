"""Do intervals hold where weights are raked to margins, and every replicate with them?

    python benchmarks/scripts/raking_coverage.py               # raking_coverage.csv and .md
    python benchmarks/scripts/raking_coverage.py --runs 2000

A population in which gender, age (four groups) and education (three) explain loyalty, beside
trust; who answers depends on all three, so that the sample is off by far. Weights are raked to the
margins of the population; its truth is known. Designs: 300 rows, each left out in turn; 600 rows
with unequal weights before raking, 100 groups left out; 40 stores of 15; 8 strata of 5 stores; 600
rows of which one in eight gives no education, at random or, of the oldest, three in ten and of the
others one in twenty, while one in ten skips a question on trust and one in ten that on bonds. For
comparison the same intervals with the raked weights held fixed. Simulated; the seed is 15. A design
whose runs stand in the CSV is not run again.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
from tqdm import tqdm

import loyaltystudy as ls
from loyaltystudy.claims._design import SampleDesign, design_means, quantile, share_interval
from loyaltystudy.explain._estimation import subset_estimates
from loyaltystudy.explain._frame import model_frame
from loyaltystudy.explain._tables import Variant, adjusted_r2, differences_table, measures_table
from loyaltystudy.survey import Study, make_codebook

RESULTS = Path(__file__).resolve().parents[1] / "results"
SEED = 15
DESIGNS = {
    "40 stores of 15": {"n": 600, "cluster": "store"},
    "8 strata of 5 stores": {"n": 600, "weight": "w", "cluster": "store", "strata": "stratum"},
    "600 rows, weights before": {"n": 600, "weight": "w"},
    "300 rows": {"n": 300},
    "skipped at random": {"n": 600, "skip": (0.12, 0.12)},
    "skipped by age": {"n": 600, "skip": (0.05, 0.3)},
}
BLOCKS = {"trust": ["trust"], "who": ["age", "gender"], "bonds": ["b"]}
SIZES = {"gender": 2, "age": 4, "education": 3}
STORES = 0.15  # standard deviation of the stores' levels
COLUMNS = ("gender", "age", "education", "t1", "t2", "t3", "b", "l1", "l2")


def people(rng: np.random.Generator, n: int) -> dict[str, np.ndarray]:
    """People of the population, loyalty before stores are added."""
    gender = rng.integers(1, 3, n)
    age = 1 + (rng.random((n, 3)) < [0.75, 0.5, 0.4]).sum(axis=1)
    education = 1 + (rng.random((n, 2)) < np.where(age > 2, 0.4, 0.6)[:, None]).sum(axis=1)
    trust, b = rng.standard_normal((2, n))
    trust = trust + 0.3 * (education - 2)
    mean = 0.5 * trust + 0.25 * b + 0.45 * (age - 2.65) + 0.5 * (gender - 1.5)
    loyalty = mean + 0.4 * (education - 2) + 0.9 * rng.standard_normal(n)
    found = {"gender": gender, "age": age, "education": education, "b": b, "loyalty": loyalty}
    return {**found, **{f"t{j}": trust + 0.8 * rng.standard_normal(n) for j in (1, 2, 3)}}


def answers(found: dict, level: np.ndarray, rng) -> pd.DataFrame:
    """As asked: trust and loyalty in five answers."""
    loyalty = found["loyalty"] + level
    table = {name: found[name] for name in ("gender", "age", "education")}
    for j in (1, 2, 3):
        table[f"t{j}"] = np.digitize(found[f"t{j}"], [-1.5, -0.6, 0.4, 1.3]) + 1.0
    table["b"] = np.digitize(found["b"], [-1.2, -0.4, 0.4, 1.2]) + 1.0
    for j in (1, 2):
        heard = loyalty + 0.5 * rng.standard_normal(len(loyalty))
        table[f"l{j}"] = np.digitize(heard, [-1.5, -0.5, 0.5, 1.6]) + 1.0
    return pd.DataFrame(table)


def sample(rng: np.random.Generator, design: dict) -> pd.DataFrame:
    """Those who answer: more of the old, the women and the educated, from each store alike."""
    n, kept = design["n"], []
    level = np.zeros(n)
    table = {}
    if "cluster" in design:
        stores = 40
        table["store"] = np.repeat(np.arange(stores), n // stores) + 1.0
        table["stratum"] = (table["store"] - 1) // 5 + 1
        level = STORES * rng.standard_normal(stores)[table["store"].astype(int) - 1]
    while sum(len(part["age"]) for part in kept) < n:
        asked = people(rng, 4 * n)
        w = rng.choice([0.5, 1.0, 2.0], 4 * n) if "weight" in design else np.ones(4 * n)
        odds = (
            0.35 * (asked["age"] - 4) - 0.5 * (asked["gender"] - 1) + 0.4 * (asked["education"] - 3)
        )
        here = rng.random(4 * n) < np.exp(odds) * 0.5 / w
        kept.append({name: values[here] for name, values in {**asked, "w": w}.items()})
    found = {name: np.concatenate([part[name] for part in kept])[:n] for name in kept[0]}
    said = answers(found, level, rng).assign(w=found["w"], **table)
    return skipped(said, *design["skip"], rng) if "skip" in design else said


def skipped(said: pd.DataFrame, others: float, oldest: float, rng) -> pd.DataFrame:
    """Answers that some people do not give: education by age, trust and bonds at random."""
    silent = rng.random(len(said)) < np.where(said["age"] == 4, oldest, others)
    said = said.astype(float)
    said.loc[silent, "education"] = np.nan
    for name in ("t1", "b"):
        said.loc[rng.random(len(said)) < 0.1, name] = np.nan
    return said


def codebook(margins: dict, **design) -> object:
    """The codebook of the simulated answers."""
    five = {"answers": {"range": [1, 5]}}
    number = {"kind": "numeric", "answers": {"range": [0, 99], "whole": False}}
    nominal = {
        name: {"kind": "ordinal", "answers": {"range": [1, size]}} for name, size in SIZES.items()
    }
    return make_codebook(
        {
            "study": "raked",
            "title": "Raked",
            "population": "simulated",
            "kind": "simulated",
            "items": dict.fromkeys(("t1", "t2", "t3", "l1", "l2"), five),
            "scales": {
                "trust": {"construct": "trust", "items": ["t1", "t2", "t3"]},
                "loyalty": {"construct": "loyalty", "items": ["l1", "l2"]},
            },
            "variables": {**nominal, **dict.fromkeys(("b", "w", "store", "stratum"), number)},
            "design": {**design, "margins": margins},
        }
    )


def figures(study: Study) -> dict[str, tuple[float, float, float]]:
    """Estimate and limits of everything, by the functions that claims and comparisons use."""
    frame = model_frame(study, "loyalty", BLOCKS)
    found = subset_estimates(frame)
    variant = Variant(found, adjusted_r2(frame, found), frame.ranks)
    table = measures_table(frame.blocks, variant, 0.95)
    out = {
        f"{row.measure} {row.block}": (row.adjusted, row.low, row.high)
        for row in table.itertuples()
        if row.measure in ("alone", "unique", "dominance") and row.block != "bonds"
    }
    gaps = differences_table(frame.blocks, variant, 0.95)
    gap = gaps[(gaps["measure"] == "dominance") & (gaps["second"] == "who")].iloc[0]
    out["dominance trust - who"] = (gap["estimate"], gap["low"], gap["high"])
    loyal, design = study.scores()["loyalty"].to_numpy(), design_of(study)
    women = (study.answers["gender"] == 1).to_numpy(float)
    means = design_means(np.column_stack([loyal, women, loyal * women]), design)
    half = quantile(0.95, means.freedom) * np.sqrt(means.cov[0, 0])
    out["mean"] = (means.value[0], means.value[0] - half, means.value[0] + half)
    out["difference by gender"] = means.interval(
        lambda m: m[..., 2] / m[..., 1] - (m[..., 0] - m[..., 2]) / (1 - m[..., 1])
    )
    out["share"] = share_interval(loyal >= 4, design)[:3]
    alpha = ls.reliability(study).set_index("scale").loc["trust"]
    out["alpha"] = tuple(alpha[["alpha", "alpha_low", "alpha_high"]])
    return out


def design_of(study: Study) -> SampleDesign:
    """The design as the claims have it."""
    named, table = study.codebook.design, study.answers
    codes = [None if not c else table[c].to_numpy(int) for c in (named.cluster, named.strata)]
    raking = study.raking_of(table.index)
    return SampleDesign(table[named.weight].to_numpy(float), *codes, raking)


def fixed(study: Study) -> Study:
    """The same weights, as if they had been drawn with."""
    book = study.codebook
    return replace(study, codebook=replace(book, design=replace(book.design, margins={})))


def truth(clustered: bool) -> tuple[dict[str, float], dict]:
    """Figures and margins of the population, from two million people."""
    rng = np.random.default_rng(SEED)
    n = 2_000_000
    table = answers(people(rng, n), STORES * clustered * rng.standard_normal(n), rng)
    margins = {
        name: {str(code): float((table[name] == code).mean()) for code in range(1, size + 1)}
        for name, size in SIZES.items()
    }
    book = codebook({}, weight=None)
    some = table[list(COLUMNS)].assign(w=1.0, store=1.0, stratum=1.0)
    scores = ls.read_study(some, book).scores()
    scores = scores.reset_index(drop=True)
    x = pd.concat([scores, some[["age", "gender", "b"]]], axis=1).to_numpy(float)
    columns = [*scores, "age", "gender", "b"]
    m = ls.moments(pd.DataFrame(x, columns=columns))
    found = ls.compare_blocks(m, "loyalty", BLOCKS).table
    out = {
        f"{row.measure} {row.block}": row.estimate
        for row in found.itertuples()
        if row.measure in ("alone", "unique", "dominance")
    }
    out["dominance trust - who"] = out["dominance trust"] - out["dominance who"]
    loyal, women = scores["loyalty"].to_numpy(), (some["gender"] == 1).to_numpy()
    cov = np.cov(some[["t1", "t2", "t3"]].T)
    out |= {
        "mean": loyal.mean(),
        "difference by gender": loyal[women].mean() - loyal[~women].mean(),
        "share": (loyal >= 4).mean(),
        "alpha": 1.5 * (1 - np.trace(cov) / cov.sum()),
    }
    return out, margins


def run(name: str, design: dict, runs: int) -> list[dict]:
    """Coverage and mean width of every figure under one design."""
    named = {key: value for key, value in design.items() if key not in ("n", "skip")}
    known, margins = truth("cluster" in design)
    book, hits = codebook(margins, **named), {}
    for number in tqdm(range(runs), desc=name, disable=None):
        rng = np.random.default_rng([SEED, sorted(DESIGNS).index(name), number])
        study = ls.read_study(
            sample(rng, design).reindex(columns=[*COLUMNS, "w", "store", "stratum"]), book
        )
        for kind, one in (("raked again", study), ("held fixed", fixed(study))):
            for figure, (point, low, high) in figures(one).items():
                hit = (low <= known[figure] <= high, high - low, point - known[figure])
                hits.setdefault((kind, figure), []).append(hit)
    return [
        {
            "design": name,
            "weights": kind,
            "figure": figure,
            "truth": known[figure],
            "coverage": covered,
            "width": width,
            "bias": bias,
            "runs": runs,
        }
        for (kind, figure), all_of in hits.items()
        for covered, width, bias in [np.mean(all_of, axis=0)]
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=1000)
    runs = parser.parse_args().runs
    path = RESULTS / "raking_coverage.csv"
    kept = pd.read_csv(path) if path.is_file() else pd.DataFrame(columns=["design", "runs"])
    for name, design in DESIGNS.items():
        if not ((kept["design"] == name) & (kept["runs"] == runs)).any():
            new = pd.DataFrame(run(name, design, runs))
            kept = pd.concat([kept[kept["design"] != name], new], ignore_index=True)
            kept.to_csv(path, index=False, float_format="%.4f")
    write(kept, runs)


def write(table: pd.DataFrame, runs: int) -> None:
    values, rows = ["coverage", "width"], ["design", "figure"]
    wide = table.pivot_table(values, rows, "weights", sort=False)
    lines = [
        "# Intervals of weights raked to margins (simulated)",
        "",
        f"Coverage of 95 % intervals in {runs} samples a design, seed {SEED}, from a population in "
        "which the margins explain the outcome: with every replicate raked again (or, for means, "
        "shares, differences and alpha, the linearised error of what the margins leave), and with "
        "the raked weights held fixed. Made by `python benchmarks/scripts/raking_coverage.py`.",
        "",
        "| design | figure | raked again | held fixed | width, of that held fixed |",
        "|---|---|---|---|---|",
    ]
    for (design, figure), row in wide.iterrows():
        again, held = row["coverage"]["raked again"], row["coverage"]["held fixed"]
        share = row["width"]["raked again"] / row["width"]["held fixed"]
        lines.append(f"| {design} | {figure} | {again:.3f} | {held:.3f} | {share:.2f} |")
    (RESULTS / "raking_coverage.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
