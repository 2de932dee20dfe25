"""Speed and size of the comparison of explained variance, beside its peers in the same run.

    OMP_NUM_THREADS=1 python benchmarks/scripts/speed.py            # measure, then speed.md and speed.png
    OMP_NUM_THREADS=1 python benchmarks/scripts/speed.py --blocks   # compare_blocks alone, into speed.csv
    OMP_NUM_THREADS=1 python benchmarks/scripts/speed.py --figure   # speed.png and speed.md from speed.csv

Ratios are medians of ratios: in each round both sides run one after the other, so that a busy
machine slows both. Peak memory is that of a fresh process, Python and all libraries included.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pandas as pd

HERE = Path(__file__).parents[1] / "results"
ROWS = []


def record(what: str, figure: str, x: float, value: float, unit: str, note: str = "") -> None:
    """Keep one measurement, and print it."""
    ROWS.append(
        {"what": what, "series": figure, "x": x, "value": value, "unit": unit, "note": note}
    )
    print(f"{what} [{figure}] {x:g}: {value:.5g} {unit} {note}", flush=True)


def table(n: int, p: int, seed: int = 0) -> pd.DataFrame:
    """Correlated predictors x0.. and an outcome y that half of them explain."""
    rng = np.random.default_rng(seed)
    x = 0.8 * rng.standard_normal((n, p)) + 0.6 * rng.standard_normal((n, 1))
    y = x[:, ::2].sum(axis=1) + np.sqrt(p) * rng.standard_normal(n)
    return pd.DataFrame(x, columns=[f"x{i}" for i in range(p)]).assign(y=y)


def seconds(run, repeats: int = 1) -> float:
    """Processor time of one thread, best of some runs: other programs hardly touch it."""
    taken = []
    for _ in range(repeats):
        start = time.process_time()
        run()
        taken.append(time.process_time() - start)
    return min(taken)


def dominance_draws(data: pd.DataFrame, draws: int, seed: int = 1) -> np.ndarray:
    """General dominance of every predictor in every draw, rows to result."""
    from loyaltystudy.rsquared._measures import shapley, subset_r2
    from loyaltystudy.rsquared._resampling import bootstrap_moments

    m = bootstrap_moments(
        data.to_numpy(), np.ones(len(data)), draws=draws, seed=seed, columns=list(data)
    )
    return shapley(subset_r2(m, "y", [[c] for c in data if c != "y"]))


def dominance(data: pd.DataFrame) -> np.ndarray:
    """General dominance of every predictor in one sample, rows to result."""
    from loyaltystudy import moments
    from loyaltystudy.rsquared._measures import shapley, subset_r2

    return shapley(subset_r2(moments(data), "y", [[c] for c in data if c != "y"]))


def pingouin_dominance(data: pd.DataFrame) -> pd.DataFrame:
    import pingouin

    return pingouin.linear_regression(data.drop(columns="y"), data["y"], relimp=True)


def blocks_in_parts() -> None:
    """compare_blocks of 3 blocks, 11 columns, 1,000 rows: the whole and its parts."""
    import statsmodels.api as sm

    from loyaltystudy import compare_blocks
    from loyaltystudy.explain import _crossvalidation
    from loyaltystudy.explain._frame import model_frame
    from loyaltystudy.rsquared._estimates import Estimates
    from loyaltystudy.rsquared._intervals import leave_one_out
    from loyaltystudy.rsquared._measures import unique_r2

    data = table(1000, 11)
    names = [c for c in data if c != "y"]
    groups = {"a": names[:4], "b": names[4:8], "c": names[8:]}
    frame, x = model_frame(data, "y", groups), data.to_numpy()
    ones, at = np.ones(1000), [[*range(4)], [*range(4, 8)], [*range(8, 11)]]
    found = Estimates.from_units(*leave_one_out(x[:, :-1], x[:, -1], ones, at, [], list(data)))
    parts = {
        "all": lambda: compare_blocks(data, "y", groups),
        "cross-validation": lambda: _crossvalidation.linear_unseen(frame, 0),
        "model frame": lambda: model_frame(data, "y", groups),
        "leave one out": lambda: leave_one_out(x[:, :-1], x[:, -1], ones, at, [], list(data)),
        "intervals of one measure": lambda: found.interval(unique_r2, frame.widths),
    }
    taken = {part: [] for part in [*parts, "all, cross-validation aside"]}
    for _ in range(31):
        for part, run in parts.items():
            taken[part].append(seconds(run) * 1000)
        with patch.object(_crossvalidation, "folds_of", return_value=None):
            taken["all, cross-validation aside"].append(seconds(parts["all"]) * 1000)
    for part, each in taken.items():
        record(
            f"compare_blocks: {part}",
            "parts",
            1000,
            float(np.median(each)),
            "ms",
            f"best {min(each):.2f}",
        )

    def one_draw() -> None:
        rows = data.sample(1000, replace=True, random_state=1)
        for subset in range(1, 8):
            held = [c for j, g in enumerate(groups.values()) if subset >> j & 1 for c in g]
            sm.OLS(rows["y"], sm.add_constant(rows[held])).fit().rsquared  # noqa: B018

    record(
        "one bootstrap draw of all subsets, statsmodels",
        "parts",
        1000,
        1000 * seconds(one_draw, 5),
        "ms",
        "an interval needs 1,000 such",
    )


def variants() -> None:
    """The other questions that compare_blocks answers, beside the plain call in the same rounds."""
    from loyaltystudy import compare_blocks

    data = table(1000, 11)
    names = [c for c in data if c != "y"]
    groups = {"a": names[:4], "b": names[4:8], "c": names[8:]}
    five = {f"block{i}": names[2 * i : 2 * i + 2] for i in range(5)}
    many = table(1000, 20)
    calls = {
        "plain": lambda: compare_blocks(data, "y", groups),
        "ordered": lambda: compare_blocks(data, "y", groups, order=[["a"], ["b"], ["c"]]),
        "error-free": lambda: compare_blocks(
            data, "y", groups, reliability=dict.fromkeys(["y", *names], 0.9)
        ),
        "curved, five blocks": lambda: compare_blocks(data, "y", five, shape="curved"),
        "20 single predictors": lambda: compare_blocks(
            many, "y", {c: [c] for c in many if c != "y"}
        ),
    }
    taken = {name: [seconds(call) for _ in range(9)] for name, call in calls.items()}
    for name, each in taken.items():
        record(f"{name} call", "variants", 1000, 1000 * np.median(each), "ms")
    for name in ("ordered", "error-free"):
        times = np.median(taken[name]) / np.median(taken["plain"])
        record(f"{name} call over the plain one", "variants", 1000, times, "times")


def whole_call(data: pd.DataFrame, draws: int, seed: int):
    """Ten single predictors: every interval, cross-validation and the draws."""
    from loyaltystudy import compare_blocks

    blocks = {c: [c] for c in data if c != "y"}
    return compare_blocks(data, "y", blocks, resamples=draws, seed=seed)


def beside_pingouin() -> None:
    """Ten predictors, 2,000 draws; cost a draw, and the median of ratios."""
    data, draws = table(1000, 10), 2000
    ours, whole, theirs = [], [], []
    whole_call(data, draws, 0)
    for round_number in range(9):
        ours.append(seconds(lambda r=round_number: dominance_draws(data, draws, r)) / draws)
        whole.append(seconds(lambda r=round_number: whole_call(data, draws, r)) / draws)
        drawn = data.sample(1000, replace=True, random_state=round_number)
        theirs.append(seconds(lambda d=drawn: pingouin_dominance(d), 2))
    named = (("loyaltystudy", ours), ("loyaltystudy, the whole call", whole), ("pingouin", theirs))
    for name, each in named:
        record(f"a draw, 10 predictors, n 1,000: {name}", "ratio", 10, 1000 * np.median(each), "ms")
    for name, each in (("", ours), ("the whole call ", whole)):
        ratios = np.array(theirs) / each
        record(
            f"{name}times faster a draw than pingouin, 10 predictors".strip(),
            "ratio",
            10,
            np.median(ratios),
            "times",
            f"{ratios.min():.0f} to {ratios.max():.0f}",
        )


def by_predictors() -> None:
    """One sample, more and more predictors, beside pingouin as far as it goes."""
    theirs, ours = {}, {}
    for p in (4, 6, 8, 10, 12, 13, 14, 15, 16, 17):
        data = table(1000, p)
        theirs[p] = seconds(lambda d=data: pingouin_dominance(d), 2 if p < 13 else 1)
        record("one sample", "pingouin", p, theirs[p], "s")
    for p in (4, 6, 8, 10, 12, 14, 16, 18, 20, 22):
        data = table(1000, p)
        ours[p] = seconds(lambda d=data: dominance(d), 5 if p < 18 else 3)
        record("one sample", "loyaltystudy", p, ours[p], "s")
    growth = (theirs[17] / theirs[13]) ** 0.25
    guess = theirs[17] * growth**3
    record(
        "one sample, extrapolated",
        "pingouin",
        20,
        guess,
        "s",
        f"from 17 by its growth of {growth:.2f} a predictor (13 to 17)",
    )
    record(
        "times faster than pingouin extrapolated, 20 predictors",
        "ratio",
        20,
        guess / ours[20],
        "times",
    )


def by_draws_and_rows() -> None:
    for draws in (100, 500, 1000, 2000, 5000, 10_000):
        data = table(1000, 10)
        record(
            "draws, 10 predictors, n 1,000",
            "draws",
            draws,
            seconds(lambda d=data, k=draws: dominance_draws(d, k), 3),
            "s",
        )
    for n in (300, 1000, 3000, 10_000, 30_000, 100_000):
        data = table(n, 10)
        record(
            "rows, 10 predictors, 500 draws",
            "rows",
            n,
            seconds(lambda d=data: dominance_draws(d, 500), 2),
            "s",
        )


LARGE = """
import resource, sys, time
sys.path.insert(0, {here!r})
import numpy as np
from speed import dominance, table
from loyaltystudy.rsquared._resampling import bootstrap_moments
from loyaltystudy.rsquared._measures import shapley, subset_r2
what, size = sys.argv[1], int(sys.argv[2])
if what == "predictors":
    data = table(1000, size)
    start = time.process_time()
    result = dominance(data)
