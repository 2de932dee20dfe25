"""The face of validity on studies, the published models, and the export to R."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from loyaltystudy.errors import SurveyError
from loyaltystudy.scales._invariance import invariance
from loyaltystudy.scales._lavaan_syntax import lavaan_syntax
from loyaltystudy.scales._published import (
    corporate_reputation_file,
    exact_recodes,
    published_ecsi,
    published_reputation,
)
from loyaltystudy.scales._validity import validity
from loyaltystudy.survey._study import load_study

REFERENCE = Path(__file__).parents[1] / "reference"
HOLZINGER = {
    "visual": ["x1", "x2", "x3"],
    "textual": ["x4", "x5", "x6"],
    "speed": ["x7", "x8", "x9"],
}


def from_r(topic: str, model: str) -> pd.DataFrame:
    table = pd.read_csv(REFERENCE / "validity.csv", keep_default_na=False)
    return table[(table.topic == topic) & (table.model == model)].astype({"value": float})


@pytest.fixture(scope="module")
def reputation():
    return load_study("mobile-reputation", source="shipped")


def study(answers: pd.DataFrame, scales: dict, low: float = 1, high: float = 7, reverse=()):
    items = {name: SimpleNamespace(low=low, high=high) for name in answers}
    book = {name: SimpleNamespace(items=tuple(members)) for name, members in scales.items()}

    def keyed(names):
        frame = answers[list(names)].copy()
        for name in set(reverse) & set(names):
            frame[name] = low + high - frame[name]
        return frame

    book = SimpleNamespace(scales=book, items=items)
    return SimpleNamespace(answers=answers, codebook=book, keyed=keyed)


def ladder(n: int = 400, seed: int = 3, cuts=(-1.5, -0.8, -0.2, 0.2, 0.8, 1.5)) -> pd.DataFrame:
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
        "competence",
    ]
    assert set(result.left_out.scale) >= {"satisfaction", "would_miss"}
    assert set(result.left_out.why) == {"one item"}
    assert "Left out: recommend (one item), remain (one item)" in repr(result)
    fit = from_r("fit", "reputation").set_index("measure").value
    assert result.fit.chi_square[0] == pytest.approx(fit["chisq"], abs=1e-2)
    assert result.table is result.reliability
    assert (result.n, result.n_dropped) == (336, 8)


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


def test_reversed_items_are_turned_before_the_model():
    answers = ladder()
    straight = validity(study(answers, TWO), resamples=0)
    turned = answers.assign(a2=8 - answers.a2)
    reversed_ = validity(study(turned, TWO, reverse=["a2"]), resamples=0)
    assert np.allclose(straight.loadings.loading, reversed_.loadings.loading)


def test_items_of_five_answers_are_fitted_as_ordered_categories():
    five = ladder(cuts=(-1, -0.3, 0.3, 1))
    result = validity(study(five, TWO, 1, 5), resamples=5, ordinal_resamples=4)
    assert "polychoric" in result.method
    assert result.reliability.rho_c_low.notna().all()
    as_numbers = validity(study(five, TWO, 1, 5), ordinal=False, resamples=5)
    assert as_numbers.method == "maximum likelihood"
    assert as_numbers.loadings.loading.mean() < result.loadings.loading.mean() - 0.01


def test_same_seed_same_intervals():
    one, two = (validity(study(ladder(), TWO), resamples=30, seed=4) for _ in range(2))
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


def test_nothing_to_fit():
    with pytest.raises(SurveyError, match=r"none of \['a'\] has two items or more"):
        validity(study(ladder(), {"a": ["a1"]}))


def test_items_without_answers_are_told():
    answers = ladder()
    other = study(answers, {**TWO, "c": ["c1", "c2"]})
    result = validity(other, resamples=0)
    assert result.left_out.why[0] == "no answers to c1, c2"


@pytest.mark.parametrize(("table", "rows"), [(published_reputation, 19), (published_ecsi, 10)])
def test_published_models_come_out_to_the_printed_digits(table, rows):
    found = table()
    assert len(found) == rows
    assert found.agrees.all(), found[~found.agrees]
    difference = (found.printed - found.recomputed).abs()
    assert (difference <= 0.5 * 10.0**-found.digits + 1e-9).all()
    assert (difference > 0).all()  # recomputed, not copied


def test_a_wrong_figure_would_be_seen(monkeypatch):
    from loyaltystudy.scales import _published as published

    monkeypatch.setattr(published, "REPUTATION", (("r_squared", "CUSL", "0.563"),))
    assert not published.published_reputation().agrees[0]


def test_fabricated_columns_are_found():
    answers = corporate_reputation_file()
    switch = [f"switch_{i}" for i in range(1, 5)]
    found = exact_recodes(answers, switch, [c for c in answers if c not in switch])
    assert list(found.column) == switch
    assert list(found.source) == ["qual_6", "qual_7", "qual_5", "qual_6"]
    assert (found.n == 344).all()
    assert found.rule[0] == "1-2 -> 1, 3 -> 2, 4 -> 3, 5 -> 4, 6-7 -> 5"
    asked = [c for c in answers if c not in switch]
    assert exact_recodes(answers, asked, asked).empty


def test_one_exception_makes_no_recode():
    data = pd.DataFrame({"q": [1, 2, 3, 4] * 10, "made": [1, 1, 2, 2] * 10})
    assert len(exact_recodes(data, ["made"], ["q"])) == 1
    data.loc[0, "made"] = 2
    assert exact_recodes(data, ["made"], ["q"]).empty
    with pytest.raises(SurveyError, match=r"No columns \['z'\]"):
        exact_recodes(data, ["z"])


def test_syntax_is_what_r_has_run_and_r_agrees():
    text = lavaan_syntax(HOLZINGER, by="school", level="scalar")
    assert text == (REFERENCE / "validity_syntax.txt").read_text().rstrip("\n")
    answers = pd.read_csv(REFERENCE / "validity_holzinger.csv")
    ours = invariance(answers, HOLZINGER, "school").table.set_index("level").loc["scalar"]
    theirs = from_r("syntax", "holzinger scalar").set_index("measure").value
    assert ours.chi_square == pytest.approx(theirs["chisq"], abs=1e-4)
    assert ours.df == theirs["df"]


def test_syntax_options():
    assert 'ordered = TRUE, estimator = "ULS"' in lavaan_syntax(HOLZINGER, ordinal=True)
    configural = lavaan_syntax(HOLZINGER, by="school", level="configural")
    assert "group.equal" not in configural
    assert 'group = "school"' in configural
    assert 'group.equal = c("loadings"))' in lavaan_syntax(HOLZINGER, by="school", level="metric")


def test_names_that_r_cannot_read():
    with pytest.raises(SurveyError) as caught:
        lavaan_syntax({"tillit": ["fråga 1", "q2"]}, by="språk", level="strict")
    assert len(caught.value.problems) == 3
    assert "'fråga 1' is no name that R reads" in str(caught.value)
    assert "level='strict'" in str(caught.value)
