"""Keys that come twice are found wherever they stand, however many buckets there are."""

from sys import getsizeof

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from loyaltystudy.outofcore import _buckets as buckets
from loyaltystudy.outofcore._buckets import (
    KEYS_AT_A_TIME,
    REPEATED_KEPT,
    Bucketed,
    Keys,
    buckets_for,
    repeated_in,
    smallest,
)
from loyaltystudy.survey._keys import mixed


@settings(max_examples=60, deadline=None)
@given(
    lists=st.lists(st.lists(st.integers(0, 40), max_size=20), min_size=1, max_size=6),
    count=st.integers(1, 9),
)
def test_keys_twice_are_those_of_all_keys(lists, count):
    keys = [Keys(mixed(np.array(own, dtype=int))) for own in lists]
    each = [Bucketed.of(len(k.values), k, count) for k in keys]
    every = each[0]
    for other in each[1:]:
        every = every + other
    assert every.table == sum(map(len, lists)) and len(every.buckets) == count
    assert getsizeof(every) >= 8 * every.table  # what Dask reckons with
    found = smallest([repeated_in(bucket) for bucket in every.buckets])
    values, times = np.unique([x for own in lists for x in own], return_counts=True)
    assert {*found} == {*mixed(values[times > 1])}


def test_a_bucket_holds_a_stretch_of_the_keys():
    keys = np.array([0, 2**62, 2**63 - 1, 2**63, 2**64 - 1], dtype=np.uint64)
    low, high = Keys(keys[::-1]).split(2)
    assert low.values.tolist() == keys[:3].tolist() and high.values.tolist() == keys[3:].tolist()
    sizes = [len(keys.values) for keys in Keys(mixed(np.arange(64_000))).split(64)]
    assert sum(sizes) == 64_000 and min(sizes) > 850 and max(sizes) < 1150  # 1,000, sd 31


def test_no_bucket_holds_more_keys_than_a_worker_takes_at_a_time(monkeypatch):
    assert [buckets_for(pieces, None) for pieces in (1, 4, 5, 120, 256, 9999)] == [
        1,
        1,
        2,
        30,
        64,
        64,
    ]
    for rows in (3 * 10**7, 10**9, 10**10):
        assert rows / buckets_for(-(-rows // 2**18), rows) <= KEYS_AT_A_TIME
    monkeypatch.setattr(buckets, "KEYS_AT_A_TIME", 10)
    assert buckets_for(1, 95) == 10


def test_the_smallest_are_kept():
    many = mixed(np.arange(REPEATED_KEPT + 50))
    found = repeated_in([Keys(many), Keys(many)])
    assert found.tolist() == np.sort(many)[:REPEATED_KEPT].tolist()
    assert smallest([many, found]).tolist() == np.sort([*many, *found])[:REPEATED_KEPT].tolist()
    assert repeated_in([]).tolist() == [] and repeated_in([Keys(many)]).tolist() == []
    with pytest.raises(ValueError):
        Bucketed.of(0, Keys(many), 2) + Bucketed.of(0, Keys(many), 3)
