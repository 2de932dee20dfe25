"""Time and memory of data in partitions: 10^5 to 3 x 10^7 respondents x 40 items, and as many receipts.

    python benchmarks/scripts/scale.py                    # every cell not yet in scale.csv, then scale.md
    python benchmarks/scripts/scale.py 100000 1000000     # these sizes only
    python benchmarks/scripts/scale.py 1000000 --kill     # kill a worker half-way; the digits must stay
                                                  # (after the same size without --kill)
    python benchmarks/scripts/scale.py --table            # scale.md from scale.csv alone

Respondents are simulated (one factor behind the factors of five blocks), and so are receipts (30 a
household, 12 brands, in no order of households); written as Parquet files of a million rows into a
temporary folder: SCALE_FOLDER, or the system's own; 3 x 10^7 rows take about 1.2 GB. Delete
scale.csv to start anew.
"""

from __future__ import annotations

import hashlib
import os
import signal
import sys
import threading
import time
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import dask
import numpy as np
import pandas as pd
import psutil

import loyaltystudy as ls
from loyaltystudy.outofcore import WORKER_SETTINGS
from loyaltystudy.purchases._reading import read_panel
from loyaltystudy.survey._codebook import make_codebook

HERE = Path(__file__).parents[1] / "results"
SIZES, WORKERS = (100_000, 1_000_000, 10_000_000, 30_000_000), (1, 2)
FILE, ROW_GROUP = 1_000_000, 1 << 17
BLOCKS, ITEMS = ("trust", "engagement", "background", "bonds", "service"), 7
EFFECTS = (0.40, 0.20, 0.05, 0.25, 0.0)
MISSING = -99
TIMES = 2  # of which the faster counts: what else the machine does only makes a run slower
PURCHASES, BRANDS = 30, 12  # of a household, and in all
PANEL = {
    "name": "scale",
    "title": "Scale",
    "columns": {"household": "household", "brand": "brand", "time": "day", "receipt": "receipt"},
}
SEED = 5


def names(scale: str) -> list[str]:
    return [f"{scale}_{i}" for i in range(ITEMS if scale in BLOCKS else 5)]


def codebook():
    scales = {scale: {"items": names(scale)} for scale in (*BLOCKS, "loyalty")}
    items = [item for scale in scales.values() for item in scale["items"]]
    return make_codebook(
        {
            "study": "scale",
            "title": "Scale",
            "kind": "simulated",
            "population": "simulated",
            "missing": [MISSING],
            "items": {
                n: {"answers": {"range": [1, 7]}, "reversed": n.endswith("3")} for n in items
            },
            "scales": scales,
            "blocks": {block: [block] for block in BLOCKS},
            "design": {"respondent": "id"},
        }
    )


def answers(start: int, rows: int) -> pd.DataFrame:
    """Some respondents, the same for every size: 40 items as whole numbers, 2 % missing."""
    rng = np.random.default_rng([SEED, start])
    common = rng.standard_normal(rows, dtype=np.float32)
    factors = [0.6 * common + 0.8 * rng.standard_normal(rows, dtype=np.float32) for _ in BLOCKS]
    loyal = sum(b * f for b, f in zip(EFFECTS, factors, strict=True))
    factors.append(loyal + 0.6 * rng.standard_normal(rows, dtype=np.float32))
    columns = {"id": rng.permutation(np.arange(start, start + rows))}
    for scale, factor in zip((*BLOCKS, "loyalty"), factors, strict=True):
        for item in names(scale):
            turn = -1 if item.endswith("3") else 1
            x = 4 + 1.2 * turn * factor + rng.standard_normal(rows, dtype=np.float32)
            x = np.clip(np.rint(x), 1, 7).astype(np.int8)
            x[rng.random(rows, dtype=np.float32) < 0.02] = MISSING
            columns[item] = x
    return pd.DataFrame(columns)


def receipts(start: int, rows: int, households: int) -> pd.DataFrame:
    """Some purchases: who, what, when and the number of the receipt."""
    rng = np.random.default_rng([SEED + 1, start])
    shares = np.arange(BRANDS, 0, -1) / (BRANDS * (BRANDS + 1) / 2)
    return pd.DataFrame(
        {
            "household": rng.integers(0, households, rows),
            "brand": rng.choice(BRANDS, rows, p=shares),
            "day": rng.integers(0, 365, rows).astype(np.int16),
            "receipt": np.arange(start, start + rows),
        }
    )


def write(folder: Path, rows: int, some) -> None:
    folder.mkdir()
    for start in range(0, rows, FILE):
        part = some(start, min(FILE, rows - start))
        path = folder / f"part.{start // FILE}.parquet"
        part.to_parquet(path, index=False, row_group_size=ROW_GROUP)


