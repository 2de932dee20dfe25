"""Partitions on a real cluster of two worker processes: equal to pandas, whoever works."""

import os
import signal
import sys
from functools import partial
from pathlib import Path

import dask
import dask.dataframe as dd
import numpy as np
import pandas as pd
import pytest

import loyaltystudy as ls
from loyaltystudy.errors import SurveyError
from loyaltystudy.explain._frame import model_frame
from loyaltystudy.outofcore._engine import WORKER_SETTINGS, open_partitions
from loyaltystudy.outofcore._parquet import files_in
from loyaltystudy.purchases._describe import describe_purchases
from loyaltystudy.purchases._periods import describe_periods
from loyaltystudy.purchases._reading import read_panel
from loyaltystudy.rsquared._moments import group_moments
from loyaltystudy.survey._codebook import make_codebook
from loyaltystudy.survey._keys import groups_of, hashed, mixed

ITEMS = [f"q{i}" for i in range(12)]
BLOCKS = {"demographics": ["age", "region", "income"], "trust": ["trust"], "bonds": ["bonds"]}
DESIGNS = [
    {},
    {"respondent": None},
    {"weight": "w"},
    {"cluster": "shop"},
    {"cluster": "card"},
    {"strata": "land"},
    {"weight": "w", "cluster": "card"},
    {"weight": "w", "strata": "land"},
]


def book(**design):
    codes = {code: {"en": str(code)} for code in (1, 2, 3, 5, 7)}  # nobody lives in 5
    return make_codebook(
        {
            "study": "partitions",
            "title": "Partitions",
            "population": "customers",
            "missing": [-9],
            "items": {
                n: {"answers": {"range": [1, 7]}, "reversed": i % 4 == 3}
                for i, n in enumerate(ITEMS)
            },
            "scales": {
                n: {"items": ITEMS[4 * i : 4 * i + 4]}
                for i, n in enumerate(("loyalty", "trust", "bonds"))
            },
            "variables": {
                "region": {"kind": "nominal", "answers": {"codes": codes}},
                "age": {"kind": "numeric", "answers": {"range": [18, 99]}},
                "income": {"kind": "numeric", "answers": {"range": [0, 1000]}},
                "w": {"kind": "numeric", "answers": {"range": [0.1, 6]}},
                "shop": {"kind": "ordinal", "answers": {"range": [1, 40]}},
                "card": {"kind": "ordinal", "answers": {"range": [1, 900]}},
                "group": {"kind": "ordinal", "answers": {"range": [0, 199]}},
                "land": {"kind": "nominal", "answers": {"range": [1, 3]}},
            },
            "blocks": BLOCKS,
            "design": {"respondent": "id", **design},
        }
    )


def answers(n=2400) -> pd.DataFrame:
    rng = np.random.default_rng(1)
    common = rng.normal(size=(n, 1))
    turn = np.where(np.arange(12) % 4 == 3, -1, 1)
    x = np.rint(4 + 1.2 * turn * common + rng.normal(size=(n, 12))).clip(1, 7)
    frame = pd.DataFrame(np.where(rng.random((n, 12)) < 0.03, -9, x), columns=ITEMS).astype("int8")
    frame.insert(0, "id", rng.permutation(n) + 10)
    frame["region"] = rng.choice([1, 2, 3, 7], n)
    frame["age"] = rng.integers(18, 90, n)
    frame["income"] = rng.lognormal(3, 0.5, n).clip(1, 999)
    frame["w"] = rng.lognormal(0, 0.4, n).clip(0.2, 5)
    frame["shop"] = rng.integers(1, 41, n)
    frame["land"] = rng.integers(1, 4, n)
    frame["card"] = rng.integers(1, 901, n)
    frame["group"] = 0
    return frame


