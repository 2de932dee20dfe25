"""Statistics with a method of their own: scalability, factor models, groups of relationships."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import combinations

import numpy as np
import pandas as pd

from loyaltystudy.claims import _shared_method as sm
from loyaltystudy.claims._design import SampleDesign
from loyaltystudy.claims._rules import Evidence
from loyaltystudy.claims._shared_method import Limits
from loyaltystudy.claims._statistics.base import (
    LEVEL,
    Construct,
    Constructs,
    answered,
    design_of,
    missing,
    needs_rows,
    smooth,
    standardised,
    statistic,
)
from loyaltystudy.claims._statistics.traits import sitting
from loyaltystudy.errors import SurveyError
from loyaltystudy.survey import Study


@statistic("trait correlation of {first} with {second}, the largest", rows=False)
def overlap(study: Study, first: Construct, second: Constructs) -> Evidence:
    """The largest trait correlation of a construct with others: near 1, the two are one.

    At the least plausible share of method; at none it is HTMT.
    """
    return _largest(study, [first, *second], [(0, i) for i in range(1, len(second) + 1)])


@statistic("trait correlation of two of {constructs}, the largest", rows=False)
def distinct(study: Study, constructs: Constructs) -> Evidence:
    """The largest trait correlation of any two constructs: near 1, the two are one."""
    return _largest(study, constructs, list(combinations(range(len(constructs)), 2)))


def _largest(study: Study, constructs: Sequence[str], pairs) -> Evidence:
    found = sitting(study, constructs, attitude=False)
    if found is None:
        return Evidence("", missing=("answers by item",))
    limits = [sm.correlation(found.data, found.least, a, b, confidence=LEVEL) for a, b in pairs]
    top = max(limits, key=lambda entry: entry.estimate)
    return Evidence("", top.estimate, top.low, top.high, n=found.n, smallest=found.smallest)


@statistic("scalability H of {construct}")
def scalability(study: Study, table: pd.DataFrame, construct: Construct) -> Evidence:
    r"""Mokken's H of the rungs of a ladder: is each rung reached only by way of those below?

    .. math:: H(c) = \frac{\sum_{i<j} \sigma_{ij} - c\, \sigma_i \sigma_j}
                         {\sum_{i<j} \sigma^{max}_{ij}}

    of weighted covariances, :math:`\sigma^{max} = \min(p_i, p_j) - p_i p_j` for rungs reached by
    shares p, with a share c of shared method taken out of every correlation; with the design's
    interval (the error of a share that markers give is left out). At c = 0 in R:
    ``mokken::coefH`` (no weights, no clusters).
    """
    scale = study.codebook.scales.get(study.measures(construct).name)
    if scale is None or len(scale.items) < 3 or any(i not in study.answers for i in scale.items):
        return Evidence("", missing=(f"the rungs of {construct}, three at least",))
    keyed = study.keyed(scale.items).loc[table.index].dropna()
    x, first = keyed.to_numpy(float), study.codebook.items[scale.items[0]]
    if len(x) < 10 or not np.isin(x, (first.low, first.high)).all():
        return Evidence("", missing=("rungs with two answers each",))
    found = sitting(study, [construct], attitude=False, alone=True)
    r = found.data.observed
    used, least = float(found.used(r)), float(found.least(r))
    ones, design = np.where(x == first.high, 1.0, 0.0), design_of(table.loc[keyed.index])
    at_used, at_least = _h(ones, design, used), _h(ones, design, least)
    if at_used.missing:
        return at_used
    return at_least.but(
        low=min(at_used.low, at_least.low),
        high=max(at_used.high, at_least.high),
        least=(at_least.low, at_least.high),
        c_used=used,
        c_least=least,
        marked=bool(found.markers),
        sweep=lambda c: _limits(_h(ones, design, c)),
    )


def _limits(found: Evidence) -> Limits:
    return Limits(found.estimate, found.low, found.high)


def _h(x: np.ndarray, design: SampleDesign, c: float) -> Evidence:
    """H of zeros and ones as a smooth function of the means of products and of the items."""
    k = x.shape[1]
    a, b = np.triu_indices(k, 1)

    def h(m: np.ndarray) -> np.ndarray:
        p, both = m[..., :k], m[..., k:]
        chance, sd = p[..., a] * p[..., b], np.sqrt(p * (1 - p))
        most = np.minimum(p[..., a], p[..., b]) - chance
        shared = c * sd[..., a] * sd[..., b]
        return (both - chance - shared).sum(axis=-1) / most.sum(axis=-1)

    p = design.weights @ x / design.weights.sum()
    if (p * (1 - p) == 0).any():
        return Evidence("", missing=("rungs that some have reached and some have not",))
    return smooth(np.column_stack([x, x[:, a] * x[:, b]]), design, h)


def differing_drivers(study: Study, by: str, bonds: Sequence[str], *, on: str) -> Evidence:
    """R² added when each bond's slope may differ between the groups, beside the groups' levels.

    Before it, metric invariance of the outcome and the bonds: without equal loadings slopes of
    different groups are not comparable, and the part is not measured.
    """
    here = [b for b in bonds if study.measures(b) is not None]
    words = f"R² added by slopes of {', '.join(here or bonds)} that differ by {by}"
    if study.measures(by) is None or study.measures(on) is None or not here:
        return Evidence(words, missing=missing(study, [by, on, *bonds]))
    table = answered(study, [by, on, *here])
    if table is None:
        return needs_rows(words)
    if table[by].nunique() != 2:
        return Evidence(words, missing=(f"two groups by {by}",))
    if broken := _not_metric(study, by, [on, *here]):
        return Evidence(words, missing=(broken,))
    return _added_by_products(table, by, here, on).but(what=words)


def _added_by_products(table: pd.DataFrame, by: str, here: list[str], on: str) -> Evidence:
    from loyaltystudy.explain import Frame
    from loyaltystudy.rsquared import explained_interval, jackknife, leave_group_out, leave_one_out

    z = standardised(table, [on, *here])
    z[by] = (z[by] == z[by].max()).astype(float)
    products = {f"{b} by group": z[b] * z[by] for b in here}
    z = z.assign(**products)
    design = design_of(table)
    columns = [by, *here, *products]
    blocks = {"levels": [by, *here], "slopes": list(products)}
    parts = (z[[*columns, on]], design.weights, design.clusters)
    frame = Frame(on, blocks, [], None, *parts, raking=design.raking)
    sets = [list(range(1 + len(here))), list(range(1 + len(here), len(columns)))]
    x, y = z[columns].to_numpy(float), z[on].to_numpy(float)
    by_row = partial(leave_one_out, x, y, design.weights, sets, [], columns)
    if frame.groups is None:
        values, without = by_row()
    else:
        values, without = leave_group_out(frame.groups, on, sets, [])
    without = frame.calibrated(values, without, lambda: by_row()[1])
    added, left = values[3:4] - values[1:2], without[:, 3:4] - without[:, 1:2]
    se, bias = jackknife(added, left)
    width = np.array([len(products)])
    low, high = explained_interval(added, se, bias, width, freedom=len(left) - 1, confidence=LEVEL)
    smallest = int(z[by].value_counts().min())
    n = len(table)
    point = float(added[0] - bias[0])
    return Evidence("", point, float(low[0]), float(high[0]), n=n, smallest=smallest)


def _not_metric(study: Study, by: str, constructs: Sequence[str]) -> str:
    """Why loadings are not equal across groups, or nothing."""
    from loyaltystudy.scales import invariance

    entries = {c: study.measures(c) for c in constructs}
    scales = {c: list(e.items) for c, e in entries.items() if len(getattr(e, "items", ())) >= 3}
    items = [i for own in scales.values() for i in own]
    if not scales or any(i not in study.answers for i in items):
        return ""
    answers = study.keyed(items)
    groups = study.answers[study.measures(by).name].reindex(answers.index)
    try:
        table = invariance(answers, scales, groups).table.set_index("level")
    except SurveyError as error:
        return f"metric invariance ({str(error).splitlines()[0]})"
    return "" if bool(table.loc["metric", "holds"]) else "metric invariance (it does not hold)"
