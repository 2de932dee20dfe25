"""What other rooms may use of `claims`, by the module that holds it."""

from ._asking import what_to_ask as what_to_ask
from ._check import (
    COLUMNS as COLUMNS,
    ONE_WAY as ONE_WAY,
    SET_ASIDE as SET_ASIDE,
    check_claims as check_claims,
    verdict_map as verdict_map,
)
from ._cited import (
    CitedStudy as CitedStudy,
    cited_studies as cited_studies,
    cited_study as cited_study,
)
from ._history import (
    earlier_verdicts as earlier_verdicts,
    with_earlier_versions as with_earlier_versions,
    with_registration as with_registration,
)
from ._many_claims import primary_verdicts as primary_verdicts, remaining as remaining
from ._method_sweep import SharedMethod as SharedMethod, shared_method as shared_method
from ._plan import (
    Plan as Plan,
    deviations as deviations,
    make_plan as make_plan,
    read_plan as read_plan,
    write_plan as write_plan,
)
from ._register import (
    SOURCES as SOURCES,
    Claim as Claim,
    error_rates as error_rates,
    list_claims as list_claims,
    register as register,
)
from ._rules import (
    SUPPORTED as SUPPORTED,
    Evidence as Evidence,
    Rule as Rule,
    combine as combine,
    effect as effect,
)
from ._shipped_evidence import (
    claims_on as claims_on,
    evidence_on as evidence_on,
    settled_matrix as settled_matrix,
    stored_evidence as stored_evidence,
)
from ._statistics.traits import coefficient as coefficient
