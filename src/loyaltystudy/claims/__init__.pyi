"""What other rooms may use of `claims`, by the module that holds it."""

from ._check import (
    COLUMNS as COLUMNS,
)
from ._check import (
    ONE_WAY as ONE_WAY,
)
from ._check import (
    SET_ASIDE as SET_ASIDE,
)
from ._check import (
    check_claims as check_claims,
)
from ._plan import (
    Plan as Plan,
)
from ._plan import (
    deviations as deviations,
)
from ._plan import (
    make_plan as make_plan,
)
from ._plan import (
    read_plan as read_plan,
)
from ._plan import (
    write_plan as write_plan,
)
from ._register import (
    SOURCES as SOURCES,
)
from ._register import (
    Claim as Claim,
)
from ._register import (
    error_rates as error_rates,
)
from ._register import (
    list_claims as list_claims,
)
from ._register import (
    register as register,
)
from ._rules import SUPPORTED as SUPPORTED
from ._rules import Evidence as Evidence
from ._rules import Rule as Rule
from ._rules import combine as combine
from ._shipped_evidence import claims_on as claims_on
from ._shipped_evidence import stored_evidence as stored_evidence
