"""What other rooms may use of `rsquared`, by the module that holds it."""

from ._curved import curved_basis as curved_basis, curved_left_out as curved_left_out
from ._error_free import (
    CLEAR as CLEAR,
    IMPROPER as IMPROPER,
    error_free as error_free,
    indistinct as indistinct,
    least_eigenvalue as least_eigenvalue,
    lifted as lifted,
    surely_possible as surely_possible,
)
from ._estimates import Estimates as Estimates, compressed as compressed, deviations as deviations
from ._intervals import (
    STEADY as STEADY,
    explained_interval as explained_interval,
    jackknife as jackknife,
    leave_group_out as leave_group_out,
    leave_one_out as leave_one_out,
    tails_of as tails_of,
    worst_tails as worst_tails,
    wrong_confidence as wrong_confidence,
)
from ._levels import (
    between as between,
    intraclass_correlation as intraclass_correlation,
    within as within,
)
from ._measures import (
    MEASURES as MEASURES,
    alone_r2 as alone_r2,
    blocks_of as blocks_of,
    commonality_r2 as commonality_r2,
    conditional_r2 as conditional_r2,
    dominance_r2 as dominance_r2,
    popcount as popcount,
    shapley as shapley,
    subset_r2 as subset_r2,
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
from ._normal_theory import theory as theory, theory_of as theory_of
from ._order import (
    entry_weights as entry_weights,
    layer_weights as layer_weights,
    total_weights as total_weights,
)
from ._path_split import nested_slopes as nested_slopes, path_split as path_split
from ._random_effects import (
    PooledCorrelations as PooledCorrelations,
    RandomEffects as RandomEffects,
    as_matrix as as_matrix,
    below_diagonal as below_diagonal,
    corrected_correlation as corrected_correlation,
    correlation_covariance as correlation_covariance,
    pairs_of as pairs_of,
    pool_correlations as pool_correlations,
    random_effects as random_effects,
)
from ._registered import RegisteredEstimates as RegisteredEstimates
from ._resampling import (
    bootstrap_groups as bootstrap_groups,
    bootstrap_moments as bootstrap_moments,
)
from ._strata import as_units as as_units, without_each as without_each
