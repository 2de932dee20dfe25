"""benchmarks/results/speed.csv as a table and a figure."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

HEAD = """# Speed and size

Made by `OMP_NUM_THREADS=1 python benchmarks/scripts/speed.py` (one thread, {cpu}).
Times are processor time, which equals the clock on a machine at rest; other machines differ. Ratios
are medians of ratios of runs side by side. Peak memory is that of a fresh process with Python and
all libraries (about 0.2 GB by themselves). "A draw" is all-inclusive: drawing rows, moments, R² of
every subset, general dominance of every predictor. "The whole call" is `compare_blocks` with 2,000
draws: every interval and cross-validation as well, divided by 2,000.

| what | predictors or draws | value | goal | note |
|---|---|---|---|---|
"""
GOALS = {
    "compare_blocks: all": "at most 10 ms",
    "ordered call over the plain one": "at most 2",
    "error-free call over the plain one": "at most 2",
    "curved, five blocks call": "under 200 ms",
    "20 single predictors call": "under 2,000 ms",
    "the whole call times faster a draw than pingouin, 10 predictors": "at least 1,000",
    "a draw, 10 predictors, n 1,000: loyaltystudy": "0.08 ms or better",
    "times faster than pingouin extrapolated, 20 predictors": "at least 300",
    ("one sample: peak memory", 20): "under 0.5 GB",
    ("one sample: peak memory", 24): "under 4 GB",
    "n 100,000, 30 columns in 5 blocks, 2,000 draws: peak memory": "under 2 GB",
    "one and two workers, 256 draws of these: same numbers": "yes",
}


def write_table(found: pd.DataFrame, path: Path) -> None:
    rows = []
    for row in found[~found["series"].isin(["draws", "rows"])].itertuples():
        if row.what == "one sample" and row.x not in (10, 13, 15, 17, 20):
            continue
        what = (
            f"{row.what}, {row.series}"
            if row.what.startswith("one sample,") or (row.what == "one sample")
            else row.what
        )
        goal = GOALS.get(row.what, GOALS.get((row.what, row.x), ""))
        at = "" if row.series in ("parts", "variants") else f"{row.x:g}"
        rows.append(
            f"| {what} | {at} | {_number(row)} | {goal} | {row.note.replace('1 is yes', '')} |"
        )
    notes = """
Cost against predictors, draws and rows: `speed.png`. pingouin is measured to 17 predictors; its
time at 20 is extrapolated by its own growth from 13 to 17.
"""
    path.write_text(HEAD.format(cpu=_processor()) + "\n".join(rows) + "\n" + notes)


def _number(row) -> str:
    if row.unit == "1 is yes":
        return "yes" if row.value == 1 else "no"
    return f"{row.value:,.0f} {row.unit}" if row.value >= 100 else f"{row.value:.3g} {row.unit}"


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return "processor unknown"


def draw_figure(found: pd.DataFrame, path: Path) -> None:
    import matplotlib as mpl

    mpl.use("Agg")
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(1, 3, figsize=(11, 3.6), layout="constrained")
    one = found[found["what"] == "one sample"]
    for name, colour in (("pingouin", "#b5651d"), ("loyaltystudy", "#1f5a8a")):
        part = one[one["series"] == name]
        axes[0].plot(part["x"], part["value"], "o-", color=colour, ms=4, label=name)
    guess = found[found["what"] == "one sample, extrapolated"]
    last = one[one["series"] == "pingouin"].iloc[-1]
    axes[0].plot(
        [last["x"], *guess["x"]],
        [last["value"], *guess["value"]],
        "--",
        color="#b5651d",
        label="pingouin, extrapolated",
    )
    axes[0].set(xlabel="predictors", ylabel="seconds", title="One sample, n 1,000", yscale="log")
    axes[0].legend(frameon=False, fontsize=8)
    titles = {"draws": "10 predictors, n 1,000", "rows": "10 predictors, 500 draws"}
    for ax, (series, title) in zip(axes[1:], titles.items(), strict=True):
        part = found[found["series"] == series]
        ax.plot(part["x"], part["value"], "o-", color="#1f5a8a", ms=4)
        ax.set(xlabel=series, title=title, xscale="log", yscale="log")
    for ax in axes:
        ax.spines[["top", "right"]].set_visible(False)
        ax.grid(alpha=0.3)
    figure.suptitle("General dominance of every predictor, rows to result: cost", fontsize=11)
    figure.savefig(path, dpi=130)
    plt.close(figure)
