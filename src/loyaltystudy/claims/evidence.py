"""The statistics that rules are put to: each takes a study and constructs by standard name.

Every function returns an :class:`Evidence`; where the study does not measure a construct, one
that says so.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from loyaltystudy.blocks import compare_blocks
from loyaltystudy.claims.verdict import Evidence
from loyaltystudy.crossproducts import Moments, subset_r2
from loyaltystudy.frame import Frame, model_frame
from loyaltystudy.intervals import jackknife
from loyaltystudy.scoring import score
from loyaltystudy.study import Study

LEVEL = 0.95
PERMUTATIONS = 2000


def missing(study: Study, constructs: Sequence[str]) -> tuple[str, ...]:
    """Those of the constructs that the study does not measure."""
    return tuple(c for c in constructs if study.measures(c) is None)


def either(study: Study, *constructs: str) -> str:
    """The first of some constructs that the study measures, else the first."""
    return next((c for c in constructs if study.measures(c) is not None), constructs[0])


def names(study: Study, constructs: Sequence[str]) -> list[str]:
    """The scales or variables that measure constructs, each once."""
    return list(dict.fromkeys(study.measures(c).name for c in constructs))


def values(study: Study, constructs: Sequence[str]) -> pd.DataFrame | None:
    """Answers by construct, rows complete, with ``weight``; None where only moments are here."""
    scores, book, columns = score(study), study.codebook, {}
    for construct in constructs:
        name = study.measures(construct).name
        source = scores if name in book.scales else study.answers
        if name not in source:
            return None
        columns[construct] = source[name]
    weight = book.design.weight
    columns["weight"] = study.answers[weight] if weight else 1.0
    return pd.DataFrame(columns, index=study.answers.index).dropna()


def coefficient(
    study: Study, of: str, *, on: str, given: Sequence[str] = (), what: str = ""
) -> Evidence:
    r"""Standardised coefficient of one construct on another, others held.

    .. math:: \beta = R_{xx}^{-1} r_{xy}

    with a jackknife interval (rows, clusters or groups left out), which lets the standard
    deviations vary too. R: ``coef(lm(scale(y) ~ scale(x) + ...))``.
    """
    words = what or f"{of} on {on}" + (f" given {', '.join(given)}" if given else "")
    if absent := missing(study, [of, on, *given]):
        return Evidence(words, missing=absent)
    x, y = names(study, [of, on])
    held = [name for name in names(study, given) if name not in (x, y)]
    frame = model_frame(study, y, {of: [x]}, controls=held)

    def beta(m: Moments) -> np.ndarray:
        r = m.correlation
        last = r.shape[-1] - 1
        solved = np.linalg.solve(r[..., :last, :last], r[..., :last, last:])[..., 0]
        return solved[..., len(frame.controls)]

    return from_moments(words, frame, beta)


def coefficient_gap(
    study: Study, first: str, second: str, *, on: str, given: Sequence[str] = (), what: str = ""
) -> Evidence:
    """Standardised coefficient of one construct minus that of another in the same model."""
    words = what or f"{first} minus {second} on {on}" + (f" given {', '.join(given)}" * bool(given))
    if absent := missing(study, [first, second, on, *given]):
        return Evidence(words, missing=absent)
    a, b, y = names(study, [first, second, on])
    held = [name for name in names(study, given) if name not in (a, b, y)]
    frame = model_frame(study, y, {"first": [a], "second": [b]}, controls=held)

    def gap(m: Moments) -> np.ndarray:
        r = m.correlation
        solved = np.linalg.solve(r[..., :-1, :-1], r[..., :-1, -1:])[..., 0]
        return solved[..., -2] - solved[..., -1]

    return from_moments(words, frame, gap)


def best_pair(study: Study, first: Sequence[str], second: Sequence[str], *, on: str) -> Evidence:
    """Adjusted R² of two blocks together minus that of the best other pair of blocks measured."""
    words = f"R² of {', '.join([*first, *second])} minus that of the best other pair of blocks"
    if absent := missing(study, [*first, *second, on]):
        return Evidence(words, missing=absent)
    claimed = {"first": names(study, first), "second": names(study, second)}
    own, y = {*claimed["first"], *claimed["second"]}, study.measures(on).name
    others = {b: [m for m in ms if m not in own and study.has(m)]
              for b, ms in study.codebook.blocks.items()}  # fmt: skip
    others = {b: ms for b, ms in others.items() if ms}
    if not others:
        return Evidence(words, missing=("another block",))
    frame = model_frame(study, y, claimed | others)
    k, widths = len(frame.blocks), frame.widths
    pairs = [(i, j) for i in range(k) for j in range(i + 1, k)]

    def pair_r2(m: Moments) -> np.ndarray:
        p = np.array([widths[i] + widths[j] for i, j in pairs])
        r2 = np.stack([subset_r2(m, y, [_columns(frame, pair)])[..., 1] for pair in pairs], -1)
        n = m.n_effective[..., None]
        return 1 - (1 - r2) * (n - 1) / (n - p - 1)

    rival = 1 + int(np.argmax(pair_r2(frame.whole)[1:]))
    evidence = from_moments(words, frame, lambda m: pair_r2(m)[..., 0] - pair_r2(m)[..., rival])
    best = " and ".join(list(frame.blocks)[i] for i in pairs[rival])
    return replace(evidence, note=f"the other pair: {best}")


def _columns(frame: Frame, blocks: Sequence[int]) -> list[str]:
    lists = list(frame.blocks.values())
    return [column for j in blocks for column in lists[j]]


def overlap(study: Study, first: str, second: str, *, seed: int) -> Evidence:
    """HTMT (2015) of two constructs with a bootstrap interval: near 1, they are one thing."""
    words = f"HTMT of {first} and {second}"
    if absent := missing(study, [first, second]):
        return Evidence(words, missing=absent)
    from loyaltystudy.validity.discriminant import htmt

    scales = {c: list(study.measures(c).items) for c in (first, second)}
    items = study.keyed([i for c in scales.values() for i in c]).dropna()
    row = htmt(items, scales, seed=seed).iloc[0]
    return Evidence(words, row["htmt"], row["low"], row["high"], n=len(items))


def from_moments(what: str, frame: Frame, statistic: Callable[[Moments], np.ndarray]) -> Evidence:
    """A statistic of the moments with its jackknife interval."""
    from scipy.stats import t as student

    whole, units = frame.whole, frame.groups
    units = units if units is not None else _rows_as_groups(frame)
    estimate = float(statistic(whole))
    se = float(jackknife(estimate, statistic(whole - units))[0])
    freedom = len(units.n) - 1
    half = student.isf((1 - LEVEL) / 2, freedom) * se
    p = 2 * student.sf(abs(estimate) / se, freedom) if se > 0 else np.nan
    return Evidence(what, estimate, estimate - half, estimate + half, float(p), int(whole.n))


def _rows_as_groups(frame: Frame) -> Moments:
    """Each row as the moments of one: a mean, a weight, and no spread."""
    x, w = frame.rows[frame.columns].to_numpy(), frame.weights
    p = x.shape[1]
    return Moments(tuple(frame.columns), np.ones(len(x)), w, w**2, x, np.zeros((len(x), p, p)))


def added_r2(
    study: Study, of: Sequence[str], *, on: str, given: Sequence[str], what: str = ""
) -> Evidence:
    """R² that constructs add to others (unique), adjusted, with the jackknife interval."""
    words = what or f"R² that {', '.join(of)} adds to {', '.join(given)}"
    if absent := missing(study, [*of, on, *given]):
        return Evidence(words, missing=absent)
    blocks = {"claimed": names(study, of), "given": names(study, given)}
    return explained(study, words, on, blocks, "claimed", "unique")


def r2_alone(study: Study, of: Sequence[str], *, on: str, what: str = "") -> Evidence:
    """R² of constructs by themselves, adjusted, with the jackknife interval."""
    words = what or f"R² of {', '.join(of)} alone"
    here = [c for c in of if study.measures(c) is not None]
    if study.measures(on) is None or not here:
        return Evidence(words, missing=missing(study, [on, *of]))
    return explained(study, words, on, {"claimed": names(study, here)}, "claimed", "alone")


def explained(study, what, on, blocks, block, measure) -> Evidence:
    """One figure of a comparison of blocks; the cross-validated one told beside it."""
    outcome = study.measures(on).name
    found = compare_blocks(study, outcome, blocks, confidence=LEVEL)
    table = found.table.set_index(["block", "measure"])
    row = table.loc[(block, measure)]
    cv = table["estimate"].get((block, f"{measure}_cv"), np.nan)
    note = "" if np.isnan(cv) else f"cross-validated {cv:.3f}"
    return Evidence(what, row["adjusted"], row["low"], row["high"], n=found.n, note=note)


def share(
    study: Study, construct: str, *, chosen: Callable | None = None, what: str = ""
) -> Evidence:
    """Share of respondents above the midpoint of the declared range (or chosen otherwise).

    Wilson interval; with weights at Kish's effective sample size.
    R: ``prop.test(x, n, correct = FALSE)``.
    """
    from scipy.stats import norm
    from statsmodels.stats.proportion import proportion_confint

    words = what or f"share above the midpoint of {construct}"
    if absent := missing(study, [construct]):
        return Evidence(words, missing=absent)
    table = values(study, [construct])
    if table is None:
        return Evidence(words, missing=(f"{construct} (needs rows)",))
    chosen = chosen or (lambda x: x > midpoint(study, construct))
    yes, w = chosen(table[construct]).to_numpy(float), table["weight"].to_numpy()
    p, n = float(np.average(yes, weights=w)), float(w.sum() ** 2 / (w**2).sum())
    low, high = proportion_confint(p * n, n, alpha=1 - LEVEL, method="wilson")
    z = (p - 0.5) / np.sqrt(0.25 / n)
    return Evidence(words, p, float(low), float(high), float(2 * norm.sf(abs(z))), len(table))


def midpoint(study: Study, construct: str) -> float:
    """Middle of the declared range of what measures a construct."""
    low, high = declared_range(study, construct)
    return (low + high) / 2


def declared_range(study: Study, construct: str) -> tuple[float, float]:
    """Declared range of a scale's items or of a variable."""
    book, entry = study.codebook, study.measures(construct)
    column = book.items[entry.items[0]] if entry.name in book.scales else entry
    return column.low, column.high


