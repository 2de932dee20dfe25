"""Moments of items by group, beside the rows that they stand for."""

import numpy as np
import pandas as pd

from loyaltystudy.survey import make_codebook, read_study
from loyaltystudy.survey._item_sums import ItemSums


def study(**design):
    rng = np.random.default_rng(5)
    items = {c: rng.integers(1, 8, 300).astype(float) for c in ("t1", "t2", "t3")}
    design_columns = {"w": rng.choice([0.0, 1.0, 2.5], 300), "shop": np.arange(300) % 30}
    answers = pd.DataFrame({**items, **design_columns})
    answers.loc[:9, "t1"] = np.nan
    number = {"kind": "numeric", "answers": {"range": [0, 999], "whole": False}}
    book = {
        "study": "s",
        "title": "S",
        "population": "customers",
        "items": {c: {"answers": {"range": [1, 7]}, "reversed": c == "t2"} for c in items},
        "scales": {"t": {"items": [*items]}},
        "variables": {"w": number, "shop": number},
        "design": design,
    }
    return read_study(answers, make_codebook(book))


def sums(study):
    work = ItemSums.of(study.codebook, ["t"])
    return work, work.finished(work(study), study.n)["t"]


def test_groups_add_up_to_the_complete_rows_with_reversed_items_turned():
    own = study()
    _, found = sums(own)
    rows = own.keyed(["t1", "t2", "t3"]).dropna()
    total = found.moments.total()
    assert total.n == len(rows) == 290
    assert np.allclose(total.mean, rows.mean())
    assert np.allclose(total.cross, rows.cov(ddof=0) * 290)


def test_weights_of_zero_stand_for_nobody():
    own = study(weight="w")
    work, found = sums(own)
    assert work.columns == ["w"]
    rows = own.keyed(["t1", "t2", "t3"]).dropna().join(own.answers["w"])
    rows = rows[rows["w"] > 0]
    total = found.moments.total()
    assert total.n == len(rows)
    assert np.allclose(total.mean, np.average(rows[["t1", "t2", "t3"]], axis=0, weights=rows["w"]))
