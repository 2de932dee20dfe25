"""How a claim is judged: rules written down before the data are seen, in one place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

SUPPORTED, CONTRADICTED, INCONCLUSIVE = "supported", "contradicted", "inconclusive"
NOT_ROBUST, NOT_MEASURED, UNTESTABLE = "not robust", "not measured", "untestable"

SMALLEST_COEFFICIENT = 0.10  # Cohen's "small", on the trait scale
SMALLEST_ADDED_R2 = 0.02  # our convention
FIGURE_BAND = 0.20  # our convention
LEAST_PEOPLE = 10  # behind anything that is shown


@dataclass(frozen=True, eq=False)
class Evidence:
    """What the data say of one part of a claim.

    ``missing`` constructs leave it without a figure; where it is ``short_of`` some, there is a
    figure, but not of what the claim means: it is shown and not judged. ``smallest`` is the
    smallest group of people behind it. ``unasked``: what a study would have to have for one
    survey to tell the claim from a rival; without it nothing is more than not robust.

    Where shared method was taken out, the interval takes in every plausible share, from
    ``c_least`` (whose interval is ``least``) to ``c_used``; ``marked`` says whether markers gave
    it, ``sweep`` gives the interval at any share.
    """

    what: str
    estimate: float = np.nan
    low: float = np.nan
    high: float = np.nan
    n: int = 0
    missing: tuple[str, ...] = ()
    short_of: tuple[str, ...] = ()
    unasked: tuple[str, ...] = ()
    note: str = ""
    smallest: int | None = None
    least: tuple[float, float] | None = None
    c_used: float = np.nan
    c_least: float = np.nan
    marked: bool = False
    sweep: Callable | None = None

    def but(self, **changes) -> Evidence:
        """The same with some fields changed."""
        return replace(self, **changes)

    @property
    def too_few(self) -> bool:
        """Whether it rests on fewer people than may be shown."""
        return self.smallest is not None and self.smallest < LEAST_PEOPLE

    def __str__(self) -> str:
        if self.missing:
            return f"{self.what}: not measured ({', '.join(self.missing)})"
        interval = "" if np.isnan(self.low) else f" [{self.low:.3f}, {self.high:.3f}]"
        note = f", {self.note}" if self.note else ""
        note += f", without {', '.join(self.short_of)}" if self.short_of else ""
        note += (
            f", one survey cannot tell without {', '.join(self.unasked)}" if self.unasked else ""
        )
        return f"{self.what}: {self.estimate:.3f}{interval}{note}"


@dataclass(frozen=True)
class Rule:
    """When one part of a claim counts as supported or contradicted.

    ``source`` says where the bound comes from.
    """

    kind: str
    bound: float
    direction: int = 1
    against: float | None = None  # where contradiction begins, if not at the bound
    source: str = "our convention"

    def __str__(self) -> str:
        return _WORDS[self.kind](self)

    def judge(self, evidence: Evidence) -> str:
        """The verdict on this part."""
        e = evidence
        if e.missing or e.short_of or e.too_few or np.isnan(e.low):
            return NOT_MEASURED
        supported, contradicted = _RULES[self.kind](self, e.low, e.high)
        if supported:
            return NOT_ROBUST if e.unasked else SUPPORTED
        if contradicted:
            return CONTRADICTED
        without_method = e.least is not None and _RULES[self.kind](self, *e.least)[0]
        return NOT_ROBUST if without_method or self.kind == "stands" else INCONCLUSIVE

    def p(self, evidence: Evidence) -> float:
        """Two-sided p value of the bound that the interval must clear; NaN where not judged.

        From the distance of the estimate to the bound in units of the interval's half on that
        side, so that p is below .05 exactly where the interval clears the bound; 1 where the
        estimate lies on the wrong side.
        """
        from scipy.stats import norm

        e = evidence
        if self.judge(e) == NOT_MEASURED:
            return np.nan
        z = _distance(self, e.low, e.high, e.estimate) if np.isfinite(e.estimate) else -1.0
        return float(min(1.0, 2 * norm.sf(norm.isf(0.025) * z))) if z > 0 else 1.0

    def at(self, factor: float) -> Rule:
        """The rule with its bounds moved by a factor (what is a bound of zero stays)."""
        against = None if self.against is None else self.against * factor
        return replace(self, bound=self.bound * factor, against=against)


def _distance(rule: Rule, low: float, high: float, estimate: float) -> float:
    """How many halves of the interval the estimate lies beyond the bound."""

    def beyond(gap: float, half: float) -> float:
        return gap / half if np.isfinite(half) and half > 0 else -1.0

    above = beyond(estimate - rule.bound, estimate - low)
    below = beyond(rule.bound - estimate, high - estimate)
    if rule.kind == "figure":
        band = FIGURE_BAND * rule.bound
        inside = beyond(estimate - rule.bound + band, estimate - low)
        return min(inside, beyond(rule.bound + band - estimate, high - estimate))
    if rule.kind == "effect":
        mirrored = beyond(-rule.bound - estimate, high - estimate)
        return above if rule.direction > 0 else mirrored
    if rule.kind == "absent":
        return below
    return above if rule.direction > 0 else below


def effect(smallest: float = SMALLEST_COEFFICIENT, *, direction: int = 1) -> Rule:
    """The default rule: the interval lies beyond the smallest effect of interest."""
    source = "Cohen's small effect" if smallest == SMALLEST_COEFFICIENT else "our convention"
    return Rule("effect", smallest, direction, source=source)


def added(smallest: float = SMALLEST_ADDED_R2) -> Rule:
    """The default rule for a block's added R²."""
    return Rule("effect", smallest)


