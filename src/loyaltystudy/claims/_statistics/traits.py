"""Associations between what is measured: corrected for unreliability and shared method at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from loyaltystudy.claims import _shared_method as sm
from loyaltystudy.claims._item_products import ConstructItems, ItemProducts, item_products
from loyaltystudy.claims._printed import printed_products
from loyaltystudy.claims._rules import Evidence
from loyaltystudy.claims._sensitivity import left_out_like, robustness_value
from loyaltystudy.claims._statistics.base import (
    LEVEL,
    Construct,
    Constructs,
    answered,
    behind,
    complete,
    design_from,
    design_of,
    left_unasked,
    lone,
    statistic,
)
from loyaltystudy.survey import Study, facts

MARKERS = ("marker_turquoise", "marker_autumn")
ATTITUDE = "company_attitude"
DISTINCT = 0.85  # above it two constructs are one (HTMT, Henseler et al. 2015)
LIKING = (ATTITUDE, "satisfaction")  # where these are the claim's own, attitude is not held


@dataclass(frozen=True, eq=False)
class Sitting:
    """One study's answers to some constructs, with what it has against shared method.

    ``place`` says where each construct stands in the products. ``least`` and ``used`` are the least
    plausible share of method and the one that a verdict must stand. ``smallest``: people behind the
    construct that fewest answered in another way than most.
    """

    data: ItemProducts
    place: dict[str, int]
    least: sm.Share
    used: sm.Share
    markers: list[int]
    rated: list[int]
    held: tuple[int, ...]
    n: int
    smallest: int

    def figures(self, limits: Callable[[ItemProducts, sm.Share], sm.Limits], **words) -> Evidence:
        """Evidence over the shares of method from the least plausible to the one used.

        The estimate is that at the least; the interval takes in those at both ends.
        """
        most, least = self._widest(limits, self.used), self._widest(limits, self.least)
        r = self.data.observed
        evidence = Evidence(
            "",
            least.estimate,
            min(most.low, least.low),
            max(most.high, least.high),
            n=self.n,
            smallest=self.smallest,
            least=(least.low, least.high),
            c_used=float(self.used(r)),
            c_least=float(self.least(r)),
            sweep=lambda c: self._widest(limits, sm.known_share(c)),
            marked=bool(self.markers),
        ).but(**words)
        if np.isnan(least.estimate):
            return evidence.but(note="what they measure correlates too highly to be held apart")
        return evidence

    @cached_property
    def less_coloured(self) -> bool:
        """Whether markers go less with the attitude than with the ratings, beyond chance."""
        if not (self.held and self.markers and self.rated):
            return False

        def gap(m: np.ndarray) -> np.ndarray:
            seen = self.data.matrix(m)[..., self.markers, :].mean(axis=-2) * self.data.method
            return seen[..., self.rated].mean(axis=-1) - seen[..., self.held[0]]

        return self.data.means.interval(gap, confidence=LEVEL)[1] > 0

    def _widest(self, limits, share: sm.Share) -> sm.Limits:
        """Limits with method in the attitude as in the ratings, and as far as markers see it there.

        A mood may colour both sides and the markers and not the attitude: to take as much out of
        it would leave the liking in.
        """
        found = limits(self.data, share)
        if not self.less_coloured:
            return found
        own = limits(replace(self.data, own=(self.held[0], self.markers, self.rated)), share)
        low, high = min(found.low, own.low), max(found.high, own.high)
        return replace(found, low=low, high=high)

    def too_close(self, of: Sequence[str], causes: Sequence[str]) -> tuple[str, ...]:
        """Causes that cannot be told from some constructs: the traits correlate too highly."""
        r = self.data.observed
        phi = sm.traits(r, self.least(r), self.data.method, self.data.valid)
        at, rows = self.place, [self.place[c] for c in of]
        return tuple(c for c in causes if not (phi[rows, at[c]] < DISTINCT).all())


def sitting(
    study: Study,
    constructs: Sequence[str],
    *,
    mirrored: str = "",
    attitude: bool = True,
    causes: Sequence[str] = (),
    by_ranks: bool = False,
    alone: bool = False,
) -> Sitting | None:
    """Bring answers into products of items, with markers and attitude where a study has them.

    Constructs of which one is ``mirrored`` are set against the outcome by the claim: method
    enters it with the other sign. ``causes``: common causes that the claim names; the attitude
    is held in any case if it is one, and facts among them enter by their ranks, since their
    shape says nothing. ``alone``: the share of method in one rating by itself. None where
    answers by row are not at hand.
    """
    markers = [m for m in MARKERS if study.measures(m) is not None]
    markers = markers if len(markers) == len(MARKERS) else []
    own = {study.measures(c).name for c in constructs}
    holds = attitude and study.measures(ATTITUDE) is not None
    holds = holds and (ATTITUDE in causes or not own & set(LIKING))
    order = [*constructs, *([ATTITUDE] if holds else []), *markers]
    found = complete(study, order)
    if found is None:
        return _printed(study, constructs, mirrored, least=1 if alone else 2)
    columns, rows = found
    ranked = {c for c in order if by_ranks or c in {*causes} & facts()}
    items = [_items(study, c, rows, -1 if c == mirrored else 1, c in ranked) for c in order]
    if any(x is None for x in items):
        return None
    if holds:
        at = order.index(ATTITUDE)
        items[at] = replace(items[at], valid=sm.VALIDITY**2)
    place = {c: i for i, c in enumerate(order)}
    rated = [place[c] for c in constructs if items[place[c]].method]
    design = design_from(columns, study.raking_of(study.answers.index[rows]))
    data = item_products(items, design, balanced=bool(markers))
    signs = np.array([float(items[i].method) for i in rated])
    marks = [place[m] for m in markers]
    least, used = _shares(marks, rated, signs, least=1 if alone else 2)
    held = (place[ATTITUDE],) if holds else ()
    people = min(_people(np.nanmean(x.answers, axis=1), design.weights) for x in items)
    return Sitting(data, place, least, used, marks, rated, held, len(rows), people)


def _people(column: np.ndarray, weights: np.ndarray) -> int:
    """People behind what one column has to do with others."""
    return 1 if lone(column, weights) else behind(column, weights=weights)


def _printed(study: Study, constructs: Sequence[str], mirrored: str, *, least: int):
    """A printed table in place of answers; None where it does not say enough."""
    known = [c in facts() for c in constructs]
    method = [
        0 if fact else -1 if c == mirrored else 1 for c, fact in zip(constructs, known, strict=True)
    ]
    single = [1.0 if fact else sm.SINGLE_ITEM for fact in known]
    data = printed_products(study, constructs, method, single)
    if data is None:
        return None
    rated = [i for i, fact in enumerate(known) if not fact]
    shares = _shares([], rated, np.ones(len(rated)), least=least)
    place = {c: i for i, c in enumerate(constructs)}
    return Sitting(data, place, *shares, [], rated, (), study.n, study.n)


def _shares(
    markers: list[int], rated: list[int], signs: np.ndarray, *, least: int
) -> tuple[sm.Share, sm.Share]:
    """The least plausible share of method, and the one that a verdict must stand."""
    if len(rated) < least:  # the outcome, or what it is set against, is a fact: nothing is shared
        return sm.known_share(0.0), sm.known_share(0.0)
    if markers:
        found = sm.marker_share(markers, rated, signs)
        return found, sm.at_least(found, sm.FLOOR)
    return sm.known_share(0.0), sm.known_share(sm.BENCHMARK)


def _items(
    study: Study, construct: str, rows: np.ndarray, method: int, by_ranks: bool
) -> ConstructItems | None:
    """A construct's keyed answers in some rows; None where an item is not at hand."""
    entry, book = study.measures(construct), study.codebook
    scale = entry.name in book.scales
    names = entry.items if scale else (entry.name,)
    if any(name not in study.answered for name in names):
        return None
    x = np.column_stack([np.asarray(study.column(name), float)[rows] for name in names])
    turned = [scale and book.items[name].reversed for name in names]
    for column in np.flatnonzero(turned):
        item = book.items[names[column]]
        x[:, column] = item.low + item.high - x[:, column]
    x = pd.DataFrame(x).rank().to_numpy() if by_ranks else x
    fact = construct in facts()
    one = 1.0 if fact else sm.SINGLE_ITEM
    assumed = one if len(names) == 1 else np.nan
    return ConstructItems(x, np.where(turned, -1.0, 1.0), 0 if fact else method, assumed)


