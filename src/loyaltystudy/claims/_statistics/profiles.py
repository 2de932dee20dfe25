"""Do customers differ in the kind of their bonds? Profiles: one bond against a person's others."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from loyaltystudy.claims._rules import Evidence
from loyaltystudy.claims._statistics.base import (
    LEVEL,
    Construct,
    Constructs,
    answered,
    at_an_end,
    design_of,
    missing,
    regression,
    smooth,
    standardised,
    statistic,
)
from loyaltystudy.claims._statistics.traits import sitting
from loyaltystudy.survey import Study


@statistic("reliability of the profile of {bonds}", rows=False)
def profile_reliability(study: Study, bonds: Constructs) -> Evidence:
    r"""Reliability of the differences between a person's own bonds.

    With each item at unit variance, R as in :mod:`loyaltystudy.claims._shared_method`, and
    :math:`H = I - 11'/J`, which takes a person's own level out,

    .. math:: \rho = \frac{\mathrm{tr}(H R)}{\mathrm{tr}(H R) + (1 - 1/J) \sum_j (1 - r_{jj})/k_j}

    What one factor adds to every answer drops out of H R: neither how much a person is bound,
    nor how much is agreed to, makes a profile. Which bond is a person's strongest stands beside
    it, as a description.
    """
    found = sitting(study, bonds, attitude=False)
    if found is None:
        return Evidence("", missing=("answers by item",))
    lengths = np.array([len(getattr(study.measures(b), "items", (b,))) for b in bonds])
    if (lengths < 2).any():
        return Evidence("", missing=("two questions a bond",))
    j = len(bonds)
    centre = np.eye(j) - 1 / j

    def reliability(m: np.ndarray) -> np.ndarray:
        r = found.data.matrix(m)[..., :j, :j]
        true = (r * centre).sum(axis=(-2, -1))
        own = np.diagonal(r, axis1=-2, axis2=-1)
        return true / (true + (1 - 1 / j) * ((1 - own) / lengths).sum(axis=-1))

    estimate, low, high = found.data.means.interval(reliability, confidence=LEVEL)
    table = answered(study, bonds)
    note = "" if table is None else _strongest(table, bonds)
    return Evidence("", estimate, low, high, n=found.n, smallest=found.smallest, note=note)


def profile(table: pd.DataFrame, bonds: Sequence[str]) -> np.ndarray:
    """Each person's standardised bonds less the mean of the person's own."""
    z = standardised(table, bonds)[list(bonds)].to_numpy(float)
    return z - z.mean(axis=1, keepdims=True)


def _strongest(table: pd.DataFrame, bonds: Sequence[str]) -> str:
    """Which bond is whose strongest; nothing where a kind has fewer than ten people."""
    counts = np.bincount(profile(table, bonds).argmax(axis=1), minlength=len(bonds))
    if counts.min() < 10:
        return ""
    shares = counts / counts.sum()
    return "strongest bond " + ", ".join(f"{b} {s:.2f}" for b, s in zip(bonds, shares, strict=True))


def log_variance_ratio(
    study: Study,
    of: Sequence[str],
    by: str,
    *,
    chosen: Sequence[float],
    clear: bool = False,
    what: str = "",
) -> Evidence:
    """Log ratio of how far profiles spread within chosen categories to that within the others.

    Of the squares of the profiles' bonds, the mean profile of the category taken out first.
    ``clear``: answers must not pile up at an end of the scale, within the chosen or the others.
    """
    words = what or f"log variance ratio of profiles, chosen categories of {by} to others"
    here = [c for c in of if study.measures(c) is not None]
    if len(here) < 2 or study.measures(by) is None:
        return Evidence(words, missing=missing(study, [*of, by]))
    table = answered(study, [*here, by])
    if table is None:
        return Evidence(words, missing=("answers by row",))
    table = table[table.groupby(by)[by].transform("size") >= 10]
    shape = pd.DataFrame(profile(table, here), index=table.index)
    square = ((shape - shape.groupby(table[by]).transform("mean")) ** 2).mean(axis=1).to_numpy()
    inside = table[by].isin(chosen).to_numpy(float)
    smallest = int(min(inside.sum(), (1 - inside).sum()))
    if smallest == 0:
        return Evidence(words, missing=("niche and other categories, ten people in each",))

    def log_ratio(m: np.ndarray) -> np.ndarray:
        within, share, total = (m[..., i] for i in range(3))
        return np.log(within / share) - np.log((total - within) / (1 - share))

    columns = np.column_stack([square * inside, inside, square])
    groups = (np.isin(study.column(by), [*chosen], invert=other) for other in (False, True))
    ends = [w for rows in groups for w in at_an_end(study, here if clear else [], rows)]
    found = smooth(columns, design_of(table), log_ratio, smallest=smallest)
    return found.but(what=words, unasked=tuple(dict.fromkeys(ends)))


@statistic("variance of the slope of {of} on {on} between people")
def slope_variance(study: Study, table: pd.DataFrame, of: Constructs, *, on: Construct) -> Evidence:
    """How much the slope of an outcome on some constructs differs between people.

    From one occasion a person only the spread about the line says so: squared residuals rise
    with the square of what drives them (Hildreth & Houck 1968). The coefficient of the squared
    mean of the standardised constructs, in the outcome's variance. Unequal error does the same,
    so that it is shown and not judged: that takes several occasions, or companies, a person.
    """
    z = standardised(table, [*of, on])
    z["x"] = z[list(of)].mean(axis=1)
    z = standardised(z, ["x"])
    slope = np.average(z["x"] * z[on], weights=z["(weight)"])
    z["square"], z["left"] = z["x"] ** 2, (z[on] - slope * z["x"]) ** 2
    found = regression(z, "left", ["square"], lambda b: b[..., 0])
    return found.but(short_of=("several occasions or companies a person",))
