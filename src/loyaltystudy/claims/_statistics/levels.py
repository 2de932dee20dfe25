"""Levels: shares, means, ratios, and what a randomised arm changes; all respect the design."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from loyaltystudy.claims._design import SampleDesign, share_interval
from loyaltystudy.claims._rules import LEAST_PEOPLE, Evidence
from loyaltystudy.claims._shared_method import Limits
from loyaltystudy.claims._statistics.base import (
    LEVEL,
    WEIGHT,
    Construct,
    adders,
    answered,
    behind,
    declared_range,
    design_of,
    midpoint,
    missing,
    needs_rows,
    point,
    regression,
    smooth,
    standardised,
    statistic,
    with_design,
)
from loyaltystudy.claims._statistics.traits import sitting
from loyaltystudy.survey import Study

COUNTED = 12  # answers of a question that a report counts one by one


@statistic("share above the midpoint of {construct}")
def share(
    study: Study,
    table: pd.DataFrame,
    construct: Construct,
    *,
    chosen: Callable | None = None,
    below: bool = False,
    spread: bool = False,
) -> Evidence:
    """Share of respondents above (or below) the midpoint of the range, or chosen otherwise.

    ``spread``: the interval takes in the share had shared method not spread the answers
    (:func:`without_spread`). R: ``survey::svyciprop(~I(x > m), design, method = "wilson")``.
    """
    middle = midpoint(study, construct)
    chosen = chosen or (lambda x: x < middle if below else x > middle)
    found = proportion(chosen(table[construct]), design_of(table))
    return without_spread(study, construct, table, found) if spread else found


def without_spread(study: Study, construct: str, table: pd.DataFrame, found: Evidence) -> Evidence:
    r"""A share beyond a point with the interval of what it is had method not spread the answers.

    A mood that differs between people leaves their mean where it is and spreads them, so that a
    share other than one half moves towards it. Of normal answers, with a share c of a question's
    variance and the variance v of the scale in units of a question's,

    .. math:: p(c) = \Phi\left(\Phi^{-1}(p) / \sqrt{1 - c / v}\right)
    """
    from scipy.special import ndtr, ndtri

    at = sitting(study, [construct], attitude=False, alone=True)
    if at is None or not 0 < found.estimate < 1:
        return found
    w, x = table[WEIGHT].to_numpy(float), table[construct].to_numpy(float)
    v = np.average((x - np.average(x, weights=w)) ** 2, weights=w) / at.data.means.value[-1]

    def moved(c: float) -> Limits:
        p = found.estimate
        by = float(ndtr(ndtri(p) / np.sqrt(max(1 - c / v, 0.01)))) - p
        return Limits(p + by, found.low + by, found.high + by)

    r = at.data.observed
    used, least = float(at.used(r)), float(at.least(r))
    ends = [found, moved(least), moved(used)]
    return found.but(
        low=min(e.low for e in ends),
        high=max(e.high for e in ends),
        least=(found.low, found.high),
        c_used=used,
        c_least=least,
        marked=bool(at.markers),
        sweep=moved,
        note="with the share had shared method not spread the answers",
    )


def proportion(yes: pd.Series, design: SampleDesign | None = None) -> Evidence:
    """A share with Wilson's interval at the sample size that the design is worth."""
    yes = yes.to_numpy(float)
    p, low, high, _ = share_interval(
        yes, design or SampleDesign(np.ones(len(yes))), confidence=LEVEL
    )
    smallest = behind(yes, weights=design and design.weights)
    return Evidence("", p, low, high, n=len(yes), smallest=smallest)


@statistic("share of the loyal among those below the midpoint of {condition}")
def share_without(
    study: Study, table: pd.DataFrame, condition: Construct, *, on: Construct, loyal: float
) -> Evidence:
    """Among those without a condition: the share whose outcome lies above a share of its range.

    Without: below the midpoint of the condition's range. As a ratio of two means over the whole
    sample, so that the design counts.
    """
    without = (table[condition] < midpoint(study, condition)).to_numpy()
    if without.sum() < 2:
        return Evidence("", missing=(f"people without {condition}",))
    few, yes = table[without], table[on] > point(study, on, loyal)
    found, many = hardly_any(yes[without], few), yes[without].sum() >= LEAST_PEOPLE
    if many and table[on].nunique() <= COUNTED:  # how many of all say yes can be seen, so the rest
        found = found.but(smallest=behind(yes, without, table[WEIGHT]))
    note = _by_cut(study, few, on, loyal if many else None)
    return found.but(note="; ".join(filter(None, [found.note, note])))


