"""Simulated respondents, some of them careless: shared by the benchmark and the test of screening.

Careful respondents answer by a factor model: correlated scales that differ in popularity, items
with loadings below 1, a quarter of them reversed, and (optionally) personal styles of answering.
Careless ones answer by one of three habits: anything at random, one answer all the way with slips,
or about the middle.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from loyaltystudy.survey._codebook import make_codebook
from loyaltystudy.survey._study import Study, read_study

HABITS = ("random", "straight", "middle")


def codebook(scales: int, items: int, points: int, turned: np.ndarray):
    names = [[f"s{s}_{i}" for i in range(items)] for s in range(scales)]
    flat = [name for scale in names for name in scale]
    return make_codebook(
        {
            "study": "careless",
            "title": "Simulated careless responding",
            "kind": "simulated",
            "population": "simulated",
            "items": {
                name: {"answers": {"range": [1, points]}, "reversed": bool(turn)}
                for name, turn in zip(flat, turned, strict=True)
            },
            "scales": {f"s{s}": {"items": list(scale)} for s, scale in enumerate(names)},
        }
    )


def simulate(
    seed: int,
    *,
    n: int = 500,
    scales: int = 25,
    items: int = 4,
    points: int = 7,
    loading: float = 0.75,
    correlation: float = 0.3,
    popularity: float = 0.5,
    style: float = 0.0,
    careless: float = 0.03,
    missing: float = 0.08,
    slips: float = 0.05,
    reversed_share: float = 0.25,
) -> tuple[Study, pd.Series]:
    """A study, and for each respondent ``careful`` or a habit."""
    rng = np.random.default_rng(seed)
    k = scales * items
    factors = np.sqrt(correlation) * rng.standard_normal((n, 1))
    factors = factors + np.sqrt(1 - correlation) * rng.standard_normal((n, scales))
    latent = loading * np.repeat(factors, items, axis=1)
    latent += np.sqrt(1 - loading**2) * rng.standard_normal((n, k))
    latent += np.repeat(rng.normal(0, popularity, scales), items) + rng.normal(0, 0.2, k)
    latent = latent * np.exp(style * rng.standard_normal((n, 1)))
    answers = np.searchsorted(np.linspace(-1.8, 1.8, points - 1), latent) + 1.0
    turned = rng.random(k) < reversed_share
    answers[:, turned] = points + 1 - answers[:, turned]
    who = rng.choice(n, max(1, round(careless * n)), replace=False)
    kinds = np.full(n, "careful", dtype=object)
    for place, row in enumerate(who):
        kinds[row] = HABITS[place % 3]
        answers[row] = _careless(rng, kinds[row], k, points, slips)
    answers[rng.random((n, k)) < missing] = np.nan
    book = codebook(scales, items, points, turned)
    frame = pd.DataFrame(answers, columns=list(book.items))
    study = read_study(frame, book)
    return study, pd.Series(kinds, index=study.answers.index, name="habit")


def _careless(rng, habit: str, k: int, points: int, slips: float) -> np.ndarray:
    anything = rng.integers(1, points + 1, k).astype(float)
    if habit == "random":
        return anything
    if habit == "straight":
        return np.where(rng.random(k) < slips, anything, rng.integers(1, points + 1))
    return np.clip(np.round(rng.normal((points + 1) / 2, 0.8, k)), 1, points)