@statistic("{of} on {on}{held}", rows=False)
def coefficient(
    study: Study,
    of: Construct,
    *,
    on: Construct,
    given: Constructs = (),
    direction: int = 1,
    by_ranks: bool = False,
    causes: tuple = (),
) -> Evidence:
    r"""Standardised slope of one trait on another, others held, at a share of shared method.

    .. math:: \beta(c) = \Phi_{zz}(c)^{-1} \Phi_{zy}(c)

    (:mod:`loyaltystudy.claims._shared_method`); without others held it is the trait correlation.
    With two markers in the study, c is theirs (.05 at least), halves of a scale that is worded
    both ways weigh alike, and the attitude to the company is held; without markers c is .18.

    Parameters
    ----------
    of, on : str
        Constructs.
    given : sequence of str
        Held by the claim.
    direction : int
        -1 where the claim sets the two against each other.
    by_ranks : bool
        Items by their midranks: for ordinal answers (Spearman's correlation between items).
    causes : tuple of str
        Causes of both that are held too where they were asked; where not, or where one correlates
        above .85 with ``of`` (:data:`DISTINCT`), one survey cannot tell.
    """
    held, unasked = left_unasked(study, causes)
    given = [*given, *(c for c in held if c != ATTITUDE)]
    mirrored = of if direction < 0 else ""
    found = sitting(study, [of, on, *given], mirrored=mirrored, by_ranks=by_ranks, causes=causes)
    if found is None:
        return Evidence("", missing=("answers by item",))
    x, y = found.place[of], found.place[on]
    others = [*(found.place[c] for c in given), *found.held]
    evidence = found.figures(
        lambda data, share: sm.slope(data, share, x, y, others, confidence=LEVEL)
    )
    note = _beside(found, x, y, [found.place[c] for c in given])
    note = "; ".join(filter(None, [evidence.note, note, _held_too(held)]))
    return evidence.but(note=note, unasked=(*unasked, *found.too_close([of], held)))


