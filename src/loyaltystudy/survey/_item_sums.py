"""Moments of the items of scales, by group of respondents: what reliability asks of any study."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np

from loyaltystudy.rsquared import Moments, group_moments
from loyaltystudy.survey._groups import GroupedMoments, Grouping, by_group
from loyaltystudy.survey._schema import Codebook, Design
from loyaltystudy.survey._scores import turned


@dataclass(frozen=True)
class ItemSums:
    """The work of :meth:`Study.item_moments`: a function of some rows, whose results add by scale.

    Of each scale the respondents who answered all of its items, reversed ones turned, and whose
    weight, cluster and stratum are known, in the groups of :class:`Grouping`.
    """

    scales: tuple[str, ...]
    grouping: Grouping
    design: Design

    @classmethod
    def of(cls, book: Codebook, scales: Iterable[str]) -> ItemSums:
        return cls(tuple(scales), Grouping.of(book), book.design)

    @property
    def columns(self) -> list[str]:
        """The variables of the design."""
        design = (self.design.weight, self.design.cluster, self.design.strata)
        return [name for name in design if name]

    def __call__(self, study) -> dict[str, Moments]:
        # grouped and sorted once for all scales, and no table is copied: both cost more than sums
        design = study.answers[self.columns]
        known, weight = design.notna().all(axis=1).to_numpy(), np.ones(len(design))
        if self.design.weight:
            weight = design[self.design.weight].to_numpy(float)
            known = known & (weight > 0)
        groups = self.grouping(design[known])
        small = np.min_scalar_type(self.grouping.count)  # few bits are sorted in one pass
        order = np.argsort(groups.astype(small), kind="stable")
        rows = np.flatnonzero(known)[order]
        sums = partial(self._sums, study, rows, weight, groups[order])
        return {name: sums(study.codebook.scales[name].items) for name in self.scales}

    def _sums(self, study, rows, weight, groups, items: tuple[str, ...]) -> Moments:
        book, count = study.codebook.items, self.grouping.count
        x = np.column_stack([turned(book[i], study.answers[i].to_numpy(float)) for i in items])
        whole = ~np.isnan(x).any(axis=1)[rows]
        rows, groups = rows[whole], groups[whole]
        return group_moments(np.take(x, rows, axis=0), weight[rows], groups, items, count=count)

    def finished(self, sums: Mapping[str, Moments], asked: int) -> dict[str, GroupedMoments]:
        """From the moments of all rows; groups without anyone are left out."""
        strata, clustered = self.grouping.stratum(), bool(self.design.cluster)
        found = {}
        for name, m in sums.items():
            some = m.n > 0
            own = None if strata is None else strata[some]
            found[name] = by_group(m[some], asked, strata=own, clustered=clustered)
        return found
