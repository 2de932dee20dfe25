"""Validity of scales: factor models, discriminant validity, invariance, exploration, Mokken."""

from __future__ import annotations

from loyaltystudy.measurement.comparability import comparable
from loyaltystudy.measurement.discriminant import fornell_larcker, htmt
from loyaltystudy.measurement.exploratory import Efa, efa, parallel_analysis
from loyaltystudy.measurement.factor_model import Cfa, cfa
from loyaltystudy.measurement.invariance_levels import Invariance, invariance
from loyaltystudy.measurement.ladders import mokken, monotonicity
from loyaltystudy.measurement.ordinal import polychoric
from loyaltystudy.measurement.published import (
    corporate_reputation_file,
    exact_recodes,
    published_ecsi,
    published_reputation,
)
from loyaltystudy.measurement.summary import Validity, validity
from loyaltystudy.measurement.syntax import lavaan_syntax

__all__ = [
    "Cfa",
    "Efa",
    "Invariance",
    "Validity",
    "cfa",
    "comparable",
    "corporate_reputation_file",
    "efa",
    "exact_recodes",
    "fornell_larcker",
    "htmt",
    "invariance",
    "lavaan_syntax",
    "mokken",
    "monotonicity",
    "parallel_analysis",
    "polychoric",
    "published_ecsi",
    "published_reputation",
    "validity",
]