def _held_too(causes: Sequence[str]) -> str:
    return f"{', '.join(causes)} held too" if causes else ""


def _beside(found: Sitting, x: int, y: int, given: list[int]) -> str:
    """What stands beside a slope: the figure without attitude."""
    if not found.held:
        return ""
    plain = sm.slope(found.data, found.least, x, y, given, confidence=LEVEL)
    return f"without attitude held {plain.estimate:.3f} [{plain.low:.3f}, {plain.high:.3f}]"


@statistic("{first} minus {second} on {on}{held}", rows=False)
def coefficient_gap(
    study: Study, first: Construct, second: Construct, *, on: Construct, given: Constructs = ()
) -> Evidence:
    """Standardised slope of one trait minus that of another in the same model."""
    found = sitting(study, [first, second, on, *given])
    if found is None:
        return Evidence("", missing=("answers by item",))
    at = found.place
    others = [at[second], *(at[c] for c in given), *found.held]
    return found.figures(
        lambda data, share: sm.slope(
            data, share, at[first], at[on], others, less=at[second], confidence=LEVEL
        )
    )


@statistic("R² that {of} adds to {given}", rows=False)
def added_r2(
    study: Study,
    of: Constructs,
    *,
    on: Construct,
    given: Constructs = (),
    after: tuple = (),
    causes: tuple = (),
) -> Evidence:
    """R² that traits add to others, at a share of shared method; adjusted for its bias.

    ``after``: facts that come first in a declared order, held where the study has them in order
    or as numbers. ``causes``: as in :func:`coefficient`.
    """
    too, unasked = left_unasked(study, causes)
    first = [c for c in after if _in_order(study, c)] + [c for c in too if c != ATTITUDE]
    found = sitting(study, [*of, *given, *first, on], causes=causes)
    if found is None:
        return Evidence("", missing=("answers by item",))
    at, places = found.place, [found.place[c] for c in of]
    held = [*(found.place[c] for c in [*given, *first]), *found.held]
    evidence = found.figures(lambda data, share: _explained(data, share, places, at[on], held))
    note = "; ".join(filter(None, [evidence.note, _held_too(too)]))
    return evidence.but(note=note, unasked=(*unasked, *found.too_close(of, too)))


