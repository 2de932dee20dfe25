"""One association at every share of shared method: the swept map that a paper would print."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from loyaltystudy.claims import _shared_method as sm
from loyaltystudy.claims._any_question import share_of_others
from loyaltystudy.claims._rules import effect
from loyaltystudy.claims._statistics.base import missing
from loyaltystudy.claims._statistics.traits import coefficient, left_out
from loyaltystudy.display import Display, Shown
from loyaltystudy.errors import SurveyError
from loyaltystudy.survey import Study

LIMITS = ("estimate", "low", "high")
SHARES = (0.0, 0.02, 0.05, 0.08, 0.10, 0.12, 0.15, 0.18, 0.22, 0.26, 0.30)


@dataclass(frozen=True, eq=False, repr=False)
class SharedMethod(Shown):
    """An association of two constructs at every plausible share of shared method.

    Attributes
    ----------
    table : DataFrame
        ``c`` (share of every item's variance that is method), ``estimate, low, high`` (trait
        correlation, or standardised slope where others are held; 95 %), ``verdict`` at that
        share alone.
    verdict : str
        By the rule of the claims: over all shares from ``c_least`` to ``c_used``.
    tipping_point : float
        The smallest share at which the association no longer lies beyond ``bound``; 0 where it
        never does.
    spill_needed : float
        The share of the method that markers must catch for it to hold; NaN without markers.
    c_least, c_used : float
        The least plausible share, and the one that the verdict must stand.
    any_question : tuple of float
        Mean correlation of the questions with the outcome's, the share of all other rating
        questions whose own is lower, and their number; NaN where fewer than five are at hand.
    robustness : DataFrame
        With controls: for each, the slope of the scores had a cause as strong as it been left
        out (``control, estimate, low, high``); empty without.

    Examples
    --------
    >>> import loyaltystudy as ls
    >>> found = ls.shared_method(ls.load_study("mobile-ecsi"), "responsibility", on="loyalty")
    >>> found.x, found.on, bool(found.c_least <= found.c_used)
    ('responsibility', 'loyalty', True)
    """

    x: str
    on: str
    given: tuple[str, ...]
    bound: float
    n: int
    table: pd.DataFrame
    verdict: str
    tipping_point: float
    spill_needed: float
    c_least: float
    c_used: float
    any_question: tuple[float, float, int]
    robustness: pd.DataFrame
    note: str = ""

    @property
    def _header(self) -> str:
        given = f" given {', '.join(self.given)}" if self.given else ""
        by = "" if np.isnan(self.spill_needed) else f"; markers must catch {self.spill_needed:.2f}"
        return (
            f"{self.x} on {self.on}{given}: {self.verdict} (method shares {self.c_least:.2f} to "
            f"{self.c_used:.2f}); tips at {self.tipping_point:.2f}{by}; n {self.n}"
        )

    def _shown(self) -> Display:
        tables = [("by share of method", self.table)]
        if len(self.robustness):
            tables.append(("had a cause as strong been left out", self.robustness))
        return Display(self._header, tables, notes=(self.note,) if self.note else ())


def shared_method(
    study: Study, x: str, *, on: str, given: Sequence[str] = (), bound: float = sm.SESOI
) -> SharedMethod:
    r"""How much of an association would shared method explain?

    Answers that one person gives at one sitting share the mood of the moment, a habit of
    agreeing, a liking of the company. If one factor of method makes a share *c* of every item's
    variance, every mean correlation between items, R, is *c* too high:

    .. math:: \Phi(c) = D^{-1/2} (R - c\, 11') D^{-1/2}, \quad D = \mathrm{diag}(R - c\, 11'),
              \quad \beta(c) = \Phi_{zz}^{-1} \Phi_{zy}

    corrected for unreliability and method at once. At c = 0 it is HTMT, or the
    errors-in-variables regression. A study with two markers has *c* from them (.05 at least),
    weighs forward and reversed questions alike, and holds the attitude to the company, taken to
    be measured with validity .9; a study without takes .18 (Lance et al. 2010).

    Parameters
    ----------
    study : Study
    x, on : str
        Constructs: the one whose association is asked about, and the outcome. Facts and records
        (age, spending) share no method.
    given : sequence of str
        Constructs held.
    bound : float
        The smallest effect of interest, a trait correlation or slope, -1 to 1.

    Returns
    -------
    SharedMethod

    Raises
    ------
    SurveyError
        If a construct is not measured, or answers by row are not at hand.

    References
    ----------
    Lance, C. E., Dawson, B., Birkelbach, D. & Hoffman, B. J. (2010). Method effects, measurement
    error, and substantive conclusions. Organizational Research Methods 13, 435-455.

    Examples
    --------
    >>> import loyaltystudy as ls
    >>> found = shared_method(ls.load_study("mobile-ecsi"), "responsibility", on="loyalty")
    >>> found.verdict, round(found.tipping_point, 2)
    ('not robust', 0.11)
    """
    asked = (x, on, *given)
    if absent := missing(study, asked):
        raise SurveyError(f"Study '{study.name}' does not measure {[*absent]}.")
    if not -1 < bound < 1:
        raise SurveyError(f"bound={bound!r}: a smallest effect between -1 and 1 is needed.")
    direction = -1 if bound < 0 else 1
    found = coefficient(study, x, on=on, given=given, direction=direction)
    if found.missing:
        raise SurveyError(f"Study '{study.name}': not at hand: {', '.join(found.missing)}.")
    rule = effect(abs(bound), direction=direction)
    shares = sorted({*SHARES, round(found.c_used, 4), round(found.c_least, 4)})
    tips = sm.tipping_point(found.sweep, bound=abs(bound), direction=direction)
    others = share_of_others(study, x, on) or (np.nan, np.nan, 0)
    return SharedMethod(
        x,
        on,
        tuple(given),
        bound,
        found.n,
        pd.DataFrame([_at(found, c, rule) for c in shares], columns=["c", *LIMITS, "verdict"]),
        rule.judge(found),
        tips,
        sm.spill_needed(found.c_least, tips) if found.marked else np.nan,
        found.c_least,
        found.c_used,
        others,
        _left_out(study, x, on, given),
        found.note,
    )


def _at(found, c: float, rule) -> tuple:
    limits = found.sweep(c)
    verdict = rule.judge(found.but(low=limits.low, high=limits.high, least=None))
    return c, limits.estimate, limits.low, limits.high, verdict


def _left_out(study: Study, x: str, on: str, given: Sequence[str]) -> pd.DataFrame:
    rows = [(c, left_out(study, x, on=on, given=given, rival=c)) for c in given]
    figures = [(c, e.estimate, e.low, e.high) for c, e in rows]
    return pd.DataFrame(figures, columns=["control", *LIMITS])
