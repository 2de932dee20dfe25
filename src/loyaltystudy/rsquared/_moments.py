"""Moments, which add up and subtract: all that the R² of every subset needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from loyaltystudy.errors import SurveyError, refuse
from loyaltystudy.opening import reader_of_partitions
from loyaltystudy.rsquared._measures import subset_r2 as subset_r2


@dataclass(frozen=True, eq=False)
class Moments:
    """All that a comparison needs to know of some columns: counts, means and cross-products.

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

    Examples
    --------
    >>> import loyaltystudy as ls, pandas as pd
    >>> rows = pd.DataFrame({"x": [1.0, 2, 3, 6], "y": [2.0, 1, 4, 5]})
    >>> whole = ls.moments(rows[:2]) + ls.moments(rows[2:])
    >>> int(whole.n), whole.mean.tolist(), round(float(whole.correlation[0, 1]), 3)
    (4, [3.0, 3.0], 0.845)
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
        # about the means, never raw sums of squares: years of birth would lose their digits
        gap = other.mean - self.mean
        # no rows on either side (an empty group) or left over: no share, and the mean stays
        added, whole = np.asarray(sign * other.weight), np.asarray(weight)
        share = np.divide(added, whole, out=np.zeros(whole.shape), where=whole != 0)
        # in place: of a thousand rows left out these are the largest arrays of a comparison
        spread = ((self.weight * share)[..., None] * gap)[..., :, None] * gap[..., None, :]
        spread += self.cross + other.cross if sign > 0 else self.cross - other.cross
        n = self.n + (1 if sign > 0 else -1) * other.n
        mean = self.mean + share[..., None] * gap
        weight2 = self.weight2 + sign * other.weight2
        return Moments(self.columns, n, weight, weight2, mean, spread)

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
        n, weight2 = self.n.sum(axis=0), self.weight2.sum(axis=0)
        return Moments(self.columns, n, weight, weight2, mean, self.cross.sum(axis=0) + between)

    def average(self) -> Moments:
        """One set of moments from completed versions of the same rows on the leading axis."""
        gap = self.mean - self.mean.mean(axis=0)
        spread = (gap[:, :, None] * gap[:, None, :]).mean(axis=0)
        cross = self.cross.mean(axis=0) + self.weight.mean() * spread
        counts = (self.n[0], self.weight[0], self.weight2[0])
        return Moments(self.columns, *counts, self.mean.mean(axis=0), cross)

    def select(self, columns: Sequence[str]) -> Moments:
        """The moments of some of the columns, in the order asked for."""
        absent = [column for column in columns if column not in self.columns]
        if absent:
            raise SurveyError(f"Not in the moments: {absent}. Columns: {[*self.columns]}.")
        if tuple(columns) == self.columns:
            return self
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
            scale = sd[..., :, None] * sd[..., None, :]
            return np.divide(self.cross, scale, out=scale)

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
    problems = [
        f"{names[i]}, {names[i]}: {r[i, i]:g} where 1 is due."
        for i in range(len(r))
        if not abs(r[i, i] - 1) <= 1e-8
    ]
    for i, j in np.argwhere(np.triu(~(np.abs(r) <= 1 + 1e-8) | (np.abs(r - r.T) > 1e-8), 1)):
        problems.append(f"{names[i]}, {names[j]}: {r[i, j]:g} and {r[j, i]:g}.")
    if not problems and np.linalg.eigvalsh(r)[0] < -1e-8:
        problems.append("no data can have these correlations together (a negative eigenvalue).")
    if n <= len(r):
        problems.append(f"n={n} rows for {len(r)} columns; more rows than columns are needed.")
    refuse(problems, heading="Correlation table")


