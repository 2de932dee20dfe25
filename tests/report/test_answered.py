"""Distributions, the net promoter score and the profile: groups of ten, and figures by hand."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import loyaltystudy as ls
from loyaltystudy.report._answered import _effective, distribution, profile, recommendation
from loyaltystudy.survey import make_codebook

CODES = {
    1: {"sv": "Ja", "en": "Yes"},
    2: {"sv": "Nej", "en": "No"},
    3: {"sv": "Kanske"},
    4: {"sv": "Vet"},
}


def study(**columns):
    book = {
        "study": "s",
        "title": "S",
        "population": "customers",
        "items": {"l1": {"answers": {"range": [1, 7]}}, "l2": {"answers": {"range": [1, 7]}}},
        "scales": {"loyal": {"construct": "loyalty", "items": ["l1", "l2"]}},
        "variables": {
            "nps": {"kind": "numeric", "construct": "recommend", "answers": {"range": [0, 10]}},
            "age": {"kind": "numeric", "construct": "age", "answers": {"range": [15, 99]}},
            "who": {"kind": "nominal", "construct": "gender", "answers": {"codes": CODES}},
            "weight": {"kind": "numeric", "answers": {"range": [0, 99], "whole": False}},
            "shop": {"kind": "nominal", "answers": {"range": [1, 99]}},
        },
        "design": {k: v for k, v in (("weight", "weight"), ("cluster", "shop")) if v in columns},
    }
    used = {name: entry for name, entry in book["variables"].items() if name in columns}
    items = {
        name: columns.get(name, np.tile([1, 2, 3, 4.0], 999)[: len(next(iter(columns.values())))])
        for name in book["items"]
    }
    return ls.read_study(pd.DataFrame(items | columns), make_codebook(book | {"variables": used}))


NPS = np.repeat([2.0, 6, 7, 8, 9, 10], [15, 25, 30, 40, 50, 40])


def test_the_net_promoter_score_and_its_interval_by_hand():
    found = recommendation(study(nps=NPS), pd.Series(NPS))
    promoters, passives, detractors = 90.75 / 203, 71.5 / 203, 40.75 / 203  # 3/4, 3/2, 3/4 added
    assert passives + promoters + detractors == pytest.approx(1)
    middle = promoters - detractors
    reach = 1.959964 * np.sqrt((promoters + detractors - middle**2) / 203)
    assert found.score == pytest.approx(25) and (found.n, found.smallest_group) == (200, 40)
    assert (found.low, found.high) == pytest.approx(
        (100 * (middle - reach), 100 * (middle + reach)), abs=1e-4
    )


def test_weights_and_clusters_change_point_and_width():
    plain = recommendation(study(nps=NPS), pd.Series(NPS))
    even = study(nps=NPS, weight=np.full(200, 3.0))
    assert recommendation(even, pd.Series(NPS)).low == pytest.approx(plain.low, abs=0.2)
    uneven = study(nps=NPS, weight=np.where(NPS > 8, 2.0, 1.0))
    found = recommendation(uneven, pd.Series(NPS))
    assert found.score == pytest.approx(100 * (180 - 40) / 290)
    alike = study(nps=NPS, shop=np.repeat(np.arange(1.0, 21), 10))
    wide = recommendation(alike, pd.Series(NPS))
    assert wide.score == plain.score and wide.high - wide.low > 2 * (plain.high - plain.low)


@pytest.mark.parametrize(
    "counts", [[15, 25, 30, 40, 50, 9], [200, 0, 0, 0, 0, 0], [9, 0, 0, 0, 0, 191]]
)
def test_no_score_where_one_of_the_three_groups_is_under_ten(counts):
    values = np.repeat([2.0, 6, 7, 8, 9, 9], counts)
    few = [(values <= 6).sum(), ((values > 6) & (values < 9)).sum(), (values > 8).sum()]
    assert (recommendation(study(nps=values), pd.Series(values)) is None) == (min(few) < 10)


def test_no_group_of_answers_is_under_ten_and_all_are_counted():
    rng = np.random.default_rng(0)
    for n in (25, 60, 300):
        values = rng.binomial(10, rng.uniform(0.05, 0.95), n).astype(float)
        table = distribution(study(nps=values), "nps", pd.Series(values), "en")
        assert table.empty or (table["n"].min() >= 10 and table["n"].sum() == n)
        assert table.empty or table["share"].sum() == pytest.approx(1)


def test_joined_answers_never_straddle_the_promoter_groups_so_that_no_difference_tells_of_few():
    values = np.repeat([0.0, 4, 6, 7, 8, 9, 10], [11, 4, 3, 12, 2, 30, 5])
    table = distribution(study(nps=values), "nps", pd.Series(values), "en")
    ends = [float(answer.split("–")[-1]) for answer in table["answer"]]
    assert {6.0, 8.0, 10.0} <= {*ends} and table["n"].min() >= 10
    sums = np.cumsum(table["n"])
    nested = [a - b for a in (18, 32, 67) for b in sums]  # cumulated groups against the bins
    assert all(abs(gap) >= 10 or gap == 0 for gap in nested)


def test_scores_are_counted_at_the_nearest_answer_and_labels_are_the_codebooks():
    data = study(
        l1=np.repeat([1.0, 2, 5], 20), l2=np.repeat([2.0, 2, 6], 20), who=np.repeat([1.0, 2, 3], 20)
    )
    table = distribution(data, "loyal", ls.score(data)["loyal"], "sv")
    assert table["n"].tolist() == [40, 20] and table["answer"].tolist() == ["1–2", "3–7"]
    shown = profile(data, "sv")
    assert shown["answer"].tolist() == ["Ja", "Nej", "Kanske"]
    assert profile(data, "en")["answer"].tolist() == ["Yes", "No", "Kanske"]


def test_rare_categories_are_joined_until_they_are_ten():
    who = np.repeat([1.0, 2, 3, 4], [80, 40, 6, 3])
    assert profile(study(who=who), "en")[["answer", "n"]].to_numpy().tolist() == [
        ["Yes", 80],
        ["other answers", 49],
    ]
    assert profile(study(who=np.repeat([1.0, 2], [80, 9])), "en").empty


def test_ages_come_in_bands_and_weights_in_shares():
    age = np.repeat([20.0, 40, 70], [30, 30, 40])
    table = profile(study(age=age, weight=np.repeat([1.0, 2, 1], [30, 30, 40])), "en")
    assert table["answer"].tolist() == ["15–29", "30–44", "45–99"]
    assert table["n"].tolist() == [30, 30, 40]
    assert table["share"].tolist() == pytest.approx([30 / 130, 60 / 130, 40 / 130])


REFERENCE = Path(__file__).parents[1] / "reference"


@pytest.mark.parametrize("design", ["plain", "weighted", "clustered"])
def test_the_effective_number_of_answers_is_that_of_survey_in_r(design):
    """recommendation.R: svymean of the package survey."""
    rows = pd.read_csv(REFERENCE / "recommendation_rows.csv")
    expected = pd.read_csv(REFERENCE / "recommendation.csv").set_index("design").loc[design]
    score = 100.0 * ((rows["answer"] > 8).astype(int) - (rows["answer"] < 7))
    weights = np.ones(len(rows)) if design == "plain" else rows["weight"].to_numpy()
    shops = rows["shop"].to_numpy() if design == "clustered" else None
    n = _effective(score.to_numpy(), weights, shops)
    mean = np.average(score, weights=weights)
    variance = np.average((score - mean) ** 2, weights=weights) * len(rows) / (len(rows) - 1)
    assert mean == pytest.approx(expected["score"], abs=1e-9)
    assert np.sqrt(variance / n) == pytest.approx(expected["se"], rel=1e-9)


@pytest.mark.parametrize("weighted", [0, 5])
def test_who_has_no_weight_stands_behind_no_share(weighted):
    """Five with a weight among 240: nothing is shown; of none, no share of nothing."""
    weight = np.r_[np.ones(weighted), np.zeros(240 - weighted)]
    codes, ages = np.tile([1.0, 2.0], 120), np.tile([20.0, 50, 70], 80)
    s = study(age=ages, who=codes, weight=weight)
    assert not len(profile(s, "en")) and not len(distribution(s, "age", pd.Series(ages), "en"))
    few = study(age=ages, who=codes, weight=np.r_[np.ones(40), np.zeros(200)])
    shown = profile(few, "en")
    assert shown.groupby("name")["n"].sum().to_dict() == {"age": 40, "who": 40}
    assert shown["n"].min() >= 10 and shown["share"].notna().all()
