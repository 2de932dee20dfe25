"""Checks of answers in partitions: all problems at once, capped, counted, named by file and row."""

from dataclasses import replace

import dask.dataframe as dd
import numpy as np
import pandas as pd
import pytest

import loyaltystudy as ls
from loyaltystudy.errors import SurveyError
from loyaltystudy.outofcore import _buckets, _problems as problems
from loyaltystudy.survey._codebook import make_codebook


def book(**items):
    seven = {"answers": {"range": [1, 7]}}
    return make_codebook(
        {
            "study": "large",
            "title": "L",
            "population": "members",
            "missing": [-9],
            "items": {n: {**seven, **items.get(n, {})} for n in ("t1", "t2", "l1")},
            "scales": {"trust": {"items": ["t1", "t2"]}, "loyalty": {"items": ["l1"]}},
            "variables": {
                "sex": {
                    "kind": "nominal",
                    "answers": {"codes": {1: {"en": "man"}, 2: {"en": "woman"}}},
                },
                "shop": {"kind": "ordinal", "answers": {"range": [1, 5]}},
                "why": {"kind": "text"},
                "part": {"kind": "numeric", "answers": {"range": [0, 1], "whole": False}},
            },
            "design": {"respondent": "id"},
        }
    )


def answers(n=300) -> pd.DataFrame:
    rng = np.random.default_rng(3)
    items = {name: rng.integers(1, 8, n) for name in ("t1", "t2", "l1")}
    words = {"sex": rng.choice(["man", "woman", "2"], n), "why": ["so"] * n}
    numbers = {"shop": rng.integers(1, 6, n), "part": rng.random(n), "extra": 0}
    return pd.DataFrame({"id": np.arange(n) + 1, **items, **words, **numbers})


def folder(path, frame, files=3):
    path.mkdir(exist_ok=True)
    for k in range(files):
        frame.iloc[k * len(frame) // files : (k + 1) * len(frame) // files].to_parquet(
            path / f"part.{k}.parquet", index=False, row_group_size=40
        )
    return path


def problems_of(data, codebook=None):
    with pytest.raises(SurveyError) as caught:
        ls.read_study(data, codebook or book())
    return caught.value.problems


def test_a_study_in_partitions_says_what_it_holds(tmp_path):
    study = ls.read_study(folder(tmp_path / "a", answers()), book())
    assert repr(study) == (
        "Study 'large': 300 respondents in 3 partitions, 7 columns, population members\n"
        "Not in the codebook: 1 column, named in `unused`"
    )
    assert study.has("trust") and not study.has("loyal") and not study.has_moments("trust")
    with pytest.raises(SurveyError, match="needs all answers in memory"):
        ls.screen(study)
    with pytest.raises(SurveyError, match="needs all answers in memory"):
        ls.check_claims(study)
    with pytest.raises(SurveyError, match="take missing='complete'"):
        ls.compare_blocks(study, "loyalty", {"trust": ["trust"]}, missing="em")
    with pytest.raises(SurveyError, match=r"Open text cannot be compared: \['why'\]"):
        ls.compare_blocks(study, "loyalty", {"trust": ["trust"], "b": ["why"]})


def test_labels_are_understood_in_every_partition(tmp_path):
    frame, blocks = answers(), {"trust": ["trust"], "sex": ["sex"]}
    large = ls.read_study(folder(tmp_path / "a", frame), book())
    found = ls.compare_blocks(large, "loyalty", blocks)
    expected = ls.compare_blocks(ls.read_study(frame, book()), "loyalty", blocks)
    np.testing.assert_allclose(found.values, expected.values, atol=1e-10)
    assert found.blocks["sex"] == ["sex=2"]


def test_all_problems_are_named_with_their_files_and_rows(tmp_path):
    frame = answers().astype({"id": float})
    frame.loc[[4, 150, 299], "t1"] = 9
    frame.loc[120:139, "t2"] = 0
    frame.loc[7, "sex"] = "{none}"
    frame.loc[250, "id"] = np.nan
    found = problems_of(folder(tmp_path / "a", frame))
    assert found == (
        "column 't1': 9 is not among 1..7 (whole numbers), in part.0.parquet row 5; "
        "part.1.parquet row 51; part.2.parquet row 100.",
        "column 'sex': '{none}' is no declared label, in part.0.parquet row 8. "
        "Declared: ['man', 'woman'].",
        "column 't2': 0 is not among 1..7 (whole numbers), in 20 rows, first part.1.parquet rows "
        "21, 22, 23, 24, 25, 26, 27, 28, 29, 30.",
        "column 'id': no respondent in part.2.parquet row 51.",
    )
    again = problems_of(dd.from_pandas(frame, npartitions=2))
    assert "column 't1': 9 is not among 1..7 (whole numbers), in partition 0 row 5; " in again[0]


def test_problems_are_capped_and_counted(monkeypatch):
    frame = answers().astype({"part": float})
    frame["part"] = np.arange(300) + 2.5
    monkeypatch.setattr(problems, "PROBLEMS_SHOWN", 5)
    found = problems_of(dd.from_pandas(frame, npartitions=1))
    assert len(found) == 6 and found[-1] == "at least 16 more problems."


@pytest.mark.parametrize("keys", [1 << 25, 70], ids=["few buckets", "many buckets"])
def test_respondents_who_stand_twice_are_found_across_partitions(tmp_path, monkeypatch, keys):
    monkeypatch.setattr(_buckets, "KEYS_AT_A_TIME", keys)
    frame = answers()
    frame.loc[[150, 299], "id"] = frame.loc[3, "id"]
    frame.loc[41, "id"] = frame.loc[40, "id"]
    assert problems_of(folder(tmp_path / "a", frame)) == (
        "column 'id': one respondent stands in part.0.parquet row 4; part.1.parquet row 51; "
        "part.2.parquet row 100; keep one row.",
        "column 'id': one respondent stands in part.0.parquet rows 41, 42; keep one row.",
    )
    frame["id"] = frame["id"].map("c{:03}".format)
    found = problems_of(dd.from_pandas(frame, npartitions=4))
    assert found[0].startswith("column 'id': one respondent stands in partition 0 row 4; ")


