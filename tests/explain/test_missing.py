# ruff: noqa: PD011 (``values`` are a comparison's own)
"""Missing answers: EM against lavaan, imputation against mice, leave-one-out against refits."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from loyaltystudy import compare_blocks, moments, read_study
from loyaltystudy.errors import SurveyError
from loyaltystudy.explain import _missing as unscored
from loyaltystudy.explain._crossvalidation import fold_numbers
from loyaltystudy.explain._frame import model_frame
from loyaltystudy.explain._missing import raw_answers
from loyaltystudy.survey._codebook import make_codebook

REFERENCE = Path(__file__).parents[1] / "reference"
BLOCKS = {"a": ["a1", "a2"], "b": ["b1", "b2"], "c": ["c1"]}
SUBSETS = {"a": 1, "b": 2, "ab": 3, "c": 4, "all": 7}  # models of the R script


@pytest.fixture(scope="module")
def gaps():
    """Data of the R script: 15 to 25 % missing at random in five columns, one complete."""
    return pd.read_csv(REFERENCE / "incomplete_data.csv")


@pytest.fixture(scope="module")
def by_em(gaps):
    return compare_blocks(gaps, "y", BLOCKS, missing="em", seed=4)


@pytest.fixture(scope="module")
def imputed(gaps):
    return compare_blocks(gaps, "y", BLOCKS, missing="impute", seed=4)


def test_comparison_by_em_is_that_of_lavaans_covariance(gaps, by_em):
    lavaan = pd.read_csv(REFERENCE / "incomplete_moments.csv", keep_default_na=False)
    cov = lavaan[lavaan["second"] != ""].pivot_table("em", "first", "second")
    for name, subset in SUBSETS.items():
        x = [c for b in ("abc" if name == "all" else name) for c in BLOCKS[b]]
        r2 = cov.loc["y", x] @ np.linalg.solve(cov.loc[x, x], cov.loc[x, "y"]) / cov.loc["y", "y"]
        assert by_em.values[subset] == pytest.approx(r2, abs=1e-7)
    assert (by_em.n, by_em.n_dropped) == (240, 0)
    assert by_em.notes == (
        f"missing answers by EM moments: {gaps.isna().any(axis=1).sum()} of 240 rows have some",
    )
    assert by_em.table.query("measure in ['alone', 'unique', 'dominance']").notna().all().all()
    wide = compare_blocks(gaps, "y", BLOCKS)
    assert wide.n == len(gaps.dropna())


def test_em_without_gaps_is_the_complete_comparison(gaps):
    complete = gaps.dropna()
    one, other = (compare_blocks(complete, "y", BLOCKS, missing=m) for m in ("complete", "em"))
    np.testing.assert_allclose(one.values, other.values, atol=1e-9)
    limits = ["low", "high"]
    np.testing.assert_allclose(one.table[limits], other.table[limits], atol=1e-8)
    assert one.r2_cv == pytest.approx(other.r2_cv, abs=1e-6)
    # the jackknife takes out about the bias that Ezekiel's formula takes out
    assert other.r2_adjusted == pytest.approx(one.r2_adjusted, abs=0.01)


def test_imputed_comparison_lies_by_em_and_dominance_sums(by_em, imputed):
    assert np.abs(imputed.values - by_em.values).max() < 0.03
    table = imputed.table.set_index(["measure", "block"])
    assert table.loc["dominance", "estimate"].sum() == pytest.approx(imputed.r2)
    widths = [
        (t["high"] - t["low"]).loc["alone"].to_numpy()
        for t in (table, by_em.table.set_index(["measure", "block"]))
    ]
    assert np.allclose(widths[0][:2], widths[1][:2], rtol=0.2)
    assert imputed.notes[0].startswith("missing answers imputed 20 times before scoring")
    assert abs(imputed.r2_cv - by_em.r2_cv) < 1e-9  # one table, the same folds


@pytest.mark.parametrize("missing", ["em", "impute"])
def test_bootstrap_of_incomplete_rows_says_how_often_a_pattern_recurs(gaps, missing, monkeypatch):
    monkeypatch.setattr(unscored, "IMPUTATIONS", 2)
    found = compare_blocks(gaps, "y", BLOCKS, missing=missing, resamples=8, seed=1)
    assert found.draws.shape == (8, 8)
    assert found.complete["reproduced"].between(0, 1).all()


def test_missing_at_random_is_repaired_where_complete_cases_are_biased():
    rng = np.random.default_rng(5)
    x, z = rng.standard_normal((2, 3000))
    y = 0.6 * x + 0.4 * z + rng.standard_normal(3000)
    table = pd.DataFrame({"x": x, "z": z, "y": y, "hint": y + rng.standard_normal(3000)})
    table.loc[table["hint"] > 0.3, "x"] = np.nan
    truth = 0.36 / 1.52
    blocks = {"x": ["x"], "z": ["z"], "hint": ["hint"]}
    estimates = {
        missing: compare_blocks(table, "y", blocks, missing=missing).values[1]
        for missing in ("complete", "em", "impute")
    }
    assert estimates["complete"] < truth - 0.08
    assert estimates["em"] == pytest.approx(truth, abs=0.04)
    assert estimates["impute"] == pytest.approx(truth, abs=0.05)


def answers(n, seed):
    """Two scales of two and three items; one item reversed."""
    rng = np.random.default_rng(seed)
    trust = rng.standard_normal(n)
    loyal = 0.6 * trust + 0.8 * rng.standard_normal(n)
    data = {f"t{i}": 4 + trust + 0.7 * rng.standard_normal(n) for i in (1, 2)}
    data |= {f"l{i}": 4 + loyal + 0.7 * rng.standard_normal(n) for i in (1, 2, 3)}
    data["l3"] = 8 - data["l3"]
    table = pd.DataFrame(data).round().clip(1, 7)
    return table.mask(rng.random(table.shape) < 0.2)


def codebook(design=None, columns=()):
    items = {c: {"answers": {"range": [1, 7]}} for c in ("t1", "t2", "l1", "l2", "l3")}
    items["l3"]["reversed"] = True
    scales = {
        "trust": {"construct": "trust", "items": ["t1", "t2"]},
        "loyalty": {"construct": "loyalty", "items": ["l1", "l2", "l3"]},
    }
    variables = {c: {"kind": "numeric", "answers": {"range": [-99, 99]}} for c in columns}
    book = {
        "study": "mine",
        "title": "Mine",
        "population": "customers",
        "items": items,
        "scales": scales,
    }
    return make_codebook(
        book
        | ({"variables": variables} if columns else {})
        | ({"design": design} if design else {})
    )


def test_items_are_imputed_before_scoring():
    study = read_study(answers(400, 1), codebook())
    blocks = {"bonds": ["trust"]}
    frame = model_frame(study, "loyalty", blocks, keep_incomplete=True)
    raw = raw_answers(study, frame, items=True)
    assert list(raw.table) == ["t1", "t2", "l1", "l2", "l3"]
    assert raw.outcome.tolist() == [False, False, True, True, True]
    whole = study.answers.dropna().iloc[:5]
    scored = raw.scored(whole[list(raw.table)])
    expected = np.column_stack(
        [whole[["t1", "t2"]].mean(axis=1), (whole["l1"] + whole["l2"] + 8 - whole["l3"]) / 3]
    )
    np.testing.assert_allclose(scored, expected)
    found = compare_blocks(study, "loyalty", blocks, missing="impute")
    plain = compare_blocks(study, "loyalty", blocks)
    assert found.n > 395 > 200 > plain.n
    assert found.n + found.n_dropped == 400
    full = compare_blocks(read_study(answers(20_000, 2), codebook()), "loyalty", blocks)
    assert found.r2_adjusted == pytest.approx(full.r2, abs=0.09)


def test_nothing_of_a_test_row_reaches_its_training_rows():
    table = answers(150, 3)[["t1", "t2", "l1"]].dropna(how="all", ignore_index=True)
    blocks = {"bonds": ["t1", "t2"]}
    fold = fold_numbers(len(table), 0)[0]
    changed = table.copy()
    changed.loc[(fold == 0) & table["l1"].notna(), "l1"] += 40
    made = []
    for data in (table, changed):
        frame = model_frame(data, "l1", blocks, keep_incomplete=True)
        made.append(raw_answers(data, frame, items=False).folds(0))
    (test, train), (test_changed, train_changed) = ((f.test, f.train) for f in made)
    np.testing.assert_allclose(train.mean[0, 0], train_changed.mean[0, 0], atol=1e-3)
    spread, changed_spread = (t.cross[0, 0] / t.weight[0, 0] for t in (train, train_changed))
    np.testing.assert_allclose(spread, changed_spread, atol=5e-3)
    assert abs(train.mean[1, 0] - train_changed.mean[1, 0]).max() > 1  # other folds do train on it
    # the predictors of test rows are completed without their outcome
    np.testing.assert_allclose(test.mean[0, 0, :2], test_changed.mean[0, 0, :2], atol=1e-3)
    assert test_changed.mean[0, 0, 2] - test.mean[0, 0, 2] == pytest.approx(40)


@pytest.mark.parametrize("missing", ["complete", "em"])
def test_noise_adds_nothing_out_of_sample_when_rows_are_drawn_twice(missing):
    """Folds by original row: plain folds see the twin of a test row in training."""
    by_row, plain = [], []
    noise = [f"x{i}" for i in range(6)]
    for seed in range(6 if missing == "complete" else 2):
        rng = np.random.default_rng([9, seed])
        data = answers(80, seed).assign(person=range(80))
        data = data.fillna(4) if missing == "complete" else data
        data[noise] = rng.standard_normal((80, 6))
        drawn = data.iloc[rng.integers(80, size=80)].reset_index(drop=True)
        blocks = {"bonds": ["trust"], "noise": noise}
        columns = [*noise, "person"]
        for design, into in (({"cluster": "person"}, by_row), (None, plain)):
            study = read_study(drawn, codebook(design, columns))
            found = compare_blocks(study, "loyalty", blocks, missing=missing, seed=seed)
            into.append(
                found.table.set_index(["measure", "block"]).loc[("unique_cv", "noise"), "estimate"]
            )
    assert np.mean(by_row) < -0.02
    assert np.mean(plain) > np.mean(by_row) + 0.02


def test_what_missing_cannot_do_is_told(gaps):
    with pytest.raises(SurveyError, match="missing='mean' is not known; take 'complete', 'em'"):
        compare_blocks(gaps, "y", BLOCKS, missing="mean")
    with pytest.raises(SurveyError, match="and from data in partitions, take missing='complete'"):
        compare_blocks(moments(gaps.dropna()), "y", BLOCKS, missing="em")
    town = gaps.assign(town=["a", "b", None] * 80)
    with pytest.raises(SurveyError, match=r"Nominal columns with missing values: \['town'\]"):
        compare_blocks(town, "y", {"where": ["town"]}, missing="impute")
    many = {f"b{i}": [f"b{i}"] for i in range(9)}
    table = pd.DataFrame(np.random.default_rng(0).standard_normal((60, 9)), columns=list(many))
    with pytest.raises(SurveyError, match="9 blocks; at most 8 with missing='impute'"):
        compare_blocks(table.assign(y=table.sum(axis=1) ** 2), "y", many, missing="impute")


def test_complete_nominal_columns_become_dummies_beside_incomplete_ones(gaps):
    town = gaps.assign(town=["a", "b", "c"] * 80)
    found = compare_blocks(town, "y", {"a": ["a1"], "where": ["town"]}, missing="em")
    assert found.blocks["where"] == ["town=b", "town=c"]
    assert found.n == 240
