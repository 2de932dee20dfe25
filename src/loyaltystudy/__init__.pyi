"""What type checkers and the loader see of the public names: the one list of them."""

from .claims import (
    SharedMethod as SharedMethod,
    check_claims as check_claims,
    list_claims as list_claims,
    shared_method as shared_method,
)
from .errors import SurveyError as SurveyError, SurveyWarning as SurveyWarning
from .explain import (
    BlockComparison as BlockComparison,
    across_waves as across_waves,
    audit_blocks as audit_blocks,
    compare_blocks as compare_blocks,
    compare_blocks_categorical as compare_blocks_categorical,
    list_published as list_published,
    load_published as load_published,
    pool_blocks as pool_blocks,
    pool_moments as pool_moments,
    specification_curve as specification_curve,
)
from .purchases import (
    fit_dirichlet as fit_dirichlet,
    list_panels as list_panels,
    load_panel as load_panel,
    purchase_table as purchase_table,
    read_panel as read_panel,
)
from .report import (
    Analysis as Analysis,
    analyse as analyse,
    export_questionnaire as export_questionnaire,
    plot_audit as plot_audit,
    plot_blocks as plot_blocks,
    plot_claims as plot_claims,
    plot_double_jeopardy as plot_double_jeopardy,
    plot_order as plot_order,
    plot_pooled as plot_pooled,
    plot_power as plot_power,
    plot_reliability as plot_reliability,
    plot_shared_method as plot_shared_method,
    plot_specification_curve as plot_specification_curve,
    plot_tier_luck as plot_tier_luck,
    plot_verdict_map as plot_verdict_map,
)
from .rsquared import Moments as Moments, moments as moments
from .scales import (
    item_analysis as item_analysis,
    reliability as reliability,
    score as score,
    screen as screen,
    screening_rules as screening_rules,
    screening_sensitivity as screening_sensitivity,
    validity as validity,
)
from .simulation import (
    list_worlds as list_worlds,
    sample_size as sample_size,
    simulate_study as simulate_study,
)
from .survey import (
    Study as Study,
    draft_codebook as draft_codebook,
    list_constructs as list_constructs,
    list_studies as list_studies,
    load_codebook as load_codebook,
    load_study as load_study,
    read_study as read_study,
    write_study as write_study,
)

__version__: str
__all__: list[str]
