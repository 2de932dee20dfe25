"""Estimates of subsets with their error, and the intervals of whatever is linear in them."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import t as student

import loyaltystudy as ls
from loyaltystudy.explain._frame import model_frame
from loyaltystudy.explain._tables import ezekiel
from loyaltystudy.rsquared._estimates import Estimates
from loyaltystudy.rsquared._intervals import explained_interval, jackknife, leave_one_out
from loyaltystudy.rsquared._measures import MEASURES, alone_r2, commonality_r2, conditional_r2
from loyaltystudy.survey._codebook import make_codebook

REFERENCE = Path(__file__).parents[1] / "reference"
BLOCKS = {"A": ["a", "b"], "B": ["c"], "C": ["d", "e"]}


def data(n=120, seed=4):
    rng = np.random.default_rng(seed)
    x = pd.DataFrame(rng.normal(size=(n, 5)), columns=list("abcde"))
    x["c"] += 0.7 * x["a"]
    x["d"] -= 0.4 * x["c"]
    return x.assign(y=x["a"] + 0.6 * x["c"] + 0.8 * x["d"] + 2 * rng.normal(size=n))


def left_out(x):
    """R² of every subset, and without each row, by the same QR as compare_blocks."""
    columns, at = x[list("abcde")].to_numpy(), [[0, 1], [2], [3, 4]]
    return leave_one_out(columns, x["y"].to_numpy(), np.ones(len(x)), at, [], [*x])


@pytest.fixture(scope="module")
def found():
    return ls.compare_blocks(data(), "y", BLOCKS)


def test_standard_errors_are_the_jackknifes_of_each_measure():
    values, without = left_out(data())
    estimates = Estimates.from_units(values, without)
    assert estimates.root.shape == (8, 8)  # nobody's own value is kept
    assert estimates.freedom == len(without) - 1
    for of in (*MEASURES.values(), commonality_r2):
        se, bias = jackknife(of(values), of(without))
        np.testing.assert_allclose(estimates.se(of), se, rtol=1e-10)
        np.testing.assert_allclose(of(estimates.bias), bias, atol=1e-12)


def test_a_part_of_one_block_is_its_unique_r2_with_the_same_interval(found):
    parts = found.commonality.set_index("blocks")
    unique = found.table.query("measure == 'unique'").set_index("block")
    columns = ["estimate", "adjusted", "low", "high"]
    np.testing.assert_allclose(parts.loc[[*BLOCKS], columns], unique[columns], atol=1e-14)
    assert parts["adjusted"].sum() == pytest.approx(found.r2_adjusted)


def test_limits_of_a_common_part_by_hand(found):
    """What A and B share alone: R²(A, C) + R²(B, C) - R²(C) - R²(A, B, C)."""
    values, without = left_out(data())
    frame = model_frame(data(), "y", BLOCKS)
    adjusted = ezekiel(values, frame.ranks, 120.0)
    part = [r2[..., 5] + r2[..., 6] - r2[..., 4] - r2[..., 7] for r2 in (values, without, adjusted)]
    row = found.commonality.set_index("blocks").loc["A & B"]
    assert row["estimate"] == pytest.approx(part[0], abs=1e-12)
    assert row["adjusted"] == pytest.approx(part[2], abs=1e-12)
    half = student.ppf(0.975, 119) * jackknife(part[0], part[1])[0]
    assert part[2] > 0
    assert row["low"] == pytest.approx(part[2] - half)
    # the upper one solves (θ - a)² = half² (1 + (θ - a) / 2 max(a, 2 SE))
    away = row["high"] - part[2]
    at_least = max(part[2], 2 * half / student.ppf(0.975, 119))
    assert away**2 == pytest.approx(half**2 * (1 + away / (2 * at_least)))
    assert away > half


def test_limits_of_a_negative_part_lean_the_other_way(found):
    parts = found.commonality.query("count > 1")
    below, above = parts["adjusted"] - parts["low"], parts["high"] - parts["adjusted"]
    negative = parts["adjusted"] < 0
    assert negative.any() and (~negative).any()
    assert (below > above)[negative].all() and (below < above)[~negative].all()


def test_conditional_dominance_runs_from_alone_to_unique(found):
    table = found.table.set_index(["measure", "block"])
    columns = ["adjusted", "low", "high"]
    for others, measure in ((0, "alone"), (2, "unique")):
        rows = found.conditional
        rows = rows[rows["others"] == others].set_index("block")
        expected = table.loc[measure]
        np.testing.assert_allclose(rows[columns], expected[columns], atol=1e-14)
        np.testing.assert_allclose(rows["added"], expected["estimate"], atol=1e-14)
    inside = found.conditional.query("others == 1")
    assert (inside["low"] <= inside["added"]).all() and (inside["low"] >= 0).all()


def test_without_errors_every_limit_is_missing():
    estimates = Estimates.alone(np.array([0.0, 0.1, 0.2, 0.3]))
    assert np.isnan(estimates.interval(alone_r2, [1, 1])).all()


def test_clusters_and_strata_are_adjusted_by_the_jackknife():
    x = data(160).assign(school=np.arange(160) // 8, region=np.arange(160) // 40)
    number = {"kind": "numeric", "answers": {"range": [-100, 1000]}}
    for design in ({"cluster": "school"}, {"cluster": "school", "strata": "region"}):
        raw = {
            "study": "s",
            "title": "S",
            "population": "customers",
            "variables": dict.fromkeys(x, number),
            "blocks": BLOCKS,
            "design": design,
        }
        found = ls.compare_blocks(ls.read_study(x, make_codebook(raw)), "y")
        np.testing.assert_allclose(found.adjusted, found.found.r2 - found.found.bias, atol=1e-14)
        assert found.found.freedom == (16 if "strata" in design else 19)
    plain = ls.compare_blocks(x, "y", BLOCKS)
    assert plain.r2_adjusted == pytest.approx(1 - (1 - plain.r2) * 159 / (160 - 5 - 1))


def test_categorical_parts_have_intervals_too():
    x = data(300).assign(y=lambda t: (t["y"] > 0).astype(float))
    found = ls.compare_blocks_categorical(x, "y", BLOCKS)
    parts = found.commonality
    assert parts[["low", "high"]].notna().all().all()
    assert parts["estimate"].sum() == pytest.approx(found.r2)


def test_errors_are_those_of_boot_in_r():
    """Influence values of R's boot, every subset of blocks refitted by lm without each row."""
    cars = pd.read_csv(REFERENCE / "relative_mtcars.csv").astype(float)
    names = [["cyl", "disp", "hp"], ["wt", "qsec"], ["am", "gear", "carb"]]
    columns = [name for block in names for name in block]
    x, y = cars[columns].to_numpy(), cars["mpg"].to_numpy()
    values = leave_one_out(
        x, y, np.ones(len(cars)), [[0, 1, 2], [3, 4], [5, 6, 7]], [], [*columns, "mpg"]
    )
    found = Estimates.from_units(*values)
    from_r = pd.read_csv(REFERENCE / "estimates.csv")
    kinds = {
        **MEASURES,
        "conditional": lambda r2: conditional_r2(r2)[..., 1],
        "common": commonality_r2,
    }
    for what, of in kinds.items():
        expected = from_r[from_r["what"] == what]
        np.testing.assert_allclose(of(found.r2), expected["estimate"], atol=1e-11)
        np.testing.assert_allclose(found.se(of), expected["se"], rtol=1e-8)
        np.testing.assert_allclose(of(found.bias), expected["bias"], atol=1e-10)


def test_limits_are_those_of_pchisq_in_r():
    cases = pd.read_csv(REFERENCE / "estimates_limits.csv")
    given = [cases[name].to_numpy(float) for name in ("theta", "se", "bias", "q")]
    found = explained_interval(*given)
    np.testing.assert_allclose(np.transpose(found), cases[["low", "high"]], atol=1e-7)
