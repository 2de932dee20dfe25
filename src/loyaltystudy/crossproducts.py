"""The heart: moments, which add up and subtract, and the R² of every subset from one matrix."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from loyaltystudy.errors import SurveyError

COLLINEAR = 1e-11  # 1 - R² of a column given the columns before it; below, it is a combination


@dataclass(frozen=True, eq=False)
class Moments:
    """Weighted count, means and centred cross-products of some columns.

    Arrays may have leading axes (groups of people, bootstrap draws): ``mean`` has shape
    ``(..., p)``, ``cross`` ``(..., p, p)``, the counts ``(...)``. Moments of disjoint rows add;
    the moments of a part subtract from those of the whole.

    Attributes
    ----------
    columns : tuple of str
    n : ndarray
        Rows.
    weight, weight2 : ndarray
        Sum of the weights and of their squares; without weights both equal ``n``.
    mean : ndarray
        Weighted means.
    cross : ndarray
        Sum of ``w (x - mean)(x - mean)'``.
    """

    columns: tuple[str, ...]
    n: np.ndarray
    weight: np.ndarray
    weight2: np.ndarray
    mean: np.ndarray
    cross: np.ndarray

    def __add__(self, other: Moments) -> Moments:
        self._same_columns(other)
        return self._merge(other, 1.0)

    def __sub__(self, other: Moments) -> Moments:
        self._same_columns(other)
        return self._merge(other, -1.0)

    def _merge(self, other: Moments, sign: float) -> Moments:
        weight = self.weight + sign * other.weight
        gap = other.mean - self.mean
        share = sign * other.weight / weight
        spread = (self.weight * share)[..., None, None] * gap[..., :, None] * gap[..., None, :]
        return Moments(
            self.columns,
            self.n + (1 if sign > 0 else -1) * other.n,
            weight,
            self.weight2 + sign * other.weight2,
            self.mean + share[..., None] * gap,
            self.cross + sign * other.cross + spread,
        )

    def _same_columns(self, other: Moments) -> None:
        if self.columns != other.columns:
            raise SurveyError(
                f"Moments of different columns do not add: {[*self.columns]} and "
                f"{[*other.columns]}. Select the same columns in the same order first."
            )

    def __getitem__(self, index) -> Moments:
        """Some of the groups."""
        parts = (self.n, self.weight, self.weight2, self.mean, self.cross)
        return Moments(self.columns, *(part[index] for part in parts))

    def total(self) -> Moments:
        """The groups of the leading axis added up."""
        weight = self.weight.sum(axis=0)
        mean = np.einsum("g...,g...p->...p", self.weight, self.mean) / weight[..., None]
        gap = self.mean - mean
        between = np.einsum("g...,g...p,g...q->...pq", self.weight, gap, gap)
        return Moments(
            self.columns,
            self.n.sum(axis=0),
            weight,
            self.weight2.sum(axis=0),
            mean,
            self.cross.sum(axis=0) + between,
        )

    def select(self, columns: Sequence[str]) -> Moments:
        """The moments of some of the columns, in the order asked for."""
        absent = [column for column in columns if column not in self.columns]
        if absent:
            raise SurveyError(f"Not in the moments: {absent}. Columns: {[*self.columns]}.")
        at = [self.columns.index(column) for column in columns]
        cross = self.cross[..., at, :][..., :, at]
        counts = (self.n, self.weight, self.weight2)
        return Moments(tuple(columns), *counts, self.mean[..., at], cross)

    @property
    def n_effective(self) -> np.ndarray:
        """Kish's effective sample size, (sum w)² / sum w²."""
        return self.weight**2 / self.weight2

    @property
    def correlation(self) -> np.ndarray:
        sd = np.sqrt(np.diagonal(self.cross, axis1=-2, axis2=-1))
        with np.errstate(invalid="ignore", divide="ignore"):
            return self.cross / (sd[..., :, None] * sd[..., None, :])

    @classmethod
    def from_correlations(cls, correlation: pd.DataFrame, *, n: int, means=0.0, sds=1.0) -> Moments:
        """Moments of a published correlation table.

        Parameters
        ----------
        correlation : DataFrame
            Square, symmetric, ones on the diagonal, the same names on both sides.
        n : int
            Rows behind the table.
        means, sds : float, sequence or Series
            Of each column (divisor n - 1 for the standard deviations). A Series goes by its
            names, whatever their order; a sequence is in the order of the table.

        Raises
        ------
        SurveyError
            If the table is not a correlation matrix (naming the cells) or n is too small.

        Examples
        --------
        >>> table = pd.DataFrame([[1, .5], [.5, 1]], index=["x", "y"], columns=["x", "y"])
        >>> Moments.from_correlations(table, n=101).cross[0, 1].item()
        50.0
        """
        r = correlation.to_numpy(float)
        _check_correlation(correlation, r, n)
        names = tuple(map(str, correlation.columns))
        mean, sd = _per_column(means, names, "means"), _per_column(sds, names, "sds")
        if not (sd > 0).all():
            raise SurveyError(f"sds: {sd.tolist()}; each standard deviation is above zero.")
        count = np.asarray(float(n))
        cross = (n - 1) * r * np.outer(sd, sd)
        return cls(names, np.asarray(n), count, count, mean, cross)

    def __repr__(self) -> str:
        groups = f" in {self.n.shape[0]} groups" if self.n.ndim == 1 else ""
        return f"Moments of {int(np.sum(self.n))} rows{groups}: {', '.join(self.columns)}"


