"""What other rooms may use of `report`, by the module that holds it."""

from ._analysis import Analysis as Analysis
from ._analysis import analyse as analyse
from ._check import check as check
from ._check import write_notebooks as write_notebooks
from ._completion import complete_names as complete_names
from ._disclosure import withhold as withhold
from ._new_study import new_study as new_study
from ._new_study import rehearse as rehearse
from ._paper import registration_text as registration_text
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
