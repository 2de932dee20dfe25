"""Every statistic, by the module that holds it."""

from .base import (
    either as either,
    names as names,
    statistic as statistic,
)
from .explained import (
    added_by_block as added_by_block,
    block_alone as block_alone,
    blocks_gap as blocks_gap,
)
from .levels import (
    factorial_gap as factorial_gap,
    group_gap as group_gap,
    lowest_quarter as lowest_quarter,
    mean_difference as mean_difference,
    mean_of as mean_of,
    mean_ratio as mean_ratio,
    ratio_of_sums as ratio_of_sums,
    share as share,
    share_gap as share_gap,
    share_of_items as share_of_items,
    share_without as share_without,
)
from .other import (
    differing_drivers as differing_drivers,
    distinct as distinct,
    overlap as overlap,
    scalability as scalability,
)
from .panels import (
    never_growing as never_growing,
    sole_buyers as sole_buyers,
)
from .profiles import (
    log_variance_ratio as log_variance_ratio,
    profile_reliability as profile_reliability,
    slope_variance as slope_variance,
)
from .slopes import (
    bend as bend,
    interaction as interaction,
    slope_gap_under as slope_gap_under,
    surplus_slope as surplus_slope,
)
from .survival import (
    hazard_ratio as hazard_ratio,
)
from .traits import (
    added_r2 as added_r2,
    coefficient as coefficient,
    coefficient_gap as coefficient_gap,
    left_out as left_out,
    r2_gap as r2_gap,
)
