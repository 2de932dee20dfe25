"""The multiverse: does the order of two blocks hold whatever was chosen in scoring?"""

from __future__ import annotations

from loyaltystudy.multiverse.result import SpecificationCurve
from loyaltystudy.multiverse.run import specification_curve

__all__ = ["SpecificationCurve", "specification_curve"]
