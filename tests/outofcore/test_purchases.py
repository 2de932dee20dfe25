"""Purchases in partitions: the same tables and descriptions as in memory, the same problems."""

import dask.dataframe as dd
import numpy as np
import pandas as pd
import pytest

import loyaltystudy as ls
from loyaltystudy.errors import SurveyError
from loyaltystudy.outofcore._pairs import Counts
from loyaltystudy.purchases._describe import describe_purchases
from loyaltystudy.purchases._periods import describe_periods, repeat_rates
from loyaltystudy.purchases._reading import read_panel

SPEC = {
    "name": "ours",
    "title": "Our shop",
    "panel_size": 400,
    "columns": {
        "household": "card",
        "brand": "maker",
        "time": "when",
        "quantity": "qty",
        "receipt": "slip",
    },
    "leave_out": [{"column": "maker", "values": ["bun"], "why": "no brand"}],
}


@pytest.fixture
def bought():
    rng, n = np.random.default_rng(2), 3000
    when = pd.Timestamp("2026-01-01") + pd.to_timedelta(rng.integers(0, 10**7, n), unit="s")
    return pd.DataFrame(
        {
            "card": rng.integers(1, 300, n),
            "maker": rng.choice(["tea", "oat", "rye", "bun"], n),
            "when": when,
            "qty": rng.integers(1, 5, n),
            "slip": np.arange(n),
        }
    )


def cut(frame, partitions=4):
    return dd.from_pandas(frame.sample(frac=1, random_state=1), npartitions=partitions, sort=False)


def test_tables_and_descriptions_are_those_in_memory(bought):
    plain, large = read_panel(bought, SPEC), read_panel(cut(bought), SPEC)
    assert repr(large) == repr(plain).replace("households,", "households in 4 partitions,")
    assert ls.purchase_table(large).equals(ls.purchase_table(plain))
    assert large.left_out.equals(plain.left_out) and large.non_buyers == plain.non_buyers
    first, second = (describe_purchases(panel, resamples=50) for panel in (plain, large))
    for name in ("table", "category", "duplication"):
        assert getattr(first, name).equals(getattr(second, name))
    assert (first.n, first.notes) == (second.n, second.notes)
    assert ls.fit_dirichlet(large).params.equals(ls.fit_dirichlet(plain).params)
    assert ls.fit_dirichlet(large).fit.equals(ls.fit_dirichlet(plain).fit)
    for call in (describe_periods, repeat_rates):
        assert call(plain, resamples=20).equals(call(large, resamples=20))


def test_a_table_of_a_frame_or_a_folder_is_that_of_pandas(bought, tmp_path):
    names = {"household": "card", "brand": "maker"}
    expected = ls.purchase_table(bought, **names)
    categories = cut(bought).astype({"maker": "category"})
    for k in range(3):
        bought[k::3].to_parquet(tmp_path / f"b{k}.parquet", index=False)
    for data in (cut(bought), cut(bought, 7), categories, tmp_path, str(tmp_path)):
        assert ls.purchase_table(data, **names).equals(expected)
    with pytest.raises(SurveyError, match="no such column: brand='who'"):
        ls.purchase_table(cut(bought), household="card", brand="who")


@pytest.mark.parametrize("names", [int, str, float, "category", "Int64"])
@pytest.mark.parametrize("count", [1, 7])
def test_each_household_goes_into_one_bucket(bought, names, count):
    bought["card"] = bought["card"].astype(names)
    halves = [Counts.of(half["card"], half["maker"]) for half in (bought[:1000], bought[1000:])]
    each = [Counts.joined([half]).split(count) for half in halves]
    buckets = [Counts.joined(both) for both in zip(*each, strict=True)]
    assert len(buckets) == count
    owners = pd.concat([bucket.rows["household"].drop_duplicates() for bucket in buckets])
    assert owners.is_unique and len(owners) == bought["card"].nunique()
    if count > 1:
        assert min(len(bucket.rows) for bucket in buckets) > 50  # of some 1,200 pairs
    found = Counts.all_of(buckets).table()
    expected = ls.purchase_table(bought, household="card", brand="maker")
    assert (found.to_numpy() == expected.to_numpy()).all()
    assert found.index.tolist() == expected.index.tolist()


