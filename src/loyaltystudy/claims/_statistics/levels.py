"""Levels: shares, means, ratios, and what a randomised arm changes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from loyaltystudy.claims._rules import Evidence
from loyaltystudy.claims._statistics.base import (
    LEVEL,
    WEIGHT,
    answered,
    betas,
    declared_range,
    jackknifed,
    midpoint,
    missing,
    needs_rows,
    regression_frame,
)
from loyaltystudy.claims._statistics.slopes import standardised
from loyaltystudy.rsquared import Moments
from loyaltystudy.survey import Study


def share(
    study: Study,
    construct: str,
    *,
    chosen: Callable | None = None,
    below: bool = False,
    bound: float = 0.5,
    what: str = "",
) -> Evidence:
    """Share of respondents above (or below) the midpoint of the range, or chosen otherwise.

    Wilson interval; with weights at Kish's effective sample size.
    R: ``prop.test(x, n, correct = FALSE)``.
    """
    words = what or f"share above the midpoint of {construct}"
    if absent := missing(study, [construct]):
        return Evidence(words, missing=absent)
    table = answered(study, [construct])
    if table is None:
        return needs_rows(words)
    middle = midpoint(study, construct)
    chosen = chosen or (lambda x: x < middle if below else x > middle)
    return proportion(words, chosen(table[construct]), table[WEIGHT].to_numpy(), bound)


def share_of_items(study: Study, construct: str, *, bound: float) -> list[Evidence]:
    """For each item of a scale, keyed: the share that answers below the midpoint."""
    words = f"share below the midpoint of {construct}"
    if absent := missing(study, [construct]):
        return [Evidence(words, missing=absent)] * 2
    scale = study.codebook.scales.get(study.measures(construct).name)
    if scale is None or len(scale.items) < 2 or any(i not in study.answers for i in scale.items):
        return [Evidence(words, missing=("both wordings",))] * 2
    keyed, middle = study.keyed(scale.items), midpoint(study, construct)
    return [
        proportion(f"{words} ({item})", keyed[item].dropna() < middle, None, bound)
        for item in scale.items
    ]


def proportion(what: str, yes: pd.Series, w: np.ndarray | None, bound: float) -> Evidence:
    """A share with its Wilson interval; p against the stated bound."""
    from scipy.stats import norm
    from statsmodels.stats.proportion import proportion_confint

    yes = yes.to_numpy(float)
    w = np.ones(len(yes)) if w is None else w
    p, n = float(np.average(yes, weights=w)), float(w.sum() ** 2 / (w**2).sum())
    low, high = proportion_confint(p * n, n, alpha=1 - LEVEL, method="wilson")
    z = (p - bound) / np.sqrt(bound * (1 - bound) / n)
    return Evidence(what, p, float(low), float(high), float(2 * norm.sf(abs(z))), len(yes))


def mean_difference(study: Study, first: str, second: str, what: str = "") -> Evidence:
    """Mean of one construct minus mean of another, paired, on the same response scale."""
    words = what or f"mean of {first} minus mean of {second}"
    if absent := missing(study, [first, second]):
        return Evidence(words, missing=absent)
    if declared_range(study, first) != declared_range(study, second):
        return Evidence(words, missing=("a common response scale",))
    table = answered(study, [first, second])
    if table is None:
        return needs_rows(words)
    return mean(words, table[first] - table[second], table[WEIGHT].to_numpy())


def mean(what: str, values: pd.Series, w: np.ndarray) -> Evidence:
    """A mean with its t interval (with weights: linearised standard error)."""
    from scipy.stats import t as student

    x = values.to_numpy(float)
    middle, n = float(np.average(x, weights=w)), len(x)
    se = np.sqrt(n / (n - 1) * (w**2 * (x - middle) ** 2).sum()) / w.sum()
    half = student.isf((1 - LEVEL) / 2, n - 1) * se
    p = float(2 * student.sf(abs(middle) / se, n - 1)) if se > 0 else np.nan
    return Evidence(what, middle, middle - half, middle + half, p, n)


def mean_of(study: Study, construct: str, what: str = "") -> Evidence:
    """Mean of a construct in its own units."""
    words = what or f"mean of {construct}"
    if absent := missing(study, [construct]):
        return Evidence(words, missing=absent)
    table = answered(study, [construct])
    if table is None:
        return needs_rows(words)
    return mean(words, table[construct], table[WEIGHT].to_numpy())


def ratio_of_sums(study: Study, part: str, whole: str, what: str = "") -> Evidence:
    """Sum of one construct over the sum of another, with a jackknife interval."""
    words = what or f"{part} as a share of {whole}"
    if absent := missing(study, [part, whole]):
        return Evidence(words, missing=absent)
    table = answered(study, [part, whole])
    if table is None or table[whole].sum() == 0:
        return needs_rows(words)
    frame = regression_frame(table, whole, [part])
    return jackknifed(words, frame, lambda m: m.mean[..., 0] / m.mean[..., 1])


def group_gap(
    study: Study, of: str, by: str, *, chosen: Callable, scaled: bool = False, what: str = ""
) -> Evidence:
    """Mean of a construct among the chosen minus among the others.

    ``chosen`` picks respondents by their answer on ``by``; ``scaled`` gives standard deviations
    of the construct instead of its units. For a randomised arm this is its average effect; for a
    yes or no answer it is a difference of proportions.
    """
    words = what or f"{of}: the chosen by {by} minus the others"
    if absent := missing(study, [of, by]):
        return Evidence(words, missing=absent)
    table = answered(study, [of, by])
    if table is None:
        return needs_rows(words)
    table = table.assign(chosen=chosen(table[by]).astype(float))
    if table["chosen"].nunique() < 2:
        return Evidence(words, missing=(f"two groups by {by}",))
    table = standardised(table, [of]) if scaled else table
    frame = regression_frame(table, of, ["chosen"])
    return jackknifed(words, frame, lambda m: betas(m, standardised=False)[..., 0])


def factorial_gap(study: Study, of: str, arm: str, *, costs, gains, what: str = "") -> Evidence:
    """In a 2 x 2 vignette: what one factor takes away minus what the other gives.

    ``costs`` and ``gains`` are the arms' codes in which each factor is present.
    """
    words = what or f"{of}: loss by one factor of {arm} minus gain by the other"
    if absent := missing(study, [of, arm]):
        return Evidence(words, missing=absent)
    table = answered(study, [of, arm])
    if table is None:
        return needs_rows(words)
    table = standardised(table, [of]).assign(
        costs=table[arm].isin(costs).astype(float), gains=table[arm].isin(gains).astype(float)
    )
    frame = regression_frame(table, of, ["costs", "gains"])

    def loss_minus_gain(m: Moments) -> np.ndarray:
        return -betas(m, standardised=False).sum(axis=-1)

    return jackknifed(words, frame, loss_minus_gain)


def mean_ratio(
    study: Study, of: str, by: str, *, base: str, beside: str, engaged: float, what: str = ""
) -> Evidence:
    """Mean of an amount among the engaged over its mean among others who are content.

    Engaged: the answer on ``by`` reaches the share ``engaged`` of its range; others: below that,
    with ``base`` above its midpoint (everybody, where ``base`` is not measured). The ratio
    adjusted for ``beside`` (log on log) is told with it. Jackknife on the log scale.
    """
    words = what or f"mean {of}: engaged over merely content"
    if absent := missing(study, [of, by]):
        return Evidence(words, missing=absent)
    extra = [c for c in (base, beside) if study.measures(c) is not None]
    table = answered(study, [of, by, *extra])
    if table is None:
        return needs_rows(words)
    low, high = declared_range(study, by)
    group = table[by] >= low + engaged * (high - low)
    if base in extra:
        table = table[group | (table[base] > midpoint(study, base))]
    table = table.assign(group=group[table.index].astype(float))
    table["spent"] = table[of] * table["group"]
    if table["group"].nunique() < 2 or (table[of] < 0).any() or table[of].sum() == 0:
        return Evidence(words, missing=("two groups with amounts",))
    frame = regression_frame(table, of, ["spent", "group"])

    def log_ratio(m: Moments) -> np.ndarray:
        spent, group, total = (m.mean[..., i] for i in range(3))
        return np.log(spent / group) - np.log((total - spent) / (1 - group))

    found = jackknifed(words, frame, log_ratio)
    note = _adjusted_ratio(table, of, beside) if beside in extra else ""
    ends = np.exp([found.estimate, found.low, found.high])
    return Evidence(words, *map(float, ends), found.p, found.n, note=note)


def _adjusted_ratio(table: pd.DataFrame, of: str, beside: str) -> str:
    positive = table[(table[of] > 0) & (table[beside] > 0)]
    if len(positive) < 10 or positive["group"].nunique() < 2:
        return ""
    logs = positive.assign(**{c: np.log(positive[c]) for c in (of, beside)})
    slope = betas(regression_frame(logs, of, ["group", beside]).whole, standardised=False)[0]
    return f"adjusted for {beside}: {np.exp(slope):.2f} (ratio of geometric means)"


def log_variance_ratio(
    study: Study, of: Sequence[str], by: str, *, chosen: Sequence[float], what: str = ""
) -> Evidence:
    """Log ratio of the variance within chosen categories to that within the others.

    The variances are averaged over the constructs, each at unit variance overall; category means
    are taken out first. Jackknife over respondents.
    """
    words = what or f"log variance ratio of {', '.join(of)}, chosen categories of {by} to others"
    here = [c for c in of if study.measures(c) is not None]
    if not here or study.measures(by) is None:
        return Evidence(words, missing=missing(study, [*of, by]))
    table = answered(study, [*here, by])
    if table is None:
        return needs_rows(words)
    size = table.groupby(by)[by].transform("size")
    table = table[size >= 10]
    z = standardised(table, here)
    z = z.assign(**(z[here] - z.groupby(by)[here].transform("mean")))
    z["inside"] = z[by].isin(chosen).astype(float)
    if z["inside"].nunique() < 2:
        return Evidence(words, missing=("niche and other categories, ten people in each",))
    z["square"] = (z[here] ** 2).mean(axis=1)
    z["square inside"] = z["square"] * z["inside"]
    frame = regression_frame(z, "square", ["square inside", "inside"])

    def log_ratio(m: Moments) -> np.ndarray:
        within, inside, total = (m.mean[..., i] for i in range(3))
        return np.log(within / inside) - np.log((total - within) / (1 - inside))

    return jackknifed(words, frame, log_ratio)
