"""What other rooms may use of `rsquared`, by the module that holds it."""

from ._curved import curved_basis as curved_basis
from ._curved import curved_left_out as curved_left_out
from ._error_free import CLEAR as CLEAR
from ._error_free import IMPROPER as IMPROPER
from ._error_free import error_free as error_free
from ._error_free import indistinct as indistinct
from ._error_free import least_eigenvalue as least_eigenvalue
from ._error_free import lifted as lifted
from ._estimates import Estimates as Estimates
from ._estimates import compressed as compressed
from ._intervals import STEADY as STEADY
from ._intervals import explained_interval as explained_interval
from ._intervals import few_units as few_units
from ._intervals import (
    jackknife as jackknife,
)
from ._intervals import (
    leave_group_out as leave_group_out,
)
from ._intervals import (
    leave_one_out as leave_one_out,
)
from ._levels import between as between
from ._levels import intraclass_correlation as intraclass_correlation
from ._levels import within as within
from ._measures import (
    MEASURES as MEASURES,
)
from ._measures import alone_r2 as alone_r2
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
from ._normal_theory import theory_of as theory_of
from ._order import entry_weights as entry_weights
from ._order import layer_weights as layer_weights
from ._order import total_weights as total_weights
from ._path_split import path_split as path_split
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
