"""What other rooms may use of `scales`, by the module that holds it."""

from ._cfa import Cfa as Cfa
from ._cfa import cfa as cfa
from ._comparability import comparable as comparable
from ._discriminant import fornell_larcker as fornell_larcker
from ._discriminant import htmt as htmt
from ._exploratory import Efa as Efa
from ._exploratory import efa as efa
from ._exploratory import parallel_analysis as parallel_analysis
from ._invariance import Invariance as Invariance
from ._invariance import invariance as invariance
from ._lavaan_syntax import lavaan_syntax as lavaan_syntax
from ._mokken import mokken as mokken
from ._mokken import monotonicity as monotonicity
from ._ordinal import polychoric as polychoric
from ._published import (
    corporate_reputation_file as corporate_reputation_file,
)
from ._published import (
    exact_recodes as exact_recodes,
)
from ._published import (
    published_ecsi as published_ecsi,
)
from ._published import (
    published_reputation as published_reputation,
)
from ._reliability import (
    cronbach as cronbach,
)
from ._reliability import (
    item_analysis as item_analysis,
)
from ._reliability import (
    one_factor as one_factor,
)
from ._reliability import (
    reliability as reliability,
)
from ._score import score as score
from ._screen import (
    screen as screen,
)
from ._screen import (
    screening_rules as screening_rules,
)
from ._screen import (
    screening_sensitivity as screening_sensitivity,
)
from ._validity import Validity as Validity
from ._validity import validity as validity
from ._write import write_study as write_study