def folder(path, frame, files=4, **options):
    path.mkdir()
    size = -(-len(frame) // files)
    for k in range(files):
        part = frame.iloc[k * size : (k + 1) * size]
        part.to_parquet(path / f"part.{k}.parquet", index=False, row_group_size=250, **options)
    return path


@pytest.fixture(scope="module")
def cluster():
    from distributed import Client, LocalCluster

    options = {"processes": True, "threads_per_worker": 1, "dashboard_address": ":0"}
    with (
        dask.config.set(WORKER_SETTINGS),
        LocalCluster(n_workers=2, **options) as here,
        Client(here) as client,
    ):
        yield client


@pytest.fixture(scope="module")
def frame():
    return answers()


@pytest.fixture(scope="module")
def stored(frame, tmp_path_factory):
    return folder(tmp_path_factory.mktemp("parquet") / "answers", frame)


TWELFTH = {"rtol": 1e-12, "atol": 1e-14}  # of an R², which is 1 less a ratio


def same(first, second):
    """Bit for bit."""
    return (
        np.array_equal(first.values, second.values)
        and first.table.equals(second.table)
        and first.differences.equals(second.differences)
        and first.r2_cv == second.r2_cv
        and (first.n, first.n_dropped) == (second.n, second.n_dropped)
    )


def close(first, second):
    """But for rounding: R² to the twelfth digit, intervals of groups left out to the tenth."""
    np.testing.assert_allclose(first.values, second.values, **TWELFTH)
    assert first.r2_cv == pytest.approx(second.r2_cv, rel=1e-12)
    assert (first.n, first.n_dropped) == (second.n, second.n_dropped)
    for name in ("table", "differences"):
        one, other = (getattr(found, name) for found in (first, second))
        pd.testing.assert_frame_equal(one, other, rtol=1e-10, atol=1e-13)
    return True


def grouped_in_memory(frame, design):
    """The comparison of pandas, made in memory, where the units are those groups."""
    if "strata" in design:  # groups of each stratum, clusters that lie in strata
        group = groups_of(hashed(frame["id"]), 66) + 66 * (frame["land"].to_numpy() - 1)
    elif "cluster" in design:  # whole clusters by their numbers
        group = groups_of(mixed(frame["card"]))
    else:
        rows = model_frame(ls.read_study(frame, book(**design)), "loyalty")
        group = groups_of(hashed(rows.rows.index.to_series()))
        groups = group_moments(rows.array, rows.weights, group, rows.columns)
        return ls.compare_blocks(groups, "loyalty", rows.blocks)
    design = {**design, "cluster": "group"}
    return ls.compare_blocks(ls.read_study(frame.assign(group=group), book(**design)), "loyalty")


@pytest.mark.parametrize("design", DESIGNS, ids=lambda d: "-".join(map(str, d.values())) or "plain")
def test_comparison_equals_pandas(cluster, frame, stored, design):
    """Every estimate that of the rows; all else that of pandas on the same groups."""
    if "respondent" in design:
        frame, stored = frame.drop(columns="id"), stored.parent / "unnamed"
        if not stored.exists():
            folder(stored, frame)
    plain = ls.compare_blocks(ls.read_study(frame, book(**design)), "loyalty")
    found = ls.compare_blocks(ls.read_study(stored, book(**design)), "loyalty")
    np.testing.assert_allclose(found.values, plain.values, **TWELFTH)
    assert (found.n, found.n_dropped, found.blocks) == (plain.n, plain.n_dropped, plain.blocks)
    by_rows = not {"cluster", "strata", "weight"} & {*design}  # then Ezekiel's: no groups
    for column in ("estimate", "adjusted") if by_rows else ("estimate",):
        both = [c.table[~c.table["measure"].str.contains("cv")][column] for c in (found, plain)]
        np.testing.assert_allclose(*both, atol=1e-10)
    # so few clusters that each is a group: nothing differs
    same_units = plain if design.get("cluster") == "shop" else grouped_in_memory(frame, design)
    assert found.n == same_units.n
    assert found.r2_cv == pytest.approx(same_units.r2_cv, abs=1e-10)
    for table in ("table", "differences"):
        one, other = getattr(found, table), getattr(same_units, table)
        numbers = [*one.select_dtypes("number")]
        assert one.drop(columns=numbers).equals(other.drop(columns=numbers))
        np.testing.assert_allclose(one[numbers], other[numbers], atol=1e-10)
    assert {"estimate", "adjusted", "low", "high"} <= {*found.table}


def test_scores_moments_and_reliability_equal_pandas(cluster, frame, stored):
    plain, large = ls.read_study(frame, book()), ls.read_study(stored, book())
    scores = ls.score(plain)
    pd.testing.assert_frame_equal(ls.score(large).compute(), scores, check_exact=True)
    complete = scores.dropna()
    expected, found = ls.moments(complete), ls.moments(ls.score(large).dropna())
    assert found.n == expected.n and found.columns == expected.columns
    np.testing.assert_allclose(found.mean, expected.mean, rtol=1e-12)
    np.testing.assert_allclose(found.cross, expected.cross, rtol=1e-12)
    expected, found = ls.reliability(plain), ls.reliability(large)
    numbers = ["items", "n", "alpha", "omega"]
    np.testing.assert_allclose(found[numbers], expected[numbers], atol=1e-10)
    limits = [f"{kind}_{end}" for kind in ("alpha", "omega") for end in ("low", "high")]
    # groups of rows stand for rows: the width of the interval is as good as 199 groups can tell
    np.testing.assert_allclose(found[limits], expected[limits], atol=0.02)
    expected, found = (ls.reliability(study, interval="feldt") for study in (plain, large))
    np.testing.assert_allclose(found[limits], expected[limits], atol=1e-10)
    expected, found = (ls.item_analysis(study, "trust") for study in (plain, large))
    assert found["item"].tolist() == expected["item"].tolist()
    numbers = expected.columns.drop("item")
    np.testing.assert_allclose(found[numbers], expected[numbers], atol=1e-10)


def test_a_frame_without_codebook_equals_pandas(cluster, frame):
    plain = frame.drop(columns="id").astype({"region": "category"})
    plain.loc[::50, "income"] = np.nan
    blocks = {"a": ["q1", "region"], "b": ["age", "income"]}
    expected = ls.compare_blocks(plain, "q0", blocks)
    found = ls.compare_blocks(dd.from_pandas(plain, npartitions=5), "q0", blocks)
    np.testing.assert_allclose(found.values, expected.values, atol=1e-10)
    assert (found.n, found.n_dropped) == (expected.n, expected.n_dropped)
    assert found.blocks == expected.blocks
    rows = model_frame(plain, "q0", blocks)
    places = groups_of(mixed(np.arange(len(plain))))[plain["income"].notna()]
    groups = group_moments(rows.array, rows.weights, places, rows.columns)
    grouped = ls.compare_blocks(groups, "q0", rows.blocks)
    for table in ("table", "differences"):
        one, other = getattr(found, table), getattr(grouped, table)
        numbers = [*one.select_dtypes("number")]
        np.testing.assert_allclose(one[numbers], other[numbers], atol=1e-10)
    numbers = plain[["q1", "age", "w"]]
    expected = ls.moments(numbers, weights=numbers["w"])
    cut = dd.from_pandas(numbers, npartitions=3)
    found = ls.moments(cut, weights=cut["w"])
    np.testing.assert_allclose(found.cross, expected.cross, rtol=1e-12)
    np.testing.assert_allclose(found.weight2, expected.weight2, rtol=1e-12)


def test_purchases_equal_pandas(cluster, frame):
    bought = pd.DataFrame({"card": frame["id"] % 311, "maker": frame["region"].map("no {}".format)})
    bought["day"] = frame["age"]
    columns = {"household": "card", "brand": "maker", "time": "day"}
    spec = {"name": "p", "title": "P", "columns": columns}
    cut = dd.from_pandas(bought, npartitions=5)
    plain, large = read_panel(bought, spec), read_panel(cut, spec)
    names = {"household": "card", "brand": "maker"}
    assert ls.purchase_table(cut, **names).equals(ls.purchase_table(bought, **names))
    assert ls.purchase_table(large).equals(ls.purchase_table(plain))
    first, second = (describe_purchases(panel, resamples=20) for panel in (plain, large))
    assert first.table.equals(second.table) and first.category.equals(second.category)
    periods = (describe_periods(panel, resamples=0) for panel in (plain, large))
    assert next(periods).equals(next(periods))


def test_digits_do_not_depend_on_workers_and_hardly_on_partitions(cluster, frame):
    """1, 3 and 7 partitions, rows shuffled, weights and fractions; 2 processes, 1, and threads."""
    design = {"weight": "w"}
    whole = ls.read_study(dd.from_pandas(frame, npartitions=1), book(**design))
    first, alpha = ls.compare_blocks(whole, "loyalty"), ls.reliability(whole)
    for partitions in (3, 7):
        shuffled = frame.sample(frac=1, random_state=partitions)
        data = dd.from_pandas(shuffled, npartitions=partitions, sort=False)
        study = ls.read_study(data, book(**design))
        found = ls.compare_blocks(study, "loyalty")
        assert close(found, first)
        again = ls.reliability(study)
        pd.testing.assert_frame_equal(again, alpha, rtol=1e-12)
    one = next(iter(cluster.run(os.getpid)))
    for scheduler in (partial(cluster.get, workers=[one], allow_other_workers=False), "threads"):
        with dask.config.set(scheduler=scheduler):
            assert same(ls.compare_blocks(study, "loyalty"), found)
            assert ls.reliability(study).equals(again)


def test_a_row_of_a_dask_frame_is_known_by_its_label(cluster, frame):
    """The same for any order of rows and any cut; groups are those of the labels."""
    blocks = {"a": ["q1"], "b": ["age", "w"]}
    for labels in (frame["id"], frame["id"].map("c{}".format)):
        named = frame.set_index(labels)
        cuts = ((1, named), (5, named.sample(frac=1, random_state=4)))
        data = [dd.from_pandas(rows, npartitions=n, sort=False) for n, rows in cuts]
        found = [ls.compare_blocks(rows, "q0", blocks) for rows in data]
        assert close(*found)
        rows = model_frame(named, "q0", blocks)
        groups = group_moments(rows.array, rows.weights, groups_of(hashed(labels)), rows.columns)
        grouped = ls.compare_blocks(groups, "q0", rows.blocks)
        columns = ["estimate", "adjusted", "low", "high"]
        np.testing.assert_allclose(found[0].table[columns], grouped.table[columns], atol=1e-10)


@pytest.mark.parametrize("labels", [[5, 5], [np.nan, np.nan], ["a", "a"], [7, 7.0]], ids=str)
def test_labels_that_stand_twice_are_refused(frame, labels):
    """As where files were read one by one; else groups would go by how the rows are cut."""
    blocks, names = {"a": ["q1"], "b": ["age"]}, frame["id"].astype(object)
    names.iloc[[3, -1]] = labels
    cuts = [
        frame.iloc[rows].set_index(names.iloc[rows].infer_objects())
        for rows in (slice(9), slice(9, None))
    ]
    data = dd.from_map(lambda i: cuts[i], range(2), meta=cuts[0].iloc[:0])
    with pytest.raises(SurveyError) as caught:
        ls.compare_blocks(data, "q0", blocks)
    assert str(caught.value) == (
        f"The index of the Dask DataFrame must name each row once; labels stand twice in partition "
        f"0 row 4; partition 1 row {len(frame) - 9}. Make the column that names the rows the index "
        "of every partition, data.map_partitions(lambda partition: partition.set_index('member')), "
        "or read the data with a codebook that names the respondents, or give the folder of "
        "Parquet files itself."
    )
    again = data.map_partitions(lambda partition: partition.set_index("id"))
    assert ls.compare_blocks(again, "q0", blocks).n == len(frame)


def test_more_labels_that_stand_twice_than_are_kept_are_counted_as_such(frame):
    data = dd.concat([dd.from_pandas(frame, npartitions=1)] * 2)
    with pytest.raises(SurveyError, match="twice in at least 2000 rows, first partition 0 rows"):
        ls.compare_blocks(data, "q0", {"a": ["q1"], "b": ["age"]})


def test_the_address_of_a_scheduler_does(cluster, stored, tmp_path):
    """Work goes to the cluster at that address: its workers read, each noted in a file."""
    from distributed import Client

    whole = ls.compare_blocks(ls.read_study(stored, book()), "loyalty")
    before = cluster.run(os.getpid)

    def noted(path):  # local, so that it is sent whole
        (tmp_path / f"{os.getpid()}").touch()
        return pd.read_parquet(path)

    with Client(cluster.scheduler.address, set_as_default=False) as other, other.as_current():
        data = dd.from_map(noted, sorted(stored.glob("*.parquet")))
        for path in tmp_path.iterdir():  # of Dask's look at the first file, here
            path.unlink()
        assert close(ls.compare_blocks(ls.read_study(data, book()), "loyalty"), whole)
    assert {path.name for path in tmp_path.iterdir()} <= {*map(str, before.values())}
    assert any(tmp_path.iterdir())


def test_a_row_without_a_name_is_known_by_its_place(cluster, frame, tmp_path):
    """The same for every cut of the same order of rows."""
    unnamed = frame.drop(columns="id")
    nameless = book(respondent=None)
    stored = folder(tmp_path / "answers", unnamed, files=11)  # part.10 comes last
    studies = [
        ls.read_study(data, nameless) for data in (stored, dd.from_pandas(unnamed, npartitions=3))
    ]
    assert close(*(ls.compare_blocks(study, "loyalty") for study in studies))
    scores = ls.score(studies[0]).compute()
    assert scores.equals(ls.score(ls.read_study(unnamed, nameless)))


def mortal(frame, flag=None):
    """Six partitions; who reads the third one dies, or only the first to do so sets a flag."""

    def partition(i):  # local, so that it is sent whole: workers cannot import the tests
        if i == 2 and not (flag and flag.exists()):
            if flag:
                flag.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return frame.iloc[i * 400 : (i + 1) * 400]

    return dd.from_map(partition, range(6), meta=frame.iloc[:0])


def test_a_killed_worker_changes_no_digit(cluster, frame, tmp_path):
    flag = tmp_path / "killed"
    before = set(cluster.run(os.getpid).values())
    flag.touch()  # nobody dies while the answers are checked
    study = ls.read_study(mortal(frame, flag), book())
    whole = ls.compare_blocks(study, "loyalty")
    flag.unlink()
    found = ls.compare_blocks(study, "loyalty")
    assert flag.exists()
    cluster.wait_for_workers(2)
    assert set(cluster.run(os.getpid).values()) != before
    assert same(found, whole)


def test_a_worker_killed_while_answers_are_checked_loses_no_respondent(cluster, frame, tmp_path):
    """Keys of respondents that were in its memory are made anew: who stands twice is found."""
    flag = tmp_path / "killed"
    study = ls.read_study(mortal(frame, flag), book())
    assert flag.exists() and study.n == len(frame)
    flag.unlink()
    cluster.wait_for_workers(2)
    twice = frame.assign(id=frame["id"].replace({frame["id"].iloc[-1]: frame["id"].iloc[0]}))
    with pytest.raises(SurveyError, match="stands in partition 0 row 1; partition 5 row 400"):
        ls.read_study(mortal(twice, flag), book())
    assert flag.exists()
    cluster.wait_for_workers(2)


def test_workers_that_die_again_and_again_are_one_error(cluster, frame):
    cluster.run_on_scheduler(allow, 0)
    with pytest.raises(SurveyError, match="workers died again and again.*out of memory"):
        ls.read_study(mortal(frame), book())
    cluster.run_on_scheduler(allow, 3)
    cluster.wait_for_workers(2)


def allow(failures, dask_scheduler):
    dask_scheduler.allowed_failures = failures


def test_a_damaged_file_is_named_and_nothing_comes_of_the_rest(cluster, frame, tmp_path):
    stored = folder(tmp_path / "answers", frame)
    study = ls.read_study(stored, book())
    for name in ("part.1.parquet", "part.3.parquet"):
        raw = bytearray((stored / name).read_bytes())
        raw[200:4000] = bytes(3800)
        (stored / name).write_bytes(raw)
    for call in (
        lambda: ls.read_study(stored, book()),
        lambda: ls.compare_blocks(study, "loyalty"),
        lambda: ls.reliability(study),
    ):
        with pytest.raises(SurveyError) as caught:
            call()
        assert len(caught.value.problems) == 2
        assert "part.1.parquet: damaged" in caught.value.problems[0]
        assert "no result was computed without its rows" in caught.value.problems[1]
    with pytest.raises(SurveyError, match=r"part\.[13]\.parquet: damaged"):
        ls.score(study).compute()
    (stored / "part.2.parquet").write_bytes(raw[:-200])
    with pytest.raises(SurveyError, match=r"part\.2\.parquet: not readable as Parquet"):
        ls.read_study(stored, book())


def test_rows_that_went_missing_are_noticed(cluster, frame, tmp_path):
    stored = folder(tmp_path / "answers", frame)
    study = ls.read_study(stored, book())
    frame.iloc[:590].to_parquet(stored / "part.0.parquet", index=False, row_group_size=250)
    with pytest.raises(SurveyError, match=r"part\.0\.parquet: 590 rows .* 600 were counted"):
        ls.compare_blocks(study, "loyalty")


def test_workers_keep_freed_memory(cluster):
    """Settings that a worker's environment must have before its C library starts."""
    names = ("MALLOC_TRIM_THRESHOLD_", "MALLOC_MMAP_THRESHOLD_")
    found = cluster.run(lambda: [os.environ[name] for name in names])
    assert {*map(tuple, found.values())} == {("268435456", "33554432")}


def test_groups_are_the_same_everywhere():
    """SplitMix64 from seed 0 gives the published sequence; text goes through SipHash."""
    assert [hex(k) for k in mixed(np.arange(2))] == ["0xe220a8397b1dcdaf", "0x6e789e6aa1b965f4"]
    keys = hashed(pd.Series(["a", "b", "å"]))
    assert groups_of(keys).tolist() == [98, 169, 184]
    threes = [pd.Series([3, 0, 1 << 40], dtype=kind) for kind in ("int64", "float64", "Int64")]
    negative = pd.Series([3.0, -0.0, 2.0**40])
    for numbers in (*threes, negative, pd.Series(threes[0], dtype="Float32")):
        assert np.array_equal(hashed(numbers), mixed(threes[0]))
    missing = hashed(pd.Series([3, None, None, 0.5], dtype="Float64"))
    assert missing[1] == missing[2] == hashed(pd.Series([np.nan]))[0] and len({*missing}) == 3
    large = pd.Series([2**60 + 1, None], dtype="Int64")  # no float holds it
    assert hashed(large)[0] == hashed(large[:1])[0] == mixed(np.array([2**60 + 1]))[0]
    sizes = np.bincount(groups_of(mixed(np.arange(200_000))), minlength=200)
    assert 25 < sizes.std() < 38  # of 200 groups of about 1,000: the binomial's 31.5


def test_files_come_in_the_order_of_their_numbers(tmp_path):
    for name in ("part.10.parquet", "part.2.parquet", "b.parquet", "notes.txt"):
        (tmp_path / name).touch()
    names = ["b.parquet", "part.2.parquet", "part.10.parquet"]
    assert [p.name for p in files_in(tmp_path)] == names


def test_without_dask_one_error_says_what_to_install(monkeypatch, stored):
    monkeypatch.setitem(sys.modules, "dask.dataframe", None)
    with pytest.raises(SurveyError, match=r"pip install loyaltystudy\[scale\]"):
        ls.read_study(stored, book())


def test_other_collections_and_empty_folders_are_named(tmp_path, frame):
    from dask.bag import from_sequence

    with pytest.raises(SurveyError, match="A Dask DataFrame is needed, not Bag"):
        open_partitions(from_sequence([1, 2]))
    frame.iloc[:0].to_parquet(tmp_path / "none.parquet")
    with pytest.raises(SurveyError, match="hold no rows"):
        open_partitions(Path(tmp_path))
