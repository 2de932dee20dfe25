"""One pass over the data each: how often every partition is read, counted where it is read."""

import os
from collections import Counter

import dask
import dask.dataframe as dd
import numpy as np
import pandas as pd
import pytest

import loyaltystudy as ls
from loyaltystudy.errors import SurveyError
from loyaltystudy.outofcore import _engine as engine
from loyaltystudy.purchases._describe import describe_purchases
from loyaltystudy.purchases._periods import describe_periods
from loyaltystudy.purchases._reading import read_panel
from loyaltystudy.survey._codebook import make_codebook

ROWS, PARTITIONS = 900, 9
BLOCKS = {"trust": ["trust"], "age": ["age"]}
COLUMNS = {"a": ["t1", "t2"], "b": ["age"]}
SPEC = {
    "name": "ours",
    "title": "Our shop",
    "columns": {"household": "card", "brand": "maker", "time": "day", "receipt": "slip"},
}


def book():
    items = {name: {"answers": {"range": [1, 7]}} for name in ("t1", "t2", "l1", "l2")}
    return make_codebook(
        {
            "study": "passes",
            "title": "P",
            "population": "members",
            "items": items,
            "scales": {"trust": {"items": ["t1", "t2"]}, "loyalty": {"items": ["l1", "l2"]}},
            "variables": {"age": {"kind": "numeric", "answers": {"range": [18, 99]}}},
            "design": {"respondent": "id"},
        }
    )


@pytest.fixture(scope="module")
def frame():
    rng = np.random.default_rng(6)
    common = rng.normal(size=(ROWS, 1))
    x = np.rint(4 + common + rng.normal(size=(ROWS, 4))).clip(1, 7)
    frame = pd.DataFrame(x, columns=["t1", "t2", "l1", "l2"])
    frame["age"] = rng.uniform(18, 90, ROWS)
    frame["id"] = np.arange(ROWS)
    return frame.assign(
        card=frame["id"] % 70,
        maker=rng.choice(["tea", "oat"], ROWS),
        day=frame["id"] % 40,
        slip=frame["id"],
    )


class Reads:
    """Data whose every partition notes in a file that it was read, by whatever process."""

    def __init__(self, path):
        self.path = path

    def dask(self, frame):
        path, size = str(self.path), len(frame) // PARTITIONS

        def partition(i):  # local, so that it is sent whole: workers cannot import the tests
            with open(path, "a") as noted:
                noted.write(f"{i}\n")
            return frame.iloc[i * size : (i + 1) * size]

        return dd.from_map(partition, range(PARTITIONS), meta=frame.iloc[:0])

    def count(self) -> Counter:
        """How often each partition was read since the last time."""
        found = Counter(self.path.read_text().split()) if self.path.exists() else Counter()
        self.path.unlink(missing_ok=True)
        return found


@pytest.fixture
def reads(tmp_path):
    return Reads(tmp_path / "reads")


def written(frame, path):
    path.mkdir()
    size = ROWS // PARTITIONS
    for i in range(PARTITIONS):
        part = frame.iloc[i * size : (i + 1) * size]
        part.to_parquet(path / f"part.{i}.parquet", index=False, row_group_size=40)
    return path


@pytest.fixture
def folder(frame, tmp_path, monkeypatch, reads):
    """A folder of Parquet files, read by the threads of this process and noted alike."""
    read = engine.slices

    def noted(partition, columns):
        with reads.path.open("a") as file:
            file.write(f"{partition.number}\n")
        return read(partition, columns)

    monkeypatch.setattr(engine, "slices", noted)
    return written(frame, tmp_path / "folder")


@pytest.fixture(params=["threads", "synchronous"])
def scheduler(request):
    with dask.config.set(scheduler=request.param):
        yield


ONCE = Counter({str(i): 1 for i in range(PARTITIONS)})
TWICE = Counter({str(i): 2 for i in range(PARTITIONS)})
NAMES = {"household": "card", "brand": "maker"}
CALLS = {
    "compare_blocks of columns": lambda data: ls.compare_blocks(data, "l1", COLUMNS),
    "moments": lambda data: ls.moments(data[["t1", "age"]]),
    "weighted moments": lambda data: ls.moments(data[["t1", "age"]], weights=data["t2"]),
    "purchase_table": lambda data: ls.purchase_table(data, **NAMES),
    "read_panel": lambda data: describe_purchases(read_panel(data, SPEC), resamples=0),
    "a panel without receipts": lambda data: read_panel(
        data, {**SPEC, "columns": {"household": "card", "brand": "maker"}}
    ),
}


