"""What other rooms may use of `report`, by the module that holds it."""

from ._analysis import Analysis as Analysis, analyse as analyse
from ._check import check as check, write_notebooks as write_notebooks
from ._completion import complete_names as complete_names
from ._contribute import CONTRIBUTED as CONTRIBUTED, contribute as contribute
from ._disclosure import withhold as withhold
from ._exercises.blocks import (
    HEADLINE as HEADLINE,
    audit_gaps as audit_gaps,
    check_audit as check_audit,
    check_blocks as check_blocks,
    headline_study as headline_study,
)
from ._exercises.claim import check_claim as check_claim
from ._exercises.reversed_item import check_reversed as check_reversed, image_study as image_study
from ._exercises.score import check_score as check_score, gappy_study as gappy_study
from ._files import made_of as made_of
from ._new_study import new_study as new_study, rehearse as rehearse
from ._paper import registration_text as registration_text
from ._plots.answers import plot_distribution as plot_distribution, plot_groups as plot_groups
from ._plots.audit import (
    plot_audit as plot_audit,
    plot_specification_curve as plot_specification_curve,
)
from ._plots.claims import plot_claims as plot_claims
from ._plots.comparison import (
    plot_blocks as plot_blocks,
    plot_order as plot_order,
    plot_overlap as plot_overlap,
    stand_ins as stand_ins,
)
from ._plots.measurement import plot_reliability as plot_reliability
from ._plots.pooling import plot_pooled as plot_pooled
from ._plots.power import plot_power as plot_power
from ._plots.purchases import (
    plot_dirichlet as plot_dirichlet,
    plot_double_jeopardy as plot_double_jeopardy,
    plot_tier_luck as plot_tier_luck,
)
from ._plots.shared_method import (
    plot_shared_method as plot_shared_method,
    plot_verdict_map as plot_verdict_map,
)
from ._plots.verdict import plot_verdicts as plot_verdicts
from ._prose import (
    adds as adds,
    against as against,
    bullets as bullets,
    by_truth as by_truth,
    compared as compared,
    counted as counted,
    described as described,
    figure as figure,
    goes_with as goes_with,
    judged as judged,
    paths as paths,
    spread as spread,
    to_ask as to_ask,
)
from ._questionnaire import export_questionnaire as export_questionnaire
from ._questionnaire.form import form_codebook as form_codebook
from ._reproduce import all_claims as all_claims, render as render, reproduce as reproduce
