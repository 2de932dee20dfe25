# ruff: noqa: PD011 (``values`` are a comparison's own)
"""Missing answers: EM against lavaan, imputation against mice, leave-one-out against refits."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from loyaltystudy import compare_blocks, moments, read_study
from loyaltystudy.errors import SurveyError
from loyaltystudy.explain import _missing as unscored, _patterns as patterns
from loyaltystudy.explain._crossvalidation import fold_numbers
from loyaltystudy.explain._em import em_leave_one_out, em_moments
from loyaltystudy.explain._frame import model_frame
from loyaltystudy.explain._imputation import impute, pool_r2, pool_subsets
from loyaltystudy.explain._missing import raw_answers
from loyaltystudy.rsquared._estimates import Estimates
from loyaltystudy.rsquared._intervals import jackknife
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


def covariance(m):
    return m.cross / m.weight[..., None, None]


def test_em_agrees_with_lavaan(gaps):
    lavaan = pd.read_csv(REFERENCE / "incomplete_moments.csv", keep_default_na=False)
    found = em_moments(gaps)
    means = lavaan[lavaan["second"] == ""].set_index("first")
    pairs = lavaan[lavaan["second"] != ""].pivot_table("em", "first", "second")
    names = list(gaps)
    assert np.abs(found.mean - means.loc[names, "em"]).max() < 1e-6
    assert np.abs(covariance(found) - pairs.loc[names, names]).to_numpy().max() < 1e-6
    assert np.abs(found.mean - means.loc[names, "ml"]).max() < 1e-5
    assert found.n == len(gaps) == 240


def test_em_of_one_incomplete_column_is_the_regression_estimate():
    x = np.array([1.0, 2.0, 4.0, 5.0, 9.0, 12.0])
    y = np.array([2.0, 1.0, 5.0, 4.0, np.nan, np.nan])
    slope = np.cov(x[:4], y[:4])[0, 1] / np.var(x[:4], ddof=1)
    left = np.mean((y[:4] - y[:4].mean() - slope * (x[:4] - x[:4].mean())) ** 2)
    found = em_moments(pd.DataFrame({"x": x, "y": y}))
    np.testing.assert_allclose(
        found.mean, [x.mean(), y[:4].mean() + slope * (x.mean() - x[:4].mean())], rtol=1e-8
    )
    variance = left + slope**2 * x.var()
    expected = [[x.var(), slope * x.var()], [slope * x.var(), variance]]
    np.testing.assert_allclose(covariance(found), expected, rtol=1e-7)


def test_em_of_complete_rows_is_moments(gaps):
    complete = gaps.dropna()
    found, plain = em_moments(complete), moments(complete)
    np.testing.assert_allclose(found.mean, plain.mean, rtol=1e-12)
    np.testing.assert_allclose(found.cross, plain.cross, rtol=1e-10)


def test_whole_weights_stand_for_repeated_rows(gaps):
    times = np.arange(len(gaps)) % 3 + 1
    weighted = em_moments(gaps, weights=times)
    repeated = em_moments(gaps.loc[gaps.index.repeat(times)])
    np.testing.assert_allclose(weighted.mean, repeated.mean, rtol=1e-7)
    np.testing.assert_allclose(weighted.cross, repeated.cross, rtol=1e-6)


def test_em_does_not_depend_on_units_or_order_and_skips_empty_rows(gaps):
    names = list(gaps)[::-1]
    changed = pd.concat([gaps[names] * 1e4 - 7e5, pd.DataFrame([[np.nan] * 6], columns=names)])
    found = em_moments(changed)
    assert found.n == 240
    np.testing.assert_allclose(
        found.select(list(gaps)).correlation, em_moments(gaps).correlation, atol=1e-8
    )


@pytest.mark.parametrize("clustered", [False, True])
def test_leaving_out_by_one_newton_step_comes_close_to_a_refit(gaps, clustered):
    w = np.linspace(0.5, 2, len(gaps))
    units = np.arange(len(gaps)) % 60 if clustered else np.arange(len(gaps))
    whole, without = em_leave_one_out(gaps, weights=w, clusters=units if clustered else None)
    assert len(without.n) == units.max() + 1
    for unit in (0, 17, 59):
        kept = units != unit
        again = em_moments(gaps[kept], weights=w[kept])
        moved = np.abs(covariance(again) - covariance(whole)).max()
        missed = np.abs(covariance(without[unit]) - covariance(again)).max()
        assert missed < 0.04 * moved
        assert np.abs(without[unit].mean - again.mean).max() < 0.02 * moved
        assert (without[unit].n, without[unit].weight) == (again.n, pytest.approx(again.weight))


def test_every_reason_why_moments_are_not_identified_is_told():
    table = pd.DataFrame(
        {
            "x": [1.0, 2.0, 3.0, np.nan, np.nan, np.nan],
            "y": [np.nan, np.nan, np.nan, 1.0, 5.0, 2.0],
            "none": [np.nan] * 6,
            "flat": [3.0] * 6,
        }
    )
    with pytest.raises(SurveyError) as lines:
        em_moments(table)
    assert str(lines.value) == (
        "Missing answers: 3 problems.\n"
        "- column 'none' has no answers; leave it out.\n"
        "- column 'flat' is constant; leave it out.\n"
        "- columns 'x' and 'y' are never answered by the same row, so nothing tells how they go "
        "together; leave one out."
    )


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"d": "a"}, r"Columns that are not numeric: \['d'\]"),
        ({"d": np.inf}, r"Columns with infinite values: \['d'\]"),
    ],
)
def test_columns_that_em_cannot_take_are_named(gaps, change, message):
    with pytest.raises(SurveyError, match=message):
        em_moments(gaps.assign(**change))


def test_restated_columns_and_no_convergence_are_told(gaps, monkeypatch):
    with pytest.raises(SurveyError, match="'twice' is a linear combination"):
        em_moments(gaps.assign(twice=gaps["a1"] + gaps["c1"]))
    with pytest.raises(SurveyError, match="expected a DataFrame, found ndarray"):
        em_moments(gaps.to_numpy())
    monkeypatch.setattr(patterns, "MOST_ROUNDS", 3)
    with pytest.raises(SurveyError, match="EM did not converge in 3 rounds"):
        em_moments(gaps)


def test_imputation_keeps_answers_and_averages_to_em(gaps):
    tables = impute(gaps, m=60, seed=1)
    given = gaps.notna().to_numpy()
    for table in tables[:3]:
        assert not table.isna().any().any()
        assert (table.to_numpy()[given] == gaps.to_numpy()[given]).all()
    average = np.mean([np.cov(t.T, ddof=0) for t in tables], axis=0)
    assert np.abs(average - covariance(em_moments(gaps))).max() < 0.06  # a tenth of a variance
    again = impute(gaps, m=60, seed=1)
    assert all(a.equals(b) for a, b in zip(tables, again, strict=True))
    assert not tables[0].equals(impute(gaps, m=2, seed=2)[0])


def test_imputation_refuses_empty_rows_and_a_single_table(gaps):
    empty = gaps.copy()
    empty.iloc[4] = np.nan
    with pytest.raises(SurveyError, match=r"Rows without any answer: \[5\]"):
        impute(empty)
    with pytest.raises(SurveyError, match="m=1: at least 2"):
        impute(gaps, m=1)


def test_pooling_agrees_with_mice():
    """Exactly, on mice's own tables; its limits take 1.96 for the normal quantile."""
    pooled = pd.read_csv(REFERENCE / "incomplete_pooled.csv").set_index("model")
    each = pd.read_csv(REFERENCE / "incomplete_r2.csv")
    for model, part in each.groupby("model"):
        found = pool_r2(part["r2"], 240)
        assert found["estimate"] == pytest.approx(pooled.loc[model, "est"], abs=1e-12)
        assert found["low"] == pytest.approx(pooled.loc[model, "low"], abs=1e-5)
        assert found["high"] == pytest.approx(pooled.loc[model, "high"], abs=1e-5)
    with pytest.raises(SurveyError, match="two values or more from 0 to below 1"):
        pool_r2([0.2, 1.0], 50)