@pytest.mark.parametrize("call", CALLS)
def test_a_dask_frame_is_read_once(frame, reads, scheduler, call):
    CALLS[call](reads.dask(frame))
    assert reads.count() == ONCE


def each_call_of_a_study(data, reads):
    """Yields the passes of every call."""
    study = ls.read_study(data, book())
    yield "read_study", reads.count()
    ls.score(study).compute()
    yield "score", reads.count()
    ls.compare_blocks(study, "loyalty", BLOCKS)
    yield "compare_blocks", reads.count()
    ls.reliability(study)
    yield "reliability", reads.count()
    ls.item_analysis(study, "trust")
    yield "item_analysis", reads.count()


def test_every_call_of_a_study_reads_a_dask_frame_once(frame, reads, scheduler):
    found = dict(each_call_of_a_study(reads.dask(frame), reads))
    assert found == dict.fromkeys(found, ONCE)


def test_two_worker_processes_read_a_dask_frame_once_between_them(frame, reads):
    from distributed import Client, LocalCluster

    options = {"processes": True, "threads_per_worker": 1, "dashboard_address": ":0"}
    with LocalCluster(n_workers=2, **options) as cluster, Client(cluster):
        found = dict(each_call_of_a_study(reads.dask(frame), reads))
        for name, call in CALLS.items():
            call(reads.dask(frame))
            found[name] = reads.count()
    assert found == dict.fromkeys(found, ONCE)


def test_every_call_reads_a_folder_once(frame, folder, reads, scheduler, tmp_path):
    found = dict(each_call_of_a_study(folder, reads))
    ls.compare_blocks(folder, "l1", COLUMNS)
    found["compare_blocks of columns"] = reads.count()
    ls.purchase_table(folder, **NAMES)
    found["purchase_table"] = reads.count()
    panel = read_panel(folder, SPEC)
    found["read_panel"] = reads.count()
    describe_periods(panel, resamples=0)
    found["describe_periods"] = reads.count()
    ls.moments(written(frame.drop(columns="maker"), tmp_path / "numbers"))
    found["moments"] = reads.count()
    assert found == dict.fromkeys(found, ONCE) and len(found) == 10


def test_columns_of_a_dask_frame_give_the_same_however_cut(frame, reads, scheduler):
    data = reads.dask(frame)
    found = ls.compare_blocks(data, "l1", COLUMNS)
    again = ls.compare_blocks(data.repartition(npartitions=2), "l1", COLUMNS)
    np.testing.assert_allclose(found.values, again.values, rtol=1e-12)
    one, other = (ls.moments(d[["t1", "age"]]) for d in (data, data.repartition(npartitions=4)))
    np.testing.assert_allclose(one.cross, other.cross, rtol=1e-12)


def test_only_where_something_stands_twice_are_rows_looked_at_again(frame, reads, scheduler):
    wrong = frame.assign(id=frame["id"].replace({899: 5}))
    with pytest.raises(
        SurveyError, match="one respondent stands in partition 0 row 6; partition 8"
    ):
        ls.read_study(reads.dask(wrong), book())
    assert reads.count() == TWICE
    wrong.iloc[899] = wrong.iloc[5]
    with pytest.raises(SurveyError, match="partition 0 row 6; partition 8 row 100"):
        read_panel(reads.dask(wrong), SPEC)
    assert reads.count() == TWICE
    with pytest.raises(SurveyError, match="stand twice in partition 0 row 6; partition 8 row 100"):
        ls.compare_blocks(reads.dask(wrong.set_index("id")), "l1", COLUMNS)
    assert reads.count() == TWICE
    with pytest.raises(
        SurveyError, match="no respondent"
    ):  # found before repeated ones are looked for
        ls.read_study(reads.dask(frame.assign(id=frame["id"].replace({3.0: np.nan}))), book())
    assert reads.count() == ONCE


def test_reads_are_noted_where_they_happen(frame, reads):
    """The count cannot come out as one because nobody counts."""
    data = reads.dask(frame)
    data.compute(scheduler="synchronous")
    data.compute(scheduler="synchronous")
    assert reads.count() == TWICE and not os.path.exists(reads.path)
