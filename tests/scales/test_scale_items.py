"""The same figures from rows and from moments of groups of rows."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from loyaltystudy.scales._alpha_intervals import alpha_of
from loyaltystudy.scales._scale_items import ItemGroups, scale_items
from loyaltystudy.survey import make_codebook, read_study


def stores(**design):
    rng = np.random.default_rng(5)
    n = 600
    store, factor = rng.integers(1, 31, n), rng.normal(size=n)
    answers = pd.DataFrame(
        {f"q{i}": np.clip(np.rint(4 + factor + rng.normal(size=n)), 1, 7) for i in range(4)}
    )
    answers["store"], answers["w"] = store.astype(float), rng.uniform(0.5, 2, n)
    answers.loc[:4, "w"] = [0.0, np.nan, 1.0, 1.0, 1.0]
    answers.loc[2, "q1"] = np.nan
    items = [f"q{i}" for i in range(4)]
    book = {
        "study": "s",
        "title": "S",
        "population": "customers",
        "items": {c: {"answers": {"range": [1, 7]}, "reversed": c == "q3"} for c in items},
        "scales": {"s": {"items": items}},
        "variables": {
            "store": {"kind": "nominal", "answers": {"range": [1, 30]}},
            "w": {"kind": "numeric", "answers": {"range": [0, 9], "whole": False}},
        },
        "design": design,
    }
    return read_study(answers, make_codebook(book))


@pytest.mark.parametrize("design", [{"cluster": "store"}, {"cluster": "store", "weight": "w"}])
def test_clusters_as_groups_give_what_rows_give(design):
    study = stores(**design)
    (rows,) = scale_items(study, [study.codebook.scales["s"]])
    groups = ItemGroups(study.item_moments(["s"])["s"], "weight" in design)
    assert rows.n == groups.n == 600 - (3 if "weight" in design else 1)
    np.testing.assert_allclose(groups.covariance, rows.covariance, rtol=1e-10)
    np.testing.assert_allclose(groups.mean, rows.mean, rtol=1e-12)
    statistic = alpha_of(rows.covariance)
    np.testing.assert_allclose(groups.error(statistic)[0], rows.error(statistic)[0], atol=1e-12)
    assert rows.design.description() == groups.design.description()
    assert rows.design.freedom == groups.design.freedom == 29


def test_strata_as_groups_keep_to_their_strata():
    study = stores(strata="store")
    groups = ItemGroups(study.item_moments(["s"])["s"], False)
    (rows,) = scale_items(study, [study.codebook.scales["s"]])
    assert groups.design.description() == rows.design.description() == "30 strata"
    np.testing.assert_allclose(groups.covariance, rows.covariance, rtol=1e-10)
    statistic = alpha_of(rows.covariance)
    size = [np.sum(items.error(statistic)[0] ** 2) for items in (rows, groups)]
    assert size[0] == pytest.approx(size[1], rel=0.35)
