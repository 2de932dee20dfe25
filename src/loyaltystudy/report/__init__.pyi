"""What other rooms may use of `report`, by the module that holds it."""

from ._check import check as check
from ._completion import complete_names as complete_names
from ._new_study import new_study as new_study
from ._new_study import rehearse as rehearse
from ._page import withhold as withhold
from ._plots.audit import (
    plot_audit as plot_audit,
)
from ._plots.audit import (
    plot_specification_curve as plot_specification_curve,
)
from ._plots.claims import plot_claims as plot_claims
from ._plots.comparison import plot_blocks as plot_blocks
from ._plots.measurement import plot_reliability as plot_reliability
from ._plots.power import plot_power as plot_power
from ._plots.purchases import (
    plot_double_jeopardy as plot_double_jeopardy,
)
from ._plots.purchases import (
    plot_tier_luck as plot_tier_luck,
)
from ._questionnaire import export_questionnaire as export_questionnaire
from ._reproduce import all_claims as all_claims
from ._reproduce import render as render
from ._reproduce import reproduce as reproduce
from ._results import Results as Results
from ._results import open_results as open_results
