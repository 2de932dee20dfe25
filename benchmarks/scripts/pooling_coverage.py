"""Coverage of pooled means and prediction intervals: general normal studies, and block measures.

    python benchmarks/scripts/pooling_coverage.py [simulations] [seed]      (default 300, 1)
    python benchmarks/scripts/pooling_coverage.py --prediction [simulations] [seed]

Writes benchmarks/results/pooling.md; with ``--prediction`` the cells of 5, 10 and 30 studies alone,
with many more simulations, into pooling_prediction.md.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd

from loyaltystudy.rsquared import MEASURES, corrected_correlation, random_effects

OUT = Path(__file__).parents[1] / "results" / "pooling.md"
PREDICTION = OUT.with_name("pooling_prediction.md")
LOWEST, HIGHEST = 0.92, 0.985  # what a prediction interval should cover
SIZES, RATIOS = (3, 5, 10, 30), (0.0, 0.3, 1.0, 3.0)
PREDICTORS = np.array([[1, 0.15, 0.1], [0.15, 1, 0.5], [0.1, 0.5, 1]])
MEAN, SPREAD = np.array([0.1, 0.35, 0.25]), np.array([0.05, 0.12, 0.10])
BLOCK = 1  # the second block, whose measures are followed


def study_sizes(rng, k) -> np.ndarray:
    """Between 100 and 800 people, evenly on the log scale."""
    return np.exp(rng.uniform(np.log(100), np.log(800), k)).astype(int)


def normal_cell(k: int, ratio: float, runs: int, rng) -> dict:
    """True values N(0, tau²), tau² a multiple of a typical sampling variance."""
    hits = [0, 0]
    tau2 = ratio * np.mean(1 / np.array([100, 200, 400, 800.0]))
    for _ in range(runs):
        v = 1 / study_sizes(rng, k)
        y = rng.standard_normal(k) * np.sqrt(v + tau2)
        found = random_effects(y, v)
        new = rng.standard_normal() * np.sqrt(tau2)
        hits[0] += found.low <= 0 <= found.high
        hits[1] += found.predict_low <= new <= found.predict_high
    return {"k": k, "tau²/v": ratio, "mean": hits[0] / runs, "prediction": hits[1] / runs}


def truths(rng, spread: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Correlations of studies: coefficients drawn around their mean, and what they explain."""
    b = MEAN + spread * rng.standard_normal((*shape, 3))
    explained = np.einsum("...i,ij,...j->...", b, PREDICTORS, b)
    b *= np.sqrt(0.9 / np.maximum(explained, 0.9))[..., None]
    r = np.broadcast_to(np.eye(4), (*shape, 4, 4)).copy()
    r[..., :3, :3] = PREDICTORS
    r[..., :3, 3] = r[..., 3, :3] = b @ PREDICTORS
    return r


def sampled(rng, r: np.ndarray, n: np.ndarray) -> np.ndarray:
    """Correlations of normal samples of n people each: Bartlett's decomposition."""
    root = np.zeros(r.shape)
    for i in range(4):
        root[..., i, i] = np.sqrt(rng.chisquare(n - 1 - i))
        root[..., i, :i] = rng.standard_normal((*n.shape, i))
    x = np.linalg.cholesky(r) @ root
    products = x @ np.swapaxes(x, -1, -2)
    size = np.sqrt(np.einsum("...ii->...i", products))
    return products / (size[..., :, None] * size[..., None, :])


