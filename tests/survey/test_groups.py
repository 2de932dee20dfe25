"""Moments of groups of respondents: those of some rows and of the others add up."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from loyaltystudy.errors import SurveyError
from loyaltystudy.rsquared import row_moments
from loyaltystudy.survey import GROUPS, GroupedSums, groups_of, hashed, mixed
from loyaltystudy.survey._codebook import make_codebook
from loyaltystudy.survey._groups import Grouping
from loyaltystudy.survey._study import Study, read_study

NAMES = ["loyalty", "sex", "age"]


def book(**design):
    codes = {code: {"en": str(code)} for code in (1, 2, 3)}  # nobody answers 3
    return make_codebook(
        {
            "study": "groups",
            "title": "Groups",
            "population": "members",
            "items": {n: {"answers": {"range": [1, 7]}} for n in ("l1", "l2")},
            "scales": {"loyalty": {"items": ["l1", "l2"], "minimum_answered": 0.5}},
            "variables": {
                "sex": {"kind": "nominal", "answers": {"codes": codes}},
                "age": {"kind": "numeric", "answers": {"range": [18, 99]}},
                "w": {"kind": "numeric", "answers": {"range": [0, 9], "whole": False}},
                "shop": {"kind": "ordinal", "answers": {"range": [1, 4]}},
                "card": {"kind": "ordinal", "answers": {"range": [1, 900]}},
                "why": {"kind": "text"},
            },
            "design": {"respondent": "id", **design},
        }
    )


def study(n=500, **design) -> Study:
    rng = np.random.default_rng(4)
    columns = {name: rng.integers(1, 8, n).astype(float) for name in ("l1", "l2")}
    columns |= {"sex": rng.integers(1, 3, n), "age": rng.integers(18, 90, n), "why": ["so"] * n}
    columns |= {"w": rng.uniform(0.5, 2, n), "shop": rng.integers(1, 5, n)}
    frame = pd.DataFrame({"id": np.arange(n) + 7, **columns, "card": rng.integers(1, 901, n)})
    frame.loc[::9, ["l1", "l2"]] = np.nan
    return read_study(frame, book(**design))


@pytest.mark.parametrize("design", [{}, {"weight": "w"}, {"cluster": "card"}, {"strata": "sex"}])
def test_sums_of_some_rows_add_up_to_those_of_all(design):
    whole = study(**design)
    work = GroupedSums.of(whole.codebook, NAMES)
    cuts = [whole.answers.iloc[a:b] for a, b in ((0, 3), (3, 3), (3, 200), (200, 500))]
    first, *rest = [work(Study(whole.codebook, rows)) for rows in cuts]
    added, once = sum(rest, start=first), work(whole)
    for field in ("n", "weight", "weight2", "mean", "cross"):
        one, other = getattr(added, field), getattr(once, field)
        np.testing.assert_allclose(one, other, rtol=1e-12, atol=1e-9)
    assert added.n.sum() == 500 - 56  # every ninth has no score


def test_groups_are_of_complete_rows_and_categories_but_the_first():
    whole = study()
    found = whole.moments(NAMES)
    rows = whole.columns(NAMES).dropna()
    expected = row_moments(
        np.column_stack([rows["loyalty"], rows["sex"] == 2, rows["age"]]),
        np.ones(len(rows)),
        ("loyalty", "sex=2", "age"),
    )
    assert found.moments.columns == expected.columns  # sex=1 is the reference, nobody is sex=3
    np.testing.assert_allclose(found.moments.total().cross, expected.cross, rtol=1e-12)
    assert found.asked == 500 and len(found.moments.n) <= GROUPS and (found.moments.n > 0).all()
    assert found.note == f"intervals from leaving out each of {len(found.moments.n)} groups of rows"


def test_groups_go_by_respondent_cluster_or_stratum():
    rows = study().columns(["card", "shop", "sex"])
    by_respondent = Grouping.of(book())(rows)
    assert np.array_equal(by_respondent, groups_of(mixed(np.arange(500) + 7)))
    assert np.array_equal(Grouping.of(book(cluster="shop"))(rows), rows["shop"] - 1)
    by_card = pd.Series(Grouping.of(book(cluster="card"))(rows))
    assert by_card.groupby(rows["card"].to_numpy()).nunique().max() == 1
    strata = Grouping.of(book(strata="sex"))
    assert strata.count == 198 and set(strata.stratum()[strata(rows)] - rows["sex"]) == {0}


def test_what_groups_cannot_take_is_one_error():
    whole = study()
    with pytest.raises(SurveyError, match=r"Open text cannot be compared: \['why'\]"):
        whole.moments(["loyalty", "why"])
    with pytest.raises(SurveyError, match="Strata with clusters are not supported"):
        Grouping.of(book(cluster="shop", strata="sex"))
    only = replace(whole, answers=whole.answers.assign(sex=1.0))
    with pytest.raises(SurveyError, match=r"Column 'sex' has one category only, \['1'\]"):
        only.moments(NAMES)
    nobody = replace(whole, answers=whole.answers.assign(age=np.nan))
    with pytest.raises(SurveyError, match="0 complete rows"):
        nobody.moments(NAMES)
    with pytest.raises(SurveyError, match="no answers to all of"):
        replace(whole, answers=whole.answers[["age"]]).moments(NAMES)


def test_text_is_hashed_alike_wherever_it_stands():
    keys = hashed(pd.Series(["a", "b", "a"]))
    assert keys[0] == keys[2] != keys[1]
