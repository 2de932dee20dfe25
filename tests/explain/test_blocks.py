"""The comparison of blocks: published numbers, direct fits, invariants, and bad input."""

from dataclasses import replace
from itertools import combinations
from math import factorial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given, settings, strategies as st

import loyaltystudy as ls
from loyaltystudy.errors import SurveyError
from loyaltystudy.rsquared._moments import Moments, moments, stack
from loyaltystudy.survey._codebook import make_codebook

BLOCKS = {"A": ["a", "b"], "B": ["c", "group"], "C": ["d"]}


def data(n=160, seed=0):
    rng = np.random.default_rng(seed)
    x = pd.DataFrame(rng.normal(size=(n, 4)), columns=list("abcd"))
    x["d"] += 0.6 * x["a"]
    x["group"] = rng.choice(["north", "south", "west"], size=n)
    x["y"] = x["a"] + 0.5 * x["c"] + (x["group"] == "west") + rng.normal(size=n)
    return x


def figures(found, measure, column="estimate"):
    table = found.table[found.table["measure"] == measure]
    return table.set_index("block")[column]


def fits(x, blocks, outcome="y", controls=()):
    """R² of every subset of blocks by direct fits."""
    wide = pd.get_dummies(x, columns=["group"], drop_first=True, dtype=float)
    found = {}
    for size in range(len(blocks) + 1):
        for subset in combinations(blocks, size):
            names = [*controls, *(c for b in subset for c in blocks[b])]
            columns = [w for c in names for w in wide if w == c or w.startswith(f"{c}_")]
            design = np.column_stack([np.ones(len(wide)), *(wide[c] for c in columns)])
            found[frozenset(subset)] = sm.OLS(wide[outcome], design).fit().rsquared
    return found


def test_domirs_published_values():
    """README of domir: mtcars, mpg on am, vs, cyl."""
    cars = pd.read_csv(Path(__file__).parents[1] / "reference" / "relative_mtcars.csv")
    found = ls.compare_blocks(cars, "mpg", {c: [c] for c in ("am", "vs", "cyl")})
    expected = {"am": 0.1774892, "vs": 0.2027032, "cyl": 0.3817849}
    for name, value in expected.items():
        assert figures(found, "dominance")[name] == pytest.approx(value, abs=1e-7)
    assert found.r2 == pytest.approx(0.7619773, abs=1e-7)


def test_measures_equal_direct_fits_of_every_subset():
    x = data()
    found, v = ls.compare_blocks(x, "y", BLOCKS), fits(x, BLOCKS)
    names, k = list(BLOCKS), len(BLOCKS)
    for block in names:
        others = [b for b in names if b != block]
        assert figures(found, "alone")[block] == pytest.approx(v[frozenset([block])], abs=1e-10)
        unique = v[frozenset(names)] - v[frozenset(others)]
        assert figures(found, "unique")[block] == pytest.approx(unique, abs=1e-10)
        shapley = sum(
            factorial(size)
            * factorial(k - size - 1)
            / factorial(k)
            * (v[frozenset([*s, block])] - v[frozenset(s)])
            for size in range(k)
            for s in combinations(others, size)
        )
        assert figures(found, "dominance")[block] == pytest.approx(shapley, abs=1e-10)


def test_adjusted_is_ezekiels_of_statsmodels():
    x = data()
    found = ls.compare_blocks(x, "y", BLOCKS)
    fit = sm.OLS(x["y"], sm.add_constant(x[["a", "b"]])).fit()
    assert figures(found, "alone", "adjusted")["A"] == pytest.approx(fit.rsquared_adj, abs=1e-10)


