"""Keys that are the same on every machine, whatever a column stores."""

import numpy as np
import pandas as pd

from loyaltystudy.survey._keys import GROUPS, groups_of, hashed, mixed


def test_the_finaliser_of_splitmix64():
    # Steele, Lea & Flood (2014): the first outputs of the generator seeded with 0
    assert mixed(np.array([0, 0x9E3779B97F4A7C15], dtype=np.uint64))[0] == 0xE220A8397B1DCDAF
    assert len({*mixed(np.arange(10_000)).tolist()}) == 10_000


def test_equal_numbers_have_one_key_whatever_stores_them():
    kinds = ("int8", "int64", "float64", "Int64", "Float64", "uint16")
    keys = [hashed(pd.Series([1, 2, 100], dtype=kind)).tolist() for kind in kinds]
    assert all(own == keys[0] for own in keys)
    assert hashed(pd.Series(["1", "2"])).tolist() != keys[0][:2]


def test_missing_ones_are_alike_and_unlike_any_number():
    keys = hashed(pd.Series([0, None, None, 3], dtype="Int64"))
    assert keys[1] == keys[2] and len({*keys.tolist()}) == 3


def test_groups_are_of_about_one_size():
    sizes = np.bincount(groups_of(mixed(np.arange(100_000))), minlength=GROUPS)
    assert len(sizes) == GROUPS and sizes.min() > 400 and sizes.max() < 600
