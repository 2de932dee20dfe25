"""Shared method variance: how much of it would turn the order of the blocks?"""

from dataclasses import replace
from itertools import pairwise

import numpy as np

from loyaltystudy.explain._audit.baseline import (
    Audited,
    dominances,
    moment_rows,
    not_given,
    order_row,
    row,
    sources,
)
from loyaltystudy.explain._tables import ezekiel
from loyaltystudy.rsquared import Moments, dominance_r2, stack
from loyaltystudy.survey import Codebook, facts

CHECK = "shared_method"
STEPS = 400  # of the grid on which a turning point is looked for before it is refined


def shared_method(audited: Audited) -> list[dict]:
    r"""The comparison with common method variance *c* taken out of all opinions alike.

    :math:`R_c = R - c\,mm'`, with :math:`m_j = 1` for scales and variables that hold opinions,
    and 0 for facts; this is the partial covariance given a marker that correlates
    :math:`\sqrt c` with every opinion: between them :math:`(r - c)/(1 - c)`.
    """
    if audited.study is None:
        return not_given(CHECK, "Needs a Study: what each column asks is in its codebook.")
    book = audited.study.codebook
    shared = np.array([float(is_opinion(book, c)) for c in audited.frame.columns])
    if shared.sum() < 2:
        return not_given(CHECK, "Fewer than two opinions in this comparison: no shared method.")
    whole, limit = audited.frame.whole, most_method(audited.frame.whole, shared)
    # the one correlation of two opinions is what is to be explained, and can be no marker
    marker = smallest_shared(whole, shared) if shared.sum() > 2 else np.nan
    rows = _at_marker(audited, shared, marker, limit)
    order = audited.baseline.sort_values(ascending=False).index
    return [*rows, *_turning_rows(audited, list(order), shared, marker, limit)]


def is_opinion(book: Codebook, column: str) -> bool:
    """Whether answers in a column may share a way of answering with those in others.

    Facts are what measures a fact of the vocabulary (demographics, behaviour, records), fully or
    as a stand-in, and unordered categories, which have no direction. All else is an opinion.
    """
    name = column.split("=")[0]
    entry = book.scales.get(name) or book.variables[name]
    if {entry.construct, *entry.stands_in_for} & facts():
        return False
    return name in book.scales or entry.kind != "nominal" or len(entry.answers.codes) == 2


def without_method(m: Moments, c, shared: np.ndarray) -> Moments:
    """Correlations with ``c`` (one number, or one for each leading entry) taken out of opinions."""
    shift = np.asarray(c, float)[..., None, None] * np.outer(shared, shared)
    return replace(m, cross=m.correlation - shift)


def smallest_shared(m: Moments, shared: np.ndarray) -> float:
    """The smallest correlation between opinions: Lindell & Whitney's stand-in for a marker."""
    at = np.flatnonzero(shared)
    r = m.correlation[np.ix_(at, at)]
    return float(r[np.triu_indices(len(at), 1)].min())


def most_method(m: Moments, shared: np.ndarray) -> float:
    """The *c* at which the rest stops being positive definite: 1 / m'R⁻¹m."""
    return float(1 / (shared @ np.linalg.solve(m.correlation, shared)))


def turning_point(difference, limit: float) -> float:
    """Smallest *c* in 0..limit at which ``difference`` (of an array of c) changes sign, or NaN."""
    from scipy.optimize import brentq

    grid = np.linspace(0, limit * (1 - 1e-6), STEPS)
    gap = difference(grid)
    at = np.flatnonzero(np.sign(gap[1:]) != np.sign(gap[0]))
    if not len(at):
        return float("nan")
    low, high = grid[at[0]], grid[at[0] + 1]
    return float(brentq(lambda c: difference(np.array([c]))[0], low, high, xtol=1e-10))


def _all_positive(m: Moments) -> bool:
    """Whether the correlations of every entry are positive definite."""
    return bool((np.linalg.eigvalsh(m.correlation)[..., 0] > 1e-8).all())


