"""The comparison at one level: within clusters, or between their means."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from loyaltystudy.errors import SurveyError
from loyaltystudy.explain._frame import HELD, Frame
from loyaltystudy.rsquared import (
    Moments,
    between,
    intraclass_correlation,
    subset_r2,
    within,
    without_rounding,
)

LEVELS = ("within", "between")
SHOWN = 10  # clusters from which both levels stand beside the pooled result
FEWEST = {"within": 2, "between": 20}  # clusters
PER_COLUMN = 6  # clusters for each column of a comparison of means


@dataclass(frozen=True)
class IntraclassCorrelation:
    """Share of the outcome's variance that lies between clusters, with its interval."""

    estimate: float
    low: float
    high: float
    clusters: int

    def __str__(self) -> str:
        limits = f"[{self.low:.3f}, {self.high:.3f}]"
        return f"intraclass correlation {self.estimate:.3f} {limits}, {self.clusters} clusters"


def at_level(frame: Frame, level: str) -> Frame:
    """The frame of deviations from each cluster's means, or of these means as observed."""
    clusters = _clusters(frame, level)
    j, columns = len(clusters.n), len(frame.columns) - 1
    if level == "between" and columns > j / PER_COLUMN:
        raise SurveyError(
            f"level='between': {columns} columns for {j} clusters; at most {j // PER_COLUMN}, one "
            f"for {PER_COLUMN} clusters. Take fewer columns, or level='within'."
        )
    change, word = (within, "deviations from") if level == "within" else (between, "means of")
    moments = without_rounding(change(clusters), clusters.total())
    notes = (*frame.notes, *_still(frame, moments, level))
    notes = (*notes, HELD) if frame.raking is not None else notes
    notes = (*notes, f"R² of the {word} {j} clusters{' as observed' * (level == 'between')}")
    changes = {"rows": None, "weights": None, "clusters": None, "moments": moments}
    return replace(frame, **changes, raking=None, notes=notes, level=level)


def _clusters(frame: Frame, level: str) -> Moments:
    if level not in LEVELS:
        raise SurveyError(f"level={level!r} is not known; take 'within' or 'between', or None.")
    groups = frame.groups
    if groups is None or not frame.clustered:
        raise SurveyError(
            f"level={level!r}: needs clusters (brands, stores, countries). Declare them under "
            "`design: cluster:` in the codebook, or give moments of one cluster each."
        )
    if len(groups.n) < FEWEST[level]:
        raise SurveyError(
            f"level={level!r}: {len(groups.n)} clusters; at least {FEWEST[level]} are needed. "
            "With fewer, nothing can be said of that level."
        )
    return groups


def _still(frame: Frame, moments: Moments, level: str) -> list[str]:
    """Columns without variance at the level, which explain nothing there; the rest is checked."""
    total = moments.total()
    spread = dict(zip(total.columns, np.diag(total.cross), strict=True))
    if not spread[frame.outcome] > 0:
        raise SurveyError(f"The outcome {frame.outcome!r} does not vary {level} clusters.")
    still = [c for c in frame.columns if not spread[c] > 0]
    rest = [c for c in frame.columns if c not in still]
    subset_r2(total.select(rest), frame.outcome, [rest[:-1]] if rest[:-1] else [])
    return [f"without variance {level} clusters: {', '.join(still)}"] if still else []


def outcome_icc(frame: Frame, confidence: float) -> IntraclassCorrelation | None:
    """Intraclass correlation of the outcome, where there are enough clusters to show it."""
    if not frame.clustered or frame.groups is None or len(frame.groups.n) < SHOWN:
        return None
    groups = frame.groups
    spare = int(groups.n.sum()) - len(groups.n)  # rows beyond one a cluster
    inside = float(within(groups).total().select([frame.outcome]).cross[0, 0])
    if spare < len(frame.columns) + 1 or not inside > 0:
        return None
    found = intraclass_correlation(groups, groups.columns.index(frame.outcome), confidence)
    return IntraclassCorrelation(*found, len(groups.n))


def levels_table(pooled: pd.DataFrame, inside: pd.DataFrame) -> pd.DataFrame:
    """Pooled and within: ``level, block, measure, estimate, adjusted, low, high``."""
    parts = [
        t[t["measure"].isin(["alone", "unique", "dominance"])].assign(level=level)
        for level, t in (("pooled", pooled), ("within", inside))
    ]
    columns = ["level", "block", "measure", "estimate", "adjusted", "low", "high"]
    return pd.concat(parts, ignore_index=True)[columns]
