"""Survey research on customer loyalty: measure, compare explanations, put claims to the test."""

import sys
from importlib import import_module

__version__ = "0.1.0"

_HOMES = {
    "errors": "SurveyError SurveyWarning",
    "codebook": "load_codebook list_constructs",
    "study": "Study load_study read_study list_studies",
    "scoring": "score",
    "screening": "screen screening_rules screening_sensitivity",
    "writing": "write_study",
    "consistency": "reliability item_analysis",
    "measurement": "validity",
    "heart.crossproducts": "Moments moments",
    "comparison.result": "BlockComparison",
    "comparison.blocks": "compare_blocks",
    "comparison.categorical": "compare_blocks_categorical",
    "audit": "audit_blocks",
    "multiverse": "specification_curve",
    "purchases": "fit_dirichlet list_panels load_panel purchase_table read_panel",
    "claims.register": "list_claims",
    "claims.check": "check_claims",
    "worlds": "list_worlds simulate_study",
    "power": "sample_size",
    "questionnaire": "export_questionnaire",
    "plots.measurement": "plot_reliability",
    "plots.comparison": "plot_blocks",
    "plots.audit": "plot_audit plot_specification_curve",
    "plots.claims": "plot_claims",
    "plots.power": "plot_power",
    "plots.purchases": "plot_double_jeopardy plot_tier_luck",
}
_HOME = {name: home for home, names in _HOMES.items() for name in names.split()}
__all__ = sorted(_HOME)
if "IPython" in sys.modules:  # Tab in a notebook completes names of studies and claims
    import_module("loyaltystudy.completion").complete_names()


def __getattr__(name: str):
    """Load a public name from its module when it is first used (PEP 562)."""
    if name not in _HOME:
        raise AttributeError(f"module 'loyaltystudy' has no attribute {name!r}")
    return globals().setdefault(name, getattr(import_module(f"loyaltystudy.{_HOME[name]}"), name))


def __dir__() -> list[str]:
    return [*globals(), *__all__]