class Watch:
    """Peak memory of each worker process and of the client, sampled five times a second."""

    def __init__(self, client) -> None:
        self.client, self.peak, self.own, self.on = client, 0, 0, True
        self.thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Watch:
        self.pids = workers(self.client)
        self.thread.start()
        return self

    def __exit__(self, *_) -> None:
        self.on = False
        self.thread.join()

    def _look(self) -> None:
        me = psutil.Process()
        while self.on:
            for pid in self.pids:
                with suppress(psutil.NoSuchProcess):
                    self.peak = max(self.peak, psutil.Process(pid).memory_info().rss)
            self.own = max(self.own, me.memory_info().rss)
            time.sleep(0.2)


def workers(client) -> list[int]:
    return [*client.run(os.getpid).values()]


def digest(*frames: pd.DataFrame) -> str:
    """Of every digit of some results."""
    found = hashlib.sha256()
    for frame in frames:
        for column in frame.select_dtypes("number"):
            found.update(np.ascontiguousarray(frame[column].to_numpy(dtype=float)).tobytes())
    return found.hexdigest()[:16]


def tasks(folder: Path, book):
    """What is timed; each a function of the study that gives a digest of its result."""
    people, bought = folder / "answers", folder / "receipts"

    def read(_):
        return ls.read_study(people, book)

    def scores(study):
        return digest(ls.score(study).count().compute().to_frame())

    def compare(study):
        found = ls.compare_blocks(study, "loyalty")
        return digest(found.table, found.differences)

    def consistency(study):
        return digest(ls.reliability(study))

    def count(_):
        return digest(ls.purchase_table(bought, household="household", brand="brand"))

    def panel(_):
        return digest(read_panel(bought, PANEL).table)

    return {
        "read_study": read,
        "score": scores,
        "compare_blocks": compare,
        "reliability": consistency,
        "purchase_table": count,
        "read_panel": panel,
    }


def measured(task, study, client, kill_after: float | None) -> tuple[dict, object]:
    killer = None
    with Watch(client) as watch:
        if kill_after is not None:
            killer = threading.Timer(kill_after, os.kill, (watch.pids[0], signal.SIGKILL))
            killer.start()
        start = time.perf_counter()
        result = task(study)
        taken = time.perf_counter() - start
    if killer:
        killer.join()
    row = {"seconds": round(taken, 3), "worker_mb": watch.peak / 1e6, "client_mb": watch.own / 1e6}
    return row, result


def cell(folder: Path, rows: int, count: int, before: dict | None) -> list[dict]:
    """All tasks on one folder; ``before`` are the seconds that they took when nobody was killed.

    Where somebody is killed each task has workers of its own: a nanny does not always bring
    another one, and then the next task would go without.
    """
    book, found, study = codebook(), [], None
    todo = list(tasks(folder, book).items())
    for some in [todo] if before is None else [[task] for task in todo]:
        with cluster_of(count) as client:
            for name, task in some:
                kill_after = None if before is None else before[name] / 2
                runs = [
                    measured(task, study, client, kill_after)
                    for _ in range(TIMES if before is None else 1)
                ]
                row, result = min(runs, key=lambda run: run[0]["seconds"])
                row["worker_mb"] = max(run["worker_mb"] for run, _ in runs)
                if name == "read_study":
                    study, result = result, str(result.n)
                killed = int(before is not None)
                head = {"rows": rows, "workers": count, "task": name, "killed": killed}
                found.append({**head, **row, "digest": result})
                print(found[-1], flush=True)
    return found


@contextmanager
def cluster_of(count: int):
    """A client of some worker processes of one thread each."""
    from distributed import Client, LocalCluster

    options = {"threads_per_worker": 1, "dashboard_address": ":0", "memory_limit": "2GB"}
    with (
        dask.config.set(WORKER_SETTINGS),
        LocalCluster(n_workers=count, **options) as cluster,
        Client(cluster) as client,
    ):
        yield client


def main() -> None:
    path, sizes = HERE / "scale.csv", [int(a) for a in sys.argv[1:] if a.isdigit()] or SIZES
    kill = "--kill" in sys.argv
    keys = ["rows", "workers", "killed"]
    done = pd.read_csv(path) if path.exists() else pd.DataFrame(columns=[*keys, "task"])
    have = {*done[keys].itertuples(index=False, name=None)}
    plain = done[done["killed"] == 0]
    for rows in sizes if "--table" not in sys.argv else ():
        todo = [w for w in WORKERS if (rows, w, int(kill)) not in have and (w > 1 or not kill)]
        if not todo:
            continue
        with TemporaryDirectory(dir=os.environ.get("SCALE_FOLDER")) as folder:
            write(Path(folder, "answers"), rows, answers)
            some = partial(receipts, households=rows // PURCHASES)
            write(Path(folder, "receipts"), rows, some)
            for count in todo:
                own = plain[(plain["rows"] == rows) & (plain["workers"] == count)]
                before = own.set_index("task")["seconds"].to_dict() if kill else None
                result = pd.DataFrame(cell(Path(folder), rows, count, before))
                result.to_csv(
                    path,
                    mode="a",
                    header=not path.exists(),
                    index=False,
                    float_format="%.6g",
                    lineterminator="\n",
                )
    if path.exists():
        from helpers.scale_table import write_table

        write_table(pd.read_csv(path), HERE / "scale.md")


if __name__ == "__main__":
    main()
