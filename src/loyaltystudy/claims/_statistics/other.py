"""Tests with a method of their own: ceilings, ladders, factor models, groups of customers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from loyaltystudy.claims._rules import Evidence
from loyaltystudy.claims._statistics.base import LEVEL, answered, missing, needs_rows
from loyaltystudy.claims._statistics.slopes import standardised
from loyaltystudy.errors import SurveyError
from loyaltystudy.survey import Study

PERMUTATIONS = 2000


def ceiling(study: Study, condition: str, *, on: str, seed: int, what: str = "") -> Evidence:
    r"""Effect size of a necessary condition: how much of the upper left corner is empty.

    .. math:: d = \frac{\int (y_{max} - c(x))\, dx}{(x_{max} - x_{min})(y_{max} - y_{min})},
              \qquad c(x) = \max\{y_i : x_i \le x\}

    the ceiling envelopment with free disposal hull (CE-FDH) of Dul (2016), Organizational
    Research Methods 19, 10-52; p by permutation of the outcome. More data can only fill the
    corner, so the estimate leans upward. R: ``NCA::nca_analysis(ceilings = "ce_fdh")``.
    """
    words = what or f"{condition} as a necessary condition of {on}"
    if absent := missing(study, [condition, on]):
        return Evidence(words, missing=absent)
    table = answered(study, [condition, on])
    if table is None:
        return needs_rows(words)
    x, y = table[condition].to_numpy(), table[on].to_numpy()
    if len(x) < 3 or np.ptp(x) == 0 or np.ptp(y) == 0:
        return Evidence(words, missing=("answers that differ",))
    rng = np.random.default_rng(seed)
    estimate = ceiling_size(x, y[None])[0]
    at_least = sum(
        np.sum(ceiling_size(x, rng.permuted(np.tile(y, (rows, 1)), axis=1)) >= estimate - 1e-12)
        for rows in _portions(PERMUTATIONS, len(y))
    )
    p = (1 + at_least) / (1 + PERMUTATIONS)
    note = f"permutation p {p:.4f}"
    return Evidence(words, float(estimate), p=float(p), n=len(x), note=note)


def _portions(rows: int, columns: int, most: int = 1_000_000) -> list[int]:
    """Rows cut into portions of at most so many cells."""
    size = max(1, most // columns)
    return [min(size, rows - done) for done in range(0, rows, size)]


def ceiling_size(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """CE-FDH effect size for each row of outcomes.

    Examples
    --------
    >>> ceiling_size(np.array([0., 1., 2.]), np.array([[0., 1., 2.]])).item()  # by hand: (2+1)/4
    0.75
    """
    order = np.argsort(x, kind="stable")
    steps, first = np.unique(x[order], return_index=True)
    highest = np.maximum.reduceat(y[:, order], first, axis=1)  # at each x
    envelope = np.maximum.accumulate(highest, axis=1)[:, :-1]
    top, bottom = y.max(axis=1), y.min(axis=1)
    empty = ((top[:, None] - envelope) * np.diff(steps)).sum(axis=1)
    return empty / ((x.max() - x.min()) * (top - bottom))


def overlap(study: Study, first: str, second: Sequence[str], *, seed: int) -> Evidence:
    """The largest HTMT (2015) of a construct with others: near 1, the two are one thing."""
    from loyaltystudy.scales import htmt

    words = f"HTMT of {first} with {', '.join(second)}, the largest"
    if absent := missing(study, [first, *second]):
        return Evidence(words, missing=absent)
    scales = {c: list(study.measures(c).items) for c in (first, *second)}
    if not all(i in study.answers for items in scales.values() for i in items):
        return needs_rows(words)
    items = study.keyed([i for own in scales.values() for i in own]).dropna()
    table = htmt(items, scales, seed=seed, confidence=LEVEL, resamples=500)
    own = (table["first"] == first) | (table["second"] == first)
    pairs = table[own & (table["variant"] == "htmt")]
    row = pairs.loc[pairs["estimate"].idxmax()]
    return Evidence(words, row["estimate"], row["low"], row["high"], n=len(items))


def ladder(study: Study, construct: str, what: str = "") -> Evidence:
    """Mokken's H of the rungs of a ladder: is each rung reached only by way of those below?"""
    from loyaltystudy.scales import mokken

    words = what or f"scalability H of {construct}"
    if absent := missing(study, [construct]):
        return Evidence(words, missing=absent)
    scale = study.codebook.scales.get(study.measures(construct).name)
    if scale is None or len(scale.items) < 3 or any(i not in study.answers for i in scale.items):
        return Evidence(words, missing=(f"the rungs of {construct}, three at least",))
    items = study.keyed(scale.items).dropna()
    try:
        row = mokken(items, confidence=LEVEL).iloc[0]
    except SurveyError as error:
        return Evidence(words, missing=(str(error).splitlines()[0],))
    return Evidence(words, row["h"], row["low"], row["high"], n=len(items))


def misfit(study: Study, constructs: Sequence[str], what: str = "") -> Evidence:
    """RMSEA of a model with one factor for each construct, with its interval (90 %)."""
    from loyaltystudy.scales import cfa

    words = what or f"RMSEA of a {len(constructs)}-factor model"
    if absent := missing(study, constructs):
        return Evidence(words, missing=absent)
    scales = {c: list(study.measures(c).items) for c in constructs}
    if not all(i in study.answers for items in scales.values() for i in items):
        return needs_rows(words)
    try:
        fit = cfa(study.keyed([i for own in scales.values() for i in own]).dropna(), scales).fit
    except SurveyError as error:
        return Evidence(words, missing=(str(error).splitlines()[0],))
    row = fit.iloc[0]
    return Evidence(words, row["rmsea"], row["rmsea_low"], row["rmsea_high"], n=int(row["n"]))


def differing_drivers(study: Study, by: str, bonds: Sequence[str], *, on: str) -> Evidence:
    """R² added when each bond's slope may differ between the groups, beside the groups' levels.

    Before it, metric invariance of the outcome and the bonds: without equal loadings slopes of
    different groups are not comparable, and the part is not measured.
    """
    from loyaltystudy.explain import compare_blocks

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
    z = standardised(table, [on, *here])
    z[by] = (z[by] == z[by].max()).astype(float)
    products = {f"{b} by group": z[b] * z[by] for b in here}
    data = pd.DataFrame({**{c: z[c] for c in [by, on, *here]}, **products})
    blocks = {"levels": [by, *here], "slopes": list(products)}
    found = compare_blocks(data, on, blocks, confidence=LEVEL)
    row = found.table.set_index(["block", "measure"]).loc[("slopes", "unique")]
    return Evidence(words, row["adjusted"], row["low"], row["high"], n=found.n)


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
