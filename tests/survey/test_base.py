"""Two classes keep one promise: what analyses ask of a study in memory or in partitions."""

import dask.dataframe as dd
import numpy as np
import pandas as pd
import pytest

from loyaltystudy.errors import SurveyError
from loyaltystudy.outofcore import PartitionedPanel, PartitionedStudy
from loyaltystudy.purchases import BasePanel, Panel
from loyaltystudy.survey import BaseStudy, Study, read_study
from loyaltystudy.survey._codebook import make_codebook

BOOK = make_codebook(
    {
        "study": "two",
        "title": "Two",
        "population": "members",
        "items": {
            "t1": {"answers": {"range": [1, 7]}},
            "t2": {"answers": {"range": [1, 7]}, "reversed": True},
            "l1": {"answers": {"range": [1, 7]}},
        },
        "scales": {"trust": {"items": ["t1", "t2"]}, "loyalty": {"items": ["l1"]}},
        "variables": {"age": {"kind": "numeric", "answers": {"range": [18, 99]}}},
        "design": {"respondent": "id"},
    }
)


@pytest.fixture(scope="module")
def both():
    rng = np.random.default_rng(8)
    frame = pd.DataFrame(rng.integers(1, 8, (400, 3)), columns=["t1", "t2", "l1"]).astype(float)
    frame.loc[::7, "t1"] = np.nan
    frame = frame.assign(age=rng.integers(18, 99, 400), id=np.arange(400) + 5)
    return read_study(frame, BOOK), read_study(dd.from_pandas(frame, npartitions=3), BOOK)


@pytest.mark.parametrize(
    ("base", "kinds"),
    [(BaseStudy, [Study, PartitionedStudy]), (BasePanel, [Panel, PartitionedPanel])],
)
def test_every_class_keeps_the_whole_promise(base, kinds):
    assert base.__abstractmethods__
    for kind in kinds:
        assert issubclass(kind, base) and not kind.__abstractmethods__


def test_both_give_the_same(both):
    memory, partitioned = both
    assert (memory.n, memory.name, memory.unused) == (
        partitioned.n,
        partitioned.name,
        partitioned.unused,
    )
    for name in ("trust", "loyalty", "age", "t2", "absent"):
        assert memory.has(name) == partitioned.has(name) == (name != "absent")
    assert partitioned.scores().compute().equals(memory.scores())
    assert partitioned.item_rows(["t1"]) is None and memory.item_rows(["t1"]).shape == (400, 1)
    one, other = (study.item_moments(["trust"])["trust"].moments for study in both)
    assert np.array_equal(one.n, other.n)
    assert one.columns == other.columns == ("t1", "t2")
    np.testing.assert_allclose(other.cross, one.cross, rtol=1e-12, atol=1e-12)
    one, other = (study.moments(["trust", "loyalty", "age"]) for study in both)
    assert (one.asked, one.note, one.clustered) == (other.asked, other.note, other.clustered)
    assert np.array_equal(one.moments.n, other.moments.n)
    np.testing.assert_allclose(other.moments.cross, one.moments.cross, rtol=1e-12, atol=1e-12)


def test_rows_are_there_or_not(both):
    memory, partitioned = both
    assert memory.rows(["trust", "age"]).shape == (400, 2) and memory.in_memory() is memory
    assert partitioned.rows(["trust", "age"]) is None
    with pytest.raises(SurveyError, match="comes in partitions.*needs all answers in memory"):
        partitioned.in_memory()
