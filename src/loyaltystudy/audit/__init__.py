"""Is a comparison of blocks fair? One module a check, each a change of the same moments."""

from __future__ import annotations

from loyaltystudy.audit.result import BlockAudit
from loyaltystudy.audit.run import audit_blocks

__all__ = ["BlockAudit", "audit_blocks"]
