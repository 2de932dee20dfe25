"""Verdicts by their rule; statistics against statsmodels, scipy and by hand; whole rows."""

import gc
import weakref
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

import loyaltystudy as ls
from loyaltystudy.claims import _rules as vd, _statistics as ev
from loyaltystudy.claims._check import COLUMNS
from loyaltystudy.claims._register import claim, register
from loyaltystudy.claims._rules import Evidence, combine
from loyaltystudy.errors import SurveyError
from loyaltystudy.survey._codebook import make_codebook


def found(estimate, low, high, p=0.01):
    return Evidence("x", estimate, low, high, p, 100)


RULES = [
    # rule, estimate, low, high, verdict
    (vd.effect(0.10), 0.30, 0.20, 0.40, "supported"),
    (vd.effect(0.10), 0.08, 0.02, 0.14, "inconclusive"),  # beyond zero, but too small
    (vd.effect(0.10), 0.12, -0.01, 0.25, "inconclusive"),
    (vd.effect(0.10), 0.03, -0.03, 0.09, "contradicted"),  # wholly below the smallest effect
    (vd.effect(0.10), -0.30, -0.40, -0.20, "contradicted"),
    (vd.effect(0.10, direction=-1), -0.30, -0.40, -0.20, "supported"),
    (vd.effect(0.10, direction=-1), 0.30, 0.20, 0.40, "contradicted"),
    (vd.added(), 0.05, 0.01, 0.10, "supported"),
    (vd.added(), 0.00, 0.00, 0.019, "contradicted"),
    (vd.absent(0.05), 0.01, 0.00, 0.049, "supported"),
    (vd.absent(0.05), 0.10, 0.06, 0.20, "contradicted"),
    (vd.absent(0.05), 0.04, 0.01, 0.08, "inconclusive"),
    (vd.share_above(0.5), 0.6, 0.51, 0.7, "supported"),
    (vd.share_above(0.5), 0.4, 0.3, 0.49, "contradicted"),
    (vd.share_below(0.5), 0.4, 0.3, 0.49, "supported"),
    (vd.share_below(0.5), 0.5, 0.4, 0.6, "inconclusive"),
    (vd.above(), 0.2, 0.1, 0.3, "supported"),
    (vd.below(), 0.2, 0.1, 0.3, "contradicted"),
    (vd.figure(2.5), 2.4, 2.1, 2.9, "supported"),
    (vd.figure(2.5), 2.4, 1.9, 2.9, "inconclusive"),
    (vd.figure(2.5), 1.2, 1.0, 1.9, "contradicted"),
]


@pytest.mark.parametrize(("rule", "estimate", "low", "high", "verdict"), RULES)
def test_rules(rule, estimate, low, high, verdict):
    assert rule.judge(found(estimate, low, high)) == verdict


def test_necessary_condition_rule():
    rule = vd.necessary(0.10)
    assert rule.judge(Evidence("x", 0.2, p=0.01)) == "supported"
    assert rule.judge(Evidence("x", 0.2, p=0.2)) == "inconclusive"
    assert rule.judge(Evidence("x", 0.05, p=0.5)) == "contradicted"
    assert rule.judge(Evidence("x", 0.05, p=0.01)) == "inconclusive"


def test_what_is_missing_is_not_judged():
    assert vd.effect().judge(Evidence("x", missing=("trust",))) == "not measured"
    assert combine(["supported", "supported"]) == "supported"
    assert combine(["supported", "inconclusive"]) == "inconclusive"
    assert combine(["supported", "contradicted", "not measured"]) == "contradicted"


def study(n=300, seed=0, effect=0.5):
    rng = np.random.default_rng(seed)
    x = pd.DataFrame({"affective_commitment": rng.normal(size=n)})
    x["satisfaction"] = 0.5 * x["affective_commitment"] + rng.normal(size=n)
    x["loyalty"] = effect * x["affective_commitment"] + x["satisfaction"] + rng.normal(size=n)
    x = (x - x.min()) / (x.max() - x.min()) * 6 + 1
    number = {"kind": "numeric", "answers": {"range": [1, 7]}}
    book = make_codebook(
        {
            "study": "s",
            "title": "S",
            "population": "customers",
            "variables": {c: {**number, "construct": c} for c in x},
        }
    )
    return x, ls.read_study(x, book)


def test_standardised_coefficient_is_that_of_standardised_columns():
    x, s = study()
    result = ev.coefficient(s, "affective_commitment", on="loyalty", given=("satisfaction",))
    z = (x - x.mean()) / x.std()
    fit = sm.OLS(z["loyalty"], z[["affective_commitment", "satisfaction"]]).fit()
    assert result.estimate == pytest.approx(fit.params["affective_commitment"], abs=1e-10)
    width = (result.high - result.low) / 2
    assert width == pytest.approx(1.96 * fit.bse["affective_commitment"], rel=0.2)