@given(st.integers(0, 10**6))
@settings(max_examples=15, deadline=None)
def test_shares_sum_and_order_does_not_matter(seed):
    x = data(n=60, seed=seed)
    found = ls.compare_blocks(x, "y", BLOCKS)
    assert figures(found, "dominance").sum() == pytest.approx(found.r2, abs=1e-12)
    assert figures(found, "share").sum() == pytest.approx(1, abs=1e-12)
    assert found.commonality["estimate"].sum() == pytest.approx(found.r2, abs=1e-12)
    turned = ls.compare_blocks(
        x.assign(a=-1000 * x["a"] + 7), "y", {b: BLOCKS[b][::-1] for b in ("C", "A", "B")}
    )
    for measure in ("alone", "unique", "dominance"):
        for column in ("estimate", "adjusted", "low", "high"):
            pd.testing.assert_series_equal(
                figures(found, measure, column),
                figures(turned, measure, column)[list("ABC")],
                rtol=1e-6,
                atol=1e-9,
            )


def test_controls_stay_in_every_model():
    x = data()
    blocks = {"A": ["a"], "C": ["d"]}
    found = ls.compare_blocks(x, "y", blocks, controls=["group"])
    v = fits(x, blocks, controls=["group"])
    base = v[frozenset()]
    assert figures(found, "alone")["A"] == pytest.approx(v[frozenset("A")] - base, abs=1e-10)
    assert figures(found, "dominance").sum() == pytest.approx(found.r2 - base, abs=1e-12)
    assert found.controls == ["group=south", "group=west"]


def test_steps_are_statsmodels_nested_f_tests():
    x = data()
    steps = ls.compare_blocks(x, "y", {"A": ["a", "b"], "C": ["c", "d"]}).steps
    small = sm.OLS(x["y"], sm.add_constant(x[["a", "b"]])).fit()
    large = sm.OLS(x["y"], sm.add_constant(x[["a", "b", "c", "d"]])).fit()
    f, p, df = large.compare_f_test(small)
    assert steps.loc[1, ["f", "p", "df1"]].tolist() == pytest.approx([f, p, df], rel=1e-8)
    assert steps.loc[0, "f"] == pytest.approx(small.fvalue, rel=1e-8)


def test_same_rows_in_every_model_and_the_dropped_are_told():
    x = data()
    x.loc[:4, "d"] = np.nan
    found = ls.compare_blocks(x, "y", BLOCKS)
    assert (found.n, found.n_dropped) == (155, 5)
    assert figures(found, "alone")["A"] == pytest.approx(
        sm.OLS(x["y"][5:], sm.add_constant(x[["a", "b"]][5:])).fit().rsquared, abs=1e-10
    )
    assert "n 155, 5 dropped" in repr(found)


def test_a_dummy_of_one_person_is_harmless():
    x = data()
    x.loc[0, "group"] = "island"
    found = ls.compare_blocks(x, "y", BLOCKS)
    assert np.isfinite(found.table.query("measure == 'dominance'")[["low", "high"]]).all().all()


def weighted_study(n=200, cluster=False):
    rng = np.random.default_rng(2)
    x = pd.DataFrame({"a": rng.normal(size=n), "b": rng.normal(size=n)})
    x["y"] = x["a"] + rng.normal(size=n)
    x["w"] = rng.uniform(0.5, 2, size=n)
    x["school"] = np.arange(n) // 10
    number = {"kind": "numeric", "answers": {"range": [-99, 999]}}
    raw = {
        "study": "s",
        "title": "S",
        "population": "customers",
        "variables": dict.fromkeys(x, number),
        "blocks": {"A": ["a"], "B": ["b"]},
        "design": {"weight": "w", **({"cluster": "school"} if cluster else {})},
    }
    return x, ls.read_study(x, make_codebook(raw))


def test_weights_of_the_study_are_used():
    x, study = weighted_study()
    found = ls.compare_blocks(study, "y")
    fit = sm.WLS(x["y"], sm.add_constant(x[["a"]]), weights=x["w"]).fit()
    assert figures(found, "alone")["A"] == pytest.approx(fit.rsquared, abs=1e-10)


