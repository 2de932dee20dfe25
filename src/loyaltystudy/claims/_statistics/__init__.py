"""The statistics that rules are put to: each takes a study and constructs by standard name.

Every function returns an ``Evidence``; where the study does not measure a construct, one that
says so. ``base`` brings constructs into columns and has the design; ``traits`` takes
unreliability and shared method out of associations; ``slopes`` asks what no shared share of
method makes; ``levels`` has shares, means and arms; ``explained`` facts, with curves;
``profiles``, ``survival``, ``other`` and ``panels`` have methods of their own.
"""

from loyaltystudy.claims._statistics.base import either, names, statistic
from loyaltystudy.claims._statistics.explained import added_by_block, block_alone, blocks_gap
from loyaltystudy.claims._statistics.levels import (
    factorial_gap,
    group_gap,
    lowest_quarter,
    mean_difference,
    mean_of,
    mean_ratio,
    ratio_of_sums,
    share,
    share_gap,
    share_of_items,
    share_without,
)
from loyaltystudy.claims._statistics.other import differing_drivers, distinct, overlap, scalability
from loyaltystudy.claims._statistics.panels import never_growing, sole_buyers
from loyaltystudy.claims._statistics.profiles import (
    log_variance_ratio,
    profile_reliability,
    slope_variance,
)
from loyaltystudy.claims._statistics.slopes import bend, interaction, slope_gap_under, surplus_slope
from loyaltystudy.claims._statistics.survival import hazard_ratio
from loyaltystudy.claims._statistics.traits import (
    added_r2,
    coefficient,
    coefficient_gap,
    left_out,
    r2_gap,
)

__all__ = [
    "added_by_block",
    "added_r2",
    "bend",
    "block_alone",
    "blocks_gap",
    "coefficient",
    "coefficient_gap",
    "differing_drivers",
    "distinct",
    "either",
    "factorial_gap",
    "group_gap",
    "hazard_ratio",
    "interaction",
    "left_out",
    "log_variance_ratio",
    "lowest_quarter",
    "mean_difference",
    "mean_of",
    "mean_ratio",
    "names",
    "never_growing",
    "overlap",
    "profile_reliability",
    "r2_gap",
    "ratio_of_sums",
    "scalability",
    "share",
    "share_gap",
    "share_of_items",
    "share_without",
    "slope_gap_under",
    "slope_variance",
    "sole_buyers",
    "statistic",
    "surplus_slope",
]
