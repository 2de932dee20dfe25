"""benchmarks/results/scale.csv as benchmarks/results/scale.md, with the cost of 10^9 rows worked out from it."""

from __future__ import annotations

from math import ceil
from pathlib import Path

import pandas as pd

from loyaltystudy.outofcore._buckets import buckets_for
from loyaltystudy.outofcore._engine import FAN_IN, HELD
from loyaltystudy.outofcore._parquet import PARTITION
from loyaltystudy.purchases._counts import CELLS

HEAD = """# Data in partitions: time and memory

`python benchmarks/scripts/scale.py` (resumable cell by cell; figures in `scale.csv`). Simulated
respondents x 40 items as Parquet files; worker processes of one thread and at most 2 GB each, on
one machine of two cores. Each task is one pass: *read_study* checks every answer and looks for
respondents who stand twice; *score* works out and counts all scores; *compare_blocks* compares
five blocks, with intervals; *reliability* is of six scales. As many simulated receipts, 30 a
household in no order, of 12 brands: *purchase_table* counts them, *read_panel* also checks every
one and looks for those that repeat another. Seconds are the lesser of two runs. Memory is the
largest resident size of a worker process in either run; in the faster one the process that made
the calls took at most {client:.0f} MB (with tables of purchases; {study:.0f} MB without).

"""
GROWTH = """## Growth

Goals for *score* and *compare_blocks*: time a row at most 1.3, speed at least 1.6, memory under
2,000 MB. With purchases the table grows too, from 33,333 households to a million: fewer pairs of
household and brand recur in a partition and are added up there, and the calling process makes the table
of them alone.

"""
PURCHASES = ("purchase_table", "read_panel")
MACHINES, CORES, BILLION = 50, 2, 1_000_000_000
ASKED = 0.001  # seconds of the scheduler for a task
PAPER = """## 10^9 rows on {machines} machines, on paper

{machines} machines of {cores} such cores, reading their files from a store that keeps up. *Work*:
the time of one worker at {rows:,} rows, in proportion, over {hands} workers. *Scheduler*: at 1 ms a
task, which Dask's best practices reckon with, {partitions:,} tasks that read and those that add up; for
*read_study* also those that bring the respondents' keys into {buckets} buckets. Of keys each worker
holds {held:.0f} MB and sends as much to others, once or twice; looking through a bucket takes one
{bucket:.0f} MB and a copy. The way between machines is not reckoned. Nothing of this was run.
Receipts have no row: the table of 10^9, at 30 a household of 12 brands, would have 4 x 10^8 cells,
and {cells} is the most that a table may have.

"""


def write_table(t: pd.DataFrame, path: Path) -> None:
    plain = t[t["killed"] == 0]
    bought = plain["task"].isin(PURCHASES)
    sizes = {"client": t["client_mb"].max(), "study": plain[~bought]["client_mb"].max()}
    sections = [HEAD.format(**sizes) + _grid(plain), _growth(plain), _digits(t)]
    path.write_text("\n".join([*sections, _billion(plain[~bought])]), encoding="utf-8")


def _markdown(rows: list[dict]) -> str:
    head = list(rows[0])
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(map(str, r.values())) + " |" for r in rows]) + "\n"


def _grid(t: pd.DataFrame) -> str:
    return _markdown(
        [
            {
                "rows": f"{r.rows:,}",
                "workers": r.workers,
                "task": r.task,
                "seconds": f"{r.seconds:.1f}",
                "seconds a million rows": f"{r.seconds / r.rows * 1e6:.2f}",
                "peak MB a worker": f"{r.worker_mb:.0f}",
            }
            for r in t.itertuples()
        ]
    )


def _growth(t: pd.DataFrame) -> str:
    """Time a row at the largest size over that at a million, and what a second worker gives."""
    seconds, largest = t.set_index(["task", "rows", "workers"])["seconds"], t["rows"].max()
    base = min(1_000_000, largest)
    rows = []
    for task in t["task"].unique():
        row = {"task": task}
        for workers in (1, 2):
            large, small = (seconds[task, n, workers] / n for n in (largest, base))
            row[f"time a row, {largest:,} over {base:,}: workers {workers}"] = (
                f"{large / small:.2f}"
            )
        gain = seconds[task, largest, 1] / seconds[task, largest, 2]
        rows.append({**row, f"speed of 2 workers over 1, {largest:,}": f"{gain:.2f}"})
    return GROWTH + _markdown(rows)


def _digits(t: pd.DataFrame) -> str:
    alike = t.groupby(["rows", "task"])["digest"].agg(lambda found: len({*found}) == 1)
    text = (
        f"## Digits\n\nOf {len(alike)} results, {alike.sum()} have the same digits however many "
        "workers made them (`scale.csv` has a hash of all digits of each)."
    )
    killed = t[t["killed"] == 1]["rows"].unique()
    if len(killed):
        sizes = " and ".join(f"{n:,}" for n in killed)
        text += f" So they have with a worker killed half-way, at {sizes} rows."
    return text + "\n"


def _billion(t: pd.DataFrame) -> str:
    """Work divides among workers, the scheduler's does not."""
    n, hands, partitions = t["rows"].max(), MACHINES * CORES, ceil(BILLION / PARTITION)
    seconds = t[(t["rows"] == n) & (t["workers"] == 1)].set_index("task")["seconds"]
    buckets, rows = buckets_for(partitions, BILLION), []
    for task, taken in seconds.items():
        tasks = partitions + _adding(partitions)
        if task == "read_study":
            held = ceil(partitions / HELD)
            tasks = partitions + held * (2 + buckets) + buckets + _adding(held)
        costs = {"work": taken / n * BILLION / hands, "scheduler": tasks * ASKED}
        costs["sum"] = sum(costs.values())
        rows.append({"task": task, **{f"{k}, s": f"{v:.0f}" for k, v in costs.items()}})
    head = {
        "machines": MACHINES,
        "cores": CORES,
        "rows": n,
        "hands": hands,
        "partitions": partitions,
        "cells": f"{CELLS / 1e8:.0f} x 10^8",
    }
    keys = {"held": 8e-6 * BILLION / hands, "bucket": 8e-6 * BILLION / buckets}
    return PAPER.format(**head, **keys, buckets=buckets) + _markdown(rows)


def _adding(tables: int) -> int:
    """Tasks that add tables up to one."""
    return 0 if tables == 1 else ceil(tables / FAN_IN) + _adding(ceil(tables / FAN_IN))