def test_clusters_are_left_out_whole():
    x, study = weighted_study(cluster=True)
    clustered = ls.compare_blocks(study, "y")
    alone = ls.compare_blocks(weighted_study()[1], "y")
    assert figures(clustered, "alone")["A"] == pytest.approx(figures(alone, "alone")["A"])
    without = [
        sm.WLS(t["y"], sm.add_constant(t[["a"]]), weights=t["w"]).fit().rsquared
        for t in (x[x["school"] != s] for s in range(20))
    ]
    se = np.sqrt(19 / 20 * ((np.array(without) - np.mean(without)) ** 2).sum())
    gap = clustered.differences.query("measure == 'alone'").iloc[0]
    low, high = figures(clustered, "alone", "low")["A"], figures(clustered, "alone", "high")["A"]
    assert 0 < high - low < 6 * se and high - low > 2 * se
    assert gap["low"] < gap["estimate"] < gap["high"]


def test_moments_give_the_same_as_rows():
    x = data()[["a", "b", "c", "d", "y"]]
    blocks = {"A": ["a", "b"], "C": ["d"]}
    rows, shared = ls.compare_blocks(x, "y", blocks), ls.compare_blocks(moments(x), "y", blocks)
    np.testing.assert_allclose(shared.values, rows.values, atol=1e-12)
    assert figures(shared, "alone_cv").isna().all()
    with pytest.raises(SurveyError, match="rows or groups are needed to draw from"):
        ls.compare_blocks(moments(x), "y", blocks, resamples=10)


def test_complete_dominance_and_how_often_it_recurs():
    x = data(n=400)
    found = ls.compare_blocks(x, "y", BLOCKS, resamples=200, seed=1)
    row = found.complete.set_index(["first", "second"]).loc[("A", "C")]
    assert row["dominates"] == "A" and row["share"] == 1 and row["reproduced"] > 0.9
    again = ls.compare_blocks(x, "y", BLOCKS, resamples=200, seed=1)
    pd.testing.assert_frame_equal(found.complete, again.complete)
    conditional = found.conditional
    by_hand = conditional[conditional["block"] == "A"]["added"].mean()
    assert figures(found, "dominance")["A"] == pytest.approx(by_hand, abs=1e-12)


def test_repr_shows_the_adjusted_point():
    found = ls.compare_blocks(data(), "y", BLOCKS)
    assert f"{figures(found, 'alone', 'adjusted')['A']:.3f}" in repr(found)
    assert repr(found).startswith("y: R² ")
    page, wide = found._repr_html_(), found.wide().set_index("block")
    assert "<table" in page and found.header() in page
    for block, row in wide.iterrows():
        share = 100 * max(row["dominance"], 0) / wide["dominance"].max()
        assert f"{share:.0f}%,transparent" in page and f">{row['dominance']:.3f}</div>" in page
        assert f"<td>{block}</td>" in page
        assert row["alone 95%"].replace(", ", ",&nbsp;") in page


BAD = {
    "outcome in a block": ({"A": ["a", "y"]}, {}, "the outcome 'y' is inside block 'A'"),
    "two blocks": ({"A": ["a"], "B": ["a"]}, {}, "'a' is in 'A' and in 'B'; keep one"),
    "control in a block": ({"A": ["a"]}, {"controls": ["a"]}, "'a' is in 'controls' and in 'A'"),
    "outcome as control": ({"A": ["a"]}, {"controls": ["y"]}, "'y' is among the controls"),
    "empty block": ({"A": []}, {}, "block 'A' is empty"),
    "no blocks": (None, {}, "blocks: give a dict of block names"),
    "unknown column": ({"A": ["zz"]}, {}, r"Not in the data: \['zz'\]"),
    "missing rule": ({"A": ["a"]}, {"missing": "drop"}, "missing='drop' is not known"),
    "confidence": ({"A": ["a"]}, {"confidence": 95}, "a level between 0 and 1 is needed"),
    "resamples": ({"A": ["a"]}, {"resamples": -1}, "a whole number from 0 is needed"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_arguments(case):
    blocks, options, said = BAD[case]
    with pytest.raises(SurveyError, match=said):
        ls.compare_blocks(data(), "y", blocks, **options)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda x: x.assign(a=3.0), r"Constant columns explain nothing: \['a'\]"),
        (lambda x: x.assign(y=3.0), "The outcome is constant"),
        (lambda x: x.assign(y="text"), "The outcome 'y' is not numeric"),
        (lambda x: x.assign(b=2 * x["a"] + 1), r"'b' is a linear combination of \['a'\]"),
        (lambda x: x.assign(group="north"), "Column 'group' has one category only"),
        (lambda x: x[:7], "7 complete rows of 7 for 5 predictor columns; at least 8"),
        (lambda x: x.assign(d=np.nan), "0 complete rows of 160"),
        (lambda x: 5, "a Study, DataFrame or Moments is needed, not int"),
    ],
)
def test_bad_data(change, said):
    with pytest.raises(SurveyError, match=said):
        ls.compare_blocks(change(data()), "y", BLOCKS)


