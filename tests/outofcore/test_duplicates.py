"""Rows whose keys came twice are found again, and only those."""

import numpy as np
import pandas as pd
import pytest

from loyaltystudy.errors import ROWS
from loyaltystudy.outofcore._buckets import REPEATED_KEPT
from loyaltystudy.outofcore._duplicates import places_of, repeated_rows
from loyaltystudy.outofcore._engine import open_partitions

dd = pytest.importorskip("dask.dataframe")
FRAME = pd.DataFrame({"who": ["a", "b", "c", "a", "d", "c", "a"]})
KEYS = {"a": 7, "b": 8, "c": 8, "d": 9}  # two different names with one key


def identify(batch):
    names = batch.frame["who"]
    keys = names.map(KEYS).to_numpy(dtype=np.uint64)
    return np.arange(len(names)), keys, lambda at: names.iloc[at]


@pytest.fixture
def partitions():
    return open_partitions(dd.from_pandas(FRAME, npartitions=2))


def test_what_shares_a_key_only_is_no_duplicate(partitions):
    found = places_of(partitions, np.array([7, 8], dtype=np.uint64), ["who"], identify)
    assert {who: at.count for who, at in found.items()} == {"a": 3, "c": 2}


def test_no_key_twice_no_second_look():
    assert places_of(None, np.array([], dtype=np.uint64), ["who"], identify) == {}


def test_the_rows_stand_in_the_text(partitions):
    keys = np.array([7, 8], dtype=np.uint64)
    (line,) = repeated_rows(partitions, keys, ["who"], identify, f"twice, in {ROWS}.").lines()
    assert line == "twice, in partition 0 rows 1, 3, 4; partition 1 rows 2, 3."


def test_where_more_came_twice_than_are_kept_the_text_says_so(partitions):
    keys = np.arange(REPEATED_KEPT, dtype=np.uint64)
    (line,) = repeated_rows(partitions, keys, ["who"], identify, f"in {ROWS}").lines()
    assert line.startswith("in at least partition 0 rows")
