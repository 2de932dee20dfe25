"""What other rooms may use of `scales`, by the module that holds it."""

from ._alpha_intervals import Statistic as Statistic, alpha_of as alpha_of, omega_of as omega_of
from ._cfa import cfa as cfa
from ._comparability import comparable as comparable
from ._describe import describe_scores as describe_scores
from ._discriminant import fornell_larcker as fornell_larcker, htmt as htmt
from ._exploratory import Efa as Efa, efa as efa, parallel_analysis as parallel_analysis
from ._factor_result import Cfa as Cfa
from ._invariance import Invariance as Invariance, invariance as invariance
from ._lavaan_syntax import lavaan_syntax as lavaan_syntax
from ._mokken import mokken as mokken, monotonicity as monotonicity
from ._one_factor import one_factor as one_factor
from ._ordinal import polychoric as polychoric
from ._published import (
    corporate_reputation_file as corporate_reputation_file,
    exact_recodes as exact_recodes,
    published_ecsi as published_ecsi,
    published_reputation as published_reputation,
)
from ._reliability import (
    cronbach as cronbach,
    fit_one_factor as fit_one_factor,
    item_analysis as item_analysis,
    reliability as reliability,
)
from ._score import score as score
from ._screen import (
    screen as screen,
    screening_rules as screening_rules,
    screening_sensitivity as screening_sensitivity,
)
from ._validity import Validity as Validity, validity as validity
