"""Keys that come twice are found wherever they stand, however many buckets they are dealt to."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loyaltystudy.parts import buckets, mixed
from loyaltystudy.parts.buckets import KEYS_AT_A_TIME, TWICE_KEPT, Keyed, buckets_for, twice_in


@settings(max_examples=60, deadline=None)
@given(
    parts=st.lists(st.lists(st.integers(0, 40), max_size=20), min_size=1, max_size=6),
    count=st.integers(1, 9),
)
def test_keys_twice_are_those_of_all_keys_together(parts, count):
    keyed = [Keyed.of(len(part), mixed(np.array(part, dtype=int)), count) for part in parts]
    together = keyed[0]
    for other in keyed[1:]:
        together = together + other
    assert together.table == sum(map(len, parts)) and len(together.buckets) == count
    found = np.concatenate([twice_in(bucket) for bucket in together.buckets])
    values, times = np.unique([x for part in parts for x in part], return_counts=True)
    assert {*found} == {*mixed(values[times > 1])}


def test_a_bucket_holds_a_stretch_of_the_keys():
    keys = np.array([0, 2**62, 2**63 - 1, 2**63, 2**64 - 1], dtype=np.uint64)
    low, high = Keyed.of(None, keys[::-1], 2).buckets
    assert low[0].tolist() == keys[:3].tolist() and high[0].tolist() == keys[3:].tolist()
    sizes = [len(part) for (part,) in Keyed.of(None, mixed(np.arange(64_000)), 64).buckets]
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
    found = twice_in([np.sort(many), np.sort(many)])
    assert found.tolist() == np.sort(many)[:TWICE_KEPT].tolist()
    assert twice_in([]).tolist() == [] and twice_in([many]).tolist() == []
    with pytest.raises(ValueError):
        Keyed.of(0, many, 2) + Keyed.of(0, many, 3)
