"""What type checkers and the loader see of the public names: the one list of them."""

from .claims import check_claims as check_claims
from .claims import list_claims as list_claims
from .errors import SurveyError as SurveyError
from .errors import SurveyWarning as SurveyWarning
from .explain import BlockComparison as BlockComparison
from .explain import audit_blocks as audit_blocks
from .explain import compare_blocks as compare_blocks
from .explain import compare_blocks_categorical as compare_blocks_categorical
from .explain import specification_curve as specification_curve
from .purchases import fit_dirichlet as fit_dirichlet
from .purchases import list_panels as list_panels
from .purchases import load_panel as load_panel
from .purchases import purchase_table as purchase_table
from .purchases import read_panel as read_panel
from .report import export_questionnaire as export_questionnaire
from .report import plot_audit as plot_audit
from .report import plot_blocks as plot_blocks
from .report import plot_claims as plot_claims
from .report import plot_double_jeopardy as plot_double_jeopardy
from .report import plot_power as plot_power
from .report import plot_reliability as plot_reliability
from .report import plot_specification_curve as plot_specification_curve
from .report import plot_tier_luck as plot_tier_luck
from .rsquared import Moments as Moments
from .rsquared import moments as moments
from .scales import item_analysis as item_analysis
from .scales import reliability as reliability
from .scales import score as score
from .scales import screen as screen
from .scales import screening_rules as screening_rules
from .scales import screening_sensitivity as screening_sensitivity
from .scales import validity as validity
from .scales import write_study as write_study
from .simulation import list_worlds as list_worlds
from .simulation import sample_size as sample_size
from .simulation import simulate_study as simulate_study
from .survey import Study as Study
from .survey import draft_codebook as draft_codebook
from .survey import list_constructs as list_constructs
from .survey import list_studies as list_studies
from .survey import load_codebook as load_codebook
from .survey import load_study as load_study
from .survey import read_study as read_study

__version__: str
__all__: list[str]
