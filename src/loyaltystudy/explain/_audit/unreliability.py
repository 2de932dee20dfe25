"""Corrected for unreliability: the comparison on error-free variables."""

from itertools import combinations

import numpy as np

from loyaltystudy.errors import SurveyError
from loyaltystudy.explain._audit.baseline import (
    Audited,
    dominances,
    not_given,
    order_row,
    row,
    variant_rows,
)
from loyaltystudy.explain._error_free import ErrorFree, error_free_versions
from loyaltystudy.explain._reliabilities import Reliabilities, find_reliabilities

CHECK = "reliability"


def reliability_corrected(audited: Audited) -> list[dict]:
    """The comparison of :func:`loyaltystudy.compare_blocks` with ``reliability="omega"``.

    Omega of the items of the rows that are compared, alpha for two items; single items and
    variables stay uncorrected. The outcome is corrected too, which raises all blocks by the same
    factor.
    """
    if audited.study is None:
        return not_given(CHECK, "Needs a Study: reliability comes from the items of the scales.")
    try:
        used = find_reliabilities(audited.study, audited.frame, "omega")
    except SurveyError:
        return not_given(CHECK, "No scale of two items or more in this comparison.")
    rows = [_reliability_row(audited, name, used) for name in used.kinds]
    version = error_free_versions(audited.frame, used)[0]
    found = variant_rows(CHECK, audited.frame, version.variant, audited.confidence)
    found = [r for r in found if np.isfinite([r["estimate"], r["high"]]).any()]
    for r in found:
        r["note"] = _corrected(audited, r["block"], used)
    return [*found, *rows, *_summary(audited, version, used, found)]


def _summary(audited: Audited, version: ErrorFree, used: Reliabilities, found) -> list[dict]:
    """What the check means as a whole."""
    dominance = dominances(found).dropna()
    if len(dominance) < len(audited.frame.blocks):
        note = (
            f"Warning: {version.problem}. They measure the same thing, or their errors are not "
            "independent; see overlap."
        )
        return [row(CHECK, "(all)", "not_given", note=note)]
    kinds = " and ".join(dict.fromkeys(used.kinds.values()))
    summary = order_row(CHECK, f"Corrected for unreliability ({kinds})", dominance, audited)
    summary["note"] += f" {_uncorrected(audited, used.kinds)}{_shared_items(audited, used.kinds)}"
    return [summary]


def _reliability_row(audited: Audited, scale: str, used: Reliabilities) -> dict:
    value, items = used.rho[scale], len(audited.scales[scale])
    note = f"{items} items; {1 - value:.0%} of its variance is taken for error."
    return row(CHECK, scale, used.kinds[scale], value, note)


def _corrected(audited: Audited, block: str, used: Reliabilities) -> str:
    names = audited.members[block]
    done = [f"{n} by {used.kinds[n]} {used.rho[n]:.3f}" for n in names if n in used.kinds]
    rest = [n for n in names if n not in used.kinds]
    parts = [f"Corrected: {', '.join(done)}."] if done else []
    return " ".join([*parts, f"Not corrected: {', '.join(rest)}." if rest else ""]).strip()


def _uncorrected(audited: Audited, used: dict[str, str]) -> str:
    left = [n for names in audited.members.values() for n in names if n not in used]
    if not left:
        return "Every predictor was corrected."
    return (
        f"Taken as free of error, to their disadvantage: {', '.join(left)} "
        "(single questions and facts have no reliability here)."
    )


def _shared_items(audited: Audited, used: dict[str, str]) -> str:
    """Scales with items in common share their error, which the correction takes for substance."""
    pairs = [
        f"{a} and {b}"
        for a, b in combinations(audited.scales, 2)
        if (a in used or b in used) and set(audited.scales[a]) & set(audited.scales[b])
    ]
    if not pairs:
        return ""
    return f" Warning: {', '.join(pairs)} share items, so their errors are not independent."
