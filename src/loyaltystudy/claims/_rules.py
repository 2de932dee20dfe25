"""How a claim is judged: rules written down before the data are seen, in one place."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

SUPPORTED, CONTRADICTED, INCONCLUSIVE = "supported", "contradicted", "inconclusive"
NOT_MEASURED, UNTESTABLE = "not measured", "untestable"

SMALLEST_COEFFICIENT = 0.10
SMALLEST_ADDED_R2 = 0.02


@dataclass(frozen=True)
class Evidence:
    """What the data say of one part of a claim.

    ``missing`` constructs leave it without a figure; where it is ``short_of`` some, there is a
    figure, but not of what the claim means: it is shown and not judged.
    """

    what: str
    estimate: float = np.nan
    low: float = np.nan
    high: float = np.nan
    p: float = np.nan
    n: int = 0
    missing: tuple[str, ...] = ()
    short_of: tuple[str, ...] = ()
    note: str = ""

    def __str__(self) -> str:
        if self.missing:
            return f"{self.what}: not measured ({', '.join(self.missing)})"
        interval = "" if np.isnan(self.low) else f" [{self.low:.3f}, {self.high:.3f}]"
        note = f", {self.note}" if self.note else ""
        note += f", without {', '.join(self.short_of)}" if self.short_of else ""
        return f"{self.what}: {self.estimate:.3f}{interval}{note}"


@dataclass(frozen=True)
class Rule:
    """When one part of a claim counts as supported or contradicted."""

    kind: str
    bound: float
    direction: int = 1
    against: float | None = None  # where contradiction begins, if not at the bound

    def __str__(self) -> str:
        return _WORDS[self.kind](self)

    def judge(self, evidence: Evidence) -> str:
        """The verdict on this part."""
        if evidence.missing or evidence.short_of or np.isnan(evidence.estimate):
            return NOT_MEASURED
        supported, contradicted = _RULES[self.kind](self, evidence)
        if supported:
            return SUPPORTED
        return CONTRADICTED if contradicted else INCONCLUSIVE


def effect(smallest: float = SMALLEST_COEFFICIENT, *, direction: int = 1) -> Rule:
    """The default rule: beyond zero in the claimed direction, and not too small to matter."""
    return Rule("effect", smallest, direction)


def added(smallest: float = SMALLEST_ADDED_R2) -> Rule:
    """The default rule for a block's added R²."""
    return Rule("effect", smallest)


def absent(bound: float) -> Rule:
    """An absence claim: the whole interval lies below the bound."""
    return Rule("absent", bound)


def share_above(bound: float) -> Rule:
    """A share claim: the Wilson interval lies wholly above the bound."""
    return Rule("side", bound, 1)


def share_below(bound: float) -> Rule:
    """A share claim: the Wilson interval lies wholly below the bound."""
    return Rule("side", bound, -1)


def above(bound: float = 0.0, *, against: float | None = None) -> Rule:
    """The whole interval lies above the bound; contradicted if below ``against``, or the bound."""
    return Rule("side", bound, 1, against)


def below(bound: float = 0.0) -> Rule:
    """The whole interval lies below the bound."""
    return Rule("side", bound, -1)


def figure(value: float) -> Rule:
    """A figure claim: the whole interval lies within 20 % of the figure."""
    return Rule("figure", value)


def necessary(smallest: float = 0.10) -> Rule:
    """A necessary condition: a ceiling of this effect size, with permutation p below .05."""
    return Rule("necessary", smallest)


def classes() -> Rule:
    """Latent classes: a better BIC than one factor has, with bootstrap p below .05."""
    return Rule("classes", 0.0)


def _effect(rule: Rule, e: Evidence):
    ends = sorted((rule.direction * e.low, rule.direction * e.high))
    reaches = rule.direction * e.estimate >= rule.bound
    return ends[0] > 0 and reaches, ends[1] < rule.bound


def _absent(rule: Rule, e: Evidence):
    return e.high < rule.bound, e.low > rule.bound


def _side(rule: Rule, e: Evidence):
    against = rule.bound if rule.against is None else rule.against
    if rule.direction > 0:
        return e.low > rule.bound, e.high < against
    return e.high < rule.bound, e.low > against


def _figure(rule: Rule, e: Evidence):
    low, high = 0.8 * rule.bound, 1.2 * rule.bound
    return low <= e.low and e.high <= high, e.high < low or e.low > high


def _necessary(rule: Rule, e: Evidence):
    return e.estimate >= rule.bound and e.p < 0.05, e.estimate < rule.bound and e.p >= 0.05


def _classes(rule: Rule, e: Evidence):
    return e.estimate > 0 and e.p < 0.05, e.estimate <= 0


_RULES = {
    "classes": _classes,
    "effect": _effect,
    "absent": _absent,
    "side": _side,
    "figure": _figure,
    "necessary": _necessary,
}
_WORDS = {
    "effect": lambda r: (
        f"95 % interval wholly {'above' if r.direction > 0 else 'below'} 0 and estimate at least "
        f"{r.bound:g} in size; contradicted if the interval lies wholly short of that"
    ),
    "absent": lambda r: f"95 % interval wholly below {r.bound:g}; contradicted if wholly above",
    "side": lambda r: (
        f"95 % interval wholly {'above' if r.direction > 0 else 'below'} {r.bound:.4g}; "
        + (
            "contradicted if wholly on the other side"
            if r.against is None
            else f"contradicted if wholly below {r.against:g}"
        )
    ),
    "classes": lambda r: (
        "latent classes at least .2 standard deviations apart have a better BIC than one factor, "
        "with bootstrap p below .05; contradicted if their BIC is no better"
    ),
    "figure": lambda r: (
        f"95 % interval within {0.8 * r.bound:g} to {1.2 * r.bound:g} (20 % of {r.bound:g}); "
        "contradicted if wholly outside"
    ),
    "necessary": lambda r: (
        f"ceiling effect size at least {r.bound:g} with permutation p below .05; "
        f"contradicted if smaller and the corner is no emptier than by chance"
    ),
}


def combine(verdicts: list[str]) -> str:
    """The verdict on a claim from those on its parts.

    One contradicted part contradicts the claim; else one part that is not measured leaves it not
    measured; it is supported if every part is.

    Examples
    --------
    >>> combine(["supported", "not measured"])
    'not measured'
    >>> combine(["contradicted", "not measured"])
    'contradicted'
    """
    if CONTRADICTED in verdicts:
        return CONTRADICTED
    if NOT_MEASURED in verdicts or not verdicts:
        return NOT_MEASURED
    return SUPPORTED if all(v == SUPPORTED for v in verdicts) else INCONCLUSIVE