def _in_order(study: Study, construct: str) -> bool:
    return getattr(study.measures(construct), "kind", "") in ("numeric", "ordinal")


def _explained(data: ItemProducts, share: sm.Share, of, on: int, given) -> sm.Limits:
    """An added R² with the interval of explained variance: it has one end at zero."""
    from loyaltystudy.rsquared import explained_interval

    found = sm.added(data, share, of, on, given, confidence=LEVEL)
    if not np.isfinite(found.estimate) or not 0 < found.se < 1:
        return sm.Limits(np.nan, 0.0, 1.0)
    ends = explained_interval(
        np.array([max(found.estimate, 0.0)]),
        np.array([found.se]),
        np.array([max(found.bias, 1e-9)]),
        np.array([len(of)]),
        confidence=LEVEL,
        freedom=data.means.freedom,
    )
    low, high = (float(end[0]) for end in ends)
    return sm.Limits(found.estimate - found.bias, low, high, found.se, found.bias)


@statistic("R² of {first} minus that of {second}", rows=False)
def r2_gap(study: Study, first: Constructs, second: Constructs, *, on: Construct) -> Evidence:
    """Explained variance of some traits minus that of others, at a share of shared method.

    The gap of what each explains alone is the gap of what each adds to the other.
    """
    found = sitting(study, [*first, *second, on])
    if found is None:
        return Evidence("", missing=("answers by item",))
    at = found.place
    a, b = [at[c] for c in first], [at[c] for c in second]
    return found.figures(
        lambda data, share: sm.added(data, share, a, at[on], found.held, less=b, confidence=LEVEL)
    )


def plain_slopes(study: Study, constructs: Sequence[str], on: str) -> tuple[np.ndarray, float, int]:
    """Correlations of the scores of constructs and outcome, and how many rows and people."""
    table = answered(study, [*constructs, on])
    if table is None:  # moments alone, printed or given away
        names = [study.measures(c).name for c in (*constructs, on)]
        m = study.moments(names).moments
        n = float(m.weight**2 / m.weight2)
        return m.select(names).correlation, n, int(n)
    w = table["(weight)"].to_numpy(float)
    x = table[[*constructs, on]].to_numpy(float)
    r = np.corrcoef(x.T) if (w == w[0]).all() else _weighted(x, w)
    return r, design_of(table).n_effective, min(_people(column, w) for column in x.T)


def _weighted(x: np.ndarray, w: np.ndarray) -> np.ndarray:
    cov = np.cov(x.T, aweights=w)
    sd = np.sqrt(np.diag(cov))
    return cov / np.outer(sd, sd)


@statistic("{of} on {on} had a cause like {rival} been left out", rows=False)
def left_out(study: Study, of: Construct, *, on: Construct, given: Constructs, rival: Construct):
    """Least-squares slope of scores had a cause as strong as a control been left out.

    With what that takes away, and the wider error (Cinelli & Hazlett 2020); the robustness value
    of the slope stands beside it.
    """
    r, n, people = plain_slopes(study, [of, *given], on)
    x, y, held = 0, len(given) + 1, list(range(1, len(given) + 1))
    like = 1 + list(given).index(rival)
    beta, se = left_out_like(r, n, x, y, held, like)
    if not np.isfinite(beta):
        return Evidence("", -np.inf, -np.inf, -np.inf, n=int(n), smallest=people)
    plain = float(sm.slopes(r, y, [x, *held])[0])
    freedom = n - len(held) - 2
    full_y, full_x = float(sm.explained(r, y, [x, *held])), float(sm.explained(r, x, held))
    error = np.sqrt((1 - full_y) / (1 - full_x) / freedom)
    value = robustness_value(plain, error, freedom, bound=sm.SESOI, t=1.96)
    note = f"robustness value {value:.3f} for a limit beyond {sm.SESOI:g}"
    return Evidence(
        "", beta, beta - 1.96 * se, beta + 1.96 * se, n=int(n), smallest=people, note=note
    )
