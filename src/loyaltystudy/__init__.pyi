"""What type checkers see of the public names, which are loaded when first used."""

from loyaltystudy.audit import audit_blocks as audit_blocks
from loyaltystudy.claims.check import check_claims as check_claims
from loyaltystudy.claims.register import list_claims as list_claims
from loyaltystudy.codebook import list_constructs as list_constructs
from loyaltystudy.codebook import load_codebook as load_codebook
from loyaltystudy.comparison.blocks import compare_blocks as compare_blocks
from loyaltystudy.comparison.categorical import (
    compare_blocks_categorical as compare_blocks_categorical,
)
from loyaltystudy.comparison.result import BlockComparison as BlockComparison
from loyaltystudy.consistency import item_analysis as item_analysis
from loyaltystudy.consistency import reliability as reliability
from loyaltystudy.errors import SurveyError as SurveyError
from loyaltystudy.errors import SurveyWarning as SurveyWarning
from loyaltystudy.heart.crossproducts import Moments as Moments
from loyaltystudy.heart.crossproducts import moments as moments
from loyaltystudy.measurement import validity as validity
from loyaltystudy.multiverse import specification_curve as specification_curve
from loyaltystudy.plots.audit import plot_audit as plot_audit
from loyaltystudy.plots.audit import plot_specification_curve as plot_specification_curve
from loyaltystudy.plots.claims import plot_claims as plot_claims
from loyaltystudy.plots.comparison import plot_blocks as plot_blocks
from loyaltystudy.plots.measurement import plot_reliability as plot_reliability
from loyaltystudy.plots.power import plot_power as plot_power
from loyaltystudy.plots.purchases import plot_double_jeopardy as plot_double_jeopardy
from loyaltystudy.plots.purchases import plot_tier_luck as plot_tier_luck
from loyaltystudy.power import sample_size as sample_size
from loyaltystudy.purchases import fit_dirichlet as fit_dirichlet
from loyaltystudy.purchases import list_panels as list_panels
from loyaltystudy.purchases import load_panel as load_panel
from loyaltystudy.purchases import purchase_table as purchase_table
from loyaltystudy.purchases import read_panel as read_panel
from loyaltystudy.questionnaire import export_questionnaire as export_questionnaire
from loyaltystudy.scoring import score as score
from loyaltystudy.screening import screen as screen
from loyaltystudy.screening import screening_rules as screening_rules
from loyaltystudy.screening import screening_sensitivity as screening_sensitivity
from loyaltystudy.study import Study as Study
from loyaltystudy.study import list_studies as list_studies
from loyaltystudy.study import load_study as load_study
from loyaltystudy.study import read_study as read_study
from loyaltystudy.worlds import list_worlds as list_worlds
from loyaltystudy.worlds import simulate_study as simulate_study
from loyaltystudy.writing import write_study as write_study

__version__: str
__all__: list[str]