def hardly_any(yes: pd.Series, table: pd.DataFrame) -> Evidence:
    """A share that a claim calls small; of none to nine people it is said that ten are the most.

    The figure is that of the ten heaviest, and the interval reaches from zero to its upper end:
    it tells of nobody whether they are among them, can support the claim and never contradict it.
    """
    if yes.sum() >= LEAST_PEOPLE or len(yes) < 2 * LEAST_PEOPLE:
        return proportion(yes, design_of(table))
    ten = table[WEIGHT].rank(method="first", ascending=False) <= LEAST_PEOPLE
    found = proportion(ten, design_of(table))
    return found.but(low=0.0, note=f"fewer than {LEAST_PEOPLE}, at most that of ten")


def _by_cut(study: Study, few: pd.DataFrame, on: str, loyal: float | None) -> str:
    """The shares by what counts as loyal; none that tells of fewer than ten people.

    Neither by itself nor by how far it lies from another that is shown.
    """
    seen = [] if loyal is None else [int((few[on] > point(study, on, loyal)).sum())]
    said = []
    for cut in (0.5, 0.6, 0.7, 0.8):
        yes = few[on] > point(study, on, cut)
        count = int(yes.sum())
        apart = [abs(count - other) for other in seen if other != count]
        enough = min([behind(yes, weights=few[WEIGHT]), *apart]) >= LEAST_PEOPLE
        seen += [count] if enough else []
        said.append(f"{cut:.2f}: {yes.mean():.3f}" if enough else f"{cut:.2f}: withheld")
    return "by what counts as loyal (share of the range) " + ", ".join(said)


def share_of_items(study: Study, construct: str, *, item: int, what: str = "") -> Evidence:
    """For one item of a scale, keyed: the share that answers below the midpoint."""
    words = what or f"share below the midpoint of {construct}"
    entry = study.measures(construct)
    if entry is None:
        return Evidence(words, missing=(construct,))
    scale = study.codebook.scales.get(entry.name)
    if scale is None or len(scale.items) < 2 or any(i not in study.answers for i in scale.items):
        return Evidence(words, missing=("both wordings",))
    name = scale.items[item]
    table = with_design(study, {"answer": study.keyed([name])[name]})
    found = proportion(table["answer"] < midpoint(study, construct), design_of(table))
    return found.but(what=f"{words} ({name})")


@statistic("share above the midpoint, {first} minus {second}")
def share_gap(study: Study, table: pd.DataFrame, first: Construct, second: Construct) -> Evidence:
    """Share above the midpoint of one construct minus that of another, the same people.

    R: ``survey::svycontrast`` of two ``svymean``.
    """
    if declared_range(study, first) != declared_range(study, second):
        return Evidence("", missing=("a common response scale",))
    gap = sum(
        sign * (table[c] > midpoint(study, c)).to_numpy(float)
        for sign, c in ((1, first), (-1, second))
    )
    return _mean(gap, table)


def _mean(values: np.ndarray, table: pd.DataFrame) -> Evidence:
    """A mean with the design's interval, and who stands behind it."""
    smallest = behind(values, weights=table[WEIGHT])
    return smooth(values[:, None], design_of(table), lambda m: m[..., 0], smallest=smallest)


@statistic("mean of {first} minus mean of {second}")
def mean_difference(
    study: Study, table: pd.DataFrame, first: Construct, second: Construct
) -> Evidence:
    """Mean of one construct minus mean of another, paired, on the same response scale."""
    if declared_range(study, first) != declared_range(study, second):
        return Evidence("", missing=("a common response scale",))
    return _mean((table[first] - table[second]).to_numpy(float), table)


@statistic("mean of {construct}")
def mean_of(study: Study, table: pd.DataFrame, construct: Construct) -> Evidence:
    """Mean of a construct in its own units."""
    x = table[construct].to_numpy(float)
    found = _mean(x, table)
    return found.but(smallest=min(found.smallest, adders(x)))


@statistic("{part} as a share of {whole}")
def ratio_of_sums(study: Study, table: pd.DataFrame, part: Construct, whole: Construct) -> Evidence:
    """Sum of one construct over the sum of another. R: ``survey::svyratio``."""
    if table[whole].sum() == 0:
        return Evidence("", missing=(f"{whole} above zero",))
    x = table[[part, whole]].to_numpy(float)
    smallest = min(adders(x[:, 0]), adders(x[:, 1]))
    return smooth(x, design_of(table), lambda m: m[..., 0] / m[..., 1], smallest=smallest)