def test_jackknife_interval_of_a_correlation_by_leaving_each_out():
    x, s = study(n=40)
    result = ev.coefficient(s, "affective_commitment", on="loyalty")
    columns = x[["affective_commitment", "loyalty"]].to_numpy()
    without = [np.corrcoef(np.delete(columns, i, 0).T)[0, 1] for i in range(40)]
    se = np.sqrt(39 / 40 * ((np.array(without) - np.mean(without)) ** 2).sum())
    assert result.estimate == pytest.approx(np.corrcoef(columns.T)[0, 1])
    assert result.high - result.estimate == pytest.approx(stats.t.isf(0.025, 39) * se, rel=1e-9)


def test_gap_of_coefficients():
    x, s = study()
    result = ev.coefficient_gap(s, "affective_commitment", "satisfaction", on="loyalty")
    z = (x - x.mean()) / x.std()
    fit = sm.OLS(z["loyalty"], z[["affective_commitment", "satisfaction"]]).fit()
    assert result.estimate == pytest.approx(fit.params.iloc[0] - fit.params.iloc[1], abs=1e-10)


def test_share_has_the_wilson_interval():
    x, s = study()
    result = ev.share(s, "loyalty")
    k = int((x["loyalty"] > 4).sum())
    assert result.estimate == k / 300
    assert (result.low, result.high) == pytest.approx(proportion_confint(k, 300, method="wilson"))


def test_paired_means_are_scipys():
    x, s = study()
    result = ev.mean_difference(s, "satisfaction", "loyalty")
    paired = stats.ttest_rel(x["satisfaction"], x["loyalty"])
    assert (result.low, result.high) == pytest.approx(tuple(paired.confidence_interval()))
    assert result.p == pytest.approx(paired.pvalue)


def test_ceiling_by_hand():
    # an empty upper left half: y may not exceed x
    x = np.arange(11.0)
    assert ev.ceiling_size(x, x[None])[0] == pytest.approx(0.55)  # staircase over the diagonal
    assert ev.ceiling_size(x, x[::-1][None])[0] == 0  # the best outcome at the lowest x
    y = np.array([[0.0, 0.0, 1.0, 1.0]])
    assert ev.ceiling_size(np.array([0.0, 1, 1, 2]), y)[0] == pytest.approx(0.5)  # ties in x


def test_ceiling_permutation_p_tells_a_corner_from_chance():
    rng = np.random.default_rng(0)
    x = rng.uniform(1, 7, size=300)
    number = {"kind": "numeric", "answers": {"range": [0, 8]}}
    raw = {
        "study": "s",
        "title": "S",
        "population": "customers",
        "variables": {c: {**number, "construct": c} for c in ("affective_commitment", "loyalty")},
    }

    def result(y):
        answers = pd.DataFrame({"affective_commitment": x, "loyalty": y})
        return ev.ceiling(
            ls.read_study(answers, make_codebook(raw)), "affective_commitment", on="loyalty", seed=1
        )

    assert result(rng.uniform(1, x)).p < 0.01
    assert result(rng.uniform(1, 7, size=300)).p > 0.05


def test_best_pair_where_one_person_is_a_category():
    """Without her the category's column is constant: what rounding leaves is no spread."""
    rng, n = np.random.default_rng(3), 97
    x = pd.DataFrame(rng.normal(4, 1, size=(n, 2)), columns=["trust", "firm_commitment"])
    x["loyalty"] = x.sum(axis=1) / 2 + rng.normal(size=n)
    x = x.clip(1, 7).assign(gender=np.r_[3, np.arange(n - 1) % 2 + 1])
    number = {"kind": "numeric", "answers": {"range": [1, 7]}}
    raw = {c: {**number, "construct": c} for c in ("trust", "firm_commitment", "loyalty")}
    codes = {1: "woman", 2: "man", 3: "other"}
    raw["gender"] = {"kind": "nominal", "construct": "gender", "answers": {"codes": codes}}
    book = make_codebook(
        {
            "study": "s",
            "title": "S",
            "population": "customers",
            "variables": raw,
            "blocks": {"demographics": ["gender"]},
        }
    )
    result = ev.best_pair(ls.read_study(x, book), ["trust"], ["firm_commitment"], on="loyalty")

    def adjusted(rows, columns, p):
        design = np.column_stack([np.ones(len(rows)), rows[columns].to_numpy(float)])
        y = rows["loyalty"].to_numpy()
        rest = y - design @ np.linalg.lstsq(design, y)[0]
        return 1 - rest.var() / y.var() * (len(rows) - 1) / (len(rows) - p - 1)

    rows = x.assign(man=x["gender"] == 2, other=x["gender"] == 3)
    rival = result.note.removeprefix("the other pair: ").split(" and ")[0]
    pairs = (["trust", "firm_commitment"], 2), ([rival, "man", "other"], 3)
    gap = [np.subtract(*(adjusted(rows.drop(i), *pair) for pair in pairs)) for i in range(n)]
    se = np.sqrt((n - 1) / n * ((np.array(gap) - np.mean(gap)) ** 2).sum())
    assert (result.high - result.low) / 2 == pytest.approx(stats.t.isf(0.025, n - 1) * se, rel=1e-6)


