"""The face of validity on studies, the published models, and the export to R."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from loyaltystudy.errors import SurveyError
from loyaltystudy.scales._validity import validity
from loyaltystudy.survey._study import load_study

REFERENCE = Path(__file__).parents[1] / "reference"


def from_r(topic: str, model: str) -> pd.DataFrame:
    table = pd.read_csv(REFERENCE / "validity.csv", keep_default_na=False)
    return table[(table.topic == topic) & (table.model == model)].astype({"value": float})


@pytest.fixture(scope="module")
def reputation():
    return load_study("mobile-reputation", source="shipped")


def seven(n: int = 400, seed: int = 3, cuts=(-1.5, -0.8, -0.2, 0.2, 0.8, 1.5)) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    factors = rng.multivariate_normal([0, 0], [[1, 0.5], [0.5, 1]], n)
    latent = 0.8 * np.repeat(factors, 3, axis=1) + 0.6 * rng.normal(size=(n, 6))
    return pd.DataFrame(
        np.digitize(latent, cuts) + 1.0, columns=["a1", "a2", "a3", "b1", "b2", "b3"]
    )


TWO = {"a": ["a1", "a2", "a3"], "b": ["b1", "b2", "b3"]}


def test_default_takes_every_scale_of_two_items_or_more_and_tells_the_rest(reputation):
    result = validity(reputation, resamples=20)
    assert list(result.reliability.scale) == [
        "loyalty",
        "trust",
        "affective_commitment",
        "responsibility",
        "quality",
        "competence",
    ]
    assert set(result.left_out.scale) >= {"satisfaction", "would_miss"}
    assert set(result.left_out.why) == {"one item"}
    assert "Left out: recommend (one item), remain (one item)" in repr(result)
    assert result.table is result.reliability
    assert (result.n, result.n_dropped) == (336, 8)
    five = validity(
        reputation, [s for s in result.reliability.scale if s != "quality"], resamples=0
    )
    fit = from_r("fit", "reputation").set_index("measure").value
    assert five.fit.chi_square[0] == pytest.approx(fit["chisq"], abs=1e-2)


def test_ecsi_scales_that_share_an_item_are_told():
    result = validity(load_study("mobile-ecsi", source="shipped"), resamples=0)
    why = result.left_out.set_index("scale").why
    assert why["loyalty_published"] == "shares CUSL1 with loyalty"
    assert result.method == "maximum likelihood"


def test_named_scales_only(reputation):
    result = validity(reputation, ["trust", "loyalty"], resamples=10)
    assert list(result.reliability.scale) == ["trust", "loyalty"]
    assert len(result.htmt) == 2
    assert len(result.fornell_larcker) == 1
    assert result.left_out.empty
    assert "Left out" not in repr(result)
    assert "fornell_larcker" in result._repr_html_()


def test_reversed_items_are_turned_before_the_model(study_of):
    answers = seven()
    straight = validity(study_of(answers, TWO), resamples=0)
    turned = answers.assign(a2=8 - answers.a2)
    reversed_ = validity(study_of(turned, TWO, reverse=["a2"]), resamples=0)
    assert np.allclose(straight.loadings.loading, reversed_.loadings.loading)


def test_items_of_five_answers_are_fitted_as_ordered_categories(study_of):
    five = seven(cuts=(-1, -0.3, 0.3, 1))
    result = validity(study_of(five, TWO, 1, 5), resamples=5)
    assert "polychoric" in result.method
    assert result.reliability.rho_c_low.notna().all()
    as_numbers = validity(study_of(five, TWO, 1, 5), ordinal=False, resamples=5)
    assert as_numbers.method == "maximum likelihood"
    assert as_numbers.loadings.loading.mean() < result.loadings.loading.mean() - 0.01


def test_same_seed_same_intervals(study_of):
    one, two = (validity(study_of(seven(), TWO), resamples=30, seed=4) for _ in range(2))
    assert one.htmt.equals(two.htmt)
    assert one.reliability.equals(two.reliability)


@pytest.mark.parametrize(
    ("scales", "message"),
    [
        ("bond", r"No scale named \['bond'\]. There are: \['loyalty', "),
        (["satisfaction"], "Scale 'satisfaction': 1 item, this needs at least 2"),
        (["affective_commitment", "would_miss"], "Scale 'would_miss': 1 item"),
    ],
)
def test_bad_scales(reputation, scales, message):
    with pytest.raises(SurveyError, match=message):
        validity(reputation, scales)


def test_nothing_to_fit(study_of):
    with pytest.raises(SurveyError, match=r"none of \['a'\] has two items or more"):
        validity(study_of(seven(), {"a": ["a1"]}))


def test_items_without_answers_are_told(study_of):
    answers = seven().assign(c1=4.0, c2=[1.0, 2] * 200)
    other = study_of(answers, {**TWO, "c": ["c1", "c2"]})
    other = replace(other, answers=other.answers.drop(columns=["c1", "c2"]))
    result = validity(other, resamples=0)
    assert result.left_out.why[0] == "no answers to c1, c2"


def test_a_scale_that_cannot_be_analysed_leaves_the_others_alone(study_of):
    rng = np.random.default_rng(0)
    answers = seven().assign(c1=4.0, d1=np.nan, e1=rng.integers(1, 8, 400).astype(float))
    answers["c2"] = answers["d2"] = answers["e2"] = answers["e1"]
    answers["f1"] = answers["a1"].where(np.arange(400) < 5)
    answers["f2"] = answers["a2"]
    bad = {"c": ["c1", "c2"], "d": ["d1", "d2"], "e": ["e1", "e2"], "f": ["f1", "f2"]}
    result = validity(study_of(answers, {**bad, **TWO}), resamples=0)
    alone = validity(study_of(answers, TWO), resamples=0)
    assert result.loadings.equals(alone.loadings) and result.n == 400
    why = result.left_out.set_index("scale").why
    assert why["c"] == "everyone gave the same answer to c1"
    assert why["d"] == "0 respondents answered all of its items"
    assert why["e"] == "its items depend on one another exactly"
    assert why["f"] == "5 respondents answered it beside the other scales"
    assert "Left out: c (everyone gave the same answer to c1), d (" in repr(result)


def test_the_design_of_the_codebook_enters_and_the_first_line_says_so(study_of):
    rng = np.random.default_rng(4)
    answers = seven(600)
    answers["w"] = np.where(answers["a1"] > 4, 3.0, 1.0)
    answers["store"] = rng.integers(30, size=600).astype(float)
    plain = validity(study_of(answers.drop(columns=["w", "store"]), TWO), resamples=50)
    found = validity(study_of(answers, TWO, weight="w", cluster="store"), resamples=50)
    assert found.header.splitlines()[0] == (
        "Validity, maximum likelihood (weighted, 30 clusters; robust standard errors and "
        "chi-square): n = 600, 0 rows dropped."
    )
    # weights as whole numbers are copies of rows, to the estimates
    copies = answers.loc[answers.index.repeat(answers["w"].astype(int))].drop(
        columns=["w", "store"]
    )
    same = validity(study_of(copies.reset_index(drop=True), TWO), resamples=0)
    np.testing.assert_allclose(found.loadings.loading, same.loadings.loading, atol=1e-6)
    np.testing.assert_allclose(found.htmt.estimate, same.htmt.estimate, atol=1e-12)
    np.testing.assert_allclose(found.reliability.rho_c, same.reliability.rho_c, atol=1e-6)
    assert not np.allclose(found.htmt.estimate, plain.htmt.estimate, atol=1e-3)


def test_rows_of_weight_zero_or_unknown_are_left_out(study_of):
    answers = seven(300).assign(w=1.0)
    answers.loc[:9, "w"] = [0.0] * 5 + [np.nan] * 5
    found = validity(study_of(answers, TWO, weight="w"), resamples=0)
    assert (found.n, found.n_dropped) == (290, 10)
    rest = validity(
        study_of(answers[10:].drop(columns="w").reset_index(drop=True), TWO), resamples=0
    )
    np.testing.assert_allclose(found.loadings.loading, rest.loadings.loading, atol=1e-7)


def test_ordinal_only_where_most_items_have_five_answers_or_fewer(study_of):
    from loyaltystudy.survey import make_codebook, read_study

    answers = seven()
    answers[TWO["a"]] = np.minimum(answers[TWO["a"]], 5)

    def of(scales):
        items = {c: {"answers": {"range": [1, 5 if c[0] == "a" else 7]}} for c in answers}
        scales = {name: {"items": own} for name, own in scales.items()}
        book = {"study": "s", "title": "S", "population": "customers", "items": items}
        return validity(read_study(answers, make_codebook({**book, "scales": scales})), resamples=0)

    half, most = of(TWO), of({**TWO, "b": ["b1", "b2"]})
    assert half.method == "maximum likelihood"
    assert "Note: Taken as numbers: 3 of 6 items have 5 answers or fewer." in half.header
    assert "WLSMV" in most.method
    assert "Note: Taken as ordered categories: 3 of 5 items have 5 answers or fewer." in most.header


def test_every_answer_given_is_used_where_asked(study_of):
    answers = seven()
    answers.loc[answers["a1"] > 5, "b1"] = np.nan
    study = study_of(answers, TWO)
    whole, full = (validity(study, missing=m, resamples=0) for m in ("complete", "ml"))
    assert whole.n < full.n == 400
    assert full.header.startswith("Validity, full-information maximum likelihood: n = 400, 0 rows")
    assert f"Alpha and HTMT rest on the {whole.n} respondents" in full.header
    truth = 0.8
    assert abs(full.loadings.loading - truth).max() < 0.1
    with pytest.raises(SurveyError, match="give 'complete' or 'ml'"):
        validity(study, missing="fiml")
