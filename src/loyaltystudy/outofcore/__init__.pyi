"""What other rooms may use of `outofcore`, by the module that holds it."""

from ._engine import WORKER_SETTINGS as WORKER_SETTINGS
from ._frame import frame_moments as frame_moments
from ._moments import sum_moments as sum_moments
from ._purchases import (
    PartitionedPanel as PartitionedPanel,
    count_purchases as count_purchases,
    open_panel as open_panel,
)
from ._study import PartitionedStudy as PartitionedStudy, open_study as open_study
