"""What people bought: panels, repertoires, the NBD-Dirichlet, tiers."""

from loyaltystudy.purchases.aggregates import Aggregates
from loyaltystudy.purchases.counts import pool_brands, purchase_table
from loyaltystudy.purchases.customers import purchase_study
from loyaltystudy.purchases.describe import PanelDescription, describe_purchases
from loyaltystudy.purchases.dirichlet import Dirichlet
from loyaltystudy.purchases.fit import fit_dirichlet
from loyaltystudy.purchases.following import NextPeriod, load_next_period, next_period
from loyaltystudy.purchases.panel import Panel, period_labels, period_tables
from loyaltystudy.purchases.periods import describe_periods, repeat_rates
from loyaltystudy.purchases.reading import read_panel
from loyaltystudy.purchases.simulate import simulate_counts
from loyaltystudy.purchases.sources import list_panels, load_panel
from loyaltystudy.purchases.spec import PanelSpec, read_spec
from loyaltystudy.purchases.stability import (
    TierStability,
    expected_next,
    follow_tiers,
    load_tiers,
)
from loyaltystudy.purchases.tiers import assign_tiers, rfm_scores

__all__ = [
    "Aggregates",
    "Dirichlet",
    "NextPeriod",
    "Panel",
    "PanelDescription",
    "PanelSpec",
    "TierStability",
    "assign_tiers",
    "describe_periods",
    "describe_purchases",
    "expected_next",
    "fit_dirichlet",
    "follow_tiers",
    "list_panels",
    "load_next_period",
    "load_panel",
    "load_tiers",
    "next_period",
    "period_labels",
    "period_tables",
    "pool_brands",
    "purchase_study",
    "purchase_table",
    "read_panel",
    "read_spec",
    "repeat_rates",
    "rfm_scores",
    "simulate_counts",
]
