"""From purchases to counts."""

import numpy as np
import pandas as pd
import pytest

from loyaltystudy.errors import SurveyError
from loyaltystudy.purchases._counts import pool_brands, purchase_table
from loyaltystudy.purchases._fit import fit_dirichlet
from loyaltystudy.purchases._sources import load_panel

TABLE = pd.DataFrame({"a": [4, 0, 1, 6, 0], "b": [0, 2, 1, 0, 0], "c": [1, 0, 0, 0, 3]})


def test_counts_of_purchases_by_named_columns():
    panel = load_panel("yogurt")
    renamed = panel.purchases.rename(columns={"household": "who", "brand": "what"})
    fit = fit_dirichlet(renamed, household="who", brand="what")
    assert fit.value("S") == pytest.approx(fit_dirichlet(purchase_table(panel)).value("S"))


def category(described):
    return described.category.set_index("measure")["estimate"]


def test_table_is_pandas_crosstab():
    rng = np.random.default_rng(0)
    bought = pd.DataFrame({"h": rng.integers(0, 40, 900), "b": rng.choice(list("xyz"), 900)})
    ours = purchase_table(bought, household="h", brand="b")
    pd.testing.assert_frame_equal(ours, pd.crosstab(bought["h"], bought["b"]), check_dtype=False)


@pytest.mark.parametrize("kind", ["category", "string"])
def test_kind_of_column_does_not_matter(kind):
    bought = pd.DataFrame({"h": ["q", "p", "q"], "b": ["x", "y", "x"]})
    ours = purchase_table(bought.astype(kind), household="h", brand="b")
    assert ours.to_numpy().tolist() == [[0, 1], [2, 0]]
    assert list(ours.index) == ["p", "q"]


def test_bad_purchases_are_refused():
    bought = pd.DataFrame({"h": [1, 2, None], "b": ["x", "y", "z"]})
    with pytest.raises(SurveyError, match=r"h: 1 purchases without a value, first in rows \[2\]"):
        purchase_table(bought, household="h", brand="b")
    with pytest.raises(SurveyError, match=r"household='who', brand=None. Columns: \['h', 'b'\]"):
        purchase_table(bought, household="who")
    with pytest.raises(SurveyError, match="no purchases"):
        purchase_table(bought[:0], household="h", brand="b")
    with pytest.raises(SurveyError, match="found list"):
        purchase_table([1, 2], household="h", brand="b")
    with pytest.raises(SurveyError, match="b: mixes int and str"):
        purchase_table(pd.DataFrame({"h": [1, 1], "b": ["x", 3]}), household="h", brand="b")


def test_too_wide_a_table_is_refused_before_it_is_made():
    many = pd.DataFrame({"h": np.arange(20_000), "b": np.arange(20_000)})
    with pytest.raises(SurveyError, match="Pool the small brands"):
        purchase_table(many, household="h", brand="b")


def test_pooling_keeps_the_purchases():
    pooled = pool_brands(TABLE, keep=1, rest="others")
    assert pooled.columns.tolist() == ["a", "others"]
    assert pooled.sum(axis=1).tolist() == TABLE.sum(axis=1).tolist()
    with pytest.raises(SurveyError, match="keep=0"):
        pool_brands(TABLE, keep=0)
