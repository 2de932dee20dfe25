"""Degenerate data: each gives the right value, or one error that names the column."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

import loyaltystudy as ls
from loyaltystudy import Moments, SurveyError, moments
from loyaltystudy.survey._codebook import make_codebook

N = 150
BLOCKS = {"T": ["t"], "Z": ["z"]}


def data() -> pd.DataFrame:
    rng = np.random.default_rng(0)
    x = pd.DataFrame({"t": rng.integers(1, 8, N), "z": rng.normal(size=N)})
    return x.assign(y=0.3 * x["t"] + rng.normal(size=N))


def figures(found) -> np.ndarray:
    return found.table[["estimate", "adjusted", "low", "high"]].to_numpy()


@pytest.mark.parametrize(
    "change",
    [
        lambda c: c.astype(object),
        lambda c: c.map(Decimal),
        lambda c: c.astype("Int64"),
        lambda c: pd.Series([np.int16(v) for v in c], dtype=object),
    ],
)
def test_numbers_kept_as_objects_are_numbers(change):
    x = data()
    changed = ls.compare_blocks(x.assign(t=change(x["t"])), "y", BLOCKS)
    assert changed.blocks == BLOCKS
    np.testing.assert_allclose(figures(changed), figures(ls.compare_blocks(x, "y", BLOCKS)))


def test_objects_of_yes_and_no_are_numbers_too_and_gaps_stay_gaps():
    x = data().assign(t=[True, False, None] * 50)
    found = ls.compare_blocks(x, "y", BLOCKS)
    assert found.blocks["T"] == ["t"] and found.n_dropped == 50


@pytest.mark.parametrize(
    ("column", "fault"),
    [
        (data()["t"].astype(str), "'t' holds digits kept as text; make it a number"),
        (data()["t"].map("{}.50".format), "'t' holds digits kept as text"),
        (pd.date_range("2020-01-01", periods=N), "'t' holds dates or times; turn it into a number"),
        (pd.to_timedelta(np.arange(N), unit="D"), "'t' holds dates or times"),
        (data()["t"] + 1j, "'t' holds complex numbers"),
        (pd.Series([[1], [2]] * 75), "'t' holds values that are neither numbers nor text"),
        (pd.Series(["a", 1, "b"] * 50), "'t' mixes text with other values"),
        (data()["z"].where(data()["z"] < 2, np.inf), "'t' is infinite in rows ["),
    ],
)
def test_what_could_be_taken_for_something_else_is_refused(column, fault):
    with pytest.raises(SurveyError) as error:
        ls.compare_blocks(data().assign(t=column), "y", BLOCKS)
    assert fault in str(error.value)


def test_all_faults_at_once():
    x = data().assign(t="1", z=np.inf)
    with pytest.raises(SurveyError) as error:
        ls.compare_blocks(x, "y", BLOCKS)
    assert "'t' holds digits" in str(error.value) and "'z' is infinite" in str(error.value)


def test_the_outcome_is_judged_like_any_column():
    x = data()
    found = ls.compare_blocks(x.assign(y=x["y"].astype(object)), "y", BLOCKS)
    np.testing.assert_allclose(figures(found), figures(ls.compare_blocks(x, "y", BLOCKS)))
    with pytest.raises(SurveyError, match="'y' holds digits kept as text"):
        ls.compare_blocks(x.assign(y=x["y"].round(2).astype(str)), "y", BLOCKS)


@pytest.mark.parametrize("labels", [(0, 1, 2), (("t", 1), ("z", 1), ("y", 1)), (1.5, 2.5, 3.5)])
def test_labels_that_are_no_text(labels):
    x = data()
    plain = ls.compare_blocks(x, "y", BLOCKS)
    t, z, y = labels
    changed = x.set_axis(pd.Index(labels, tupleize_cols=False), axis=1)
    found = ls.compare_blocks(changed, y, {"T": [t], "Z": z})
    assert found.blocks == {"T": [str(t)], "Z": [str(z)]} and found.outcome == str(y)
    np.testing.assert_allclose(figures(found), figures(plain))


def test_labels_that_name_no_one_column():
    x = data()
    doubled = pd.concat([x, x[["t"]]], axis=1)
    with pytest.raises(SurveyError, match=r"'t' stands 2 times in the data; rename all but one"):
        ls.compare_blocks(doubled, "y", BLOCKS)
    with pytest.raises(SurveyError, match=r"'t=1' has '=' in its name"):
        ls.compare_blocks(x.rename(columns={"t": "t=1"}), "y", {"T": ["t=1"], "Z": ["z"]})
    both = x.assign(**{"1": x["t"]}).rename(columns={"z": 1})
    with pytest.raises(SurveyError, match="reads like another column's name"):
        ls.compare_blocks(both, "y", {"A": ["1"], "B": [1]})
    with pytest.raises(SurveyError, match="'y' stands 2 times"):
        ls.compare_blocks_categorical(pd.concat([x, x[["y"]]], axis=1), "y", BLOCKS)


def test_weights_go_by_label():
    x = data().set_axis([f"r{i}" for i in range(N)])
    w = pd.Series(np.random.default_rng(1).uniform(0.5, 2, N), index=x.index)
    turned = moments(x, weights=w[::-1])
    np.testing.assert_array_equal(turned.cross, moments(x, weights=w.to_numpy()).cross)
    with pytest.raises(SurveyError, match=r"none for 2 rows, the first of them \['r0', 'r1'\]"):
        moments(x, weights=w[2:])
    with pytest.raises(SurveyError, match="labels of the rows stand twice"):
        moments(x.set_axis(["r0"] * N), weights=w)


@pytest.mark.parametrize("unit", [1e9, 1e-9])
def test_units_change_nothing(unit):
    x = data()
    found = ls.compare_blocks(x.assign(t=unit * x["t"], y=x["y"] / unit + 5 / unit), "y", BLOCKS)
    np.testing.assert_allclose(
        figures(found), figures(ls.compare_blocks(x, "y", BLOCKS)), atol=1e-9
    )


def weighted(spread: float, columns: int):
    rng = np.random.default_rng(3)
    x = pd.DataFrame(rng.normal(size=(300, columns))).add_prefix("x")
    x["y"] = 0.3 * x["x0"] + rng.normal(size=300)
    x["w"] = np.exp(spread * rng.normal(size=300))
    number = {"kind": "numeric", "answers": {"range": [-1e18, 1e18], "whole": False}}
    book = {"study": "s", "title": "S", "population": "customers", "design": {"weight": "w"}}
    half = columns // 2
    blocks = {"A": [f"x{i}" for i in range(half)], "B": [f"x{i}" for i in range(half, columns)]}
    book |= {"variables": dict.fromkeys(x, number), "blocks": blocks}
    return ls.read_study(x, make_codebook(book))


def test_weights_that_leave_too_few_rows_are_refused():
    for spread, columns in ((2.5, 8), (3.0, 8), (3.5, 15)):
        with pytest.raises(
            SurveyError, match=r"weights: so unequal that 300 rows count as \d+\.\d"
        ):
            ls.compare_blocks(weighted(spread, columns), "y")


def test_adjusted_r2_stays_between_minus_one_and_one():
    found = ls.compare_blocks(weighted(1.5, 4), "y")
    assert (found.table.query("measure != 'share'")["adjusted"].dropna().abs() <= 1).all()
    np.testing.assert_allclose(found.adjusted, found.found.r2 - found.found.bias)
    few = pd.DataFrame(np.random.default_rng(2).normal(size=(12, 10))).add_prefix("x")
    found = ls.compare_blocks(few, "x9", {"A": ["x0", "x1"], "B": [f"x{i}" for i in range(2, 9)]})
    assert found.adjusted[~np.isnan(found.adjusted)].min() >= -1
    if np.isnan(found.adjusted).any():
        assert any("too few for the columns" in note for note in found.notes)


def test_a_published_table_that_contains_a_total_of_its_parts():
    s = 3**0.5
    table = [[1, 0.5, 1.5 / s], [0.5, 1, 1.5 / s], [1.5 / s, 1.5 / s, 1]]
    r = pd.DataFrame(table, index=list("aby"), columns=list("aby"))
    found = ls.compare_blocks(Moments.from_correlations(r, n=100), "y", {"A": ["a"], "B": ["b"]})
    assert found.r2 == pytest.approx(1.0) and found.r2_adjusted == pytest.approx(1.0)
    rng = np.random.default_rng(4)
    rows = pd.DataFrame(rng.normal(size=(100, 2)), columns=["a", "b"])
    rows["y"] = rows["a"] + rows["b"]
    assert ls.compare_blocks(rows, "y", {"A": ["a"], "B": ["b"]}).r2 == pytest.approx(1.0)
    limits = found.table[found.table["measure"] == "alone"][["low", "high"]].to_numpy()
    assert (limits[:, 0] < 0.75).all() and (limits[:, 1] > 0.75).all()


def test_one_cluster_is_refused():
    x = data().assign(shop=7.0)
    number = {"kind": "numeric", "answers": {"range": [-1e6, 1e6], "whole": False}}
    book = {"study": "s", "title": "S", "population": "customers", "design": {"cluster": "shop"}}
    study = ls.read_study(x, make_codebook(book | {"variables": dict.fromkeys(x, number)}))
    with pytest.raises(SurveyError, match=r"Cluster 'shop': all complete rows are in \[7.0\]"):
        ls.compare_blocks(study, "y", BLOCKS)


@pytest.mark.parametrize(
    ("argument", "value"),
    [
        ("confidence", "0.95"),
        ("confidence", 95),
        ("resamples", "100"),
        ("resamples", 1.5),
        ("seed", -1),
        ("seed", None),
        ("resamples", float("nan")),
    ],
)
def test_arguments_of_the_wrong_kind(argument, value):
    with pytest.raises(SurveyError, match=rf"{argument}="):
        ls.compare_blocks(data(), "y", BLOCKS, **{argument: value})


@pytest.mark.parametrize("form", ["{:.1f}", "{:.0f}", "{:.2e}"])
@pytest.mark.parametrize("comma", [False, True])
def test_numbers_kept_as_text_are_no_categories(form, comma):
    name = next(iter(BLOCKS.values()))[0]
    text = data()[name].map(form.format)
    x = data().assign(**{name: text.str.replace(".", ",") if comma else text})
    with pytest.raises(SurveyError, match="holds digits kept as text"):
        ls.compare_blocks(x, "y", BLOCKS)


def test_a_column_without_answers_is_named():
    first = next(iter(BLOCKS.values()))[0]
    with pytest.raises(SurveyError, match=rf"Nobody answered \['{first}'\]"):
        ls.compare_blocks(data().assign(**{first: np.nan}), "y", BLOCKS)


@pytest.mark.parametrize("outcome", [["y"], {"y"}, data()["y"]])
def test_an_outcome_is_a_name(outcome):
    with pytest.raises(SurveyError, match="outcome: give the name of a column, not a"):
        ls.compare_blocks(data(), outcome, BLOCKS)