def _per_column(given, names: Sequence[str], argument: str) -> np.ndarray:
    """One number a column; a Series by its names."""
    if isinstance(given, pd.Series):
        labelled = given.rename(index=str)
        absent = [name for name in names if name not in labelled.index]
        if absent:
            raise SurveyError(f"{argument}: none for {absent}. Given: {[*labelled.index]}.")
        given = labelled[list(names)]
    values = np.asarray(given, float)
    if values.shape not in ((), (len(names),)) or not np.isfinite(values).all():
        raise SurveyError(f"{argument}: one number, or one for each of {[*names]}, is needed.")
    return np.broadcast_to(values, len(names)).copy()


def _check_correlation(table: pd.DataFrame, r: np.ndarray, n: int) -> None:
    names = [str(c) for c in table.columns]
    if r.ndim != 2 or r.shape[0] != r.shape[1] or [str(i) for i in table.index] != names:
        raise SurveyError("A correlation table has the same names on rows and columns.")
    problems = [f"{names[i]}, {names[i]}: {r[i, i]:g} where 1 is due." for i in range(len(r))
                if not abs(r[i, i] - 1) <= 1e-8]  # fmt: skip
    for i, j in np.argwhere(np.triu(~(np.abs(r) <= 1 + 1e-8) | (np.abs(r - r.T) > 1e-8), 1)):
        problems.append(f"{names[i]}, {names[j]}: {r[i, j]:g} and {r[j, i]:g}.")
    if not problems and np.linalg.eigvalsh(r)[0] < -1e-8:
        problems.append("no data can have these correlations together (a negative eigenvalue).")
    if n <= len(r):
        problems.append(f"n={n} rows for {len(r)} columns; more rows than columns are needed.")
    if problems:
        raise SurveyError(problems, heading="Correlation table")


def moments(data, *, weights=None) -> Moments:
    r"""Weighted count, means and centred cross-products of the columns of a table.

    .. math:: W = \sum_i w_i, \quad \bar x = \tfrac1W \sum_i w_i x_i, \quad
              C = \sum_i w_i (x_i - \bar x)(x_i - \bar x)'

    Parameters
    ----------
    data : DataFrame
        Numeric columns without missing values.
    weights : Series, array or None
        One positive weight a row.

    Returns
    -------
    Moments

    Raises
    ------
    SurveyError
        Naming columns that are not numeric or hold missing values, and rows whose weight is
        missing, zero or negative.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"x": [1., 2., 3.], "y": [2., 2., 5.]})
    >>> both = moments(table)
    >>> both.cross
    array([[2., 3.], [3., 6.]])
    >>> whole = moments(table[:2]) + moments(table[2:])
    >>> bool(abs(whole.cross - both.cross).max() < 1e-12)
    True
    """
    if not isinstance(data, pd.DataFrame):
        raise SurveyError(f"data: expected a DataFrame, found {type(data).__name__}.")
    text = [str(c) for c in data if not pd.api.types.is_numeric_dtype(data[c])]
    if text:
        raise SurveyError(f"Columns that are not numeric: {text}. Code them as numbers first.")
    x = data.to_numpy(dtype=float, na_value=np.nan)
    gaps = [str(c) for c, bad in zip(data, ~np.isfinite(x).all(axis=0), strict=True) if bad]
    if gaps:
        raise SurveyError(f"Columns with missing values: {gaps}. Drop or complete those rows.")
    w = check_weights(weights, len(x))
    return row_moments(x, w, tuple(map(str, data.columns)))


