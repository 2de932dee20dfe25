"""Problems of many partitions: counted, in order, and the first rows named."""

import pandas as pd

from loyaltystudy.errors import ROWS
from loyaltystudy.outofcore._engine import Batch
from loyaltystudy.outofcore._parquet import Partition
from loyaltystudy.outofcore._problems import PROBLEMS_KEPT, PROBLEMS_SHOWN, Places, Problems


def batch(number, start=0):
    return Batch(pd.DataFrame(), Partition(number, f"part.{number}"), start)


def test_places_add_in_the_order_of_the_data_whatever_comes_first():
    first, second = Places.of([3, 9], batch(0)), Places.of([1], batch(1, start=100))
    assert str(second + first) == str(first + second) == "part.0 rows 3, 9; part.1 row 101"


def test_ten_rows_are_shown_and_all_are_counted():
    many = Places.of([*range(1, 30)], batch(0)) + Places.of([*range(1, 6)], batch(1))
    assert many.count == 34 and len(many.first) == 10
    assert str(many) == f"34 rows, first part.0 rows {', '.join(map(str, range(1, 11)))}"


def test_lines_stand_in_the_order_of_their_first_row():
    text = f"bad, in {ROWS}."
    found = Problems.of([(text, [7])], batch(1)) + Problems.of(
        [(f"worse, in {ROWS}.", [2]), (text, [8])], batch(0)
    )
    assert found.lines() == ["worse, in part.0 row 2.", "bad, in part.0 row 8; part.1 row 7."]
    assert not Problems()


def test_thousands_of_problems_are_kept_and_shown_up_to_a_limit():
    half = PROBLEMS_KEPT - 1
    found = Problems.of([(f"{i} in {ROWS}", [i + 1]) for i in range(half)], batch(0))
    found += Problems.of([(f"more {i} in {ROWS}", [i + 1]) for i in range(half)], batch(1))
    assert len(found) == PROBLEMS_KEPT
    lines = found.lines()
    assert len(lines) == PROBLEMS_SHOWN + 1
    assert lines[-1] == f"at least {PROBLEMS_KEPT - PROBLEMS_SHOWN} more problems."
