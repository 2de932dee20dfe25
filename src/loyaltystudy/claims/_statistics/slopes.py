"""Slopes that no shared share of method makes: interactions, bends, surfaces, arms."""

from __future__ import annotations

import numpy as np
import pandas as pd

from loyaltystudy.claims._rules import Evidence
from loyaltystudy.claims._statistics.base import (
    WEIGHT,
    Construct,
    Constructs,
    answered,
    at_an_end,
    coefficients,
    least_behind,
    left_unasked,
    midpoint,
    regression,
    standardised,
    statistic,
)
from loyaltystudy.claims._statistics.traits import LIKING
from loyaltystudy.survey import Study


@statistic("{first} x {second} on {on}")
def interaction(
    study: Study,
    table: pd.DataFrame,
    first: Construct,
    second: Constructs,
    *,
    on: Construct,
    clear: bool = False,
) -> Evidence:
    """Standardised coefficient of the product of two constructs beside the two themselves.

    The constructs are standardised before they are multiplied; several second constructs are
    averaged. A share of method that adds to every answer makes no product. Simple slopes of the
    first at one standard deviation below and above the mean of the second stand beside it.
    ``clear``: as in :func:`bend`.
    R: ``lm(scale(y) ~ scale(x) * scale(z))``.
    """
    z = standardised(table, [first, *second, on])
    z["z"] = z[list(second)].mean(axis=1)
    z = standardised(z, ["z"])
    z["product"] = z[first] * z["z"]
    columns = ["product", first, "z"]
    found = regression(z, on, columns, lambda b: b[..., 0])
    slope = coefficients(z, on, columns)[1]
    return found.but(
        note=f"slope {slope - found.estimate:.3f} at low and {slope + found.estimate:.3f} at high "
        + ", ".join(second),
        unasked=at_an_end(study, [on] * clear),
    )


@statistic("change of slope under {arm}: {first} minus {second}, on {on}")
def slope_gap_under(
    study: Study,
    table: pd.DataFrame,
    arm: Construct,
    first: Construct,
    second: Construct,
    *,
    on: Construct,
) -> Evidence:
    """How much more an arm changes the slope of one construct than that of another.

    In ``y ~ arm * (first + second)`` with standardised constructs and the arm 0 or 1: the
    interaction with the first minus that with the second.
    """
    z = standardised(table, [first, second, on])
    z["arm"] = (table[arm] > table[arm].min()).astype(float)
    z["p1"], z["p2"] = z["arm"] * z[first], z["arm"] * z[second]
    smallest = int(min(z["arm"].sum(), (1 - z["arm"]).sum()))
    columns = ["p1", "p2", "arm", first, second]
    return regression(z, on, columns, lambda b: b[..., 0] - b[..., 1], smallest=smallest)


@statistic("loss below minus gain above the midpoint of {of}, on {on}")
def bend(
    study: Study,
    table: pd.DataFrame,
    of: Construct,
    *,
    on: Construct,
    rising: bool,
    clear: bool = False,
) -> Evidence:
    """Piecewise slopes around the midpoint: steepness on the bad side minus on the good side.

    In units of the standardised outcome for one point of the scale. ``rising`` says whether high
    answers are the good ones; ``clear``, that answers on the outcome must not pile up at an end of
    the scale (:func:`at_an_end`). R: ``lm(scale(y) ~ pmin(x - m, 0) + pmax(x - m, 0))``.
    """
    z = standardised(table, [on])
    good = (table[of] - midpoint(study, of)) * (1 if rising else -1)
    z["bad side"], z["good side"] = good.clip(upper=0), good.clip(lower=0)
    if min(z["bad side"].std(), z["good side"].std()) == 0 or table[of].nunique() < 3:
        return Evidence("", missing=(f"answers on both sides of {of}, three in all",))
    columns = ["bad side", "good side"]
    loss, gain = coefficients(z, on, columns)
    found = regression(z, on, columns, lambda b: np.abs(b[..., 0]) - np.abs(b[..., 1]))
    smallest = int(min((good < 0).sum(), (good > 0).sum()))
    note = f"slopes {loss:.3f} below and {gain:.3f} above"
    return found.but(note=note, smallest=smallest, unasked=at_an_end(study, [on] * clear))


@statistic("slope of {received} on {on} where it exceeds {wanted}, {wanted} held", rows=False)
def surplus_slope(
    study: Study, received: Construct, wanted: Construct, *, on: Construct, causes: tuple = ()
) -> Evidence:
    """Slope of what is received where it exceeds what is wanted, the wish held.

    In ``y = b0 + b1 r + b2 w + b3 max(r - w, 0)``, all but the last standardised and the last in
    standard deviations of r: the slope on the side of surplus is ``b1 + b3``. Where a study
    measures the attitude to the company, or satisfaction, it is held, so that people who dislike
    the company and therefore count more messages are no evidence. ``causes``: without these one
    survey cannot tell.
    """
    liking = next((c for c in LIKING if study.measures(c) is not None and c != on), None)
    table = answered(study, [received, wanted, on, *([liking] if liking else [])])
    if table is None:
        return Evidence("", missing=("answers by row",))
    over = (table[received] - table[wanted]).clip(lower=0)
    sd = np.sqrt(
        np.average(
            (table[received] - np.average(table[received], weights=table[WEIGHT])) ** 2,
            weights=table[WEIGHT],
        )
    )
    z = standardised(table, [received, wanted, on, *([liking] if liking else [])])
    z["surplus"] = over / (sd or 1.0)
    columns = [received, "surplus", wanted, *([liking] if liking else [])]
    found = regression(z, on, columns, lambda b: b[..., 0] + b[..., 1])
    found = least_behind(found, table[[received, wanted, on]], table[WEIGHT])
    b = coefficients(z, on, columns)
    said = f"slope {b[0]:.3f} up to the wish, {b[2]:.3f} of the wish itself"
    return found.but(
        note=said + (f", {liking} held" if liking else ""),
        unasked=left_unasked(study, causes)[1],
        smallest=min(found.smallest, int(min((over > 0).sum(), (over == 0).sum()))),
    )
