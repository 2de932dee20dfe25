"""What other rooms may use of `purchases`, by the module that holds it."""

from ._aggregates import Aggregates as Aggregates
from ._base import BasePanel as BasePanel
from ._counts import (
    check_names as check_names,
    cross_table as cross_table,
    pool_brands as pool_brands,
    purchase_table as purchase_table,
)
from ._customers import purchase_study as purchase_study
from ._describe import (
    PanelDescription as PanelDescription,
    describe_purchases as describe_purchases,
)
from ._dirichlet import Dirichlet as Dirichlet
from ._expected_tables import (
    expected_frequencies as expected_frequencies,
    expected_heavy_buyers as expected_heavy_buyers,
    expected_period as expected_period,
)
from ._fit import fit_dirichlet as fit_dirichlet
from ._following import NextPeriod as NextPeriod, next_period as next_period
from ._panel import (
    Panel as Panel,
    clock as clock,
    period_labels as period_labels,
    period_tables as period_tables,
    windows as windows,
)
from ._periods import describe_periods as describe_periods, repeat_rates as repeat_rates
from ._reading import (
    REPEATED as REPEATED,
    check_columns as check_columns,
    checked_purchases as checked_purchases,
    read_panel as read_panel,
)
from ._simulate import simulate_counts as simulate_counts
from ._sources import list_panels as list_panels, load_panel as load_panel
from ._spec import PanelSpec as PanelSpec, read_spec as read_spec
from ._stability import (
    TierStability as TierStability,
    expected_next as expected_next,
    follow_tiers as follow_tiers,
)
from ._tiers import RULES as RULES, assign_tiers as assign_tiers, rfm_scores as rfm_scores
