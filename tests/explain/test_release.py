"""What may be given away: the theorem, repair, refusal, and intervals that equal those of rows."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from loyaltystudy.errors import SurveyError
from loyaltystudy.explain._release import breaches, category_counts, joined, leverages, repaired


def people(n: int = 300, seed: int = 0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    kind = rng.choice(3, n, p=[0.5, 0.3, 0.2])
    frame = pd.DataFrame({"k=1": kind == 1, "k=2": kind == 2}, dtype=float)
    return frame.assign(a=rng.integers(1, 8, n), b=rng.normal(size=n)).assign(
        y=lambda f: 0.4 * f["a"] + f["b"] + rng.normal(size=n)
    )


@pytest.mark.parametrize("seed", range(5))
def test_no_combination_has_fewer_people_than_the_leverage_says(seed):
    """The theorem, on 2,000 combinations of small whole numbers."""
    rng, rows = np.random.default_rng(seed), people(60, seed).to_numpy(float)
    x = np.column_stack([np.ones(60), np.round(rows[:, :4] * 2)])
    fewest = 1 / leverages(x[:, 1:], np.ones(60)).max()
    for _ in range(2000):
        support = np.count_nonzero(np.abs(x @ rng.integers(-3, 4, 5)) > 1e-9)
        assert support == 0 or support >= fewest - 1e-9


def test_leverage_sums_to_the_rank_and_a_category_of_one_has_all_of_it():
    rows = people(100).assign(one=np.eye(100)[0])
    h = leverages(rows.to_numpy(float), np.ones(100))
    assert h[0] == pytest.approx(1) and h.sum() == pytest.approx(rows.shape[1] + 1)
    weights = np.random.default_rng(1).uniform(0.5, 2, 100)
    assert leverages(people(100).to_numpy(float), weights).sum() == pytest.approx(6)


def test_thin_categories_join_the_largest_and_two_left_go():
    rows = people()
    rows.loc[:4, ["k=1", "k=2"]] = 0.0
    rows["k=9"] = 0.0
    rows.loc[:4, "k=9"] = 1.0
    assert category_counts(rows, ["k=1", "k=2", "k=9"])["k=9"] == 5
    assert breaches(rows, np.ones(300))[0] == "k: fewer than 10 people in a category."
    fixed, done = repaired(rows, np.ones(300), "y")
    assert done == ["k=9 joined to the reference of k"] and "k=9" not in fixed
    assert not breaches(fixed, np.ones(300))
    only = rows[["k=9", "y"]]
    assert joined(only, "k")[1] == "k left out"


def test_an_extreme_value_is_coded_to_the_fifth_from_its_end():
    rows = people(60)
    rows.loc[0, "b"] = 1e4
    fifth = np.sort(rows["b"])[-5]
    fixed, done = repaired(rows, np.ones(60), "y")
    assert done[0] == f"b coded to at most {fifth:.6g}"
    assert fixed["b"].max() == fifth and (fixed["b"] == fifth).sum() == 5


def test_too_few_people_are_refused():
    with pytest.raises(SurveyError, match="12 complete rows for 3 columns; 20 are needed"):
        repaired(people(12), np.ones(12), "y")
