"""Small studies for the tests of scales."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from loyaltystudy.survey import Study, make_codebook, read_study


def make_study(
    answers: pd.DataFrame,
    scales: dict,
    low: float = 1,
    high: float = 7,
    reverse=(),
    whole=True,
    **design,
) -> Study:
    """A study of these answers; columns of a design and `language` are variables."""
    variables = [c for c in answers if c in (*design.values(), "w", "store", "language")]
    items = [c for c in answers if c not in variables]
    book = {
        "study": "s",
        "title": "S",
        "population": "customers",
        "items": {
            name: {"answers": {"range": [low, high], "whole": whole}, "reversed": name in reverse}
            for name in [*items, *(i for own in scales.values() for i in own if i not in items)]
        },
        "scales": {name: {"items": list(members)} for name, members in scales.items()},
        "variables": {
            name: {"kind": "numeric", "answers": {"range": [0, 1e6], "whole": False}}
            for name in variables
        },
        "design": design,
    }
    return read_study(answers, make_codebook(book))


@pytest.fixture
def study_of():
    """Makes a study from a frame and its scales: see `make_study`."""
    return make_study


@pytest.fixture(scope="module")
def answers() -> pd.DataFrame:
    """Five answers; 30 stores that differ; whole weights that follow the answers; two languages."""
    rng = np.random.default_rng(2)
    n, items = 500, [f"{scale}{i}" for scale in "ab" for i in (1, 2, 3)]
    store = rng.integers(30, size=n)
    factors = 0.5 * rng.normal(size=(30, 2))[store] + rng.multivariate_normal(
        [0, 0], [[0.8, 0.4], [0.4, 0.8]], n
    )
    latent = 0.8 * np.repeat(factors, 3, axis=1) + 0.6 * rng.normal(size=(n, 6))
    table = pd.DataFrame(np.digitize(latent, [-1.2, -0.4, 0.3, 1]) + 1.0, columns=items)
    table["w"] = np.where(table["a1"] > 3, 3.0, 1.0)
    table["store"] = store.astype(float)
    table["language"] = rng.integers(1, 3, n).astype(float)
    return table