else:
    data = table(100_000, 30)
    blocks = [[f"x{{i}}" for i in range(j, j + 6)] for j in range(0, 30, 6)]
    start = time.process_time()
    m = bootstrap_moments(data.to_numpy(), np.ones(len(data)), draws=size, seed=1,
                          columns=list(data), workers=int(sys.argv[3]))
    result = shapley(subset_r2(m, "y", blocks))
taken = time.process_time() - start
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
print(taken, peak, float(result.ravel() @ np.arange(1.0, result.size + 1)))
"""


def large(*arguments) -> list[float]:
    """Seconds, peak GB, and a number that sums up the result."""
    code = LARGE.format(here=str(Path(__file__).parent))
    run = subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return [float(part) for part in run.stdout.split()]


def memory() -> None:
    for p in (20, 24):
        taken, peak, *_ = large("predictors", p)
        record("one sample: time", "size", p, taken, "s")
        record("one sample: peak memory", "size", p, peak, "GB")
    taken, peak, *_ = large("rows", 2000, 1)
    record("n 100,000, 30 columns in 5 blocks, 2,000 draws: time", "size", 2000, taken, "s")
    record("n 100,000, 30 columns in 5 blocks, 2,000 draws: peak memory", "size", 2000, peak, "GB")
    one, two = large("rows", 256, 1), large("rows", 256, 2)
    record(
        "one and two workers, 256 draws of these: same numbers",
        "size",
        256,
        float(one[2] == two[2]),
        "1 is yes",
    )


def main() -> None:
    path = HERE / "speed.csv"
    # memory first: a new process counts what the one that starts it held at that moment
    every = (memory, blocks_in_parts, variants, beside_pingouin, by_predictors, by_draws_and_rows)
    if "--figure" not in sys.argv:
        only = "--blocks" in sys.argv
        for part in every[1:3] if only else every:
            part()
        kept = pd.read_csv(path, keep_default_na=False) if only else pd.DataFrame()
        kept = kept[~kept["series"].isin(["parts", "variants"])] if only else kept
        found = pd.concat([pd.DataFrame(ROWS), kept])
        found.to_csv(path, index=False, float_format="%.6g", lineterminator="\n")
    from helpers.speed_table import draw_figure, write_table

    found = pd.read_csv(path, keep_default_na=False)
    write_table(found, HERE / "speed.md")
    draw_figure(found, HERE / "speed.png")


if __name__ == "__main__":
    main()
