"""A claim over all studies that measure it: their figures side by side, and pooled."""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from loyaltystudy.claims._check import check_claims, figures_of
from loyaltystudy.claims._register import register
from loyaltystudy.claims._rules import Evidence
from loyaltystudy.rsquared import random_effects
from loyaltystudy.survey import data_folder, load_codebook

FEWEST = 3
HEADLINE = ("customers", "members")
QUANTILE = 1.959964
PARTS = "evidence_parts.csv"
ENDS = (("estimate", "least_low", "least_high"), ("used", "used_low", "used_high"))
SHARES = (
    "share",
    "share_without",
    "never_growing",
    "sole_buyers",
    "block_alone",
    "added_r2",
    "added_by_block",
    "overlap",
)
GAPS = ("share_gap", "r2_gap", "blocks_gap", "scalability")
POOLED = ("k", "estimate", "used", "low", "high", "predict_low", "predict_high", "tau", "i2")


def claim_figures(data) -> pd.DataFrame:
    """Every part of every claim that a study or panel measures, with its figure.

    Returns
    -------
    DataFrame
        ``claim, part`` (from 1), ``what, study, population, measured, verdict, n, estimate, low,
        high``; ``least_low, least_high`` (limits of the estimate, which is that at the least
        plausible share of method), ``used, used_low, used_high`` (the same at the share that the
        verdict must stand; where no method is shared, the same figures), ``rule_hash``; parts
        without an interval, or of fewer than ten people, are left out.
    """
    verdicts = check_claims(data).set_index("claim")
    rows = []
    for c in register().values():
        row = verdicts.loc[c.name]
        if row["measured"] not in ("full", "proxy", "part"):
            continue
        for part, figure in enumerate(figures_of(data, c), 1):
            if figure.missing or figure.too_few or not np.isfinite([figure.low, figure.high]).all():
                continue
            lines = {name: row[name] for name in ("study", "population", "measured", "verdict")}
            figures = {name: getattr(figure, name) for name in ("n", "estimate", "low", "high")}
            ends = dict(zip((*ENDS[0][1:], *ENDS[1]), both_ends(figure), strict=True))
            row_of = {"claim": c.name, "part": part, "what": figure.what, **lines, **figures}
            rows.append(row_of | ends | {"rule_hash": c.rule_hash})
    return pd.DataFrame(rows)


def both_ends(figure: Evidence) -> tuple[float, ...]:
    """Limits at the least plausible share of method; estimate and limits at the share used."""
    if figure.least is None:
        return (figure.low, figure.high, figure.estimate, figure.low, figure.high)
    if figure.sweep is not None:
        used = figure.sweep(figure.c_used)
        return (*figure.least, used.estimate, used.low, used.high)
    # explained variance, divided by the share of the answers that is trait: at either share
    times = figure.high / figure.least[1]
    return (*figure.least, *(times * v for v in (figure.estimate, *figure.least)))


def evidence_parts() -> pd.DataFrame:
    """The figures that ship: ``data/evidence_parts.csv``, made by ``make evidence``."""
    return pd.read_csv(data_folder() / PARTS)


def overlapping(studies: Iterable[str]) -> set[str]:
    """Of studies that asked some of the same people, all but the first."""
    kept: list[str] = []
    gone = set()
    for name in studies:
        path = data_folder() / name / "codebook.yaml"
        same = set(load_codebook(path).overlaps) if path.is_file() else set()
        if same & set(kept):
            gone.add(name)
        else:
            kept.append(name)
    return gone


def pooled_claims(parts: pd.DataFrame) -> pd.DataFrame:
    r"""A line a claim's part and population, where three studies measure the claim or more.

    Studies that measure the claim in full or by stand-in are pooled by random effects, variances at
    the average (:func:`~loyaltystudy.explain.pool_blocks` says why), from intervals taken for
    normal ones: once at the least plausible share of method and once at the share that verdicts
    must stand, and the interval takes in both, as far as the figure can go. Studies without
    limits at either are left out.
    Customers and members are pooled, all others apart from them; of studies that asked some of
    the same people one alone.

    ``parts``: as :func:`claim_figures` gives them, of several studies.

    Returns
    -------
    DataFrame
        ``claim, part, what, group`` (``customers and members`` or ``others``), ``k, estimate`` (at
        the least share), ``used`` (at the other), ``low, high, predict_low, predict_high, tau,
        i2`` (the larger of the two).
    """
    measured = parts[parts["measured"].isin(["full", "proxy"])]
    measured = measured[measured["population"] != "simulated"]
    inside = measured["population"].isin(HEADLINE)
    measured = measured.assign(group=np.where(inside, "customers and members", "others"))
    measured = measured[np.isfinite(measured[[c for end in ENDS for c in end]]).all(axis=1)]
    rows = []
    for (claim, part, group), found in measured.groupby(["claim", "part", "group"], sort=False):
        found = found[~found["study"].isin(overlapping(found["study"]))]
        if len(found) >= FEWEST:
            what = found["what"].iloc[0]
            row = {"claim": claim, "part": part, "what": what, "group": group}
            rows.append(row | _pooled(found, possible(claim, part)))
    return pd.DataFrame(rows, columns=["claim", "part", "what", "group", *POOLED])


def possible(claim: str, part: int) -> tuple[float, float]:
    """Between which values the figure of a claim's part can lie."""
    asked = register()[claim].parts[part - 1]
    name = asked.statistic.__name__
    if name in SHARES:
        return 0.0, 1.0
    correlation = name == "coefficient" and not asked.options.get("given")
    return (-1.0, 1.0) if correlation or name in GAPS else (-np.inf, np.inf)


def _pooled(found: pd.DataFrame, ends_at: tuple[float, float]) -> dict:
    n = found["n"].to_numpy(float)
    ends = []
    for estimate, low, high in ENDS:
        se = (found[high] - found[low]).to_numpy() / (2 * QUANTILE)
        ends.append(random_effects(found[estimate], (n * se**2).mean() / n))
    lowest = [min(getattr(r, name) for r in ends) for name in ("low", "predict_low")]
    highest = [max(getattr(r, name) for r in ends) for name in ("high", "predict_high")]
    limits = np.clip([lowest[0], highest[0], lowest[1], highest[1]], *ends_at)
    figures = (len(found), *(r.mean for r in ends), *map(float, limits))
    tau, i2 = float(np.sqrt(max(r.tau2 for r in ends))), max(r.i2 for r in ends)
    return dict(zip(POOLED, (*figures, tau, i2), strict=True))