@statistic("{of}: the chosen by {by} minus the others")
def group_gap(
    study: Study,
    table: pd.DataFrame,
    of: Construct,
    by: Construct,
    *,
    chosen: Callable,
    scaled: bool = False,
) -> Evidence:
    """Mean of a construct among the chosen minus among the others.

    ``chosen`` picks respondents by their answer on ``by`` (it takes the answers and the declared
    range); ``scaled`` gives standard deviations of the construct instead of its units. For a
    randomised arm this is its average effect; for a yes or no answer a difference of shares.
    """
    group = np.asarray(chosen(table[by], *declared_range(study, by)), float)
    if len(set(group)) < 2:
        return Evidence("", missing=(f"two groups by {by}",))
    smallest = behind(table[of], group, table[WEIGHT])
    table = standardised(table, [of]) if scaled else table
    y = table[of].to_numpy(float)
    columns = np.column_stack([y * group, group, y])

    def gap(m: np.ndarray) -> np.ndarray:
        inside, share, total = (m[..., i] for i in range(3))
        return inside / share - (total - inside) / (1 - share)

    return smooth(columns, design_of(table), gap, smallest=smallest)


def lowest_quarter(answers: pd.Series, low: float, high: float) -> pd.Series:
    """Answers in the lowest quarter of the declared range."""
    return answers <= low + (high - low) / 4


@statistic("{of}: loss by one factor of {arm} minus gain by the other")
def factorial_gap(
    study: Study,
    table: pd.DataFrame,
    of: Construct,
    arm: Construct,
    *,
    costs: Sequence[int],
    gains: Sequence[int],
) -> Evidence:
    """In a 2 x 2 vignette: what one factor takes away minus what the other gives.

    ``costs`` and ``gains`` are the arms' codes in which each factor is present.
    """
    table = standardised(table, [of]).assign(
        costs=table[arm].isin(costs).astype(float), gains=table[arm].isin(gains).astype(float)
    )
    smallest = behind(table[of], table[arm], table[WEIGHT])
    return regression(table, of, ["costs", "gains"], lambda b: -b.sum(axis=-1), smallest=smallest)


@statistic("mean {of}: engaged over merely content", rows=False)
def mean_ratio(
    study: Study,
    of: Construct,
    by: Construct,
    *,
    base: str,
    beside: str,
    engaged: float = 2 / 3,
    adjusted: bool = False,
) -> Evidence:
    """Mean of an amount among the engaged over its mean among others who are content.

    Engaged: the answer on ``by`` reaches the share ``engaged`` of its range; others: below that,
    with ``base`` above its midpoint (everybody, where ``base`` is not measured). ``adjusted``:
    the ratio of geometric means at equal amounts spent in the category elsewhere, ``beside``
    less the amount itself (of which it is a part: to hold it would hold the outcome). Interval
    on the log scale.
    """
    if adjusted and (absent := missing(study, [beside])):
        return Evidence("", missing=absent)
    extra = [c for c in (base, beside) if study.measures(c) is not None]
    table = answered(study, [of, by, *extra])
    if table is None:
        return needs_rows("")
    group = table[by] >= point(study, by, engaged)
    if base in extra:
        table = table[group | (table[base] > midpoint(study, base))]
    table = table.assign(group=group[table.index].astype(float))
    sizes = table["group"].sum(), (1 - table["group"]).sum()
    if min(sizes) < 2 or (table[of] < 0).any() or table[of].sum() == 0:
        return Evidence("", missing=("two groups with amounts",))
    found = _adjusted_ratio(table, of, beside) if adjusted else _raw_ratio(table, of)
    ends = np.exp([found.estimate, found.low, found.high])
    estimate, low, high = (float(v) for v in ends)
    smallest = min(adders(table.loc[table["group"] == g, of]) for g in (0, 1))
    smallest = min(smallest, behind(table[of], table["group"], table[WEIGHT]))
    return found.but(estimate=estimate, low=low, high=high, smallest=smallest)


def _raw_ratio(table: pd.DataFrame, of: str) -> Evidence:
    spent, group = table[of].to_numpy(float), table["group"].to_numpy(float)
    columns = np.column_stack([spent * group, group, spent])

    def log_ratio(m: np.ndarray) -> np.ndarray:
        inside, share, total = (m[..., i] for i in range(3))
        return np.log(inside / share) - np.log((total - inside) / (1 - share))

    return smooth(columns, design_of(table), log_ratio)


def _adjusted_ratio(table: pd.DataFrame, of: str, beside: str) -> Evidence:
    positive = table[table[of] > 0]
    elsewhere = (positive[beside] - positive[of]).clip(lower=0)
    if positive["group"].nunique() < 2 or np.ptp(elsewhere) == 0:
        return Evidence("", missing=("two groups with amounts",))
    logs = positive.assign(**{of: np.log(positive[of]), "elsewhere": np.log1p(elsewhere)})
    return regression(logs, of, ["group", "elsewhere"], lambda b: b[..., 0])
