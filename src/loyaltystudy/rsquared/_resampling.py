"""Bootstrap draws of moments, by matrix products: rows are counted, never copied."""

from collections.abc import Sequence

import numpy as np

from loyaltystudy.errors import SurveyError
from loyaltystudy.rsquared._moments import Moments, group_moments, without_rounding

BLOCK = 64  # draws that share one random stream; a constant, so that no draw depends on workers
ROWS = 1 << 13  # rows whose products are held at a time


def bootstrap_moments(
    x: np.ndarray,
    w: np.ndarray,
    *,
    draws: int,
    seed: int,
    workers: int = 1,
    groups: np.ndarray | None = None,
    columns: Sequence[str] | None = None,
) -> Moments:
    r"""Moments of bootstrap samples: rows, or whole groups of rows, drawn with replacement.

    A draw is a vector of counts *c*. With *z* the products :math:`(1, w, w^2, w x, w x x')` of
    each row, all draws are one matrix product :math:`c'z`, from which means and centred
    cross-products follow. Work: draws × rows × columns² / 2; memory: 64 draws × rows × 2 bytes,
    and the result, whatever the number of draws.

    Parameters
    ----------
    x : ndarray, shape (n, p)
    w : ndarray, shape (n,)
        Positive weights.
    draws : int
    seed : int
        Each block of 64 draws has its own stream spawned from it, so the draws are the same for
        any number of workers, and the first draws the same however many follow.
    workers : int
        Processes (joblib); -1 for one a core.
    groups : ndarray of int, shape (n,), optional
        Clusters 0..G-1, drawn whole.
    columns : sequence of str, optional
        Names; by default ``x0``, ``x1``, ...

    Returns
    -------
    Moments
        With leading axis draws.

    Raises
    ------
    SurveyError
        If draws or seed is not a whole number from 1 or 0.

    Examples
    --------
    >>> x = np.random.default_rng(0).normal(size=(50, 3))
    >>> drawn = bootstrap_moments(x, np.ones(50), draws=200, seed=1)
    >>> drawn.cross.shape, int(drawn.n[0])
    ((200, 3, 3), 50)
    """
    names = tuple(columns) if columns is not None else tuple(f"x{j}" for j in range(x.shape[1]))
    if groups is not None:
        parts = group_moments(x, w, groups, names)
        return bootstrap_groups(parts, draws=draws, seed=seed, workers=workers)
    mean = w @ x / w.sum()
    products = _RowProducts(x - mean, w)
    if len(x) <= ROWS:
        products = _Table(products.rows(0, len(x)))
    sums = _all_sums(products, len(x), draws, seed, workers)
    return _moments_of_sums(sums, mean, names, _whole(products, len(x), mean, names))


def bootstrap_groups(m: Moments, *, draws: int, seed: int, workers: int = 1) -> Moments:
    """The same for groups of which only the moments are at hand (leading axis groups)."""
    mean = m.total().mean
    gap = m.mean - mean
    i, j = np.triu_indices(len(m.columns))
    second = m.cross[:, i, j] + m.weight[:, None] * gap[:, i] * gap[:, j]
    counts = np.stack([m.n, m.weight, m.weight2], axis=1)
    products = _Table(np.concatenate([counts, m.weight[:, None] * gap, second], axis=1))
    sums = _all_sums(products, len(m.n), draws, seed, workers)
    return _moments_of_sums(sums, mean, m.columns, _whole(products, len(m.n), mean, m.columns))


class _Table:
    """Products that stand ready, one row a unit."""

    def __init__(self, table: np.ndarray) -> None:
        self.table, self.width = table, table.shape[1]

    def rows(self, start: int, stop: int) -> np.ndarray:
        return self.table[start:stop]


