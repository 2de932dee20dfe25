r"""Raking: weights that bring a sample to margins of its population, and replicates of them.

Replicates for variances are raked again. Raking needs no rows, only the weighted table of the
groups that the margins name, and what is raked once stays raked: a replicate starts from the
raked table less its own unit.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass, replace
from functools import cached_property
from io import StringIO

import numpy as np
import pandas as pd

from loyaltystudy.errors import SurveyError
from loyaltystudy.rsquared import Moments, group_moments

MOST_CELLS = 100_000  # of the table of all margins
MOST_PASSES = 2000
CLOSE = 1e-10  # how near every group of every margin must come to its share, relatively
REACHED = 1e-7
SMALLEST = 10  # people that a remark may count
EXTREME, UNEQUAL = 5, 1.5  # a weight, as times the mean; a design effect
MOST_TABLES, GROUPS = 300, 100  # with more tables to rake, random groups of rows are left out


def rake(table: np.ndarray, margins: Sequence[np.ndarray]) -> np.ndarray:
    """A table with one axis a margin, brought to the margins by iterative proportional fitting.

    R: ``survey::rake``. Deming & Stephan (1940), Annals of Mathematical Statistics 11, 427-444.
    """
    from ipfn.ipfn import ipfn

    axes = [[axis] for axis in range(table.ndim)]
    options = {"convergence_rate": CLOSE, "rate_tolerance": -1, "max_iteration": MOST_PASSES}
    with redirect_stdout(StringIO()):  # it prints where it stops
        return ipfn(table.copy(), [*margins], axes, **options).iteration()


def furthest(table: np.ndarray, margins: Sequence[np.ndarray]) -> list[float]:
    """How far each margin of a table is from what it should be, relatively."""
    axes = range(table.ndim)
    sums = [table.sum(axis=tuple(a for a in axes if a != axis)) for axis in axes]
    return [float(np.max(np.abs(s / m - 1))) for s, m in zip(sums, margins, strict=True)]


def unit_totals(
    rows: np.ndarray,
    clusters: np.ndarray | None,
    strata: np.ndarray | None,
    raking: Raking | None = None,
) -> np.ndarray:
    r"""What each unit, a row or a cluster, adds to the error of a sum over rows.

    .. math:: t_{hi} = \sqrt{\tfrac{n_h}{n_h - 1}} (z_{hi} - \bar z_h), \qquad
              z_{hi} = \sum_{r \in hi} u_r

    Their cross-products are the sum's covariance by Taylor linearisation, units drawn with
    replacement within strata; nothing of a stratum of one unit. Of raked weights *z* is what the
    margins leave, of every unit of the sample. R: ``survey::svytotal``.

    ``rows`` (n, q): weighted influence values; ``clusters`` (n,): each row's cluster, from 0;
    ``strata`` (units,): each unit's stratum.
    """
    if raking is not None:
        sums, strata = raking.unit_sums(rows), raking.strata
    elif clusters is None:
        sums = rows
    else:
        sums = np.zeros((clusters.max() + 1, rows.shape[1]))
        np.add.at(sums, clusters, rows)
    if strata is None:
        strata = np.zeros(len(sums), dtype=int)
    at = np.unique(strata, return_inverse=True)[1]
    sizes = np.bincount(at)
    means = np.zeros((len(sizes), rows.shape[1]))
    np.add.at(means, at, sums)
    apart = sums - (means / sizes[:, None])[at]
    return apart * np.sqrt(sizes / np.maximum(sizes - 1, 1))[at, None]


@dataclass(frozen=True, eq=False)
class Raking:
    r"""Weights of a whole sample raked to margins, and what the margins leave of a variance.

    Attributes
    ----------
    variables : tuple of str
        One a margin.
    groups : ndarray of int, shape (n, k)
        The group of each person in each margin; the last of a margin with ``gaps`` is no answer.
    shares : tuple of ndarray
        Of the groups with an answer, of each margin.
    base, weights : ndarray, shape (n,)
        Before and after raking, mean 1.
    units, strata : ndarray of int
        The unit (a cluster or a row) of each person, and the stratum of each unit.
    rows : ndarray of int
        Of the people an analysis uses, which of the n they are.
    people : Index
        Who the n are.
    """

    variables: tuple[str, ...]
    groups: np.ndarray
    shares: tuple[np.ndarray, ...]
    base: np.ndarray
    weights: np.ndarray
    units: np.ndarray
    strata: np.ndarray
    rows: np.ndarray
    people: pd.Index

    def __deepcopy__(self, memo) -> Raking:
        """Itself, since nothing changes it; pandas copies what a table carries with every step."""
        return self

    def brought_to_margins(self) -> Raking:
        """With the weights that reach the margins."""
        cells, at = self._cells
        table = np.bincount(at, self.base, minlength=len(cells))
        factors = self.raked(table, self.silent(table)) / table
        return replace(self, weights=self.base * factors[at])

    def of_people(self, people: pd.Index) -> Raking:
        """Of the people whom an analysis uses, by their labels."""
        return replace(self, rows=self.people.get_indexer(people))

    def of(self, rows: np.ndarray) -> Raking:
        """Of some of the people that an analysis uses; the others still hold the margins."""
        return replace(self, rows=self.rows[rows])

    @property
    def effect(self) -> float:
        """Kish's design effect of the weights, n sum w² / (sum w)²."""
        return float(len(self.weights) * (self.weights**2).sum() / self.weights.sum() ** 2)

    @property
    def remarks(self) -> tuple[str, ...]:
        """What to say beside every figure: unequal weights, and people without an answer."""
        said = []
        if self.weights.max() > EXTREME or self.effect > UNEQUAL:
            said.append(
                f"raked weights reach {self.weights.max():.2f} times the mean (design effect "
                f"{self.effect:.2f}), and none is trimmed: join margin groups with few people, or "
                "say why they stand for so many"
            )
        for name, shares, own in zip(self.variables, self.shares, self.groups.T, strict=True):
            silent = int((own == len(shares)).sum())
            count = silent if silent >= SMALLEST else f"fewer than {SMALLEST}"
            if silent:
                said.append(
                    f"{count} people gave no answer to {name!r}: those without an answer keep the "
                    "share that they have unraked, and the margin is that of the others"
                )
        return tuple(said)

    @property
    def freedom(self) -> int:
        """Degrees of freedom of a variance: units less strata."""
        return len(self.strata) - len(np.unique(self.strata))

    @property
    def by_rows(self) -> bool:
        """Whether every person is a unit."""
        return len(self.strata) == len(self.units)

    def in_groups(self, most: int, groups: int = GROUPS, seed: int = 0) -> Raking:
        """Rows beyond ``most`` in random groups within strata, which are then left out.

        So are fewer rows that would need too many tables: people of one cell with one base weight
        share a table. People of one cell go into different groups, so that no group takes a rare
        cell with it.
        """
        n = len(self.units)
        if not self.by_rows:
            return self
        alike = np.column_stack([self._cells[1], self.weights.round(9)])
        if n <= most and len(np.unique(alike, axis=0)) <= MOST_TABLES:
            return self
        stratum, sizes = self.strata[self.units], np.bincount(self.strata)
        within = np.minimum(sizes, max(2, groups // len(sizes)))  # groups of each stratum
        order = np.lexsort((np.random.default_rng(seed).random(n), self._cells[1], stratum))
        place = np.arange(n) - np.repeat(np.cumsum(sizes) - sizes, sizes)  # within the stratum
        units = np.empty(n, dtype=int)
        units[order] = place % within[stratum[order]] + (np.cumsum(within) - within)[stratum[order]]
        return replace(self, units=units, strata=np.repeat(np.arange(len(sizes)), within))

    @cached_property
    def _cells(self) -> tuple[np.ndarray, np.ndarray]:
        """The cells that have people (one group a margin), and the cell of each person."""
        cells, at = np.unique(self.groups, axis=0, return_inverse=True)
        return cells, at.reshape(-1)

    @cached_property
    def _indicators(self) -> np.ndarray:
        """Whether each cell lies in each group of each margin, all groups side by side."""
        columns = zip(self._cells[0].T, self._sizes, strict=True)
        return np.hstack([np.eye(size)[column] for column, size in columns])

    @property
    def _sizes(self) -> tuple[int, ...]:
        return tuple(len(s) + gap for s, gap in zip(self.shares, self.gaps, strict=True))

    @property
    def gaps(self) -> tuple[bool, ...]:
        """Of which margins some people gave no answer."""
        return tuple(
            bool(own.max() == len(s)) for own, s in zip(self.groups.T, self.shares, strict=True)
        )

    def margins(self, silent: Sequence[float], total: float) -> list[np.ndarray]:
        """The margins' sums of weights, where shares ``silent`` of them gave no answer."""
        parts = zip(self.shares, silent, self.gaps, strict=True)
        return [total * np.append(s * (1 - m), [m] * gap) for s, m, gap in parts]

    def silent(self, base: np.ndarray) -> np.ndarray:
        """Shares without an answer by base weights of cells ``(..., cells)``, a margin a column."""
        cells = self._cells[0]
        none = np.column_stack([cells[:, k] == len(s) for k, s in enumerate(self.shares)])
        return base @ none / base.sum(axis=-1, keepdims=True)

    def drawn(self, times: np.ndarray) -> np.ndarray:
        """Weights of the people an analysis uses where units count ``times`` over, raked again."""
        cells, at = self._cells
        weights, base = (w * times[self.units] for w in (self.weights, self.base))
        table = np.bincount(at, weights, minlength=len(cells))
        silent = self.silent(np.bincount(at, base, minlength=len(cells)))
        found = self.raked(table, silent)
        factors = np.divide(found, table, out=np.ones_like(table), where=table > 0)
        return (weights * factors[at])[self.rows]

    def drawn_or_kept(self, times: np.ndarray) -> tuple[np.ndarray, bool]:
        """The same; False, and weights not raked again, where a group would be without people."""
        try:
            return self.drawn(times), True
        except SurveyError:
            return (self.weights * times[self.units])[self.rows], False

    @property
    def targets(self) -> list[np.ndarray]:
        """The margins' sums of weights in the whole sample."""
        base = np.bincount(self._cells[1], self.base, minlength=len(self._cells[0]))
        return self.margins(self.silent(base), len(self.units))

    def raked(self, cells: np.ndarray, silent: Sequence[float]) -> np.ndarray:
        """Weights of cells brought to the margins, the sum of all weights kept at n."""
        table = np.zeros(self._sizes)
        table[tuple(self._cells[0].T)] = cells
        margins = self.margins(silent, len(self.units))
        self._check_people(table, margins)
        found = rake(table, margins)
        far = furthest(found, margins)
        if lost := [v for v, gap in zip(self.variables, far, strict=True) if not gap < REACHED]:
            raise SurveyError(
                f"design: the margins of {lost} are not reached, {max(far):.1%} off at most: with "
                "groups in which nobody answered, no weights reach all margins at once. Join "
                "small groups, or leave a margin out."
            )
        return found[tuple(self._cells[0].T)]

    def _check_people(self, table: np.ndarray, margins) -> None:
        """In a replicate a group may be without people: those it had are one unit."""
        axes, lost = range(table.ndim), []
        for axis, (variable, margin) in enumerate(zip(self.variables, margins, strict=True)):
            sums = table.sum(axis=tuple(a for a in axes if a != axis))
            lost += [variable] * bool(((sums <= 0) & (margin > 0)).any())
        if lost:
            raise SurveyError(
                f"design: margins of {lost} have a group with people of one cluster, or one "
                "person, alone; without it there is nothing to weight. Join it with another group."
            )

    @cached_property
    def replicates(self) -> tuple[np.ndarray, np.ndarray]:
        """Factors of the weights without each unit in turn, and the factor's column of each person.

        The rest of the unit's stratum is weighted up (JKn), then all are raked again. Factors are
        alike within a stratum and cell: shape (units, strata x cells).
        """
        cells, at = self._cells
        units, count, width = self.units, len(self.strata), len(cells)
        stratum = self.strata[units]
        sizes = np.bincount(self.strata)
        up = (sizes / (sizes - 1))[self.strata]
        tables = []
        for weights in (self.weights, self.base):
            own, whole = np.zeros((count, width)), np.zeros((len(sizes), width))
            np.add.at(own, (units, at), weights)
            np.add.at(whole, (stratum, at), weights)
            rest = whole[self.strata]
            tables.append(whole.sum(axis=0) - rest + up[:, None] * (rest - own))
        table, silent = tables[0], self.silent(tables[1])
        table[table < 1e-12 * table.max()] = 0.0
        factors = self._raked_again(table, silent)
        wide = np.repeat(factors[:, None, :], len(sizes), axis=1)
        wide[np.arange(count), self.strata] *= up[:, None]
        return wide.reshape(count, -1), stratum * width + at

    def _raked_again(self, tables: np.ndarray, silent: np.ndarray) -> np.ndarray:
        """Raked over unraked, of tables of replicates; tables that are alike are raked once."""
        every = np.hstack([tables, silent]).round(9)
        first, at = np.unique(every, axis=0, return_index=True, return_inverse=True)[1:]
        found = np.stack([self.raked(tables[i], silent[i]) for i in first])[at.reshape(-1)]
        return np.divide(found, tables, out=np.ones_like(tables), where=tables > 0)

    def without(self, x: np.ndarray, columns: Sequence[str]) -> Moments:
        """Moments of rows without each unit in turn, their weights raked again."""
        factors, place = self.replicates
        places, at = np.unique(place[self.rows], return_inverse=True)
        weights, unit = self.weights[self.rows], self.units[self.rows]
        cells = group_moments(x, weights, at, columns)
        own = group_moments(
            x, weights * factors[unit, place[self.rows]], unit, columns, count=len(factors)
        )
        return reweighted(cells, factors[:, places]) - own

    def unit_sums(self, pulls: np.ndarray) -> np.ndarray:
        r"""Sums by unit of what the margins leave of weighted influence values.

        .. math:: \sum_{i \in u} \frac{w_i (z_i - x_i' B)}{1 - h_i}, \qquad B = (X'WX)^- X'Wz,
                  \qquad h_i = w_i x_i' (X'WX)^- x_i

        *x* the indicators of all groups, *z* zero for people whom the analysis does not use: the
        jackknife with weights raked again, to first order (of clusters without the leverage *h*).
        A margin with people who gave no answer is held at their share by base weights, whose own
        error is added.

        Parameters
        ----------
        pulls : ndarray, shape (rows, q)
            :math:`w_i z_i`, with ``weights`` of this raking.

        References
        ----------
        Deville & Särndal (1992), Journal of the American Statistical Association 87, 376-382.
        """
        at, x = self._cells[1], self._indicators
        whole = np.zeros((len(at), pulls.shape[1]))
        whole[self.rows] = pulls
        sums = np.zeros((len(x), pulls.shape[1]))
        np.add.at(sums, at, whole)
        size = np.bincount(at, self.weights, minlength=len(x))
        inverse = np.linalg.pinv(x.T @ (x * size[:, None]), rcond=1e-10, hermitian=True)
        slopes = inverse @ (x.T @ sums)
        left = whole - self.weights[:, None] * (x @ slopes)[at]
        if self.by_rows:
            left /= (1 - self.weights * ((x @ inverse) * x).sum(axis=1)[at])[:, None]
        left = left + self._of_silent(slopes)
        out = np.zeros((len(self.strata), pulls.shape[1]))
        np.add.at(out, self.units, left)
        return out

    def _of_silent(self, slopes: np.ndarray) -> np.ndarray | float:
        """What each person adds to the error of the shares that gave no answer."""
        added, start, total = 0.0, 0, self.base.sum() / len(self.units)
        for k, (shares, gap) in enumerate(zip(self.shares, self.gaps, strict=True)):
            own = slopes[start : start + len(shares) + gap]
            start += len(own)
            if gap:
                none = self.groups[:, k] == len(shares)
                apart = self.base * (none - np.average(none, weights=self.base)) / total
                added = added + apart[:, None] * (own[-1] - shares @ own[:-1])
        return added

    def calibrated(self, value, without: np.ndarray, by_row=None) -> np.ndarray:
        """Values of a statistic without each unit that an analysis uses, as if raked again.

        To first order; every unit of the sample is then left out in turn. Where units are
        clusters, ``by_row`` has the values without each row.
        """
        unit = self.units[self.rows]
        pulls = value - (without if by_row is None else by_row)
        pulls, change = pulls - pulls.mean(axis=0), np.zeros((len(self.strata), *pulls.shape[1:]))
        change[np.unique(unit)] = value - without
        np.subtract.at(change, unit, pulls)
        flat = self.unit_sums(pulls.reshape(len(pulls), -1))
        return value - change - flat.reshape(change.shape)


def reweighted(cells: Moments, factors: np.ndarray) -> Moments:
    """Moments of all cells added up, the weights of each multiplied: factors ``(..., cells)``."""
    mean = cells.total().mean
    gap = cells.mean - mean
    weights = factors * cells.weight
    weight = weights.sum(axis=-1)
    shift = weights @ gap / weight[..., None]
    second = cells.cross + cells.weight[:, None, None] * gap[:, :, None] * gap[:, None, :]
    cross = np.tensordot(factors, second, axes=1)
    cross -= weight[..., None, None] * shift[..., :, None] * shift[..., None, :]
    n = np.broadcast_to(cells.n.sum(), weight.shape)
    return Moments(cells.columns, n, weight, factors**2 @ cells.weight2, mean + shift, cross)