@pytest.fixture(scope="module")
def checked():
    names = ("mobile-reputation", "mobile-ecsi")
    return pd.concat([ls.check_claims(ls.load_study(n, source="shipped")) for n in names])


def test_columns_and_kinds(checked):
    assert tuple(checked.columns) == COLUMNS
    assert set(checked["kind"]) == {"real"} and set(checked["population"]) == {"customers"}
    assert set(checked["verdict"]) <= {
        "supported",
        "contradicted",
        "inconclusive",
        "not measured",
        "untestable",
    }


def test_what_is_not_measured_says_so(checked):
    rows = checked.set_index(["study", "claim"])
    assert rows.loc[("mobile-reputation", "two-building-blocks"), "measured"] == "part"
    assert rows.loc[("mobile-reputation", "two-building-blocks"), "verdict"] == "not measured"
    assert (
        "relationship_commitment" in rows.loc[("mobile-reputation", "two-building-blocks"), "why"]
    )
    assert rows.loc[("mobile-reputation", "affective-first"), "measured"] == "part"
    assert rows.loc[("mobile-ecsi", "would-miss"), "measured"] == "none"
    assert rows.loc[("mobile-reputation", "love-beyond-money"), "measured"] == "proxy"
    assert rows.loc[("mobile-reputation", "would-miss"), "measured"] == "full"


def test_a_claim_set_aside_is_not_put_to_the_study(checked):
    row = checked.set_index(["study", "claim"]).loc[("mobile-reputation", "identification")]
    assert row[["measured", "verdict", "n"]].tolist() == ["none", "not measured", 0]
    assert row["why"].startswith("set aside: not among the pairs registered before")
    given = ls.load_study("mobile-reputation", source="shipped")
    put = replace(given, codebook=replace(given.codebook, set_aside={}))
    assert ls.check_claims(put, ["identification"]).loc[0, "measured"] == "part"
    strange = replace(given, codebook=replace(given.codebook, set_aside={"love-money": "?"}))
    with pytest.raises(SurveyError, match=r"set_aside: not in the register: \['love-money'\]"):
        ls.check_claims(strange, ["would-miss"])


def test_one_claim_alone_is_the_same_row(checked):
    one = ls.check_claims(ls.load_study("mobile-reputation", source="shipped"), ["would-miss"])
    rows = checked[(checked["study"] == "mobile-reputation") & (checked["claim"] == "would-miss")]
    pd.testing.assert_frame_equal(one.reset_index(drop=True), rows.reset_index(drop=True))


def test_a_claim_is_supported_where_true_and_not_where_false():
    def verdict(effect):
        _, s = study(n=800, seed=3, effect=effect)
        return ev.coefficient(s, "affective_commitment", on="loyalty", given=("satisfaction",))

    assert vd.effect().judge(verdict(0.8)) == "supported"
    assert vd.effect().judge(verdict(0.0)) != "supported"


def test_register_and_hashes():
    table = ls.list_claims()
    assert table["claim"].is_unique and table["rule_hash"].is_unique
    first = next(iter(register().values()))
    assert len(first.rule_hash) == 12
    changed = type(first)(**{**vars(first), "rules": (vd.effect(0.2),)})
    assert changed.rule_hash != first.rule_hash


def test_bad_claims():
    s = study()[1]
    with pytest.raises(SurveyError, match=r"Not in the register: \['would-mis'\]"):
        ls.check_claims(s, ["would-mis"])
    with pytest.raises(SurveyError, match=r"unknown \['trst'\]"):
        claim("new", source="bonds", needs=("trst",), rules=())
    with pytest.raises(SurveyError, match="registered twice"):
        claim("would-miss", source="bonds", needs=("trust",), rules=())


def test_nothing_keeps_a_survey_alive_that_its_reader_let_go():
    """No cache holds answers back, whatever was asked of them."""
    study = ls.load_study("mobile-ecsi")
    ls.check_claims(study)
    ls.compare_blocks(study, "loyalty", {"trust": ["trust"], "satisfaction": ["satisfaction"]})
    kept = [weakref.ref(study), weakref.ref(study.answers)]
    del study
    gc.collect()
    assert [ref() for ref in kept] == [None, None]
