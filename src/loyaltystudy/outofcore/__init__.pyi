"""What other rooms may use of `outofcore`, by the module that holds it."""

from ._engine import (
    WORKER_SETTINGS as WORKER_SETTINGS,
    Tally as Tally,
    is_large as is_large,
    open_parts as open_parts,
)
from ._exact_sums import Grid as Grid, exact_sums as exact_sums
from ._frame import (
    dummies_within as dummies_within,
    frame_moments as frame_moments,
    study_moments as study_moments,
)
from ._moments import moments_in_parts as moments_in_parts
from ._purchases import count_in_parts as count_in_parts, read_in_parts as read_in_parts
from ._study import (
    LargeStudy as LargeStudy,
    as_written as as_written,
    open_large as open_large,
    step_of as step_of,
)
