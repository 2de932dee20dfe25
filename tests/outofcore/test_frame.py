"""A Dask DataFrame without codebook: which columns it may have."""

import numpy as np
import pandas as pd
import pytest

import loyaltystudy as ls
from loyaltystudy.errors import SurveyError

dd = pytest.importorskip("dask.dataframe")
rng = np.random.default_rng(1)
ROWS = pd.DataFrame(rng.normal(size=(120, 3)), columns=["x", "z", "y"])
ROWS["shop"] = pd.Categorical(rng.choice(["north", "south"], 120))
ROWS["member"] = rng.random(120) > 0.5
BLOCKS = {"one": ["x", "member"], "other": ["z", "shop"]}


def test_categories_and_truth_values_are_columns_as_in_memory():
    found = ls.compare_blocks(dd.from_pandas(ROWS, npartitions=3), "y", BLOCKS)
    whole = ls.compare_blocks(ROWS, "y", BLOCKS)
    assert found.n == whole.n == 120
    alike = ["block", "measure", "estimate"]
    pd.testing.assert_frame_equal(found.table[alike][:6], whole.table[alike][:6], rtol=1e-10)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"shop": "north"}, r"Make it so with frame.categorize\(\['shop'\]\)"),
        ({"x": np.nan}, r"Columns without any value: \['x'\]. Leave them out."),
        ({"z": np.inf}, r"Columns with infinite values: \['z'\]"),
    ],
)
def test_columns_that_no_comparison_takes(change, message):
    with pytest.raises(SurveyError, match=message):
        ls.compare_blocks(dd.from_pandas(ROWS.assign(**change), npartitions=3), "y", BLOCKS)


def test_names_that_are_not_there():
    with pytest.raises(SurveyError, match=r"Not in the data: \['q'\]"):
        ls.compare_blocks(dd.from_pandas(ROWS, npartitions=3), "y", {"one": ["q"]})
