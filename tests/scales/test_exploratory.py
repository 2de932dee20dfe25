"""Exploratory factor analysis, parallel analysis, and Mokken ladders."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from loyaltystudy.errors import SurveyError
from loyaltystudy.scales._exploratory import efa, parallel_analysis

REFERENCE = Path(__file__).parents[1] / "reference"
ITEMS = [f"x{i}" for i in range(1, 10)]


def from_r(topic: str) -> pd.DataFrame:
    table = pd.read_csv(REFERENCE / "validity.csv", keep_default_na=False)
    return table[table.topic == topic].astype({"value": float})


@pytest.fixture(scope="module")
def holzinger() -> pd.DataFrame:
    return pd.read_csv(REFERENCE / "validity_holzinger.csv")


@pytest.mark.parametrize(("rotation", "measure"), [("oblimin", "oblimin"), ("varimax", "varimax")])
def test_rotated_loadings_are_rs(holzinger, rotation, measure):
    table = efa(holzinger, ITEMS, factors=3, rotation=rotation).loadings
    ours = table.pivot_table(index="item", columns="factor", values="loading").loc[ITEMS].to_numpy()
    reference = from_r("efa").query("measure == @measure").value.to_numpy().reshape(9, 3)
    match = np.abs(ours.T @ reference).argmax(axis=0)
    assert sorted(match) == [0, 1, 2]
    assert np.allclose(ours[:, match], reference, atol=1e-3 if rotation == "varimax" else 2e-3)


def test_uniqueness_and_chi_square_are_factanals(holzinger):
    result, reference = efa(holzinger, ITEMS, factors=3, rotation="none"), from_r("efa")
    ours = result.loadings.drop_duplicates("item").set_index("item").uniqueness
    for row in reference[reference.measure == "uniqueness"].itertuples():
        assert ours[row.a] == pytest.approx(row.value, abs=1e-4)
    fit = result.fit.iloc[0]
    assert fit.chi_square == pytest.approx(
        reference.set_index("measure").value["chi_square"], abs=1e-3
    )
    assert fit.df == 12


def test_rotation_leaves_what_the_factors_explain(holzinger):
    raw, turned = (efa(holzinger, ITEMS, factors=3, rotation=r) for r in ("none", "varimax"))
    total = [(r.loadings.loading**2).sum() for r in (raw, turned)]
    assert total[0] == pytest.approx(total[1])
    assert np.allclose(raw.loadings.uniqueness, turned.loadings.uniqueness)
    assert (turned.correlations.estimate == 0).all()


def test_parallel_analysis_agrees_with_2000_shuffles_in_r(holzinger):
    table, reference = parallel_analysis(holzinger, ITEMS, draws=400), from_r("eigenvalue")
    by = {m: reference[reference.measure == m].value.to_numpy() for m in reference.measure.unique()}
    assert np.allclose(table.eigenvalue, by["observed"])
    assert np.allclose(table.chance_mean, by["chance"], atol=0.02)
    assert np.allclose(table.chance_high, by["chance_95"], atol=0.03)
    assert table.keep.sum() == 3


def test_default_number_of_factors_is_what_stands_out(holzinger):
    result = efa(holzinger, ITEMS, draws=100)
    assert result.fit.factors[0] == 3
    assert "n = 301" in repr(result)
    assert "f3" in result._repr_html_()


def test_noise_has_no_factor():
    noise = pd.DataFrame(np.random.default_rng(5).normal(size=(400, 8)), columns=list("abcdefgh"))
    assert parallel_analysis(noise, draws=100, percentile=0.99).keep.sum() == 0
    assert efa(noise, draws=100).fit.factors[0] >= 1


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"factors": 0}, "factors=0: 9 items bear at least 1 factor"),
        ({"factors": 6}, "factors=6: 9 items"),
        ({"rotation": "promax"}, "rotation='promax': give one of"),
    ],
)
def test_bad_options(holzinger, options, message):
    with pytest.raises(SurveyError, match=message):
        efa(holzinger, ITEMS, **options)


def test_bad_items(holzinger):
    with pytest.raises(SurveyError, match="2 items, this needs at least 3"):
        efa(holzinger, ["x1", "x2"])
    with pytest.raises(SurveyError, match=r"\['x1', 'y'\] depend on one another"):
        parallel_analysis(holzinger.assign(y=holzinger.x1), ["x1", "x2", "x3", "y"])
    with pytest.raises(SurveyError, match="draws=5: give at least 20"):
        parallel_analysis(holzinger, ITEMS, draws=5)
