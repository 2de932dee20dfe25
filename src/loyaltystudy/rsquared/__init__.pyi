"""What other rooms may use of `rsquared`, by the module that holds it."""

from ._estimates import Estimates as Estimates, compressed as compressed
from ._intervals import (
    jackknife as jackknife,
    leave_group_out as leave_group_out,
    leave_one_out as leave_one_out,
)
from ._measures import (
    MEASURES as MEASURES,
    blocks_of as blocks_of,
    commonality_r2 as commonality_r2,
    conditional_r2 as conditional_r2,
    dominance_r2 as dominance_r2,
    popcount as popcount,
    subset_widths as subset_widths,
    unique_r2 as unique_r2,
)
from ._moments import (
    Moments as Moments,
    as_numbers as as_numbers,
    check_weights as check_weights,
    group_moments as group_moments,
    moments as moments,
    row_moments as row_moments,
    stack as stack,
    without_rounding as without_rounding,
)
from ._normal_theory import theory as theory
from ._resampling import (
    bootstrap_groups as bootstrap_groups,
    bootstrap_moments as bootstrap_moments,
)
from ._strata import as_units as as_units, without_each as without_each
from ._subsets import shapley as shapley, subset_r2 as subset_r2
