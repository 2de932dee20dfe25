"""Recovery: do the 95 % intervals of the fitted NBD-Dirichlet cover the truth in 95 % of panels?

500 simulated panels a setting. Also how often each goodness-of-fit check cries wolf (its level is
5 %) and, for two kinds of misfit, how often it tells. Run as
``python benchmarks/scripts/purchases_recovery.py``; results go to purchases_recovery.csv beside it.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from loyaltystudy.purchases._fit import fit_dirichlet
from loyaltystudy.purchases._reading import read_panel
from loyaltystudy.purchases._simulate import simulate_counts

RESULTS = Path(__file__).parents[1] / "results"

PANELS, SEED = 500, 606
ALPHA = {"a": 0.6, "b": 0.3, "c": 0.2, "d": 0.1}  # S 1.2; shares .50 .25 .17 .08
SETTINGS = {
    "300 households, M 8, K 1": {"m": 8.0, "k": 1.0, "households": 300},
    "1,000 households, M 4, K 0.8": {"m": 4.0, "k": 0.8, "households": 1000},
    "1,000 households, M 4, K 0.8, buyers only": {"m": 4.0, "k": 0.8, "households": 1000},
}


def cover(setting, buyers_only) -> tuple[list[dict], list[dict]]:
    truth = {
        ("M", ""): setting["m"],
        ("K", ""): setting["k"],
        ("S", ""): sum(ALPHA.values()),
        **{("alpha", b): a for b, a in ALPHA.items()},
    }
    params, checks = [], []
    for panel in range(PANELS):
        table = simulate_counts(
            setting["m"], setting["k"], ALPHA, households=setting["households"], seed=SEED + panel
        )
        if buyers_only:
            table = table[table.sum(axis=1) > 0]
        fit = fit_dirichlet(table)
        for row in fit.params.fillna({"brand": ""}).itertuples():
            true = truth[row.parameter, row.brand]
            params.append(
                {
                    "what": f"{row.parameter} {row.brand}".strip(),
                    "true": true,
                    "mean_estimate": row.estimate,
                    "yes": row.low <= true <= row.high,
                }
            )
        checks += _checks(fit)
    return params, checks


def _checks(fit) -> list[dict]:
    tested = fit.fit[fit.fit["verdict"] != "not tested"]
    return [{"what": row.check, "yes": row.verdict == "fails"} for row in tested.itertuples()]


def partitioned(seed) -> pd.DataFrame:
    """Six households in ten buy only a and b, four only c and d."""
    sides = [
        simulate_counts(4.0, 0.8, alpha, households=n, seed=seed + shift)
        for alpha, n, shift in (({"a": 0.6, "b": 0.3}, 600, 0), ({"c": 0.2, "d": 0.1}, 400, 7919))
    ]
    return pd.concat(sides, ignore_index=True).fillna(0).astype(int)


def in_time(seed, shift) -> object:
    """A panel over two periods; in the second, ``shift`` of a household's liking of a goes to b."""
    rng = np.random.default_rng(seed)
    rate = rng.gamma(0.8, 2.0 / 0.8, 1000)
    liking = rng.dirichlet(list(ALPHA.values()), 1000)
    parts = []
    for period in (0, 1):
        moved = liking.copy()
        if period:
            moved[:, 0] -= shift * liking[:, 0]
            moved[:, 1] += shift * liking[:, 0]
        counts = rng.multinomial(rng.poisson(rate), moved)
        household, brand = np.nonzero(counts)
        times = counts[household, brand]
        parts.append(
            pd.DataFrame(
                {
                    "h": np.repeat(household, times),
                    "b": np.repeat(np.array(list(ALPHA))[brand], times),
                    "t": period + rng.random(times.sum()),
                }
            )
        )
    spec = {
        "name": "x",
        "title": "x",
        "panel_size": 1000,
        "columns": {"household": "h", "brand": "b", "time": "t"},
    }
    return read_panel(pd.concat(parts, ignore_index=True), spec)


def main() -> None:
    rows = []
    for name, setting in SETTINGS.items():
        params, checks = cover(setting, "buyers only" in name)
        rows += _summary(name, "covers the truth (.95)", params)
        rows += _summary(name, "cries wolf (.05)", checks)
    for name, words, fit in (
        ("two closed markets", "tells (high is good)", lambda s: fit_dirichlet(partitioned(s))),
        ("stationary, with times", "cries wolf (.05)", lambda s: fit_dirichlet(in_time(s, 0.0))),
        (
            "a tenth of a's share goes to b",
            "tells (high is good)",
            lambda s: fit_dirichlet(in_time(s, 0.1)),
        ),
        (
            "a third of a's share goes to b",
            "tells (high is good)",
            lambda s: fit_dirichlet(in_time(s, 1 / 3)),
        ),
    ):
        checks = [row for panel in range(PANELS) for row in _checks(fit(SEED + panel))]
        rows += _summary(name, words, checks)
    table = pd.DataFrame(rows)
    table.to_csv((RESULTS / "purchases_recovery.csv"), index=False, float_format="%.4g")
    print(table.to_string(index=False, float_format="%.3f"))


def _summary(setting, question, rows) -> list[dict]:
    frame = pd.DataFrame(rows)
    out = []
    for what, group in frame.groupby("what", sort=False):
        share = group["yes"].mean()
        row = {
            "setting": setting,
            "question": question,
            "what": what,
            "panels": len(group),
            "true": np.nan,
            "mean_estimate": np.nan,
            "share": share,
            "simulation_error": np.sqrt(share * (1 - share) / len(group)),
        }
        if "true" in group:
            row |= {"true": group["true"].iloc[0], "mean_estimate": group["mean_estimate"].mean()}
        out.append(row)
    return out


if __name__ == "__main__":
    main()
