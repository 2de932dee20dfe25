"""Keys that come twice are found wherever they stand, however many buckets they are dealt to."""

from sys import getsizeof

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loyaltystudy.outofcore import _buckets as buckets
from loyaltystudy.outofcore._buckets import (
    KEYS_AT_A_TIME,
    TWICE_KEPT,
    Dealt,
    Keys,
    buckets_for,
    smallest,
    twice_in,
)
from loyaltystudy.outofcore._keys import mixed


@settings(max_examples=60, deadline=None)
@given(
    parts=st.lists(st.lists(st.integers(0, 40), max_size=20), min_size=1, max_size=6),
    count=st.integers(1, 9),
)
def test_keys_twice_are_those_of_all_keys_together(parts, count):
    keys = [Keys(mixed(np.array(part, dtype=int))) for part in parts]
    dealt = [Dealt.of(len(k.values), k, count) for k in keys]
    together = dealt[0]
    for other in dealt[1:]:
        together = together + other
    assert together.table == sum(map(len, parts)) and len(together.buckets) == count
    assert getsizeof(together) >= 8 * together.table  # what Dask reckons with
    found = smallest([twice_in(bucket) for bucket in together.buckets])
    values, times = np.unique([x for part in parts for x in part], return_counts=True)
    assert {*found} == {*mixed(values[times > 1])}


def test_a_bucket_holds_a_stretch_of_the_keys():
    keys = np.array([0, 2**62, 2**63 - 1, 2**63, 2**64 - 1], dtype=np.uint64)
    low, high = Keys(keys[::-1]).deal(2)
    assert low.values.tolist() == keys[:3].tolist() and high.values.tolist() == keys[3:].tolist()
    sizes = [len(part.values) for part in Keys(mixed(np.arange(64_000))).deal(64)]
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
    many = mixed(np.arange(TWICE_KEPT + 50))
    found = twice_in([Keys(many), Keys(many)])
    assert found.tolist() == np.sort(many)[:TWICE_KEPT].tolist()
    assert smallest([many, found]).tolist() == np.sort([*many, *found])[:TWICE_KEPT].tolist()
    assert twice_in([]).tolist() == [] and twice_in([Keys(many)]).tolist() == []
    with pytest.raises(ValueError):
        Dealt.of(0, Keys(many), 2) + Dealt.of(0, Keys(many), 3)
