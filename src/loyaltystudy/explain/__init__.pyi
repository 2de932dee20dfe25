"""What other rooms may use of `explain`, by the module that holds it."""

from ._audit.result import BlockAudit as BlockAudit, label as label
from ._audit.run import audit_blocks as audit_blocks
from ._blocks import compare_blocks as compare_blocks
from ._categorical import compare_blocks_categorical as compare_blocks_categorical
from ._comparison import BlockComparison as BlockComparison
from ._frame import (
    Frame as Frame,
    model_frame as model_frame,
)
from ._multiverse.result import SpecificationCurve as SpecificationCurve
from ._multiverse.run import specification_curve as specification_curve
from ._predictors import owen_values as owen_values, relative_weights as relative_weights