def test_imputations_vary_as_those_of_mice(gaps):
    """Within Monte Carlo error: z of R differs by under 4 of its standard errors.

    mice has 200 tables, and we 200. The spread between tables (what Rubin's rule adds) has a
    relative standard error of 1 / sqrt(2 * 200) = .05 on either side, and the bootstrap's is known
    to be about a tenth too small (Notes of ``impute``): .75 to 1.15 is asked.
    """
    pooled = pd.read_csv(REFERENCE / "incomplete_pooled.csv").set_index("model")
    tables = impute(gaps, m=200, seed=3)
    for model in ("all", "a", "b", "ab"):
        names = [c for b in ("abc" if model == "all" else model) for c in BLOCKS[b]]
        z = []
        for table in tables:
            x = np.column_stack([np.ones(len(table)), table[names]])
            left = table["y"] - x @ np.linalg.lstsq(x, table["y"], rcond=None)[0]
            z.append(np.arctanh(np.sqrt(1 - left.var() / table["y"].var())))
        sd = pooled.loc[model, "sd_z"]
        error = sd * np.sqrt(1 / 200 + 1 / 200)
        assert abs(np.mean(z) - np.arctanh(np.sqrt(pooled.loc[model, "est"]))) < 4 * error
        assert 0.75 < np.std(z, ddof=1) / sd < 1.15


def test_pooled_units_carry_rubins_variance():
    rng = np.random.default_rng(2)
    values = 0.3 + 0.02 * rng.standard_normal((5, 4))
    without = values[:, None] + 0.001 * rng.standard_normal((5, 40, 4))
    averaged = values.mean(axis=0) - 0.01
    tables = [Estimates.from_units(v, w) for v, w in zip(values, without, strict=True)]
    pooled = pool_subsets(tables, averaged)
    within = np.mean([jackknife(v, w)[0] ** 2 for v, w in zip(values, without, strict=True)], 0)
    expected = within + 1.2 * values.var(axis=0, ddof=1)
    np.testing.assert_allclose(pooled.se() ** 2, expected, rtol=1e-10)
    inside = np.mean([jackknife(v, w)[1] for v, w in zip(values, without, strict=True)], axis=0)
    np.testing.assert_allclose(pooled.bias, inside + 2 * (pooled.r2 - averaged), rtol=1e-9)
    # and of a difference: covariances are kept too
    pair = np.mean([jackknife(0.0, w[:, 0] - w[:, 1])[0] ** 2 for w in without])
    gap = pair + 1.2 * (values[:, 0] - values[:, 1]).var(ddof=1)
    assert pooled.se(lambda r2: r2[..., 0] - r2[..., 1]) ** 2 == pytest.approx(gap)
    assert pooled.freedom == 39  # of the units, however many tables


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
    (test, train), (test_changed, train_changed) = made
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