def test_bad_names_in_a_study():
    study = ls.load_study("mobile-reputation", source="shipped")
    with pytest.raises(SurveyError, match=r"Blocks not in the codebook .*\['truts'\]"):
        ls.compare_blocks(study, "loyalty", ["truts"])
    with pytest.raises(SurveyError, match="does not measure 'gender'"):
        ls.compare_blocks(study, "gender")
    with pytest.raises(SurveyError, match="Neither scales nor variables"):
        ls.compare_blocks(study, "loyalty", {"A": ["nothing"]})
    fewer = replace(study, answers=study.answers.drop(columns="occupation"))
    with pytest.raises(SurveyError, match=r"has no answers to \['occupation'\]"):
        ls.compare_blocks(fewer, "loyalty", {"A": ["occupation"]})
    x = pd.DataFrame(np.random.default_rng(0).normal(size=(50, 21))).add_prefix("x")
    many = {column: [column] for column in x}
    x["y"] = x["x0"]
    with pytest.raises(SurveyError, match="21 blocks; at most 20"):
        ls.compare_blocks(x, "y", many)


def test_shared_moments_stand_in_for_answers():
    study = ls.load_study("gss-2018-work", source="shipped")
    found = ls.compare_blocks(study, "loyalty", ["demographics", "trust"])
    assert found.blocks["demographics"][:2] == ["age", "gender=2"]
    assert isinstance(found.n, int) and found.n < 2348
    assert "from moments in place of rows" in found.notes
    assert any("by theory" in note for note in found.notes)  # not a registered comparison
    low, high = figures(found, "dominance", "low"), figures(found, "dominance", "high")
    assert (low < high).all()


def test_groups_of_moments_are_moments():
    x = data()[["a", "d", "y"]]
    parts = [moments(x[i::8]) for i in range(8)]
    grouped = stack(parts)
    assert isinstance(grouped, Moments)
    found = ls.compare_blocks(grouped, "y", {"A": ["a"], "D": ["d"]})
    direct = ls.compare_blocks(x, "y", {"A": ["a"], "D": ["d"]})
    np.testing.assert_allclose(found.values, direct.values, atol=1e-12)
    assert figures(found, "alone", "high").notna().all()


def test_long_codes_keep_their_dummies_apart():
    x = data()
    codes = x["group"].map({"north": 1000001, "south": 1000002, "west": 1000003})
    found = ls.compare_blocks(x.assign(group=codes.astype("category")), "y", BLOCKS)
    assert found.blocks["B"] == ["c", "group=1000002", "group=1000003"]
    assert figures(found, "dominance").to_numpy() == pytest.approx(
        figures(ls.compare_blocks(x, "y", BLOCKS), "dominance").to_numpy()
    )


def test_a_published_table_has_intervals_by_theory_and_says_what_they_assume():
    x = data(n=2000)[["a", "d", "y"]]
    blocks = {"A": ["a"], "D": ["d"]}
    table = ls.compare_blocks(Moments.from_correlations(x.corr(), n=len(x)), "y", blocks)
    rows = ls.compare_blocks(x, "y", blocks)
    for end in ("low", "high"):
        found, expected = figures(table, "alone", end), figures(rows, "alone", end)
        np.testing.assert_allclose(found, expected, atol=0.01)
    assert any("multivariate normal" in note for note in table.notes)


