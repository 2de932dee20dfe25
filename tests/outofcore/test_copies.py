"""A file that stands twice in a folder of Parquet files is refused, with both names."""

from __future__ import annotations

import os
import shutil

import pandas as pd
import pytest

import loyaltystudy as ls
from loyaltystudy import SurveyError
from loyaltystudy.survey._codebook import make_codebook

BOOK = make_codebook(
    {
        "study": "s",
        "title": "S",
        "population": "customers",
        "variables": {"age": {"kind": "numeric", "answers": {"range": [0, 99]}}},
    }
)


def folder(path, parts=4):
    for i in range(parts):
        rows = pd.DataFrame({"age": [float(20 + i), 30.0, 40.0]})
        rows.to_parquet(path / f"part.{i}.parquet", index=False)
    return path


@pytest.mark.parametrize(
    "name", ["part.1 (copy).parquet", "part.10.parquet", "Copy of part.1.parquet"]
)
def test_a_copy_beside_the_original_is_one_error_with_both_names(tmp_path, name):
    folder(tmp_path)
    shutil.copy(tmp_path / "part.1.parquet", tmp_path / name)
    with pytest.raises(SurveyError) as found:
        ls.read_study(tmp_path, BOOK)
    said = str(found.value)
    assert "1 problem" in said and "the same file 2 times" in said
    assert "part.1.parquet" in said and name in said and "part.2.parquet" not in said


def test_three_copies_are_one_error_and_two_originals_two(tmp_path):
    folder(tmp_path)
    for name in ("a", "b"):
        shutil.copy(tmp_path / "part.0.parquet", tmp_path / f"{name}.parquet")
    os.link(tmp_path / "part.3.parquet", tmp_path / "linked.parquet")
    with pytest.raises(SurveyError) as found:
        ls.read_study(tmp_path, BOOK)
    said = str(found.value)
    assert "2 problems" in said and "a.parquet, b.parquet, part.0.parquet: the same file 3" in said
    assert "linked.parquet, part.3.parquet: the same file 2" in said


def test_purchases_are_not_counted_twice_either(tmp_path):
    rows = pd.DataFrame({"household": [1, 1, 2], "brand": ["a", "b", "a"]})
    rows.to_parquet(tmp_path / "one.parquet")
    assert ls.purchase_table(tmp_path, household="household", brand="brand") is not None
    shutil.copy(tmp_path / "one.parquet", tmp_path / "two.parquet")
    with pytest.raises(SurveyError, match="one.parquet, two.parquet: the same file 2 times"):
        ls.purchase_table(tmp_path, household="household", brand="brand")


def test_files_of_one_size_are_no_copies_nor_are_files_without_rows(tmp_path):
    folder(tmp_path)
    sizes = {path.stat().st_size for path in tmp_path.iterdir()}
    assert len(sizes) == 1 and ls.read_study(tmp_path, BOOK).n == 12
    for name in ("empty.1", "empty.2"):
        pd.DataFrame({"age": pd.Series([], dtype=float)}).to_parquet(tmp_path / f"{name}.parquet")
    assert ls.read_study(tmp_path, BOOK).n == 12
