"""What other rooms may use of `purchases`, by the module that holds it."""

from ._aggregates import Aggregates as Aggregates
from ._counts import (
    check_names as check_names,
)
from ._counts import (
    cross_table as cross_table,
)
from ._counts import (
    pool_brands as pool_brands,
)
from ._counts import (
    purchase_table as purchase_table,
)
from ._customers import purchase_study as purchase_study
from ._describe import (
    PanelDescription as PanelDescription,
)
from ._describe import (
    describe_purchases as describe_purchases,
)
from ._dirichlet import Dirichlet as Dirichlet
from ._fit import fit_dirichlet as fit_dirichlet
from ._following import (
    NextPeriod as NextPeriod,
)
from ._following import (
    load_next_period as load_next_period,
)
from ._following import (
    next_period as next_period,
)
from ._panel import (
    Panel as Panel,
)
from ._panel import (
    clock as clock,
)
from ._panel import (
    period_labels as period_labels,
)
from ._panel import (
    period_tables as period_tables,
)
from ._panel import (
    windows as windows,
)
from ._periods import describe_periods as describe_periods
from ._periods import repeat_rates as repeat_rates
from ._reading import (
    REPEATED as REPEATED,
)
from ._reading import (
    check_columns as check_columns,
)
from ._reading import (
    checked_purchases as checked_purchases,
)
from ._reading import (
    read_panel as read_panel,
)
from ._simulate import simulate_counts as simulate_counts
from ._sources import files_of as files_of
from ._sources import list_panels as list_panels
from ._sources import load_panel as load_panel
from ._spec import PanelSpec as PanelSpec
from ._spec import read_spec as read_spec
from ._stability import (
    TierStability as TierStability,
)
from ._stability import (
    expected_next as expected_next,
)
from ._stability import (
    follow_tiers as follow_tiers,
)
from ._stability import (
    load_tiers as load_tiers,
)
from ._stability import (
    write_tiers as write_tiers,
)
from ._tiers import RULES as RULES
from ._tiers import assign_tiers as assign_tiers
from ._tiers import rfm_scores as rfm_scores
