"""Moments from a file: read as they were written, or one error."""

import numpy as np
import pandas as pd
import pytest

import loyaltystudy as ls
from loyaltystudy.errors import SurveyError
from loyaltystudy.survey._shared_moments import SharedMoments, moments_table

ROWS = pd.DataFrame({"x": [1.0, 2, 4, 5, 3], "y": [2.0, 1, 5, 4, 4]})


def table_of(moments):
    names = list(moments.columns)
    lower = pd.DataFrame(np.tril(moments.cross), columns=names)
    counts = {"n": moments.n, "weight": moments.weight, "weight2": moments.weight2}
    return pd.concat(
        [pd.DataFrame({**counts, "variable": names, "mean": moments.mean}), lower], axis=1
    )


def test_the_lower_triangle_is_enough(tmp_path):
    whole, path = ls.moments(ROWS), tmp_path / "moments.csv"
    table_of(whole).to_csv(path, index=False)
    found = SharedMoments.from_table(moments_table(path))
    assert found.columns == ("x", "y") and found.n == 5
    assert np.allclose(found.cross, whole.cross) and np.allclose(found.mean, whole.mean)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda t: t.drop(columns="mean"), "columns are missing: ['mean']"),
        (lambda t: t.assign(variable="x"), "one stands twice"),
        (lambda t: t.drop(columns="y"), "has no column of cross-products (['y'])"),
        (lambda t: t.assign(n="many"), "some cells hold no numbers"),
        (lambda t: t.assign(x=[np.nan, 1.0]), "must hold a number are empty"),
        (lambda t: t.assign(n=0), "below what it can be"),
        (lambda t: t.assign(x=[-1.0, 1.0]), "below what it can be"),
        (lambda t: t.iloc[:0], "no variable"),
        (lambda t: t.iloc[:1], "columns without a row of their own: ['y']; it was cut short"),
        (lambda t: t.assign(n=[5, 6]), "differs between rows"),
        (lambda t: t.assign(x=[10.0, 99.0]), "no answers can have these cross-products"),
    ],
)
def test_what_is_no_such_table(tmp_path, change, message):
    path = tmp_path / "moments.csv"
    change(table_of(ls.moments(ROWS))).to_csv(path, index=False)
    with pytest.raises(SurveyError) as caught:
        moments_table(path)
    assert message in str(caught.value) and "Fetch or write it again." in str(caught.value)


def test_no_file_and_no_csv(tmp_path):
    with pytest.raises(SurveyError, match=r"none.csv: not readable as moments \(FileNotFound"):
        moments_table(tmp_path / "none.csv")
    (tmp_path / "empty.csv").write_text("")
    with pytest.raises(SurveyError, match=r"empty.csv: not readable as moments \(EmptyData"):
        moments_table(tmp_path / "empty.csv")