def regressions(r: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """R² of every subset of blocks, and (-b, 1): shapes (..., 8) and (..., 8, 4)."""
    values, a = np.zeros((*r.shape[:-2], 8)), np.zeros((*r.shape[:-2], 8, 4))
    a[..., 3] = 1.0
    for subset in range(1, 8):
        x = [j for j in range(3) if subset >> j & 1]
        b = np.linalg.solve(r[..., x, :][..., x], r[..., x, 3][..., None])[..., 0]
        values[..., subset] = (b * r[..., x, 3]).sum(axis=-1)
        a[..., subset, x] = -b
    return values, a


def of_subsets() -> np.ndarray:
    """Alone, unique and dominance of the followed block as sums over subsets; shape (3, 8)."""
    return np.array([[of(unit)[BLOCK] for unit in np.eye(8)] for of in MEASURES.values()])


def estimates(r: np.ndarray, n: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Adjusted measures and squared standard errors, as ``theory`` gives them, of many studies."""
    (values, a), c = regressions(r), of_subsets()
    members = np.array([subset.bit_count() for subset in range(8)])
    adjusted = values - (1 - values) * members / (n[..., None] - 1)
    gradients = -np.einsum("ms,...sp,...sq->...mpq", c, a, a)
    gradients[..., 3, 3] += (1 - values) @ c.T
    lifted = gradients @ r[..., None, :, :]
    errors2 = 2 / n[..., None] * np.einsum("...pq,...qp->...", lifted, lifted)
    return adjusted @ c.T, errors2


def block_cells(k: int, size: float, runs: int, rng) -> list[dict]:
    """Pooled as pool_blocks pools: the sampling variance at the average."""
    spread, c = size * SPREAD, of_subsets()
    mean = (regressions(truths(rng, spread, (50_000,)))[0] @ c.T).mean(axis=0)
    n = study_sizes(rng, (runs, k))
    points, errors2 = estimates(sampled(rng, truths(rng, spread, (runs, k)), n), n)
    new = regressions(truths(rng, spread, (runs,)))[0] @ c.T
    v = (n[..., None] * errors2).mean(axis=1, keepdims=True) / n[..., None]
    hits = np.zeros((3, 2))
    for run, at in np.ndindex(runs, 3):
        found = random_effects(points[run, :, at], v[run, :, at])
        hits[at, 0] += found.low <= mean[at] <= found.high
        hits[at, 1] += max(0, found.predict_low) <= new[run, at] <= found.predict_high
    names = list(MEASURES)
    return [
        {
            "k": k,
            "spread": size,
            "measure": names[at],
            "true mean": mean[at],
            "mean": hits[at, 0] / runs,
            "prediction": hits[at, 1] / runs,
        }
        for at in range(3)
    ]


def alpha(x: np.ndarray) -> float:
    c, m = np.cov(x.T), x.shape[1]
    return m / (m - 1) * (1 - np.trace(c) / c.sum())


def noisy_study(rng, n: int):
    """A correlation of two four-item scales, and their alphas."""
    rho = np.tanh(np.arctanh(0.5) + 0.12 * rng.standard_normal())
    f = rng.standard_normal((n, 2))
    f[:, 1] = rho * f[:, 0] + np.sqrt(1 - rho**2) * f[:, 1]
    loads = rng.uniform(0.55, 0.85, 2)
    x, y = (
        loads[j] * f[:, [j]] + np.sqrt(1 - loads[j] ** 2) * rng.standard_normal((n, 4))
        for j in (0, 1)
    )
    return np.corrcoef(x.mean(axis=1), y.mean(axis=1))[0, 1], alpha(x), alpha(y)


def correction_cells(k: int, runs: int, rng) -> list[dict]:
    mean = np.tanh(np.arctanh(0.5) + 0.12 * rng.standard_normal(200_000)).mean()
    text = {"no": [0, 0.0], "yes": [0, 0.0]}
    for _ in range(runs):
        n = study_sizes(rng, k)
        drawn = [noisy_study(rng, i) for i in n]
        r, a, b = (np.array(part) for part in zip(*drawn, strict=True))
        v = (1 - r.mean() ** 2) ** 2 / n
        studies = zip(r, v, a, b, n, strict=True)
        pairs = [corrected_correlation(q, w, (i, j), (4, 4), m) for q, w, i, j, m in studies]
        for name, (y, w) in {"no": (r, v), "yes": np.array(pairs).T}.items():
            found = random_effects(y, w)
            text[name][0] += found.low <= mean <= found.high
            text[name][1] += found.mean
    return [
        {
            "k": k,
            "corrected": name,
            "estimate": total / runs,
            "true mean": mean,
            "mean": hits / runs,
        }
        for name, (hits, total) in text.items()
    ]


def shown(rows: list[dict]) -> str:
    table = pd.DataFrame(rows).round(3).astype(str)
    lines = [table.columns.tolist(), ["---"] * table.shape[1], *table.to_numpy().tolist()]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)


def prediction_rows(runs: int, seed: int) -> list[dict]:
    """Every cell of 5, 10 and 30 studies, each with a generator of its own."""
    rows = []
    for k in SIZES[1:]:
        for ratio in sorted({0.1, *RATIOS}):
            rng = np.random.default_rng([seed, k, int(10 * ratio)])
            cell = normal_cell(k, ratio, runs, rng)
            rows.append(_prediction_row("normal", ratio, runs, cell))
    for k in SIZES[1:]:
        for spread in (0.0, 0.25, 0.5, 1.0):
            rng = np.random.default_rng([seed, 100 + k, int(100 * spread)])
            cells = block_cells(k, spread, runs, rng)
            rows += [_prediction_row(cell["measure"], spread, runs, cell) for cell in cells]
    return rows


def _prediction_row(of: str, spread: float, runs: int, cell: dict) -> dict:
    """Coverage with its Monte Carlo error, and whether the range holds, give or take two of them."""
    share = cell["prediction"]
    error = np.sqrt(share * (1 - share) / runs)
    inside = LOWEST <= share <= HIGHEST
    near = LOWEST - 2 * error <= share <= HIGHEST + 2 * error
    row = {"k": cell["k"], "of": of, "spread": spread, "simulations": runs, "prediction": share,
           "error": error, "inside": "yes" if inside else "within error" if near else "no"}  # fmt: skip
    print(row, flush=True)
    return row


def write_prediction(runs: int, seed: int) -> None:
    rows = prediction_rows(runs, seed)
    PREDICTION.with_stem(f"pooling_prediction{'' if seed == 1 else f'_{seed}'}").write_text(
        "# Pooling: coverage of 95 % prediction intervals\n\n"
        f"By `python benchmarks/scripts/pooling_coverage.py --prediction {runs} {seed}`. Inside: between "
        f"{LOWEST} and {HIGHEST}, or within two Monte Carlo errors of that. Spread: tau² as a multiple of a "
        "typical sampling variance for normal studies; for the measures of a block, the coefficients' spread "
        f"as a share of (.05, .12, .10). Studies of 100 to 800 people.\n\n{shown(rows)}\n",
        encoding="utf-8",
    )


def main() -> None:
    if sys.argv[1:2] == ["--prediction"]:
        runs, seed = (int(n) for n in (sys.argv[2:4] + ["4000", "1"][len(sys.argv[2:4]) :]))
        write_prediction(runs, seed)
        return
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    rng = np.random.default_rng(seed)
    normal = [normal_cell(k, ratio, runs, rng) for k in SIZES for ratio in RATIOS]
    fewer = max(20, runs // 3)
    blocks = [c for k in SIZES for s in (0.0, 0.5, 1.0) for c in block_cells(k, s, runs, rng)]
    noise = [c for k in (5, 10, 30) for c in correction_cells(k, fewer, rng)]
    OUT.write_text(
        "# Pooling: coverage of 95 % intervals\n\n"
        f"By `python benchmarks/scripts/pooling_coverage.py {runs} {seed}`: {runs} simulations a cell of the "
        f"first two tables, {fewer} of the third; studies of 100 to 800 people.\n\n"
        f"## Normal studies\n\n{shown(normal)}\n\n"
        "## Block measures, three blocks, the second one followed\n\n"
        f"Spread of the coefficients between studies as a share of (.05, .12, .10).\n\n{shown(blocks)}\n\n"
        f"## Correlations of four-item scales, with and without correction\n\n{shown(noise)}\n",
        encoding="utf-8",
    )
    print(OUT.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
