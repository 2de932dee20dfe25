"""The statistics that rules are put to: each takes a study and constructs by standard name.

Every function returns an ``Evidence``; where the study does not measure a construct, one that
says so. ``base`` brings constructs into columns and has the jackknife; ``slopes``, ``explained``
and ``levels`` ask of it; ``classes``, ``survival`` and ``special`` have methods of their own.
"""

from loyaltystudy.claims._statistics.base import either, lowest_quarter, names
from loyaltystudy.claims._statistics.classes import classes_over_factor
from loyaltystudy.claims._statistics.explained import (
    added_r2,
    best_pair,
    block_alone,
    blocks_gap,
    r2_alone,
    r2_gap,
)
from loyaltystudy.claims._statistics.levels import (
    factorial_gap,
    group_gap,
    log_variance_ratio,
    mean_difference,
    mean_of,
    mean_ratio,
    ratio_of_sums,
    share,
    share_of_items,
)
from loyaltystudy.claims._statistics.other import (
    ceiling,
    ceiling_size,
    differing_drivers,
    ladder,
    misfit,
    overlap,
)
from loyaltystudy.claims._statistics.slopes import (
    bend,
    coefficient,
    coefficient_gap,
    interaction,
    rank_coefficient,
    slope_gap_under,
    surplus_slope,
)
from loyaltystudy.claims._statistics.survival import hazard_ratio

__all__ = [
    "added_r2",
    "bend",
    "best_pair",
    "block_alone",
    "blocks_gap",
    "ceiling",
    "ceiling_size",
    "classes_over_factor",
    "coefficient",
    "coefficient_gap",
    "differing_drivers",
    "either",
    "factorial_gap",
    "group_gap",
    "hazard_ratio",
    "interaction",
    "ladder",
    "log_variance_ratio",
    "lowest_quarter",
    "mean_difference",
    "mean_of",
    "mean_ratio",
    "misfit",
    "names",
    "overlap",
    "r2_alone",
    "r2_gap",
    "rank_coefficient",
    "ratio_of_sums",
    "share",
    "share_of_items",
    "slope_gap_under",
    "surplus_slope",
]
