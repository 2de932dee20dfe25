"""Every call that docs/howto/r-users.md names for scales, run in R, beside ours."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from loyaltystudy.scales import (
    cfa,
    efa,
    item_analysis,
    parallel_analysis,
    polychoric,
    reliability,
    score,
    screen,
    validity,
)

HERE = Path(__file__).parents[1] / "reference"
R = pd.read_csv(HERE / "r_users.csv", keep_default_na=False)
PAGE = (Path(__file__).parents[2] / "docs/howto/r-users.md").read_text(encoding="utf-8")
HOLZINGER = pd.read_csv(HERE / "validity_holzinger.csv")[[f"x{i}" for i in range(1, 10)]]
GAPS = pd.read_csv(HERE / "incomplete_factors_data.csv")
FIVE = pd.read_csv(HERE / "ordinal_answers.csv")
THREE = {
    "visual": ["x1", "x2", "x3"],
    "textual": ["x4", "x5", "x6"],
    "speed": ["x7", "x8", "x9"],
}
ABC = {f: [f"{f}{i}" for i in (1, 2, 3)] for f in "abc"}
NINE = [item for own in ABC.values() for item in own]
FIT = "lavaan::cfa(model, data, std.lv = TRUE"
SCALED = "(lavaan::cfa(model, scaled, std.lv = TRUE), obs.var = FALSE)"


def theirs(call: str) -> pd.DataFrame:
    rows = R[R["call"] == call]
    assert len(rows), call
    return rows


def test_the_page_names_the_calls_that_were_run():
    for call in R["call"].unique():
        assert f"`{call}`" in PAGE, call


def test_scores_and_reliability(study_of):
    whole = study_of(HOLZINGER, {"f": list(HOLZINGER)}, -99, 99, whole=False)
    table, items = reliability(whole).iloc[0], item_analysis(whole, "f").set_index("item")
    assert table["alpha"] == pytest.approx(
        theirs("psych::alpha(x)$total$raw_alpha")["value"].item()
    )
    for call, ours in (("item.stats$r.drop", "r_drop"), ("alpha.drop$raw_alpha", "alpha_drop")):
        rows = theirs(f"psych::alpha(x)${call}").set_index("a")["value"]
        np.testing.assert_allclose(items[ours], rows.loc[items.index], atol=1e-9)
    call = "semTools::compRelSEM(lavaan::cfa(one, x, std.lv = TRUE), obs.var = FALSE)"
    assert table["omega"] == pytest.approx(theirs(call)["value"].item(), abs=1e-5)
    four = [f"a{i}" for i in range(1, 5)]
    weighted = study_of(FIVE[[*four, "w"]], {"a": four}, 1, 5, weight="w")
    call = next(c for c in R["call"] if c.startswith("survey::svycralpha"))
    expected = theirs(call)["value"].item()
    assert reliability(weighted)["alpha"].item() == pytest.approx(expected, abs=1e-12)
    turned = study_of(FIVE[four][:50], {"a": four}, 1, 5, reverse=["a2"])
    call = next(c for c in R["call"] if c.startswith("psych::scoreItems"))
    np.testing.assert_allclose(score(turned)["a"], theirs(call)["value"], atol=1e-12)


@pytest.mark.parametrize(
    "more", ["", 'missing = "ml"', "ordered = TRUE", 'estimator = "MLR", sampling.weights = "w"']
)
def test_factor_models(more, study_of):
    call = FIT + (f", {more})" if more else ")")
    if "MLR" in more:
        data = GAPS.dropna()[[*NINE, "w"]].reset_index(drop=True)
        model = cfa(study_of(data, ABC, -99, 99, whole=False, weight="w"), [*ABC])
    elif "ml" in more:
        model = cfa(GAPS, ABC, missing="ml")
    elif more:
        model = cfa(FIVE, ABC, ordinal=True)
    else:
        model = cfa(HOLZINGER, THREE)
    ours = model.loadings.set_index("item")["loading"]
    rows = theirs(call).set_index("a")["value"]
    np.testing.assert_allclose(ours, rows.loc[ours.index], atol=1e-4)


def test_validity_is_that_of_the_calls_named_and_not_of_their_defaults(study_of):
    result = validity(study_of(HOLZINGER, THREE, -99, 99, whole=False), resamples=0)
    table = result.reliability.set_index("scale")
    for call, ours in (
        (f"semTools::AVE{SCALED}", "ave"),
        (f"semTools::compRelSEM{SCALED}", "rho_c"),
    ):
        rows = theirs(call).set_index("a")["value"]
        np.testing.assert_allclose(table[ours], rows.loc[table.index], atol=1e-5)
    for call, variant in (("(model, data, htmt2 = FALSE)", "htmt"), ("(model, data)", "htmt2")):
        rows = theirs(f"semTools::htmt{call}").set_index(["a", "b"])["value"]
        own = result.htmt[result.htmt["variant"] == variant]
        for row in own.itertuples():
            assert row.estimate == pytest.approx(rows[row.first, row.second], abs=1e-9)


def test_exploration_polychorics_and_distances(study_of):
    call = 'psych::fa(x, 3, fm = "ml", rotate = "oblimin")$loadings'
    rows = theirs(call).groupby("a")["value"].agg(lambda v: v.abs().max())
    ours = (
        efa(HOLZINGER, factors=3).loadings.groupby("item")["loading"].agg(lambda v: v.abs().max())
    )
    np.testing.assert_allclose(ours, rows.loc[ours.index], atol=0.005)
    table = parallel_analysis(HOLZINGER, draws=200)
    rows = theirs('psych::fa.parallel(x, fa = "pc", quant = .95)').set_index("b")["value"]
    np.testing.assert_allclose(table["eigenvalue"], rows["eigenvalue"], atol=1e-9)
    assert table["keep"].sum() == rows["components"]
    matrix = polychoric(FIVE[[f"a{i}" for i in range(1, 5)]])
    for row in theirs("lavaan::lavCor(x, ordered = names(x))").itertuples():
        assert matrix.loc[row.a, row.b] == pytest.approx(row.value, abs=1e-6)
    found = screen(study_of(HOLZINGER, THREE, -99, 99, whole=False))["mahalanobis"]
    expected = theirs("psych::outlier(x, plot = FALSE)")["value"]
    np.testing.assert_allclose(found, expected, atol=1e-8)