@pytest.mark.parametrize("declared", [int, float])
def test_who_stands_twice_is_found_whatever_a_partition_stores(declared):
    """Whole numbers in one partition, the same as fractions of numbers in another."""
    frame = answers()
    frame.loc[299, "id"] = frame.loc[3, "id"]
    parted = [frame[:200].astype({"id": int}), frame[200:].astype({"id": float})]
    data = dd.from_map(lambda i: parted[i], range(2), meta=frame[:0].astype({"id": declared}))

    where = "partition 0 row 4; partition 1 row 100"
    found = f"column 'id': one respondent stands in {where}; keep one row."
    assert problems_of(data) == (found,)


def test_missing_columns_and_unlike_files_are_named_at_once(tmp_path):
    frame = answers()
    found = problems_of(folder(tmp_path / "a", frame.drop(columns=["id", "t1"])))
    assert found[0].startswith("column 't1' is missing. Columns of the file: ['t2', 'l1'")
    assert found[1] == "column 'id', which names the respondents, is missing."
    path = folder(tmp_path / "b", frame)
    frame.drop(columns="l1").to_parquet(path / "part.1.parquet", index=False)
    frame.astype({"t2": str}).to_parquet(path / "part.2.parquet", index=False)
    assert problems_of(path) == (
        "part.1.parquet: columns ['l1'] missing and [] added, compared with part.0.parquet.",
        "part.2.parquet: column 't2' holds text, in part.0.parquet whole numbers.",
    )


def test_labels_stored_in_a_file_are_held_against_the_codebook(tmp_path):
    study = ls.read_study(answers().drop(columns="extra"), book())
    (tmp_path / "a").mkdir()
    ls.write_study(study, tmp_path / "a" / "one.parquet")
    assert "simulated" not in repr(ls.read_study(tmp_path / "a", book()))
    other = {"answers": {"codes": {1: {"en": "woman"}, 2: {"en": "man"}}}, "kind": "nominal"}
    head = {"study": "x", "title": "X", "population": "members"}
    turned = make_codebook({**head, "variables": {"sex": other}})
    found = problems_of(tmp_path / "a", turned)
    assert "code 1 is 'man' in the file, but 'woman' in the codebook" in found[0]


def test_simulated_answers_that_we_wrote_stay_simulated(tmp_path):
    simulated = replace(book(), kind="simulated", population="simulated")
    (tmp_path / "a").mkdir()
    frame = answers().drop(columns="extra")
    ls.write_study(ls.read_study(frame, simulated), tmp_path / "a" / "one.parquet")
    assert ls.read_study(tmp_path / "a", book()).codebook.kind == "simulated"


def test_infinite_values_are_named_after_all_partitions_were_seen():
    frame = answers()[["t1", "t2", "part"]].astype(float)
    for row, column, value in ((2, "t1", np.inf), (291, "part", -np.inf)):
        frame.loc[row, column] = value
    data = dd.from_pandas(frame, npartitions=3)
    apart = dd.concat([dd.from_pandas(frame[:291], 1), dd.from_pandas(frame[291:], 1)])
    for call in (ls.moments, lambda d: ls.compare_blocks(d, "t2", {"a": ["t1"], "b": ["part"]})):
        for cut in (data, apart):
            with pytest.raises(SurveyError, match=r"infinite values: \['t1', 'part'\]"):
                call(cut)


def test_columns_without_values_and_frames_without_rows_are_named():
    data = dd.from_pandas(answers()[["t1", "t2", "part"]].assign(t2=np.nan), npartitions=2)
    with pytest.raises(SurveyError, match=r"Columns without any value: \['t2'\]"):
        ls.compare_blocks(data, "t1", {"a": ["t2"], "b": ["part"]})
    none = dd.from_pandas(answers()[["t1", "t2", "part"]], npartitions=2).query("t1 > 9")
    for call in (ls.moments, lambda d: ls.compare_blocks(d, "t1", {"a": ["t2"], "b": ["part"]})):
        with pytest.raises(SurveyError, match="Dask DataFrame: no rows"):
            call(none)


def test_designs_that_partitions_do_not_take_are_refused(tmp_path):
    codebook = book()
    design = replace(codebook.design, cluster="shop", strata="sex")
    study = ls.read_study(folder(tmp_path / "a", answers()), replace(codebook, design=design))
    with pytest.raises(SurveyError, match="Strata with clusters are not supported"):
        ls.compare_blocks(study, "loyalty", {"trust": ["trust"]})
    with pytest.raises(SurveyError, match="neither numeric nor of known categories"):
        ls.compare_blocks(tmp_path / "a", "l1", {"a": ["t1"], "b": ["sex"]})
    with pytest.raises(SurveyError, match=r"Columns that are not numeric: \['sex', 'why'\]"):
        ls.moments(tmp_path / "a")
    gaps = dd.from_pandas(answers()[["t1", "part"]].replace(3, np.nan), npartitions=2)
    with pytest.raises(SurveyError, match=r"Columns with missing values: \['t1'\]"):
        ls.moments(gaps)
    with pytest.raises(SurveyError, match="weights: 0 missing, 300 zero or negative, 0 infinite"):
        numbers = dd.from_pandas(answers()[["t1", "extra"]], npartitions=2)
        ls.moments(numbers, weights=numbers["extra"])
