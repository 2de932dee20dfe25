"""What other rooms may use of `explain`, by the module that holds it."""

from ._audit.result import BlockAudit as BlockAudit, label as label
from ._audit.run import audit_blocks as audit_blocks
from ._blocks import compare_blocks as compare_blocks
from ._categorical import (
    CategoricalComparison as CategoricalComparison,
    compare_blocks_categorical as compare_blocks_categorical,
)
from ._comparison import BELOW_ZERO as BELOW_ZERO, BlockComparison as BlockComparison
from ._em import em_moments as em_moments
from ._frame import Frame as Frame, model_frame as model_frame
from ._imputation import impute as impute, pool_r2 as pool_r2
from ._multiverse.result import SpecificationCurve as SpecificationCurve
from ._multiverse.run import specification_curve as specification_curve
from ._order import REGISTERED_ORDER as REGISTERED_ORDER, REGISTERED_REASON as REGISTERED_REASON
from ._pooling import (
    PooledBlocks as PooledBlocks,
    PooledMoments as PooledMoments,
    pool_blocks as pool_blocks,
    pool_moments as pool_moments,
)
from ._predictors import owen_values as owen_values, relative_weights as relative_weights
from ._published import (
    PublishedMoments as PublishedMoments,
    list_published as list_published,
    load_published as load_published,
)
from ._shared_moments import (
    Release as Release,
    make_release as make_release,
    read_shared as read_shared,
    write_release as write_release,
)
from ._waves import across_waves as across_waves