def test_more_of_a_brand_than_a_byte_holds_are_counted(bought):
    """A household with 700 purchases of one brand in each of 5 partitions, and 256 in another's."""
    much = pd.DataFrame({"card": [1] * 3500 + [2] * 256, "maker": ["tea"] * 3756})
    found = ls.purchase_table(dd.from_pandas(much, npartitions=5), household="card", brand="maker")
    assert found["tea"].tolist() == [3500, 256]


def test_no_purchases_at_all_are_one_error(bought):
    none = cut(bought).query("card > 9999")
    with pytest.raises(SurveyError, match="panel: no purchases. Give at least one row."):
        ls.purchase_table(none, household="card", brand="maker")
    with pytest.raises(SurveyError, match="Panel 'ours': no purchases. Give at least one row."):
        read_panel(none, SPEC)
    left_out = bought.assign(maker="bun")  # all that there is, and no purchase
    with pytest.raises(SurveyError, match="Panel 'ours': no purchases. Give at least one row."):
        read_panel(cut(left_out), SPEC)


def test_problems_are_named_by_partition_and_row(bought):
    wrong = bought.copy()
    wrong.loc[5, "maker"] = None
    wrong.loc[[7, 2900], "qty"] = 0
    with pytest.raises(SurveyError) as caught:
        read_panel(dd.from_pandas(wrong, npartitions=4), SPEC)
    assert caught.value.problems == (
        "maker: missing, in partition 0 row 6; complete or remove them.",
        "qty: not a number above 0, in partition 0 row 8; partition 3 row 651; "
        "net returns against purchases, or remove them.",
    )
    with pytest.raises(SurveyError, match=r"maker: no value in partition 0 row 6"):
        ls.purchase_table(dd.from_pandas(wrong, npartitions=4), household="card", brand="maker")


def test_receipts_that_repeat_another_are_found_whatever_a_partition_stores(bought):
    """A whole number in one partition, the same as a float in another."""
    bought.loc[2950] = bought.loc[bought.index[bought["maker"] != "bun"][3]]
    parted = [bought[:1500], bought[1500:].astype({"slip": float, "card": "Int64"})]
    data = dd.from_map(lambda i: parted[i], range(2), meta=bought[:0])
    with pytest.raises(SurveyError, match="repeat another .* partition 1 row 1451; keep one"):
        read_panel(data, SPEC)


def test_receipts_that_repeat_another_are_found_across_partitions(bought):
    kept = bought.index[bought["maker"] != "bun"]
    bought.loc[2950] = bought.loc[kept[3]]
    out = bought.index[bought["maker"] == "bun"]
    bought.loc[out[5]] = bought.loc[out[4]]  # no purchases, so none is a problem
    with pytest.raises(SurveyError) as caught:
        read_panel(dd.from_pandas(bought, npartitions=4), SPEC)
    (problem,) = caught.value.problems
    assert f"in every column, partition 0 row {kept[3] + 1}; partition 3 row 701; keep" in problem


def test_what_needs_the_order_of_rows_is_refused(bought):
    untimed = {**SPEC, "columns": {"household": "card", "brand": "maker"}}
    large = read_panel(cut(bought), untimed)
    with pytest.raises(SurveyError, match="the order of purchases .* is not known"):
        describe_periods(large, resamples=0)
    with pytest.raises(SurveyError, match="needs all purchases in memory"):
        large.purchases  # noqa: B018
    with pytest.raises(SurveyError, match="was counted by household and brand"):
        ls.purchase_table(large, brand="qty")
    with pytest.raises(SurveyError, match="panel_size: 20, but 2"):
        read_panel(cut(bought), {**untimed, "panel_size": 20})
    with pytest.raises(SurveyError, match="with panels in memory only"):
        read_panel(cut(bought), {**untimed, "records": "use"})
