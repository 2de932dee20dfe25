"""Slopes: one construct on another, gaps between slopes, interactions, bends and surfaces."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from loyaltystudy.claims._rules import Evidence
from loyaltystudy.claims._statistics.base import (
    answered,
    betas,
    frame_of,
    jackknifed,
    midpoint,
    missing,
    needs_rows,
    regression_frame,
)
from loyaltystudy.rsquared import Moments
from loyaltystudy.survey import Study


def coefficient(
    study: Study, of: str, *, on: str, given: Sequence[str] = (), what: str = ""
) -> Evidence:
    r"""Standardised coefficient of one construct on another, others held.

    .. math:: \beta = R_{xx}^{-1} r_{xy}

    with a jackknife interval, which lets the standard deviations vary too.
    R: ``coef(lm(scale(y) ~ scale(x) + ...))``.
    """
    words = what or f"{of} on {on}" + _given(given)
    if absent := missing(study, [of, on, *given]):
        return Evidence(words, missing=absent)
    return jackknifed(words, frame_of(study, on, [of, *given]), lambda m: betas(m)[..., 0])


def coefficient_gap(
    study: Study, first: str, second: str, *, on: str, given: Sequence[str] = (), what: str = ""
) -> Evidence:
    """Standardised coefficient of one construct minus that of another in the same model."""
    words = what or f"{first} minus {second} on {on}" + _given(given)
    if absent := missing(study, [first, second, on, *given]):
        return Evidence(words, missing=absent)
    frame = frame_of(study, on, [first, second, *given])
    return jackknifed(words, frame, lambda m: betas(m)[..., 0] - betas(m)[..., 1])


def rank_coefficient(study: Study, of: str, *, on: str, what: str = "") -> Evidence:
    """Rank correlation (Spearman) with its jackknife interval: for an ordinal outcome.

    Midranks are taken once. R: ``cor(x, y, method = "spearman")``.
    """
    words = what or f"{of} on {on}, by ranks"
    if absent := missing(study, [of, on]):
        return Evidence(words, missing=absent)
    table = answered(study, [of, on])
    if table is None:
        return needs_rows(words)
    ranked = table.assign(**{c: table[c].rank() for c in (of, on)})
    return jackknifed(words, regression_frame(ranked, on, [of]), lambda m: betas(m)[..., 0])


def interaction(
    study: Study, first: str, second: str | Sequence[str], *, on: str, what: str = ""
) -> Evidence:
    """Standardised coefficient of the product of two constructs beside the two themselves.

    The constructs are standardised before they are multiplied; several second constructs are
    averaged. Simple slopes of the first at one standard deviation below and above the mean of
    the second are told beside it. R: ``lm(scale(y) ~ scale(x) * scale(z))``.
    """
    others = [second] if isinstance(second, str) else list(second)
    words = what or f"{first} x {', '.join(others)} on {on}"
    if absent := missing(study, [first, *others, on]):
        return Evidence(words, missing=absent)
    table = answered(study, [first, *others, on])
    if table is None:
        return needs_rows(words)
    z = standardised(table, [first, *others, on])
    z["z"] = standardised(z.assign(z=z[others].mean(axis=1)), ["z"])["z"]
    z["x"] = z[first]
    z["product"] = z["x"] * z["z"]
    frame = regression_frame(z, on, ["product", "x", "z"])
    found = jackknifed(words, frame, lambda m: betas(m, standardised=False)[..., 0])
    slope = float(betas(frame.whole, standardised=False)[1])
    note = f"slope {slope - found.estimate:.3f} at low and {slope + found.estimate:.3f} at high"
    return replace(found, note=f"{note} {', '.join(others)}")


def slope_gap_under(
    study: Study, arm: str, first: str, second: str, *, on: str, what: str = ""
) -> Evidence:
    """How much more an arm changes the slope of one construct than that of another.

    In ``y ~ arm * (first + second)`` with standardised constructs and the arm 0 or 1: the
    interaction with the first minus that with the second.
    """
    words = what or f"change of slope under {arm}: {first} minus {second}, on {on}"
    if absent := missing(study, [arm, first, second, on]):
        return Evidence(words, missing=absent)
    table = answered(study, [arm, first, second, on])
    if table is None:
        return needs_rows(words)
    z = standardised(table, [first, second, on])
    z["arm"] = (table[arm] > table[arm].min()).astype(float)
    z["p1"], z["p2"] = z["arm"] * z[first], z["arm"] * z[second]
    frame = regression_frame(z, on, ["p1", "p2", "arm", first, second])
    return jackknifed(
        words,
        frame,
        lambda m: betas(m, standardised=False)[..., 0] - betas(m, standardised=False)[..., 1],
    )


def bend(study: Study, of: str, *, on: str, rising: bool, what: str = "") -> Evidence:
    """Piecewise slopes around the midpoint: steepness on the bad side minus on the good side.

    In units of the standardised outcome for one point of the scale. ``rising`` says whether high
    answers are the good ones. R: ``lm(scale(y) ~ pmin(x - m, 0) + pmax(x - m, 0))``.
    """
    words = what or f"loss below minus gain above the midpoint of {of}, on {on}"
    if absent := missing(study, [of, on]):
        return Evidence(words, missing=absent)
    table = answered(study, [of, on])
    if table is None:
        return needs_rows(words)
    z = standardised(table, [on])
    good = (table[of] - midpoint(study, of)) * (1 if rising else -1)
    z["bad side"], z["good side"] = good.clip(upper=0), good.clip(lower=0)
    if min(z["bad side"].std(), z["good side"].std()) == 0:
        return Evidence(words, missing=(f"answers on both sides of {of}",))
    frame = regression_frame(z, on, ["bad side", "good side"])
    loss, gain = betas(frame.whole, standardised=False)

    def loss_minus_gain(m: Moments) -> np.ndarray:
        slopes = np.abs(betas(m, standardised=False))
        return slopes[..., 0] - slopes[..., 1]

    note = f"slopes {loss:.3f} below and {gain:.3f} above"
    return replace(jackknifed(words, frame, loss_minus_gain), note=note)


def surplus_slope(study: Study, received: str, wanted: str, *, on: str, what: str = "") -> Evidence:
    """Response surface: change of the outcome where more is received than is wanted.

    ``y = b0 + b1 r + b2 w + b3 r² + b4 r w + b5 w²`` with both on one scale, centred at its
    midpoint. Along the line of incongruence (w = -r) the outcome changes from the centre to one
    point of surplus (r = 1, w = -1) by ``b1 - b2 + b3 - b4 + b5``; in standard deviations of the
    outcome. Reference: Edwards & Parry (1993), Academy of Management Journal 36, 1577-1613.
    """
    words = what or f"{on} from agreement to one point more {received} than {wanted}"
    if absent := missing(study, [received, wanted, on]):
        return Evidence(words, missing=absent)
    table = answered(study, [received, wanted, on])
    if table is None:
        return needs_rows(words)
    z = standardised(table, [on])
    r = table[received] - midpoint(study, received)
    w = table[wanted] - midpoint(study, wanted)
    z = z.assign(r=r, w=w, rr=r * r, rw=r * w, ww=w * w)
    frame = regression_frame(z, on, ["r", "w", "rr", "rw", "ww"])
    b = betas(frame.whole, standardised=False)
    line = f"slope {b[0] - b[1]:.3f} and curvature {b[2] - b[3] + b[4]:.3f}"
    weights = np.array([1.0, -1, 1, -1, 1])
    found = jackknifed(words, frame, lambda m: betas(m, standardised=False) @ weights)
    return replace(found, note=f"along the line of incongruence {line}")


def standardised(table: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """The table with some columns at mean 0 and standard deviation 1."""
    part = table[list(columns)]
    return table.assign(**((part - part.mean()) / part.std()))


def _given(given: Sequence[str]) -> str:
    return f" given {', '.join(given)}" if given else ""
