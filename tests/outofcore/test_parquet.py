"""A folder of Parquet files: its order, its partitions, and files that do not fit."""

import pandas as pd
import pytest

from loyaltystudy.errors import SurveyError
from loyaltystudy.outofcore import _parquet
from loyaltystudy.outofcore._parquet import check_rows, files_in, partitions_of, slices


def write(folder, **frames):
    for name, frame in frames.items():
        frame.to_parquet(folder / f"{name.replace('_', '.')}.parquet", row_group_size=4)


def rows(start, n=10):
    return pd.DataFrame({"a": range(start, start + n), "b": "x"})


def test_row_groups_become_tasks_and_all_rows_come_in_order(tmp_path, monkeypatch):
    monkeypatch.setattr(_parquet, "PARTITION", 8)
    write(tmp_path, part_10=rows(100), part_2=rows(0))
    assert [path.name for path in files_in(tmp_path)] == ["part.2.parquet", "part.10.parquet"]
    meta, partitions = partitions_of(tmp_path)
    assert meta.columns.tolist() == ["a", "b"] and not len(meta)
    assert [(p.rows, p.start, p.position) for p in partitions] == [
        (8, 0, 0),
        (2, 8, 8),
        (8, 0, 10),
        (2, 8, 18),
    ]
    seen = pd.concat(f for p in partitions for f in slices(p, ["a"]))
    assert seen["a"].tolist() == [*range(10), *range(100, 110)]


def test_every_unlike_file_is_named(tmp_path):
    write(tmp_path, part_1=rows(0), part_2=rows(9).rename(columns={"b": "c"}))
    write(tmp_path, part_3=rows(20).astype({"a": str}), part_4=rows(30).assign(b=None))
    (tmp_path / "part.5.parquet").write_bytes(b"PAR1 and no more")
    with pytest.raises(SurveyError) as caught:
        partitions_of(tmp_path)
    text = str(caught.value)
    assert "part.2.parquet: columns ['b'] missing and ['c'] added" in text
    assert "part.3.parquet: column 'a' holds text, in part.1.parquet whole numbers." in text
    assert "part.4" not in text  # nobody answered: that is no other kind
    assert "part.5.parquet: not readable as Parquet" in text


def test_files_without_rows(tmp_path):
    write(tmp_path, part_1=rows(0, 0))
    with pytest.raises(SurveyError, match="its Parquet files hold no rows"):
        partitions_of(tmp_path)


def test_a_file_that_was_cut_short_or_changed_gives_no_result(tmp_path):
    write(tmp_path, part_1=rows(0))
    _, (partition,) = partitions_of(tmp_path)
    with pytest.raises(SurveyError, match="10 rows were read where 11 were counted before"):
        list(slices(partition._replace(rows=11), None))
    check_rows(partition._replace(rows=None), 3)  # not counted yet
    (tmp_path / "part.1.parquet").unlink()
    with pytest.raises(SurveyError, match=r"damaged; not readable beyond row 0 \(FileNotFound"):
        list(slices(partition, None))
