"""The audit: R's numbers, constructed truth, hand arithmetic, and what its rows say."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings, strategies as st

import loyaltystudy as ls
from loyaltystudy.errors import SurveyError
from loyaltystudy.explain._audit.baseline import ALL, Audited
from loyaltystudy.explain._audit.demographics import (
    flexible,
    independent,
    restricted_cubic_spline,
    ridge_r2,
)
from loyaltystudy.explain._audit.method import (
    _turning_interval,
    is_opinion,
    most_method,
    shared_method,
    smallest_shared,
    turning_point,
    without_method,
)
from loyaltystudy.explain._audit.run import audit_blocks
from loyaltystudy.explain._audit.unreliability import reliability_corrected
from loyaltystudy.explain._crossvalidation import Unseen, cross_validated_r2
from loyaltystudy.explain._frame import model_frame
from loyaltystudy.explain._shared_moments import moments_table
from loyaltystudy.rsquared import error_free
from loyaltystudy.rsquared._measures import MEASURES, dominance_r2
from loyaltystudy.rsquared._moments import Moments, group_moments, moments, stack, subset_r2
from loyaltystudy.survey._codebook import make_codebook
from loyaltystudy.survey._study import Study

R = pd.read_csv(Path(__file__).parents[1] / "reference" / "audit.csv")
BLOCKS = ["trust", "emotional_bonds", "moral_bonds"]


def from_r(topic: str) -> pd.Series:
    return R[R["topic"] == topic].set_index("what")["value"]


@pytest.fixture(scope="module")
def reputation() -> Study:
    return ls.load_study("mobile-reputation", source="shipped")


@pytest.fixture(scope="module")
def audit(reputation):
    return audit_blocks(reputation, "loyalty", BLOCKS)


def audited(data, outcome="y", blocks=None, controls=(), **options) -> Audited:
    comparison = ls.compare_blocks(data, outcome, blocks, controls=controls)
    frame = model_frame(data, outcome, blocks, controls)
    study = data if isinstance(data, Study) else None
    return Audited(comparison, frame, study, **({"confidence": 0.95, "seed": 0} | options))


def simulated(n=400, seed=0, loading=0.8, slopes=(0.5, 0.2), extra=None, **book) -> Study:
    """Scales a and b (correlating at .4) and y, three items each, unit variances."""
    rng, s = np.random.default_rng(seed), np.array(slopes)
    phi = np.array([[1, 0.4], [0.4, 1]])
    f = rng.normal(size=(n, 2)) @ np.linalg.cholesky(phi).T
    y = f @ s + rng.normal(size=n) * np.sqrt(1 - s @ phi @ s)
    noise = np.sqrt(1 - loading**2)
    columns = {
        f"{name}{i}": loading * t + noise * rng.normal(size=n)
        for name, t in zip("aby", (*f.T, y), strict=True)
        for i in range(3)
    }
    if extra:
        columns |= extra(rng, f, y)
    raw = {
        "study": "made",
        "title": "Made",
        "population": "simulated",
        "kind": "simulated",
        "items": {
            f"{x}{i}": {"answers": {"range": [-99, 99], "whole": False}}
            for x in "aby"
            for i in range(3)
        },
        "scales": {x: {"items": [f"{x}{i}" for i in range(3)]} for x in "aby"},
        "blocks": {"A": ["a"], "B": ["b"]},
    } | book
    return Study(make_codebook(raw), pd.DataFrame(columns))


def rows(audit, check, measure=None) -> pd.DataFrame:
    table = audit.table[audit.table["check"] == check]
    table = table if measure is None else table[table["measure"] == measure]
    return table.set_index("block")


# overlap ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("topic", "measure"),
    [
        ("htmt", "htmt"),
        ("htmt_mean_replaced", "htmt_mean_replaced"),
        ("latent", "latent_correlation"),
    ],
)
def test_overlaps_are_semtools_and_lavaans(audit, topic, measure):
    ours, theirs = rows(audit, "overlap", measure)["estimate"], from_r(topic)
    ours.index = [", ".join(sorted(name.split(", "))) for name in ours.index]
    assert len(ours) >= 3
    assert ours.to_numpy() == pytest.approx(theirs[ours.index].to_numpy(), abs=2e-5)


def test_liking_and_trust_are_flagged_and_liking_with_loyalty_is_told_but_not_flagged(audit):
    latent = rows(audit, "overlap", "latent_correlation")
    assert latent.loc["trust, affective_commitment", "estimate"] == pytest.approx(0.853, abs=5e-4)
    assert latent.loc["trust, affective_commitment", "note"].startswith(
        "Flagged: at 0.85 or over trust can hardly be distinguished from affective_commitment."
    )
    published = rows(audit, "overlap", "htmt_mean_replaced").loc["affective_commitment, loyalty"]
    assert published["estimate"] == pytest.approx(0.737, abs=5e-4)  # Hair et al.'s procedure
    lines = rows(audit, "overlap", "htmt").loc["affective_commitment, loyalty"]
    assert lines["estimate"] == pytest.approx(0.733, abs=5e-4)  # complete answers
    assert lines["low"] < lines["estimate"] < lines["high"] < 0.85
    assert lines["note"] == "Below 0.85: not flagged."
    assert set(audit.flags["block"]) == {"trust, affective_commitment"}
    assert list(audit.flags["measure"]) == ["htmt", "latent_correlation"]


def test_single_question_is_corrected_for_the_other_scale_alone(reputation):
    found = audit_blocks(reputation, "loyalty", ["relationship", "moral_bonds"])
    one = rows(found, "overlap", "latent_correlation").loc["satisfaction, loyalty"]
    both = reputation.keyed(["cusa", "cusl_1", "cusl_2", "cusl_3"]).dropna()
    r = both["cusa"].corr(both.drop(columns="cusa").mean(axis=1))
    omega = ls.reliability(reputation).set_index("scale").loc["loyalty", "omega"]
    assert one["estimate"] == pytest.approx(r / np.sqrt(omega))
    assert "satisfaction: a single question, its own error not corrected" in one["note"]


def test_what_restates_the_outcome_is_taken_out_and_the_comparison_made_again():
    study = ls.load_study("mobile-ecsi")
    found = audit_blocks(study, "loyalty")
    flag = found.flags.set_index("measure").loc["htmt"]
    assert flag["block"] == "satisfaction, loyalty" and flag["estimate"] > 0.85
    assert "restates the outcome" in flag["note"]
    again = rows(found, "overlap", "dominance")["estimate"]
    assert list(again.index) == ["trust", "calculative_bonds", "moral_bonds"]
    direct = ls.compare_blocks(study, "loyalty", list(again.index)).table
    direct = direct[direct["measure"] == "dominance"]["adjusted"]
    assert again.to_numpy() == pytest.approx(direct.to_numpy(), abs=1e-12)
    assert "calculative_bonds leads, as relationship is out" in found.notes["overlap"]


def test_an_item_that_restates_the_outcome_goes_alone():
    def restated(rng, f, y):
        return {"a0": y + 0.1 * rng.normal(size=len(y))}

    found = audit_blocks(simulated(600, extra=restated, loading=0.9), "y")
    item = rows(found, "overlap", "item_latent_correlation").loc["a, y"]
    assert item["estimate"] > 0.85 and "a0, the closest item" in item["note"]
    assert "a0 of a" in found.notes["overlap"]
    dominance = rows(found, "overlap", "dominance")["estimate"]
    assert dominance["A"] < rows(found, "as_compared", "dominance").loc["A", "estimate"]


def test_shared_items_are_flagged_not_correlated():
    scales = {
        "a": {"items": ["a0", "a1", "y0"]},
        "b": {"items": ["b0", "b1", "b2"]},
        "y": {"items": ["y0", "y1", "y2"]},
    }
    found = audit_blocks(simulated(scales=scales), "y")
    shared = rows(found, "overlap", "shared_items").loc["a, y"]
    assert shared["note"] == "Flagged: a shares y0 with the outcome."
    assert "a, y" not in rows(found, "overlap", "htmt").index
    assert "Without what restates the outcome (y0 of a)" in found.notes["overlap"]
    assert "a and y share items" in found.notes["reliability"]


# unreliability ------------------------------------------------------------------------------------


def test_correction_is_errors_in_variables_with_lavaans_omega(audit, reputation):
    omega = rows(audit, "reliability", "omega")["estimate"]
    assert omega.to_numpy() == pytest.approx(from_r("omega")[omega.index].to_numpy(), abs=1e-5)
    r2, scales = from_r("eiv"), ["trust", "affective_commitment", "responsibility"]
    same = ls.compare_blocks(reputation, "loyalty", BLOCKS, reliability="omega")
    for subset in range(1, 8):
        said = r2[", ".join(sorted(s for j, s in enumerate(scales) if subset >> j & 1))]
        assert same.found.r2[subset] == pytest.approx(said, abs=2e-5)
    assert audit.comparison.n == int(from_r("n")["scores"])
    table = same.table.set_index(["measure", "block"])
    for measure in MEASURES:
        ours = rows(audit, "reliability", measure)[["estimate", "low", "high"]]
        expected = table.loc[measure].loc[ours.index, ["adjusted", "low", "high"]]
        np.testing.assert_allclose(ours, expected, atol=1e-12)


def test_correction_recovers_the_truth_within_sampling_error():
    """True alone R²: a .58² = .3364, b .4² = .16; omega of loadings .6 is .628."""
    study = simulated(4000, seed=7, loading=0.6)
    found = reliability_corrected(audited(study, "y"))
    table = pd.DataFrame(found).set_index(["measure", "block"])
    for block, true in (("A", 0.58**2), ("B", 0.4**2)):
        got = table.loc[("alone", block)]
        assert got["low"] < true < got["high"]
        assert got["estimate"] == pytest.approx(true, abs=0.04)
        raw = ls.compare_blocks(study, "y").table.set_index(["measure", "block"])
        assert raw.loc[("alone", block), "adjusted"] < 0.55 * true  # .628² of it, by attenuation
    assert table.loc[("omega", "a"), "estimate"] == pytest.approx(0.628, abs=0.03)


def test_an_impossible_corrected_matrix_is_a_warning_and_no_number():
    def twin(rng, f, y):  # b's items are those of a with other noise of the very same kind
        return {f"b{i}": f[:, 0] + 0.9 * rng.normal(size=len(y)) for i in range(3)} | {
            "b0": f[:, 0] + 0.3 * y,
            "b1": f[:, 0] + 0.3 * y - 2 * rng.normal(size=len(y)),
        }

    found = audit_blocks(simulated(300, extra=twin, loading=0.5), "y")
    assert "cannot be distinguished after correction" in found.notes["reliability"]
    assert rows(found, "reliability", "dominance").empty
    assert "reliability" not in found.dominance


def test_two_items_take_alpha_and_single_items_stay_uncorrected():
    found = audit_blocks(ls.load_study("mobile-ecsi"), "loyalty")
    kinds = found.table[found.table["check"] == "reliability"].set_index("block")["measure"]
    assert kinds["monetary_value"] == "alpha" and kinds["satisfaction"] == "omega"
    assert (
        "free of error, to their disadvantage: trust, responsibility"
        in (found.notes["reliability"])
    )


# shared method ------------------------------------------------------------------------------------


def test_partialled_r2_is_that_of_lindell_and_whitneys_correlations(reputation):
    scales = ["trust", "affective_commitment", "responsibility"]
    whole = model_frame(reputation, "loyalty", BLOCKS).whole
    changed = without_method(whole, 0.2, np.ones(4))
    values = subset_r2(changed, "loyalty", [[s] for s in scales])
    for size in (1, 2, 3):
        for x in combinations(range(3), size):
            name = ", ".join(sorted(scales[j] for j in x))
            assert values[sum(1 << j for j in x)] == pytest.approx(from_r("shared")[name])


def hand(r_ay: float, r_by: float, r_ab: float, n: int = 100_000) -> Moments:
    r = pd.DataFrame(
        [[1, r_ab, r_ay], [r_ab, 1, r_by], [r_ay, r_by, 1]], index=list("aby"), columns=list("aby")
    )
    return Moments.from_correlations(r, n=n)


def test_turning_point_by_hand():
    """Scales a and y, a fact b. With two blocks the gap in dominance is v(a) - v(b), which is
    (.5 - c)² / (1 - c)² - .3² / (1 - c); zero where (.5 - c)² = .09 (1 - c), so that
    c² - .91 c + .16 = 0 and c = (.91 - sqrt(.8281 - .64)) / 2."""
    m, shared = hand(0.5, 0.3, 0.2), np.array([1.0, 0.0, 1.0])

    def gap(grid):
        out = []
        for c in grid:
            v = subset_r2(without_method(m, c, shared), "y", [["a"], ["b"]])
            out.append(np.subtract(*dominance_r2(v)))
        return np.array(out)

    c = turning_point(gap, most_method(m, shared))
    assert c == pytest.approx((0.91 - np.sqrt(0.8281 - 0.64)) / 2, abs=1e-8)
    assert np.isnan(turning_point(gap, 0.2))


def test_no_turning_point_between_two_scales_that_shift_alike():
    """(r - c)/(1 - c) keeps the order of two correlations above c."""
    m, shared = hand(0.5, 0.3, 0.2), np.ones(3)
    assert smallest_shared(m, shared) == pytest.approx(0.2)
    c = np.linspace(0, 0.29, 30)
    v = [subset_r2(without_method(m, x, shared), "y", [["a"], ["b"]]) for x in c]
    assert all(np.subtract(*dominance_r2(one)) > 0 for one in v)


def test_most_method_is_where_the_smallest_eigenvalue_is_zero():
    m, shared = hand(0.5, 0.3, 0.2), np.array([1.0, 0.0, 1.0])
    limit = most_method(m, shared)
    r = m.correlation - limit * np.outer(shared, shared)
    assert np.linalg.eigvalsh(r)[0] == pytest.approx(0, abs=1e-12)


FACT = {"construct": "spend", "kind": "numeric", "answers": {"range": [-9, 9], "whole": False}}


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ({"construct": "spend"}, False),
        ({"stands_in_for": {"tenure": "by the year of the first order"}}, False),
        ({"construct": "trust"}, True),
        ({}, True),
        ({"kind": "nominal", "answers": {"codes": {1: "Red", 2: "Blue", 3: "Green"}}}, False),
        ({"kind": "nominal", "answers": {"codes": {0: "I do not like it", 1: "I like it"}}}, True),
    ],
)
def test_an_opinion_held_as_a_variable_shares_method(entry, expected):
    asked = {"kind": "numeric", "answers": {"range": [1, 7]}} | entry
    book = simulated(n=20, extra=lambda *_: {"z": np.ones(20)}, variables={"z": asked}).codebook
    assert is_opinion(book, "z=2" if asked["kind"] == "nominal" else "z") == expected
    assert is_opinion(book, "a")


def test_a_note_says_which_variables_were_taken_for_opinions():
    def rating(rng, f, y):
        return {"z": 0.3 * y + rng.normal(size=len(y))}

    asked = {"kind": "numeric", "answers": {"range": [-9, 9], "whole": False}}
    book = {"variables": {"z": asked}, "blocks": {"A": ["a"], "Z": ["z"]}}
    found = shared_method(audited(simulated(extra=rating, **book), "y"))
    note = next(r["note"] for r in found if r["measure"] == "method_variance")
    assert note.endswith("Taken for opinions, as no construct says what they are: z.")


def test_two_scales_have_turning_points_but_no_marker():
    def fact(rng, f, y):
        return {"z": 0.3 * y + rng.normal(size=len(y))}

    book = {
        "variables": {"z": FACT},
        "blocks": {"A": ["a"], "facts": ["z"]},
    }
    found = shared_method(audited(simulated(extra=fact, **book), "y"))
    assert not any(r["measure"] == "dominance" for r in found)
    by = {(r["measure"], r["block"]): r for r in found}
    assert by["method_variance", ALL]["note"] == (
        "Two opinions only in this comparison: no other correlation can stand in for a marker."
    )
    turn = by["turning_point", "A > facts"]
    assert turn["note"] == f"A shared method variance of {turn['estimate']:.3f} would turn them."


@given(st.integers(0, 10_000), st.floats(0, 0.9), st.floats(0.1, 50))
@settings(max_examples=30, deadline=None)
def test_corrections_keep_their_invariants(seed, share, unit):
    """Dominance sums to R²; units do not matter; no correction changes nothing."""
    rng = np.random.default_rng(seed)
    data = pd.DataFrame(rng.normal(size=(60, 4)) + rng.normal(size=(60, 1)), columns=list("abcy"))
    m, scaled = moments(data), moments(data * [unit, 1, 1 / unit, 1])
    shared, rho = np.array([1.0, 1, 0, 1]), np.array([0.99, 0.98, 1, 0.97])
    blocks = [["a"], ["b", "c"]]
    c = share * most_method(m, shared)
    for change in (lambda x: without_method(x, c, shared), lambda x: error_free(x, rho)):
        one, other = (subset_r2(change(x), "y", blocks) for x in (m, scaled))
        assert one == pytest.approx(other, abs=1e-9)
        assert dominance_r2(one).sum() == pytest.approx(one[-1], abs=1e-12)
    same = subset_r2(m, "y", blocks)
    assert subset_r2(without_method(m, 0, shared), "y", blocks) == pytest.approx(same, abs=1e-12)
    assert subset_r2(error_free(m, np.ones(4)), "y", blocks) == pytest.approx(same)


def test_a_study_says_where_its_leading_pair_turns():
    def fact(rng, f, y):
        return {"z": 0.45 * y + rng.normal(size=len(y)) * np.sqrt(1 - 0.45**2)}

    book = {
        "variables": {"z": FACT},
        "blocks": {"A": ["a"], "facts": ["z"]},
    }
    study = simulated(3000, extra=fact, loading=0.9, **book)
    base = audited(study, "y")
    table = pd.DataFrame(shared_method(base)).set_index(["measure", "block"])
    turn = table.loc[("turning_point", "A > facts")]
    assert 0.05 < turn["low"] < turn["estimate"] < turn["high"] < 0.5
    at = turn["estimate"]
    v = subset_r2(without_method(base.frame.whole, at, np.array([1.0, 0, 1])), "y", [["a"], ["z"]])
    n = base.frame.whole.n
    assert dominance_r2(1 - (1 - v) * (n - 1) / (n - [1, 2, 2, 3]))[0] == pytest.approx(
        dominance_r2(1 - (1 - v) * (n - 1) / (n - [1, 2, 2, 3]))[1], abs=1e-8
    )
    head = table.loc[("turning_point", ALL), "note"]
    assert head.startswith("Leading pair A > facts: a shared method variance of")


def test_a_turning_point_too_near_the_most_possible_has_no_interval():
    """There the samples with one respondent left out have no positive definite matrix left."""
    base = audited(simulated(300), "y")
    shared = np.ones(3)
    limit = most_method(base.frame.whole, shared)
    low, high = _turning_interval(base, limit / 2, shared, ("A", "B"), limit)
    assert low < limit / 2 < high
    nothing = _turning_interval(base, limit * (1 - 1e-9), shared, ("A", "B"), limit)
    assert np.isnan(nothing).all()


# width, demographics, behaviour -------------------------------------------------------------------


def wide_data(n=300, seed=0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    x = pd.DataFrame(rng.normal(size=(n, 13)), columns=[f"x{i}" for i in range(13)])
    x["y"] = 0.4 * x["x0"] + rng.normal(size=n)
    return x


def test_equal_width_takes_off_what_noise_columns_reach():
    data = wide_data()
    blocks = {"narrow": ["x0"], "noise": [f"x{i}" for i in range(1, 13)]}
    found = audit_blocks(data, "y", blocks)
    raw = found.comparison.table.set_index(["measure", "block"])["estimate"]
    alone = rows(found, "equal_width", "alone")["estimate"]
    # a random block of q columns reaches q / (n - 1) in the mean
    assert raw["alone", "noise"] - alone["noise"] == pytest.approx(12 / 299, abs=0.005)
    assert raw["alone", "narrow"] - alone["narrow"] == pytest.approx(1 / 299, abs=0.002)
    note = rows(found, "equal_width", "alone").loc["noise", "note"]
    assert re.fullmatch(r"Permuted, its 12 columns still reach 0\.0\d\d, of 0\.\d\d\d\.", note)


def test_equal_width_is_the_same_for_the_same_seed_alone():
    data, blocks = wide_data(120), {"one": ["x0"], "two": ["x1", "x2"]}
    first, again, other = (audit_blocks(data, "y", blocks, seed=s) for s in (1, 1, 2))
    pd.testing.assert_frame_equal(first.table, again.table)
    assert not first.table["estimate"].equals(other.table["estimate"])


def test_demographics_at_their_best_find_a_curve_and_an_interaction():
    rng = np.random.default_rng(2)
    x = pd.DataFrame(
        {
            "age": rng.uniform(18, 80, 500),
            "sex": rng.choice(["m", "w"], 500),
            "trust": rng.normal(size=500),
        }
    )
    bow = ((x["age"] - 49) / 31) ** 2 - 1 / 3
    x["y"] = (
        bow * np.where(x["sex"] == "m", 2.5, -2.5) + 0.5 * x["trust"] + 0.5 * rng.normal(size=500)
    )
    blocks = {"demographics": ["age", "sex"], "trust": ["trust"]}
    found = audit_blocks(x, "y", blocks)
    alone = rows(found, "best_demographics", "alone_cv")["estimate"]
    linear, spline, crossed = (
        alone[f"demographics ({v})"] for v in ("as given", "flexible", "flexible with interactions")
    )
    assert crossed > spline + 0.1 and crossed > linear + 0.1
    cv = rows(found, "as_compared", "dominance_cv")["estimate"]
    at_best = rows(found, "best_demographics", "dominance_cv")["estimate"]
    assert cv["demographics"] < cv["trust"] < at_best["demographics"]
    assert "at their best, flexible with interactions" in found.notes["best_demographics"]
    assert "(7 columns)" in found.notes["best_demographics"]
    assert "demographics now above trust" in found.notes["best_demographics"]
    assert "demographics leads instead of trust" in found.notes["best_demographics"]


def test_ridge_without_shrinkage_is_plain_and_with_it_is_ridge_by_hand():
    rng = np.random.default_rng(0)
    x, fold = rng.normal(size=(60, 4)), np.arange(60) % 3
    parts = Unseen.of(stack([group_moments(x, np.ones(60), fold, list("abcy"))]))
    models = [[], [0, 1], [0, 1, 2]]
    plain = cross_validated_r2(parts, models, 3)
    assert ridge_r2(parts, models, 3, {0, 1}, 0.0) == pytest.approx(plain, abs=1e-7)
    sse = sst = 0.0
    for f in range(3):
        train, test = x[fold != f], x[fold == f]
        mean = train.mean(axis=0)
        a, b = train - mean, test - mean
        xx = a[:, :2].T @ a[:, :2]
        slope = np.linalg.solve(xx + np.diag([0.5, 0]) * xx, a[:, :2].T @ a[:, 3])
        sse += ((b[:, 3] - b[:, :2] @ slope) ** 2).sum()
        sst += (b[:, 3] ** 2).sum()
    got = ridge_r2(parts, [[0, 1]], 3, {0}, 0.5)
    assert got[0] == pytest.approx(1 - sse / sst, abs=1e-7)


def test_spline_is_hmiscs(reputation):
    x = reputation.answers["csor_1"] + reputation.answers["csor_2"] / 10
    ours = restricted_cubic_spline(x.rename("x"))
    theirs = from_r("spline").to_numpy().reshape(10, 3)
    assert ours.to_numpy()[:10] == pytest.approx(theirs, abs=1e-10)


def test_few_values_become_dummies_and_empty_cells_go():
    table = pd.DataFrame({"size": [1.0, 2, 3, 1, 2, 3], "flag": [0.0, 1, 0, 1, 0, 1]})
    assert list(flexible(table, ["size"])) == ["size=2", "size=3"]
    assert list(flexible(table, ["flag"])) == ["flag"]
    wide = pd.DataFrame(
        {"a": [1.0, 0, 0, 1], "b": [0.0, 1, 1, 0], "c": [0.0] * 4, "d": [1.0, 2, 3, 5]}
    )
    assert list(independent(wide)) == ["a", "d"]


def test_behaviour_where_measured_and_a_plain_word_where_not(audit):
    assert audit.notes["behaviour"] == (
        "No behavioural outcome (spend, churn, tenure, brands_bought) beside what this "
        "comparison uses."
    )

    def acts(rng, f, y):
        return {
            "kronor": np.exp(f[:, 1] + 0.5 * rng.normal(size=len(y))),
            "left": (f[:, 0] + rng.normal(size=len(y)) < 0).astype(float),
        }

    variables = {
        "kronor": {
            "kind": "numeric",
            "construct": "spend",
            "answers": {"range": [0, 1e9], "whole": False},
        },
        "left": {
            "kind": "nominal",
            "construct": "churn",
            "answers": {"codes": {0: "no", 1: "yes"}},
        },
    }
    study = simulated(extra=acts, variables=variables)
    found = audit_blocks(study, "y")
    spend, churn = (
        rows(found, f"behaviour_{c}", "dominance")["estimate"] for c in ("spend", "churn")
    )
    assert spend["B"] > spend["A"] and churn["A"] > churn["B"]
    assert found.notes["behaviour_spend"].startswith("With kronor (spend) as outcome, n 400, R²")
    assert "B now above A" in found.notes["behaviour_spend"]
    direct = ls.compare_blocks(
        study.answers.assign(**ls.score(study)), "left", {"A": "a", "B": "b"}
    )
    direct = direct.table.set_index(["measure", "block"])["adjusted"]["dominance"]
    assert churn.to_numpy() == pytest.approx(direct.to_numpy())


# the whole ----------------------------------------------------------------------------------------


def test_as_compared_is_the_comparison(audit):
    table = audit.comparison.table.set_index(["measure", "block"])
    shown = audit.table[audit.table["check"] == "as_compared"].set_index(["measure", "block"])
    for measure in ("alone", "unique", "dominance"):
        for block in BLOCKS:
            assert (
                shown.loc[(measure, block), "estimate"] == table.loc[(measure, block), "adjusted"]
            )
            assert shown.loc[(measure, block), "high"] == table.loc[(measure, block), "high"]


def test_columns_and_a_note_for_every_check(audit):
    assert list(audit.table.columns) == [
        "check",
        "block",
        "measure",
        "estimate",
        "low",
        "high",
        "note",
    ]
    assert list(audit.notes.index) == [
        "as_compared",
        "equal_width",
        "best_demographics",
        "learner",
        "reliability",
        "shared_method",
        "overlap",
        "behaviour",
    ]
    turned = audit.table[audit.table["measure"] == "pairs_turned"].set_index("check")["estimate"]
    assert turned["reliability"] == 0 and turned["equal_width"] == 0


def test_repr_shows_three_decimals_the_flags_and_the_notes(audit):
    text, page = repr(audit), audit._repr_html_()
    assert text.startswith("Audit of loyalty: R² 0.394")
    assert re.search(r"trust, affective_commitment +latent_correlation +0\.853", text)
    assert "- corrected for unreliability: Corrected for unreliability (omega):" in text
    for shown in (text, page):
        assert "0.853" in shown and not re.search(r"\d\.\d{4}", shown)
    assert page.count("<table") == 2 and "<li>" in page


def test_without_rows_or_items_a_check_says_why(reputation):
    m = moments(wide_data()[["x0", "x1", "y"]])
    found = audit_blocks(m, "y", {"one": ["x0"], "two": ["x1"]})
    given = found.table[found.table["measure"] != "not_given"]["check"].unique()
    assert list(given) == ["as_compared"]
    assert found.notes["equal_width"] == "Needs rows to permute; these are moments."
    assert found.notes["reliability"].startswith("Needs a Study")
    shared = replace(
        reputation, answers=reputation.answers[["cusl_1", "cusl_2", "cusl_3"]], shared_moments=None
    )
    with pytest.raises(SurveyError, match="has no answers to"):
        audit_blocks(shared, "loyalty", BLOCKS)


def test_shared_moments_are_enough_for_method_and_for_the_scales_at_hand():
    study = simulated(800)
    frame = model_frame(study, "y")
    table = moments_table(frame.rows[frame.columns], frame.weights)
    shared = replace(study, answers=study.answers[[]].iloc[:0], shared_moments=table)
    found = audit_blocks(shared, "y")
    assert found.notes["equal_width"].startswith("Needs rows")
    assert found.notes["reliability"].startswith("No scale of two items")
    assert found.notes["overlap"].startswith("Fewer than two scales")
    whole = audit_blocks(study, "y")
    method, exact = (rows(a, "shared_method", "dominance") for a in (found, whole))
    assert method["estimate"].to_numpy() == pytest.approx(exact["estimate"].to_numpy(), abs=1e-8)
    assert method["low"].isna().all()  # nobody can be left out of moments of all rows


def test_controls_stay_in_every_check(reputation):
    found = audit_blocks(reputation, "loyalty", ["trust", "moral_bonds"], controls=["satisfaction"])
    assert "satisfaction, loyalty" not in set(rows(found, "overlap").index)
    corrected = rows(found, "reliability", "alone")["estimate"]
    plain = rows(found, "as_compared", "alone")["estimate"]
    assert corrected["trust"] > 0 and plain["trust"] < 0.2


def test_clusters_and_weights_reach_every_check():
    def design(rng, f, y):
        return {"w": rng.uniform(0.5, 2, len(y)), "shop": np.repeat(np.arange(40.0), len(y) // 40)}

    number = {"kind": "numeric", "answers": {"range": [0, 99], "whole": False}}
    book = {
        "variables": {"w": number, "shop": number},
        "design": {"weight": "w", "cluster": "shop"},
    }
    found = audit_blocks(simulated(extra=design, **book), "y")
    for check in ("equal_width", "reliability", "shared_method"):
        part = rows(found, check, "dominance")
        assert len(part) == 2 and (part["low"] < part["high"]).all()
    base = audited(simulated(extra=design, **book), "y")
    assert base.without.n.shape == (40,)


def test_an_audit_compares_at_least_two_blocks():
    with pytest.raises(SurveyError) as caught:
        audit_blocks(wide_data(), "y", {"only": ["x0"]})
    assert str(caught.value) == "One block, ['only']: an audit compares at least two."


def test_many_rows_are_left_out_in_groups_with_nearly_the_same_intervals():
    study = simulated(1200, seed=3)
    groups = audited(study, "y")
    assert groups.without.n.shape == (500,)
    exact = ls.compare_blocks(study, "y").table.set_index(["measure", "block"])
    m, frame = groups.without, groups.frame
    jack = subset_r2(m, "y", list(frame.blocks.values()))[:, 1]
    se = np.sqrt(499 / 500 * ((jack - jack.mean()) ** 2).sum())
    shown = exact.loc[("alone", "A")]
    assert se * 3.92 == pytest.approx(shown["high"] - shown["low"], rel=0.12)
