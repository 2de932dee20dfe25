"""Corrected for unreliability: errors in variables on the moments."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pandas as pd

from loyaltystudy.explain._audit.baseline import (
    Ground,
    dominances,
    moment_rows,
    not_given,
    order_row,
    positive_definite,
    row,
)
from loyaltystudy.rsquared import Moments
from loyaltystudy.scales import one_factor, reliability

CHECK = "reliability"


def reliability_corrected(ground: Ground) -> list[dict]:
    r"""The comparison with error variance taken off the diagonal.

    A scale's score is :math:`x = t + e` with :math:`Var(e) = (1 - \rho) Var(x)`, errors
    independent of everything else, so the moments of the true scores are those of the scores
    with :math:`\rho` times the diagonal. Intervals: the jackknife of the comparison, with the
    reliability of each scale left-one-out as well (first order, through its influence function).
    Reliabilities are those of :func:`loyaltystudy.reliability`, without weights. The outcome is
    corrected too, which raises all blocks by the same factor.
    """
    if ground.study is None:
        return not_given(CHECK, "Needs a Study: reliability comes from the items of the scales.")
    used = _reliabilities(ground)
    if not used:
        return not_given(CHECK, "No scale of two items or more at hand: nothing is corrected.")
    rows = [_reliability_row(ground, name, kind, value) for name, (kind, value) in used.items()]
    columns = ground.frame.columns
    rho = np.array([used[c][1] if c in used else 1.0 for c in columns])
    whole = attenuation_removed(ground.frame.whole, rho)
    if not positive_definite(whole):
        return [*rows, row(CHECK, "(all)", "not_given", note=_impossible(used))]
    without, told = _without(ground, used, rho)
    found = moment_rows(CHECK, ground, whole, without)
    for r in found:
        r["note"] = _corrected(ground, r["block"], used)
    said = f"Corrected for unreliability ({_kinds(used)})"
    summary = order_row(CHECK, said, dominances(found), ground)
    summary["note"] += f"{told} {_uncorrected(ground, used)}{_shared_items(ground, used)}"
    return [*found, *rows, summary]


def attenuation_removed(m: Moments, rho: np.ndarray) -> Moments:
    """Moments with each variance times its column's reliability; ``rho`` has shape (..., p)."""
    p = len(m.columns)
    factor = np.ones((*np.broadcast_shapes(m.mean.shape, rho.shape), p))
    factor[..., range(p), range(p)] = rho
    return replace(m, cross=m.cross * factor)


def _reliabilities(ground: Ground) -> dict[str, tuple[str, float]]:
    """Scale to the name and value of its reliability: omega, else alpha, else it is left out."""
    study = ground.study
    at_hand = {n: i for n, i in ground.scales.items() if all(c in study.answers for c in i)}
    scales = {n: study.codebook.scales[n] for n, items in at_hand.items() if len(items) > 1}
    if not scales or not len(study.answers):
        return {}
    table = reliability(replace(study, codebook=replace(study.codebook, scales=scales)))
    table = table.reindex(columns=["scale", "alpha", "omega"]).set_index("scale")
    used = {}
    for name, values in table.iterrows():
        for kind in ("omega", "alpha"):
            if name not in used and 0 < values[kind] <= 1:
                used[name] = (kind, float(values[kind]))
    return used


def _without(ground: Ground, used: dict, rho: np.ndarray) -> tuple[Moments | None, str]:
    """Corrected moments without each unit, and what a reader must know of them."""
    without = ground.without
    if without is None:
        return None, " No intervals: moments of all rows together."
    jack, told = np.broadcast_to(rho, without.mean.shape).copy(), ""
    if ground.unit_numbers is None:
        told = " Intervals take the reliabilities as known."
    else:
        units = len(jack)
        n = np.bincount(ground.unit_numbers, minlength=units)
        for j, column in enumerate(ground.frame.columns):
            if column in used:
                pull = np.bincount(ground.unit_numbers, _influence(ground, column, used[column][0]))
                jack[:, j] -= pull / (n.sum() - n)
    changed = attenuation_removed(without, jack)
    if not positive_definite(changed):
        return None, " No intervals: without some respondents the corrected matrix is impossible."
    return changed, told