class _RowProducts:
    """Products of centred rows, made when needed: they are wider than the rows by p / 2."""

    def __init__(self, x: np.ndarray, w: np.ndarray) -> None:
        self.x, self.w = np.ascontiguousarray(x), np.asarray(w, float)
        p = x.shape[1]
        self.width = 3 + p + p * (p + 1) // 2

    def rows(self, start: int, stop: int) -> np.ndarray:
        x, w = self.x[start:stop], self.w[start:stop]
        p = x.shape[1]
        out = np.empty((len(x), self.width))
        out[:, 0], out[:, 1], out[:, 2] = 1.0, w, w**2
        weighted = out[:, 3 : 3 + p]
        np.multiply(x, w[:, None], out=weighted)
        at = 3 + p
        for j in range(p):
            np.multiply(weighted[:, j:], x[:, j, None], out=out[:, at : at + p - j])
            at += p - j
        return out


def draw_counts(stream: np.random.SeedSequence, draws: int, units: int) -> np.ndarray:
    """How often each unit is drawn, for some draws of as many units; (draws, units)."""
    rng = np.random.default_rng(stream)
    counts = np.empty((draws, units), dtype=np.uint16)
    some = max(1, (1 << 16) // units)  # draws counted together, for the cache's sake
    for start in range(0, draws, some):
        part = counts[start : start + some]
        drawn = rng.integers(units, size=part.shape)
        drawn += np.arange(len(part))[:, None] * units
        part[:] = np.bincount(drawn.ravel(), minlength=part.size).reshape(part.shape)
    return counts


def _sums(products, units: int, draws: int, stream) -> np.ndarray:
    """Sums of the products over the drawn units, for one block of draws."""
    counts = draw_counts(stream, draws, units)
    out = np.zeros((draws, products.width))
    for start in range(0, units, ROWS):
        stop = min(start + ROWS, units)
        out += counts[:, start:stop].astype(float) @ products.rows(start, stop)
    return out


def _all_sums(products, units: int, draws: int, seed: int, workers: int) -> np.ndarray:
    for name, value, least in (("draws", draws, 1), ("seed", seed, 0)):
        if int(value) != value or value < least:
            raise SurveyError(f"{name}={value}: a whole number from {least} is needed.")
    starts = range(0, int(draws), BLOCK)
    streams = np.random.SeedSequence(int(seed)).spawn(len(starts))
    tasks = [
        (products, units, min(BLOCK, draws - start), stream)
        for start, stream in zip(starts, streams, strict=True)
    ]
    return np.concatenate(list(_run(tasks, workers)))


def _run(tasks, workers: int):
    """One result a task, in order; a progress bar where it takes over two seconds."""
    from tqdm import tqdm

    if workers == 1:
        results = (_sums(*task) for task in tasks)
    else:
        from joblib import Parallel, delayed

        parallel = Parallel(n_jobs=workers, return_as="generator")
        results = parallel(delayed(_sums)(*task) for task in tasks)
    return tqdm(results, total=len(tasks), desc="bootstrap", unit="block", disable=None, delay=2)


def _whole(products, units: int, mean: np.ndarray, names) -> Moments:
    ones = np.ones((1, ROWS))
    parts = [products.rows(i, min(i + ROWS, units)) for i in range(0, units, ROWS)]
    sums = sum(ones[:, : len(part)] @ part for part in parts)
    return _unpack(sums, mean, names)[0]


def _moments_of_sums(sums, mean, names, whole: Moments) -> Moments:
    return without_rounding(_unpack(sums, mean, names), whole)


def _unpack(sums: np.ndarray, mean: np.ndarray, names: tuple[str, ...]) -> Moments:
    p = len(names)
    n, weight, weight2 = sums[:, 0], sums[:, 1], sums[:, 2]
    # sums are about the mean of all rows: this last centring moves little and costs no digits
    shift = sums[:, 3 : 3 + p] / weight[:, None]
    cross = np.empty((len(sums), p, p))
    i, j = np.triu_indices(p)
    cross[:, i, j] = sums[:, 3 + p :]
    cross[:, j, i] = sums[:, 3 + p :]
    cross -= weight[:, None, None] * shift[:, :, None] * shift[:, None, :]
    return Moments(names, n, weight, weight2, mean + shift, cross)
