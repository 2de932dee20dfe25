"""Speed and memory: 10 million purchases of 1 million households, one process, one thread.

Tabulating and describing in one pass against the bare pandas group-by, and the maximum-likelihood
fit on the aggregates against one evaluation of its likelihood. Run as
``python benchmarks/scripts/purchases_speed.py``; results go to purchases_speed.csv beside it.
Times are of the processor, not the clock, and differ between machines; the ratios are what is
promised (at most 3, and at most 60).
"""

from __future__ import annotations

import resource
import time
from pathlib import Path

import numpy as np
import pandas as pd

from loyaltystudy.purchases._counts import purchase_table
from loyaltystudy.purchases._describe import describe_purchases
from loyaltystudy.purchases._likelihood import (
    count_buyers,
    dirichlet_loglik,
    fit_alpha,
    fit_nbd,
    nbd_loglik,
    start_alpha,
)

RESULTS = Path(__file__).parents[1] / "results"

HOUSEHOLDS, PURCHASES, SEED = 1_000_000, 10_000_000, 20_260_101
ALPHA = np.array([0.42, 0.3, 0.18, 0.12, 0.09, 0.06, 0.05, 0.04, 0.03, 0.01])


def purchases() -> pd.DataFrame:
    """Rows in no order; households and brands as whole numbers."""
    rng = np.random.default_rng(SEED)
    rate = rng.gamma(1.0, 1.0, HOUSEHOLDS)
    household = rng.choice(HOUSEHOLDS, PURCHASES, p=rate / rate.sum())
    liking = rng.dirichlet(ALPHA, HOUSEHOLDS).astype(np.float32).cumsum(axis=1)
    brand = (rng.random(PURCHASES, dtype=np.float32)[:, None] > liking[household, :-1]).sum(axis=1)
    return pd.DataFrame({"household": household, "brand": brand})


def best(call, times):
    seconds = []
    for _ in range(times):
        start = time.process_time()
        result = call()
        seconds.append(time.process_time() - start)
    return min(seconds), result


def peak_gb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def main() -> None:
    bought = purchases()
    made = peak_gb()
    bare, _ = best(lambda: bought.groupby(["household", "brand"]).size(), 3)

    def tabulate_and_describe():
        table = purchase_table(bought, household="household", brand="brand")
        return table, describe_purchases(table, resamples=0)

    ours, (table, _) = best(tabulate_and_describe, 3)
    tabulate, _ = best(lambda: purchase_table(bought, household="household", brand="brand"), 2)
    tallying, t = best(lambda: count_buyers(table.to_numpy()), 2)
    alpha = start_alpha(t)
    one, _ = best(
        lambda: [nbd_loglik(10.0, 1.0, t) + dirichlet_loglik(alpha, t) for _ in range(100)], 20
    )
    one /= 100
    fit, _ = best(lambda: (fit_nbd(t), fit_alpha(t, start_alpha(t))), 20)
    rows = {
        "bare group-by, s": bare,
        "tabulate, s": tabulate,
        "tabulate and describe, s": ours,
        "ratio to the group-by (at most 3)": ours / bare,
        "making the data, peak GB": made,
        "whole run, peak GB (under 4)": peak_gb(),
        "count_buyers of aggregates, s": tallying,
        "one likelihood evaluation, ms": 1e3 * one,
        "maximum-likelihood fit on the aggregates, ms": 1e3 * fit,
        "ratio to one evaluation (at most 60)": fit / one,
    }
    table = pd.DataFrame({"figure": list(rows), "value": list(rows.values())})
    table.to_csv((RESULTS / "purchases_speed.csv"), index=False, float_format="%.4g")
    print(table.to_string(index=False))


if __name__ == "__main__":
    main()