def test_a_two_valued_outcome_is_told():
    rows = pd.DataFrame({"x": [1.0, 2, 3, 4, 5, 6], "y": [0.0, 0, 1, 0, 1, 1]})
    assert "linear probability model" in repr(ls.compare_blocks(rows, "y", {"x": ["x"]}))
    rows["y"] = rows["x"] ** 2
    assert "linear probability" not in repr(ls.compare_blocks(rows, "y", {"x": ["x"]}))


def test_twenty_single_predictors():
    """Over 12 blocks by 40 groups of rows: the points of the rows, intervals much as by rows."""
    rng = np.random.default_rng(6)
    x = pd.DataFrame(rng.normal(size=(400, 14)) + 0.5 * rng.normal(size=(400, 1))).add_prefix("x")
    x["y"] = 0.4 * x["x0"] + 0.3 * x["x5"] + rng.normal(size=400)
    many = ls.compare_blocks(x, "y", {c: [c] for c in x if c != "y"})
    assert many.notes == ("intervals from leaving out each of 40 groups of rows",)
    few = {"first": ["x0"], "rest": [f"x{i}" for i in range(1, 14)]}
    rows = ls.compare_blocks(x, "y", few)
    alone, unique = (
        [
            f.table.set_index(["measure", "block"]).loc[(m, b)]
            for f, b in ((many, "x0"), (rows, "first"))
        ]
        for m in ("alone", "unique")
    )
    for grouped, single in (alone, unique):
        assert grouped["estimate"] == pytest.approx(single["estimate"], abs=1e-10)
        assert grouped["adjusted"] == pytest.approx(single["adjusted"], abs=1e-10)
        lengths = [one["high"] - one["low"] for one in (grouped, single)]
        assert lengths[0] == pytest.approx(lengths[1], rel=0.35)
    assert many.table.query("measure == 'dominance'")["estimate"].sum() == pytest.approx(many.r2)
    assert many.r2_cv == pytest.approx(rows.r2_cv, abs=1e-10)
    again = ls.compare_blocks(x, "y", {c: [c] for c in x if c != "y"})
    pd.testing.assert_frame_equal(many.table, again.table)
    with pytest.raises(SurveyError, match="14 blocks; at most 12 without rows or groups, or with"):
        ls.compare_blocks(x, "y", {c: [c] for c in x if c != "y"}, missing="em")


@pytest.mark.parametrize("seed", [3, 4, 7])
def test_a_point_beyond_its_limit_widens_the_interval(seed):
    """Rare categories in a wide block: the limit alone lay below the adjusted point."""
    rng = np.random.default_rng(seed)
    base, columns = rng.normal(size=100), {}
    for k in range(6):
        cut = np.digitize(base + rng.normal(0, 0.4, 100), [-2.0, -1, 0.3, 1.3])
        columns[f"q{k}"] = pd.Categorical(cut)
    columns |= {"x": base + rng.normal(0, 1, 100), "y": base + rng.normal(0, 0.35, 100)}
    blocks = {"wide": [f"q{k}" for k in range(6)], "x": ["x"]}
    found = ls.compare_blocks(pd.DataFrame(columns), "y", blocks).table.dropna(subset=["high"])
    assert (found["adjusted"] == found["high"]).sum() == 1
    assert (found["adjusted"].clip(lower=0) >= found["low"]).all()
    assert (found["adjusted"] <= found["high"]).all()


@pytest.mark.parametrize("outcome", ["a + b", "2 * a - 7", "-a + b * 1e6"])
def test_an_outcome_that_the_predictors_determine_is_said(outcome):
    rng = np.random.default_rng(3)
    rows = pd.DataFrame(rng.normal(size=(200, 3)), columns=["a", "b", "c"])
    blocks = {"x": ["a", "b"], "z": ["c"]}
    found = ls.compare_blocks(rows.assign(y=rows.eval(outcome)), "y", blocks)
    assert "the predictors determine the outcome" in repr(found)
    assert found.shown["high"].max() <= 1
    near = rows.assign(y=rows.eval(outcome) + 0.1 * rows.eval(outcome).std() * rng.normal(size=200))
    assert "determine" not in repr(ls.compare_blocks(near, "y", blocks))
