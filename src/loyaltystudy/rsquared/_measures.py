"""Measures of explained variance, each a linear function of the R² of every subset of blocks.

Throughout, ``values`` has shape ``(..., 2**k)``: entry s is the R² of the blocks whose bits are
set in s, together with the controls. What the controls explain alone is ``values[..., 0]``.
"""

from __future__ import annotations

from math import comb

import numpy as np

from loyaltystudy.rsquared._subsets import shapley


def alone_r2(values: np.ndarray) -> np.ndarray:
    """R² of each block by itself, beyond the controls: v({j}) - v(∅); shape (..., k)."""
    k = blocks_of(values)
    return values[..., [1 << j for j in range(k)]] - values[..., :1]


def unique_r2(values: np.ndarray) -> np.ndarray:
    """R² that each block adds to all others: v(all) - v(all but j); shape (..., k).

    In the population zero means that the block adds nothing linear once all others are known.
    """
    k = blocks_of(values)
    full = (1 << k) - 1
    return values[..., full:] - values[..., [full ^ (1 << j) for j in range(k)]]


def dominance_r2(values: np.ndarray) -> np.ndarray:
    """General dominance: the mean over subset sizes of the mean R² added (Shapley value).

    Sums over blocks to v(all) - v(∅). In the population zero only if the block adds nothing to
    any subset; a block with a zero unique R² can have dominance. Shape (..., k).

    References
    ----------
    Budescu (1993), Psychological Bulletin 114, 542-551. Lindeman, Merenda & Gold (1980).
    """
    return shapley(values)


def conditional_r2(values: np.ndarray) -> np.ndarray:
    """Mean R² that each block adds to the subsets of each size; shape (..., k, k).

    The last axis is the number of other blocks already in the model, 0 to k - 1.
    """
    k = blocks_of(values)
    lead = values.shape[:-1]
    sizes = popcount(k - 1)
    # rows of sums over subsets by size, as one matrix product
    by_size = (sizes == np.arange(k)[:, None]) / np.array([comb(k - 1, s) for s in range(k)])[
        :, None
    ]
    return np.stack([added(values, j).reshape(*lead, -1) @ by_size.T for j in range(k)], axis=-2)


def commonality_r2(values: np.ndarray) -> np.ndarray:
    """What exactly these blocks together share of R², for every set of blocks; (..., 2**k - 1).

    Entry s - 1 belongs to the set whose bits are set in s. They sum to v(all) - v(∅). In the
    population those of single blocks are the unique R² and never negative, the others may be.

    References
    ----------
    Nimon & Reio (2011), Human Resource Development Review 10, 329-340.
    """
    joint, lead = values[..., -1:] - values[..., ::-1], values.shape[:-1]  # v(all) - v(all but S)
    for j in range(blocks_of(values)):  # Moebius: from "within S" to "exactly S"
        cube = joint.reshape(*lead, -1, 2, 1 << j).copy()
        cube[..., 1, :] -= cube[..., 0, :]
        joint = cube.reshape(*lead, -1)
    return joint[..., 1:]


def added(values: np.ndarray, block: int) -> np.ndarray:
    """R² that one block adds to each subset of the others; shape (..., 2**(k-1)).

    The subsets of the others are in the order of their bits with the block's bit taken out.
    """
    k = blocks_of(values)
    cube = values.reshape(*values.shape[:-1], 1 << (k - 1 - block), 2, 1 << block)
    return (cube[..., 1, :] - cube[..., 0, :]).reshape(*values.shape[:-1], 1 << (k - 1))


def subset_widths(widths, held: int = 0) -> np.ndarray:
    """Columns in the model of every subset of blocks with these widths, ``held`` in all."""
    total = np.array([held])
    for width in widths:
        total = np.concatenate([total, total + width])
    return total


def popcount(k: int) -> np.ndarray:
    """How many bits are set in 0..2**k - 1."""
    counts = np.zeros(1, dtype=np.int8)
    for _ in range(k):
        counts = np.concatenate([counts, counts + 1])
    return counts


def blocks_of(values: np.ndarray) -> int:
    """k, from the 2**k subsets of the last axis."""
    return values.shape[-1].bit_length() - 1


MEASURES = {"alone": alone_r2, "unique": unique_r2, "dominance": dominance_r2}
