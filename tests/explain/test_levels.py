"""Within and between clusters: the file of 30 brands, lm in R, and what is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import loyaltystudy as ls
from loyaltystudy import SurveyError
from loyaltystudy.rsquared import group_moments
from loyaltystudy.survey._codebook import make_codebook

HERE = Path(__file__).parents[1] / "reference"
BLOCKS = {"english": ["ell"], "other": ["meals", "mobility"]}


def brands(count=30, size=40, seed=1):
    """Trust says nothing of loyalty within any brand; the brands' means go with one another."""
    rng = np.random.default_rng(seed)
    at = np.repeat(np.arange(count), size)
    u = rng.normal(size=count)[at]
    w, t1, t2 = rng.normal(size=(3, count * size))
    trust = np.c_[u + w + 0.4 * t1, u + w + 0.4 * t2]
    answers = np.clip(np.rint(4 + np.c_[trust, u + rng.normal(size=count * size)]), 1, 7)
    table = pd.DataFrame(answers, columns=["t1", "t2", "l1"]).assign(brand=at)
    seven = {"answers": {"range": [1, 7]}}
    codes = {"kind": "nominal", "answers": {"codes": {i: f"b{i}" for i in range(count)}}}
    book = {"study": "w", "title": "w", "kind": "simulated", "population": "customers"}
    book |= {"items": dict.fromkeys(["t1", "t2", "l1"], seven), "variables": {"brand": codes}}
    book["scales"] = {
        "trust": {"construct": "trust", "items": ["t1", "t2"]},
        "loyalty": {"construct": "loyalty", "items": ["l1"]},
    }
    book |= {"blocks": {"trust": ["trust"]}, "design": {"cluster": "brand"}}
    return ls.read_study(table, make_codebook(book))


def pick(table, measure="alone"):
    return table[table["measure"] == measure].set_index("block")


def test_trust_that_says_nothing_within_any_brand_reads_zero():
    found = ls.compare_blocks(brands(), "loyalty")
    within = pick(found.levels[found.levels["level"] == "within"]).loc["trust"]
    assert abs(within["adjusted"]) < 0.001 and within["low"] == 0 and within["high"] < 0.01
    pooled = pick(found.table).loc["trust"]
    assert 0.1 < pooled["adjusted"] < 0.3
    assert 0.2 < found.icc.estimate < 0.7 and found.icc.clusters == 30
    assert "Within clusters (loyalty: intraclass correlation" in repr(found)
    one = ls.compare_blocks(brands(), "loyalty", level="within")
    columns = ["estimate", "adjusted", "low", "high"]
    assert pick(one.table).loc["trust", columns].to_list() == within[columns].to_list()
    assert one.header().startswith("loyalty: R² within clusters 0.00")
    means = ls.compare_blocks(brands(), "loyalty", level="between")
    assert pick(means.table).loc["trust", "adjusted"] > 0.8
    assert any("means of 30 clusters as observed" in note for note in means.notes)


def test_levels_of_moments_are_those_of_lm():
    table = pd.read_csv(HERE / "steps_clusters.csv")
    columns = ("ell", "meals", "mobility", "api00")
    at = pd.factorize(table["dnum"])[0]
    clusters = group_moments(table[[*columns]].to_numpy(float), np.ones(len(at)), at, columns)
    said = pd.read_csv(HERE / "levels.csv").set_index("what")["value"]
    found = ls.compare_blocks(clusters, "api00", BLOCKS, level="within")
    alone = pick(found.table)["estimate"]
    assert alone["english"] == pytest.approx(said["within ell"])
    assert alone["other"] == pytest.approx(said["within meals+mobility"])
    assert found.r2 == pytest.approx(said["within all"])


def test_within_has_order_differences_steps_and_unseen_rows():
    study = brands()
    x = study.answers.assign(z=np.random.default_rng(5).normal(size=1200))
    number = {"kind": "numeric", "answers": {"range": [-9, 99], "whole": False}}
    book = {"study": "s", "title": "S", "population": "customers", "design": {"cluster": "brand"}}
    rows = ls.read_study(x, make_codebook(book | {"variables": dict.fromkeys(x, number)}))
    found = ls.compare_blocks(
        rows, "l1", {"A": ["t1", "t2"], "B": ["z"]}, level="within", order=[["B"], ["A"]]
    )
    total = found.ordered[found.ordered["measure"] == "total"]["estimate"]
    assert total.sum() == pytest.approx(found.r2, abs=1e-12)
    assert [*found.steps["df2"]] == [27, 26] and found.r2_cv < 0.01
    assert found.found.freedom == 29
    inside = x.groupby("brand").transform(lambda c: c - c.mean())
    design = inside[["t1", "t2", "z"]].to_numpy()
    e = inside["l1"] - design @ np.linalg.lstsq(design, inside["l1"], rcond=None)[0]
    assert found.r2 == pytest.approx(1 - (e @ e) / (inside["l1"] @ inside["l1"]))


def test_columns_that_do_not_vary_within_clusters_explain_nothing_there():
    table = pd.read_csv(HERE / "steps_clusters.csv")
    rng = np.random.default_rng(3)
    table["size"] = table["dnum"].map({d: rng.normal() for d in table["dnum"].unique()})
    number = {"kind": "numeric", "answers": {"range": [-1e6, 1e6], "whole": False}}
    book = {"study": "s", "title": "S", "population": "customers", "design": {"cluster": "dnum"}}
    study = ls.read_study(table, make_codebook(book | {"variables": dict.fromkeys(table, number)}))
    found = ls.compare_blocks(study, "api00", {"a": ["ell"], "b": ["size"]}, level="within")
    assert pick(found.table).loc["b", ["estimate", "low", "high"]].tolist()[:2] == [0, 0]
    assert "without variance within clusters: size" in found.notes
    with pytest.raises(SurveyError, match="The outcome 'size' does not vary within clusters"):
        ls.compare_blocks(study, "size", {"a": ["ell"], "b": ["meals"]}, level="within")
    with pytest.raises(SurveyError, match=r"3 columns for 15 clusters|15 clusters; at least 20"):
        ls.compare_blocks(study, "api00", BLOCKS, level="between")


def test_what_is_refused():
    x = brands().answers
    with pytest.raises(SurveyError, match="level='within': needs clusters"):
        ls.compare_blocks(x, "l1", {"A": ["t1"]}, level="within")
    with pytest.raises(SurveyError, match="level='inside' is not known"):
        ls.compare_blocks(brands(), "loyalty", level="inside")
    few = brands(25)
    noise = np.random.default_rng(2).normal(size=(1000, 4))
    wide = few.answers.assign(**{f"z{i}": noise[:, i] for i in range(4)})
    number = {"kind": "numeric", "answers": {"range": [-9, 99], "whole": False}}
    book = {"study": "s", "title": "S", "population": "customers", "design": {"cluster": "brand"}}
    study = ls.read_study(wide, make_codebook(book | {"variables": dict.fromkeys(wide, number)}))
    with pytest.raises(SurveyError, match=r"5 columns for 25 clusters; at most 4"):
        ls.compare_blocks(
            study, "l1", {"A": ["t1"], "B": ["z0", "z1", "z2", "z3"]}, level="between"
        )
    nine = ls.compare_blocks(brands(9), "loyalty")
    assert nine.icc is None and nine.levels is None
