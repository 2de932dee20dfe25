"""Counts of pairs, whatever partition they come from."""

import numpy as np
import pandas as pd

from loyaltystudy.outofcore._pairs import Counts
from loyaltystudy.purchases import cross_table

WHO = pd.Series([1, 1, 2, 3, 3, 3] * 60)
WHAT = pd.Series(["tea", "tea", "oat", "tea", "oat", "oat"] * 60)


def test_joined_counts_are_those_of_all_rows():
    halves = [Counts.of(WHO[:100], WHAT[:100]), Counts.of(WHO[100:], WHAT[100:])]
    joined = Counts.joined(halves)
    assert len(joined.rows) == 4
    whole = cross_table(WHO.rename("household"), WHAT.rename("brand"))
    assert joined.table().equals(whole)
    assert joined.rows["times"].max() == 120 and joined.rows["times"].dtype == np.uint8
    more = Counts.joined([joined] * 3)
    assert more.rows["times"].max() == 360 and more.rows["times"].dtype == np.uint16


def test_a_household_is_in_one_bucket_whatever_its_rows():
    split = Counts.of(WHO, WHAT).split(4)
    homes = [set(own.rows["household"]) for own in split]
    assert len(split) == 4 and sum(map(len, homes)) == 3
    assert sum(len(own.rows) for own in split) == len(WHO)


def test_categories_count_by_name():
    plain, coded = (Counts.of(WHO, w).rows["brand"] for w in (WHAT, WHAT.astype("category")))
    assert plain.dtype == coded.dtype and (plain == coded).all()


def test_nothing_is_a_table_without_rows():
    assert Counts.all_of([]).rows.columns.tolist() == ["household", "brand", "times"]


def test_periods_keep_pairs_apart():
    period = np.repeat([0, 1], 180)
    joined = Counts.joined([Counts.of(WHO, WHAT, period=period)])
    assert len(joined.rows) == 8 and joined.rows["times"].sum() == 360
