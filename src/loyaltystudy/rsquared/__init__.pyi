"""What other rooms may use of `rsquared`, by the module that holds it."""

from ._estimates import Estimates as Estimates
from ._estimates import compressed as compressed
from ._intervals import (
    jackknife as jackknife,
)
from ._intervals import (
    leave_group_out as leave_group_out,
)
from ._intervals import (
    leave_one_out as leave_one_out,
)
from ._measures import (
    MEASURES as MEASURES,
)
from ._measures import (
    blocks_of as blocks_of,
)
from ._measures import (
    commonality_r2 as commonality_r2,
)
from ._measures import (
    conditional_r2 as conditional_r2,
)
from ._measures import (
    dominance_r2 as dominance_r2,
)
from ._measures import (
    popcount as popcount,
)
from ._measures import (
    subset_widths as subset_widths,
)
from ._measures import (
    unique_r2 as unique_r2,
)
from ._moments import (
    Moments as Moments,
)
from ._moments import (
    as_numbers as as_numbers,
)
from ._moments import (
    check_weights as check_weights,
)
from ._moments import (
    group_moments as group_moments,
)
from ._moments import (
    moments as moments,
)
from ._moments import (
    row_moments as row_moments,
)
from ._moments import (
    stack as stack,
)
from ._moments import (
    without_rounding as without_rounding,
)
from ._normal_theory import theory as theory
from ._resampling import (
    bootstrap_groups as bootstrap_groups,
)
from ._resampling import (
    bootstrap_moments as bootstrap_moments,
)
from ._strata import as_units as as_units
from ._strata import without_each as without_each
from ._subsets import shapley as shapley
from ._subsets import subset_r2 as subset_r2