def absent(bound: float, *, source: str = "our convention") -> Rule:
    """An absence claim: the whole interval lies below the bound."""
    return Rule("absent", bound, source=source)


def share_above(bound: float) -> Rule:
    """A share claim: the interval lies wholly above the bound."""
    return Rule("side", bound, 1, source=_stated(bound))


def share_below(bound: float) -> Rule:
    """A share claim: the interval lies wholly below the bound."""
    return Rule("side", bound, -1, source=_stated(bound))


def _stated(bound: float) -> str:
    return {0.5: "the word most, or few", 0.7: "the text's own figure"}.get(bound, "our convention")


def above(bound: float = 0.0, *, against: float | None = None, source: str = "") -> Rule:
    """The whole interval lies above the bound; contradicted if below ``against``, or the bound."""
    return Rule("side", bound, 1, against, source or ("zero" if bound == 0 else "our convention"))


def below(bound: float = 0.0) -> Rule:
    """The whole interval lies below the bound."""
    return Rule("side", bound, -1, source="zero" if bound == 0 else "our convention")


def figure(value: float) -> Rule:
    """A figure claim: the whole interval lies within 20 % of the figure."""
    return Rule("figure", value, source="the text's own figure; the band is our convention")


def stands(bound: float = 0.0) -> Rule:
    """What must still hold had a cause been left out; the claim is not robust where it does not."""
    return Rule("stands", bound, source="zero")


def _effect(rule: Rule, low: float, high: float):
    low, high = sorted((rule.direction * low, rule.direction * high))
    return low > rule.bound, high < rule.bound


def _absent(rule: Rule, low: float, high: float):
    return high < rule.bound, low > rule.bound


def _side(rule: Rule, low: float, high: float):
    against = rule.bound if rule.against is None else rule.against
    if rule.direction > 0:
        return low > rule.bound, high < against
    return high < rule.bound, low > against


def _figure(rule: Rule, low: float, high: float):
    least, most = (1 - FIGURE_BAND) * rule.bound, (1 + FIGURE_BAND) * rule.bound
    return least <= low and high <= most, high < least or low > most


def _stands(rule: Rule, low: float, high: float):
    return low > rule.bound, False


_RULES = {"effect": _effect, "absent": _absent, "side": _side, "figure": _figure, "stands": _stands}


def _side_words(r: Rule) -> str:
    other = "on the other side" if r.against is None else f"below {r.against:g}"
    where = "above" if r.direction > 0 else "below"
    return f"95 % interval wholly {where} {r.bound:.4g}; contradicted if wholly {other}"


_WORDS = {
    "effect": lambda r: (
        f"95 % interval wholly {'above' if r.direction > 0 else 'below'} {r.direction * r.bound:g} "
        "at every plausible share of shared method; contradicted if wholly short of that; not "
        "robust if it holds at the least share only"
    ),
    "absent": lambda r: f"95 % interval wholly below {r.bound:g}; contradicted if wholly above",
    "side": _side_words,
    "figure": lambda r: (
        f"95 % interval within {(1 - FIGURE_BAND) * r.bound:g} to {(1 + FIGURE_BAND) * r.bound:g} "
        f"(20 % of {r.bound:g}); contradicted if wholly outside"
    ),
    "stands": lambda r: (
        f"still wholly above {r.bound:g} had a cause as strong as the control been left out; "
        "not robust if not"
    ),
}


def combine(verdicts: list[str]) -> str:
    """The verdict on a claim from those on its parts.

    One contradicted part contradicts the claim; else one part that is not measured leaves it not
    measured; it is supported if every part is, and not robust if every part is or would be
    without shared method.

    Examples
    --------
    >>> combine(["supported", "not measured"])
    'not measured'
    >>> combine(["contradicted", "not measured"])
    'contradicted'
    >>> combine(["supported", "not robust"])
    'not robust'
    """
    if CONTRADICTED in verdicts:
        return CONTRADICTED
    if NOT_MEASURED in verdicts or not verdicts:
        return NOT_MEASURED
    if INCONCLUSIVE in verdicts:
        return INCONCLUSIVE
    return NOT_ROBUST if NOT_ROBUST in verdicts else SUPPORTED