def mean_difference(study: Study, first: str, second: str, what: str = "") -> Evidence:
    """Mean of one construct minus mean of another, paired, on the same response scale."""
    words = what or f"mean of {first} minus mean of {second}"
    if absent := missing(study, [first, second]):
        return Evidence(words, missing=absent)
    ranges = [declared_range(study, c) for c in (first, second)]
    if ranges[0] != ranges[1]:
        return Evidence(words, missing=("a common response scale",))
    table = values(study, [first, second])
    if table is None:
        return Evidence(words, missing=("answers by row",))
    gap, w = (table[first] - table[second]).to_numpy(), table["weight"].to_numpy()
    return weighted_mean(words, gap, w)


def weighted_mean(what: str, x: np.ndarray, w: np.ndarray) -> Evidence:
    """A mean with its t interval (with weights: linearised standard error)."""
    from scipy.stats import t as student

    mean, n = float(np.average(x, weights=w)), len(x)
    se = np.sqrt(n / (n - 1) * (w**2 * (x - mean) ** 2).sum()) / w.sum()
    half = student.isf((1 - LEVEL) / 2, n - 1) * se
    p = float(2 * student.sf(abs(mean) / se, n - 1)) if se > 0 else np.nan
    return Evidence(what, mean, mean - half, mean + half, p, n)


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
    table = values(study, [condition, on])
    if table is None:
        return Evidence(words, missing=("answers by row",))
    x, y = table[condition].to_numpy(), table[on].to_numpy()
    rng = np.random.default_rng(seed)
    estimate = ceiling_size(x, y[None])[0]
    drawn = ceiling_size(x, rng.permuted(np.tile(y, (PERMUTATIONS, 1)), axis=1))
    p = (1 + np.sum(drawn >= estimate - 1e-12)) / (1 + PERMUTATIONS)
    note = f"permutation p {p:.4f}"
    return Evidence(words, float(estimate), p=float(p), n=len(x), note=note)


def ceiling_size(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """CE-FDH effect size for each row of outcomes.

    Examples
    --------
    >>> ceiling_size(np.array([0., 1., 2.]), np.array([[0., 1., 2.]])).item()  # by hand: (2+1)/4
    0.75
    """
    order = np.argsort(x, kind="stable")
    step = np.diff(x[order])
    envelope = np.maximum.accumulate(y[:, order], axis=1)[:, :-1]
    top, bottom = y.max(axis=1), y.min(axis=1)
    empty = ((top[:, None] - envelope) * step).sum(axis=1)
    return empty / ((x.max() - x.min()) * (top - bottom))