def _influence(ground: Ground, scale: str, kind: str) -> np.ndarray:
    """Influence of each row of the frame on a scale's reliability; 0 where an item is missing."""
    items = ground.study.keyed(ground.scales[scale])
    complete = items.dropna()
    rows = items.loc[ground.frame.rows.index]
    away = rows.to_numpy() - complete.mean().to_numpy()
    of = influence_on_omega if kind == "omega" else influence_on_alpha
    return np.nan_to_num(of(complete, away))


def influence_on_alpha(items: pd.DataFrame, away: np.ndarray) -> np.ndarray:
    r"""Influence function of raw alpha at deviations ``away`` (n x k) from the item means."""
    s = items.cov(ddof=0).to_numpy()
    k, trace, total = len(s), np.trace(s), s.sum()
    own, joint = (away**2).sum(axis=1) - trace, away.sum(axis=1) ** 2 - total
    return k / (k - 1) * (trace * joint / total**2 - own / total)


def influence_on_omega(items: pd.DataFrame, away: np.ndarray) -> np.ndarray:
    r"""Influence function of omega total of a one-factor maximum likelihood model.

    With :math:`E = W (dd' - S) W`, :math:`W = \Sigma^{-1}`, the score of one row is
    :math:`(E\lambda, \tfrac12 diag E)`; the expected information takes it to the parameters.
    """
    loading, error = one_factor(items)
    w = np.linalg.inv(np.outer(loading, loading) + np.diag(error))
    core = w @ items.cov(ddof=0).to_numpy() @ w
    z, turned = away @ w, w @ loading
    score = np.hstack([z * (z @ loading)[:, None] - core @ loading, (z**2 - np.diag(core)) / 2])
    cross = w * turned
    top = np.hstack([(loading @ turned) * w + np.outer(turned, turned), cross])
    information = np.vstack([top, np.hstack([cross.T, w**2 / 2])])
    common, rest = loading.sum() ** 2, error.sum()
    slope = np.r_[2 * loading.sum() * rest * np.ones(len(w)), -common * np.ones(len(w))]
    return score @ np.linalg.solve(information, slope / (common + rest) ** 2)


def _reliability_row(ground: Ground, scale: str, kind: str, value: float) -> dict:
    note = f"{len(ground.scales[scale])} items; {1 - value:.0%} of its variance is taken for error."
    return row(CHECK, scale, kind, value, note)


def _corrected(ground: Ground, block: str, used: dict) -> str:
    names = ground.members[block]
    done = [f"{n} by {used[n][0]} {used[n][1]:.3f}" for n in names if n in used]
    rest = [n for n in names if n not in used]
    parts = [f"Corrected: {', '.join(done)}."] if done else []
    return " ".join([*parts, f"Not corrected: {', '.join(rest)}." if rest else ""]).strip()


def _uncorrected(ground: Ground, used: dict) -> str:
    left = [n for names in ground.members.values() for n in names if n not in used]
    if not left:
        return "Every predictor was corrected."
    return (
        f"Taken as free of error, to their disadvantage: {', '.join(left)} "
        "(single questions and facts have no reliability here)."
    )


def _shared_items(ground: Ground, used: dict) -> str:
    """Scales with items in common share their error, which the correction takes for substance."""
    pairs = [
        f"{a} and {b}"
        for a, b in combinations(ground.scales, 2)
        if (a in used or b in used) and set(ground.scales[a]) & set(ground.scales[b])
    ]
    if not pairs:
        return ""
    return f" Warning: {', '.join(pairs)} share items, so their errors are not independent."


def _kinds(used: dict) -> str:
    kinds = dict.fromkeys(kind for kind, _ in used.values())
    return " and ".join(kinds)


def _impossible(used: dict) -> str:
    values = ", ".join(f"{name} {value:.3f}" for name, (_, value) in used.items())
    return (
        f"Warning: corrected by {values} the matrix is no longer positive definite: scales would "
        "correlate at 1 or more once error is taken off. No R² can be given. They measure the same "
        "thing, or their errors are not independent; see overlap."
    )
