"""Keys of rows as well-mixed numbers, the same on every machine, and the groups that they make."""

import numpy as np
import pandas as pd

GROUPS = 200  # left out one at a time for the intervals


def mixed(numbers: np.ndarray) -> np.ndarray:
    """Whole numbers to 64 well-mixed bits each (the finaliser of SplitMix64), one to one.

    Reference: Steele, Lea & Flood (2014), Fast splittable pseudorandom number generators.

    Examples
    --------
    >>> [hex(key) for key in mixed(np.arange(2))]
    ['0xe220a8397b1dcdaf', '0x6e789e6aa1b965f4']
    """
    z = np.asarray(numbers).astype(np.uint64)
    # the constant first, so that 0 does not stay 0
    z = z * np.uint64(0x9E3779B97F4A7C15) + np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


def hashed(ids: pd.Series) -> np.ndarray:
    """Identifiers, numbers or text, to 64 well-mixed bits each; missing ones alike.

    A whole number has the same bits however it is stored, as 3, 3.0 or nullable.
    """
    if ids.dtype.kind not in "iuf":
        text = ids.astype(object).to_numpy()
        return mixed(pd.util.hash_array(text, categorize=False))  # SipHash of it, a fixed key
    if not isinstance(ids.dtype, np.dtype):  # nullable: as floats large ones would not be whole
        keys = hashed(ids.fillna(0).astype(ids.dtype.numpy_dtype))
        keys[ids.isna()] = mixed(np.array([np.nan]).view(np.uint64))
        return keys
    numbers = ids.to_numpy()
    if numbers.dtype.kind in "iu":
        return mixed(numbers.astype(np.int64, copy=False))
    numbers = numbers.astype(np.float64, copy=False)
    keys = mixed(numbers.view(np.uint64))
    whole = (np.abs(numbers) < 2.0**63) & (numbers == np.rint(numbers))
    keys[whole] = mixed(numbers[whole].astype(np.int64))
    return keys


def groups_of(keys: np.ndarray, count: int = GROUPS) -> np.ndarray:
    """The group 0..count-1 of each key: its upper 32 bits cut into equal stretches."""
    return ((keys >> np.uint64(32)) * np.uint64(count) >> np.uint64(32)).astype(np.int64)
