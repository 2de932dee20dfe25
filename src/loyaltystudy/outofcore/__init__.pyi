"""What other rooms may use of `outofcore`, by the module that holds it."""

from ._engine import (
    WORKER_SETTINGS as WORKER_SETTINGS,
)
from ._engine import (
    Tally as Tally,
)
from ._engine import (
    is_large as is_large,
)
from ._engine import (
    open_parts as open_parts,
)
from ._exact_sums import Grid as Grid
from ._exact_sums import exact_sums as exact_sums
from ._frame import (
    dummies_within as dummies_within,
)
from ._frame import (
    frame_moments as frame_moments,
)
from ._frame import (
    study_moments as study_moments,
)
from ._moments import moments_in_parts as moments_in_parts
from ._purchases import count_in_parts as count_in_parts
from ._purchases import read_in_parts as read_in_parts
from ._study import (
    LargeStudy as LargeStudy,
)
from ._study import (
    as_written as as_written,
)
from ._study import (
    open_large as open_large,
)
from ._study import (
    step_of as step_of,
)
