"""Moments of the items of scales, by group of respondents: what reliability asks of any study."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from loyaltystudy.rsquared import Moments, group_moments
from loyaltystudy.survey._groups import GroupedMoments, Grouping, by_group
from loyaltystudy.survey._schema import Codebook, Design


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
        return {name: self._sums(study, study.codebook.scales[name].items) for name in self.scales}

    def _sums(self, study, items: tuple[str, ...]) -> Moments:
        table = study.keyed(items).join(study.answers[self.columns]).dropna()
        weight = np.ones(len(table))
        if self.design.weight:
            table = table[table[self.design.weight] > 0]
            weight = table[self.design.weight].to_numpy(float)
        groups, count = self.grouping(table), self.grouping.count
        return group_moments(table[[*items]].to_numpy(float), weight, groups, items, count=count)

    def finished(self, sums: Mapping[str, Moments], asked: int) -> dict[str, GroupedMoments]:
        """From the moments of all rows; groups without anyone are left out."""
        strata, clustered = self.grouping.stratum(), bool(self.design.cluster)
        found = {}
        for name, m in sums.items():
            some = m.n > 0
            own = None if strata is None else strata[some]
            found[name] = by_group(m[some], asked, strata=own, clustered=clustered)
        return found