def moments(data, *, weights=None) -> Moments:
    r"""Sum a table up into all that a comparison needs: counts, means and cross-products.

    .. math:: W = \sum_i w_i, \quad \bar x = \tfrac1W \sum_i w_i x_i, \quad
              C = \sum_i w_i (x_i - \bar x)(x_i - \bar x)'

    Parameters
    ----------
    data : DataFrame, Dask DataFrame, or path of a folder of Parquet files
        Numeric columns without missing values. Data in partitions are read once, and the moments
        of the partitions are added in their order: the same digits for any number of workers.
    weights : Series, array or None
        One positive weight a row; for a Dask DataFrame one of its columns.

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
    if reader := reader_of_partitions(data):
        return reader.sum_moments(data, weights)
    x = as_numbers(data)
    gaps = [str(c) for c, bad in zip(data, ~np.isfinite(x).all(axis=0), strict=True) if bad]
    if gaps:
        raise SurveyError(f"Columns with missing values: {gaps}. Drop or complete those rows.")
    w = check_weights(weights, len(x), data.index)
    return row_moments(x, w, tuple(map(str, data.columns)))


def as_numbers(data) -> np.ndarray:
    """The columns of a table as floats, missing values NaN; refused where one is not numeric."""
    if not isinstance(data, pd.DataFrame):
        raise SurveyError(f"data: expected a DataFrame, found {type(data).__name__}.")
    text = [str(c) for c in data if not pd.api.types.is_numeric_dtype(data[c])]
    if text:
        raise SurveyError(f"Columns that are not numeric: {text}. Code them as numbers first.")
    return data.to_numpy(dtype=float, na_value=np.nan)


def check_weights(weights, rows: int, index: pd.Index | None = None) -> np.ndarray:
    """Weights as an array, one positive number a row; those of a Series by the rows' labels."""
    if weights is None:
        return np.ones(rows)
    if index is not None and isinstance(weights, pd.Series) and not weights.index.equals(index):
        weights = _by_label(weights, index)
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


def _by_label(weights: pd.Series, index: pd.Index) -> pd.Series:
    """Weights in the order of the rows."""
    if not (index.is_unique and weights.index.is_unique):
        raise SurveyError(
            "weights: labels of the rows stand twice, so a Series cannot be put in their order. "
            "Give an array in the order of the rows."
        )
    absent = [*index[~index.isin(weights.index)]]
    if absent:
        raise SurveyError(
            f"weights: none for {len(absent)} rows, the first of them {absent[:5]}. Give a weight "
            "for every row, under its label."
        )
    return weights.loc[index]


def row_moments(x: np.ndarray, w: np.ndarray, columns: tuple[str, ...]) -> Moments:
    """Moments of an array of rows; all zero where there are none."""
    if not len(x):
        p, none = len(columns), np.asarray(0.0)
        return Moments(columns, np.asarray(0), none, none, np.zeros(p), np.zeros((p, p)))
    weight = w.sum()
    mean = w @ x / weight
    centred = x - mean
    n = np.asarray(len(x))
    return Moments(columns, n, weight, (w**2).sum(), mean, (centred * w[:, None]).T @ centred)


def group_moments(
    x: np.ndarray, w: np.ndarray, groups: np.ndarray, columns, *, count: int = 0
) -> Moments:
    """Moments of each group of rows, groups numbered from 0, stacked on the first axis.

    Groups without rows are there only where ``count`` says how many groups there are.
    """
    groups = np.asarray(groups)
    if (groups[1:] < groups[:-1]).any():
        # few bits are sorted in one pass; rows are moved once, and groups are then stretches
        order = np.argsort(groups.astype(np.min_scalar_type(groups.max())), kind="stable")
        x, w, groups = np.take(x, order, axis=0), np.take(w, order), groups[order]
    n = np.bincount(groups, minlength=count)
    weight, weight2 = (np.bincount(groups, v, minlength=count) for v in (w, w**2))
    if not count:
        weight, weight2, n = (of[n > 0] for of in (weight, weight2, n))
    ends = np.cumsum(n)
    stretches = [slice(a, b) for a, b in zip(ends - n, ends, strict=True)]
    mean = np.stack([w[rows] @ x[rows] for rows in stretches])
    mean = np.divide(mean, weight[:, None], out=mean, where=weight[:, None] != 0)
    # centred all at once: a call for each of hundreds of groups would cost more than its arithmetic
    centred = x - np.repeat(mean, n, axis=0)
    weighted = centred * w[:, None]
    cross = np.stack([weighted[rows].T @ centred[rows] for rows in stretches])
    return Moments(tuple(columns), n, weight, weight2, mean, cross)


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
