"""benchmarks/scale.csv as benchmarks/scale.md, with the cost of 10^9 rows worked out from it."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

HEAD = """# Studies in parts: time and memory

`python benchmarks/scale.py` (resumable cell by cell; figures in `scale.csv`). Simulated respondents
x 40 items as Parquet files; worker processes of one thread and at most 2 GB each, on one machine of
two cores. *read_study* checks every answer and looks for respondents who stand twice (*names
alone*: the second part by itself); *score* works out and counts all scores; *compare_blocks*
compares five blocks, with intervals; *reliability* is of six scales. Memory is the largest resident
size of a worker process; the process that made the calls took at most {client:.0f} MB.

"""
TASKS = ("read_study", "score", "compare_blocks", "reliability")
MACHINES, CORES, BILLION, PIECE, SHARE = 50, 2, 1e9, 1 << 18, 1 << 25
ASKED = 0.001  # seconds of the scheduler for a task
PAPER = """## 10^9 rows on {machines} machines, on paper

{machines} machines of {cores} such cores, reading their files from a store that keeps up. *Work*:
the time of one worker at {rows:,} rows, in proportion, over {hands} workers. *Scheduler*:
{tasks:,.0f} tasks, and an eighth more to add up, at 1 ms each, which Dask's best practices reckon
with. *Names*: {shares:.0f} passes over the column of respondents, for {share:,} keys at a time;
each is reckoned as long as all names at {rows:,} rows take one worker, which has about as many keys
to sort at its end. Nothing of this was run.

"""


def write_table(t: pd.DataFrame, path: Path) -> None:
    plain = t[t["killed"] == 0]
    parts = [HEAD.format(client=t["client_mb"].max()) + _grid(plain), _growth(plain), _digits(t)]
    path.write_text("\n".join([*parts, _billion(plain)]), encoding="utf-8")


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
    goals = "Goals: time a row at most 1.3, speed at least 1.6, memory under 2,000 MB."
    return f"## Growth\n\n{goals}\n\n{_markdown(rows)}"


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
    """Work divides among workers, the scheduler's does not; each share of the names is a pass."""
    n, hands = t["rows"].max(), MACHINES * CORES
    seconds = t[(t["rows"] == n) & (t["workers"] == 1)].set_index("task")["seconds"]
    tasks, shares, rows = BILLION / PIECE, BILLION / SHARE, []
    asked = tasks * 9 / 8 * ASKED
    for task in TASKS:
        own = seconds[task] - (seconds["names alone"] if task == "read_study" else 0)
        work = own / n * BILLION / hands
        names = shares * (seconds["names alone"] + asked) if task == "read_study" else 0
        parts = {"work": work, "scheduler": asked, "names": names, "together": work + asked + names}
        rows.append({"task": task, **{f"{k}, s": f"{v:.0f}" for k, v in parts.items()}})
    head = {"machines": MACHINES, "cores": CORES, "rows": n, "hands": hands, "tasks": tasks}
    return PAPER.format(**head, shares=shares, share=SHARE) + _markdown(rows)
