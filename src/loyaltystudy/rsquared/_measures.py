"""Measures of explained variance, each a linear function of the R² of every subset of blocks.

Throughout, ``values`` has shape ``(..., 2**k)``: entry s is the R² of the blocks whose bits are
set in s, together with the controls. What the controls explain alone is ``values[..., 0]``.
"""

from collections.abc import Sequence
from math import comb

import numpy as np

from loyaltystudy.errors import SurveyError


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
    """What exactly these blocks share of R², for every set of blocks; (..., 2**k - 1).

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
    # doubling appends the subsets that have the next block too
    counts = np.zeros(1, dtype=np.int8)
    for _ in range(k):
        counts = np.concatenate([counts, counts + 1])
    return counts


def blocks_of(values: np.ndarray) -> int:
    """k, from the 2**k subsets of the last axis."""
    return values.shape[-1].bit_length() - 1


MEASURES = {"alone": alone_r2, "unique": unique_r2, "dominance": dominance_r2}


CACHED = 1 << 16  # entries of a state, of which a few fit the processor's cache
COLLINEAR = 1e-11  # 1 - R² of a column given the columns before it; below, it is a combination


def subset_r2(
    m, outcome: str, blocks, controls: Sequence[str] = (), *, tolerant: bool = False
) -> np.ndarray:
    r"""R² of the outcome on every subset of blocks, controls always in.

    .. math:: R^2_S = 1 - \frac{|R_{S \cup y}|}{|R_S|}

    found by sweeping the correlation matrix: each column in turn is taken out of all that
    follow (a Schur complement); at the end of a block the matrix is kept both ways, with the
    block swept and without. After the last block the one entry left is 1 - R² of each subset.

    Parameters
    ----------
    m : Moments
        May have leading axes (draws, groups), which the result keeps.
    outcome : str
    blocks : list of list of str
        k disjoint lists of columns.
    controls : list of str
        Columns in every subset.
    tolerant : bool
        A column that is constant, or a linear combination of those before it, then adds nothing
        instead of raising. For draws and parts of rows whose whole has been checked: a rare
        category may be absent from a draw.

    Returns
    -------
    ndarray, shape (..., 2**k)
        Entry s belongs to the subset of blocks whose bits are set in s; entry 0 is the R² of
        the controls alone.

    Raises
    ------
    SurveyError
        If a column is constant, or is a linear combination of others (naming them).

    Notes
    -----
    Work and memory grow as 2**k; with 20 single columns the state is about 20 MB.
    """
    columns = [*controls, *(column for block in blocks for column in block), outcome]
    r = m.select(columns).correlation
    lead, p = r.shape[:-2], len(columns)
    flat = r.reshape(-1, p, p)
    absent = np.isnan(np.diagonal(flat, axis1=1, axis2=2))
    constant = [c for c, bad in zip(columns, absent.any(axis=0), strict=True) if bad]
    if outcome in constant:
        raise SurveyError(f"The outcome {outcome!r} is constant: there is nothing to explain.")
    if constant and not tolerant:
        raise SurveyError(f"Constant columns explain nothing: {constant}. Leave them out.")
    if constant:
        flat = np.nan_to_num(flat)
    # a chunk's state should stay in the processor's cache
    step = max(1, 2**17 // (4 * 2 ** len(blocks)))
    out = np.empty((len(flat), 1 << len(blocks)))
    for i in range(0, len(flat), step):
        left = _sweep(flat[i : i + step], columns, blocks, controls, tolerant)
        np.subtract(1, left, out=out[i : i + step])
    return out.reshape(*lead, -1)


def _sweep(r: np.ndarray, columns, blocks, controls, tolerant: bool) -> np.ndarray:
    # (column, column, subset and draw): the last axis, which doubles with each block, is the one
    # that is contiguous, so that every operation below runs along it
    state = np.ascontiguousarray(np.moveaxis(r, 0, 2))
    names = list(columns)
    for _ in controls:
        state = _take_out(state, names, tolerant)
        names = names[1:]
    return _expanded(state, names, [len(block) for block in blocks], tolerant).reshape(-1, len(r)).T


def _expanded(state: np.ndarray, names, widths: Sequence[int], tolerant: bool) -> np.ndarray:
    """1 - R² of every subset of the blocks that are left, for each entry of the last axis.

    What has grown large is cut into pieces that stay in the processor's cache to the end.
    """
    for at, width in enumerate(widths):
        draws, ahead = state.shape[2], len(widths) - at
        piece = max(1, CACHED >> ahead)
        if draws >= 4 * piece and ahead < len(widths):
            parts = range(0, draws, piece)
            rest = widths[at:]
            made = [_expanded(state[:, :, i : i + piece], names, rest, tolerant) for i in parts]
            return np.concatenate([part.reshape(1 << ahead, -1) for part in made], axis=1).ravel()
        left = len(names) - width
        # without the block, then with it: the block's bit in the number of the subset is 0, then 1
        both = np.empty((left, left, 2 * draws))
        both[:, :, :draws] = state[width:, width:]
        swept = state
        for j in range(width):
            # the last column writes into its place at once, which saves a copy of half the state
            out = both[:, :, draws:] if j == width - 1 else None
            swept = _take_out(swept, names[j:], tolerant, out)
        state, names = both, names[width:]
    return state[0, 0]


def _take_out(state: np.ndarray, names, tolerant: bool, out: np.ndarray | None = None):
    # Schur complement of the first column: what is left of all others, R_jk - R_j1 R_1k / R_11.
    # The pivot is 1 - R² of the column on those swept before it
    pivot, row = state[0, 0], state[0, 1:]
    usable = pivot > COLLINEAR
    if usable.all():
        scaled = row / pivot
    elif tolerant:
        scaled = np.divide(row, pivot, out=np.zeros_like(row), where=usable)
    else:
        raise SurveyError(
            f"Column {names[0]!r} is a linear combination of columns before it. "
            "Leave out one of the columns that restate each other."
        )
    left = np.multiply(scaled[:, None], row[None], out=out)
    return np.subtract(state[1:, 1:], left, out=left)


def shapley(values: np.ndarray) -> np.ndarray:
    r"""Shapley value of each player from the worth of every subset.

    .. math:: \phi_j = \sum_{S \not\ni j} c_{|S|} [v(S \cup j) - v(S)]
              = \sum_{S \ni j} (c_{|S|-1} + c_{|S|})\, v(S) - \sum_S c_{|S|}\, v(S),
              \qquad c_s = \frac{1}{k \binom{k-1}{s}}, \; c_k = 0

    The second form needs each subset once, so it is one matrix product for many draws; for many
    players it is a sum over halves, which are then joined, in no more memory than two games.

    Parameters
    ----------
    values : ndarray, shape (..., 2**k)

    Returns
    -------
    ndarray, shape (..., k)

    Examples
    --------
    >>> shapley(np.array([0.0, 0.3, 0.2, 0.4]))
    array([0.25, 0.15])
    """
    k = blocks_of(values)
    sizes = popcount(k)
    # c[s]: weight of a step from s players to s + 1. A subset's worth counts for its members by the
    # step into it, against the others by the step out of it; written so that one array serves all
    c = np.array([*(1 / (k * comb(k - 1, s)) for s in range(k)), 0.0])
    inside, outside = (np.concatenate([[0.0], c[:-1]]) + c)[sizes], c[sizes]
    if k <= 12:
        # few players: the weights of all subsets as a matrix (2**k, k), one product for all draws
        member = np.arange(1 << k)[:, None] >> np.arange(k) & 1
        return values @ (member * inside[:, None] - outside[:, None])
    # one game at a time; the last player's subsets are the upper half, then both halves are joined
    flat = values.reshape(-1, 1 << k)
    found = np.empty((len(flat), k))
    for game, row in zip(found, flat, strict=True):
        left = row * inside
        for j in reversed(range(k)):
            upper = left[1 << j :]
            game[j] = upper.sum()
            left = left[: 1 << j] + upper
        game -= row @ outside
    return found.reshape(*values.shape[:-1], k)
