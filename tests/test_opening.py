"""Who reads data: memory, or partitions."""

import pandas as pd
import pytest

from loyaltystudy import outofcore
from loyaltystudy.opening import reader_of_partitions

FRAME = pd.DataFrame({"a": [1, 2]})


def test_data_in_memory_and_single_files_need_no_partitions(tmp_path):
    path = tmp_path / "a.parquet"
    FRAME.to_parquet(path)
    for data in (FRAME, path, str(path), tmp_path / "none.csv", None, [1]):
        assert reader_of_partitions(data) is None


def test_a_folder_with_parquet_files_is_read_in_partitions(tmp_path):
    assert reader_of_partitions(tmp_path) is None
    (tmp_path / "inner.parquet").mkdir()  # a folder is no file
    assert reader_of_partitions(tmp_path) is None
    FRAME.to_parquet(tmp_path / "part.0.parquet")
    assert reader_of_partitions(tmp_path) is reader_of_partitions(str(tmp_path)) is outofcore


def test_a_dask_frame_is_known_without_dask_being_asked_for():
    dd = pytest.importorskip("dask.dataframe")
    assert reader_of_partitions(dd.from_pandas(FRAME, npartitions=1)) is outofcore


@pytest.mark.parametrize("name", outofcore.__all__)
def test_what_the_reader_hands_on_is_there(name):
    assert callable(getattr(outofcore, name)) or isinstance(getattr(outofcore, name), dict)
