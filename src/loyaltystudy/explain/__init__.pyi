"""What other rooms may use of `explain`, by the module that holds it."""

from ._audit.result import BlockAudit as BlockAudit
from ._audit.result import label as label
from ._audit.run import audit_blocks as audit_blocks
from ._blocks import compare_blocks as compare_blocks
from ._categorical import compare_blocks_categorical as compare_blocks_categorical
from ._comparison import BlockComparison as BlockComparison
from ._frame import (
    Frame as Frame,
)
from ._frame import (
    SharedMoments as SharedMoments,
)
from ._frame import (
    model_frame as model_frame,
)
from ._multiverse.result import SpecificationCurve as SpecificationCurve
from ._multiverse.run import specification_curve as specification_curve
from ._pooling import PooledBlocks as PooledBlocks
from ._pooling import PooledMoments as PooledMoments
from ._pooling import pool_blocks as pool_blocks
from ._pooling import pool_moments as pool_moments
from ._predictors import owen_values as owen_values
from ._predictors import relative_weights as relative_weights
from ._shared_moments import (
    Release as Release,
)
from ._shared_moments import (
    make_release as make_release,
)
from ._shared_moments import (
    read_shared as read_shared,
)
from ._shared_moments import (
    write_release as write_release,
)
from ._published import PublishedMoments as PublishedMoments
from ._published import list_published as list_published
from ._published import load_published as load_published