def _at_marker(audited: Audited, shared, marker: float, limit: float) -> list[dict]:
    if np.isnan(marker):
        note = (
            "Two opinions only in this comparison: no other correlation can stand in for a marker."
        )
        return [row(CHECK, "(all)", "method_variance", note=note)]
    if marker <= 0:
        said = (
            f"The smallest correlation between opinions is {marker:.3f}: no common part to remove."
        )
        return [row(CHECK, "(all)", "method_variance", marker, said)]
    said = f"With the smallest correlation between opinions, {marker:.3f}, taken for method"
    if marker >= limit:
        note = f"{said}, no positive definite matrix is left (limit {limit:.3f}); no R² is given."
        return [row(CHECK, "(all)", "method_variance", marker, note)]
    whole, without = audited.frame.whole, audited.without
    if without is not None:
        without = without_method(without, marker, shared)
        without = without if _all_positive(without) else None
    rows = moment_rows(CHECK, audited, without_method(whole, marker, shared), without)
    note = "It bounds method variance from above, as it may be substance."
    if not shared.all():
        note += " Facts share no method with opinions and keep their correlations."
    variables = audited.study.codebook.variables
    held = [c for c, s in zip(audited.frame.columns, shared, strict=True) if s]
    unknown = [
        name for name in sources(held) if name in variables and not variables[name].construct
    ]
    if unknown:
        note += f" Taken for opinions, as no construct says what they are: {', '.join(unknown)}."
    summary = row(CHECK, "(all)", "method_variance", marker, note)
    return [*rows, order_row(CHECK, said, dominances(rows), audited), summary]


def _turning_rows(audited: Audited, order, shared, marker: float, limit: float) -> list[dict]:
    """Turning points of the leading pair, and of every pair of neighbours after it."""
    rows = [_turning_row(audited, pair, shared, marker, limit) for pair in pairwise(order)]
    first = rows[0]
    head = f"Leading pair {first['block']}: {first['note'][0].lower()}{first['note'][1:]}"
    return [*rows, row(CHECK, "(all)", "turning_point", first["estimate"], head)]


def _turning_row(audited: Audited, pair, shared, marker: float, limit: float) -> dict:
    whole = audited.frame.whole
    c = turning_point(lambda grid: _gap(audited, whole, grid, shared, pair), limit)
    name = f"{pair[0]} > {pair[1]}"
    if np.isnan(c):
        note = f"No shared method variance turns them, up to the most possible, {limit:.3f}."
        return row(CHECK, name, "turning_point", note=note)
    low, high = _turning_interval(audited, c, shared, pair, limit)
    near = audited.without is not None and np.isnan(low)
    note = f"A shared method variance of {c:.3f} would turn them"
    note += f" (too near the most possible, {limit:.3f}, for an interval)" if near else ""
    if np.isfinite(marker):
        beyond = "less than" if c < marker else "more than"
        note += f"; that is {beyond} the smallest correlation between opinions ({marker:.3f})"
    note += ", so method alone could make this order." if c < marker else "."
    return row(CHECK, name, "turning_point", c, note, low, high)


def _gap(audited: Audited, m: Moments, grid, shared, pair) -> np.ndarray:
    """Difference in adjusted dominance of a pair of blocks at each c."""
    frame = audited.frame
    m = stack([m] * len(grid)) if m.n.ndim == 0 else m
    values = frame.subset_r2(without_method(m, grid, shared))
    found = dominance_r2(ezekiel_stack(values, audited))
    i, j = (list(frame.blocks).index(block) for block in pair)
    return found[..., i] - found[..., j]


def ezekiel_stack(values: np.ndarray, audited: Audited) -> np.ndarray:
    """Adjusted R² of subsets with draws on the first axis."""
    n = audited.frame.n_effective
    return np.stack([ezekiel(row_values, audited.frame.ranks, n) for row_values in values])


def _turning_interval(audited: Audited, c: float, shared, pair, limit) -> tuple[float, float]:
    """c plus or minus normal quantile times jackknife error; each unit's c by one Newton step.

    None where a sample with one unit left out has no positive definite matrix left at ``c``.
    """
    from scipy.stats import norm

    if audited.without is None:
        return float("nan"), float("nan")
    everywhere = np.full(len(audited.without.n), c)
    if not _all_positive(without_method(audited.without, everywhere, shared)):
        return float("nan"), float("nan")
    h = min(1e-5, (limit - c) / 2)
    whole = audited.frame.whole
    ends = _gap(audited, whole, np.array([c - h, c + h]), shared, pair)
    slope = (ends[1] - ends[0]) / (2 * h)
    without = _gap(audited, audited.without, everywhere, shared, pair)
    units = len(without)
    spread = np.sqrt((units - 1) / units * ((without - without.mean()) ** 2).sum())
    half = norm.isf((1 - audited.confidence) / 2) * spread / abs(slope)
    return c - half, c + half