def check_weights(weights, rows: int) -> np.ndarray:
    """Weights as an array, one positive number a row."""
    if weights is None:
        return np.ones(rows)
    w = np.asarray(weights, dtype=float)
    if w.shape != (rows,):
        raise SurveyError(f"weights: {w.shape} given for {rows} rows; one weight a row is needed.")
    bad = [int(i) + 1 for i in np.flatnonzero(~(w > 0) | ~np.isfinite(w))]
    if bad:
        raise SurveyError(
            f"weights: missing, zero or negative in rows {bad[:100]}. "
            "Leave these rows out, or give them a positive weight."
        )
    return w


def row_moments(x: np.ndarray, w: np.ndarray, columns: tuple[str, ...]) -> Moments:
    """Moments of an array of rows."""
    weight = w.sum()
    mean = w @ x / weight
    centred = x - mean
    n = np.asarray(len(x))
    return Moments(columns, n, weight, (w**2).sum(), mean, (centred * w[:, None]).T @ centred)


def group_moments(x: np.ndarray, w: np.ndarray, groups: np.ndarray, columns) -> Moments:
    """Moments of each group of rows, groups numbered 0..G-1, stacked on the first axis."""
    order = np.argsort(groups, kind="stable")
    starts = np.flatnonzero(np.diff(groups[order], prepend=-1))
    parts = [row_moments(x[rows], w[rows], tuple(columns)) for rows in np.split(order, starts[1:])]
    return stack(parts)


def stack(parts: Sequence[Moments]) -> Moments:
    """Moments of several groups on one leading axis."""
    fields = ("n", "weight", "weight2", "mean", "cross")
    arrays = (np.stack([getattr(part, field) for part in parts]) for field in fields)
    return Moments(parts[0].columns, *arrays)


def without_rounding(part: Moments, whole: Moments) -> Moments:
    """A part's moments with spread that is rounding alone set to zero (a category not in it)."""
    reference = np.diagonal(whole.cross, axis1=-2, axis2=-1)
    real = np.diagonal(part.cross, axis1=-2, axis2=-1) > 1e-11 * reference
    if real.all():
        return part
    cross = np.where(real[..., :, None] & real[..., None, :], part.cross, 0.0)
    return Moments(part.columns, part.n, part.weight, part.weight2, part.mean, cross)


def subset_r2(
    m: Moments, outcome: str, blocks, controls: Sequence[str] = (), *, tolerant: bool = False
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
    state = np.ascontiguousarray(np.moveaxis(r, 0, 2))  # (column, column, subset and draw)
    names = list(columns)
    for _ in controls:
        state = _take_out(state, names, tolerant)
        names = names[1:]
    for block in blocks:
        width, draws = len(block), state.shape[2]
        left = len(names) - width
        both = np.empty((left, left, 2 * draws))  # without the block, and with it
        both[:, :, :draws] = state[width:, width:]
        swept = state
        for j in range(width):
            out = both[:, :, draws:] if j == width - 1 else None
            swept = _take_out(swept, names[j:], tolerant, out)
        state, names = both, names[width:]
    return state[0, 0].reshape(-1, len(r)).T


def _take_out(state: np.ndarray, names, tolerant: bool, out: np.ndarray | None = None):
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
